package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

var aValue = regexp.MustCompile(`gh_(pw|tk)_[\w-]{43}`)

// program is the form of an API token as it is sent.
func program(name string) url.Values {
	return url.Values{"name": {name}, "kind": {"token"}, "scope": {"read", "guests"}, "ends_in_days": {"90"}}
}

// made sends the form and gives the page that follows, with its value.
func made(t *testing.T, c *webtest.Client, form url.Values) (page *webtest.Page, value string) {
	t.Helper()
	page = c.Post("/profile/programs", form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	return page, page.Attr("#value", "value")
}

// A value is shown once, in a page that nobody keeps, without a script.
func TestAPICredentialIsShownOnce(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("root")
	if page := c.Get("/profile/programs").Want(http.StatusOK); page.Exists("[data-shown]") || page.Exists("[data-credential]") {
		t.Error("something is shown before anything was made")
	}
	page, value := made(t, c, program("Nightly"))
	if !aValue.MatchString(value) || !strings.HasPrefix(value, "gh_tk_") || page.Attr("#header", "value") != "Authorization: Bearer "+value {
		t.Fatalf("the page shows %d characters", len(value))
	}
	if page.Header.Get("Cache-Control") != "no-store" { // SEC-S9
		t.Errorf("Cache-Control: %q", page.Header.Get("Cache-Control"))
	}
	again := c.Get("/profile/programs").Want(http.StatusOK)
	if again.Exists("[data-shown]") || aValue.MatchString(again.Body) {
		t.Error("the value is shown again")
	}
	if row := again.Text("[data-credential]"); !strings.Contains(row, "Nightly") || !strings.Contains(row, value[len(value)-4:]) {
		t.Errorf("the list says %q", row)
	}
	for _, mail := range w.Mails() {
		if mail.Kind == store.MailAPICredential && mail.To == w.Root.Email {
			return
		}
	}
	t.Error("nobody is told")
}

// The cookie that carries the value to its page holds it for nobody else.
func TestShownAPICredentialIsForOneBrowser(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c, other := w.As("root"), w.As("root")
	c.Post("/profile/programs", program("Nightly")).Want(http.StatusSeeOther)
	sealed := c.Cookie("guesthouse-made")
	if sealed == "" || strings.Contains(sealed, "gh_tk_") {
		t.Fatalf("the cookie is %q", sealed)
	}
	other.SetCookie("guesthouse-made", sealed)
	if other.Get("/profile/programs").Want(http.StatusOK).Exists("[data-shown]") {
		t.Error("another session reads it")
	}
	w.Clock.Advance(2 * time.Minute)
	if c.Get("/profile/programs").Want(http.StatusOK).Exists("[data-shown]") {
		t.Error("it is read two minutes later")
	}
	c.SetCookie("guesthouse-made", "nonsense")
	c.Get("/profile/programs").Want(http.StatusOK)
}

// What was typed stays, with a word beside each field that is wrong.
func TestAPICredentialForm(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("root")
	page := c.Post("/profile/programs", url.Values{"kind": {"token"}, "scope": {"spaces"}, "ends_in_days": {"x"}}).Want(http.StatusUnprocessableEntity)
	if page.Problem("name") != "required" || page.Problem("ends_in_days") != "bad_number" || page.Value("ends_in_days") != "x" {
		t.Errorf("problems %q and %q", page.Problem("name"), page.Problem("ends_in_days"))
	}
	if !page.Exists("#kind-token[checked]") || !page.Exists("#scope-spaces[checked]") || page.Exists("#scope-read[checked]") {
		t.Error("the choices are lost")
	}
	if code := c.Post("/profile/programs", url.Values{"name": {"A"}, "kind": {"token"}, "ends_in_days": {"1"}}).Want(http.StatusUnprocessableEntity).Problem("scope"); code != "no_api_scope" {
		t.Errorf("without a scope: %q", code)
	}
	w.Clock.Advance(11 * time.Minute) // SEC-S3
	if code := c.Post("/profile/programs", program("Late")).Want(http.StatusForbidden).Code(); code != "confirm_first" {
		t.Errorf("eleven minutes later: %q", code)
	}
}

// One and all are revoked by their owner, and all by a colleague.
func TestRevokeAPICredentials(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("root")
	values := make([]string, 3)
	for i, name := range []string{"One", "Two", "Three"} {
		_, values[i] = made(t, c, program(name))
	}
	live := func() (names []string) {
		for i, value := range values {
			if _, err := w.Store.CallAPI(t.Context(), value); err == nil {
				names = append(names, []string{"One", "Two", "Three"}[i])
			}
		}
		return names
	}
	action, form := c.Get("/profile/programs").Form("[data-credential]:last-child form")
	page := c.Post(action, form).Want(http.StatusSeeOther).Follow()
	if got := live(); !slices.Equal(got, []string{"Two", "Three"}) || page.Count("[data-credential].muted") != 1 {
		t.Errorf("after one was revoked %v are left", got)
	}
	if err := w.Store.SetMemberRights(t.Context(), w.Root, w.Host.ID, true, true); err != nil {
		t.Fatal(err)
	}
	colleague, path := w.As("host"), "/admin/members/"+w.Root.ID.String()
	page = colleague.Get(path).Want(http.StatusOK)
	if n := page.Text("[data-programs] .count"); n != "2" {
		t.Errorf("a colleague counts %s", n)
	}
	action, form = page.Form("[data-programs] form")
	if colleague.Post(action, form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK).Exists("[data-programs]") {
		t.Error("there is something to revoke still")
	}
	if got := live(); len(got) != 0 {
		t.Errorf("a colleague left %v", got)
	}
	made(t, c, program("Four"))
	c.Post("/profile/programs/delete", nil).Want(http.StatusSeeOther)
	if c.Get("/profile/programs").Exists("form[action='/profile/programs/delete']") {
		t.Error("there is something to revoke still")
	}
}
