package web

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// deviceCookie tells a browser that signed in before from a stranger's; it
// opens nothing (SEC-P7).
const (
	deviceCookie = "guesthouse-device"
	deviceLife   = 400 * store.Day // the longest that browsers keep
)

// browsersCookie tells a browser in which somebody gave a code before and was
// not to be asked again (C11). The store knows until when.
const browsersCookie = "guesthouse-browser"

type signInForm struct {
	Login    string `form:"login"`
	Password string `form:"password"`
	Next     string `form:"next"`
	Keep     string `form:"keep"`
}

// newSession is the door. Who is inside already is led on.
func (s *Server) newSession(c echo.Context) error {
	var query struct {
		Next string `query:"next"`
	}
	if err := c.Bind(&query); err != nil {
		return err
	}
	next := s.next(query.Next)
	if signedIn(c) != nil {
		return s.redirect(c, next)
	}
	needs, err := s.Store.NeedsSetup(c.Request().Context())
	if err != nil {
		return err
	}
	if needs {
		return s.redirect(c, views.SetupURL)
	}
	return s.showSignIn(c, http.StatusOK, signInForm{Next: next}, nil)
}

// createSession signs in, or leads to the second step.
func (s *Server) createSession(c echo.Context) error {
	var form signInForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	form.Next = s.next(form.Next)
	entry, err := s.Store.SignIn(c.Request().Context(), store.Credentials{
		Login: form.Login, Password: form.Password, Device: s.cookie(c.Request(), deviceCookie), Browsers: s.cookie(c.Request(), browsersCookie), Replaces: s.sessionToken(c),
		Next: form.Next, Agent: c.Request().UserAgent(), Keep: form.Keep == "on",
	})
	var refused *store.Error
	switch {
	case err == nil:
		return s.enter(c, entry, form.Next)
	case errors.As(err, &refused) && (refused.Kind == store.Invalid || refused.Kind == store.TooMany):
		return s.showSignIn(c, statuses[refused.Kind], form, refused)
	}
	return err
}

func (s *Server) showSignIn(c echo.Context, status int, form signInForm, refused *store.Error) error {
	p, err := s.gatePage(c, "login.title")
	if err != nil {
		return err
	}
	m := views.LoginPage{Page: p, Login: form.Login, Keep: form.Keep == "on"}
	if form.Next != views.HomeURL {
		m.Next = form.Next
	}
	if refused != nil {
		m.Refused = views.Problem{Code: refused.Code, Args: refused.Args}
		m.Wait = refused.RetryAfter
		m.Title = p.T("common.error_prefix", "Title", p.Title)
		retryAfter(c, refused.RetryAfter)
	}
	return s.render(c, status, views.ShowLogin(m))
}

// retryAfter says in whole seconds when to come back.
func retryAfter(c echo.Context, wait time.Duration) {
	if wait > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
}

// enter gives the browser its cookies and leads on: to the second step, or to
// where it wanted to go.
func (s *Server) enter(c echo.Context, entry store.Entry, next string) error {
	s.setSession(c, entry.Token, entry.Session)
	if entry.Device != "" {
		s.setCookie(c, deviceCookie, entry.Device, deviceLife)
	}
	if entry.Browsers != "" {
		s.setCookie(c, browsersCookie, entry.Browsers, deviceLife)
	}
	if entry.Session.Stage == store.StageVerification {
		next = views.VerificationURL
	}
	return s.redirect(c, next)
}

// deleteSession signs out. Signing out twice is fine.
func (s *Server) deleteSession(c echo.Context) error {
	if token := s.sessionToken(c); token != "" {
		if err := s.Store.SignOut(c.Request().Context(), token); err != nil {
			return err
		}
	}
	s.clearSession(c)
	s.flash(c, "flash.signed_out")
	return s.redirect(c, views.LoginURL)
}
