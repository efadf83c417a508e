package store_test

import (
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// A deleted space is away for everybody at once, can be brought back with its
// people for two weeks, and is then gone for good.
func TestSpaceTrash(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	open := w.Spaces[store.OpenSpace]
	token := invited(t, w, store.Invite{Emails: "new@partner.example"})["new@partner.example"]
	if err := w.Store.Favourite(ctx, w.Editor, w.Space, true); err != nil {
		t.Fatal(err)
	}
	for _, space := range []store.ID{w.Space, open} {
		if err := w.Store.DeleteSpace(ctx, w.Host, space); err != nil {
			t.Fatal(err)
		}
		for _, standing := range standings {
			if _, err := w.Store.Space(ctx, as(w, standing), space, store.ToKnow); !is(err, store.ErrNotFound) {
				t.Errorf("%s knows of it: %v", standing, err)
			}
		}
	}
	if list, err := w.Store.SpacesToJoin(ctx, w.Root, "", true); err != nil || len(list.Items) != 2 {
		t.Errorf("%d spaces in the administration, %v", len(list.Items), err)
	}
	if list, err := w.Store.SpacesToJoin(ctx, w.Outsider, "", false); err != nil || len(list.Items) != 1 {
		t.Errorf("%d spaces to join, %v", len(list.Items), err)
	}
	if list, err := w.Store.SpacesStatistics(ctx, w.Root, 0, 100); err != nil || len(list) != 2 {
		t.Errorf("%d spaces with numbers, %v", len(list), err)
	}
	if _, err := w.Store.Invitation(ctx, token); !is(err, store.ErrInvitationGone) { // SEC-T6
		t.Errorf("the invitation: %v", err)
	}
	trash, err := w.Store.TrashedSpaces(ctx, w.Root, "")
	if err != nil || len(trash.Items) != 2 || trash.Items[1].ID != w.Space || trash.Items[1].People != 4 || trash.Items[1].DeletedBy.ID != w.Host.ID ||
		!trash.Items[1].GoneAt.Equal(w.Clock.Now().Add(14*store.Day)) {
		t.Fatalf("in the trash is %+v, %v", trash.Items, err)
	}
	if err := w.Store.DeleteGuest(ctx, w.Root, w.GuestReader.ID, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.RestoreSpace(ctx, w.Root, w.Space); err != nil {
		t.Fatal(err)
	}
	sp, err := w.Store.Space(ctx, w.Editor, w.Space, store.ToOpen)
	if err != nil || sp.MemberCount != 2 || sp.GuestCount != 1 || !sp.Favourite || sp.Standing != store.MemberInside {
		t.Errorf("brought back as %+v, %v", sp, err)
	}
	if sp, err = w.Store.Space(ctx, w.Host, w.Space, store.ToManage); err != nil || sp.Standing != store.SpaceAdmin {
		t.Errorf("its administrator: %v", err)
	}
	if _, err := w.Store.Space(ctx, w.GuestEditor, w.Space, store.ToWrite); err != nil {
		t.Errorf("its guest: %v", err)
	}
	if err := w.Store.RestoreSpace(ctx, w.Root, w.Space); !is(err, store.ErrNotFound) {
		t.Errorf("brought back twice: %v", err)
	}
	w.Clock.Advance(14*store.Day - 1000)
	if err := w.Store.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if n := number(t, w, `SELECT COUNT(*) FROM spaces WHERE deleted_at IS NOT NULL`); n != 1 {
		t.Errorf("%d in the trash before its time", n)
	}
	w.Clock.Advance(1000)
	if err := w.Store.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.RestoreSpace(ctx, w.Root, open); !is(err, store.ErrNotFound) {
		t.Errorf("brought back too late: %v", err)
	}
	if n := number(t, w, `SELECT COUNT(*) FROM spaces`); n != 3 {
		t.Errorf("%d spaces are left", n)
	}
}

// S0-18: a space whose administrators are gone is brought back to whoever does it.
func TestRestoreWithoutAdministrator(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if err := w.Store.DeleteSpace(t.Context(), w.Host, w.Space); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.Exec(t.Context(), `UPDATE trashed_memberships SET role = 'editor' WHERE role = 'administrator'`); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.RestoreSpace(t.Context(), w.Root, w.Space); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.Space(t.Context(), w.Root, w.Space, store.ToManage); err != nil {
		t.Errorf("nobody administers it: %v", err)
	}
}

// SEC-A1: the trash is for system administrators.
func TestTrashMatrix(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if err := w.Store.DeleteSpace(t.Context(), w.Host, w.Space); err != nil {
		t.Fatal(err)
	}
	for _, standing := range standings[1:] {
		if _, err := w.Store.TrashedSpaces(t.Context(), as(w, standing), ""); !is(err, store.ErrForbidden) {
			t.Errorf("%s looks: %v", standing, err)
		}
		if err := w.Store.RestoreSpace(t.Context(), as(w, standing), w.Space); !is(err, store.ErrForbidden) {
			t.Errorf("%s restores: %v", standing, err)
		}
	}
}

// Without days in the trash a space is gone at once.
func TestNoTrash(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	changePolicy(t, w, store.Policy{store.SpaceTrashDays: "0"})
	if err := w.Store.DeleteSpace(t.Context(), w.Root, w.Space); err != nil {
		t.Fatal(err)
	}
	if n := number(t, w, `SELECT COUNT(*) FROM spaces`); n != 3 {
		t.Errorf("%d spaces are left", n)
	}
}
