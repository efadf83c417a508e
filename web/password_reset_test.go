package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

const freshPassword = "lanterns along the garden wall"

// SEC-P8: asking, the mail, the link, the new password.
func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	inside := w.As("guest")
	c := w.Anonymous()
	asked := c.Post("/password/forgotten", url.Values{"login": {"erika@partner.example"}}).Want(http.StatusSeeOther).Follow()
	link := resetLink.FindString(delivered(t, w)["password-reset"])
	if link == "" {
		t.Fatal("no link in the mail")
	}
	for range 2 { // SEC-T4: a mail scanner opens it too
		page := w.Anonymous().Get(link).Want(http.StatusOK)
		if page.Attr("#login", "value") != "erika@partner.example" {
			t.Errorf("the page is for %q", page.Attr("#login", "value"))
		}
	}
	short := c.Post(link, url.Values{"password": {"short"}}).Want(http.StatusUnprocessableEntity)
	if short.Problem("password") != "password_too_short" {
		t.Errorf("problem %q", short.Problem("password"))
	}
	done := c.Post(link, url.Values{"password": {freshPassword}}).Want(http.StatusSeeOther)
	if done.Location() != "/login" || c.Cookie("guesthouse") != "" {
		t.Errorf("the reset leads to %q, session %q", done.Location(), c.Cookie("guesthouse"))
	}
	inside.Get("/profile").Want(http.StatusSeeOther) // ended
	if text := delivered(t, w)["password-changed"]; !strings.Contains(text, "new password") {
		t.Errorf("the owner was not told: %q", text)
	}
	c.Post("/login", credentials("erika@partner.example", storetest.Password)).Want(http.StatusUnprocessableEntity)
	c.Post("/login", credentials("erika@partner.example", freshPassword)).Want(http.StatusSeeOther)
	// SEC-P6: the same answer for an address that nobody has.
	unknown := w.Anonymous().Post("/password/forgotten", url.Values{"login": {"nobody@partner.example"}}).Want(http.StatusSeeOther).Follow()
	same(t, asked, unknown)
	if len(w.Mails()) != 0 {
		t.Error("a mail was queued for nobody")
	}
}

// SEC-T5: every dead link has the same page.
func TestDeadResetLinks(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.Anonymous()
	ask := func() string {
		t.Helper()
		c.Post("/password/forgotten", url.Values{"login": {"host@works.example"}}).Want(http.StatusSeeOther)
		return resetLink.FindString(delivered(t, w)["password-reset"])
	}
	replaced := ask()
	used := ask()
	c.Post(used, url.Values{"password": {freshPassword}}).Want(http.StatusSeeOther)
	expired := ask()
	w.Clock.Advance(2 * store.Day)
	unknown := "/password/reset/" + strings.Repeat("A", 43)
	want := w.Anonymous().Get(unknown).Want(http.StatusGone)
	if want.Code() != "link_gone" {
		t.Errorf("code %q", want.Code())
	}
	for name, link := range map[string]string{
		"used": used, "replaced": replaced, "expired": expired, "malformed": "/password/reset/x%00y",
	} {
		same(t, want, w.Anonymous().Get(link), unknown, link)
		same(t, w.Anonymous().Post(unknown, url.Values{"password": {freshPassword}}),
			w.Anonymous().Post(link, url.Values{"password": {freshPassword}}), unknown, link)
		if t.Failed() {
			t.Fatalf("link %s", name)
		}
	}
}

// SEC-P8: two addresses are none.
func TestResetOfTwoAddresses(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Anonymous().Post("/password/forgotten", url.Values{"login": {"host@works.example", "evil@evil.example"}}).Want(http.StatusBadRequest)
	w.Anonymous().Post("/password/forgotten", url.Values{"login": {"host@works.example, evil@evil.example"}}).Want(http.StatusSeeOther)
	if len(w.Mails()) != 0 {
		t.Error("a mail was queued")
	}
	empty := w.Anonymous().Post("/password/forgotten", url.Values{"login": {" "}}).Want(http.StatusUnprocessableEntity)
	if empty.Problem("login") != "required" {
		t.Errorf("problem %q", empty.Problem("login"))
	}
}

// SEC-S7: the link is built from the base URL, whatever the request says.
func TestResetLinkIsOurs(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.Anonymous()
	r := c.Request(http.MethodPost, "/password/forgotten", strings.NewReader("login=host%40works.example"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-Host", "evil.example")
	r.Header.Set("Forwarded", "host=evil.example;proto=https")
	c.Do(r).Want(http.StatusSeeOther)
	text := delivered(t, w)["password-reset"]
	if strings.Contains(text, "evil.example") || !strings.Contains(text, w.URL+"/password/reset/") {
		t.Errorf("the mail:\n%s", text)
	}
}

// A new member sets the first password by the mailed link and is inside.
func TestMemberInvitationLink(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	_, _, err := w.Store.AddMember(t.Context(), w.Root, store.NewMember{Name: "Nora New", Email: "nora@works.example", ByMail: true})
	if err != nil {
		t.Fatal(err)
	}
	link := resetLink.FindString(delivered(t, w)["member-invitation"])
	c := w.Anonymous()
	if page := c.Get(link).Want(http.StatusOK); page.Text("h1") != "Set your password" {
		t.Errorf("the page is %q", page.Text("h1"))
	}
	if to := c.Post(link, url.Values{"password": {freshPassword}}).Want(http.StatusSeeOther).Location(); to != "/" {
		t.Errorf("afterwards: %q", to)
	}
	c.Get("/profile").Want(http.StatusOK)
}

// SEC-I7: no token, password or code stands in the log.
func TestLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.Anonymous()
	c.Post("/password/forgotten", url.Values{"login": {"host@works.example"}}).Want(http.StatusSeeOther)
	link := resetLink.FindString(delivered(t, w)["password-reset"])
	c.Get(link).Want(http.StatusOK)
	c.Post(link, url.Values{"password": {freshPassword}}).Want(http.StatusSeeOther)
	c.Post("/login", credentials("host@works.example", freshPassword)).Want(http.StatusSeeOther)
	token := strings.TrimPrefix(link, "/password/reset/")
	for _, secret := range []string{token, freshPassword, c.Cookie("guesthouse"), "host@works.example"} {
		if strings.Contains(w.Log(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(w.Log(), "/password/reset/:token") {
		t.Error("the log does not name the route")
	}
}
