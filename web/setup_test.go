package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"guesthouse/web/webtest"
)

// The first run: the console's code, one page, and one is inside.
func TestSetup(t *testing.T) {
	t.Parallel()
	w := webtest.Empty(t)
	code, err := w.Store.SetupCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := w.Anonymous()
	c.Language = "ja"
	if to := c.Get("/login").Want(http.StatusSeeOther).Location(); to != "/setup" {
		t.Errorf("the door of an empty portal leads to %q", to)
	}
	page := c.Get("/setup").Want(http.StatusOK)
	if page.Value("locale") != "ja" || page.Value("preset") != "guesthouse" || page.Value("timezone") != "UTC" {
		t.Errorf("guesses: %q, %q, %q", page.Value("locale"), page.Value("preset"), page.Value("timezone"))
	}
	action, form := page.Form("main form")
	empty := c.Post(action, form).Want(http.StatusUnprocessableEntity)
	for field, want := range map[string]string{
		"display_name": "required", "email": "required", "password": "required", "preset": "", "organization": "",
	} {
		if got := empty.Problem(field); got != want {
			t.Errorf("%s: problem %q, want %q", field, got, want)
		}
	}
	form.Set("display_name", "Jane Roe")
	form.Set("email", "jane@works.example")
	form.Set("password", freshPassword)
	form.Set("organization", "Beispiel")
	form.Set("setup_code", "guessed")
	wrong := c.Post(action, form).Want(http.StatusUnprocessableEntity)
	if wrong.Problem("setup_code") != "setup_code_wrong" || wrong.Value("display_name") != "Jane Roe" || wrong.Exists("[name=password][value]") {
		t.Errorf("a wrong code: %q", wrong.Problem("setup_code"))
	}
	form.Set("setup_code", code)
	if to := c.Post(action, form).Want(http.StatusSeeOther).Location(); to != "/" {
		t.Errorf("afterwards: %q", to)
	}
	if name := c.Get("/profile").Want(http.StatusOK).Value("display_name"); name != "Jane Roe" {
		t.Errorf("inside as %q", name)
	}
	// SEC-S10: there is no such page any more.
	for _, page := range []*webtest.Page{c.Get("/setup"), w.Anonymous().Get("/setup"), w.Anonymous().Post("/setup", form)} {
		if page.Want(http.StatusNotFound).Code() != "not_found" {
			t.Errorf("code %q", page.Code())
		}
	}
}

// SEC-S10: an environment with an administrator has no such page.
func TestNoSetup(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, who := range webtest.Cast {
		w.As(who).Get("/setup").Want(http.StatusNotFound)
		w.As(who).Post("/setup", url.Values{"setup_code": {"x"}}).Want(http.StatusNotFound)
	}
}
