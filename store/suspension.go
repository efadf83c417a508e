package store

import "context"

// Suspend stops a guest: sessions, codes and links end at once, memberships
// stay (S4-27). The reason is for the audit log. Suspending somebody who is
// suspended changes nothing.
func (s *Store) Suspend(ctx context.Context, actor Account, guest ID, reason string) error {
	reason, err := CleanLine("reason", reason, 200)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil || person.Status == StatusSuspended {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE accounts
			SET status = 'suspended', suspended_for = 'hand', status_reason = $2, status_at = $3, version = version + 1
			WHERE id = $1`, guest, reason, at(tx.now))
		if err != nil {
			return err
		}
		if err := tx.endAccess(ctx, guest); err != nil {
			return err
		}
		if err := tx.endInvitations(ctx, person.Email, 0); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.suspended", Actor: actor.ID, Account: guest, Subject: person.Login, Reason: reason})
	})
}

// Reactivate lets a suspended guest in again. Reactivating somebody who is
// active changes nothing.
func (s *Store) Reactivate(ctx context.Context, actor Account, guest ID) error {
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil || person.Status == StatusActive {
			return err
		}
		err = tx.spendPlaces(ctx, func() error {
			_, err := tx.exec(ctx, `
				UPDATE accounts
				SET status = 'active', suspended_for = '', status_reason = '', status_at = $2, version = version + 1
				WHERE id = $1`, guest, at(tx.now))
			return err
		})
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.reactivated", Actor: actor.ID, Account: guest, Subject: person.Login})
	})
}

// endInvitations ends the invitations that are still open for an address, with
// their links: those into one space, or into every space when space is 0. What
// takes a guest's access away takes the way back in with it (SEC-T6).
func (tx tx) endInvitations(ctx context.Context, address Email, space ID) error {
	if address == "" {
		return nil // a guest without e-mail
	}
	rows, err := tx.query(ctx, `
		UPDATE invitations SET status = 'cancelled', closed_at = $3
		WHERE status = 'pending' AND email = $1 AND (space_id = $2 OR $2 = 0)
		RETURNING id`, string(address), space, at(tx.now))
	ended, err := all(rows, err, func(row scanner) (id ID, err error) { return id, row.Scan(&id) })
	if err != nil {
		return err
	}
	for _, id := range ended {
		_, err := tx.exec(ctx, `
			UPDATE invitation_tokens SET ended_at = $2 WHERE invitation_id = $1 AND ended_at IS NULL`,
			id, at(tx.now))
		if err != nil {
			return err
		}
	}
	return nil
}

// guestFor is the door to a guest's account for system administrators: the
// actor as they are now, and the living guest.
func (tx tx) guestFor(ctx context.Context, actor Account, id ID) (administrator, guest Account, err error) {
	if administrator, err = tx.administrator(ctx, actor); err != nil {
		return Account{}, Account{}, err
	}
	guest, err = tx.account(ctx, id)
	if err != nil {
		return Account{}, Account{}, err
	}
	if guest.Kind != Guest || guest.Former() {
		return Account{}, Account{}, ErrNotFound
	}
	return administrator, guest, nil
}
