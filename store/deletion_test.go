package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
)

// told are the mails about a guest's standing that are due, as "kind what to".
func (w world) told() []string {
	w.t.Helper()
	var list []string
	for _, mail := range w.Deliver() {
		var data struct{ What, Topic string }
		w.do(json.Unmarshal(mail.Data, &data))
		list = append(list, fmt.Sprintf("%s %s", data.What+data.Topic, mail.To))
	}
	slices.Sort(list)
	return list
}

// C8, beyond 10: four verbs, each with who is told; and whoever did it is not.
func TestWhoIsToldOfAGuestsStanding(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for _, test := range []struct {
		name string
		act  func(w world, guest store.ID) error
		what string
		host bool // the administrator of the spaces is told, too
	}{
		{"suspend", func(w world, g store.ID) error { return w.Store.Suspend(ctx, w.Root, g, "why") }, "guest_suspended", true},
		{"remove", func(w world, g store.ID) error { return w.Store.RemoveFromSpace(ctx, w.Root, g, w.Space, "why") }, "guest_removed", true},
		{"remove, by the host", func(w world, g store.ID) error { return w.Store.RemoveGuest(ctx, w.Host, w.Space, g, "why") }, "guest_removed", false},
		{"delete", func(w world, g store.ID) error { return w.Store.DeleteGuest(ctx, w.Root, g, "why") }, "guest_deleted", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.do(w.Store.Exec(ctx, `UPDATE accounts SET sponsor_id = $1 WHERE id = $2`, w.Editor.ID, w.GuestEditor.ID))
			w.do(test.act(w, w.GuestEditor.ID))
			want := []string{test.what + " editor@works.example", test.what + " erika@partner.example"}
			if test.host {
				want = append(want, test.what+" host@works.example")
			}
			if got := w.told(); !slices.Equal(got, want) {
				t.Errorf("told %q, want %q", got, want)
			}
			log, _, err := w.Store.AuditLog(ctx, w.Root, store.AuditFilter{Person: w.GuestEditor.ID}, 0)
			if err != nil || len(log) != 1 || log[0].Reason != "why" { // SEC-A7
				t.Errorf("log %+v, %v", log, err)
			}
		})
	}
}

// grace gives deletions thirty days.
func grace(t *testing.T) world {
	w := newWorld(t)
	policy(t, w.World, map[string]string{"delete.grace_days": "30"})
	return w
}

func (w world) guest(id store.ID) store.ManagedGuest {
	w.t.Helper()
	guest, err := w.Store.ManagedGuest(w.t.Context(), w.Root, id)
	w.do(err)
	return guest
}

// C8: with days of grace the account is shut, its places stay, and undoing
// brings back what was before: active, or suspended with its reason.
func TestDeletionWithGrace(t *testing.T) {
	t.Parallel()
	for _, before := range []store.AccountStatus{store.StatusActive, store.StatusSuspended} {
		t.Run(string(before), func(t *testing.T) {
			t.Parallel()
			w, ctx := grace(t), t.Context()
			id := w.GuestEditor.ID
			if before == store.StatusSuspended {
				w.do(w.Store.Suspend(ctx, w.Root, id, "first reason"))
			}
			was := w.guest(id)
			w.Clock.Advance(time.Hour)
			for range 2 {
				w.do(w.Store.DeleteGuest(ctx, w.Root, id, "asked for it"))
			}
			g := w.guest(id)
			if g.SuspendedFor != store.ForDeletion || !g.DeleteAt.Equal(w.Clock.Now().AddDate(0, 0, 30)) || len(g.Spaces) != 4 || g.StatusReason != "asked for it" {
				t.Errorf("during the grace %+v", g.Account)
			}
			if err := w.Store.Reactivate(ctx, w.Root, id, ""); !errors.Is(err, store.ErrDeletionPlanned) {
				t.Errorf("reactivated: %v", err)
			}
			if _, err := w.Store.SignIn(ctx, store.Credentials{Login: g.Login, Password: "a quiet house by the sea"}); !errors.Is(err, store.ErrSuspended) {
				t.Errorf("signed in: %v", err)
			}
			// The address is taken until the end.
			_, _, err := w.Store.AddMember(ctx, w.Root, store.NewMember{Name: "New", Email: g.Login})
			if !errors.Is(err, store.ErrAddressTaken) {
				t.Errorf("the address: %v", err)
			}
			w.do(w.Store.Sweep(ctx)) // too early
			w.do(w.Store.UndoDeletion(ctx, w.Root, id, ""))
			g = w.guest(id)
			if g.Status != was.Status || g.SuspendedFor != was.SuspendedFor || g.StatusReason != was.StatusReason ||
				!g.StatusAt.Equal(was.StatusAt) || !g.DeleteAt.IsZero() || len(g.Spaces) != 4 {
				t.Errorf("after the undo %+v, was %+v", g.Account, was.Account)
			}
			if err := w.Store.UndoDeletion(ctx, w.Root, id, ""); !errors.Is(err, store.ErrNoDeletionPlanned) {
				t.Errorf("undone twice: %v", err)
			}
		})
	}
}

// C8, SEC-T7: after the grace the deletion is final, exactly once however many
// sweep; and too late to undo though no sweep has come.
func TestEndOfGrace(t *testing.T) {
	t.Parallel()
	w, ctx := grace(t), t.Context()
	w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestEditor.ID, "asked for it"))
	w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestReader.ID, ""))
	w.do(w.Store.UndoDeletion(ctx, w.Root, w.GuestReader.ID, ""))
	w.Clock.Advance(30 * store.Day)
	if err := w.Store.UndoDeletion(ctx, w.Root, w.GuestEditor.ID, ""); !errors.Is(err, store.ErrNoDeletionPlanned) {
		t.Errorf("undone too late: %v", err)
	}
	w.told()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := w.Store.Sweep(ctx); err != nil {
				t.Errorf("sweep: %v", err)
			}
		})
	}
	group.Wait()
	if g := w.guest(w.GuestEditor.ID); !g.Former() || len(g.Spaces) != 0 || !g.DeleteAt.IsZero() {
		t.Errorf("after the sweep %+v", g.Account)
	}
	if g := w.guest(w.GuestReader.ID); g.Former() {
		t.Error("who was kept is deleted")
	}
	log, _, err := w.Store.AuditLog(ctx, w.Root, store.AuditFilter{Action: "guest.deleted"}, 0)
	if err != nil || len(log) != 1 || log[0].Actor != 0 || log[0].Reason != "asked for it" {
		t.Errorf("log %+v, %v", log, err)
	}
	if got := w.told(); !slices.Equal(got, []string{"guest_deleted erika@partner.example", "guest_deleted host@works.example"}) {
		t.Errorf("told %q", got)
	}
	// S2-08: the address is free for somebody new.
	_, _, err = w.Store.AddMember(ctx, w.Root, store.NewMember{Name: "New", Email: w.GuestEditor.Login})
	w.do(err)
}

// C8: an administrator does not have to wait.
func TestDeleteNow(t *testing.T) {
	t.Parallel()
	w, ctx := grace(t), t.Context()
	w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestEditor.ID, ""))
	w.do(w.Store.DeleteGuestNow(ctx, w.Root, w.GuestEditor.ID, ""))
	w.do(w.Store.DeleteGuestNow(ctx, w.Root, w.GuestReader.ID, ""))
	for _, id := range []store.ID{w.GuestEditor.ID, w.GuestReader.ID} {
		if !w.guest(id).Former() {
			t.Errorf("%d is not deleted", id)
		}
	}
	if err := w.Store.UndoDeletion(ctx, w.Root, w.GuestEditor.ID, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("undone: %v", err)
	}
}

// S4-27, C8: who may: nobody but a system administrator.
func TestWhoMayDeleteAndErase(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	for name, act := range map[string]func(actor store.Account) error{
		"delete now": func(a store.Account) error { return w.Store.DeleteGuestNow(ctx, a, w.GuestReader.ID, "") },
		"undo":       func(a store.Account) error { return w.Store.UndoDeletion(ctx, a, w.GuestReader.ID, "") },
		"erase":      func(a store.Account) error { return w.Store.EraseGuest(ctx, a, w.GuestReader.ID, "") },
	} {
		for _, actor := range []store.Account{w.Host, w.Editor, w.Outsider, w.GuestEditor, w.GuestReader} {
			if err := act(actor); !errors.Is(err, store.ErrForbidden) {
				t.Errorf("%s by %s: %v", name, actor.Name, err)
			}
		}
		long := strings.Repeat("長", 201)
		if err := w.Store.EraseGuest(ctx, w.Root, w.GuestReader.ID, long); len(fieldsOf(err)) != 1 {
			t.Errorf("%s with a long reason: %v", name, err)
		}
	}
}
