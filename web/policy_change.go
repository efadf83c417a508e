package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// authenticationForm holds what is no setting; the settings stand beside it
// under their own names.
type authenticationForm struct {
	EndSessions  tick `form:"end_sessions"`
	Confirmed    tick `form:"confirm"`
	Acknowledged tick `form:"acknowledge"`
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
	change := store.PolicyChange{
		Settings:  posted(c, views.AuthenticationSettings),
		Confirmed: bool(form.Confirmed), Acknowledged: bool(form.Acknowledged), EndSessions: bool(form.EndSessions),
	}
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
