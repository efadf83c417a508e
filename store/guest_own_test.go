package store_test

import (
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// The matrix, "own invitations": a member who invites gets those that they sent,
// and neither others' nor the addresses of guests.
func TestMembersSeeTheirOwnInvitations(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	changePolicy(t, w, map[string]string{"invite.who": "members"})
	list := func(filter store.GuestStatus) store.SpaceGuests {
		t.Helper()
		list, err := w.Store.SpaceGuests(t.Context(), w.Editor, w.Space, filter, store.SpaceGuestCursor{})
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if empty := list(store.AnyGuest); len(empty.Rows) != 0 || len(empty.Counts) != 0 || !empty.Own {
		t.Errorf("before anything was sent: %+v", empty)
	}
	invited(t, w, store.Invite{Emails: "others@new.example"})
	_, err := w.Store.InviteGuests(t.Context(), w.Editor, w.Space, store.Invite{Emails: "own@new.example"})
	wantErr(t, err, nil)
	for _, filter := range []store.GuestStatus{store.AnyGuest, store.InvitedGuest, store.ActiveGuest, store.InactiveGuest} {
		own := list(filter)
		if own.Counts[store.InvitedGuest] != 1 || len(own.Counts) != 1 {
			t.Errorf("%q: counts %v", filter, own.Counts)
		}
		for _, row := range own.Rows {
			if row.Email() != "own@new.example" {
				t.Errorf("%q: a row of %s", filter, row.Email())
			}
		}
	}
	_, err = w.Store.SpaceGuest(t.Context(), w.Editor, w.Space, w.GuestEditor.ID)
	wantErr(t, err, store.ErrForbidden)
	// Who may not invite any more still sees and cancels what they sent, and hands no link out.
	changePolicy(t, w, map[string]string{"invite.who": "space_admins"})
	row := list(store.AnyGuest).Rows[0].Invitation
	_, _, _, err = w.Store.InvitationLink(t.Context(), w.Editor, w.Space, row.ID)
	wantErr(t, err, store.ErrForbidden)
	_, err = w.Store.ResendInvitation(t.Context(), w.Editor, w.Space, row.ID)
	wantErr(t, err, store.ErrForbidden)
	_, err = w.Store.CancelInvitation(t.Context(), w.Editor, w.Space, row.ID)
	wantErr(t, err, nil)
	_, err = w.Store.SpaceGuests(t.Context(), w.Editor, w.Space, store.AnyGuest, store.SpaceGuestCursor{})
	wantErr(t, err, store.ErrForbidden)
}
