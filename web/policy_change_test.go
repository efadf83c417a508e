package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"guesthouse/web/webtest"
)

const authentication = "/admin/authentication"

func setting(t *testing.T, w *webtest.World, name string) string {
	t.Helper()
	e, err := w.Store.Environment(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return e.Policy.Value(name)
}

// S0-39, C13: one setting alone is a whole form.
func TestOneSettingAlone(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	for _, test := range []struct {
		form url.Values
		name string
		want string
	}{
		{url.Values{"twostep.guests": {"on"}}, "twostep.guests", "on"},
		{url.Values{"twostep.ttl_minutes": {"10"}}, "twostep.guests", "on"},
		{url.Values{}, "twostep.guests", "on"},
		{url.Values{"twostep.guests": {"off", "on"}}, "twostep.guests", "on"},
		{url.Values{"twostep.guests": {"off"}}, "twostep.guests", "off"},
		{url.Values{"invite.ttl": {"48h"}}, "invite.ttl", "48h"},
		{url.Values{"password.min_length": {"20"}, "preset": {"basic"}, "nonsense": {"x"}}, "password.min_length", "20"},
	} {
		root.Post(authentication, test.form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
		if got := setting(t, w, test.name); got != test.want {
			t.Errorf("%v: %s is %q, want %q", test.form, test.name, got, test.want)
		}
	}
	if page := root.Get(authentication); page.Value("invite.ttl") != "48h" {
		t.Errorf("the page shows %q", page.Value("invite.ttl"))
	}
}

// The page as it stands, sent without a touch, changes nothing.
func TestAuthenticationRoundTrip(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	root.Post(authentication, url.Values{"twostep.guests": {"on"}, "password.preset": {"custom"}, "password.letters_and_digits": {"on"}, "invite.ttl": {"14d"}}).Want(http.StatusSeeOther)
	action, fields := root.Get(authentication).Form("main form")
	root.Post(action, fields).Want(http.StatusSeeOther)
	for name, want := range map[string]string{
		"twostep.guests": "on", "twostep.ttl_minutes": "60", "password.preset": "custom", "password.letters_and_digits": "on",
		"invite.ttl": "14d", "signup.welcome_password": "omit",
	} {
		if got := setting(t, w, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if page := root.Get("/admin/audit?action=policy."); page.Count("tbody tr") != 1 {
		t.Errorf("%d rows in the audit log, want 1", page.Count("tbody tr"))
	}
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	typed := url.Values{
		"twostep.guests": {"maybe"}, "twostep.ttl_minutes": {"4 min"}, "password.preset": {"none"},
		"password.min_length": {"2"}, "signup.welcome_password": {"always"}, "invite.ttl": {"181d"},
	}
	page := root.Post(authentication, typed).Want(http.StatusUnprocessableEntity)
	for field, code := range map[string]string{
		"twostep.guests": "bad_setting", "twostep.ttl_minutes": "bad_number", "password.preset": "bad_setting",
		"password.min_length": "bad_number", "signup.welcome_password": "bad_setting", "invite.ttl": "bad_period",
	} {
		if got := page.Problem(field); got != code {
			t.Errorf("%s: %q, want %q", field, got, code)
		}
	}
	for _, field := range []string{"twostep.ttl_minutes", "password.min_length", "invite.ttl"} {
		if got := page.Value(field); got != typed.Get(field) {
			t.Errorf("%s came back as %q", field, got)
		}
	}
	if setting(t, w, "twostep.ttl_minutes") != "60" {
		t.Error("a bad value was kept")
	}
}

// SEC-P3: basic passwords bring two-step with them; off again asks twice.
func TestBasicPasswordsNeedTwoStep(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	root.Post(authentication, url.Values{"password.preset": {"basic"}}).Want(http.StatusSeeOther)
	if setting(t, w, "twostep.guests") != "on" {
		t.Fatal("two-step is off under basic passwords")
	}
	page := root.Post(authentication, url.Values{"twostep.guests": {"off"}}).Want(http.StatusUnprocessableEntity)
	if page.Problem("twostep.guests") != "basic_needs_two_step" || !page.Exists("#confirm") || setting(t, w, "twostep.guests") != "on" {
		t.Error("switching two-step off is not asked about")
	}
	root.Post(authentication, url.Values{"twostep.guests": {"off"}, "confirm": {"on"}}).Want(http.StatusSeeOther)
	if setting(t, w, "twostep.guests") != "off" {
		t.Error("the confirmation did nothing")
	}
}

// C3: mailing passwords is acknowledged first.
func TestMailingPasswordsIsAcknowledged(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	form := url.Values{"signup.welcome_password": {"include_once"}}
	page := root.Post(authentication, form).Want(http.StatusUnprocessableEntity)
	if page.Problem("signup.welcome_password") != "acknowledge_welcome_password" || page.Value("signup.welcome_password") != "include_once" || !page.Exists("#acknowledge") {
		t.Error("mailing passwords is not asked about")
	}
	form.Set("acknowledge", "on")
	root.Post(authentication, form).Want(http.StatusSeeOther)
	if setting(t, w, "signup.welcome_password") != "include_once" {
		t.Error("the acknowledgement did nothing")
	}
}

// S0-39: open sessions stay, unless they are to end.
func TestSettingsEndSessions(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, token := w.As("root"), w.SignIn(w.GuestEditor)
	root.Post(authentication, url.Values{"twostep.guests": {"on"}}).Want(http.StatusSeeOther)
	if _, err := w.Store.Visit(t.Context(), token); err != nil {
		t.Error("an open session ended by itself")
	}
	root.Post(authentication, url.Values{"end_sessions": {"on"}}).Want(http.StatusSeeOther)
	if _, err := w.Store.Visit(t.Context(), token); err == nil {
		t.Error("the session goes on")
	}
	root.Get(authentication).Want(http.StatusOK)
}
