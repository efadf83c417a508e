package store

import (
	"context"
	"time"
)

// maxReason is how long the reason of an act may be, in characters.
const maxReason = 200

// ErrDeletionPlanned: the account waits for its deletion; undoing that comes first.
var ErrDeletionPlanned = &Error{Kind: Conflict, Code: "deletion_planned"}

// Suspend stops a guest: sessions, codes and links end at once, memberships
// stay (S4-27). The guest, the sponsor and the administrators of the guest's
// spaces are told. Suspending somebody who is suspended changes nothing.
func (s *Store) Suspend(ctx context.Context, actor Account, guest ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil || person.Status == StatusSuspended {
			return err
		}
		return tx.suspend(ctx, person, suspension{by: actor, cause: ByHand, reason: reason})
	})
}

// suspension is who suspends a guest, and why. The zero by is the portal itself.
type suspension struct {
	by     Account
	cause  Cause
	reason string
}

// suspend stops an active guest, for whatever cause but a deletion.
func (tx tx) suspend(ctx context.Context, person Account, in suspension) error {
	if err := tx.shut(ctx, person, in.cause, in.reason, time.Time{}); err != nil {
		return err
	}
	if err := tx.tellStanding(ctx, standing{What: NoticeGuestSuspended, By: in.by, Guest: person, Reason: in.reason}); err != nil {
		return err
	}
	return tx.audit(ctx, event{
		Action: "guest.suspended", Actor: in.by.ID, Account: person.ID, Subject: person.Login, Reason: in.reason,
		Details: causeOf(in.cause),
	})
}

// causeOf is the cause for the audit log; that somebody did it by hand says
// the row itself.
func causeOf(cause Cause) map[string]string {
	if cause == ByHand {
		return nil
	}
	return map[string]string{"cause": string(cause)}
}

// shut closes an account and ends every way in, the invitations that are still
// open included (SEC-T6). Memberships stay.
func (tx tx) shut(ctx context.Context, person Account, cause Cause, reason string, deleteAt time.Time) error {
	_, err := tx.exec(ctx, `
		UPDATE accounts
		SET status = 'suspended', suspended_for = $2, status_reason = $3, status_at = $4, delete_at = $5, version = version + 1
		WHERE id = $1`, person.ID, string(cause), reason, at(tx.now), at(deleteAt))
	if err != nil {
		return err
	}
	if err := tx.endAccess(ctx, person.ID); err != nil {
		return err
	}
	return tx.endInvitations(ctx, person, 0)
}

// Reactivate lets a suspended guest in again and tells those whom the
// suspension was told. Reactivating somebody who is active changes nothing;
// who waits for a deletion is ErrDeletionPlanned.
func (s *Store) Reactivate(ctx context.Context, actor Account, guest ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil || person.Status == StatusActive {
			return err
		}
		return tx.reactivate(ctx, actor, person, reason)
	})
}

// reactivate lets a suspended guest in again.
func (tx tx) reactivate(ctx context.Context, by, person Account, reason string) error {
	if person.SuspendedFor == ForDeletion {
		return ErrDeletionPlanned
	}
	err := tx.spendPlaces(ctx, func() error {
		_, err := tx.exec(ctx, `
			UPDATE accounts
			SET status = 'active', suspended_for = '', status_reason = '', status_at = $2, version = version + 1
			WHERE id = $1`, person.ID, at(tx.now))
		return err
	})
	if err != nil {
		return err
	}
	if err := tx.tellStanding(ctx, standing{What: NoticeGuestReactivated, By: by, Guest: person, Reason: reason}); err != nil {
		return err
	}
	return tx.audit(ctx, event{Action: "guest.reactivated", Actor: by.ID, Account: person.ID, Subject: person.Login, Reason: reason})
}

// endInvitations ends the invitations that are still open for a guest, with
// their links: those into one space, or into every space when space is 0. What
// takes a guest's access away takes the way back in with it (SEC-T6). A guest
// without e-mail has printed ones, for the identifier.
func (tx tx) endInvitations(ctx context.Context, guest Account, space ID) error {
	login, theirs := string(guest.Email), `
		UPDATE invitations SET status = 'cancelled', closed_at = $3
		WHERE status = 'pending' AND email = $1 AND (space_id = $2 OR $2 = 0)
		RETURNING id`
	if guest.Email == "" {
		login, theirs = guest.Login, `
		UPDATE invitations SET status = 'cancelled', closed_at = $3
		WHERE status = 'pending' AND identifier = $1 AND (space_id = $2 OR $2 = 0)
		RETURNING id`
	}
	rows, err := tx.query(ctx, theirs, login, space, at(tx.now))
	ended, err := all(rows, err, scanID)
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
	switch {
	case guest.Former():
		return Account{}, Account{}, ErrNotFound
	case guest.Kind != Guest: // of two administrators the second learns what the first did
		return Account{}, Account{}, tx.changedKind(ctx, id, "guest.converted", ErrMemberNow)
	}
	return administrator, guest, nil
}
