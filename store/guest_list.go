package store

import (
	"context"
	"database/sql"
	"math"
	"time"
)

// SpaceGuest is one row of the Guests tab: a guest who is inside, or an
// invitation that is open.
type SpaceGuest struct {
	Status     GuestStatus
	Account    Account    // the zero Account for an invitation
	Invitation Invitation // the zero Invitation for who is inside
	Inviter    string     // name of who sent the invitation
	Role       Role
	EndsAt     time.Time // end of the access, or of the invitation's link
	EndsDays   int       // the period that the end of the access was set by; 0 for a date
}

// Email is the address of the guest or of the invitation.
func (g SpaceGuest) Email() Email {
	if g.Invitation.ID != 0 {
		return g.Invitation.Email
	}
	return g.Account.Email
}

// SpaceGuestCursor is where the next part of the Guests tab begins.
type SpaceGuestCursor struct {
	Part  int // of guestParts
	After Cursor
}

// SpaceGuests is a part of the Guests tab.
type SpaceGuests struct {
	Space  Space
	Rows   []SpaceGuest
	Counts map[GuestStatus]int // by state, each counted up to a thousand
	Next   *SpaceGuestCursor   // nil at the end
	Own    bool                // only invitations that the actor sent, and no guests

	inviter ID // 0 for every invitation
}

// The parts of the list, in order: deliveries that failed come first.
const (
	partFailed = iota
	partInside
	partInvited
	partExpired
	partDeclined
	partEnd
)

// parts are those that a filter shows.
func (g GuestStatus) parts() []int {
	switch g {
	case FailedGuest:
		return []int{partFailed}
	case ActiveGuest, SuspendedGuest, EndedGuest, InactiveGuest:
		return []int{partInside}
	case InvitedGuest:
		return []int{partInvited}
	case ExpiredGuest:
		return []int{partExpired, partDeclined}
	case DeclinedGuest:
		return []int{partDeclined}
	case AnyGuest, DeletedGuest:
	}
	return []int{partFailed, partInside, partInvited, partExpired, partDeclined}
}

// SpaceGuests are the guests of a space and the invitations into it (S0-24,
// S0-25), for administrators of the space: nobody else sees addresses. A member
// who may invite, or has, gets the invitations that they sent themselves.
func (s *Store) SpaceGuests(ctx context.Context, actor Account, space ID, filter GuestStatus, from SpaceGuestCursor) (SpaceGuests, error) {
	var list SpaceGuests
	err := s.read(ctx, func(tx tx) (err error) {
		list = SpaceGuests{}
		if err := tx.guestsFor(ctx, actor, space, &list); err != nil {
			return err
		}
		for _, part := range filter.parts() {
			if part < from.Part || list.Own && part == partInside {
				continue
			}
			after := Cursor{}
			if part == from.Part {
				after = from.After
			}
			done, err := tx.addGuestPart(ctx, &list, filter, part, after)
			if err != nil || done {
				return err
			}
		}
		return nil
	})
	return list, err
}

// guestsFor opens the door and counts what is behind it: everybody for an
// administrator of the space, their own invitations for a member.
func (tx tx) guestsFor(ctx context.Context, actor Account, space ID, list *SpaceGuests) (err error) {
	if list.Space, err = tx.space(ctx, actor, space, ToKnow); err != nil {
		return err
	}
	if list.Space.Can(ToSeeGuests) {
		list.Counts, err = tx.countGuests(ctx, space)
		return err
	}
	if !list.Space.Owns(ToManageGuests) {
		return list.Space.judge(ToSeeGuests)
	}
	list.Own, list.inviter = true, actor.ID
	if list.Counts, err = tx.countOwnInvitations(ctx, space, actor.ID); err != nil || len(list.Counts) > 0 {
		return err
	}
	return list.Space.judge(ToInvite)
}

// addGuestPart adds a part's rows and reports whether the page is full.
func (tx tx) addGuestPart(ctx context.Context, list *SpaceGuests, filter GuestStatus, part int, after Cursor) (full bool, err error) {
	room := PageSize - len(list.Rows)
	var rows []SpaceGuest
	if part == partInside {
		rows, err = tx.guestsInside(ctx, list.Space.ID, filter, after, room+1)
	} else {
		rows, err = tx.openInvitations(ctx, list.Space.ID, list.inviter, part, after, room+1)
	}
	if err != nil {
		return false, err
	}
	if len(rows) <= room {
		list.Rows = append(list.Rows, rows...)
		return false, nil
	}
	list.Next = &SpaceGuestCursor{Part: part, After: after}
	if room > 0 {
		last := rows[room-1]
		list.Next.After = Cursor{Key: FoldKey(last.Account.Name), ID: last.Account.ID}
		if last.Invitation.ID != 0 {
			list.Next.After = Cursor{ID: last.Invitation.ID}
		}
	}
	list.Rows = append(list.Rows, rows[:room]...)
	return true, nil
}

// insideStatus is the state of a guest who is in a space; $2 is the moment.
const insideStatus = `
	CASE WHEN a.status = 'suspended' THEN 'suspended'
	     WHEN a.ends_at <= $2 OR m.ends_at <= $2 THEN 'ended'
	     ELSE 'active' END`

func (tx tx) guestsInside(ctx context.Context, space ID, filter GuestStatus, after Cursor, limit int) ([]SpaceGuest, error) {
	narrow := ``
	switch filter {
	case ActiveGuest, SuspendedGuest, EndedGuest:
		narrow = `AND ` + insideStatus + ` = '` + string(filter) + `'`
	case InactiveGuest:
		narrow = `AND ` + insideStatus + ` <> 'active'`
	case AnyGuest, DeletedGuest, InvitedGuest, ExpiredGuest, FailedGuest, DeclinedGuest:
	}
	rows, err := tx.query(ctx, `
		SELECT `+accountColumns+`, m.role, m.ends_at, COALESCE(m.ends_days, 0), `+insideStatus+`
		FROM memberships m
		JOIN accounts a ON a.id = m.account_id
		WHERE m.space_id = $1 AND m.account_kind = 'guest' AND (m.name_key, m.account_id) > ($3, $4) `+narrow+`
		ORDER BY m.name_key, m.account_id
		LIMIT $5`, space, at(tx.now), after.Key, after.ID, limit)
	return all(rows, err, func(row scanner) (g SpaceGuest, err error) {
		err = row.Scan(append(g.Account.scan(), &g.Role, moment{&g.EndsAt}, &g.EndsDays, &g.Status)...)
		if !g.Account.EndsAt.IsZero() && (g.EndsAt.IsZero() || g.Account.EndsAt.Before(g.EndsAt)) {
			g.EndsAt, g.EndsDays = g.Account.EndsAt, g.Account.EndsDays
		}
		return g, err
	})
}

// SpaceGuest is one guest who is inside, for administrators of the space.
func (s *Store) SpaceGuest(ctx context.Context, actor Account, space, guest ID) (SpaceGuest, error) {
	var g SpaceGuest
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.space(ctx, actor, space, ToSeeGuests); err != nil {
			return err
		}
		err := tx.row(ctx, `
			SELECT `+accountColumns+`, m.role, m.ends_at, COALESCE(m.ends_days, 0), `+insideStatus+`
			FROM memberships m
			JOIN accounts a ON a.id = m.account_id
			WHERE m.space_id = $1 AND m.account_kind = 'guest' AND m.account_id = $3`,
			space, at(tx.now), guest).Scan(append(g.Account.scan(), &g.Role, moment{&g.EndsAt}, &g.EndsDays, &g.Status)...)
		return missing(err, ErrNotFound)
	})
	return g, err
}

// invitationParts are the conditions of the parts that hold invitations; $2 is
// the moment. With + 0 the index by expiry is left alone: these lists go by ID.
var invitationParts = map[int]struct {
	status GuestStatus
	where  string
}{
	partFailed:   {FailedGuest, `i.status = 'pending' AND i.expires_at + 0 > $2 AND i.delivery = 'failed'`},
	partInvited:  {InvitedGuest, `i.status = 'pending' AND i.expires_at + 0 > $2 AND i.delivery <> 'failed'`},
	partExpired:  {ExpiredGuest, `i.status = 'pending' AND i.expires_at + 0 <= $2`},
	partDeclined: {DeclinedGuest, `i.status = 'declined' AND i.expires_at > $2 - 31536000000`},
}

// openInvitations are those of a part, of one inviter where that is not 0.
func (tx tx) openInvitations(ctx context.Context, space, inviter ID, part int, after Cursor, limit int) ([]SpaceGuest, error) {
	before := after.ID
	if before == 0 {
		before = math.MaxInt64 // the newest comes first
	}
	rows, err := tx.query(ctx, `
		SELECT `+invitationColumns+`, a.display_name
		FROM invitations i
		JOIN accounts a ON a.id = i.inviter_id
		WHERE i.space_id = $1 AND `+invitationParts[part].where+` AND i.id < $3 AND ($5 = 0 OR i.inviter_id = $5)
		ORDER BY i.id DESC
		LIMIT $4`, space, at(tx.now), before, limit, inviter)
	return all(rows, err, func(row scanner) (g SpaceGuest, err error) {
		err = row.Scan(append(g.Invitation.scan(), &g.Inviter)...)
		g.Status, g.Role, g.EndsAt = invitationParts[part].status, g.Invitation.Role, g.Invitation.ExpiresAt
		return g, err
	})
}

// countGuests counts by state what is worth a number on a page: of more than a
// thousand it looks at a thousand.
func (tx tx) countGuests(ctx context.Context, space ID) (map[GuestStatus]int, error) {
	rows, err := tx.query(ctx, `
		SELECT state, COUNT(*)
		FROM (
			SELECT `+insideStatus+` AS state
			FROM memberships m
			JOIN accounts a ON a.id = m.account_id
			WHERE m.space_id = $1 AND m.account_kind = 'guest'
			LIMIT 1000) inside
		GROUP BY state
		UNION ALL
		SELECT state, COUNT(*)
		FROM (
			SELECT `+openStatus+` AS state
			FROM invitations i
			WHERE i.space_id = $1 AND i.status IN ('pending', 'declined')
			LIMIT 1000) open
		GROUP BY state`, space, at(tx.now))
	return countsOf(rows, err)
}

// openStatus is the state of an invitation that is open; $2 is the moment.
const openStatus = `
	CASE WHEN i.status = 'declined' THEN 'declined'
	     WHEN i.expires_at <= $2 THEN 'expired'
	     WHEN i.delivery = 'failed' THEN 'failed'
	     ELSE 'invited' END`

// countOwnInvitations is countGuests of what one member sent.
func (tx tx) countOwnInvitations(ctx context.Context, space, inviter ID) (map[GuestStatus]int, error) {
	rows, err := tx.query(ctx, `
		SELECT state, COUNT(*)
		FROM (
			SELECT `+openStatus+` AS state
			FROM invitations i
			WHERE i.space_id = $1 AND i.status IN ('pending', 'declined') AND i.inviter_id = $3
			LIMIT 1000) open
		GROUP BY state`, space, at(tx.now), inviter)
	return countsOf(rows, err)
}

func countsOf(rows *sql.Rows, err error) (map[GuestStatus]int, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	counts := map[GuestStatus]int{}
	for rows.Next() {
		var status GuestStatus
		var n int
		if err := rows.Scan(&status, &n); err != nil {
			return nil, err
		}
		counts[status] += n
	}
	return counts, rows.Err()
}
