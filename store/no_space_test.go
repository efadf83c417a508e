package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"guesthouse/store"
)

func containsTopic(data, topic string) bool { return strings.Contains(data, `"topic":"`+topic+`"`) }

func (w world) sweepAtOnce() {
	w.t.Helper()
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if err := w.Store.Sweep(w.t.Context()); err != nil {
				w.t.Error(err)
			}
		})
	}
	all.Wait()
}

// Beyond 7, section 4: a guest in no space is told, suspended, told, deleted;
// each once.
func TestGuestInNoSpace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.settings(map[string]string{"guest.no_space_days": "30", "guest.no_space_delete_days": "60"})
	guest := w.GuestOutside
	at := func(days int, status store.AccountStatus, topic string) {
		t.Helper()
		w.Clock.Advance(store.Day * 1)
		for range days - 1 {
			w.Clock.Advance(store.Day)
		}
		w.sweepAtOnce()
		g, err := w.Store.ManagedGuest(ctx, w.Root, guest.ID)
		w.do(err)
		if g.Status != status {
			t.Errorf("is %s, want %s", g.Status, status)
		}
		mails := w.Deliver()
		for _, one := range []string{store.NoticeNoSpaceSuspension, store.NoticeNoSpaceDeletion} {
			if n := notices(mails, guest.Email, one); topic == one && n != 1 || topic != one && n != 0 {
				t.Errorf("%d mails %s", n, one)
			}
		}
	}
	at(22, store.StatusActive, "")
	at(1, store.StatusActive, store.NoticeNoSpaceSuspension) // a week before
	at(6, store.StatusActive, "")
	at(1, store.StatusSuspended, "")
	at(52, store.StatusSuspended, "")
	at(1, store.StatusSuspended, store.NoticeNoSpaceDeletion)
	at(7, store.StatusDeleted, "")
	if g, err := w.Store.ManagedGuest(ctx, w.Root, w.GuestEditor.ID); err != nil || g.Status != store.StatusActive {
		t.Errorf("who is in spaces is %s, %v", g.Status, err)
	}
}

// A setting that is new surprises nobody: it is announced first. Who comes into
// a space meanwhile stays.
func TestGuestInNoSpaceIsAnnouncedFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.Clock.Advance(300 * store.Day)
	w.settings(map[string]string{"guest.no_space_days": "30"})
	w.do(w.Store.Sweep(ctx))
	w.do(w.Store.Sweep(ctx))
	if g, err := w.Store.ManagedGuest(ctx, w.Root, w.GuestOutside.ID); err != nil || g.Status != store.StatusActive {
		t.Fatalf("without an announcement: %s, %v", g.Status, err)
	}
	_, err := w.Store.InviteGuests(ctx, w.Host, w.Space, store.Invite{Emails: string(w.GuestOutside.Email)}) // who has an account is added
	w.do(err)
	w.Clock.Advance(8 * store.Day)
	w.do(w.Store.Sweep(ctx))
	if g, err := w.Store.ManagedGuest(ctx, w.Root, w.GuestOutside.ID); err != nil || g.Status != store.StatusActive {
		t.Errorf("who came into a space is %s, %v", g.Status, err)
	}
	if _, err := w.Store.Space(ctx, w.GuestOutside, w.Space, store.ToOpen); errors.Is(err, store.ErrNotFound) {
		t.Errorf("and does not come in: %v", err)
	}
}
