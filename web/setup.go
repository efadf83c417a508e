package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

type setupForm struct {
	SetupCode    string `form:"setup_code"`
	Organization string `form:"organization"`
	DisplayName  string `form:"display_name"`
	Email        string `form:"email"`
	Password     string `form:"password"`
	Preset       string `form:"preset"`
	Locale       string `form:"locale"`
	TimeZone     string `form:"timezone"`
}

// newSetup is the page of the first run. There is no such page once there is
// an administrator (SEC-S10).
func (s *Server) newSetup(c echo.Context) error {
	environment, err := s.environment(c)
	if err != nil {
		return err
	}
	return s.showSetup(c, http.StatusOK, setupForm{
		Preset: environment.Preset, Organization: environment.Name,
		Locale: s.browserLanguage(c, environment), TimeZone: environment.TimeZone,
	}, nil)
}

// createSetup makes the first administrator and opens the portal.
func (s *Server) createSetup(c echo.Context) error {
	var form setupForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	entry, err := s.Store.Setup(c.Request().Context(), store.Setup{
		Code: form.SetupCode, Organization: form.Organization, Name: form.DisplayName, Email: form.Email,
		Password: form.Password, Preset: form.Preset, Locale: form.Locale, TimeZone: form.TimeZone,
		Agent: c.Request().UserAgent(),
	})
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showSetup(c, http.StatusUnprocessableEntity, form, problems)
	}
	s.flash(c, "flash.welcome")
	return s.enter(c, entry, views.HomeURL)
}

func (s *Server) showSetup(c echo.Context, status int, form setupForm, problems views.Problems) error {
	needs, err := s.Store.NeedsSetup(c.Request().Context())
	if err != nil {
		return err
	}
	if !needs {
		return store.ErrNotFound
	}
	p, err := s.gatePage(c, "setup.title")
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.ShowSetup(views.SetupPage{
		Page: p, SetupCode: form.SetupCode, DisplayName: form.DisplayName, Email: form.Email,
		Organization: form.Organization, Preset: form.Preset, Locale: form.Locale, TimeZone: form.TimeZone,
		Rules:     store.Policy{}.Passwords(store.Account{Kind: store.Member, SystemAdmin: true}),
		GuessZone: status == http.StatusOK,
	}))
}
