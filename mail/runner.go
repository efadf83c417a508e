package mail

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"guesthouse/store"
)

// runner delivers mails of one lane, one after another, on one line.
type runner struct {
	worker *Worker
	lane   lane
	line   Line
	fresh  bool // nothing has been sent on the line yet
}

// work delivers until the worker stops.
func (r *runner) work(ctx context.Context) {
	idle := orDefault(r.worker.Idle, time.Minute)
	unused := time.NewTimer(idle)
	defer unused.Stop()
	defer r.hangUp()
	for {
		select {
		case <-r.worker.stopping:
			return
		case <-unused.C:
			r.hangUp()
		case <-r.lane.wake:
			if r.empty(ctx) {
				unused.Reset(idle)
			}
		}
	}
}

// empty delivers what is due in the lane, and says whether there was anything.
func (r *runner) empty(ctx context.Context) bool {
	w, found := r.worker, false
	for !w.stopped() {
		lease := orDefault(w.Lease, 2*time.Minute)
		until := time.Now().Add(lease - mailLimit)
		mails, err := w.Outbox.ClaimMails(ctx, r.lane.number, r.lane.batch, lease)
		if err != nil {
			w.Log.Error("claim mails", "lane", r.lane.number, "error", err)
			return found
		}
		if len(mails) == 0 {
			return found
		}
		found = true
		if len(mails) == r.lane.batch {
			r.lane.call() // there may be more than one line can carry
		}
		r.deliver(ctx, mails, until)
	}
	return found
}

// deliver hands over claimed mails, and gives back those for which the time of
// the claim no longer suffices.
func (r *runner) deliver(ctx context.Context, mails []store.OutboxMail, until time.Time) {
	env, err := r.worker.Environment(ctx)
	if err != nil {
		r.worker.Log.Error("read the environment for mails", "error", err)
		r.giveBack(ctx, mails, r.worker.Outbox.Now().Add(pauses[0]))
		return
	}
	for i, m := range mails {
		env.Now = r.worker.Outbox.Now()
		if r.worker.stopped() || time.Now().After(until) && i > 0 {
			r.giveBack(ctx, mails[i:], env.Now)
			return
		}
		err := r.handOver(ctx, m, env)
		var down *connectError
		if errors.As(err, &down) {
			// The others would wait for the same server, one time-out each.
			for _, other := range mails[i:] {
				r.fail(ctx, other, down.failure)
			}
			return
		}
	}
}

// connectError is a line that could not be made.
type connectError struct{ failure error }

func (e *connectError) Error() string { return "connect: " + e.failure.Error() }

// handOver brings one mail to its end, or to its next try. It returns only
// what concerns the mails after it, too.
func (r *runner) handOver(ctx context.Context, m store.OutboxMail, env Environment) error {
	outbox := r.worker.Outbox
	if !env.Now.Before(m.GiveUpAt) {
		r.record(ctx, m, "drop", func(ctx context.Context) error { return outbox.MailDropped(ctx, m, "ended") })
		return nil
	}
	// SEC-M5: who has been removed since gets nothing.
	reason, err := outbox.MailEntitled(ctx, m)
	if err != nil {
		r.worker.Log.Error("look at a mail again", "mail", m.ID, "kind", m.Kind, "error", err)
		r.giveBack(ctx, []store.OutboxMail{m}, env.Now.Add(pauses[0]))
		return nil
	}
	if reason != "" {
		r.record(ctx, m, "drop", func(ctx context.Context) error { return outbox.MailDropped(ctx, m, reason) })
		return nil
	}
	m, err = outbox.MailContent(ctx, m)
	if err != nil {
		r.worker.Log.Error("read what a mail tells", "mail", m.ID, "kind", m.Kind, "error", err)
		r.giveBack(ctx, []store.OutboxMail{m}, env.Now.Add(pauses[0]))
		return nil
	}
	envelope, err := seal(m, env)
	if err != nil {
		r.fail(ctx, m, err)
		return nil
	}
	reply, err := r.send(ctx, envelope)
	var down *connectError
	switch {
	case errors.As(err, &down):
		return err
	case err != nil:
		r.fail(ctx, m, err)
	default:
		r.record(ctx, m, "note as sent", func(ctx context.Context) error { return outbox.MailSent(ctx, m, reply) })
	}
	return nil
}

// send uses the kept line, or a new one where that has ended meanwhile.
func (r *runner) send(ctx context.Context, e Envelope) (string, error) {
	if r.line == nil {
		if err := r.connect(ctx); err != nil {
			return "", err
		}
	}
	fresh := r.fresh
	r.fresh = false
	reply, err := r.line.Send(ctx, e)
	var failure *Failure
	if fresh || ctx.Err() != nil || !errors.As(err, &failure) || !failure.Stale {
		return reply, err
	}
	r.hangUp()
	if err := r.connect(ctx); err != nil {
		return "", err
	}
	r.fresh = false
	return r.line.Send(ctx, e)
}

func (r *runner) connect(ctx context.Context) error {
	line, err := r.worker.Transport.Connect(ctx)
	if err != nil {
		return &connectError{err}
	}
	r.line, r.fresh = line, true
	return nil
}

func (r *runner) hangUp() {
	if r.line != nil {
		_ = r.line.Close() // its mails have had their answers
		r.line = nil
	}
}

// fail records a failed try: the next one, or the end.
func (r *runner) fail(ctx context.Context, m store.OutboxMail, err error) {
	w := r.worker
	now := w.Outbox.Now()
	next := now.Add(pauses.After(m.Attempts, rand.Float64())) //nolint:gosec // no secret, only spread
	failure := &Failure{Step: "rendering", Reply: "the mail could not be written", cause: err}
	if !errors.As(err, &failure) {
		w.Log.Error("write a mail", "mail", m.ID, "kind", m.Kind, "error", err)
	}
	final := failure.Permanent || !next.Before(m.GiveUpAt)
	w.Log.LogAttrs(ctx, slog.LevelWarn, "mail not handed over", slog.Any("mail", m.ID), slog.String("kind", m.Kind),
		slog.Int("attempt", m.Attempts), slog.Bool("final", final), slog.String("at", failure.Step),
		slog.Int("code", failure.Code), slog.String("cause", failure.safeCause()))
	if final {
		r.record(ctx, m, "refuse", func(ctx context.Context) error { return w.Outbox.MailRefused(ctx, m, failure.Reply) })
		return
	}
	r.record(ctx, m, "defer", func(ctx context.Context) error { return w.Outbox.MailDeferred(ctx, m, failure.Reply, next) })
}

// giveBack lets others claim mails that this runner has not begun, from next on.
func (r *runner) giveBack(ctx context.Context, mails []store.OutboxMail, next time.Time) {
	for _, m := range mails {
		r.record(ctx, m, "give back", func(ctx context.Context) error {
			return r.worker.Outbox.MailReturned(ctx, m, next)
		})
	}
}

// record writes down what became of a mail, also when the worker is being
// stopped: what is not written down is sent again.
func (r *runner) record(ctx context.Context, m store.OutboxMail, what string, write func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := write(ctx); err != nil {
		r.worker.Log.Error(what+" a mail", "mail", m.ID, "kind", m.Kind, "error", err)
	}
}
