package store_test

import (
	"testing"
	"time"

	"guesthouse/store"
)

func (w world) look(token string, space store.ID) store.Sight {
	w.t.Helper()
	sights, err := w.Store.Look(w.t.Context(), []store.Watch{{Token: token, Space: space}})
	w.do(err)
	return sights[0]
}

// SEC-S4: what takes access away is seen by an open page.
func TestLookSeesWhatWasTaken(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		act  func(world)
		want store.SightState
		same bool // the mark stays
	}{
		{"nothing", func(world) {}, store.SightHere, true},
		{"suspended", func(w world) { w.do(w.Store.Suspend(w.t.Context(), w.Root, w.GuestEditor.ID, "")) }, store.SightGone, false},
		{"deleted", func(w world) { w.do(w.Store.DeleteGuest(w.t.Context(), w.Root, w.GuestEditor.ID, "")) }, store.SightGone, false},
		{"signed out by an administrator", func(w world) { w.do(w.Store.EndGuestSessions(w.t.Context(), w.Root, w.GuestEditor.ID)) }, store.SightGone, false},
		{"removed from the space", func(w world) { w.do(w.Store.RemoveGuest(w.t.Context(), w.Host, w.Space, w.GuestEditor.ID, "")) }, store.SightHere, false},
		{"made a reader", func(w world) {
			read := "read"
			w.do(w.Store.ChangeGuest(w.t.Context(), w.Host, w.Space, w.GuestEditor.ID, store.GuestChange{Permission: &read}))
		}, store.SightHere, false},
		{"slept", func(w world) { w.Clock.Advance(3 * time.Hour) }, store.SightAsleep, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			token := w.SignIn(w.GuestEditor)
			before := w.look(token, w.Space)
			test.act(w)
			after := w.look(token, w.Space)
			if after.State != test.want || (after.Mark == before.Mark) != test.same {
				t.Errorf("%+v, then %+v; want %s", before, after, test.want)
			}
		})
	}
}

// S3-13, SEC-T7: an end is seen at its instant, without a sweep.
func TestLookSeesTheEndOfAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.SignIn(w.GuestEditor)
	w.do(w.Store.ChangeGuest(t.Context(), w.Host, w.Space, w.GuestEditor.ID, store.GuestChange{Access: &store.AccessText{Days: "1"}}))
	w.Clock.Advance(store.Day - time.Second)
	w.do(w.Store.Seed(t.Context(), func(seed store.Seeder) (err error) {
		token, err = seed.Session(w.GuestEditor) // the first one slept
		return err
	}))
	before := w.look(token, w.Space)
	w.Clock.Advance(time.Second)
	if after := w.look(token, w.Space); after.State != store.SightHere || after.Mark == before.Mark {
		t.Errorf("%+v, then %+v; want another mark", before, after)
	}
}
