package mail_test

import (
	"strings"
	"testing"

	"guesthouse/mail/mailtest"
	"guesthouse/store"
	"guesthouse/store/storetest"
)

// SEC-M1: the store's own mails, from the transaction of their cause to the
// reader, with what is noted about them afterwards.
func TestStoreOutbox(t *testing.T) {
	t.Parallel()
	w, server := storetest.New(t), mailtest.NewServer(t)
	if err := w.Store.SendTestMail(t.Context(), w.Root, "root@works.example"); err != nil {
		t.Fatal(err)
	}
	deliver(t, w.Store, relay(t, server, ""))
	if m := server.WaitFor("root@works.example", store.MailTest); !strings.Contains(m.Text, "Rita Root") {
		t.Errorf("the test mail does not name who asked for it:\n%s", m.Text)
	}
	if err := w.Store.RequestReset(t.Context(), "erika@partner.example", ""); err != nil {
		t.Fatal(err)
	}
	reset := server.WaitFor("erika@partner.example", store.MailPasswordReset)
	link, found := strings.CutPrefix(reset.Link(), env.BaseURL+"/password/reset/")
	if !found {
		t.Fatalf("the link is %s", reset.Link())
	}
	if _, err := w.Store.PasswordLink(t.Context(), link); err != nil {
		t.Errorf("the mailed link does not open: %v", err)
	}
}

// SEC-M5: whoever is suspended between the queueing and the hand-over gets
// nothing but the word of it.
func TestSuspendedMeanwhile(t *testing.T) {
	t.Parallel()
	w, server := storetest.New(t), mailtest.NewServer(t)
	for _, login := range []string{"erika@partner.example", "mario@studio.example"} {
		if err := w.Store.RequestReset(t.Context(), login, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, ""); err != nil {
		t.Fatal(err)
	}
	deliver(t, w.Store, relay(t, server, ""))
	server.WaitFor("mario@studio.example", store.MailPasswordReset) // the later of the two, in the same lane
	for _, arrived := range server.Messages() {
		if arrived.Kind == store.MailPasswordReset && arrived.To != "mario@studio.example" {
			t.Errorf("the mail to %s arrived, want that to the other guest alone", arrived.To)
		}
	}
	dropped, _, err := w.Store.Outbox(t.Context(), w.Root, store.MailIsDropped, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(dropped) != 1 || dropped[0].To != "erika@partner.example" || dropped[0].Reply == "" {
		t.Errorf("noted as dropped: %+v, want the guest's mail with a reason", dropped)
	}
}
