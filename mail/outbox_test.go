package mail_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guesthouse/mail"
	"guesthouse/mail/mailtest"
	"guesthouse/store"
)

// outbox is an outbox in memory, whose clock the test moves. The real one is
// tried against the same worker in web.
type outbox struct {
	mu      sync.Mutex
	now     time.Time
	rows    []*outboxRow
	ready   chan struct{}
	changed chan struct{} // closed and replaced when a row changes
}

type outboxRow struct {
	store.OutboxMail
	state string // "", sent, deferred, refused, dropped
	reply string
	next  time.Time
	lease time.Time
	drop  string // the reason that MailEntitled gives
}

func newOutbox() *outbox {
	return &outbox{now: queuedAt, ready: make(chan struct{}, 1), changed: make(chan struct{})}
}

func (o *outbox) queue(t *testing.T, kind, to string, change func(*outboxRow)) *outboxRow {
	t.Helper()
	at := slices.IndexFunc(samples("en"), func(s sample) bool { return s.kind == kind })
	o.mu.Lock()
	defer o.mu.Unlock()
	r := &outboxRow{OutboxMail: row(t, "en", samples("en")[at]), next: o.now}
	r.ID, r.To, r.Attempts = r.ID+store.ID(len(o.rows)), store.Email(to), 0
	r.MessageID = fmt.Sprintf("<mail-%d@portal.example.com>", r.ID)
	if kind != store.MailVerification && kind != store.MailPasswordReset {
		r.Lane = 1
	}
	if change != nil {
		change(r)
	}
	o.rows = append(o.rows, r)
	select {
	case o.ready <- struct{}{}:
	default:
	}
	return r
}

func (o *outbox) ClaimMails(_ context.Context, lane, limit int, lease time.Duration) ([]store.OutboxMail, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var claimed []store.OutboxMail
	for _, r := range o.rows {
		open := r.state == "" && !r.lease.After(o.now) || r.state == "deferred"
		if len(claimed) < limit && open && r.Lane == lane && !r.next.After(o.now) {
			r.state, r.lease = "", o.now.Add(lease)
			r.Attempts++
			claimed = append(claimed, r.OutboxMail)
		}
	}
	return claimed, nil
}

func (o *outbox) MailContent(_ context.Context, m store.OutboxMail) (store.OutboxMail, error) {
	return m, nil
}

func (o *outbox) MailEntitled(_ context.Context, m store.OutboxMail) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.find(m).drop, nil
}

func (o *outbox) MailSent(_ context.Context, m store.OutboxMail, reply string) error {
	return o.close(m, "sent", reply, time.Time{})
}

func (o *outbox) MailReturned(_ context.Context, m store.OutboxMail, next time.Time) error {
	o.mu.Lock()
	said := o.find(m).reply
	o.mu.Unlock()
	return o.close(m, "deferred", said, next)
}

func (o *outbox) MailDeferred(_ context.Context, m store.OutboxMail, reply string, next time.Time) error {
	return o.close(m, "deferred", reply, next)
}

func (o *outbox) MailRefused(_ context.Context, m store.OutboxMail, reply string) error {
	return o.close(m, "refused", reply, time.Time{})
}

func (o *outbox) MailDropped(_ context.Context, m store.OutboxMail, reason string) error {
	return o.close(m, "dropped", reason, time.Time{})
}

func (o *outbox) MailReady() <-chan struct{} { return o.ready }

func (o *outbox) Now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *outbox) find(m store.OutboxMail) *outboxRow {
	return o.rows[slices.IndexFunc(o.rows, func(r *outboxRow) bool { return r.ID == m.ID })]
}

func (o *outbox) close(m store.OutboxMail, state, reply string, next time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	r := o.find(m)
	if r.Attempts != m.Attempts {
		return nil // somebody else has claimed it since
	}
	r.state, r.reply, r.next, r.lease = state, reply, next, time.Time{}
	close(o.changed)
	o.changed = make(chan struct{})
	return nil
}

// pass moves the clock and wakes the worker.
func (o *outbox) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
	select {
	case o.ready <- struct{}{}:
	default:
	}
}

// wait waits until the row is in the state, after at least so many attempts.
func (o *outbox) wait(t *testing.T, r *outboxRow, state string, attempts int) outboxRow {
	t.Helper()
	for {
		o.mu.Lock()
		now, changed := *r, o.changed
		o.mu.Unlock()
		if now.state == state && now.Attempts >= attempts {
			return now
		}
		if now.Attempts >= attempts && now.state != "" {
			t.Fatalf("mail %d is %s (%s), want %s", now.ID, now.state, now.reply, state)
		}
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatalf("mail %d is not %s", r.ID, state)
		}
	}
}

// relay is the transport to a test server, with limits that a test can wait for.
func relay(t *testing.T, server *mailtest.Server, setting string) *mail.Relay {
	t.Helper()
	smtp, err := mail.ParseSMTP(server.URL() + setting)
	if err != nil {
		t.Fatal(err)
	}
	smtp.Roots = server.Pool()
	return &mail.Relay{Server: smtp, Hello: "portal.example.com"}
}

// deliver starts a worker that stops with the test, and checks that its log
// holds nothing secret.
func deliver(t *testing.T, box mail.Outbox, transport mail.Transport) {
	t.Helper()
	w, log := newWorker(box, transport)
	w.Start()
	t.Cleanup(func() {
		if err := w.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		// SEC-I7
		for _, secret := range []string{token, "41320756", "@partner.example", "hunter2", "autumn"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log holds %q:\n%s", secret, log.String())
			}
		}
	})
}

func newWorker(box mail.Outbox, transport mail.Transport) (*mail.Worker, *syncBuffer) {
	log := &syncBuffer{}
	return &mail.Worker{Outbox: box, Transport: transport,
		Environment: func(context.Context) (mail.Environment, error) { return env, nil },
		Log:         slog.New(slog.NewTextHandler(log, nil)), Poll: time.Hour}, log
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
