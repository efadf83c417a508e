package store

import (
	"context"
	"time"
)

// Overview is what an administrator sees first. Numbers end at CountLimit.
type Overview struct {
	Members      int
	Guests       int // active ones
	Suspended    int
	Spaces       int
	Invitations  int // open ones
	MailWaiting  int
	MailRefused  int       // in the last day
	OldestMailAt time.Time // of those that wait; zero for none
	EndingSoon   int       // guests whose access ends within a week
	WebhooksOff  int       // that the portal has switched off by itself
}

// CountLimit is where counting stops: what is above reads "999+".
const CountLimit = 1000

// Overview counts, for system administrators.
func (s *Store) Overview(ctx context.Context, actor Account) (o Overview, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		for _, count := range []struct {
			into  *int
			query string
			args  []any
		}{
			{&o.Members, `SELECT 1 FROM accounts WHERE kind = 'member' AND status = 'active'`, nil},
			{&o.Guests, `SELECT 1 FROM accounts WHERE kind = 'guest' AND status = 'active' AND (ends_at IS NULL OR ends_at > $1)`, []any{at(tx.now)}},
			{&o.Suspended, `SELECT 1 FROM accounts WHERE kind = 'guest' AND status = 'suspended'`, nil},
			{&o.Spaces, `SELECT 1 FROM spaces WHERE deleted_at IS NULL`, nil},
			{&o.Invitations, `SELECT 1 FROM invitations WHERE status = 'pending' AND expires_at > $1`, []any{at(tx.now)}},
			{&o.MailWaiting, `SELECT 1 FROM outbox WHERE state = 'queued'`, nil},
			{&o.MailRefused, `SELECT 1 FROM outbox WHERE state = 'refused' AND closed_at > $1`, []any{at(tx.now.Add(-Day))}},
			{&o.EndingSoon, `SELECT 1 FROM accounts WHERE kind = 'guest' AND status = 'active' AND ends_at > $1 AND ends_at <= $2`, []any{at(tx.now), at(tx.now.Add(7 * Day))}},
			{&o.WebhooksOff, `SELECT 1 FROM webhooks WHERE NOT enabled AND off_reason <> ''`, nil},
		} {
			if *count.into, err = tx.capped(ctx, count.query, count.args...); err != nil {
				return err
			}
		}
		return tx.row(ctx, `SELECT MIN(created_at) FROM outbox WHERE state = 'queued'`).Scan(moment{&o.OldestMailAt})
	})
	return o, err
}

// capped counts the rows of a query up to CountLimit, so that a number on a
// page never costs more than a page (performance.md).
func (tx tx) capped(ctx context.Context, query string, args ...any) (n int, err error) {
	err = tx.row(ctx, `SELECT COUNT(*) FROM (`+query+` LIMIT `+itoa(CountLimit)+`) AS counted`, args...).Scan(&n)
	return n, err
}
