package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"guesthouse/store/storetest"
)

// inside is a server to which a test adds routes of its own.
type inside struct {
	*Server
	world *storetest.World
	log   *bytes.Buffer
}

func newInside(t *testing.T, routes ...*route) *inside {
	t.Helper()
	w := storetest.New(t)
	in := &inside{world: w, log: new(bytes.Buffer)}
	s, err := New(Config{
		Store: w.Store, BaseURL: &url.URL{Scheme: "http", Host: "portal.example"},
		Log: slog.New(slog.NewTextHandler(in.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range routes {
		s.add(r, s.guarded(r))
		s.known = append(s.known, patternFrom(r.pattern))
	}
	in.Server = s
	return in
}

// ask sends a request as a browser with this session would.
func (in *inside) ask(token, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://portal.example"+path, strings.NewReader(body))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: token})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	in.Handler().ServeHTTP(w, r)
	return w
}

func ok(c echo.Context) error { return c.String(http.StatusOK, "ok") }
