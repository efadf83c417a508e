package store

import (
	"context"
	"errors"
	"time"
)

// SpaceTrashDays is the setting of how long a deleted space can be brought back.
const SpaceTrashDays = "delete.space_days"

// DeleteSpace takes a space away from everybody at once: the invitations into it
// end, and nobody is in it any more. It waits in the trash for as many days as
// the organisation says, from where a system administrator can bring it back,
// and is then gone with all that is in it. Its people keep their accounts. Its
// administrators may, and every system administrator.
func (s *Store) DeleteSpace(ctx context.Context, actor Account, id ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, id, ToDelete)
		if err != nil {
			return err
		}
		if err := tx.trashSpace(ctx, actor, sp); err != nil {
			return err
		}
		err = tx.audit(ctx, event{
			Action: "space.deleted", Actor: actor.ID, Space: sp.ID, Subject: sp.Name,
			Details: map[string]string{
				"kind": string(sp.Kind), "members": itoa(sp.MemberCount), "guests": itoa(sp.GuestCount), "threads": itoa(sp.ThreadCount),
			},
		})
		if err != nil || sp.Organization.Number(SpaceTrashDays) > 0 {
			return err
		}
		return tx.eraseSpace(ctx, trashed{id: sp.ID, name: sp.Name, cover: sp.Cover})
	})
}

// trashSpace closes a space and keeps who was in it.
func (tx tx) trashSpace(ctx context.Context, actor Account, sp Space) error {
	now := at(tx.now)
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO trashed_memberships (space_id, account_id, role, ends_at, ends_days, favourite, follows, joined_at, added_by)
			SELECT space_id, account_id, role, ends_at, ends_days, favourite, follows, joined_at, added_by
			FROM memberships
			WHERE space_id = $1`, []any{sp.ID}},
		{`UPDATE spaces SET deleted_at = $2, deleted_by = $3, member_count = 0, guest_count = 0 WHERE id = $1`, []any{sp.ID, now, actor.ID}},
		{`UPDATE accounts SET left_at = $2
			WHERE id IN (SELECT account_id FROM memberships WHERE space_id = $1 AND account_kind = 'guest')`, []any{sp.ID, now}},
		{`DELETE FROM memberships WHERE space_id = $1`, []any{sp.ID}},
		{`DELETE FROM join_requests WHERE space_id = $1`, []any{sp.ID}},
		{`UPDATE invitation_requests SET state = 'withdrawn', decided_at = $2 WHERE space_id = $1 AND state = 'waiting'`, []any{sp.ID, now}},
		{`UPDATE invitation_tokens SET ended_at = $2
			WHERE ended_at IS NULL AND invitation_id IN (SELECT id FROM invitations WHERE space_id = $1)`, []any{sp.ID, now}},
		{`UPDATE invitations SET status = 'cancelled', closed_at = $2 WHERE space_id = $1 AND status = 'pending'`, []any{sp.ID, now}},
	} {
		if _, err := tx.exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return tx.happened(ctx, happening{Kind: PeopleChanged, Space: sp.ID, Thing: actor.ID, Actor: actor.ID, Quiet: true})
}

// TrashedSpace is a space in the trash.
type TrashedSpace struct {
	ID        ID
	Kind      SpaceKind
	Name      string
	People    int // who were in it and have an account
	DeletedAt time.Time
	DeletedBy Account
	GoneAt    time.Time // when it is gone for good
}

// TrashedSpaces are the spaces in the trash, the newest first, for system administrators.
func (s *Store) TrashedSpaces(ctx context.Context, actor Account, from string) (page Page[TrashedSpace], err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		deleted, id := int64(lastMoment), lastID
		after(from, &deleted, &id)
		rows, err := tx.query(ctx, `
			SELECT s.id, s.kind, s.name, s.deleted_at,
				(SELECT COUNT(*) FROM trashed_memberships t JOIN accounts p ON p.id = t.account_id WHERE t.space_id = s.id AND p.deleted_at IS NULL),
				`+personColumns+`
			FROM spaces s
			JOIN accounts a ON a.id = s.deleted_by
			WHERE s.deleted_at IS NOT NULL AND (s.deleted_at, s.id) < ($1, $2)
			ORDER BY s.deleted_at DESC, s.id DESC
			LIMIT $3`, deleted, id, PageSize+1)
		list, err := all(rows, err, func(row scanner) (t TrashedSpace, err error) {
			err = row.Scan(append([]any{&t.ID, &t.Kind, &t.Name, moment{&t.DeletedAt}, &t.People}, t.DeletedBy.scanPerson()...)...)
			t.GoneAt = t.DeletedAt.AddDate(0, 0, e.Policy.Number(SpaceTrashDays))
			return t, err
		})
		page = pageOf(list, PageSize, func(t TrashedSpace) []any { return []any{t.DeletedAt.UnixMilli(), t.ID} })
		return err
	})
	return page, err
}

// RestoreSpace brings a space back from the trash with the people who were in
// it and still have an account, for system administrators. Links of invitations
// stay ended. With nobody left who administers it, the actor does. Errors:
// ErrForbidden, ErrNotFound, those of places.
func (s *Store) RestoreSpace(ctx context.Context, actor Account, id ID) error {
	return s.write(ctx, func(tx tx) error {
		by, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		var name string
		err = tx.row(ctx, `
			UPDATE spaces SET deleted_at = NULL, deleted_by = NULL
			WHERE id = $1 AND deleted_at IS NOT NULL
			RETURNING name`, id).Scan(&name)
		if err != nil {
			return missing(err, ErrNotFound)
		}
		if err := tx.spendPlaces(ctx, func() error { return tx.bringBack(ctx, by, id) }); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "space.restored", Actor: by.ID, Space: id, Subject: name})
	})
}

// trashedMembership is a place in a space as it was.
type trashedMembership struct {
	newMembership
	account   ID
	favourite bool
	follows   bool
	joinedAt  time.Time
}

func (tx tx) bringBack(ctx context.Context, by Account, space ID) error {
	rows, err := tx.query(ctx, `
		SELECT account_id, role, ends_at, COALESCE(ends_days, 0), favourite, follows, joined_at, added_by
		FROM trashed_memberships
		WHERE space_id = $1
		ORDER BY account_id`, space)
	were, err := all(rows, err, func(row scanner) (m trashedMembership, err error) {
		m.Space = space
		return m, row.Scan(&m.account, &m.Role, moment{&m.EndsAt}, &m.EndsDays, &m.favourite, &m.follows, moment{&m.joinedAt}, nullID{&m.AddedBy})
	})
	if err != nil {
		return err
	}
	administrated := false
	for _, m := range were {
		back, err := tx.bringPersonBack(ctx, m)
		if err != nil {
			return err
		}
		administrated = administrated || back && m.Role == Administrator
	}
	if _, err := tx.exec(ctx, `DELETE FROM trashed_memberships WHERE space_id = $1`, space); err != nil || administrated {
		return err
	}
	return tx.addMember(ctx, by, space, by.ID, Administrator, "")
}

// bringPersonBack gives somebody their place back, unless they have left the
// organisation or may not be in it any more.
func (tx tx) bringPersonBack(ctx context.Context, m trashedMembership) (bool, error) {
	account, err := tx.account(ctx, m.account)
	if err != nil || account.Former() {
		return false, err
	}
	if m.Account = account; account.IsGuest() && m.Role == Administrator {
		m.Role = Editor // made a guest meanwhile
	}
	err = tx.addMembership(ctx, m.newMembership)
	if errors.Is(err, ErrOtherSpace) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = tx.exec(ctx, `
		UPDATE memberships SET favourite = $3, follows = $4, joined_at = $5 WHERE space_id = $1 AND account_id = $2`,
		m.Space, m.account, m.favourite, m.follows, at(m.joinedAt))
	return account.Status == StatusActive && !account.IsGuest(), err
}

// trashed is a space that is to be gone for good.
type trashed struct {
	id    ID
	name  string
	cover string
}

// eraseSpace deletes a space with all that is in it.
func (tx tx) eraseSpace(ctx context.Context, in trashed) error {
	gone, err := tx.exec(ctx, `DELETE FROM spaces WHERE id = $1 AND deleted_at IS NOT NULL`, in.id)
	if err != nil || gone == 0 {
		return err
	}
	if err := tx.dropCover(ctx, in.cover); err != nil {
		return err
	}
	return tx.audit(ctx, event{Action: "space.erased", Space: in.id, Subject: in.name})
}

// sweepTrash makes the spaces go for good whose days in the trash are over. Each
// is a transaction of its own, as a space may hold much.
func (s *Store) sweepTrash(ctx context.Context) error {
	e, err := s.Environment(ctx)
	if err != nil {
		return missing(err, nil) // before the first start is done
	}
	before := s.Now().AddDate(0, 0, -e.Policy.Number(SpaceTrashDays))
	for {
		var due []trashed
		err := s.read(ctx, func(tx tx) error {
			rows, err := tx.query(ctx, `
				SELECT s.id, s.name, s.cover
				FROM spaces s
				WHERE s.deleted_at IS NOT NULL AND s.deleted_at <= $1
				ORDER BY s.deleted_at
				LIMIT $2`, at(before), sweptAtOnce)
			due, err = all(rows, err, func(row scanner) (t trashed, err error) { return t, row.Scan(&t.id, &t.name, &t.cover) })
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		for _, space := range due {
			if err := s.write(ctx, func(tx tx) error { return tx.eraseSpace(ctx, space) }); err != nil {
				return err
			}
		}
	}
}
