package mail_test

import (
	"strings"
	"testing"

	"guesthouse/mail"
	"guesthouse/store"
)

// RFC 8058: a mail that can be ended says so in its header, on one line each;
// a mail that people must have does not.
func TestListUnsubscribe(t *testing.T) {
	t.Parallel()
	o, box := newOutbox(), &mail.Mailbox{}
	digest := o.queue(t, store.MailDigest, "erika@partner.example", func(r *outboxRow) { r.Unsubscribe = token })
	welcome := o.queue(t, store.MailWelcome, "mario@studio.example", nil)
	deliver(t, o, box)
	o.wait(t, digest, "sent", 1)
	o.wait(t, welcome, "sent", 1)
	find := func(to string) string {
		found := box.List(to)
		if len(found) != 1 {
			t.Fatalf("%d mails to %s", len(found), to)
		}
		head, _, _ := strings.Cut(strings.ReplaceAll(found[0].Source, "\r\n", "\n"), "\n\n")
		return strings.ReplaceAll(head, "\n ", " ") + "\n"
	}
	head := find("erika")
	for _, want := range []string{
		"List-Unsubscribe: <https://portal.example.com/notifications/unsubscribe/" + token + ">\n",
		"List-Unsubscribe-Post: List-Unsubscribe=One-Click\n",
		"X-Guesthouse-Mail: digest\n",
	} {
		if !strings.Contains(head, want) {
			t.Errorf("no %q in\n%s", want, head)
		}
	}
	if head := find("mario"); strings.Contains(head, "List-Unsubscribe") {
		t.Errorf("a welcome can be ended:\n%s", head)
	}
}
