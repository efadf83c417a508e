package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/web/webtest"
)

// C10: a lost password or second step, from the administrator's page to the
// guest who is inside again.
func TestRecoveryPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	ana, page := signUpOffline(t, w, "printed_codes")
	code := page.Texts(".codes li")[0]
	ana.Post("/verification", url.Values{"code": {code}}).Want(http.StatusSeeOther)
	root := w.As("root")
	list := root.Get("/admin/guests?q=ana").Want(http.StatusOK)
	guest := strings.TrimPrefix(list.Attr("tr[data-email='ana'] a[href^='/admin/guests/']", "href"), "/admin/guests/")
	if guest == "" || strings.Contains(guest, "/") {
		t.Fatalf("the guest: %q", guest)
	}
	start := root.Get("/admin/guests/"+guest).Want(http.StatusOK).Attr("a[href$='/recovery']", "href")
	root.Get(start).Want(http.StatusOK)
	root.Get(start + "/page").Want(http.StatusNotFound) // there is none yet, and looking makes none
	made := root.Post(start, url.Values{"reason": {"lost the paper"}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	link, err := url.Parse(made.Text("#link"))
	if err != nil || !strings.HasPrefix(link.Path, "/password/reset/") || made.Text("#identifier") != "ana" || !made.Exists("svg.qr path") {
		t.Fatalf("the page: %v, %s", err, made.Text("main"))
	}
	ana.Get("/profile").Want(http.StatusSeeOther) // signed out
	back := w.Anonymous()
	if got := back.Get(link.Path).Want(http.StatusOK); !strings.Contains(got.Attr("#login", "value"), "ana") {
		t.Errorf("the reset page: %s", got.Text("main"))
	}
	entered := back.Post(link.Path, url.Values{"password": {"lanterns along the wall"}}).Want(http.StatusSeeOther)
	if entered.Location() != "/verification" {
		t.Errorf("after the new password: %q", entered.Location())
	}
	fresh := entered.Follow().Want(http.StatusOK).Texts(".codes li")
	back.Post("/verification", url.Values{"code": {fresh[0]}}).Want(http.StatusSeeOther)
	back.Get("/profile").Want(http.StatusOK)
	w.Anonymous().Get(link.Path).Want(http.StatusGone)
	if len(delivered(t, w)) != 0 {
		t.Error("something was mailed")
	}
}

// SEC-P6: who asks for a new password with an identifier gets the answer of
// everybody.
func TestForgottenIdentifier(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	signUpOffline(t, w, "totp")
	known := w.Anonymous().Post("/password/forgotten", url.Values{"login": {"ana"}}).Want(http.StatusSeeOther).Follow()
	unknown := w.Anonymous().Post("/password/forgotten", url.Values{"login": {"nobody"}}).Want(http.StatusSeeOther).Follow()
	if known.Text("main") != unknown.Text("main") || len(delivered(t, w)) != 0 {
		t.Errorf("known: %s\nunknown: %s", known.Text("main"), unknown.Text("main"))
	}
}
