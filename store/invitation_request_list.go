package store

import "context"

// InvitationRequests are the requests of a space as one account sees them.
type InvitationRequests struct {
	Space   Space
	Waiting []InvitationRequest // for the actor to decide, the oldest first; one page, since each answer makes room
	Own     []InvitationRequest // the actor's own, the newest first
}

// ownRequests is how many of one's own requests are shown.
const ownRequests = 50

// InvitationRequests are what waits for the actor in a space, and what the actor
// asked for there. Who neither decides, nor may invite, nor ever asked is
// ErrForbidden.
func (s *Store) InvitationRequests(ctx context.Context, actor Account, space ID) (InvitationRequests, error) {
	var list InvitationRequests
	err := s.read(ctx, func(tx tx) (err error) {
		list = InvitationRequests{}
		if list.Space, err = tx.space(ctx, actor, space, ToKnow); err != nil {
			return err
		}
		if !list.Space.Inside() {
			return ErrForbidden
		}
		rows, err := tx.query(ctx, `
			SELECT `+requestColumns+`
			FROM `+requestTables+`
			WHERE r.requester_id = $1 AND r.space_id = $2
			ORDER BY r.id DESC
			LIMIT $3`, actor.ID, space, ownRequests)
		if list.Own, err = all(rows, err, scanRequest); err != nil {
			return err
		}
		if list.Space.Approves() {
			list.Waiting, err = tx.waitingIn(ctx, space)
			return err
		}
		if len(list.Own) == 0 {
			return list.Space.judge(ToInvite)
		}
		return nil
	})
	return list, err
}

func (tx tx) waitingIn(ctx context.Context, space ID) ([]InvitationRequest, error) {
	rows, err := tx.query(ctx, `
		SELECT `+requestColumns+`
		FROM `+requestTables+`
		WHERE r.space_id = $1 AND r.state = 'waiting'
		ORDER BY r.id
		LIMIT $2`, space, PageSize)
	return all(rows, err, scanRequest)
}

// forSystemAdmins holds for requests in spaces where system administrators
// approve: the organisation says so, which is the argument, or the space's own
// settings do. No value is stricter, so a space that has it is in force.
const forSystemAdmins = `(? OR s.settings LIKE '%"invite.approval":"sys_admin"%')`

// RequestsForSystemAdmins are the requests of all spaces that wait for a system
// administrator, the oldest first; one page, since each answer makes room.
func (s *Store) RequestsForSystemAdmins(ctx context.Context, actor Account) ([]InvitationRequest, error) {
	var list []InvitationRequest
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT `+requestColumns+`
			FROM `+requestTables+`
			WHERE r.state = 'waiting' AND `+replaceMark(forSystemAdmins, 1)+`
			ORDER BY r.id
			LIMIT $2`, e.Policy.sysAdminsApprove(), PageSize)
		list, err = all(rows, err, scanRequest)
		return err
	})
	return list, err
}

func (p Policy) sysAdminsApprove() bool { return p.Value("invite.approval") == "sys_admin" }

// WaitingRequests is how many requests wait for an account's decision in one
// space, or for system administrators where Space is 0.
type WaitingRequests struct {
	Space ID
	Name  string
	N     int
}

// WaitingRequests are what the actor has to decide, space by space: for the
// pages that say so. Guests have none.
func (s *Store) WaitingRequests(ctx context.Context, actor Account) ([]WaitingRequests, error) {
	var list []WaitingRequests
	err := s.read(ctx, func(tx tx) (err error) {
		list, err = tx.waitingRequests(ctx, actor)
		return err
	})
	return list, err
}

func (tx tx) waitingRequests(ctx context.Context, actor Account) ([]WaitingRequests, error) {
	fresh, err := tx.actor(ctx, actor)
	if err != nil || fresh.IsGuest() {
		return nil, err
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.query(ctx, `
		SELECT s.id, s.name, COUNT(*)
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		JOIN invitation_requests r ON r.space_id = s.id AND r.state = 'waiting'
		WHERE m.account_id = $1 AND m.role = 'administrator' AND NOT `+replaceMark(forSystemAdmins, 2)+`
		GROUP BY s.id, s.name
		ORDER BY s.id`, actor.ID, e.Policy.sysAdminsApprove())
	list, err := all(rows, err, func(row scanner) (w WaitingRequests, err error) {
		return w, row.Scan(&w.Space, &w.Name, &w.N)
	})
	if err != nil || !fresh.SystemAdmin {
		return list, err
	}
	n, err := tx.capped(ctx, `
		SELECT 1
		FROM invitation_requests r
		JOIN spaces s ON s.id = r.space_id
		WHERE r.state = 'waiting' AND `+replaceMark(forSystemAdmins, 1), e.Policy.sysAdminsApprove())
	if err == nil && n > 0 {
		list = append(list, WaitingRequests{N: n})
	}
	return list, err
}
