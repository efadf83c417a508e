package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// managedGuestForm is an act on one guest.
type managedGuestForm struct {
	Account string `param:"account"`
	Space   string `param:"space"`
	Reason  string `form:"reason"`
	Now     tick   `form:"now"`     // delete without days of grace
	Before  string `query:"before"` // the page of the history

	MailsBefore string `query:"mails_before"`
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
	m := views.ManagedGuestPage{Page: p, Guest: guest, Grace: environment.Policy.Number("delete.grace_days"), Reason: form.Reason}
	if err := s.guestHistory(c, &m, store.ParseID(form.Before)); err != nil {
		return m, err
	}
	if m.Diagnosis, err = s.Store.DiagnoseGuest(ctx, administrator, guest.ID); err != nil {
		return m, err
	}
	if err := s.guestMails(c, &m, store.ParseID(form.MailsBefore)); err != nil {
		return m, err
	}
	if m.Open, err = s.openTo(c, guest); err != nil {
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

// guestHistory adds a page of what happened to the guest.
func (s *Server) guestHistory(c echo.Context, m *views.ManagedGuestPage, before store.ID) error {
	entries, _, err := s.Store.AuditLog(c.Request().Context(), actor(c), store.AuditFilter{Person: m.Guest.ID}, before)
	if err != nil {
		return err
	}
	if before != 0 {
		m.HistoryFirst = m.URL() + "#history"
	}
	if len(entries) > historyLength {
		entries = entries[:historyLength]
		m.HistoryNext = views.WithQuery(m.URL(), "before", entries[historyLength-1].ID.String()) + "#history"
	}
	m.History = views.AuditLines(m.Printer, entries)
	return nil
}

// openTo are spaces into which the reader may bring a guest who is not there:
// the reader's own first.
func (s *Server) openTo(c echo.Context, guest store.ManagedGuest) ([]store.Space, error) {
	if guest.GuestStatus(time.Now()) != store.ActiveGuest {
		return nil, nil
	}
	own, err := s.Store.RailSpaces(c.Request().Context(), actor(c))
	if err != nil {
		return nil, err
	}
	others, err := s.Store.SpacesToJoin(c.Request().Context(), actor(c), "", true)
	if err != nil {
		return nil, err
	}
	open := slices.DeleteFunc(slices.Concat(own, others.Items), func(space store.Space) bool {
		return !space.Can(store.ToInvite) || slices.ContainsFunc(guest.Spaces, func(m store.GuestMembership) bool { return m.Space == space.ID })
	})
	return open[:min(len(open), spacesOffered)], nil
}

// spacesOffered is how many spaces a menu offers.
const spacesOffered = 12

// guestMails adds a page of the mails to the guest.
func (s *Server) guestMails(c echo.Context, m *views.ManagedGuestPage, before store.ID) error {
	mails, more, err := s.Store.MailsTo(c.Request().Context(), actor(c), m.Guest.ID, before)
	if err != nil {
		return err
	}
	m.Mails = mails
	if before != 0 {
		m.MailsFirst = m.URL() + "#mails"
	}
	if more {
		m.MailsNext = views.WithQuery(m.URL(), "mails_before", mails[len(mails)-1].ID.String()) + "#mails"
	}
	return nil
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
		return s.askAgain(c, err, "remove_guest.title", views.NewRemoval)
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
