package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web"
	"guesthouse/web/webtest"
)

func credentials(login, password string) url.Values {
	return url.Values{"login": {login}, "password": {password}}
}

// cookies are the Set-Cookie lines of an answer by the cookie's name.
func cookies(page *webtest.Page) map[string]*http.Cookie {
	found := map[string]*http.Cookie{}
	for _, cookie := range (&http.Response{Header: page.Header}).Cookies() {
		found[cookie.Name] = cookie
	}
	return found
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.Anonymous()
	// A page that needs somebody leads to the door, and on from there.
	door := c.Get("/profile/sessions").Want(http.StatusSeeOther)
	if door.Location() != "/login?next=%2Fprofile%2Fsessions" {
		t.Fatalf("a stranger is led to %q", door.Location())
	}
	action, form := door.Follow().Want(http.StatusOK).Form("main form")
	form.Set("login", "host@works.example")
	form.Set("password", storetest.Password)
	entered := c.Post(action, form).Want(http.StatusSeeOther)
	if entered.Location() != "/profile/sessions" {
		t.Errorf("after signing in: %q", entered.Location())
	}
	page := entered.Follow().Want(http.StatusOK)
	if page.Count("tbody tr") != 1 {
		t.Errorf("%d sessions", page.Count("tbody tr"))
	}
	if to := c.Get("/login?next=/profile").Want(http.StatusSeeOther).Location(); to != "/profile" {
		t.Errorf("who is inside is led from the door to %q", to)
	}
	old := c.Cookie("guesthouse")
	out := c.Post("/logout", nil).Want(http.StatusSeeOther)
	if out.Header.Get("Clear-Site-Data") != `"cache", "storage"` { // SEC-S2
		t.Errorf("Clear-Site-Data is %q", out.Header.Get("Clear-Site-Data"))
	}
	if flash := out.Follow().Text(".flash"); !strings.Contains(flash, "signed out") {
		t.Errorf("flash %q", flash)
	}
	c.SetCookie("guesthouse", old)
	c.Get("/profile").Want(http.StatusSeeOther) // the old cookie is dead
	c.Post("/logout", nil).Want(http.StatusSeeOther)
	c.Get("/logout").Want(http.StatusMethodNotAllowed) // SEC-S2: POST only
}

// SEC-S1: the cookies of every way in.
func TestCookies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		base         string
		keep         string
		wantName     string
		wantSecure   bool
		wantLifeDays int
	}{
		"plain":           {"", "", "guesthouse", false, 0},
		"plain, kept":     {"", "on", "guesthouse", false, 30},
		"over https":      {"https://portal.example", "", "__Host-guesthouse", true, 0},
		"https, kept":     {"https://portal.example", "on", "__Host-guesthouse", true, 30},
		"https with port": {"https://portal.example:8443", "", "__Host-guesthouse", true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := webtest.New(t, func(config *web.Config) {
				if test.base != "" {
					config.BaseURL, _ = url.Parse(test.base)
				}
			})
			form := credentials("erika@partner.example", storetest.Password)
			form.Set("keep", test.keep)
			c := w.Anonymous()
			r := c.Request(http.MethodPost, "/login", strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if test.base != "" {
				base, _ := url.Parse(test.base)
				r.Host = base.Host
				r.Header.Set("Origin", test.base)
			}
			set := cookies(c.Do(r).Want(http.StatusSeeOther))
			for _, suffix := range []string{"", "-device"} {
				cookie := set[test.wantName+suffix]
				if cookie == nil {
					t.Fatalf("no cookie %s%s among %v", test.wantName, suffix, set)
				}
				if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" ||
					cookie.Domain != "" || cookie.Secure != test.wantSecure {
					t.Errorf("cookie %s", cookie.Raw)
				}
			}
			if days := set[test.wantName].MaxAge / int(store.Day/time.Second); days != test.wantLifeDays {
				t.Errorf("the session's cookie lives %d days", days)
			}
		})
	}
}

// masked takes out of a page what differs between any two requests.
func masked(page *webtest.Page, secrets ...string) string {
	body := page.Body
	for _, secret := range secrets {
		body = strings.ReplaceAll(body, secret, "…")
	}
	return requestToken.ReplaceAllString(strings.ReplaceAll(body, page.Header.Get("X-Request-Id"), "…"), "…")
}

var requestToken = regexp.MustCompile(`<meta name="request-token" content="[^"]*">`)

var changingHeaders = regexp.MustCompile(`^(Date|X-Request-Id|Content-Length)$`)

// same fails the test unless two answers can not be told apart.
func same(t *testing.T, a, b *webtest.Page, secrets ...string) {
	t.Helper()
	if a.Status != b.Status {
		t.Errorf("status %d and %d", a.Status, b.Status)
	}
	if masked(a, secrets...) != masked(b, secrets...) {
		t.Errorf("the pages differ:\n%s\n%s", masked(a, secrets...), masked(b, secrets...))
	}
	for name := range a.Header {
		if !changingHeaders.MatchString(name) && a.Header.Get(name) != b.Header.Get(name) {
			t.Errorf("header %s: %q and %q", name, a.Header.Get(name), b.Header.Get(name))
		}
	}
	if len(a.Header) != len(b.Header) {
		t.Errorf("headers %v and %v", a.Header, b.Header)
	}
}

// SEC-P6: nobody learns at the door which addresses there are, whatever they
// are, and not after many tries either.
func TestUnknownIsWrong(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	known, unknown := "host@works.example", "nope@works.example"
	for try := range 7 {
		a := w.Anonymous().Post("/login", credentials(known, "wrong"))
		b := w.Anonymous().Post("/login", credentials(unknown, "wrong"))
		same(t, a, b, known, unknown)
		want := http.StatusUnprocessableEntity
		if try >= 5 {
			want = http.StatusTooManyRequests
		}
		a.Want(want)
		if a.Value("login") != known || a.Exists(`[name=password][value]`) {
			t.Errorf("try %d: the address is %q; the password must not come back", try+1, a.Value("login"))
		}
	}
	wait := w.Anonymous().Post("/login", credentials(known, storetest.Password)).Want(http.StatusTooManyRequests)
	if wait.Header.Get("Retry-After") != "60" || !strings.Contains(wait.Text(".error-summary"), "1 min") {
		t.Errorf("Retry-After %q, %s", wait.Header.Get("Retry-After"), wait.Text(".error-summary"))
	}
	// S0-35: whether a code would be asked for does not show either.
	policy(t, w, map[string]string{"twostep.guests": "on"})
	a := w.Anonymous().Post("/login", credentials("mario@studio.example", "wrong"))
	b := w.Anonymous().Post("/login", credentials("luigi@studio.example", "wrong"))
	same(t, a, b, "mario@studio.example", "luigi@studio.example")
}

func policy(t *testing.T, w *webtest.World, settings map[string]string) {
	t.Helper()
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: settings, Confirmed: true}); err != nil {
		t.Fatal(err)
	}
}

// SEC-S2: a cookie that somebody planted never becomes a session.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.Anonymous()
	c.SetCookie("guesthouse", "planted-by-somebody-else")
	c.Post("/login", credentials("host@works.example", storetest.Password)).Want(http.StatusSeeOther)
	first := c.Cookie("guesthouse")
	if first == "planted-by-somebody-else" {
		t.Fatal("the planted cookie is the session")
	}
	c.Post("/login", credentials("editor@works.example", storetest.Password)).Want(http.StatusSeeOther)
	if c.Cookie("guesthouse") == first {
		t.Error("another person has the session of the first")
	}
	other := w.Anonymous()
	other.SetCookie("guesthouse", first)
	other.Get("/profile").Want(http.StatusSeeOther) // replaced
}

// SEC-S6: whatever next says, one stays in the portal.
func TestHostileNext(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, next := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "/logout", "/nowhere", "javascript:alert(1)", "/login"} {
		form := credentials("host@works.example", storetest.Password)
		form.Set("next", next)
		if to := w.Anonymous().Post("/login", form).Want(http.StatusSeeOther).Location(); to != "/" {
			t.Errorf("next %q leads to %q", next, to)
		}
		page := w.Anonymous().Get("/login?next=" + url.QueryEscape(next)).Want(http.StatusOK)
		if page.Exists("main [name=next]") {
			t.Errorf("next %q is on the page", next)
		}
	}
	form := credentials("host@works.example", storetest.Password)
	form["next"] = []string{"/profile", "//evil.example"}
	w.Anonymous().Post("/login", form).Want(http.StatusBadRequest)
}

// SEC-P10: who may not come in reads why, with the right password only.
func TestSignInOfASuspendedGuest(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, "left"); err != nil {
		t.Fatal(err)
	}
	c := w.Anonymous()
	page := c.Post("/login", credentials("erika@partner.example", storetest.Password)).Want(http.StatusForbidden)
	if page.Code() != "suspended" || !strings.Contains(page.Text("main"), "Example Works") {
		t.Errorf("%s: %s", page.Code(), page.Text("main"))
	}
	if c.Cookie("guesthouse") != "" {
		t.Error("there is a session")
	}
	a := w.Anonymous().Post("/login", credentials("erika@partner.example", "wrong"))
	b := w.Anonymous().Post("/login", credentials("nobod@partner.example", "wrong"))
	same(t, a, b, "erika@partner.example", "nobod@partner.example")
}

// SEC-P7, through the cookie: the known browser is not locked out by strangers.
func TestKnownBrowser(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	known := w.Anonymous()
	known.Post("/login", credentials("host@works.example", storetest.Password)).Want(http.StatusSeeOther)
	known.Post("/logout", nil).Want(http.StatusSeeOther)
	for range 6 {
		w.Anonymous().Post("/login", credentials("host@works.example", "wrong"))
	}
	w.Anonymous().Post("/login", credentials("host@works.example", storetest.Password)).Want(http.StatusTooManyRequests)
	known.Post("/login", credentials("host@works.example", storetest.Password)).Want(http.StatusSeeOther)
}

// The page speaks the reader's language before anybody is known.
func TestDoorSpeaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for accept, want := range map[string]string{"ja": "ログイン", "zh-HK,zh;q=0.9": "登录", "de": "Sign in"} {
		c := w.Anonymous()
		c.Language = accept
		if got := c.Get("/login").Want(http.StatusOK).Text("h1"); got != want {
			t.Errorf("%s: %q", accept, got)
		}
	}
}

// Choosing a language leads back to the page, with where it was to lead on.
func TestLanguageAtTheDoor(t *testing.T) {
	t.Parallel()
	c := webtest.New(t).Anonymous()
	for _, path := range []string{"/login?next=%2Fprofile", "/password/forgotten"} {
		action, form := c.Get(path).Want(http.StatusOK).Form(".gate__top form")
		form.Set("locale", "ja")
		back := c.Post(action, form).Want(http.StatusSeeOther)
		if back.Location() != path {
			t.Errorf("from %s back to %q", path, back.Location())
		}
		if lang := back.Follow().Attr("html", "lang"); lang != "ja" {
			t.Errorf("%s is in %q", path, lang)
		}
	}
}

// SEC-P5: who must choose a password does that, or leaves.
func TestMustChangePassword(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	hash, err := w.Store.HashPassword(t.Context(), "given by somebody")
	if err != nil {
		t.Fatal(err)
	}
	err = w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		_, err := seed.Account(store.SeedAccount{
			Kind: store.Guest, Email: "api@partner.example", Name: "From the API", MustChange: true,
		}, hash)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c := w.Anonymous()
	c.Post("/login", credentials("api@partner.example", "given by somebody")).Want(http.StatusSeeOther)
	for _, path := range []string{"/profile", "/profile/sessions"} {
		if to := c.Get(path).Want(http.StatusSeeOther).Location(); to != "/profile/password" {
			t.Errorf("%s leads to %q", path, to)
		}
	}
	c.Post("/profile", url.Values{"display_name": {"x"}}).Want(http.StatusForbidden)
	page := c.Get("/profile/password").Want(http.StatusOK)
	if page.Exists(".rail") {
		t.Error("the page shows ways to elsewhere")
	}
	change := url.Values{"current_password": {"given by somebody"}, "password": {"given by somebody"}}
	if problem := c.Post("/profile/password", change).Want(http.StatusUnprocessableEntity).Problem("password"); problem != "password_same" {
		t.Errorf("problem %q", problem)
	}
	change.Set("password", "a lantern by the gate")
	if to := c.Post("/profile/password", change).Want(http.StatusSeeOther).Location(); to != "/" {
		t.Errorf("afterwards: %q", to)
	}
	c.Get("/profile").Want(http.StatusOK)
}
