package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/web/webtest"
)

// The name of the organisation stands on the next page; a bad one comes back
// with what is wrong with it, and an old sign-in asks for the password first.
func TestChangeOrganization(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	name := `見本 & "Works"`
	page := root.Post("/admin", url.Values{"organization": {name}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if got := page.Value("organization"); got != name {
		t.Errorf("the form holds %q", got)
	}
	if got := w.As("guest").Get("/").Text(".brand"); !strings.Contains(got, name) {
		t.Errorf("a guest reads %q", got)
	}

	long := strings.Repeat("長", 129)
	page = root.Post("/admin", url.Values{"organization": {long}}).Want(http.StatusUnprocessableEntity)
	if page.Problem("organization") != "name_too_long" || page.Value("organization") != long {
		t.Errorf("problem %q beside %q", page.Problem("organization"), page.Value("organization"))
	}

	w.Clock.Advance(11 * time.Minute)
	page = root.Post("/admin", url.Values{"organization": {"Later"}}).Want(http.StatusForbidden)
	if page.Value("organization") != "Later" {
		t.Error("what was typed is not kept")
	}
	if got := root.Get("/admin").Value("organization"); got != name {
		t.Errorf("the name is %q now", got)
	}
}
