package web

import (
	"github.com/labstack/echo/v4"

	"guesthouse/views"
)

// newDeletion asks before a guest's account is deleted.
func (s *Server) newDeletion(c echo.Context) error {
	return s.askAboutGuest(c, "delete_guest.title", views.NewDeletion)
}

func (s *Server) createDeletion(c echo.Context) error {
	var form managedGuestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.DeleteGuest(c.Request().Context(), actor(c), form.guest(), form.Reason)
	if err != nil {
		return s.askAgain(c, err, "delete_guest.title", views.NewDeletion)
	}
	s.flash(c, "flash.guest_deleted")
	return s.redirect(c, views.AdminGuestsURL)
}
