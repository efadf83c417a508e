package mail_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"guesthouse/mail"
	"guesthouse/mail/mailtest"
	"guesthouse/store"
)

const erika = "erika@partner.example"

// SEC-M1: what is queued arrives, and the outbox knows what the server said.
func TestDelivers(t *testing.T) {
	t.Parallel()
	server, box := mailtest.NewServer(t), newOutbox()
	invitation := box.queue(t, store.MailInvitation, erika, nil)
	deliver(t, box, relay(t, server, ""))
	m := server.WaitFor(erika, store.MailInvitation)
	if m.Link() != "https://portal.example.com/invitations/"+token || len(m.Links()) != 1 {
		t.Errorf("links %q", m.Links())
	}
	if got := box.wait(t, invitation, "sent", 1); !strings.HasPrefix(got.reply, "250 ") {
		t.Errorf("the reply is %q", got.reply)
	}
	// Queued later, and found because the outbox wakes the worker.
	code := box.queue(t, store.MailVerification, erika, nil)
	if m := server.WaitFor(erika, store.MailVerification); m.Code() != "41320756" {
		t.Errorf("code %q", m.Code())
	}
	box.wait(t, code, "sent", 1)
}

// SEC-M3: growing pauses, each a fifth shorter or longer at most.
func TestRetries(t *testing.T) {
	t.Parallel()
	server, box := mailtest.NewServer(t), newOutbox()
	server.Fail(mailtest.Rcpt, repeat(mailtest.Reply(450, "4.2.0 greylisted"), 7)...)
	r := box.queue(t, store.MailPasswordReset, erika, nil)
	deliver(t, box, relay(t, server, ""))
	for attempt, want := range []time.Duration{15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
		30 * time.Minute, time.Hour, time.Hour} {
		got := box.wait(t, r, "deferred", attempt+1)
		if got.reply != "450 4.2.0 greylisted" {
			t.Errorf("attempt %d: the reply is %q", attempt+1, got.reply)
		}
		if waits := got.next.Sub(box.Now()); waits < want*8/10 || waits > want*12/10 {
			t.Errorf("attempt %d: waits %v, want %v ±20 %%", attempt+1, waits, want)
		}
		box.pass(got.next.Sub(box.Now()))
	}
	box.wait(t, r, "sent", 8)
	// SEC-M1: all tries are the same mail.
	if m := server.WaitFor(erika, store.MailPasswordReset); m.Header.Get("Message-Id") != r.MessageID {
		t.Errorf("Message-ID %q, want %q", m.Header.Get("Message-Id"), r.MessageID)
	}
	if n := server.Connections(); n > 1 {
		t.Errorf("%d connections, want the one that was kept", n)
	}
}

func repeat(fault mailtest.Fault, times int) []mailtest.Fault {
	faults := make([]mailtest.Fault, times)
	for i := range faults {
		faults[i] = fault
	}
	return faults
}

// SEC-M1: an answer that is lost costs one repeat, with the same Message-ID.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	server, box := mailtest.NewServer(t), newOutbox()
	server.Fail(mailtest.Accepted, mailtest.Drop)
	r := box.queue(t, store.MailInvitation, erika, nil)
	deliver(t, box, relay(t, server, ""))
	box.wait(t, r, "deferred", 1)
	box.pass(time.Minute)
	box.wait(t, r, "sent", 2)
	first, second := server.WaitFor(erika, ""), server.WaitFor(erika, "")
	if first.Header.Get("Message-Id") != second.Header.Get("Message-Id") || first.Header.Get("Message-Id") == "" {
		t.Errorf("Message-IDs %q and %q", first.Header.Get("Message-Id"), second.Header.Get("Message-Id"))
	}
}

// SEC-M1: what a worker that died had claimed is due again when its lease ends,
// and not before.
func TestDeadWorker(t *testing.T) {
	t.Parallel()
	server, box := mailtest.NewServer(t), newOutbox()
	r := box.queue(t, store.MailPasswordReset, erika, nil)
	if claimed, err := box.ClaimMails(t.Context(), 0, 4, 2*time.Minute); err != nil || len(claimed) != 1 {
		t.Fatalf("claimed %d mails: %v", len(claimed), err)
	}
	deliver(t, box, relay(t, server, ""))
	// A mail after it, in the same lane, shows that the worker has looked.
	box.wait(t, box.queue(t, store.MailPasswordReset, "other@partner.example", nil), "sent", 1)
	if n := len(server.Messages()); n != 1 {
		t.Errorf("%d mails arrived during the lease, want the other one", n)
	}
	box.pass(2 * time.Minute)
	box.wait(t, r, "sent", 2)
	if m := server.WaitFor(erika, store.MailPasswordReset); m.Header.Get("Message-Id") != r.MessageID {
		t.Errorf("Message-ID %q, want %q", m.Header.Get("Message-Id"), r.MessageID)
	}
}

// SEC-M2, SEC-M3, SEC-M5: the ends of a mail that is not delivered.
func TestEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		fault  mailtest.Fault
		change func(*outboxRow)
		want   string
		reply  string
		begun  int // mails that the server saw begin
	}{
		{name: "refused for good", fault: mailtest.Reply(550, "5.1.1 no such user"), want: "refused",
			reply: "550 5.1.1 no such user", begun: 1},
		{name: "no time for another try", fault: mailtest.Reply(450, "later"), want: "refused", reply: "450 later", begun: 1,
			change: func(r *outboxRow) { r.GiveUpAt = queuedAt.Add(5 * time.Second) }},
		{name: "ended before the try", want: "dropped", reply: "ended",
			change: func(r *outboxRow) { r.GiveUpAt = queuedAt }},
		{name: "not entitled any more", want: "dropped", reply: "invitation_ended",
			change: func(r *outboxRow) { r.drop = "invitation_ended" }},
		{name: "cannot be written", want: "deferred", reply: "the mail could not be written",
			change: func(r *outboxRow) { r.Data = []byte("[]") }},
		{name: "unknown kind", want: "deferred", reply: "the mail could not be written",
			change: func(r *outboxRow) { r.Kind = "postcard" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, box := mailtest.NewServer(t), newOutbox()
			if c.fault.Code != 0 {
				server.Fail(mailtest.Rcpt, c.fault)
			}
			r := box.queue(t, store.MailInvitation, erika, c.change)
			other := box.queue(t, store.MailInvitation, "other@partner.example", nil)
			deliver(t, box, relay(t, server, ""))
			if got := box.wait(t, r, c.want, 1); got.reply != c.reply {
				t.Errorf("%q is noted, want %q", got.reply, c.reply)
			}
			// The next mail goes on as if nothing had been.
			box.wait(t, other, "sent", 1)
			if n := server.Envelopes(); n != c.begun+1 {
				t.Errorf("the server saw %d mails begin, want %d", n, c.begun+1)
			}
		})
	}
}

// A mail server that is down costs each mail a pause, and no mail.
func TestServerDown(t *testing.T) {
	t.Parallel()
	server, box := mailtest.NewServer(t), newOutbox()
	server.Fail(mailtest.Greeting, repeat(mailtest.Reply(421, "starting"), 1)...)
	var rows []*outboxRow
	for i := range 5 {
		rows = append(rows, box.queue(t, store.MailInvitation, fmt.Sprintf("erika%d@partner.example", i), nil))
	}
	deliver(t, box, relay(t, server, ""))
	for _, r := range rows {
		if got := box.wait(t, r, "deferred", 1); got.reply != "421 starting" {
			t.Errorf("the reply is %q", got.reply)
		}
	}
	box.pass(time.Minute)
	for _, r := range rows {
		box.wait(t, r, "sent", 2)
	}
}

// SEC-M3: a code passes invitations that have come to a stop, and 100 of them
// are carried by the connections that are left.
func TestUrgentLane(t *testing.T) {
	t.Parallel()
	server, box := mailtest.NewServer(t), newOutbox()
	server.Fail(mailtest.Content, repeat(mailtest.Hang, 3)...)
	for i := range 100 {
		box.queue(t, store.MailInvitation, fmt.Sprintf("erika%d@partner.example", i), nil)
	}
	r := relay(t, server, "")
	r.MailTimeout = time.Hour
	w, _ := newWorker(box, r)
	w.Start()
	server.WaitForFaults()
	code := box.queue(t, store.MailVerification, erika, nil)
	server.WaitFor(erika, store.MailVerification)
	box.wait(t, code, "sent", 1)
	if n := server.MostOpen(); n > 4 {
		t.Errorf("%d connections at the same time, want 4 at most", n)
	}
	// SEC-R8: a server that hangs does not keep the program from ending.
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.Stop(ended); err == nil {
		t.Error("the hanging mails ended by themselves")
	}
	if n := len(server.Messages()); n != 1 {
		t.Errorf("%d mails arrived, want the code alone", n)
	}
}

// SEC-R8: the mail in hand ends, what is behind it is given back.
func TestStop(t *testing.T) {
	t.Parallel()
	box := newOutbox()
	var rows []*outboxRow
	for i := range 10 {
		rows = append(rows, box.queue(t, store.MailInvitation, fmt.Sprintf("erika%d@partner.example", i), nil))
	}
	slow := &slowTransport{begun: make(chan struct{}), answer: make(chan struct{})}
	w, _ := newWorker(box, slow)
	w.Lines = 2
	w.Start()
	<-slow.begun
	stopped := make(chan error)
	go func() { stopped <- w.Stop(context.Background()) }()
	<-w.Stopping()
	close(slow.answer)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	box.wait(t, rows[0], "sent", 1)
	for _, r := range rows[1:] {
		if got := box.wait(t, r, "deferred", 1); got.next.After(box.Now()) {
			t.Errorf("mail %d waits until %v, want at once", got.ID, got.next)
		}
	}
}

// slowTransport answers when the test says so.
type slowTransport struct{ begun, answer chan struct{} }

func (s *slowTransport) Connect(context.Context) (mail.Line, error) { return s, nil }

func (s *slowTransport) Send(context.Context, mail.Envelope) (string, error) {
	close(s.begun)
	<-s.answer
	return "250 OK", nil
}

func (s *slowTransport) Close() error { return nil }

// A connection that the server has closed meanwhile costs no mail a pause.
func TestKeptConnectionEnds(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]mailtest.Fault{
		"silently": mailtest.Drop,
		"with 421": {Code: 421, Message: "idle", Close: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, box := mailtest.NewServer(t), newOutbox()
			deliver(t, box, relay(t, server, ""))
			box.wait(t, box.queue(t, store.MailVerification, erika, nil), "sent", 1)
			server.Fail(mailtest.Mail, fault)
			box.wait(t, box.queue(t, store.MailVerification, erika, nil), "sent", 1)
			if n := server.Connections(); n != 2 {
				t.Errorf("%d connections, want a second one", n)
			}
		})
	}
}

// Two workers on one outbox, as two processes are: nothing is sent twice.
func TestTwoWorkers(t *testing.T) {
	t.Parallel()
	server, box := mailtest.NewServer(t), newOutbox()
	var rows []*outboxRow
	for i := range 200 {
		rows = append(rows, box.queue(t, store.MailInvitation, fmt.Sprintf("erika%d@partner.example", i), nil))
	}
	deliver(t, box, relay(t, server, ""))
	deliver(t, box, relay(t, server, ""))
	for _, r := range rows {
		box.wait(t, r, "sent", 1)
	}
	if n := len(server.Messages()); n != 200 {
		t.Errorf("%d mails arrived, want 200", n)
	}
}

// Without a mail server the same worker fills the built-in mailbox.
func TestMailbox(t *testing.T) {
	t.Parallel()
	box, mailbox := newOutbox(), &mail.Mailbox{}
	deliver(t, box, mailbox)
	for i := range 510 {
		r := box.queue(t, store.MailVerification, fmt.Sprintf("Erika%d@partner.example", i), nil)
		box.wait(t, r, "sent", 1)
	}
	all := mailbox.List("")
	if len(all) != 500 || all[0].To != "Erika509@partner.example" || all[499].To != "Erika10@partner.example" {
		t.Fatalf("%d mails, from %s to %s", len(all), all[0].To, all[len(all)-1].To)
	}
	found := mailbox.List(" erika42@ ")
	if len(found) != 1 {
		t.Fatalf("%d mails for one recipient", len(found))
	}
	kept, ok := mailbox.Get(found[0].ID)
	if !ok || kept.Kind != store.MailVerification || !strings.Contains(kept.Text, "\n41320756\n") ||
		!strings.Contains(kept.HTML, "<html") || !strings.Contains(kept.Source, "X-Guesthouse-Mail: verification\r\n") {
		t.Errorf("the mail is not whole: %+v", kept)
	}
	if _, ok := mailbox.Get(1); ok {
		t.Error("the oldest mail is still kept")
	}
}
