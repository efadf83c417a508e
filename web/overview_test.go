package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
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

// SEC-R4: an administrator is told of a disk that takes no files any more.
func TestOverviewOfAFullDisk(t *testing.T) {
	t.Parallel()
	for free, want := range map[int64]bool{1 << 30: false, 100 << 20: true} {
		inner := storetest.New(t, func(o *store.Options) {
			o.Disk = func() (int64, int64, error) { return free, 10 << 30, nil }
		})
		page := webtest.On(t, inner).As("root").Get("/admin").Want(http.StatusOK)
		if got := strings.Contains(page.Text(`section[aria-labelledby="notes"]`), "disk"); got != want {
			t.Errorf("with %d bytes free it is said: %v", free, got)
		}
	}
}
