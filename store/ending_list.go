package store

import (
	"context"
	"time"
)

// How far the list of ends looks ahead and back.
const (
	endingAhead = 30 * Day
	endingBack  = 30 * Day
)

// GuestEnding is an access that ends soon or has ended lately, for whoever can
// extend it.
type GuestEnding struct {
	Guest  Account // what others see of them, with the address
	Space  ID      // 0 for the account itself
	Name   string  // of the space
	EndsAt time.Time
	Days   int // the period that the end was set by; 0 for a date
}

// Ended reports whether the end has come at the moment now.
func (g GuestEnding) Ended(now time.Time) bool { return !now.Before(g.EndsAt) }

// GuestEndings are the ends that the actor can move, the first to come first:
// of places in the spaces that they administer, of the places of guests that
// they brought, and of accounts that they answer for; of all accounts for a
// system administrator; only those of one guest where that is not 0. Guests see
// an empty list.
func (s *Store) GuestEndings(ctx context.Context, actor Account, guest ID, from string) (Page[GuestEnding], error) {
	var page Page[GuestEnding]
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil || me.IsGuest() {
			return err
		}
		var moment int64
		var last, space ID
		after(from, &moment, &last, &space)
		list, err := tx.guestEndings(ctx, me, guest, moment, last, space)
		page = pageOf(list, PageSize, func(g GuestEnding) []any { return []any{g.EndsAt.UnixMilli(), g.Guest.ID, g.Space} })
		return err
	})
	return page, err
}

func (tx tx) guestEndings(ctx context.Context, me Account, guest ID, from int64, last, space ID) ([]GuestEnding, error) {
	rows, err := tx.query(ctx, `
		SELECT `+personColumns+`, COALESCE(a.login, a.email), e.space_id, COALESCE(s.name, ''), e.ends_at, COALESCE(e.ends_days, 0)
		FROM (
			SELECT m.account_id AS account_id, m.space_id AS space_id, m.ends_at AS ends_at, m.ends_days AS ends_days
			FROM memberships m
			WHERE m.ends_at > $2 AND m.ends_at <= $3 AND m.account_kind = 'guest' AND (
				m.added_by = $1 AND EXISTS (SELECT 1 FROM memberships i WHERE i.space_id = m.space_id AND i.account_id = $1)
				OR EXISTS (
					SELECT 1 FROM memberships i
					WHERE i.space_id = m.space_id AND i.account_id = $1 AND i.role = 'administrator'))
			UNION ALL
			SELECT b.id, 0, b.ends_at, b.ends_days
			FROM accounts b
			WHERE b.ends_at > $2 AND b.ends_at <= $3 AND b.kind = 'guest' AND (b.sponsor_id = $1 OR $4)) AS e
		JOIN accounts a ON a.id = e.account_id AND a.status = 'active'
		LEFT JOIN spaces s ON s.id = e.space_id
		WHERE (e.ends_at, e.account_id, e.space_id) > ($5, $6, $7) AND (e.account_id = $9 OR CAST($9 AS BIGINT) = 0)
		ORDER BY e.ends_at, e.account_id, e.space_id
		LIMIT $8`,
		me.ID, at(tx.now.Add(-endingBack)), at(tx.now.Add(endingAhead)), me.SystemAdmin, from, last, space, PageSize+1, guest)
	return all(rows, err, func(row scanner) (g GuestEnding, err error) {
		return g, row.Scan(append(g.Guest.scanPerson(),
			nullEmail{&g.Guest.Email}, &g.Space, &g.Name, moment{&g.EndsAt}, &g.Days)...)
	})
}

// Extension gives one access more time.
type Extension struct {
	Guest  ID
	Space  ID // 0 for the account itself
	Access AccessText
}

// ExtendAccess moves the ends of several accesses, all of them or none, each
// as ChangeGuest or SetGuestEnd would. What is not the actor's to move is
// ErrNotFound.
func (s *Store) ExtendAccess(ctx context.Context, actor Account, extensions []Extension) error {
	return s.write(ctx, func(tx tx) error {
		for _, x := range extensions {
			if err := tx.extend(ctx, actor, x); err != nil {
				return err
			}
		}
		return nil
	})
}

func (tx tx) extend(ctx context.Context, actor Account, x Extension) error {
	if x.Space == accountItself {
		person, _, err := tx.endableGuest(ctx, actor, x.Guest)
		if err != nil {
			return err
		}
		end, err := tx.laterEnd(ctx, actor, x.Access, person.EndsAt)
		if err != nil {
			return err
		}
		return tx.endAccountAt(ctx, actor, person, end, "")
	}
	before, err := tx.managedGuest(ctx, actor, x.Space, x.Guest)
	if err != nil {
		return err
	}
	end, err := tx.laterEnd(ctx, actor, x.Access, before.endsAt)
	if err != nil {
		return err
	}
	after := before
	after.endsAt = end.From(tx.now)
	if err := tx.mayChange(ctx, actor, x.Space, before, after); err != nil {
		return err
	}
	person, err := tx.account(ctx, x.Guest)
	if err != nil {
		return err
	}
	return tx.endPlaceAt(ctx, actor, place{space: x.Space, guest: person, end: end})
}

// laterEnd is an end as it was typed, which takes no time away.
func (tx tx) laterEnd(ctx context.Context, actor Account, access AccessText, before time.Time) (AccessEnd, error) {
	end, err := tx.readEnd(ctx, actor, access, false)
	if err == nil && takesTime(end.From(tx.now), before) {
		err = ErrNoEarlierEnd
	}
	return end, err
}
