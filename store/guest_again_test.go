package store_test

import (
	"errors"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// Whoever has become a member since, or was suspended, is not mailed another
// link: it could not be used as it was meant (S0-21, SEC-T6).
func TestNoNewLinkForWhoCannotUseIt(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	invited(t, w, store.Invite{Emails: "new@partner.example, kept@partner.example"})
	for email, make := range map[string]struct {
		kind store.AccountKind
		want error
	}{
		"new@partner.example":  {store.Member, store.ErrAlreadyMember},
		"kept@partner.example": {store.Guest, store.ErrGuestSuspended},
	} {
		err := w.Store.Seed(t.Context(), func(seed store.Seeder) error {
			_, err := seed.Account(store.SeedAccount{Kind: make.kind, Email: store.Email(email), Name: "Somebody"}, "")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if make.kind == store.Guest {
			if err := w.Store.Exec(t.Context(), `UPDATE accounts SET status = 'suspended' WHERE login_key = $1`, email); err != nil {
				t.Fatal(err)
			}
		}
		id, err := w.Store.Number(t.Context(), `SELECT id FROM invitations WHERE email = $1`, email)
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(time.Hour)
		if _, err := w.Store.ResendInvitation(t.Context(), w.Host, w.Space, store.ID(id)); !errors.Is(err, make.want) {
			t.Errorf("%s: %v, want %v", email, err, make.want)
		}
	}
}

// A guest whose access has ended and who is added again is the guest of whoever
// did so now.
func TestAddedAgainByAnother(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ended := w.Store.Now().Add(-time.Hour).UnixMilli()
	err := w.Store.Exec(t.Context(), `UPDATE memberships SET added_by = $3, ends_at = $4 WHERE space_id = $1 AND account_id = $2`,
		int64(w.Space), int64(w.GuestEditor.ID), int64(w.Editor.ID), ended)
	if err != nil {
		t.Fatal(err)
	}
	err = w.Store.AddGuest(t.Context(), w.Host, w.Space, store.GuestAddition{Account: w.GuestEditor.ID, Permission: "edit"})
	if err != nil {
		t.Fatal(err)
	}
	by, err := w.Store.Number(t.Context(), `SELECT added_by FROM memberships WHERE space_id = $1 AND account_id = $2`,
		int64(w.Space), int64(w.GuestEditor.ID))
	if err != nil || store.ID(by) != w.Host.ID {
		t.Errorf("added by %d, %v; want the host", by, err)
	}
}
