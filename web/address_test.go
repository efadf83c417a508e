package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// S2-13: asking, the mail, the link, the button, and in by the new address.
func TestOwnAddressPages(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("guest")
	if !c.Get("/profile").Exists("a[href='/profile/address']") {
		t.Error("the profile does not lead there")
	}
	action, form := c.Get("/profile/address").Want(http.StatusOK).Form("main form[action='/profile/address']")
	form.Set("email", "no address")
	wrong := c.Post(action, form).Want(http.StatusUnprocessableEntity)
	if wrong.Problem("email") != "not_an_address" || wrong.Value("email") != "no address" {
		t.Errorf("problem %q, typed %q", wrong.Problem("email"), wrong.Value("email"))
	}
	form.Set("email", "host@works.example")
	taken := w.As("reader").Post(action, form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	for _, m := range w.Deliver() {
		if m.Secret != "" {
			t.Error("there is a link to a taken address")
		}
	}
	form.Set("email", "erika@new.example")
	sent := c.Post(action, form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if sent.Text("main") != taken.Text("main") { // SEC-P6
		t.Errorf("%q, and for a taken address %q", sent.Text("main"), taken.Text("main"))
	}
	link := ""
	for _, m := range w.Deliver() {
		if m.To == "erika@new.example" {
			link = "/address/" + m.Secret
		}
	}
	for range 2 { // SEC-T4
		page := w.Anonymous().Get(link).Want(http.StatusOK)
		if page.Text("#after") != "erika@new.example" {
			t.Errorf("the page is for %q", page.Text("#after"))
		}
	}
	other := w.Anonymous()
	if to := other.Post(link, nil).Want(http.StatusSeeOther).Location(); to != "/login" {
		t.Errorf("led to %q", to)
	}
	c.Get("/profile").Want(http.StatusSeeOther) // ended
	other.Post("/login", credentials("erika@partner.example", storetest.Password)).Want(http.StatusUnprocessableEntity)
	other.Post("/login", credentials("erika@new.example", storetest.Password)).Want(http.StatusSeeOther)
	unknown := "/address/" + strings.Repeat("A", 43) // SEC-T5
	same(t, w.Anonymous().Get(unknown).Want(http.StatusGone), w.Anonymous().Get(link), unknown, link)
	same(t, w.Anonymous().Post(unknown, nil).Want(http.StatusGone), w.Anonymous().Post(link, nil), unknown, link)
	if strings.Contains(w.Log(), strings.TrimPrefix(link, "/address/")) || strings.Contains(w.Log(), "erika@new.example") { // SEC-I7
		t.Error("the log holds the link or the address")
	}
}

// SEC-S3: a browser that somebody left open does not change the address.
func TestOwnAddressRecently(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("host")
	w.Clock.Advance(10 * time.Minute)
	c.Get("/profile/address").Want(http.StatusSeeOther)
	kept := c.Post("/profile/address", url.Values{"email": {"jane@new.example"}}).Want(http.StatusForbidden)
	if kept.Code() != "confirm_first" || len(w.Mails()) != 0 {
		t.Errorf("%s", kept.Code())
	}
}
