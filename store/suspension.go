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
			UPDATE accounts SET status = 'suspended', status_reason = $2, status_at = $3 WHERE id = $1`,
			guest, reason, at(tx.now))
		if err != nil {
			return err
		}
		if err := tx.endAccess(ctx, guest); err != nil {
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
		_, err = tx.exec(ctx, `
			UPDATE accounts SET status = 'active', status_reason = '', status_at = $2 WHERE id = $1`,
			guest, at(tx.now))
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.reactivated", Actor: actor.ID, Account: guest, Subject: person.Login})
	})
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
