package web

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// Addresses that are not pages.
const (
	healthPath    = "/healthz"
	readyPath     = "/readyz"
	staticPattern = "/static/*"
)

// showHealth says that the program runs.
func (s *Server) showHealth(c echo.Context) error {
	return c.String(http.StatusOK, "ok\n")
}

// showReady says whether requests can be served: the database answers, and
// nobody has asked the program to stop.
func (s *Server) showReady(c echo.Context) error {
	if s.stopping.Load() {
		return c.String(http.StatusServiceUnavailable, "stopping\n")
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	if err := s.Store.Ping(ctx); err != nil {
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// showStatic serves style sheet, script, icons and covers.
func (s *Server) showStatic(c echo.Context) error {
	s.static.ServeHTTP(c.Response(), c.Request())
	return nil
}
