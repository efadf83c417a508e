package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guesthouse/web"
	"guesthouse/web/webtest"
)

var parameter = regexp.MustCompile(`:\w+`)

// pathOf fills the parameters of a route with an ID that nothing has.
func pathOf(r web.Route) string { return parameter.ReplaceAllString(r.Pattern, "987654321") }

func send(c *webtest.Client, r web.Route) *webtest.Page {
	if r.Method == http.MethodPost {
		return c.Post(pathOf(r), url.Values{})
	}
	return c.Get(pathOf(r))
}

// The first look at who comes: every route, everybody of the cast.
func TestGuards(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, who := range webtest.Cast {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			for _, r := range w.Server.Table() {
				if r.Pattern == "/logout" {
					continue // it would end the session of the rest of the table
				}
				c := w.As(who)
				page := send(c, r)
				want := refusal(r, who)
				if want != 0 && page.Status != want {
					t.Errorf("%s %s answers %s with %d, want %d", r.Method, r.Pattern, who, page.Status, want)
				}
				if want == http.StatusSeeOther && !strings.HasPrefix(page.Location(), "/login") {
					t.Errorf("%s leads %s to %q", r.Pattern, who, page.Location())
				}
			}
		})
	}
}

// refusal is the status with which the guard turns somebody away, 0 when it
// lets them in.
func refusal(r web.Route, who string) int {
	guest := slices.Contains([]string{"guest", "reader", "elsewhere"}, who)
	closed := r.Guard == "members" || r.Guard == "administrators"
	switch {
	case r.Guard == "anybody":
		return 0
	case who == "stranger" && r.Method == http.MethodGet:
		return http.StatusSeeOther
	case who == "stranger":
		return http.StatusUnauthorized
	case guest && closed:
		return http.StatusNotFound
	case r.Guard == "administrators" && who != "root":
		return http.StatusForbidden
	}
	return 0
}

// SEC-S8, SEC-S9: on every answer, whatever it is.
func TestHeaders(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	routes := append(w.Server.Table(),
		web.Route{Method: http.MethodGet, Pattern: "/nowhere"}, web.Route{Method: http.MethodPost, Pattern: "/healthz"},
		web.Route{Method: http.MethodGet, Pattern: "/healthz"}, web.Route{Method: http.MethodGet, Pattern: "/k/"})
	for _, who := range []string{"stranger", "root", "guest"} {
		for _, r := range routes {
			page := send(w.As(who), r)
			for name, want := range map[string]string{
				"X-Content-Type-Options":       "nosniff",
				"Referrer-Policy":              "no-referrer",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), payment=()",
				"Strict-Transport-Security":    "", // not over http
			} {
				if got := page.Header.Get(name); got != want {
					t.Errorf("%s %s: %s is %q, want %q", r.Method, r.Pattern, name, got, want)
				}
			}
			policy := page.Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("%s %s: Content-Security-Policy is %q", r.Method, r.Pattern, policy)
			}
			if cache := page.Header.Get("Cache-Control"); cache != "no-store" && cache != "private, no-cache" {
				t.Errorf("%s %s: Cache-Control is %q", r.Method, r.Pattern, cache)
			}
			if origin := page.Header.Get("Access-Control-Allow-Origin"); origin != "" {
				t.Errorf("%s %s allows %q", r.Method, r.Pattern, origin)
			}
		}
	}
}

// SEC-S5: every act of the table refuses another site before anything else.
func TestNoActFromAnotherSite(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("root")
	for _, r := range w.Server.Table() {
		if r.Method != http.MethodPost {
			continue
		}
		request := c.Request(r.Method, pathOf(r), nil)
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		request.Header.Set("Origin", "https://evil.example")
		if page := c.Do(request); page.Status != http.StatusForbidden || page.Code() != "cross_site" {
			t.Errorf("POST %s answers %d %s", r.Pattern, page.Status, page.Code())
		}
	}
}

// A second route under the same name would hide the first.
func TestRoutesAreTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range webtest.New(t).Server.Table() {
		name := r.Method + " " + parameter.ReplaceAllString(r.Pattern, ":")
		if seen[name] {
			t.Errorf("%s %s stands twice", r.Method, r.Pattern)
		}
		seen[name] = true
	}
}
