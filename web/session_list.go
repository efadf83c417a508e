package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// listSessions shows where one is signed in.
func (s *Server) listSessions(c echo.Context) error {
	sessions, err := s.Store.Sessions(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	p, err := s.page(c, "profile.title")
	if err != nil {
		return err
	}
	p.Current = views.NavProfile
	m := views.SessionsPage{Page: p}
	if m.Remembered, err = s.Store.RememberedBrowsers(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	for _, one := range sessions {
		m.Sessions = append(m.Sessions, views.SessionRow{Session: one, Here: one.ID == visitOf(c).Session.ID})
	}
	return s.render(c, http.StatusOK, views.ShowSessions(m))
}

// deleteOtherSession signs out in one other browser.
func (s *Server) deleteOtherSession(c echo.Context) error {
	err := s.Store.EndSession(c.Request().Context(), actor(c), store.ParseID(c.Param("session")))
	if err != nil {
		return err
	}
	s.flash(c, "flash.session_ended")
	return s.redirect(c, views.ProfileSessionsURL)
}

// deleteOtherSessions signs out everywhere else.
func (s *Server) deleteOtherSessions(c echo.Context) error {
	ended, err := s.Store.EndOtherSessions(c.Request().Context(), actor(c), s.sessionToken(c))
	if err != nil {
		return err
	}
	s.flash(c, "flash.sessions_ended", "N", int(ended))
	return s.redirect(c, views.ProfileSessionsURL)
}
