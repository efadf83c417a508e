package store_test

import (
	"errors"
	"testing"
	"time"

	"guesthouse/store"
)

func TestOutboxForAdministrators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, address := range []string{"one@works.example", "two@works.example", "three@works.example"} {
		w.do(w.Store.SendTestMail(t.Context(), w.Root, address))
	}
	mails := w.Mails()
	w.do(w.Store.MailSent(t.Context(), mails[0], "250 queued"))
	w.do(w.Store.MailRefused(t.Context(), mails[1], "550 no such mailbox"))
	w.do(w.Store.MailDeferred(t.Context(), mails[2], "451 try later", w.Clock.Now().Add(time.Hour)))

	for state, want := range map[string]int{"": 3, store.MailIsSent: 1, store.MailIsRefused: 1, store.MailQueued: 1, store.MailCancelled: 0, "nonsense": 0} {
		if list, _, err := w.Store.Outbox(t.Context(), w.Root, state, 0); err != nil || len(list) != want {
			t.Errorf("state %q: %d, want %d, %v", state, len(list), want, err)
		}
	}
	list, _, err := w.Store.Outbox(t.Context(), w.Root, store.MailQueued, 0)
	w.do(err)
	waiting := list[0]
	if waiting.Reply != "451 try later" || waiting.Attempts != 1 || waiting.To != "three@works.example" {
		t.Errorf("waiting mail %+v", waiting)
	}

	// SEC-M3: a mail that waits is due at once when somebody asks for it.
	if due := w.Mails(); len(due) != 0 {
		t.Fatalf("%d mails are due", len(due))
	}
	w.do(w.Store.RetryMail(t.Context(), w.Root, waiting.ID))
	due := w.Mails()
	if len(due) != 1 || due[0].ID != waiting.ID || due[0].MessageID != mails[2].MessageID { // SEC-M1
		t.Fatalf("due after the retry: %d", len(due))
	}
	w.do(w.Store.CancelMail(t.Context(), w.Root, waiting.ID))
	w.do(w.Store.MailSent(t.Context(), due[0], "250 too late")) // the worker had it in hand
	list, _, err = w.Store.Outbox(t.Context(), w.Root, store.MailCancelled, 0)
	if err != nil || len(list) != 1 {
		t.Errorf("cancelled: %d, %v", len(list), err)
	}
	for name, act := range map[string]func() error{
		"retry what is cancelled":  func() error { return w.Store.RetryMail(t.Context(), w.Root, waiting.ID) },
		"cancel what is cancelled": func() error { return w.Store.CancelMail(t.Context(), w.Root, waiting.ID) },
		"retry what was sent":      func() error { return w.Store.RetryMail(t.Context(), w.Root, mails[0].ID) },
		"cancel what never was":    func() error { return w.Store.CancelMail(t.Context(), w.Root, 999_999) },
	} {
		if err := act(); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.Store.SendTestMail(t.Context(), w.Root, "nobody"); len(fieldsOf(err)) != 1 || fieldsOf(err)[0] != "email" {
		t.Errorf("a bad address: %v", err)
	}
}

// SEC-M1: a mail that a worker has in hand is not handed to another one,
// whoever is impatient.
func TestRetryOfAMailInHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(w.Store.SendTestMail(t.Context(), w.Root, "one@works.example"))
	inHand := w.Mails()
	if len(inHand) != 1 {
		t.Fatalf("%d mails are due", len(inHand))
	}
	w.do(w.Store.RetryMail(t.Context(), w.Root, inHand[0].ID))
	if due := w.Mails(); len(due) != 0 {
		t.Errorf("%d mails are due while a worker has the one in hand", len(due))
	}
}

// A guest's page shows the mails to the account and the invitation before it.
func TestMailsToAGuest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(w.Store.SendTestMail(t.Context(), w.Root, w.GuestEditor.Login)) // to the address, not for the account
	w.do(w.Store.SendTestMail(t.Context(), w.Root, "somebody@else.example"))
	w.do(w.Store.Exec(t.Context(), `UPDATE outbox SET account_id = $1 WHERE recipient = $2`, w.GuestReader.ID, "somebody@else.example"))
	w.pending(w.Space, w.GuestEditor.Login)
	w.do(w.Store.Exec(t.Context(), `
		UPDATE invitations SET status = 'accepted', account_id = $1`, w.GuestEditor.ID))
	w.do(w.Store.Exec(t.Context(), `
		UPDATE outbox SET invitation_id = (SELECT MAX(id) FROM invitations) WHERE id = (SELECT MIN(id) FROM outbox)`))
	for account, want := range map[store.ID]store.Email{w.GuestEditor.ID: w.GuestEditor.Email, w.GuestReader.ID: "somebody@else.example", w.GuestOutside.ID: ""} {
		list, _, err := w.Store.MailsTo(t.Context(), w.Root, account, 0)
		if err != nil || (want == "") != (len(list) == 0) || (want != "" && (len(list) != 1 || list[0].To != want)) {
			t.Errorf("account %s: %+v, %v", account, list, err)
		}
	}
}
