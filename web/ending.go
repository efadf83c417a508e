package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// endingRoutes are what ends soon, and giving it more time (S3-17).
func (s *Server) endingRoutes() []*route {
	const expiry = views.AdminGuestsURL + "/:account/expiry"
	return []*route{
		get(views.EndingsURL, members, s.listEndings),
		post(views.EndingsURL, members, s.extendAccess),
		get(expiry, administrators, s.editGuestEnd),
		post(expiry, administrators, s.updateGuestEnd),
	}
}

// endingForm is what ends soon with what was chosen of it.
type endingForm struct {
	Guest string `query:"guest"` // the one that a mail names
	After string `query:"after"`

	Extend string   `form:"extend"` // one access and a number of days
	Chosen []string `form:"access"` // several accesses
	Days   string   `form:"ends_in_days"`
	Shown  string   `form:"guest"`
}

func (s *Server) listEndings(c echo.Context) error {
	var form endingForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	return s.showEndings(c, http.StatusOK, form, nil)
}

func (s *Server) showEndings(c echo.Context, status int, form endingForm, problems views.Problems) error {
	p, err := s.page(c, "endings.title")
	if err != nil {
		return err
	}
	guest := store.ParseID(form.Guest)
	list, err := s.Store.GuestEndings(c.Request().Context(), actor(c), guest, form.After)
	if err != nil {
		return err
	}
	p.Errors = problems
	m := views.EndingsPage{Page: p, Guest: guest, Items: list.Items, Days: form.Days, Chosen: form.Chosen}
	if guest != 0 && len(m.Items) > 0 {
		m.Title = m.T("endings.one_title", "Name", m.Items[0].Guest.Name)
	}
	if list.Next != "" {
		m.Next = views.WithQuery(views.EndingsURL, "guest", form.Guest, "after", list.Next)
	}
	if form.After != "" {
		m.First = views.WithQuery(views.EndingsURL, "guest", form.Guest)
	}
	return s.render(c, status, views.ListEndings(m))
}

// extensions are what the form asks for: the one whose button was pressed, or
// all that were chosen.
func (f endingForm) extensions() []store.Extension {
	if f.Extend != "" {
		access, days, _ := strings.Cut(f.Extend, "+")
		return []store.Extension{extensionOf(access, days)}
	}
	var list []store.Extension
	for _, access := range f.Chosen {
		list = append(list, extensionOf(access, f.Days))
	}
	return list
}

// extensionOf reads "GUEST-SPACE".
func extensionOf(access, days string) store.Extension {
	guest, space, _ := strings.Cut(access, "-")
	return store.Extension{
		Guest: store.ParseID(guest), Space: store.ParseID(space), Access: store.AccessText{Days: days},
	}
}

func (s *Server) extendAccess(c echo.Context) error {
	var form endingForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	form.Guest = form.Shown
	extensions := form.extensions()
	if len(extensions) == 0 {
		return s.showEndings(c, http.StatusUnprocessableEntity, form, views.ProblemsOf(store.ErrRequired.With("access")))
	}
	if err := s.Store.ExtendAccess(c.Request().Context(), actor(c), extensions); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showEndings(c, http.StatusUnprocessableEntity, form, problems)
	}
	s.flash(c, "flash.access_extended", "N", len(extensions))
	return s.redirect(c, views.EndingsURL)
}

// guestEndForm is the end of a guest's account.
type guestEndForm struct {
	Account   string `param:"account"`
	Days      string `form:"ends_in_days"`
	On        string `form:"ends_on"`
	Confirmed string `form:"confirmed"`
}

func (s *Server) editGuestEnd(c echo.Context) error {
	var form guestEndForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	return s.showGuestEnd(c, http.StatusOK, form, nil)
}

func (s *Server) showGuestEnd(c echo.Context, status int, form guestEndForm, problems views.Problems) error {
	m, err := s.managedGuestPage(c, "")
	if err != nil {
		return err
	}
	if m.Former() {
		return store.ErrNotFound
	}
	m.Title, m.Errors = m.T("expiry.title", "Name", m.Guest.Name), problems
	end := views.GuestEndPage{ManagedGuestPage: m, Days: form.Days, On: form.On}
	switch {
	case problems != nil:
	case m.Guest.EndsAt.IsZero():
		end.Days = "never"
	default:
		end.On = m.Guest.EndsAt.In(m.Zone()).Format(time.DateOnly)
	}
	return s.render(c, status, views.EditGuestEnd(end))
}

func (s *Server) updateGuestEnd(c echo.Context) error {
	var form guestEndForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	guest := store.ParseID(form.Account)
	access := store.AccessText{Days: form.Days, On: form.On}
	err := s.Store.SetGuestEnd(c.Request().Context(), actor(c), guest, access, form.Confirmed == "on")
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showGuestEnd(c, http.StatusUnprocessableEntity, form, problems)
	}
	s.flash(c, "flash.expiry_changed")
	return s.redirect(c, views.AdminGuestURL(guest))
}
