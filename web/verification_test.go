package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guesthouse/mail"
	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// delivered hands all mails over and gives the text bodies, rendered as people
// get them, by their kind.
func delivered(t *testing.T, w *webtest.World) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, m := range w.Deliver() {
		message, err := mail.Render(m, mail.Environment{BaseURL: w.URL, Organization: "Example Works", Now: w.Clock.Now()})
		if err != nil {
			t.Fatalf("a %s mail: %v", m.Kind, err)
		}
		texts[m.Kind] = message.Text
	}
	return texts
}

var (
	codeLine  = regexp.MustCompile(`(?m)^\s*(\d{4} ?\d{4})\s*$`)
	resetLink = regexp.MustCompile(`/password/reset/[\w-]{43}`)
)

// S0-35 to S0-40: a guest signs in with the code of a mail.
func TestSecondStep(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	policy(t, w, map[string]string{"twostep.guests": "on"})
	c := w.Anonymous()
	form := credentials("erika@partner.example", storetest.Password)
	form.Set("next", "/profile/sessions")
	waiting := c.Post("/login", form).Want(http.StatusSeeOther)
	if waiting.Location() != "/verification" {
		t.Fatalf("after the password: %q", waiting.Location())
	}
	pending := c.Cookie("guesthouse")
	page := waiting.Follow().Want(http.StatusOK)
	if !strings.Contains(page.Text("main"), "e•••a@partner.example") || strings.Contains(page.Body, "erika@") {
		t.Errorf("the page: %s", page.Text("main"))
	}
	// Nothing else opens (SEC-P9).
	for _, path := range []string{"/profile", "/profile/password", "/profile/sessions"} {
		if to := c.Get(path).Want(http.StatusSeeOther).Location(); to != "/verification" {
			t.Errorf("%s leads to %q", path, to)
		}
	}
	c.Post("/profile", url.Values{"display_name": {"x"}}).Want(http.StatusUnauthorized)
	mails := delivered(t, w)
	match := codeLine.FindStringSubmatch(mails["verification"])
	if match == nil {
		t.Fatalf("no code on a line of its own:\n%s", mails["verification"])
	}
	wrong := c.Post("/verification", url.Values{"code": {"0000 000x"}}).Want(http.StatusUnprocessableEntity)
	if wrong.Problem("code") != "code_wrong" || wrong.Value("code") != "0000 000x" || !strings.Contains(wrong.Text("#code-error"), "4 tries") {
		t.Errorf("a wrong code: %q, %s", wrong.Problem("code"), wrong.Text("main"))
	}
	if early := c.Post("/verification/resend", nil).Want(http.StatusTooManyRequests); early.Header.Get("Retry-After") != "60" {
		t.Errorf("Retry-After %q", early.Header.Get("Retry-After"))
	}
	entered := c.Post("/verification", url.Values{"code": {match[1]}}).Want(http.StatusSeeOther)
	if entered.Location() != "/profile/sessions" {
		t.Errorf("after the code: %q", entered.Location())
	}
	if c.Cookie("guesthouse") == pending { // SEC-S2
		t.Error("the session kept its id")
	}
	entered.Follow().Want(http.StatusOK)
	if to := c.Get("/verification").Want(http.StatusSeeOther).Location(); to != "/" {
		t.Errorf("the code page afterwards leads to %q", to)
	}
}

// SEC-T9, S0-36: a new code by the button, after the pause.
func TestResendCode(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	policy(t, w, map[string]string{"twostep.guests": "on"})
	c := w.Anonymous()
	c.Post("/login", credentials("erika@partner.example", storetest.Password)).Want(http.StatusSeeOther)
	first := codeLine.FindStringSubmatch(delivered(t, w)["verification"])[1]
	if !c.Get("/verification").Exists("form[action='/verification/resend'] [aria-disabled]") {
		t.Error("the button does not say that it has to wait")
	}
	w.Clock.Advance(time.Minute)
	sent := c.Post("/verification/resend", nil).Want(http.StatusSeeOther).Follow()
	if !strings.Contains(sent.Text(".flash"), "new code") {
		t.Errorf("flash %q", sent.Text(".flash"))
	}
	second := codeLine.FindStringSubmatch(delivered(t, w)["verification"])[1]
	c.Post("/verification", url.Values{"code": {first}}).Want(http.StatusUnprocessableEntity)
	c.Post("/verification", url.Values{"code": {second}}).Want(http.StatusSeeOther)
}

// The page of the code is for nobody else.
func TestVerificationIsForWhoWaits(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	if to := w.Anonymous().Get("/verification").Want(http.StatusSeeOther).Location(); !strings.HasPrefix(to, "/login") {
		t.Errorf("a stranger is led to %q", to)
	}
	w.Anonymous().Post("/verification", url.Values{"code": {"12345678"}}).Want(http.StatusUnauthorized)
	w.As("host").Post("/verification", url.Values{"code": {"12345678"}}).Want(http.StatusForbidden)
}

// SEC-T9: the owner of an account whose codes rest is told by mail.
func TestCodesRestMail(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	policy(t, w, map[string]string{"twostep.guests": "on"})
	c := w.Anonymous()
	c.Post("/login", credentials("erika@partner.example", storetest.Password)).Want(http.StatusSeeOther)
	mails := map[string]string{}
	for try := range 20 {
		if try%5 == 0 && try > 0 {
			w.Clock.Advance(time.Minute)
			c.Post("/verification/resend", nil).Want(http.StatusSeeOther)
		}
		c.Post("/verification", url.Values{"code": {"0000000"}}).Want(http.StatusUnprocessableEntity)
		for kind, text := range delivered(t, w) {
			mails[kind] = text
		}
	}
	if text := mails["notification"]; !strings.Contains(text, "/password/forgotten") || !strings.Contains(text, "erika@partner.example") {
		t.Errorf("the mail:\n%s", text)
	}
	w.Clock.Advance(time.Minute)
	c.Post("/verification/resend", nil).Want(http.StatusSeeOther)
	rest := c.Post("/verification", url.Values{"code": {"0000000"}}).Want(http.StatusTooManyRequests)
	if !strings.Contains(rest.Text(".error-summary"), "Too many wrong codes") || rest.Header.Get("Retry-After") == "" {
		t.Errorf("the page: %s", rest.Text("main"))
	}
}
