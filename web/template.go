package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// templateRoutes are the models that spaces are made from.
func (s *Server) templateRoutes() []*route {
	return []*route{
		get(views.AdminTemplatesURL, administrators, s.listTemplates),
		post(views.AdminTemplatesURL, administrators, s.createTemplate),
		post(views.AdminTemplatesURL+"/:template/delete", administrators, s.deleteTemplate),
	}
}

// templateForm saves a space as a template.
type templateForm struct {
	Name  string `form:"name"`
	Space string `form:"space"`
}

// listTemplates lists the templates, with the form that saves one.
func (s *Server) listTemplates(c echo.Context) error {
	return s.showTemplates(c, http.StatusOK, templateForm{}, nil)
}

func (s *Server) showTemplates(c echo.Context, status int, form templateForm, problems views.Problems) error {
	p, err := s.adminPage(c, views.AdminTemplatesURL, "admin.templates")
	if err != nil {
		return err
	}
	p.Errors = problems
	m := views.TemplatesPage{Page: p, Name: form.Name, Space: form.Space}
	if m.Templates, err = s.Store.Templates(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	if m.Spaces, err = s.Store.AdministeredSpaces(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	return s.render(c, status, views.ListTemplates(m))
}

// createTemplate saves a space as a template.
func (s *Server) createTemplate(c echo.Context) error {
	var form templateForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	_, err := s.Store.SaveTemplate(c.Request().Context(), actor(c), store.ParseID(form.Space), form.Name)
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showTemplates(c, http.StatusUnprocessableEntity, form, problems)
	}
	s.flash(c, "flash.template_saved")
	return s.redirect(c, views.AdminTemplatesURL)
}

// deleteTemplate takes a template away.
func (s *Server) deleteTemplate(c echo.Context) error {
	err := s.Store.DeleteTemplate(c.Request().Context(), actor(c), store.ParseID(c.Param("template")))
	if err != nil {
		return err
	}
	s.flash(c, "flash.template_deleted")
	return s.redirect(c, views.AdminTemplatesURL)
}
