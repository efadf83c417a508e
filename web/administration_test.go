package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guesthouse/web/webtest"
)

// SEC-S3: deletion, export and policy ask for the password again after ten
// minutes; until then nothing happens, and what was typed is kept.
func TestWhatNeedsARecentSignIn(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	w.Clock.Advance(11 * time.Minute)
	for _, path := range []string{guestPath(w.GuestEditor) + "/delete", "/admin/audit.csv", "/admin/audit?format=csv"} {
		to := root.Get(path).Want(http.StatusSeeOther).Location()
		if !strings.Contains(to, "next="+url.QueryEscape(strings.Split(path, "?")[0])) {
			t.Errorf("%s leads to %q", path, to)
		}
	}
	for path, form := range map[string]url.Values{
		guestPath(w.GuestEditor) + "/delete": {"reason": {"kept <b>text</b>"}},
		authentication:                       {"twostep.guests": {"on"}, "password.preset": {"basic"}, "signup.welcome_password": {"omit"}},
	} {
		page := root.Post(path, form).Want(http.StatusForbidden)
		for name := range form {
			if got := page.Value(name); got != form.Get(name) {
				t.Errorf("%s: %s came back as %q", path, name, got)
			}
		}
	}
	if setting(t, w, "twostep.guests") != "off" || root.Get(guestPath(w.GuestEditor)).Count("tr[data-space]") != 4 {
		t.Error("something was changed before the password was given")
	}
	for _, path := range []string{"/admin", "/admin/members", "/admin/guests", authentication, "/admin/audit", "/admin/mail"} {
		root.Get(path).Want(http.StatusOK) // looking needs no password
	}
}

// A key that no catalogue has stands on the page as it is.
var keys = regexp.MustCompile(`\b[a-z_]{3,}\.[a-z_]{3,}(\.[a-z_]+)?\b`)

// Every page of the administration says everything in every language.
func TestAdministrationSpeaksThreeLanguages(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := suspended(t, w, "")
	root.Post("/admin/mail/test", url.Values{"email": {"a@works.example"}}).Want(http.StatusSeeOther)
	root.Post(guestPath(w.GuestOutside)+"/delete", nil).Want(http.StatusSeeOther)
	root.Post(authentication, url.Values{"twostep.guests": {"on"}, "password.preset": {"basic"}}).Want(http.StatusSeeOther)
	titles := map[string]map[string]bool{}
	for _, lang := range []string{"en", "ja", "zh"} {
		c := w.As("root")
		c.Language = lang
		for _, path := range []string{
			"/admin", "/admin/members", "/admin/members/new", "/admin/members?q=nobody", "/admin/members/" + w.Host.ID.String(),
			"/admin/guests", "/admin/guests?status=ended", guestPath(w.GuestEditor), guestPath(w.GuestReader), guestPath(w.GuestOutside),
			guestPath(w.GuestReader) + "/suspension", guestPath(w.GuestReader) + "/delete",
			guestPath(w.GuestEditor) + "/spaces/" + w.Space.String() + "/delete",
			authentication, "/admin/mail", "/admin/mail?state=sent", "/admin/audit", "/admin/audit?action=nothing",
		} {
			page := c.Get(path).Want(http.StatusOK)
			if page.Attr("html", "lang") != lang {
				t.Errorf("%s speaks %s instead of %s", path, page.Attr("html", "lang"), lang)
			}
			for _, key := range keys.FindAllString(page.Text("body"), -1) {
				if !strings.Contains(key, "example") && !strings.Contains(key, "twostep.") && !strings.Contains(key, "password.preset") {
					t.Errorf("%s %s says %q", lang, path, key)
				}
			}
			if strings.Contains(page.Body, "{{") {
				t.Errorf("%s %s: an argument is missing", lang, path)
			}
			if titles[path] == nil {
				titles[path] = map[string]bool{}
			}
			titles[path][page.Text("main")] = true
		}
	}
	for path, texts := range titles {
		if len(texts) != 3 {
			t.Errorf("%s says the same in two languages", path)
		}
	}
}
