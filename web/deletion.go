package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// newDeletion asks before a guest's account is deleted.
func (s *Server) newDeletion(c echo.Context) error {
	return s.askAboutGuest(c, "delete_guest.title", views.NewDeletion)
}

// createDeletion deletes a guest's account, after days of grace where the
// policy gives them.
func (s *Server) createDeletion(c echo.Context) error {
	var form managedGuestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx := c.Request().Context()
	del := s.Store.DeleteGuest
	if form.Now {
		del = s.Store.DeleteGuestNow
	}
	if err := del(ctx, actor(c), form.guest(), form.Reason); err != nil {
		return s.askAgain(c, err, "delete_guest.title", views.NewDeletion)
	}
	guest, err := s.Store.ManagedGuest(ctx, actor(c), form.guest())
	if err != nil {
		return err
	}
	if guest.SuspendedFor == store.ForDeletion {
		s.flash(c, "flash.deletion_planned")
		return s.redirect(c, views.AdminGuestURL(form.guest()))
	}
	s.flash(c, "flash.guest_deleted")
	return s.redirect(c, views.AdminGuestsURL)
}

// undoDeletion takes a planned deletion back.
func (s *Server) undoDeletion(c echo.Context) error {
	var form managedGuestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.UndoDeletion(c.Request().Context(), actor(c), form.guest(), form.Reason); err != nil {
		return s.askAgain(c, err, "return_guest.undo_title", views.NewUndo)
	}
	s.flash(c, "flash.deletion_undone")
	return s.redirect(c, views.AdminGuestURL(form.guest()))
}

// newErasure asks before a person is taken out of the records. It is open for
// deleted guests, too.
func (s *Server) newErasure(c echo.Context) error {
	m, err := s.managedGuestPage(c, "erase.title")
	if err != nil {
		return err
	}
	if !m.Guest.ErasedAt.IsZero() {
		return store.ErrNotFound
	}
	return s.render(c, http.StatusOK, views.NewErasure(m))
}

func (s *Server) createErasure(c echo.Context) error {
	var form managedGuestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.EraseGuest(c.Request().Context(), actor(c), form.guest(), form.Reason); err != nil {
		return s.askAgain(c, err, "erase.title", views.NewErasure)
	}
	s.flash(c, "flash.guest_erased")
	return s.redirect(c, views.AdminGuestURL(form.guest()))
}
