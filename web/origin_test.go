package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/web"
	"guesthouse/web/webtest"
)

// SEC-S5
func TestWhereAPostComesFrom(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	const refused, taken = http.StatusForbidden, http.StatusSeeOther
	for _, test := range []struct {
		name, site, origin string
		cookie             bool
		want               int
	}{
		{"our own page", "same-origin", w.URL, true, taken},
		{"our own page, as our Referrer-Policy makes browsers say it", "same-origin", "null", true, taken},
		{"another site that hides its origin", "cross-site", "null", true, refused},
		{"our own page, an older browser", "", w.URL, true, taken},
		{"typed by the person", "none", "", true, taken},
		{"another site", "cross-site", "https://evil.example", true, refused},
		{"another site, without a cookie", "cross-site", "https://evil.example", false, refused},
		{"a sibling of our domain", "same-site", "https://sibling.example", true, refused},
		{"another site, an older browser", "", "https://evil.example", true, refused},
		{"no origin", "", "null", true, refused},
		{"our host over https", "", strings.Replace(w.URL, "http://", "https://", 1), true, refused},
		{"says nothing, with our cookie", "", "", true, refused},
		{"says nothing, a program without a cookie", "", "", false, taken},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := w.Anonymous()
			if test.cookie {
				c = w.As("editor")
			}
			r := c.Request(http.MethodPost, "/language", strings.NewReader(url.Values{"locale": {"ja"}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			set(r, "Sec-Fetch-Site", test.site)
			set(r, "Origin", test.origin)
			page := c.Do(r).Want(test.want)
			if test.want == refused && page.Code() != "cross_site" {
				t.Errorf("code %q", page.Code())
			}
		})
	}
}

func set(r *http.Request, name, value string) {
	r.Header.Del(name)
	if value != "" {
		r.Header.Set(name, value)
	}
}

// SEC-S7
func TestHosts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, base, host string
		want             int
	}{
		{"our own", "http://portal.example:8080", "portal.example:8080", http.StatusNotFound},
		{"in capitals", "http://portal.example:8080", "Portal.Example:8080", http.StatusNotFound},
		{"port that goes without saying", "http://portal.example", "portal.example:80", http.StatusNotFound},
		{"https port that goes without saying", "https://portal.example", "portal.example:443", http.StatusNotFound},
		{"another host", "http://portal.example:8080", "evil.example", http.StatusMisdirectedRequest},
		{"another port", "http://portal.example:8080", "portal.example:9090", http.StatusMisdirectedRequest},
		{"our name in front", "http://portal.example", "portal.example.evil.example", http.StatusMisdirectedRequest},
		{"our name behind", "http://portal.example", "evil-portal.example", http.StatusMisdirectedRequest},
		{"the address", "http://portal.example", "127.0.0.1", http.StatusMisdirectedRequest},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := webtest.New(t, func(config *web.Config) {
				config.BaseURL, _ = url.Parse(test.base)
			})
			r := w.Anonymous().Request(http.MethodGet, "/nowhere", nil)
			r.Host = test.host
			r.Header.Set("X-Forwarded-Host", "portal.example")
			page := w.Anonymous().Do(r).Want(test.want)
			if strings.Contains(page.Body, "evil.example") {
				t.Error("the page names a host that somebody else chose")
			}
			if test.want == http.StatusMisdirectedRequest && page.Attr(".gate__card a.btn", "href") != test.base+"/" {
				t.Errorf("the page leads to %q", page.Attr(".gate__card a.btn", "href"))
			}
		})
	}
}

// SEC-S1, SEC-S8: over https.
func TestOverHTTPS(t *testing.T) {
	t.Parallel()
	w := webtest.New(t, func(config *web.Config) { config.BaseURL, _ = url.Parse("https://portal.example") })
	c := w.Anonymous()
	r := c.Request(http.MethodPost, "/language", strings.NewReader("locale=ja"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Host = "portal.example"
	r.Header.Set("Origin", "https://portal.example")
	page := c.Do(r).Want(http.StatusSeeOther)
	if got := page.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("Strict-Transport-Security is %q", got)
	}
	cookie := page.Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-guesthouse-language=ja", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie %q has no %s", cookie, want)
		}
	}
	if strings.Contains(cookie, "Domain") {
		t.Errorf("the cookie %q has a domain", cookie)
	}
}
