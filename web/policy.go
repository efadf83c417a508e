package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// policyRoutes are the organisation's rules for guests.
func (s *Server) policyRoutes() []*route {
	return []*route{
		get(views.AdminPolicyURL, administrators, s.showPolicy),
		post(views.AdminPolicyURL, administrators, s.updatePolicy).recently(),
		get(views.AdminPresetsURL+"/:preset", administrators, s.showPreset),
		post(views.AdminPresetsURL+"/:preset", administrators, s.applyPreset).recently(),
	}
}

func (s *Server) showPolicy(c echo.Context) error {
	return s.renderPolicy(c, http.StatusOK, "", nil, nil)
}

func (s *Server) renderPolicy(c echo.Context, status int, section string, values map[string]string, problems views.Problems) error {
	p, err := s.adminPage(c, views.AdminPolicyURL, "admin.policy")
	if err != nil {
		return err
	}
	environment, err := s.environment(c)
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.Policy(views.PolicyPage{
		Page: p, Preset: environment.Preset, InForce: environment.Policy, Section: section, Values: values,
	}))
}

// updatePolicy saves one section; the others stay as they are by now.
func (s *Server) updatePolicy(c echo.Context) error {
	var form struct {
		Section string `form:"section"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	names := views.PolicySettings(form.Section)
	if names == nil {
		return errBadRequest
	}
	values := posted(c, names)
	if err := s.Store.ChangePolicy(c.Request().Context(), actor(c), store.PolicyChange{Settings: values}); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.renderPolicy(c, http.StatusUnprocessableEntity, form.Section, values, problems)
	}
	s.flash(c, "flash.settings_saved")
	return s.redirect(c, views.AdminPolicyURL+"#"+form.Section)
}

// showPreset shows what a preset changes.
func (s *Server) showPreset(c echo.Context) error {
	return s.renderPreset(c, http.StatusOK, false, nil)
}

func (s *Server) renderPreset(c echo.Context, status int, acknowledged bool, problems views.Problems) error {
	environment, err := s.environment(c)
	if err != nil {
		return err
	}
	preset := c.Param("preset")
	policy, ok := environment.Policy.Preset(preset)
	if !ok {
		return store.ErrNotFound
	}
	p, err := s.adminPage(c, views.AdminPolicyURL, "")
	if err != nil {
		return err
	}
	p.Title = p.T("policy.preset_title", "Preset", p.T("setup.preset."+preset))
	p.Errors = problems
	return s.render(c, status, views.ShowPreset(views.PresetPage{
		Page: p, Preset: preset, Changes: environment.Policy.Changes(policy), Acknowledged: acknowledged,
	}))
}

// applyPreset sets the lot in one go.
func (s *Server) applyPreset(c echo.Context) error {
	var form struct {
		Acknowledged tick `form:"acknowledge"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	change := store.PolicyChange{Acknowledged: bool(form.Acknowledged)}
	err := s.Store.ApplyPreset(c.Request().Context(), actor(c), c.Param("preset"), change)
	if errors.Is(err, store.ErrUnknownPreset) {
		return store.ErrNotFound // the address names it, not a field
	}
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.renderPreset(c, http.StatusUnprocessableEntity, change.Acknowledged, problems)
	}
	s.flash(c, "flash.preset_applied", "Preset", s.presetName(c))
	return s.redirect(c, views.AdminPolicyURL)
}

// presetName is what the preset of the address is called.
func (s *Server) presetName(c echo.Context) string {
	environment, err := s.environment(c)
	if err != nil {
		return c.Param("preset")
	}
	words := s.words(c, environment)
	return words.T("setup.preset." + c.Param("preset"))
}
