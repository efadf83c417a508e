package store

import "context"

// DeleteGuest ends a guest's account for good (S2-08, S2-09): every access
// ends, the address is free again, and what the guest wrote stays attributed
// to a former guest. The same address invited again is somebody new.
func (s *Store) DeleteGuest(ctx context.Context, actor Account, guest ID, reason string) error {
	reason, err := CleanLine("reason", reason, 200)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil {
			return err
		}
		if err := tx.leaveAll(ctx, person); err != nil {
			return err
		}
		if err := tx.endAccess(ctx, guest); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE accounts
			SET status = 'deleted', status_reason = $2, status_at = $3, deleted_at = $3, password_hash = '', picture = ''
			WHERE id = $1`, guest, reason, at(tx.now))
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.deleted", Actor: actor.ID, Account: guest, Subject: person.Login, Reason: reason})
	})
}

// leaveAll takes a guest out of every space and ends the invitations that are
// still open for the address (SEC-T6).
func (tx tx) leaveAll(ctx context.Context, guest Account) error {
	rows, err := tx.query(ctx, `SELECT space_id FROM memberships WHERE account_id = $1`, guest.ID)
	spaces, err := all(rows, err, func(row scanner) (id ID, err error) { return id, row.Scan(&id) })
	if err != nil {
		return err
	}
	for _, space := range spaces {
		if err := tx.removeMembership(ctx, space, guest.ID); err != nil {
			return err
		}
	}
	return tx.endInvitations(ctx, guest.Email, 0)
}
