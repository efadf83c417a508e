package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// authenticationForm holds settings under their own names. A switch posts
// "off" and, when it is on, "on" after it; the last word counts. What a form
// leaves out stays as it is.
type authenticationForm struct {
	TwoStep      []string `form:"twostep.guests"`
	CodeLife     []string `form:"twostep.ttl_minutes"`
	Preset       []string `form:"password.preset"`
	MinLength    []string `form:"password.min_length"`
	Letters      []string `form:"password.letters_and_digits"`
	Welcome      []string `form:"signup.welcome_password"`
	Lifetime     []string `form:"invite.ttl"`
	EndSessions  string   `form:"end_sessions"`
	Confirmed    string   `form:"confirm"`
	Acknowledged string   `form:"acknowledge"`
}

func (f authenticationForm) change() store.PolicyChange {
	settings := map[string]string{}
	for name, values := range map[string][]string{
		"twostep.guests": f.TwoStep, "twostep.ttl_minutes": f.CodeLife,
		"password.preset": f.Preset, "password.min_length": f.MinLength, "password.letters_and_digits": f.Letters,
		"signup.welcome_password": f.Welcome, "invite.ttl": f.Lifetime,
	} {
		if len(values) > 0 {
			settings[name] = values[len(values)-1]
		}
	}
	return store.PolicyChange{
		Settings: settings, Confirmed: f.Confirmed == "on", Acknowledged: f.Acknowledged == "on",
		EndSessions: f.EndSessions == "on",
	}
}

func (s *Server) showAuthentication(c echo.Context) error {
	return s.renderAuthentication(c, http.StatusOK, store.PolicyChange{}, nil)
}

func (s *Server) renderAuthentication(c echo.Context, status int, change store.PolicyChange, problems views.Problems) error {
	p, err := s.adminPage(c, views.AdminAuthenticationURL, "admin.authentication")
	if err != nil {
		return err
	}
	environment, err := s.environment(c)
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.Authentication(views.AuthenticationPage{
		Page: p, Values: change.Settings, InForce: environment.Policy,
		EndSessions: change.EndSessions, Confirmed: change.Confirmed, Acknowledged: change.Acknowledged,
	}))
}

func (s *Server) updateAuthentication(c echo.Context) error {
	var form authenticationForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	change := form.change()
	if err := s.Store.ChangePolicy(c.Request().Context(), actor(c), change); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.renderAuthentication(c, http.StatusUnprocessableEntity, change, problems)
	}
	s.flash(c, "flash.settings_saved")
	return s.redirect(c, views.AdminAuthenticationURL)
}
