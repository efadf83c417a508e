package store

import (
	"context"
	"time"
)

// ManagedGuest is a guest with the spaces they are in.
type ManagedGuest struct {
	Account
	Spaces []GuestMembership

	// On the page of one guest only.
	Sessions       []Session
	SponsorAccount Account // its ID is 0 when nobody answers for the guest
}

// GuestMembership is one space of a guest, as administrators see it.
type GuestMembership struct {
	Guest    ID
	Space    ID
	Name     string
	Role     Role
	EndsAt   time.Time
	EndsDays int // the period that EndsAt was set by; 0 for a date
	JoinedAt time.Time
	AddedBy  Account // on the page of one guest only; its ID is 0 for nobody known
}

// withSpaces adds the spaces of all listed guests in one statement.
func (tx tx) withSpaces(ctx context.Context, accounts []Account) ([]ManagedGuest, error) {
	list := make([]ManagedGuest, len(accounts))
	place := make(map[ID]int, len(accounts))
	keys := make([]any, len(accounts))
	for i, account := range accounts {
		list[i].Account, place[account.ID], keys[i] = account, i, account.ID
	}
	if len(keys) == 0 {
		return list, nil
	}
	rows, err := tx.query(ctx, `
		SELECT m.account_id, s.id, s.name, m.role, m.ends_at, COALESCE(m.ends_days, 0), m.joined_at
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		WHERE m.account_id IN (`+placeholders(1, len(keys))+`)
		ORDER BY s.name_key, s.id`, keys...)
	memberships, err := all(rows, err, func(row scanner) (m GuestMembership, err error) {
		err = row.Scan(&m.Guest, &m.Space, &m.Name, &m.Role, moment{&m.EndsAt}, &m.EndsDays, moment{&m.JoinedAt})
		return m, err
	})
	for _, m := range memberships {
		i := place[m.Guest]
		list[i].Spaces = append(list[i].Spaces, m)
	}
	return list, err
}

// ManagedGuest is one guest, deleted ones included, for system administrators.
func (s *Store) ManagedGuest(ctx context.Context, actor Account, id ID) (guest ManagedGuest, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		account, err := tx.account(ctx, id)
		if err != nil {
			return err
		}
		if !account.IsGuest() {
			return ErrNotFound
		}
		list, err := tx.withSpaces(ctx, []Account{account})
		if err != nil {
			return err
		}
		guest = list[0]
		if err := tx.withInviters(ctx, &guest); err != nil {
			return err
		}
		if account.Sponsor != 0 {
			if guest.SponsorAccount, err = tx.account(ctx, account.Sponsor); err != nil {
				return err
			}
		}
		rows, err := tx.query(ctx, `
			SELECT `+sessionColumns+`
			FROM sessions v
			WHERE v.account_id = $1 AND v.stage = 'full' AND v.expires_at > $2
			ORDER BY v.seen_at DESC, v.id DESC`, id, at(tx.now))
		guest.Sessions, err = all(rows, err, func(row scanner) (session Session, err error) {
			return session, row.Scan(session.scan()...)
		})
		return err
	})
	return guest, err
}

// withInviters adds who brought the guest into each space.
func (tx tx) withInviters(ctx context.Context, guest *ManagedGuest) error {
	rows, err := tx.query(ctx, `
		SELECT m.space_id, `+personColumns+`
		FROM memberships m
		JOIN accounts a ON a.id = m.added_by
		WHERE m.account_id = $1`, guest.ID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	by := map[ID]Account{}
	for rows.Next() {
		var space ID
		var a Account
		if err := rows.Scan(append([]any{&space}, a.scanPerson()...)...); err != nil {
			return err
		}
		by[space] = a
	}
	for i, m := range guest.Spaces {
		guest.Spaces[i].AddedBy = by[m.Space]
	}
	return rows.Err()
}

// EndGuestSessions signs a guest out everywhere, for a system administrator.
func (s *Store) EndGuestSessions(ctx context.Context, actor Account, guest ID) error {
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil {
			return err
		}
		if err := tx.endSessions(ctx, guest, 0); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.signed_out", Actor: actor.ID, Account: guest, Subject: person.Login})
	})
}
