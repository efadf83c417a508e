package store_test

import (
	"slices"
	"testing"
	"time"

	"guesthouse/store"
)

// Issue 4: the first page tells the spaces that somebody used last, and only
// those that they are inside now.
func TestRecentlyUsedSpaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	open, secret := w.Spaces[store.OpenSpace], w.Spaces[store.SecretSpace]
	visit := func(actor store.Account, space store.ID) {
		t.Helper()
		w.Clock.Advance(time.Minute)
		_, err := w.Store.SpaceOverview(ctx, actor, space, store.Place{})
		w.do(err)
	}
	recent := func(actor store.Account) []store.ID {
		t.Helper()
		home, err := w.Store.Home(ctx, actor, "")
		w.do(err)
		ids := []store.ID{}
		for _, sp := range home.Recent {
			ids = append(ids, sp.ID)
		}
		return ids
	}
	check := func(when string, actor store.Account, want ...store.ID) {
		t.Helper()
		if got := recent(actor); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%s: %v, want %v", when, got, want)
		}
	}
	check("before", w.Editor)
	visit(w.Editor, w.Space)
	check("one alone", w.Editor)
	visit(w.Editor, open)
	check("two", w.Editor, open, w.Space)
	check("another's", w.GuestEditor)
	visit(w.Editor, w.Space)
	check("again within the hour", w.Editor, open, w.Space)
	w.Clock.Advance(time.Hour)
	_, err := w.Store.Conversation(ctx, w.Editor, w.Space, firstThread(t, w.World, w.Space), store.Place{})
	w.do(err)
	check("a thread, an hour later", w.Editor, w.Space, open)
	visit(w.Editor, secret)
	check("a third one", w.Editor, secret, w.Space, open)
	w.do(w.Store.Leave(ctx, w.Editor, secret))
	check("after leaving", w.Editor, w.Space, open)
	// Looking from outside uses nothing (SEC-T4).
	visit(w.Outsider, open)
	if got := w.number(`SELECT COUNT(*) FROM memberships WHERE account_id = $1 AND used_at IS NOT NULL`, w.Outsider.ID); got != 0 {
		t.Errorf("an outsider has used %d spaces", got)
	}
}

// At most one write for a membership and an hour.
func TestUseIsNotedOnceAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	used := func() int {
		return w.number(`SELECT used_at FROM memberships WHERE space_id = $1 AND account_id = $2`, w.Space, w.GuestReader.ID)
	}
	visit := func() {
		_, err := w.Store.SpaceOverview(t.Context(), w.GuestReader, w.Space, store.Place{})
		w.do(err)
	}
	visit()
	first := used()
	w.Clock.Advance(59 * time.Minute)
	visit()
	if used() != first {
		t.Error("it is noted again within the hour")
	}
	w.Clock.Advance(time.Minute)
	visit()
	if got := used() - first; got != int(time.Hour/time.Millisecond) {
		t.Errorf("an hour later it is noted %d ms later", got)
	}
}
