package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// newGuest is the picker of guests who have an account (S3-10).
func (s *Server) newGuest(c echo.Context) error {
	return s.showPicker(c, http.StatusOK, c.QueryParam("q"), guestForm{}, nil)
}

func (s *Server) showPicker(c echo.Context, status int, query string, form guestForm, problems views.Problems) error {
	sp, found, err := s.Store.GuestCandidates(c.Request().Context(), actor(c), spaceID(c), query)
	if err != nil {
		return err
	}
	p, err := s.page(c, "picker.title")
	if err != nil {
		return err
	}
	p.Errors = problems
	m := views.PickerPage{
		Page: p, Space: sp, Query: query, Guests: views.NewGuestCandidates(found),
		Chosen: form.Account, Permission: textOf(form.Permission), Days: textOf(form.Days), On: textOf(form.On),
	}
	return s.overSpace(c, status, p, sp, views.ShowPicker(m))
}

// pickerFailed shows the picker again with the reason why nobody was added.
func (s *Server) pickerFailed(c echo.Context, form guestForm, err error) error {
	var known *store.Error
	if !errors.As(err, &known) || known.Kind != store.Conflict && known.Kind != store.TooMany && known.Kind != store.Invalid {
		return err
	}
	setRetryAfter(c, known.RetryAfter)
	return s.showPicker(c, statuses[known.Kind], "", form, views.Problems{{Field: known.Field, Code: known.Code, Args: known.Args}})
}
