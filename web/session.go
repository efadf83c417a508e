package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
)

// The cookies of the portal. Over https their names begin with __Host-, which
// keeps other hosts of the same domain from setting them. docs/adr/0004
const (
	sessionCookie  = "guesthouse"
	flashCookie    = "guesthouse-flash"
	languageCookie = "guesthouse-language"
)

// cookieName is the name as the browser knows it.
func (s *Server) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// cookie is the value of one of our cookies, "" when there is none.
func (s *Server) cookie(r *http.Request, name string) string {
	cookie, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return "" // the only error is that there is none
	}
	return cookie.Value
}

// setCookie sets one of our cookies for so long; 0 is until the browser closes.
func (s *Server) setCookie(c echo.Context, name, value string, life time.Duration) {
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure follows the base URL: plain http is loopback
		Name:     s.cookieName(name),
		Value:    value,
		Path:     "/",
		MaxAge:   int(life / time.Second),
		Secure:   s.secure(),
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	})
}

func (s *Server) clearCookie(c echo.Context, name string) {
	c.SetCookie(&http.Cookie{ //nolint:gosec // as in setCookie
		Name: s.cookieName(name), Path: "/", MaxAge: -1,
		Secure: s.secure(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// setSession hands the browser the token of the session that the store made.
// The cookie goes with the browser unless the person wants to stay signed in.
func (s *Server) setSession(c echo.Context, token string, session store.Session) {
	var life time.Duration
	if session.Keep {
		life = session.ExpiresAt.Sub(s.Store.Now())
	}
	s.setCookie(c, sessionCookie, token, life)
}

// clearSession takes the cookie back. What the browser kept of the portal goes
// with it (SEC-S2).
func (s *Server) clearSession(c echo.Context) {
	s.clearCookie(c, sessionCookie)
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
}

// sessionToken is what the cookie holds, for the store's methods that end or
// rotate a session.
func (s *Server) sessionToken(c echo.Context) string { return s.cookie(c.Request(), sessionCookie) }

// readVisit finds out, once per request, who is there. A cookie without a
// living session is like none.
func (s *Server) readVisit(c echo.Context) error {
	token := s.sessionToken(c)
	if token == "" {
		return nil
	}
	visit, err := s.Store.Visit(c.Request().Context(), token)
	if errors.Is(err, store.ErrSignIn) {
		return nil
	}
	if err != nil {
		return err
	}
	c.Set(keyVisit, &visit)
	return nil
}

// visitOf is who is there, at whatever stage of signing in; nil for a stranger.
func visitOf(c echo.Context) *store.Visit {
	visit, _ := c.Get(keyVisit).(*store.Visit)
	return visit
}

// actor is the account that acts. For a stranger it is an account that the
// store knows nothing of, and refuses.
func actor(c echo.Context) store.Account {
	if visit := visitOf(c); visit != nil {
		return visit.Account
	}
	return store.Account{}
}

// signedIn is who is there, if all steps of signing in are done; else nil.
func signedIn(c echo.Context) *store.Account {
	visit := visitOf(c)
	if visit == nil || visit.Session.Stage != store.StageFull {
		return nil
	}
	return &visit.Account
}
