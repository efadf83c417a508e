package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// page is the Page of somebody who is signed in, with the rail around it. The
// title is a key of the catalogue with its arguments; for a title that people
// wrote, set Title afterwards.
func (s *Server) page(c echo.Context, title string, args ...any) (views.Page, error) {
	p, err := s.gatePage(c, title, args...)
	if err != nil || p.Account == nil || p.Fragment {
		return p, err
	}
	p.NoMailLeaves = s.noMailLeaves() && p.Administrator()
	frame, err := s.Store.Frame(c.Request().Context(), *p.Account)
	if err != nil {
		return p, err
	}
	p.Spaces, p.Unread, p.Unseen = rail(frame.Spaces), frame.Unread, frame.Unseen
	p.GuestSpace = s.guestSpace(c, p)
	return p, nil
}

// guestSpace is the guest space of which the page is one, for the scripts in it.
func (s *Server) guestSpace(c echo.Context, p views.Page) store.ID {
	id := p.AddressedSpace()
	if id == 0 || !p.Calls() {
		return 0
	}
	for _, space := range p.Spaces {
		if space.ID == id {
			if space.Guest {
				return id
			}
			return 0
		}
	}
	space, err := s.Store.Space(c.Request().Context(), *p.Account, id, store.ToKnow)
	if err != nil || !space.IsGuestSpace() {
		return 0 // the page itself says what is wrong with its address
	}
	return id
}

// gatePage is the Page of a page without the rail: before one is inside, errors.
func (s *Server) gatePage(c echo.Context, title string, args ...any) (views.Page, error) {
	environment, err := s.environment(c)
	if err != nil {
		return views.Page{}, err
	}
	p := s.barePage(c, environment)
	if title != "" {
		p.Title = p.T(title, args...)
	}
	if !p.Fragment {
		p.Flash = s.takeFlash(c)
	}
	return p, nil
}

func (s *Server) barePage(c echo.Context, environment store.Environment) views.Page {
	r := c.Request()
	p := views.Page{
		Printer:      s.words(c, environment),
		Now:          s.Store.Now(),
		Account:      signedIn(c),
		Organization: environment.Name,
		Policy:       environment.Policy,
		Base:         s.base(),
		Host:         s.BaseURL.Host,
		Path:         r.URL.RequestURI(),
		RequestID:    requestID(c),
		Fragment:     fragment(c),
		Posted:       !safe(r.Method),
	}
	if visit := visitOf(c); visit != nil {
		p.Happened = visit.Happened
	}
	if p.Account != nil && !p.Fragment {
		p.RequestToken = s.Store.RequestToken(visitOf(c).Session)
	}
	return p
}

// environment is the organisation as it is now: from the visit, if there is one.
func (s *Server) environment(c echo.Context) (store.Environment, error) {
	if visit := visitOf(c); visit != nil {
		return visit.Environment, nil
	}
	return s.Store.Environment(c.Request().Context())
}

// words are the reader's language and zone: those of the account, else what
// was chosen in this browser, else what the browser asks for; times in the
// account's zone, else the environment's.
func (s *Server) words(c echo.Context, environment store.Environment) locale.Printer {
	zone, _ := locale.LoadZone(environment.TimeZone) // nil is UTC
	if visit := visitOf(c); visit != nil {
		if own, ok := locale.LoadZone(visit.Account.TimeZone); ok {
			zone = own
		}
		if locale.Known(visit.Account.Locale) {
			return locale.For(visit.Account.Locale, zone)
		}
	}
	return locale.For(s.browserLanguage(c, environment), zone)
}

// browserLanguage is the language for a reader whose account names none.
func (s *Server) browserLanguage(c echo.Context, environment store.Environment) string {
	if chosen := s.cookie(c.Request(), languageCookie); locale.Known(chosen) {
		return chosen
	}
	if accepted := c.Request().Header.Get("Accept-Language"); accepted != "" {
		return locale.Match(accepted)
	}
	return environment.Locale
}

// fragment reports whether the browser's script asks for a part of a page.
func fragment(c echo.Context) bool { return c.Request().Header.Get("HX-Request") == "true" }

// setLanguage remembers the language that a stranger chose on a page.
func (s *Server) setLanguage(c echo.Context) error {
	var form struct {
		Locale string `form:"locale"`
		Next   string `form:"next"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if lang := strings.TrimSpace(form.Locale); locale.Known(lang) {
		s.setCookie(c, languageCookie, lang, languageLife)
	}
	return s.redirect(c, s.back(form.Next))
}

const languageLife = 365 * store.Day
