package store

import (
	"context"
	"time"
)

// OwnMail is a mail to oneself: what kind it was and what became of it, never
// what it said or carried.
type OwnMail struct {
	ID        ID
	Kind      string
	State     string
	CreatedAt time.Time
	ClosedAt  time.Time // zero while it waits
}

// OwnEntry is an entry of the audit log about oneself. Whoever else was in it
// is left out, and so are addresses that need not be one's own.
type OwnEntry struct {
	ID            ID
	Action        string
	ByMe          bool
	ClientAddress string // only where one did it oneself
	At            time.Time
}

// OwnMails gives fn every mail to the person of the data that is still kept,
// the oldest first.
func (s *Store) OwnMails(ctx context.Context, data OwnData, fn func(OwnMail) error) error {
	read := func(tx tx, me Account, after ID) ([]OwnMail, error) {
		rows, err := tx.query(ctx, `
			SELECT id, kind, state, created_at, closed_at
			FROM outbox
			WHERE account_id = $1 AND id > $2 AND created_at <= $3
			ORDER BY id
			LIMIT $4`, me.ID, after, at(data.At), ownPart)
		return all(rows, err, func(row scanner) (m OwnMail, err error) {
			return m, row.Scan(&m.ID, &m.Kind, &m.State, moment{&m.CreatedAt}, moment{&m.ClosedAt})
		})
	}
	return eachOwn(ctx, s, data, read, func(m OwnMail) ID { return m.ID }, fn)
}

// OwnHistory gives fn every entry of the audit log that the person of the data
// made or that is about them, the oldest first.
func (s *Store) OwnHistory(ctx context.Context, data OwnData, fn func(OwnEntry) error) error {
	read := func(tx tx, me Account, after ID) ([]OwnEntry, error) {
		rows, err := tx.query(ctx, `
			SELECT l.id, l.action, COALESCE(l.actor_id, 0), l.client_address, l.created_at
			FROM audit l
			WHERE l.id IN (
				SELECT id FROM (SELECT id FROM audit WHERE actor_id = $1 AND id > $2 ORDER BY id LIMIT $4) AS mine
				UNION
				SELECT id FROM (SELECT id FROM audit WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $4) AS about)
				AND l.created_at <= $3
			ORDER BY l.id
			LIMIT $4`, me.ID, after, at(data.At), ownPart)
		return all(rows, err, func(row scanner) (e OwnEntry, err error) {
			var by ID
			err = row.Scan(&e.ID, &e.Action, &by, &e.ClientAddress, moment{&e.At})
			if e.ByMe = by == me.ID; !e.ByMe {
				e.ClientAddress = ""
			}
			return e, err
		})
	}
	return eachOwn(ctx, s, data, read, func(e OwnEntry) ID { return e.ID }, fn)
}
