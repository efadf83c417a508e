package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// guard says who may come to a route. It is the first look; the store decides.
type guard int

const (
	anybody        guard = iota // strangers too, and whoever is signed in
	waiting                     // who has given the password and owes a verification code
	changing                    // who is signed in, also who must choose a new password first (SEC-P5)
	agreeing                    // who is signed in, also a guest who must accept the terms first (SEC-P9)
	somebody                    // who is signed in
	members                     // who is signed in and no guest
	administrators              // system administrators
)

// guarded is the route's handler behind its guard and its limits.
func (s *Server) guarded(r *route) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Set(keyRoute, r)
		if err := limitBody(c, r); err != nil {
			return err
		}
		if err := s.readVisit(c); err != nil {
			return err
		}
		elsewhere, err := admit(r.guard, visitOf(c))
		if err != nil && (elsewhere == "" || !safe(c.Request().Method)) {
			return err
		}
		if elsewhere == views.TermsURL { // and back to what was asked for
			elsewhere = views.TermsNextURL(s.next(c.Request().URL.RequestURI()))
		}
		if elsewhere != "" {
			return s.redirect(c, elsewhere)
		}
		if r.recent {
			return s.recent(c, r.handler)
		}
		return r.handler(c)
	}
}

// admit says whether the visitor may come in: an error if not, and where to go
// instead, where there is such a place.
func admit(g guard, visit *store.Visit) (elsewhere string, err error) {
	switch {
	case g == anybody:
		return "", nil
	case visit == nil:
		return "", store.ErrSignIn
	case visit.Session.Stage != store.StageFull:
		if g == waiting {
			return "", nil
		}
		return views.VerificationURL, errVerifyFirst
	case g == waiting:
		return views.HomeURL, store.ErrForbidden
	case visit.Account.MustChangePassword && g != changing:
		return views.ProfilePasswordURL, errChangeFirst
	case visit.Account.MustAcceptTerms && !visit.Account.MustChangePassword && g != agreeing:
		return views.TermsURL, store.ErrTermsFirst
	}
	return "", admitAccount(g, visit.Account)
}

// admitAccount looks at what the account is. Guests must not know of what is
// not for them.
func admitAccount(g guard, account store.Account) error {
	switch {
	case g <= somebody:
		return nil
	case account.IsGuest():
		return store.ErrNotFound
	case g == administrators && !account.SystemAdmin:
		return store.ErrForbidden
	}
	return nil
}

// Limits of what a request may send (SEC-I2).
const (
	formBytes    = 1 << 20
	formFields   = 1000
	textBytes    = 4 << 20 // a megabyte of any script, as forms write it
	pictureBytes = 6 << 20
	filesBytes   = 4 << 30 // of all files of a form together; each is limited while it is read
)

// limitBody breaks a request off that sends more than its route takes.
func limitBody(c echo.Context, r *route) error {
	limit := int64(formBytes)
	switch {
	case r.picture:
		limit = pictureBytes
	case r.files && multipartForm(c.Request()):
		limit = filesBytes
	case r.text || r.files: // or a piece of a file
		limit = textBytes
	}
	request := c.Request()
	if request.ContentLength > limit {
		return errTooLarge
	}
	request.Body = http.MaxBytesReader(c.Response().Unwrap(), request.Body, limit)
	if r.files {
		request.Body = newMoving(c, request.Body)
	}
	return nil
}
