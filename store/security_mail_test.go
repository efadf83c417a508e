package store_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// claim takes what is due of the lane of invitations, as a worker does.
func claim(t *testing.T, w *storetest.World) []store.OutboxMail {
	t.Helper()
	mails, err := w.Store.ClaimMails(t.Context(), store.LaneRest, 10, 2*time.Minute)
	do(t, err)
	return mails
}

// SEC-M1: a worker that dies between any two steps loses no mail. The next one
// gets it when the lease ends, with the same Message-ID; what the dead one says
// late counts for nothing.
func TestWorkerDies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		steps func(t *testing.T, w *storetest.World, mail store.OutboxMail)
		again bool // handed over once more
	}{
		{"before it did anything", func(*testing.T, *storetest.World, store.OutboxMail) {}, true},
		{"after looking again", func(t *testing.T, w *storetest.World, mail store.OutboxMail) {
			if drop, err := w.Store.MailEntitled(t.Context(), mail); drop != "" || err != nil {
				t.Errorf("drop %q, %v", drop, err)
			}
		}, true},
		{"after a failure that may pass", func(t *testing.T, w *storetest.World, mail store.OutboxMail) {
			do(t, w.Store.MailDeferred(t.Context(), mail, "450 later", w.Clock.Now().Add(time.Minute)))
		}, true},
		{"after the hand-over was written down", func(t *testing.T, w *storetest.World, mail store.OutboxMail) {
			do(t, w.Store.MailSent(t.Context(), mail, "250 ok"))
		}, false},
		{"after a refusal for good", func(t *testing.T, w *storetest.World, mail store.OutboxMail) {
			do(t, w.Store.MailRefused(t.Context(), mail, "550 nobody"))
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			_, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "invited@else.example"})
			do(t, err)
			first := claim(t, w)
			if len(first) != 1 {
				t.Fatalf("%d mails", len(first))
			}
			test.steps(t, w, first[0])
			if early := claim(t, w); len(early) != 0 {
				t.Fatal("a second worker has it while the lease lasts")
			}
			w.Clock.Advance(2 * time.Minute)
			second := claim(t, w)
			if (len(second) == 1) != test.again {
				t.Fatalf("%d mails after the lease", len(second))
			}
			if !test.again {
				return
			}
			if second[0].MessageID != first[0].MessageID || second[0].Secret != first[0].Secret || second[0].Attempts != 2 {
				t.Errorf("another mail: %+v", second[0])
			}
			do(t, w.Store.MailRefused(t.Context(), first[0], "550 said the dead one"))
			do(t, w.Store.MailSent(t.Context(), second[0], "250 ok"))
			do(t, w.Store.MailDeferred(t.Context(), first[0], "450 said the dead one", w.Clock.Now()))
			if row := invitationOf(t, w, "invited@else.example"); row.Invitation.Delivery != "sent" || row.Invitation.DeliveryReply != "250 ok" {
				t.Errorf("the invitation says %q, %q", row.Invitation.Delivery, row.Invitation.DeliveryReply)
			}
			w.Clock.Advance(store.Day)
			if third := claim(t, w); len(third) != 0 {
				t.Error("it is handed over a third time")
			}
		})
	}
}

// A mail that a worker gives back, because it has not begun it, is due again,
// and the server's last words on it stay where administrators read them (SEC-M3).
func TestMailGivenBack(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	sending, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "invited@else.example"})
	if err != nil || !sending.Sent() {
		t.Fatal(err)
	}
	do(t, w.Store.MailDeferred(t.Context(), claim(t, w)[0], "451 try later", w.Clock.Now()))
	do(t, w.Store.MailReturned(t.Context(), claim(t, w)[0], w.Clock.Now()))
	if row := invitationOf(t, w, "invited@else.example"); row.Invitation.Delivery != "deferred" || row.Invitation.DeliveryReply != "451 try later" {
		t.Errorf("the invitation says %q, %q", row.Invitation.Delivery, row.Invitation.DeliveryReply)
	}
	if again := claim(t, w); len(again) != 1 {
		t.Errorf("%d mails are due", len(again))
	}
}

// SEC-M5, SEC-S4: what is waiting in the outbox is not handed over to somebody
// who lost, meanwhile, what it is about.
func TestMailOfWhatWasTaken(t *testing.T) {
	t.Parallel()
	guest := func(w *storetest.World) store.ID { return w.GuestOutside.ID }
	for name, test := range map[string]struct {
		take func(t *testing.T, w *storetest.World) error
		want string // the reason; "" when it still goes
	}{
		"nothing": {func(*testing.T, *storetest.World) error { return nil }, ""},
		"the place": {func(t *testing.T, w *storetest.World) error {
			return w.Store.RemoveGuest(t.Context(), w.Host, w.Space, guest(w), "")
		}, "not_in_space"},
		"the end came": {func(t *testing.T, w *storetest.World) error {
			return w.Store.ChangeGuest(t.Context(), w.Host, w.Space, guest(w), store.GuestChange{Access: &store.AccessText{On: "2026-09-01"}, Confirmed: true})
		}, "not_in_space"},
		"the space": {func(t *testing.T, w *storetest.World) error { return w.Store.DeleteSpace(t.Context(), w.Host, w.Space) }, "not_in_space"},
		"the account": {func(t *testing.T, w *storetest.World) error {
			return w.Store.DeleteGuest(t.Context(), w.Root, guest(w), "")
		}, "account_inactive"},
		"its use": {func(t *testing.T, w *storetest.World) error {
			return w.Store.Suspend(t.Context(), w.Root, guest(w), "")
		}, "not_in_space"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			member(t, w, w.Spaces[store.OpenSpace], w.GuestOutside, store.Reader) // where the host sees them
			do(t, w.Store.AddGuest(t.Context(), w.Host, w.Space, store.GuestAddition{Account: guest(w), Permission: "read"}))
			do(t, test.take(t, w))
			for _, mail := range w.Mails() {
				want := test.want
				if mail.Kind == store.MailSuspension || mail.To != w.GuestOutside.Email {
					want = "" // what tells of the loss
				}
				drop, err := w.Store.MailEntitled(t.Context(), mail)
				if err != nil || (drop == "") != (want == "") {
					t.Errorf("%s: dropped for %q, want %q: %v", mail.Kind, drop, want, err)
				}
			}
		})
	}
}

// SEC-M6: a hundred addresses a send, five hundred a day for one who invites,
// two thousand for all; what is refused for it leaves nothing behind.
func TestInvitationLimits(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	send := func(from store.Account, first, n int) error {
		var list strings.Builder
		for i := range n {
			list.WriteString("guest" + store.ID(first+i).String() + "@else.example\n")
		}
		_, err := w.Store.InviteGuests(t.Context(), from, w.Space, store.Invite{Emails: list.String()})
		return err
	}
	if err := send(w.Host, 0, 101); !errors.Is(err, store.ErrTooManyAddresses) {
		t.Errorf("101 at once: %v", err)
	}
	next := 1000
	inviters := []store.Account{w.Host, w.Editor, w.Outsider, w.Root, secondAdministrator(t, w, "Fifth")}
	for _, inviter := range inviters {
		member(t, w, w.Space, inviter, store.Administrator)
	}
	for i, inviter := range inviters {
		for range 5 {
			if err := send(inviter, next, 100); err != nil && i < 4 {
				t.Fatalf("inviter %d: %v", i, err)
			}
			next += 100
		}
		before := count(t, w, `SELECT COUNT(*) FROM invitations`) + count(t, w, `SELECT COUNT(*) FROM outbox`)
		if err := send(inviter, next, 1); !errors.Is(err, store.ErrInviteLimit) {
			t.Errorf("inviter %d, one more: %v", i, err)
		}
		if after := count(t, w, `SELECT COUNT(*) FROM invitations`) + count(t, w, `SELECT COUNT(*) FROM outbox`); after != before {
			t.Errorf("inviter %d: the refused send left %d rows", i, after-before)
		}
	}
	if n := count(t, w, `SELECT COUNT(*) FROM invitations`); n != 2000 {
		t.Errorf("%d were invited", n)
	}
	w.Clock.Advance(store.Day)
	if err := send(w.Host, next, 100); err != nil {
		t.Errorf("the day after: %v", err)
	}
}

// SEC-M1: one mail that cannot be opened, because its row is damaged or the key
// is another, does not keep the others waiting.
func TestUnreadableMailIsDropped(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	_, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "first@else.example, second@else.example"})
	do(t, err)
	do(t, w.Store.Exec(t.Context(), `UPDATE outbox SET sealed = $1 WHERE recipient = 'first@else.example'`, []byte("damaged beyond repair, alas")))
	dropped := map[store.Email]string{}
	for _, mail := range claim(t, w) {
		drop, err := w.Store.MailEntitled(t.Context(), mail)
		do(t, err)
		dropped[mail.To] = drop
	}
	if want := map[store.Email]string{"first@else.example": "unreadable", "second@else.example": ""}; !maps.Equal(dropped, want) {
		t.Errorf("%v, want %v", dropped, want)
	}
}
