package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// guestsForm narrows the Guests tab down and says where its page begins.
type guestsForm struct {
	Status string `query:"status"`
	Part   string `query:"part"`
	Key    string `query:"key"`
	After  string `query:"after"`
}

// guestFilters are the states by which the Guests tab can be narrowed down.
var guestFilters = []store.GuestStatus{
	store.ActiveGuest, store.InvitedGuest, store.ExpiredGuest, store.FailedGuest, store.InactiveGuest,
	store.SuspendedGuest, store.EndedGuest, store.DeclinedGuest,
}

func (f guestsForm) filter() store.GuestStatus {
	if filter := store.GuestStatus(f.Status); slices.Contains(guestFilters, filter) {
		return filter
	}
	return store.AnyGuest
}

func (f guestsForm) cursor() store.SpaceGuestCursor {
	part, err := strconv.Atoi(f.Part)
	if err != nil {
		part = 0 // the beginning
	}
	return store.SpaceGuestCursor{Part: part, After: store.Cursor{Key: f.Key, ID: store.ParseID(f.After)}}
}

// listGuests is the Guests tab of Manage Guests.
func (s *Server) listGuests(c echo.Context) error {
	var form guestsForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	m, err := s.guestsPage(c, form, "space.manage_guests")
	if err != nil {
		return err
	}
	return s.overSpace(c, http.StatusOK, m.Page, m.Space, views.ShowGuests(m))
}

func (s *Server) guestsPage(c echo.Context, form guestsForm, title string, args ...any) (views.GuestsPage, error) {
	space, filter := spaceID(c), form.filter()
	list, err := s.Store.SpaceGuests(c.Request().Context(), actor(c), space, filter, form.cursor())
	if err != nil {
		return views.GuestsPage{}, err
	}
	p, err := s.page(c, title, args...)
	if err != nil {
		return views.GuestsPage{}, err
	}
	m := views.GuestsPage{Page: p, Space: list.Space, Filter: filter, Rows: views.GuestRows(list.Rows), Counts: list.Counts, Own: list.Own}
	if list.Space.Can(store.ToInvite) {
		if m.Gauges, err = s.Store.PlacesLeft(c.Request().Context(), actor(c), space); err != nil {
			return views.GuestsPage{}, err
		}
	}
	address := views.GuestsURL(space)
	if form.After != "" || form.Part != "" {
		m.First = views.WithQuery(address, "status", string(filter))
	}
	if next := list.Next; next != nil {
		m.Next = views.WithQuery(address, "status", string(filter),
			"part", strconv.Itoa(next.Part), "key", next.After.Key, "after", next.After.ID.String())
	}
	return m, nil
}

// done answers an act on one row: the script that posted a select alone is told
// that it is saved, everybody else sees the list.
func (s *Server) done(c echo.Context, address string) error {
	if fragment(c) {
		return c.NoContent(http.StatusNoContent)
	}
	return s.redirect(c, address)
}

// guestForm is what the pages of one guest of a space send.
type guestForm struct {
	Account    string  `form:"account"`
	Permission *string `form:"permission"`
	Confirmed  string  `form:"confirmed"`
	Days       *string `form:"ends_in_days"`
	On         *string `form:"ends_on"`
}

// change is what the form changes: what it does not hold stays.
func (f guestForm) change() store.GuestChange {
	change := store.GuestChange{Permission: f.Permission}
	if f.Days != nil || f.On != nil {
		change.Access, change.Confirmed = &store.AccessText{Days: textOf(f.Days), On: textOf(f.On)}, f.Confirmed == "on"
	}
	return change
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// createGuest adds a guest who has an account already (S3-10).
func (s *Server) createGuest(c echo.Context) error {
	var form guestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.AddGuest(c.Request().Context(), actor(c), spaceID(c), store.GuestAddition{
		Account: store.ParseID(form.Account), Permission: textOf(form.Permission),
		Access: store.AccessText{Days: textOf(form.Days), On: textOf(form.On)},
	})
	if err != nil {
		return s.pickerFailed(c, form, err)
	}
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToInvite)
	if err != nil {
		return err
	}
	if sp.NeedsApproval() {
		s.flash(c, "flash.guest_asked")
		return s.redirect(c, views.InvitationRequestsURL(sp.ID))
	}
	s.flash(c, "flash.guest_added")
	return s.redirect(c, views.GuestsURL(sp.ID))
}

// editGuest is the form of one guest's permission and end of access.
func (s *Server) editGuest(c echo.Context) error {
	return s.showGuest(c, http.StatusOK, nil, nil)
}

func (s *Server) showGuest(c echo.Context, status int, form *guestForm, problems views.Problems) error {
	guest, err := s.Store.SpaceGuest(c.Request().Context(), actor(c), spaceID(c), accountID(c))
	if err != nil {
		return err
	}
	list, err := s.guestsPage(c, guestsForm{}, "guest.change_of", "Name", guest.Account.Name)
	if err != nil {
		return err
	}
	list.Errors = problems
	m := views.EditGuestPage{GuestsPage: list, Guest: views.GuestRows([]store.SpaceGuest{guest})[0], Permission: guest.Role.Permission()}
	switch {
	case form != nil:
		m.Permission, m.Days, m.On = textOf(form.Permission), textOf(form.Days), textOf(form.On)
	case guest.EndsAt.IsZero():
		m.Days = "never"
	default:
		m.On = guest.EndsAt.In(m.Zone()).Format(time.DateOnly)
	}
	return s.overSpace(c, status, m.Page, m.Space, views.EditGuest(m))
}

// updateGuest changes a guest's permission or end of access in the space.
func (s *Server) updateGuest(c echo.Context) error {
	var form guestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.ChangeGuest(c.Request().Context(), actor(c), spaceID(c), accountID(c), form.change())
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showGuest(c, http.StatusUnprocessableEntity, &form, problems)
	}
	if form.Days == nil && form.On == nil {
		return s.done(c, views.GuestsURL(spaceID(c)))
	}
	s.flash(c, "flash.guest_changed")
	return s.redirect(c, views.GuestsURL(spaceID(c)))
}

// newGuestRemoval asks before a guest is removed from the space (S2-09).
func (s *Server) newGuestRemoval(c echo.Context) error {
	return s.showGuestRemoval(c, http.StatusOK, "", nil)
}

func (s *Server) showGuestRemoval(c echo.Context, status int, reason string, problems views.Problems) error {
	removal, err := s.Store.GuestRemoval(c.Request().Context(), actor(c), spaceID(c), accountID(c))
	if err != nil {
		return err
	}
	p, err := s.page(c, "guest.removal_title", "Name", removal.Guest.Name)
	if err != nil {
		return err
	}
	p.Errors = problems
	m := views.RemoveGuestPage{GuestsPage: views.GuestsPage{Page: p, Space: removal.Space}, Removal: removal, Reason: reason}
	return s.overSpace(c, status, p, removal.Space, views.ConfirmRemoveGuest(m))
}

// deleteGuest removes a guest from this space only.
func (s *Server) deleteGuest(c echo.Context) error {
	var form struct {
		Reason string `form:"reason"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	removal, err := s.Store.GuestRemoval(c.Request().Context(), actor(c), spaceID(c), accountID(c))
	if err != nil {
		return err
	}
	err = s.Store.RemoveGuest(c.Request().Context(), actor(c), spaceID(c), removal.Guest.ID, form.Reason)
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showGuestRemoval(c, http.StatusUnprocessableEntity, form.Reason, problems)
	}
	s.flash(c, "flash.space_guest_removed", "Name", removal.Guest.Name)
	return s.redirect(c, views.GuestsURL(spaceID(c)))
}

// actFailed shows the list again with the reason why an act on a row was not
// done. An error that is not about the row comes back as it is.
func (s *Server) actFailed(c echo.Context, err error) error {
	var known *store.Error
	if !errors.As(err, &known) || known.Kind != store.Conflict && known.Kind != store.TooMany && known.Kind != store.Invalid {
		return err
	}
	m, err := s.guestsPage(c, guestsForm{}, "space.manage_guests")
	if err != nil {
		return err
	}
	m.Errors = views.Problems{{Code: known.Code, Args: known.Args}}
	setRetryAfter(c, known.RetryAfter)
	return s.overSpace(c, statuses[known.Kind], m.Page, m.Space, views.ShowGuests(m))
}
