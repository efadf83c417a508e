package web

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// newSuspension asks before a guest is suspended.
func (s *Server) newSuspension(c echo.Context) error {
	return s.askAboutGuest(c, "suspend.title", views.NewSuspension)
}

func (s *Server) createSuspension(c echo.Context) error {
	var form managedGuestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.Suspend(c.Request().Context(), actor(c), form.guest(), form.Reason)
	if err != nil {
		return s.askAgain(c, err, "suspend.title", views.NewSuspension)
	}
	s.flash(c, "flash.guest_suspended")
	return s.redirect(c, views.AdminGuestURL(form.guest()))
}

// newReactivation asks why a suspended guest is let in again.
func (s *Server) newReactivation(c echo.Context) error {
	return s.askAboutGuest(c, "return_guest.title", views.NewReactivation)
}

// newUndo asks why a planned deletion is taken back.
func (s *Server) newUndo(c echo.Context) error {
	return s.askAboutGuest(c, "return_guest.undo_title", views.NewUndo)
}

// deleteSuspension lets a suspended guest in again.
func (s *Server) deleteSuspension(c echo.Context) error {
	var form managedGuestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.Reactivate(c.Request().Context(), actor(c), form.guest(), form.Reason); err != nil {
		return s.askAgain(c, err, "return_guest.title", views.NewReactivation)
	}
	s.flash(c, "flash.guest_reactivated")
	return s.redirect(c, views.AdminGuestURL(form.guest()))
}

// askAboutGuest shows what an act would bring with it, before it is done.
func (s *Server) askAboutGuest(c echo.Context, title string, dialog func(views.ManagedGuestPage) templ.Component) error {
	m, err := s.managedGuestPage(c, title)
	if err != nil {
		return err
	}
	if m.Former() {
		return store.ErrNotFound // nothing can be done to a deleted account
	}
	return s.render(c, http.StatusOK, dialog(m))
}

// askAgain shows the question again when the form is at fault.
func (s *Server) askAgain(c echo.Context, fault error, title string, dialog func(views.ManagedGuestPage) templ.Component) error {
	problems, err := reshow(fault)
	if err != nil {
		return err
	}
	m, err := s.managedGuestPage(c, title)
	if err != nil {
		return err
	}
	m.Errors = problems
	return s.render(c, http.StatusUnprocessableEntity, dialog(m))
}
