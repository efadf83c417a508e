package store_test

import (
	"fmt"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

const songbird = "Canary-of-the-team"

// talk is a guest space with several threads: one for the team, one for
// everybody with a comment for the team after one for everybody.
type talk struct {
	*storetest.World
	t            *testing.T
	space        store.ID
	open, hidden store.Thread
	said, secret store.Comment
	buried       store.Comment // in the hidden thread
}

func newTalk(t *testing.T) *talk {
	t.Helper()
	w := &talk{World: storetest.New(t), t: t}
	space, err := w.Store.CreateSpace(t.Context(), w.Host, store.NewSpace{
		Kind: store.GuestSpace, Name: "Talk", Administrators: []store.ID{w.Host.ID}, MultiThread: true,
	})
	w.ok(err)
	w.space = space
	for account, role := range map[*store.Account]store.Role{&w.Editor: store.Editor, &w.GuestEditor: store.Editor, &w.GuestReader: store.Reader} {
		member(t, w.World, space, *account, role)
	}
	w.open = w.thread(w.Host, "Open", store.Everyone)
	w.hidden = w.thread(w.Host, songbird, store.TeamOnly)
	w.said = w.say(w.Editor, w.open, "For all", store.Everyone)
	w.secret = w.say(w.Host, w.open, songbird, store.TeamOnly)
	w.buried = w.say(w.Host, w.hidden, songbird, store.Everyone)
	return w
}

func (w *talk) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *talk) thread(by store.Account, name string, audience store.Audience) store.Thread {
	w.t.Helper()
	t, err := w.Store.CreateThread(w.t.Context(), by, w.space, store.NewThread{Name: name, Body: name, Audience: audience})
	w.ok(err)
	return t
}

func (w *talk) say(by store.Account, in store.Thread, body string, audience store.Audience) store.Comment {
	w.t.Helper()
	c, err := w.Store.AddComment(w.t.Context(), by, w.space, in.ID, store.NewComment{Body: body, Audience: audience})
	w.ok(err)
	return c
}

// answers are all that the store answers somebody about the space, as text;
// errors are part of it.
func (w *talk) answers(who store.Account) string {
	ctx, s := w.t.Context(), w.Store
	var b strings.Builder
	show := func(things ...any) { fmt.Fprintf(&b, "%+v\n", things) }
	threads, err := s.Threads(ctx, who, w.space, "")
	show(threads, err)
	overview, err := s.SpaceOverview(ctx, who, w.space, store.Place{})
	show(overview, err)
	for _, thread := range []store.Thread{w.open, w.hidden} {
		_, t, err := s.Thread(ctx, who, w.space, thread.ID)
		show(t, err)
		for _, place := range []store.Place{{}, {Newest: true}, {Before: w.buried.ID + 1}, {After: w.said.ID - 1}, {Around: w.secret.ID}, {Around: w.said.ID}} {
			c, err := s.Conversation(ctx, who, w.space, thread.ID, place)
			show(c, c.Pinned, err)
		}
		history, err := s.ThreadHistory(ctx, who, w.space, thread.ID, 0)
		show(history, err)
		for _, c := range []store.Comment{w.said, w.secret, w.buried} {
			history, err := s.CommentHistory(ctx, who, w.space, thread.ID, c.ID, 0)
			show(history, err)
			_, comment, err := s.Comment(ctx, who, w.space, thread.ID, c.ID)
			show(comment, err)
		}
	}
	spaces, err := s.SpacesOf(ctx, who, "")
	show(spaces, err)
	rail, err := s.RailSpaces(ctx, who)
	show(rail, err)
	return b.String()
}

// Beyond 9, S4-10, SEC-A5: what is for the team is in no answer to a guest, not
// as a word, a pin, a version or a count; members see it all.
func TestTeamOnly(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	ctx := t.Context()
	w.ok(w.Store.EditComment(ctx, w.Host, w.space, w.open.ID, w.secret.ID, 1, songbird+" 2"))
	w.ok(w.Store.PinComment(ctx, w.Host, w.space, w.open.ID, w.secret.ID, true))
	w.ok(w.Store.PinThread(ctx, w.Host, w.space, w.hidden.ID, true))
	for _, guest := range []store.Account{w.GuestEditor, w.GuestReader} {
		if answers := w.answers(guest); strings.Contains(answers, songbird) || !strings.Contains(answers, "For all") {
			t.Errorf("%s is answered %s", guest.Name, answers)
		}
		sp, err := w.Store.Space(ctx, guest, w.space, store.ToOpen)
		w.ok(err)
		c, err := w.Store.Conversation(ctx, guest, w.space, w.open.ID, store.Place{})
		w.ok(err)
		if sp.ThreadCount != 2 || c.Thread.CommentCount != 1 || len(c.Comments) != 1 {
			t.Errorf("%s counts %d threads, %d comments", guest.Name, sp.ThreadCount, c.Thread.CommentCount)
		}
	}
	if answers := w.answers(w.Editor); strings.Count(answers, songbird) < 5 {
		t.Errorf("a member is answered %s", answers)
	}
	sp, err := w.Store.Space(ctx, w.Editor, w.space, store.ToOpen)
	w.ok(err)
	if sp.ThreadCount != 3 {
		t.Errorf("a member counts %d threads", sp.ThreadCount)
	}
}

// SEC-A1, beyond 9: to a guest, what is for the team is like an ID that nothing
// has, whatever they want to do with it.
func TestTeamOnlyActs(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	ctx, s, guest := t.Context(), w.Store, w.GuestEditor
	for _, unknown := range []struct{ thread, comment store.ID }{
		{w.hidden.ID, w.buried.ID}, {w.open.ID, w.secret.ID}, {w.open.ID, 99_999}, {99_999, 99_999},
	} {
		acts := map[string]error{
			"edit":    s.EditComment(ctx, guest, w.space, unknown.thread, unknown.comment, 1, "x"),
			"delete":  s.DeleteComment(ctx, guest, w.space, unknown.thread, unknown.comment),
			"restore": s.RestoreComment(ctx, guest, w.space, unknown.thread, unknown.comment),
		}
		_, acts["around"] = s.Conversation(ctx, guest, w.space, unknown.thread, store.Place{Around: unknown.comment})
		_, acts["history"] = s.CommentHistory(ctx, guest, w.space, unknown.thread, unknown.comment, 0)
		if unknown.thread != w.open.ID {
			_, acts["add"] = s.AddComment(ctx, guest, w.space, unknown.thread, store.NewComment{Body: "x"})
			acts["rename"] = s.UpdateThread(ctx, guest, w.space, unknown.thread, store.EditedThread{Name: "x", Version: 1})
		}
		for name, err := range acts {
			if !is(err, store.ErrNotFound) {
				t.Errorf("%s of %+v: %v", name, unknown, err)
			}
		}
	}
}

// A guest's "new" counts what they may read; pages of a thread leave no gaps
// where comments of others stand.
func TestTeamOnlyIsNotNew(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	ctx := t.Context()
	news := func(who store.Account) int {
		t.Helper()
		sp, err := w.Store.Space(ctx, who, w.space, store.ToOpen)
		w.ok(err)
		return sp.New
	}
	before, team := news(w.GuestEditor), news(w.Editor)
	for range 60 {
		w.say(w.Host, w.open, songbird, store.TeamOnly)
	}
	if news(w.GuestEditor) != before || news(w.Editor) != team+60 {
		t.Errorf("new to the guest: %d, before %d; to a member: %d", news(w.GuestEditor), before, news(w.Editor))
	}
	c, err := w.Store.Conversation(ctx, w.GuestEditor, w.space, w.open.ID, store.Place{})
	w.ok(err)
	if len(c.Comments) != 1 || c.Earlier != 0 || c.Later != 0 {
		t.Errorf("the guest gets %d comments, more before %d", len(c.Comments), c.Earlier)
	}
	w.say(w.GuestEditor, w.open, "And mine", store.Everyone)
	w.ok(w.Store.DeleteComment(ctx, w.Editor, w.space, w.open.ID, w.said.ID))
	spaces, err := w.Store.SpacesOf(ctx, w.GuestReader, "")
	w.ok(err)
	if last := spaces.Items[0].Last.Text; last != "And mine" || spaces.Items[0].New == 0 {
		t.Errorf("the last word is %q, new are %d", last, spaces.Items[0].New)
	}
}

// S4-10: who may read something is chosen once. No act widens it, and nobody
// writes for readers they do not have.
func TestAudienceNeverWidens(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	ctx, s := t.Context(), w.Store
	if w.buried.Audience != store.TeamOnly {
		t.Errorf("a comment for everyone in a thread of the team is for %q", w.buried.Audience)
	}
	for _, err := range []error{
		s.EditComment(ctx, w.Host, w.space, w.open.ID, w.secret.ID, 1, songbird+" again"),
		s.UpdateThread(ctx, w.Host, w.space, w.hidden.ID, store.EditedThread{Name: songbird + " again", Version: 1}),
		s.PinThread(ctx, w.Host, w.space, w.hidden.ID, true),
		s.PinComment(ctx, w.Host, w.space, w.open.ID, w.secret.ID, true),
		s.DeleteComment(ctx, w.Host, w.space, w.open.ID, w.secret.ID),
		s.RestoreComment(ctx, w.Host, w.space, w.open.ID, w.secret.ID),
	} {
		w.ok(err)
	}
	if answers := w.answers(w.GuestEditor); strings.Contains(answers, songbird) {
		t.Errorf("the guest is answered %s", answers)
	}
	for _, audience := range []store.Audience{store.TeamOnly, "company:partner"} {
		_, comment := s.AddComment(ctx, w.GuestEditor, w.space, w.open.ID, store.NewComment{Body: "x", Audience: audience})
		_, thread := s.CreateThread(ctx, w.GuestEditor, w.space, store.NewThread{Name: "x", Audience: audience})
		if !is(comment, store.ErrUnknownAudience) || !is(thread, store.ErrUnknownAudience) {
			t.Errorf("a guest writes for %q: %v, %v", audience, comment, thread)
		}
	}
	_, err := s.AddComment(ctx, w.Host, w.space, w.open.ID, store.NewComment{Body: "x", Audience: "company:partner"})
	if !is(err, store.ErrUnknownAudience) {
		t.Errorf("for a company where companies are together: %v", err)
	}
}

// Beyond 8: in a space of companies apart, guests read the hosts and their own
// company, and what hosts write for one company is for that company.
func TestCompaniesApartInThreads(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	ctx := t.Context()
	w.ok(w.Store.Seed(ctx, func(seed store.Seeder) error { return seed.Apart(w.space) }))
	w.say(w.GuestEditor, w.open, "Of Partner", store.Everyone)
	w.thread(w.GuestEditor, "Thread of Partner", store.Everyone)
	w.say(w.Host, w.open, "To Partner", store.ForCompany("partner"))
	w.say(w.Host, w.open, "To Studio", store.ForCompany("studio"))
	partner, studio, host := w.answers(w.GuestEditor), w.answers(w.GuestReader), w.answers(w.Editor)
	for _, c := range []struct {
		text, answers string
		want          bool
	}{
		{"Of Partner", partner, true}, {"Thread of Partner", partner, true}, {"To Partner", partner, true}, {"To Studio", partner, false},
		{"Of Partner", studio, false}, {"Thread of Partner", studio, false}, {"To Partner", studio, false}, {"To Studio", studio, true},
		{"Of Partner", host, true}, {"Thread of Partner", host, true}, {"To Partner", host, true}, {"To Studio", host, true},
	} {
		if got := strings.Contains(c.answers, c.text); got != c.want {
			t.Errorf("%q shown: %v, want %v", c.text, got, c.want)
		}
	}
	// What was said among companies apart stays so when they come together.
	w.ok(w.Store.Exec(ctx, fmt.Sprintf(`UPDATE spaces SET companies_apart = FALSE WHERE id = %d`, w.space)))
	if answers := w.answers(w.GuestReader); strings.Contains(answers, "Of Partner") || strings.Contains(answers, "To Partner") {
		t.Errorf("companies together, a guest is answered %s", answers)
	}
	choices, err := w.Store.Audiences(ctx, w.GuestEditor, w.space)
	w.ok(err)
	if len(choices) != 1 {
		t.Errorf("a guest chooses among %+v", choices)
	}
}

// S4-10: who was a member and is a guest now no longer reads what is for the
// team, not even their own words.
func TestDemotedAuthor(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	own := w.say(w.Editor, w.open, songbird, store.TeamOnly)
	w.ok(w.Store.Demote(t.Context(), w.Root, w.Editor.ID, store.DemotionForm{Sponsor: w.Host.ID, Reason: "Left the firm"}))
	if answers := w.answers(w.Editor); strings.Contains(answers, songbird) || !strings.Contains(answers, "For all") {
		t.Errorf("answered %s", answers)
	}
	if err := w.Store.DeleteComment(t.Context(), w.Editor, w.space, w.open.ID, own.ID); !is(err, store.ErrNotFound) {
		t.Errorf("deletes their own words for the team: %v", err)
	}
}
