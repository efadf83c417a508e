package store

import "context"

// GuestRemoval is what the page says that asks before a guest is removed.
type GuestRemoval struct {
	Space  Space
	Guest  Account
	Others []string // names of the guest's other spaces that the actor is in
	Hidden bool     // the guest is in further spaces, which the actor does not see
}

// GuestRemoval is what removing the guest from the space would mean (S2-09).
func (s *Store) GuestRemoval(ctx context.Context, actor Account, space, guest ID) (GuestRemoval, error) {
	var r GuestRemoval
	err := s.read(ctx, func(tx tx) (err error) {
		r = GuestRemoval{}
		if _, err = tx.managedGuest(ctx, actor, space, guest); err != nil {
			return err
		}
		if r.Space, err = tx.space(ctx, actor, space, ToKnow); err != nil {
			return err
		}
		if r.Guest, err = tx.account(ctx, guest); err != nil {
			return err
		}
		return tx.otherSpaces(ctx, actor, &r)
	})
	return r, err
}

// otherSpaces names those of the guest's other spaces that the actor knows from
// the inside: the rest is not theirs to know (SEC-A5).
func (tx tx) otherSpaces(ctx context.Context, actor Account, r *GuestRemoval) error {
	rows, err := tx.query(ctx, `
		SELECT s.name, mine.account_id IS NOT NULL
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		LEFT JOIN memberships mine ON mine.space_id = m.space_id AND mine.account_id = $3
			AND (mine.ends_at IS NULL OR mine.ends_at > $4)
		WHERE m.account_id = $1 AND m.space_id <> $2
		ORDER BY s.name_key, s.id
		LIMIT 20`, r.Guest.ID, r.Space.ID, actor.ID, at(tx.now))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	for rows.Next() {
		var name string
		var known bool
		if err := rows.Scan(&name, &known); err != nil {
			return err
		}
		if known {
			r.Others = append(r.Others, name)
		} else {
			r.Hidden = true
		}
	}
	return rows.Err()
}

// RemoveGuest removes a guest from this space only: the account, its sessions
// and its other spaces stay (S2-09). What the guest wrote stays too.
func (s *Store) RemoveGuest(ctx context.Context, actor Account, space, guest ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		if _, err := tx.managedGuest(ctx, actor, space, guest); err != nil {
			return err
		}
		account, err := tx.account(ctx, guest)
		if err != nil {
			return err
		}
		return tx.removeGuest(ctx, actor, account, space, reason)
	})
}

// RemoveFromSpace takes a guest out of one space for a system administrator;
// the account and the other spaces stay (S2-09).
func (s *Store) RemoveFromSpace(ctx context.Context, actor Account, guest, space ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil {
			return err
		}
		return tx.removeGuest(ctx, actor, person, space, reason)
	})
}

// removeGuest ends a guest's place in one space, with the invitations into it
// that are still open for the address, and tells the guest and the hosts.
func (tx tx) removeGuest(ctx context.Context, by, guest Account, space ID, reason string) error {
	if _, err := tx.anyGuestMembership(ctx, space, guest.ID); err != nil {
		return err
	}
	err := tx.tellStanding(ctx, standing{What: NoticeGuestRemoved, By: by, Guest: guest, Reason: reason, Space: space})
	if err != nil {
		return err
	}
	if err := tx.removeMembership(ctx, space, guest.ID); err != nil {
		return err
	}
	if err := tx.endInvitations(ctx, guest, space); err != nil {
		return err
	}
	return tx.audit(ctx, event{
		Action: "guest.removed", Actor: by.ID, Account: guest.ID, Space: space, Subject: guest.Login, Reason: reason,
	})
}
