package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// managedGuestsForm narrows the list of all guests down.
type managedGuestsForm struct {
	Status string `query:"status"`
	Query  string `query:"q"`
	Key    string `query:"key"`
	After  string `query:"after"`
}

func (s *Server) listManagedGuests(c echo.Context) error {
	var form managedGuestsForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminGuestsURL, "admin.guests")
	if err != nil {
		return err
	}
	filter := store.GuestFilter{Status: store.GuestStatus(form.Status), Query: form.Query}
	if !slices.Contains(store.GuestStatuses, filter.Status) {
		filter.Status = store.AnyGuest
	}
	list, more, err := s.Store.ManagedGuests(c.Request().Context(), actor(c), filter,
		store.Cursor{Key: form.Key, ID: store.ParseID(form.After)})
	if err != nil {
		return err
	}
	m := views.ManagedGuestsPage{Page: p, Status: filter.Status, Query: form.Query, Guests: list}
	if form.After != "" {
		m.First = views.WithQuery(views.AdminGuestsURL, "status", string(filter.Status), "q", form.Query)
	}
	if more {
		last := list[len(list)-1].Cursor()
		m.Next = views.WithQuery(views.AdminGuestsURL, "status", string(filter.Status), "q", form.Query, "key", last.Key, "after", last.ID.String())
	}
	return s.render(c, http.StatusOK, views.ManagedGuests(m))
}
