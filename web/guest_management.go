package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// managedGuestForm is an act on one guest.
type managedGuestForm struct {
	Account string `param:"account"`
	Space   string `param:"space"`
	Reason  string `form:"reason"`
}

func (f managedGuestForm) guest() store.ID { return store.ParseID(f.Account) }

func (s *Server) showManagedGuest(c echo.Context) error {
	m, err := s.managedGuestPage(c, "")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ManagedGuest(m))
}

// managedGuestPage is the page of the guest that the address names. title is
// the key of the title of a dialog over it, "" for the page itself.
func (s *Server) managedGuestPage(c echo.Context, title string) (views.ManagedGuestPage, error) {
	var form managedGuestForm
	if err := c.Bind(&form); err != nil {
		return views.ManagedGuestPage{}, err
	}
	p, err := s.adminPage(c, views.AdminGuestsURL, "")
	if err != nil {
		return views.ManagedGuestPage{}, err
	}
	ctx, administrator := c.Request().Context(), actor(c)
	guest, err := s.Store.ManagedGuest(ctx, administrator, form.guest())
	if err != nil {
		return views.ManagedGuestPage{}, err
	}
	environment, err := s.environment(c)
	if err != nil {
		return views.ManagedGuestPage{}, err
	}
	m := views.ManagedGuestPage{Page: p, Guest: guest, TwoStep: environment.Policy.On("twostep.guests"), Reason: form.Reason}
	if m.History, err = s.history(c, p, guest.ID); err != nil {
		return m, err
	}
	if m.Mails, err = s.Store.MailsTo(ctx, administrator, guest.ID); err != nil {
		return m, err
	}
	m.Title = guest.Name
	if title != "" {
		m.Title = m.T(title, "Name", guest.Name)
	}
	i := slices.IndexFunc(guest.Spaces, func(space store.GuestMembership) bool { return space.Space == store.ParseID(form.Space) })
	if i >= 0 {
		m.Space = guest.Spaces[i]
	}
	return m, nil
}

// newRemoval asks before a guest is removed from one space.
func (s *Server) newRemoval(c echo.Context) error {
	m, err := s.managedGuestPage(c, "remove_guest.title")
	if err != nil {
		return err
	}
	if m.Space.Space == 0 {
		return store.ErrNotFound
	}
	return s.render(c, http.StatusOK, views.NewRemoval(m))
}

func (s *Server) createRemoval(c echo.Context) error {
	var form managedGuestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.RemoveFromSpace(c.Request().Context(), actor(c), form.guest(), store.ParseID(form.Space), form.Reason)
	if err != nil {
		return err
	}
	s.flash(c, "flash.guest_removed")
	return s.redirect(c, views.AdminGuestURL(form.guest()))
}

// deleteGuestSessions signs a guest out everywhere.
func (s *Server) deleteGuestSessions(c echo.Context) error {
	var form managedGuestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.EndGuestSessions(c.Request().Context(), actor(c), form.guest()); err != nil {
		return err
	}
	s.flash(c, "flash.guest_signed_out")
	return s.redirect(c, views.AdminGuestURL(form.guest()))
}
