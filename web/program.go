package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
	"guesthouse/web/api"
)

// programRoutes are the page about the REST API. The API itself is no route: see
// programs.
func (s *Server) programRoutes() []*route {
	return []*route{get(views.ProgramsURL, members, s.showPrograms)}
}

// showPrograms says which calls there are. With ?space= its scripts stand in a
// guest space of the reader.
func (s *Server) showPrograms(c echo.Context) error {
	var query struct {
		Space store.ID `query:"space"`
	}
	if err := c.Bind(&query); err != nil {
		return err
	}
	p, err := s.page(c, "programs.title")
	if err != nil {
		return err
	}
	for _, space := range p.Spaces {
		if space.ID == query.Space && space.Guest {
			p.GuestSpace = space.ID
		}
	}
	m := views.ProgramsPage{Page: p}
	for _, call := range api.Calls() {
		m.Calls = append(m.Calls, views.ProgramCall{
			Method: call.Method, Address: api.Address(call.Resource), Administrators: call.Administrators,
		})
	}
	return s.render(c, http.StatusOK, views.Programs(m))
}

// showOpenAPI sends the description of the API to whoever asks: it holds nothing
// of this portal, and programs that read it have no session.
func (s *Server) showOpenAPI(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Content-Type", "application/yaml") // RFC 9512
	h.Set("Cache-Control", "public, no-cache")
	h.Set("Etag", openAPITag())
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(api.OpenAPI()))
	return nil
}

var openAPITag = sync.OnceValue(func() string {
	sum := sha256.Sum256(api.OpenAPI())
	return `"` + hex.EncodeToString(sum[:8]) + `"`
})

// newAPI is the REST API of this portal.
func (s *Server) newAPI() *api.API {
	return api.New(api.Config{
		Store: s.Store, Log: s.Log, Base: s.base(),
		Session:  func(r *http.Request) string { return s.cookie(r, sessionCookie) },
		OurHost:  s.ourHost,
		OurPage:  s.sentByUs,
		FoundURL: views.FoundURL,
		Download: func(w http.ResponseWriter, r *http.Request, file store.Content) error {
			return sendContent(w, r, file, false)
		},
	})
}

// programs answers the calls of programs before anything that is for browsers
// looks at them: no page, no redirect and no form is ever their answer.
func (s *Server) programs(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if !api.Owns(r.URL.Path) {
			return next(c)
		}
		c.Set(keyRoute, &route{pattern: s.api.Pattern(r.URL.Path)})
		r.Body = newMoving(c, r.Body)
		s.api.ServeHTTP(c.Response(), r)
		return nil
	}
}
