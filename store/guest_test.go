package store_test

import (
	"fmt"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// Who may manage invitations: administrators of the space all of them, a
// member their own, and nobody else any.
func TestWhoManagesInvitations(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	invited(t, w, store.Invite{Emails: "one@new.example, own@new.example"})
	other := invitationOf(t, w, "one@new.example").Invitation.ID
	own := invitationOf(t, w, "own@new.example").Invitation.ID
	wantErr(t, w.Store.Exec(t.Context(), `UPDATE invitations SET inviter_id = $1 WHERE id = $2`, w.Editor.ID, own), nil)
	changePolicy(t, w, map[string]string{"invite.who": "members"})
	read := "read"
	for name, test := range map[string]struct {
		actor store.Account
		id    store.ID
		want  error
	}{
		"administrator":                 {w.Host, other, nil},
		"administrator, unknown":        {w.Host, 9999, store.ErrNotFound},
		"member, own":                   {w.Editor, own, nil},
		"member, of somebody else":      {w.Editor, other, store.ErrForbidden},
		"member, unknown":               {w.Editor, 9999, store.ErrForbidden},
		"guest":                         {w.GuestEditor, other, store.ErrForbidden},
		"member outside":                {w.Outsider, other, store.ErrNotFound},
		"guest outside":                 {w.GuestOutside, other, store.ErrNotFound},
		"system administrator, outside": {w.Root, other, store.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, _, err := w.Store.InvitationLink(t.Context(), test.actor, w.Space, test.id)
			wantErr(t, err, test.want)
			wantErr(t, w.Store.NoteLinkCopied(t.Context(), test.actor, w.Space, test.id), test.want)
			wantErr(t, w.Store.ChangeInvitation(t.Context(), test.actor, w.Space, test.id, store.GuestChange{Permission: &read}), test.want)
			_, err = w.Store.CancelInvitation(t.Context(), test.actor, w.Space, test.id)
			wantErr(t, err, test.want)
			_, err = w.Store.ResendInvitation(t.Context(), test.actor, w.Space, test.id)
			wantErr(t, err, test.want)
			// Through another space it is not there.
			_, err = w.Store.CancelInvitation(t.Context(), w.Host, w.Spaces[store.OpenSpace], test.id)
			wantErr(t, err, store.ErrNotFound)
		})
	}
}

// The link that is copied is the one that was mailed, and no more when it died.
func TestInvitationLink(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := invited(t, w, store.Invite{Emails: "jan@new.example"})["jan@new.example"]
	id := invitationOf(t, w, "jan@new.example").Invitation.ID
	_, _, copied, err := w.Store.InvitationLink(t.Context(), w.Host, w.Space, id)
	if err != nil || copied != token {
		t.Errorf("the copied link is another one (%v)", err)
	}
	w.Clock.Advance(7 * store.Day)
	_, _, _, err = w.Store.InvitationLink(t.Context(), w.Host, w.Space, id)
	wantErr(t, err, store.ErrInvitationClosed)
}

// S2-12, SEC-M6: resending: five minutes apart, five a day, another week, the
// same text.
func TestResend(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	invited(t, w, store.Invite{Emails: "jan@new.example", Subject: "Proofs", Message: "Hello"})
	before := invitationOf(t, w, "jan@new.example").Invitation
	resend := func(want error) {
		t.Helper()
		_, err := w.Store.ResendInvitation(t.Context(), w.Host, w.Space, before.ID)
		wantErr(t, err, want)
	}
	resend(store.ErrResendTooSoon)
	for range 4 {
		w.Clock.Advance(5 * time.Minute)
		resend(nil)
		if len(tokens(w)) != 1 {
			t.Error("no mail")
		}
	}
	w.Clock.Advance(5 * time.Minute)
	resend(store.ErrMailedTooOften)
	after := invitationOf(t, w, "jan@new.example").Invitation
	if after.Subject != before.Subject || after.Message != before.Message || !after.ExpiresAt.Equal(before.ExpiresAt.Add(20*time.Minute)) {
		t.Errorf("after: %+v", after)
	}
	w.Clock.Advance(store.Day)
	resend(nil)
}

// S0-26: cancelling holds back a mail that has not left; taking it back within
// five minutes revives the same link without a second mail.
func TestCancelAndInviteAgain(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	act := func(err error) {
		t.Helper()
		wantErr(t, err, nil)
	}
	_, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "jan@new.example"})
	act(err)
	id := invitationOf(t, w, "jan@new.example").Invitation.ID
	for range 2 { // twice is no error
		_, err = w.Store.CancelInvitation(t.Context(), w.Host, w.Space, id)
		act(err)
	}
	mails := w.Mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	drop, err := w.Store.MailEntitled(t.Context(), mails[0]) // SEC-M5
	act(err)
	if drop != "invitation_ended" {
		t.Errorf("the mail is dropped for %q", drop)
	}
	act(w.Store.MailDropped(t.Context(), mails[0], drop))
	_, err = w.Store.ResendInvitation(t.Context(), w.Host, w.Space, id)
	act(err)
	token := tokens(w)["jan@new.example"]
	if token != mails[0].Secret {
		t.Error("taking a cancellation back makes another link")
	}
	_, err = w.Store.CancelInvitation(t.Context(), w.Host, w.Space, id)
	act(err)
	_, err = w.Store.ResendInvitation(t.Context(), w.Host, w.Space, id)
	act(err)
	if got := tokens(w); len(got) != 0 {
		t.Error("the address was mailed twice within five minutes")
	}
	_, err = w.Store.AcceptInvitation(t.Context(), token, jan)
	act(err)
	_, err = w.Store.CancelInvitation(t.Context(), w.Host, w.Space, id)
	wantErr(t, err, store.ErrInvitationClosed)
	_, err = w.Store.ResendInvitation(t.Context(), w.Host, w.Space, id)
	wantErr(t, err, store.ErrInvitationClosed)
}

// An invitation that expired is invited again by the dialog: the same row, a
// new link, what was typed now (S0-24).
func TestInvitingAgain(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	first := invited(t, w, store.Invite{Emails: "jan@new.example", Permission: "read"})["jan@new.example"]
	w.Clock.Advance(7 * store.Day)
	if row := invitationOf(t, w, "jan@new.example"); row.Status != store.ExpiredGuest {
		t.Errorf("status %s", row.Status)
	}
	second := invited(t, w, store.Invite{Emails: "jan@new.example", Permission: "edit"})["jan@new.example"]
	if row := invitationOf(t, w, "jan@new.example"); row.Status != store.InvitedGuest || row.Role != store.Editor {
		t.Errorf("row %+v", row)
	}
	_, err := w.Store.Invitation(t.Context(), first)
	wantErr(t, err, store.ErrInvitationGone)
	wantErr(t, w.Store.DeclineInvitation(t.Context(), second), nil)
	if row := invitationOf(t, w, "jan@new.example"); row.Status != store.DeclinedGuest {
		t.Errorf("status %s", row.Status)
	}
	invited(t, w, store.Invite{Emails: "jan@new.example"})
	if n := count(t, w, `SELECT COUNT(*) FROM invitations WHERE status IN ('pending', 'declined')`); n != 1 {
		t.Errorf("%d rows are open", n)
	}
}

// S3-09, S3-14, S3-15: permission and end bite at once.
func TestChangeGuest(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	change := func(actor store.Account, in store.GuestChange, want error) {
		t.Helper()
		wantErr(t, w.Store.ChangeGuest(t.Context(), actor, w.Space, w.GuestEditor.ID, in), want)
	}
	read, edit, other := "read", "edit", "administrator"
	for _, actor := range []store.Account{w.Editor, w.GuestEditor, w.Root} {
		change(actor, store.GuestChange{Permission: &read}, store.ErrForbidden)
	}
	change(w.Outsider, store.GuestChange{Permission: &read}, store.ErrNotFound)
	change(w.Host, store.GuestChange{Permission: &other}, store.ErrBadPermission) // S3-05
	change(w.Host, store.GuestChange{Permission: &read}, nil)
	_, err := w.Store.Space(t.Context(), w.GuestEditor, w.Space, store.ToWrite)
	wantErr(t, err, store.ErrForbidden)
	change(w.Host, store.GuestChange{Permission: &edit, Access: &store.AccessText{Days: "7"}}, nil)
	row := invitationOf(t, w, w.GuestEditor.Email)
	if want := w.Clock.Now().Add(7 * store.Day); row.Role != store.Editor || !row.EndsAt.Equal(want) {
		t.Errorf("row %+v", row)
	}
	change(w.Host, store.GuestChange{Permission: &edit}, nil) // the end stays
	w.Clock.Advance(7 * store.Day)
	_, err = w.Store.Space(t.Context(), w.GuestEditor, w.Space, store.ToOpen)
	wantErr(t, err, store.ErrNotFound)
	if row := invitationOf(t, w, w.GuestEditor.Email); row.Status != store.EndedGuest {
		t.Errorf("status %s", row.Status)
	}
	change(w.Host, store.GuestChange{Access: &store.AccessText{Days: "never", On: "2026-09-24"}}, nil)
	_, err = w.Store.Space(t.Context(), w.GuestEditor, w.Space, store.ToOpen)
	wantErr(t, err, nil)
	change(w.Host, store.GuestChange{Access: &store.AccessText{On: "2026-01-01"}}, store.ErrEndsNow)
	change(w.Host, store.GuestChange{Access: &store.AccessText{On: "2026-01-01"}, Confirmed: true}, nil) // the past is now
	_, err = w.Store.Space(t.Context(), w.GuestEditor, w.Space, store.ToOpen)
	wantErr(t, err, store.ErrNotFound)
	wantErr(t, w.Store.ChangeGuest(t.Context(), w.Host, w.Space, w.Editor.ID, store.GuestChange{Permission: &read}), store.ErrNotFound)
}

// S2-09: removed from one space, the account, its session and other spaces stay.
func TestRemoveGuest(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	session := w.SignIn(w.GuestEditor)
	for _, actor := range []store.Account{w.Editor, w.GuestEditor, w.GuestReader, w.Root} {
		wantErr(t, w.Store.RemoveGuest(t.Context(), actor, w.Space, w.GuestEditor.ID, ""), store.ErrForbidden)
	}
	wantErr(t, w.Store.RemoveGuest(t.Context(), w.Outsider, w.Space, w.GuestEditor.ID, ""), store.ErrNotFound)
	wantErr(t, w.Store.RemoveGuest(t.Context(), w.Host, w.Space, w.Editor.ID, ""), store.ErrNotFound) // a member
	removal, err := w.Store.GuestRemoval(t.Context(), w.Host, w.Space, w.GuestEditor.ID)
	if err != nil || len(removal.Others) != 3 || removal.Hidden {
		t.Errorf("%+v %v", removal, err)
	}
	wantErr(t, w.Store.RemoveGuest(t.Context(), w.Host, w.Space, w.GuestEditor.ID, ""), nil)
	wantErr(t, w.Store.RemoveGuest(t.Context(), w.Host, w.Space, w.GuestEditor.ID, ""), store.ErrNotFound)
	_, err = w.Store.Space(t.Context(), w.GuestEditor, w.Space, store.ToOpen)
	wantErr(t, err, store.ErrNotFound)
	_, err = w.Store.Visit(t.Context(), session)
	wantErr(t, err, nil)
	_, err = w.Store.Space(t.Context(), w.GuestEditor, w.Spaces[store.OpenSpace], store.ToOpen)
	wantErr(t, err, nil)
	if n := count(t, w, `SELECT guest_count FROM spaces WHERE id = $1`, w.Space); n != 1 {
		t.Errorf("%d guests", n)
	}
	w.Deliver() // what tells of the removal
	// S3-10: and back again, without a second account. Twice is once.
	for range 2 {
		wantErr(t, w.Store.AddGuest(t.Context(), w.Host, w.Space, store.GuestAddition{Account: w.GuestEditor.ID, Permission: "read"}), nil)
	}
	if mails := w.Deliver(); len(mails) != 1 || mails[0].To != w.GuestEditor.Email {
		t.Errorf("mails %+v", mails)
	}
	for _, id := range []store.ID{w.Editor.ID, 9999, 0} {
		wantErr(t, w.Store.AddGuest(t.Context(), w.Host, w.Space, store.GuestAddition{Account: id}), store.ErrNoSuchGuest)
	}
}

// S0-24, performance.md: the list by pages, failed deliveries first, with
// counts by state.
func TestSpaceGuests(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	sending, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: many(60)})
	wantErr(t, err, nil)
	for _, mail := range w.Mails() {
		if mail.To == "guest7@new.example" {
			wantErr(t, w.Store.MailRefused(t.Context(), mail, "550 no such mailbox"), nil)
		} else {
			wantErr(t, w.Store.MailSent(t.Context(), mail, "250 ok"), nil)
		}
	}
	wantErr(t, w.Store.Suspend(t.Context(), w.Root, w.GuestReader.ID, ""), nil)
	var seen []string
	cursor := store.SpaceGuestCursor{}
	for range 3 {
		list, err := w.Store.SpaceGuests(t.Context(), w.Host, w.Space, store.AnyGuest, cursor)
		wantErr(t, err, nil)
		want := map[store.GuestStatus]int{store.FailedGuest: 1, store.InvitedGuest: 59, store.ActiveGuest: 1, store.SuspendedGuest: 1}
		if fmt.Sprint(list.Counts) != fmt.Sprint(want) {
			t.Errorf("counts %v", list.Counts)
		}
		for _, row := range list.Rows {
			seen = append(seen, string(row.Status)+" "+string(row.Email()))
		}
		if list.Next == nil {
			break
		}
		cursor = *list.Next
	}
	if len(seen) != 62 || seen[0] != "failed guest7@new.example" || seen[1] != "active erika@partner.example" ||
		seen[2] != "suspended mario@studio.example" || seen[3] != "invited guest59@new.example" || seen[61] != "invited guest0@new.example" {
		t.Errorf("%d rows: %v", len(seen), seen)
	}
	failed := invitationOf(t, w, "guest7@new.example").Invitation
	if failed.DeliveryReply != "550 no such mailbox" {
		t.Errorf("reply %q", failed.DeliveryReply)
	}
	_, sent, err := w.Store.Sending(t.Context(), w.Host, w.Space, sending.ID)
	if err != nil || sent[7].Invitation.Delivery != "failed" {
		t.Errorf("%v %+v", err, sent[7])
	}
	for filter, want := range map[store.GuestStatus]int{
		store.FailedGuest: 1, store.InvitedGuest: 50, store.ActiveGuest: 1, store.InactiveGuest: 1, store.SuspendedGuest: 1,
		store.EndedGuest: 0, store.ExpiredGuest: 0,
	} {
		list, err := w.Store.SpaceGuests(t.Context(), w.Host, w.Space, filter, store.SpaceGuestCursor{})
		if err != nil || len(list.Rows) != want {
			t.Errorf("%s: %d rows, want %d (%v)", filter, len(list.Rows), want, err)
		}
	}
}

// Sweeping writes the expiry of an invitation down once, and forgets what has
// had its time; each arrow has an audit row (SEC-A7).
func TestSweepInvitations(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	setPolicy(t, w, `{"signup.welcome_password":"include_once"}`)
	found := invited(t, w, store.Invite{Emails: "jan@new.example, late@new.example"})
	_, err := w.Store.AcceptInvitation(t.Context(), found["jan@new.example"], jan)
	wantErr(t, err, nil)
	w.Clock.Advance(time.Hour)
	wantErr(t, w.Store.Sweep(t.Context()), nil)
	if n := count(t, w, `SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL`); n != 0 { // SEC-P4
		t.Errorf("%d secrets are left", n)
	}
	w.Clock.Advance(7 * store.Day)
	for range 2 {
		wantErr(t, w.Store.Sweep(t.Context()), nil)
	}
	for action, want := range map[string]int{
		"invitation.created": 2, "invitation.sent": 2, "invitation.accepted": 1, "invitation.expired": 1,
	} {
		if n := count(t, w, `SELECT COUNT(*) FROM audit WHERE action = $1`, action); n != want {
			t.Errorf("%d rows of %s, want %d", n, action, want)
		}
	}
	if n := count(t, w, `SELECT COUNT(*) FROM sendings`); n != 0 {
		t.Errorf("%d sendings are kept", n)
	}
}
