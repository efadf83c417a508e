package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// noticeMails makes notices and mails of what happened, and gives the link that ends
// the mails of the guest who reads only.
func noticeMails(t *testing.T, w *webtest.World) (token string) {
	t.Helper()
	ctx := t.Context()
	must(t, w.Store.MakeNotices(ctx))
	w.Clock.Advance(2 * time.Minute)
	must(t, w.Store.MailNotices(ctx))
	for _, mail := range w.Mails() {
		mail, err := w.Store.MailContent(ctx, mail)
		must(t, err)
		if mail.To == w.GuestReader.Email && mail.Unsubscribe != "" {
			token = mail.Unsubscribe
		}
		must(t, w.Store.MailSent(ctx, mail, "250 ok"))
	}
	return token
}

// noticedThread is a thread with a comment of a guest and one of the host.
func noticedThread(t *testing.T, w *webtest.World, audience store.Audience, words string) (thread store.ID) {
	t.Helper()
	ctx := t.Context()
	must(t, w.Store.Seed(ctx, func(seed store.Seeder) (err error) {
		thread, err = seed.Thread(w.Space, "Cover proofs", w.Editor)
		return err
	}))
	must(t, w.Store.MakeNotices(ctx)) // of how everybody came
	_, err := w.Store.AddComment(ctx, w.Host, w.Space, thread, store.NewComment{Body: words, Audience: audience})
	must(t, err)
	_, err = w.Store.AddComment(ctx, w.GuestEditor, w.Space, thread, store.NewComment{Body: "Thanks"})
	must(t, err)
	return thread
}

// S4-10, SEC-A5, SEC-T4: the list names who is a guest, opening it marks nothing,
// the team's words are not in a guest's, and an act marks all as read.
func TestTheListOfNotices(t *testing.T) {
	t.Parallel()
	const canary = "CANARY the margin is 4711"
	w := webtest.New(t)
	thread := noticedThread(t, w, store.TeamOnly, canary)
	noticeMails(t, w)
	editor, guest := w.As("editor"), w.As("reader")
	for range 2 {
		page := editor.Get("/notifications").Want(http.StatusOK)
		if !strings.Contains(page.Body, "Thanks") || page.Count("[data-notice] .dot") != 1 || !page.Exists("[data-notice] [data-guest]") {
			t.Errorf("the member's list:\n%s", page.Text("#notices"))
		}
		if got := page.Text("#bell .pill-count"); !strings.HasPrefix(got, "2") {
			t.Errorf("the bell says %q", got)
		}
	}
	for _, path := range []string{"/notifications", "/notifications/bell", "/"} {
		page := guest.Get(path).Want(http.StatusOK)
		if strings.Contains(page.Body, canary) || !strings.HasPrefix(page.Text("#bell .pill-count"), "1") {
			t.Errorf("%s shows a guest %q and %q", path, page.Text("#bell"), canary)
		}
	}
	editor.Get("/spaces/" + w.Space.String() + "/threads/" + thread.String()).Want(http.StatusOK)
	if page := editor.Get("/notifications"); page.Exists("[data-notice] .dot") || page.Count("[data-notice]") != 1 {
		t.Error("reading the thread did not mark its notices")
	}
	action, fields := guest.Get("/notifications").Form("#notices form")
	guest.Post(action, fields).Want(http.StatusSeeOther)
	if page := guest.Get("/notifications"); page.Exists("[data-notice] .dot") || page.Exists("#bell .pill-count") {
		t.Error("marking all as read left something new")
	}
}

// C15: people choose for all spaces and for one.
func TestChoosingMails(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	guest := w.As("reader")
	guest.Post("/profile/notifications", url.Values{"comments": {"daily"}}).Want(http.StatusSeeOther)
	guest.Post("/profile/notifications", url.Values{"space": {w.Space.String()}, "files": {"off"}}).Want(http.StatusSeeOther)
	page := guest.Get("/profile/notifications").Want(http.StatusOK)
	if got := page.Value("comments"); got != "daily" {
		t.Errorf("comments: %q", got)
	}
	if !page.Exists(`#space-` + w.Space.String() + `[open]`) {
		t.Error("the space with a choice of its own stands closed")
	}
	bad := guest.Post("/profile/notifications", url.Values{"comments": {"loudly"}}).Want(http.StatusUnprocessableEntity)
	if got := bad.Problem("comments"); got != "unknown_choice" {
		t.Errorf("problem %q", got)
	}
	guest.Post("/profile/notifications", url.Values{"space": {"987654"}, "files": {"off"}}).Want(http.StatusNotFound)
}

// RFC 8058, SEC-S5: the mail program's POST has no cookie and no Origin and is
// answered at once; a page of another site is refused; opening changes nothing.
func TestUnsubscribingInOneClick(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	noticedThread(t, w, store.Everyone, "hello")
	token := noticeMails(t, w)
	if token == "" {
		t.Fatal("no mail that can be ended")
	}
	path := "/notifications/unsubscribe/" + token
	stranger := w.Anonymous()
	page := stranger.Get(path).Want(http.StatusOK)
	for _, word := range []string{string(w.GuestReader.Email), w.GuestReader.Name, "The guest space"} {
		if strings.Contains(page.Body, word) {
			t.Errorf("the page names %q", word)
		}
	}
	click := func(origin string) *webtest.Page {
		r := stranger.Request(http.MethodPost, path, strings.NewReader("List-Unsubscribe=One-Click"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Del("Sec-Fetch-Site")
		set(r, "Origin", origin)
		return stranger.Do(r)
	}
	click("https://evil.example").Want(http.StatusForbidden)
	ended := func() bool {
		u, err := w.Store.Unsubscription(t.Context(), token)
		must(t, err)
		return u.Ended
	}
	if ended() {
		t.Error("ended by a look, or by another site")
	}
	click("").Want(http.StatusOK)
	if !ended() {
		t.Error("not ended by the one click")
	}
	stranger.Get(path).Want(http.StatusOK)
	dead := stranger.Get("/notifications/unsubscribe/nothing").Want(http.StatusGone)
	if dead.Code() != "link_gone" {
		t.Errorf("a dead link: %q", dead.Code())
	}
	stranger.Post(path, nil).Want(http.StatusSeeOther)
}
