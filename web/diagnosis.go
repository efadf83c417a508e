package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// showDiagnosis says why an address can't sign in (S2-14).
func (s *Server) showDiagnosis(c echo.Context) error {
	var form struct {
		Address string `query:"address"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminGuestsURL, "diagnosis.title")
	if err != nil {
		return err
	}
	m := views.DiagnosisPage{Page: p, Address: form.Address, Asked: strings.TrimSpace(form.Address) != ""}
	if m.Asked {
		m.Diagnosis, err = s.Store.DiagnoseAddress(c.Request().Context(), actor(c), form.Address)
		if err != nil {
			if m.Errors, err = reshow(err); err != nil {
				return err
			}
			m.Asked = false
			return s.render(c, http.StatusUnprocessableEntity, views.ShowDiagnosis(m))
		}
	}
	return s.render(c, http.StatusOK, views.ShowDiagnosis(m))
}

// createGuestReset mails a guest the link to choose a new password.
func (s *Server) createGuestReset(c echo.Context) error {
	return s.helpGuest(c, s.Store.MailGuestReset, "flash.reset_mailed")
}

// deleteGuestLimits lets a guest try again at once.
func (s *Server) deleteGuestLimits(c echo.Context) error {
	return s.helpGuest(c, s.Store.LiftLimits, "flash.limits_lifted")
}

// helpGuest does one act on a guest that needs no form.
func (s *Server) helpGuest(c echo.Context, act func(context.Context, store.Account, store.ID) error, done string) error {
	var form managedGuestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := act(c.Request().Context(), actor(c), form.guest()); err != nil {
		return err
	}
	s.flash(c, done)
	return s.redirect(c, views.AdminGuestURL(form.guest()))
}
