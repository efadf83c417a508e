package store

import (
	"context"
	"time"
)

// ErrNoDeletionPlanned: there is nothing to undo, or it is too late.
var ErrNoDeletionPlanned = &Error{Kind: Conflict, Code: "no_deletion_planned"}

// DeleteGuest ends a guest's account (S2-08, S2-09): every access ends, the
// address is free again, and what the guest wrote stays attributed to a former
// guest. The same address invited again is somebody new. Where the policy
// gives days of grace, the account is suspended until they are over, and the
// deletion can be undone (C8). Deleting twice changes nothing.
func (s *Store) DeleteGuest(ctx context.Context, actor Account, guest ID, reason string) error {
	return s.deleteGuest(ctx, actor, guest, reason, false)
}

// DeleteGuestNow ends a guest's account without days of grace, or before they
// are over.
func (s *Store) DeleteGuestNow(ctx context.Context, actor Account, guest ID, reason string) error {
	return s.deleteGuest(ctx, actor, guest, reason, true)
}

func (s *Store) deleteGuest(ctx context.Context, actor Account, guest ID, reason string, now bool) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil {
			return err
		}
		if now {
			return tx.deleteAccount(ctx, deletion{by: actor, guest: person, reason: reason})
		}
		return tx.delete(ctx, deletion{by: actor, guest: person, reason: reason})
	})
}

// delete ends an account after the days of grace, if the policy gives any.
func (tx tx) delete(ctx context.Context, in deletion) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	if days := e.Policy.Number("delete.grace_days"); days > 0 {
		return tx.planDeletion(ctx, in, tx.now.AddDate(0, 0, days))
	}
	return tx.deleteAccount(ctx, in)
}

// deletion is who deletes a guest, and why. The zero by is the portal itself.
type deletion struct {
	by     Account
	guest  Account
	reason string
	quiet  bool // nobody is told: an erasure leaves no mail that names the guest
}

// planDeletion suspends the account until its deletion, and keeps what it was
// before for whoever undoes it.
func (tx tx) planDeletion(ctx context.Context, in deletion, deleteAt time.Time) error {
	if in.guest.SuspendedFor == ForDeletion {
		return nil
	}
	_, err := tx.exec(ctx, `
		UPDATE accounts SET undo_cause = suspended_for, undo_reason = status_reason, undo_at = status_at WHERE id = $1`, in.guest.ID)
	if err != nil {
		return err
	}
	if err := tx.shut(ctx, in.guest, ForDeletion, in.reason, deleteAt); err != nil {
		return err
	}
	err = tx.tellStanding(ctx, standing{
		What: NoticeGuestDeletion, By: in.by, Guest: in.guest, Reason: in.reason, DeleteAt: deleteAt,
	})
	if err != nil {
		return err
	}
	return tx.audit(ctx, event{
		Action: "guest.deletion_planned", Actor: in.by.ID, Account: in.guest.ID, Subject: in.guest.Login, Reason: in.reason,
		Details: map[string]string{"delete_at": deleteAt.Format(time.RFC3339)},
	})
}

// deleteAccount ends the account for good: its places, its ways in, its picture.
func (tx tx) deleteAccount(ctx context.Context, in deletion) error {
	id := in.guest.ID
	if !in.quiet {
		err := tx.tellStanding(ctx, standing{What: NoticeGuestDeleted, By: in.by, Guest: in.guest, Reason: in.reason})
		if err != nil {
			return err
		}
	}
	if err := tx.leaveAll(ctx, in.guest); err != nil {
		return err
	}
	if err := tx.endAccess(ctx, id); err != nil {
		return err
	}
	if err := tx.forgetFactor(ctx, id); err != nil {
		return err
	}
	if err := tx.forgetNotices(ctx, id, 0); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `
		UPDATE accounts
		SET status = 'deleted', suspended_for = '', status_reason = $2, status_at = $3, deleted_at = $3, delete_at = NULL,
			undo_cause = '', undo_reason = '', undo_at = NULL, password_hash = '', picture = '', version = version + 1
		WHERE id = $1`, id, in.reason, at(tx.now))
	if err != nil {
		return err
	}
	if in.guest.Picture != "" {
		if err := tx.dropBlob(ctx, in.guest.Picture); err != nil {
			return err
		}
	}
	return tx.audit(ctx, event{Action: "guest.deleted", Actor: in.by.ID, Account: id, Subject: in.guest.Login, Reason: in.reason})
}

// leaveAll takes a guest out of every space and ends the invitations that are
// still open for the address (SEC-T6).
func (tx tx) leaveAll(ctx context.Context, guest Account) error {
	rows, err := tx.query(ctx, `SELECT space_id FROM memberships WHERE account_id = $1`, guest.ID)
	spaces, err := all(rows, err, scanID)
	if err != nil {
		return err
	}
	for _, space := range spaces {
		if err := tx.removeMembership(ctx, space, guest.ID); err != nil {
			return err
		}
	}
	return tx.endInvitations(ctx, guest, 0)
}

// UndoDeletion takes a planned deletion back while its days of grace last. The
// guest is again what they were before: active, or suspended with the reason
// of then. The places in spaces were kept all the time.
func (s *Store) UndoDeletion(ctx context.Context, actor Account, guest ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil {
			return err
		}
		// The end of the grace counts at its moment, though no sweep has come (SEC-T7).
		var undone int64
		err = tx.spendPlaces(ctx, func() (err error) { // who is active again takes a place
			undone, err = tx.exec(ctx, `
				UPDATE accounts
				SET status = CASE WHEN undo_cause = '' THEN 'active' ELSE 'suspended' END,
					suspended_for = undo_cause, status_reason = undo_reason, status_at = undo_at,
					delete_at = NULL, undo_cause = '', undo_reason = '', undo_at = NULL, version = version + 1
				WHERE id = $1 AND suspended_for = 'deletion' AND delete_at > $2`, guest, at(tx.now))
			return err
		})
		if err != nil {
			return err
		}
		if undone == 0 {
			return ErrNoDeletionPlanned
		}
		err = tx.tellStanding(ctx, standing{What: NoticeGuestDeletionUndone, By: actor, Guest: person, Reason: reason})
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.deletion_undone", Actor: actor.ID, Account: guest, Subject: person.Login, Reason: reason})
	})
}

// dueDeletions is how many accounts a sweep deletes before it looks again.
const dueDeletions = 100

// deleteDue deletes the accounts whose days of grace are over. Each is a
// transaction of its own that takes the deletion's date away first: of several
// processes one deletes it.
func (s *Store) deleteDue(ctx context.Context) error {
	for {
		var due []ID
		err := s.read(ctx, func(tx tx) error {
			rows, err := tx.query(ctx, `
				SELECT id FROM accounts
				WHERE delete_at IS NOT NULL AND delete_at <= $1
				ORDER BY delete_at
				LIMIT $2`, at(tx.now), dueDeletions)
			due, err = all(rows, err, scanID)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		for _, id := range due {
			if err := s.write(ctx, func(tx tx) error { return tx.deleteIfDue(ctx, id) }); err != nil {
				return err
			}
		}
	}
}

func (tx tx) deleteIfDue(ctx context.Context, id ID) error {
	claimed, err := tx.exec(ctx, `UPDATE accounts SET delete_at = NULL WHERE id = $1 AND delete_at <= $2`, id, at(tx.now))
	if err != nil || claimed == 0 {
		return err
	}
	person, err := tx.account(ctx, id)
	if err != nil || person.SuspendedFor != ForDeletion {
		return err // it was taken back on another way: the date alone was left
	}
	return tx.deleteAccount(ctx, deletion{guest: person, reason: person.StatusReason})
}
