package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// guestActForm is an act on several guests: those who were ticked, or all whom
// the filter leaves.
type guestActForm struct {
	Filter registerForm
	Act    string   `query:"act" form:"act"`
	Guests []string `query:"guest" form:"guest"`
	All    string   `query:"all" form:"all"`
	OutOf  string   `query:"out_of" form:"out_of"` // the space that guests are removed from
	Days   string   `form:"ends_in_days"`
	On     string   `form:"ends_on"`
	Reason string   `form:"reason"`
}

func (f guestActForm) act() (store.GuestAct, bool) {
	act := store.GuestAct(f.Act)
	return act, slices.Contains(store.GuestActs, act)
}

// selection is who the act is on.
func (s *Server) selection(c echo.Context, form guestActForm) (store.GuestSelection, views.RegisterFilter, error) {
	filter, shown, err := s.registerFilter(c, form.Filter)
	who := store.GuestSelection{All: form.All == "on", Filter: filter}
	for _, text := range form.Guests {
		if id := store.ParseID(text); id != 0 {
			who.Entries = append(who.Entries, id)
		}
	}
	return who, shown, err
}

// newGuestAct shows whom an act on several guests is on, what ends and what
// stays, before anything is done.
func (s *Server) newGuestAct(c echo.Context) error {
	var form guestActForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if form.Act == "export" {
		return s.redirect(c, exportURL(c.QueryParams()))
	}
	return s.showGuestAct(c, http.StatusOK, form, nil)
}

// exportURL is the file of those whom the query names.
func exportURL(query url.Values) string {
	wanted := url.Values{}
	for name, values := range query {
		if name != "act" && (name != "guest" || query.Get("all") != "on") {
			wanted[name] = values
		}
	}
	if wanted.Get("all") != "on" && len(wanted["guest"]) == 0 {
		return views.AdminGuestsURL
	}
	return views.AdminGuestsCSVURL + "?" + wanted.Encode()
}

func (s *Server) showGuestAct(c echo.Context, status int, form guestActForm, problems views.Problems) error {
	act, known := form.act()
	if !known {
		return store.ErrNotFound
	}
	who, shown, err := s.selection(c, form)
	if err != nil {
		return err
	}
	space := store.ParseID(form.OutOf)
	if space == 0 && form.Filter.Space != "" && who.Filter.Space != store.NoSuch {
		space = who.Filter.Space
	}
	plan, err := s.Store.PlanGuestAct(c.Request().Context(), actor(c), act, who, space)
	if errors.Is(err, store.ErrNobodySelected) {
		s.flash(c, "flash.nobody_selected")
		return s.redirect(c, shown.URL(views.AdminGuestsURL))
	}
	if err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminGuestsURL, "guest_act.title."+form.Act, "N", len(plan.Lines))
	if err != nil {
		return err
	}
	p.Errors = problems
	m := views.GuestActPage{Page: p, Plan: plan, Filter: shown, Days: form.Days, On: form.On, Reason: form.Reason}
	if problems == nil && act == store.ActExtend {
		m.Days = "90"
	}
	return s.render(c, status, views.NewGuestAct(m))
}

// createGuestAct does what was confirmed. Deleting asks for the password when
// it was not given lately (SEC-S3).
func (s *Server) createGuestAct(c echo.Context) error {
	var form guestActForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	act, known := form.act()
	if !known {
		return store.ErrNotFound
	}
	if act == store.ActDelete {
		return s.recent(c, func(c echo.Context) error { return s.doGuestAct(c, act, form) })
	}
	return s.doGuestAct(c, act, form)
}

func (s *Server) doGuestAct(c echo.Context, act store.GuestAct, form guestActForm) error {
	form.All = "" // what was confirmed is named one by one
	who, _, err := s.selection(c, form)
	if err != nil {
		return err
	}
	id, err := s.Store.DoGuestAct(c.Request().Context(), actor(c), who, store.GuestActForm{
		Act: act, Space: store.ParseID(form.OutOf), Access: store.AccessText{Days: form.Days, On: form.On}, Reason: form.Reason,
	})
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showGuestAct(c, http.StatusUnprocessableEntity, form, problems)
	}
	return s.redirect(c, views.GuestActURL(id))
}

// showGuestActResults tells what became of each.
func (s *Server) showGuestActResults(c echo.Context) error {
	act, lines, err := s.Store.GuestActResults(c.Request().Context(), actor(c), store.ParseID(c.Param("act")))
	if err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminGuestsURL, "guest_act.results")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.GuestActResults(views.GuestActPage{
		Page: p, Plan: store.SeveralGuests{Act: act, Lines: lines},
	}))
}
