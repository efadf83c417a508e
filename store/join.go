package store

import (
	"context"
	"time"
)

// JoinRequest is a member who asks to be let into a private space.
type JoinRequest struct {
	Account   Account // what others see of them
	CreatedAt time.Time
}

// Join makes the actor a member of an open space. A system administrator joins
// any space as its administrator: the audit log and a mail to the space's
// administrators say so.
func (s *Store) Join(ctx context.Context, actor Account, space ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToJoin)
		if err != nil {
			return err
		}
		role, action := Editor, "membership.joined"
		if sp.Standing == SystemAdminOutside {
			role, action = Administrator, "membership.joined_as_administrator"
			if err := tx.tellAdministrators(ctx, sp, actor, NoticeAdministratorJoined); err != nil {
				return err
			}
		}
		err = tx.addMembership(ctx, newMembership{Space: sp.ID, Account: actor, Role: role, AddedBy: actor.ID})
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: action, Actor: actor.ID, Account: actor.ID, Space: sp.ID})
	})
}

// AskToJoin asks a private space's administrators to let the actor in; they get
// a mail. To ask again changes nothing.
func (s *Store) AskToJoin(ctx context.Context, actor Account, space ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToAskToJoin)
		if err != nil {
			return err
		}
		asked, err := tx.exec(ctx, `
			INSERT INTO join_requests (space_id, account_id, created_at)
			VALUES ($1, $2, $3)
			ON CONFLICT (space_id, account_id) DO NOTHING`, sp.ID, actor.ID, at(tx.now))
		if err != nil || asked == 0 {
			return err
		}
		if err := tx.tellAdministrators(ctx, sp, actor, NoticeJoinRequested); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "join_request.made", Actor: actor.ID, Account: actor.ID, Space: sp.ID})
	})
}

// Asked reports whether the actor has asked to join a space that they know of.
func (s *Store) Asked(ctx context.Context, actor Account, space ID) (bool, error) {
	var asked bool
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToKnow)
		if err != nil {
			return err
		}
		return tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM join_requests WHERE space_id = $1 AND account_id = $2)`,
			sp.ID, actor.ID).Scan(&asked)
	})
	return asked, err
}

// JoinRequests are the members who wait for an answer, the first who asked
// first; one page of them, since each answer makes room.
func (s *Store) JoinRequests(ctx context.Context, actor Account, space ID) ([]JoinRequest, error) {
	var list []JoinRequest
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToManage)
		if err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT `+personColumns+`, j.created_at
			FROM join_requests j
			JOIN accounts a ON a.id = j.account_id
			WHERE j.space_id = $1 AND a.status = 'active'
			ORDER BY j.created_at, j.account_id
			LIMIT $2`, sp.ID, PageSize)
		list, err = all(rows, err, func(row scanner) (JoinRequest, error) {
			var j JoinRequest
			err := row.Scan(append(j.Account.scanPerson(), moment{&j.CreatedAt})...)
			return j, err
		})
		return err
	})
	return list, err
}

// AcceptJoin lets somebody in who asked; RefuseJoin does not, and they may ask
// again. Both are ErrNotFound when nobody of that ID asked.
func (s *Store) AcceptJoin(ctx context.Context, actor Account, space, account ID) error {
	return s.answerJoin(ctx, actor, space, account, func(tx tx, sp Space) error {
		return tx.addMember(ctx, actor, sp.ID, account, Editor, "account")
	})
}

// RefuseJoin says no to somebody who asked.
func (s *Store) RefuseJoin(ctx context.Context, actor Account, space, account ID) error {
	return s.answerJoin(ctx, actor, space, account, func(tx tx, sp Space) error {
		return tx.audit(ctx, event{Action: "join_request.refused", Actor: actor.ID, Account: account, Space: sp.ID})
	})
}

func (s *Store) answerJoin(ctx context.Context, actor Account, space, account ID, answer func(tx, Space) error) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToManage)
		if err != nil {
			return err
		}
		asked, err := tx.exec(ctx, `DELETE FROM join_requests WHERE space_id = $1 AND account_id = $2`, sp.ID, account)
		if err != nil {
			return err
		}
		if asked == 0 {
			return ErrNotFound
		}
		return answer(tx, sp)
	})
}

// Leave takes the actor out of a space. Errors: those of the door,
// ErrMembershipFixed, ErrNoAdminLeft.
func (s *Store) Leave(ctx context.Context, actor Account, space ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToLeave)
		if err != nil {
			return err
		}
		if err := tx.removeMembership(ctx, sp.ID, actor.ID); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "membership.left", Actor: actor.ID, Account: actor.ID, Space: sp.ID})
	})
}

// Favourite puts a space first in the actor's lists, or no more. Only who is
// inside has it in a list.
func (s *Store) Favourite(ctx context.Context, actor Account, space ID, favourite bool) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		if !sp.Inside() {
			return ErrForbidden
		}
		_, err = tx.exec(ctx, `UPDATE memberships SET favourite = $3 WHERE space_id = $1 AND account_id = $2`,
			sp.ID, actor.ID, favourite)
		return err
	})
}
