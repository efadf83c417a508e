package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// registerForm narrows the register of guests down.
type registerForm struct {
	Status   string `query:"status" form:"status"`
	Query    string `query:"q" form:"q"`
	Space    string `query:"space" form:"space"`
	Sponsor  string `query:"sponsor" form:"sponsor"`
	Company  string `query:"company" form:"company"`
	Category string `query:"category" form:"category"`
	Licence  string `query:"licence" form:"licence"`
	Ends     string `query:"ends" form:"ends"`
	SignedIn string `query:"signed_in" form:"signed_in"`
	Sort     string `query:"sort" form:"sort"`
	From     string `query:"from" form:"from"`
}

// registerFilter reads the form: what the store is asked for, and what the
// page shows of it. A value that nobody offers narrows nothing.
func (s *Server) registerFilter(c echo.Context, form registerForm) (filter store.GuestFilter, shown views.RegisterFilter, err error) {
	filter = store.GuestFilter{Query: form.Query, Company: form.Company}
	if status := store.GuestStatus(form.Status); slices.Contains(store.RegisterStatuses, status) || status == store.InactiveGuest {
		filter.Status = status
	}
	if slices.Contains(store.Categories, form.Category) {
		filter.Category = form.Category
	}
	if slices.Contains(store.Licences, form.Licence) {
		filter.Licence = form.Licence
	}
	shown = views.RegisterFilter{
		Status: filter.Status, Query: form.Query, Company: form.Company, Category: filter.Category, Licence: filter.Licence,
		Sort: store.GuestSort(form.Sort),
	}
	if filter.EndsWithin = days(form.Ends); filter.EndsWithin > 0 {
		shown.Ends = strconv.Itoa(filter.EndsWithin)
	}
	filter.NotSince = days(form.SignedIn)
	switch {
	case form.SignedIn == views.NeverSignedIn:
		filter.Never, shown.SignedIn = true, views.NeverSignedIn
	case filter.NotSince > 0:
		shown.SignedIn = strconv.Itoa(filter.NotSince)
	}
	if form.Space != "" {
		if filter.Space, shown.Space, err = s.Store.SpaceByName(c.Request().Context(), actor(c), form.Space); err != nil {
			return filter, shown, err
		}
	}
	if form.Sponsor != "" {
		sponsor, err := s.Store.PersonByLogin(c.Request().Context(), actor(c), form.Sponsor)
		if err != nil {
			return filter, shown, err
		}
		filter.Sponsor, shown.Sponsor = sponsor.ID, sponsor.Login
		if shown.Sponsor == "" {
			shown.Sponsor = form.Sponsor
		}
	}
	return filter, shown, nil
}

// days is a number of days up to ten years, or 0.
func days(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 3660 {
		return 0
	}
	return n
}

// listRegister shows the register of guests (S4-12).
func (s *Server) listRegister(c echo.Context) error {
	var form registerForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminGuestsURL, "admin.guests")
	if err != nil {
		return err
	}
	filter, shown, err := s.registerFilter(c, form)
	if err != nil {
		return err
	}
	list, err := s.Store.Register(c.Request().Context(), actor(c), filter, shown.Sort, form.From)
	if err != nil {
		return err
	}
	m := views.RegisterPage{Page: p, Filter: shown, Entries: list.Items, Counts: list.Counts}
	if form.From != "" {
		m.First = shown.URL(views.AdminGuestsURL)
	}
	if list.Next != "" {
		m.Next = shown.URL(views.AdminGuestsURL, "from", list.Next)
	}
	return s.render(c, http.StatusOK, views.Register(m))
}
