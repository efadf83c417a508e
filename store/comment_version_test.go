package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
)

// Two people editing one comment: the second is told, and nobody's text is
// lost. Every version stays, with who wrote it, for whoever may read it.
func TestCommentVersions(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	ctx, s, thread := t.Context(), w.Store, w.open.ID
	w.ok(s.EditComment(ctx, w.Editor, w.space, thread, w.said.ID, 1, "For all, better"))
	if err := s.EditComment(ctx, w.Host, w.space, thread, w.said.ID, 1, "By the host"); !is(err, store.ErrEditedMeanwhile) {
		t.Errorf("a stale save: %v", err)
	}
	w.ok(s.EditComment(ctx, w.Host, w.space, thread, w.said.ID, 2, "By the host"))
	w.ok(s.EditComment(ctx, w.Host, w.space, thread, w.said.ID, 2, "By the host")) // nothing changed
	h, err := s.CommentHistory(ctx, w.GuestReader, w.space, thread, w.said.ID, 0)
	w.ok(err)
	var got []string
	for _, v := range h.Versions {
		got = append(got, fmt.Sprintf("%d %s: %s", v.Number, v.Writer.Name, v.Body))
	}
	want := "3 Jane Roe: By the host, 2 Richard Roe: For all, better, 1 Richard Roe: For all"
	if strings.Join(got, ", ") != want {
		t.Errorf("versions %q, want %q", got, want)
	}
	c, err := s.Conversation(ctx, w.GuestReader, w.space, thread, store.Place{})
	w.ok(err)
	if !c.Comments[0].Edited() || c.Comments[0].EditedBy.ID != w.Host.ID {
		t.Errorf("edited by %+v", c.Comments[0].EditedBy)
	}
	if n := count(t, w.World, `SELECT COUNT(*) FROM audit WHERE action = 'comment.moderated'`); n != 1 {
		t.Errorf("%d entries of what an administrator changed", n)
	}
	w.ok(s.DeleteComment(ctx, w.Editor, w.space, thread, w.said.ID))
	if _, err := s.CommentHistory(ctx, w.Host, w.space, thread, w.said.ID, 0); !is(err, store.ErrNotFound) {
		t.Errorf("the history of a deleted comment: %v", err)
	}
	w.Clock.Advance(2 * time.Hour)
	w.ok(s.Sweep(ctx))
	if n := count(t, w.World, `SELECT COUNT(*) FROM comment_versions WHERE comment_id = $1`, w.said.ID); n != 0 {
		t.Errorf("%d versions outlive a deleted comment", n)
	}
}

// A thread's name and text keep their versions too, and are not overwritten
// unseen. Histories go back by key over several pages.
func TestThreadVersions(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	ctx, s := t.Context(), w.Store
	for i := range 60 {
		w.ok(s.UpdateThread(ctx, w.Host, w.space, w.open.ID, store.EditedThread{Name: fmt.Sprintf("Name %d", i), Version: i + 1}))
	}
	err := s.UpdateThread(ctx, w.Host, w.space, w.open.ID, store.EditedThread{Name: "Stale", Version: 60})
	if !is(err, store.ErrEditedMeanwhile) {
		t.Errorf("a stale save: %v", err)
	}
	first, err := s.ThreadHistory(ctx, w.GuestReader, w.space, w.open.ID, 0)
	w.ok(err)
	rest, err := s.ThreadHistory(ctx, w.GuestReader, w.space, w.open.ID, first.Older)
	w.ok(err)
	if len(first.Versions)+len(rest.Versions) != 61 || rest.Older != 0 || rest.Versions[len(rest.Versions)-1].Name != "Open" {
		t.Errorf("%d and %d versions", len(first.Versions), len(rest.Versions))
	}
}

// Space administrators pin, up to a number; pinned threads stand first. Others
// do not, and what is deleted is not pinned.
func TestPin(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	ctx, s := t.Context(), w.Store
	w.ok(s.PinThread(ctx, w.Host, w.space, w.open.ID, true))
	w.thread(w.Editor, "Newer", store.Everyone)
	list, err := s.Threads(ctx, w.GuestReader, w.space, "")
	w.ok(err)
	if list.Items[0].Name != "Open" || !list.Items[0].Pinned() || len(list.Items) != 3 {
		t.Errorf("first stands %+v of %d", list.Items[0], len(list.Items))
	}
	for _, who := range []store.Account{w.Editor, w.GuestEditor} { // S0-19
		if err := s.PinThread(ctx, who, w.space, w.open.ID, false); !is(err, store.ErrForbidden) {
			t.Errorf("%s unpins: %v", who.Name, err)
		}
		if err := s.PinComment(ctx, who, w.space, w.open.ID, w.said.ID, true); !is(err, store.ErrForbidden) {
			t.Errorf("%s pins a comment: %v", who.Name, err)
		}
	}
	w.ok(s.PinComment(ctx, w.Host, w.space, w.open.ID, w.said.ID, true))
	pinned := func() *store.Comment {
		t.Helper()
		c, err := s.Conversation(ctx, w.GuestReader, w.space, w.open.ID, store.Place{})
		w.ok(err)
		return c.Pinned
	}
	if c := pinned(); c == nil || c.Body != "For all" {
		t.Errorf("pinned is %+v", c)
	}
	w.ok(s.DeleteComment(ctx, w.Editor, w.space, w.open.ID, w.said.ID))
	if c := pinned(); c != nil {
		t.Errorf("pinned is what was deleted: %+v", c)
	}
	for i := range 9 {
		w.ok(s.PinThread(ctx, w.Host, w.space, w.thread(w.Host, fmt.Sprint(i), store.Everyone).ID, true))
	}
	if err := s.PinThread(ctx, w.Host, w.space, w.hidden.ID, true); !is(err, store.ErrTooManyPinned) {
		t.Errorf("the eleventh: %v", err)
	}
	w.ok(s.PinThread(ctx, w.Host, w.space, w.open.ID, false))
}

// A thread opens where its reader stopped: at the first comment that is new,
// with a way to the newest; both ways by key, and around a comment.
func TestPagingBothWays(t *testing.T) {
	t.Parallel()
	w := newTalk(t)
	ctx := t.Context()
	open := func(place store.Place) store.Conversation {
		t.Helper()
		c, err := w.Store.Conversation(ctx, w.GuestReader, w.space, w.open.ID, place)
		w.ok(err)
		return c
	}
	if c := open(store.Place{}); c.FirstNew != 0 {
		t.Errorf("to who never was here, %d is new", c.FirstNew)
	}
	var ids []store.ID
	for i := range 120 {
		ids = append(ids, w.say(w.Host, w.open, fmt.Sprintf("Comment %d", i), store.Everyone).ID)
	}
	first := func(c store.Conversation) store.ID { return c.Comments[0].ID }
	last := func(c store.Conversation) store.ID { return c.Comments[len(c.Comments)-1].ID }
	c := open(store.Place{})
	if first(c) != ids[0] || c.FirstNew != ids[0] || c.Later != ids[49] || c.Earlier != ids[0] {
		t.Errorf("opens at %d, new from %d, later %d, earlier %d; the first is %d", first(c), c.FirstNew, c.Later, c.Earlier, ids[0])
	}
	next := open(store.Place{After: c.Later})
	if first(next) != ids[50] || last(next) != ids[99] || next.FirstNew != ids[50] {
		t.Errorf("the next page is %d to %d", first(next), last(next))
	}
	end := open(store.Place{Newest: true})
	if last(end) != ids[119] || end.Later != 0 || end.FirstNew != ids[100] {
		t.Errorf("the end is %d to %d, new from %d", first(end), last(end), end.FirstNew)
	}
	if c := open(store.Place{}); c.FirstNew != 0 || last(c) != ids[119] {
		t.Errorf("having seen it all, %d is new, the last is %d", c.FirstNew, last(c))
	}
	back := open(store.Place{Before: first(end)})
	if last(back) != ids[69] || back.Later != ids[69] {
		t.Errorf("before %d stands %d", first(end), last(back))
	}
	around := open(store.Place{Around: ids[60]})
	if around.Comments[24].ID != ids[60] || around.Earlier == 0 || around.Later == 0 || len(around.Comments) != store.PageSize {
		t.Errorf("around %d stand %d to %d", ids[60], first(around), last(around))
	}
}
