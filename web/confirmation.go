package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

type confirmationForm struct {
	Current string `form:"current_password"`
	Next    string `form:"next"`
}

// recent lets a handler be reached only by who gave the password in the last
// ten minutes (SEC-S3). Others give it again first: a page is led back to; of
// a form that was sent, what was typed is kept to be sent again.
func (s *Server) recent(c echo.Context, handler echo.HandlerFunc) error {
	visit := visitOf(c)
	switch {
	case visit == nil:
		return store.ErrSignIn
	case visit.Recent(s.Store.Now()):
		return handler(c)
	case safe(c.Request().Method):
		return s.redirect(c, views.ConfirmNextURL(s.next(c.Request().URL.RequestURI())))
	}
	return s.showKeptFor(c, *errConfirmFirst, views.ConfirmURL, "error_action.confirm_new_tab")
}

// newConfirmation asks for the password again.
func (s *Server) newConfirmation(c echo.Context) error {
	var query struct {
		Next string `query:"next"`
	}
	if err := c.Bind(&query); err != nil {
		return err
	}
	return s.showConfirmation(c, http.StatusOK, s.next(query.Next), nil)
}

// createConfirmation takes it and leads on.
func (s *Server) createConfirmation(c echo.Context) error {
	var form confirmationForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	next := s.next(form.Next)
	if err := s.Store.Confirm(c.Request().Context(), s.sessionToken(c), form.Current); err != nil {
		return s.refusePassword(c, err, func(c echo.Context, status int, problems views.Problems) error {
			return s.showConfirmation(c, status, next, problems)
		})
	}
	return s.redirect(c, next)
}

func (s *Server) showConfirmation(c echo.Context, status int, next string, problems views.Problems) error {
	p, err := s.gatePage(c, "confirm.title")
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.ShowConfirm(views.ConfirmPage{Page: p, Login: actor(c).Login, Next: next}))
}
