package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// signUpOffline signs Ana up by a printed link and gives her browser, which
// stands before the second step.
func signUpOffline(t *testing.T, w *webtest.World, factor string) (*webtest.Client, *webtest.Page) {
	t.Helper()
	policy(t, w, map[string]string{"twostep.guests": "on", "guest.offline_second_factor": factor})
	inv, err := w.Store.InvitePrinted(t.Context(), w.Host, w.Space, store.PrintedInvite{Identifier: "ana", Name: "Ana Silva"})
	if err != nil {
		t.Fatal(err)
	}
	_, _, token, err := w.Store.InvitationLink(t.Context(), w.Host, w.Space, inv.ID)
	if err != nil {
		t.Fatal(err)
	}
	c := w.Anonymous()
	page := c.Post("/invitations/"+token, url.Values{"display_name": {"Ana"}, "password": {"plenty of apples 4 winter"}}).Want(http.StatusSeeOther)
	if page.Location() != "/verification" {
		t.Fatalf("after signing up: %q", page.Location())
	}
	c.Get("/profile").Want(http.StatusSeeOther) // SEC-P9: nothing else opens
	return c, page.Follow().Want(http.StatusOK)
}

// C10, S0-40: the app is enrolled on the page of the code, and then asked for.
func TestEnrolApp(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c, page := signUpOffline(t, w, "totp")
	key := strings.ReplaceAll(page.Text("#totp-key"), " ", "")
	code, err := totp.GenerateCode(key, w.Clock.Now())
	if err != nil || !page.Exists("svg.qr path") || page.Exists("form[action='/verification/resend']") {
		t.Fatalf("the page: %v, %s", err, page.Text("main"))
	}
	wrong := c.Post("/verification", url.Values{"code": {"12345x"}}).Want(http.StatusUnprocessableEntity)
	if wrong.Problem("code") != "factor_wrong" || !wrong.Exists("#totp-key") {
		t.Errorf("a wrong code: %q", wrong.Problem("code"))
	}
	c.Post("/verification/resend", nil).Want(http.StatusNotFound)
	if to := c.Post("/verification", url.Values{"code": {code}}).Want(http.StatusSeeOther).Location(); to != "/spaces/"+w.Space.String() {
		t.Errorf("after the code: %q", to)
	}
	own := c.Get("/profile/second-step").Want(http.StatusOK)
	if strings.Contains(own.Body, key) {
		t.Error("the key is shown again")
	}
	c.Post("/profile/second-step", nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if got := c.Post("/profile/second-step/confirm", url.Values{"code": {"000000"}}).Want(http.StatusUnprocessableEntity); got.Problem("code") != "factor_not_confirmed" {
		t.Errorf("a wrong confirmation: %q", got.Problem("code"))
	}
	fresh := strings.ReplaceAll(c.Get("/profile/second-step").Text("#totp-key"), " ", "")
	code, err = totp.GenerateCode(fresh, w.Clock.Now())
	if err != nil || fresh == key {
		t.Fatalf("the new key: %v", err)
	}
	c.Post("/profile/second-step/confirm", url.Values{"code": {code}}).Want(http.StatusSeeOther)
	w.Clock.Advance(time.Minute)
	back := w.Anonymous()
	back.Post("/login", credentials("ana", "plenty of apples 4 winter")).Want(http.StatusSeeOther)
	if page := back.Get("/verification").Want(http.StatusOK); page.Exists("#totp-key") {
		t.Error("the next sign-in offers a key")
	}
	code, err = totp.GenerateCode(fresh, w.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	back.Post("/verification", url.Values{"code": {code}}).Want(http.StatusSeeOther)
	back.Get("/profile").Want(http.StatusOK)
}

// C10: printed codes are shown until one is entered; when few are left, the
// sign-in leads to where new ones are made.
func TestEnrolPrintedCodes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c, page := signUpOffline(t, w, "printed_codes")
	codes := page.Texts(".codes li")
	if len(codes) != 10 {
		t.Fatalf("codes: %q", codes)
	}
	c.Post("/verification", url.Values{"code": {codes[0]}}).Want(http.StatusSeeOther)
	for i, code := range codes[1:] {
		back := w.Anonymous()
		back.Post("/login", credentials("ana", "plenty of apples 4 winter")).Want(http.StatusSeeOther)
		to := back.Post("/verification", url.Values{"code": {code}}).Want(http.StatusSeeOther).Location()
		if few := 8-i <= 3; few != (to == "/profile/second-step") {
			t.Errorf("with %d left: %q", 8-i, to)
		}
	}
	c.Post("/profile/second-step", nil).Want(http.StatusSeeOther)
	fresh := c.Get("/profile/second-step").Texts(".codes li")
	c.Post("/profile/second-step/confirm", url.Values{"code": {fresh[3]}}).Want(http.StatusSeeOther)
	if got := c.Get("/profile/second-step").Want(http.StatusOK); !strings.Contains(got.Text("main"), "9 are left") || got.Exists(".codes") {
		t.Errorf("afterwards: %s", got.Text("main"))
	}
}

// C11: the box on the code page, the browser, and its row among the sessions.
func TestRememberBrowser(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	policy(t, w, map[string]string{"twostep.guests": "on"})
	c := w.Anonymous()
	c.Post("/login", credentials("erika@partner.example", storetest.Password)).Want(http.StatusSeeOther)
	if c.Get("/verification").Exists("input[name='remember']") {
		t.Error("the box is there although each sign-in asks for a code (S0-38)")
	}
	policy(t, w, map[string]string{"twostep.remember_days": "7"})
	if !c.Get("/verification").Exists("input[name='remember']") {
		t.Error("there is no box")
	}
	code := codeLine.FindStringSubmatch(delivered(t, w)["verification"])[1]
	c.Post("/verification", url.Values{"code": {code}, "remember": {"on"}}).Want(http.StatusSeeOther)
	c.Post("/logout", nil).Want(http.StatusSeeOther)
	if to := c.Post("/login", credentials("erika@partner.example", storetest.Password)).Want(http.StatusSeeOther).Location(); to != "/" {
		t.Errorf("the next sign-in leads to %q", to)
	}
	forget, _ := c.Get("/profile/sessions").Want(http.StatusOK).Form("tr[data-browser] form")
	c.Post(forget, nil).Want(http.StatusSeeOther)
	if c.Get("/profile/sessions").Exists("tr[data-browser]") {
		t.Error("the browser is still there")
	}
	if to := c.Post("/login", credentials("erika@partner.example", storetest.Password)).Want(http.StatusSeeOther).Location(); to != "/verification" {
		t.Errorf("after forgetting the browser: %q", to)
	}
}
