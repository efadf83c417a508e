package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/static"
	"guesthouse/web/webtest"
)

func TestUnknownPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, who := range webtest.Cast {
		page := w.As(who).Get("/nowhere").Want(http.StatusNotFound)
		if page.Code() != "not_found" || page.Text("h1") != "We can't find this page" {
			t.Errorf("%s gets %q with code %q", who, page.Text("h1"), page.Code())
		}
		if id := page.Header.Get("X-Request-Id"); id == "" || !strings.Contains(page.Text(".ref"), id) {
			t.Errorf("the page does not name its reference %q", id)
		}
	}
}

func TestOnlyWhatIsMeant(t *testing.T) {
	t.Parallel()
	page := webtest.New(t).Anonymous().Get("/language").Want(http.StatusMethodNotAllowed)
	if page.Code() != "method_not_allowed" {
		t.Errorf("code %q", page.Code())
	}
	if allow := page.Header.Get("Allow"); !strings.Contains(allow, http.MethodPost) {
		t.Errorf("Allow is %q", allow)
	}
}

func TestAliases(t *testing.T) {
	t.Parallel()
	c := webtest.New(t).Anonymous()
	for from, to := range map[string]string{
		"/guest/login": "/login", "/k/guest/guest/login": "/login",
		"/k": "/", "/k/": "/", "/k/guest": "/", "/k/guest/": "/",
		"/favicon.ico": static.URL("favicon.svg"),
	} {
		if got := c.Get(from).Want(http.StatusSeeOther).Location(); got != to {
			t.Errorf("%s leads to %q, want %q", from, got, to)
		}
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		r := w.Anonymous().Request(http.MethodGet, path, nil)
		r.Host = "10.0.0.7:8080" // a supervisor asks by address
		w.Anonymous().Do(r).Want(http.StatusOK)
	}
	if err := w.Store.Close(); err != nil {
		t.Fatal(err)
	}
	w.Anonymous().Get("/healthz").Want(http.StatusOK)
	w.Anonymous().Get("/readyz").Want(http.StatusServiceUnavailable)
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	c := webtest.New(t).Anonymous()
	c.Language = "zh-HK,zh;q=0.9,en;q=0.5"
	if got := c.Get("/nowhere").Attr("html", "lang"); got != "zh" {
		t.Errorf("the browser's language: %q", got)
	}
	c.Post("/language", url.Values{"locale": {"ja"}, "next": {"/"}}).Want(http.StatusSeeOther)
	page := c.Get("/nowhere")
	if got := page.Attr("html", "lang"); got != "ja" {
		t.Errorf("the language that was chosen: %q", got)
	}
	if got := page.Text("h1"); got != "ページが見つかりません" {
		t.Errorf("the page says %q", got)
	}
	c.Post("/language", url.Values{"locale": {"xx"}})
	if got := c.Get("/nowhere").Attr("html", "lang"); got != "ja" {
		t.Errorf("a language that is none: %q", got)
	}
}
