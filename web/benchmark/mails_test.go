package benchmark

import (
	"context"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"testing"
	"time"

	"guesthouse/mail"
	"guesthouse/mail/mailtest"
	"guesthouse/store"
)

// mails are the rows about handing mails over, by a real SMTP conversation on
// loopback. The mail server works on the same processors.
func (r *report) mails() {
	const many, few = 10_000, 3_000
	w := newTown(r.t, neighbours)
	last := w.queue(few)
	server := mailtest.NewServer(r.t)
	began := time.Now()
	stop := w.deliver(server)
	server.WaitFor(last, store.MailInvitation)
	rate := perSecond(few, time.Since(began))
	r.other("mails a second on one kept connection", "3,800", fmt.Sprintf("%.0f", rate), rate >= 3800)

	began = time.Now()
	w.queue(1)
	server.WaitFor(w.lastAddress(), store.MailInvitation)
	first := time.Since(began)
	r.other("from inviting one to the mail's arrival", "50 ms", ms(first), first <= 50*time.Millisecond)
	stop()

	w.queue(many)
	server = mailtest.NewServer(r.t)
	defer w.deliver(server)()
	server.WaitFor(w.addressBack(many-1), store.MailInvitation) // the first of them
	began = time.Now()
	w.must(w.store.SendTestMail(w.t.Context(), w.root, "root@works.example"))
	server.WaitFor("root@works.example", store.MailTest)
	took := time.Since(began)
	r.other(fmt.Sprintf("a mail of the codes' lane behind %d invitations", many), "1 s", ms(took), took <= time.Second)
}

// queue invites n people, a hundred at a time, and gives the last address.
func (w *town) queue(n int) string {
	w.t.Helper()
	for n > 0 {
		some := min(n, 100)
		_, err := w.store.InviteGuests(w.t.Context(), w.host, w.hall, store.Invite{Emails: w.addresses(some), Permission: "edit"})
		w.must(err)
		n -= some
	}
	return w.lastAddress()
}

func (w *town) lastAddress() string { return w.addressBack(0) }

// addressBack is the address that was made so many before the last one.
func (w *town) addressBack(before int) string {
	return fmt.Sprintf("invited%d@partner.example", w.serial-before)
}

// deliver begins to hand mails over on one connection for each lane.
func (w *town) deliver(server *mailtest.Server) (stop func()) {
	w.t.Helper()
	setting, err := mail.ParseSMTP(server.URL())
	w.must(err)
	worker := &mail.Worker{
		Outbox: w.store, Transport: &mail.Relay{Server: setting, Hello: "localhost"}, Lines: 2, Log: slog.New(slog.DiscardHandler),
		Environment: func(ctx context.Context) (mail.Environment, error) {
			e, err := w.store.Environment(ctx)
			from := netmail.Address{Name: "Guesthouse", Address: "guesthouse@localhost"}
			return mail.Environment{BaseURL: "http://" + host, Organization: e.Name, From: from}, err
		},
	}
	worker.Start()
	return func() {
		if err := worker.Stop(context.WithoutCancel(w.t.Context())); err != nil {
			w.t.Error(err)
		}
	}
}

// BenchmarkMails hands invitations over, one at a time.
func BenchmarkMails(b *testing.B) {
	w := newTown(b, neighbours)
	server := mailtest.NewServer(b)
	last := w.queue(b.N)
	b.ResetTimer()
	defer w.deliver(server)()
	server.WaitFor(last, store.MailInvitation)
}
