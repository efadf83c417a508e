package store

import (
	"context"
	"slices"
	"time"
)

// SpaceStatistics are the numbers of one space.
type SpaceStatistics struct {
	ID             ID
	Kind           SpaceKind
	Name           string
	Administrators int
	Members        int // guests too
	Creator        Account
	CreatedAt      time.Time
	Modifier       Account
	ModifiedAt     time.Time
}

// SpacesStatistics are the numbers of spaces in the order of their IDs: of all
// for system administrators, for others of the public ones and of those that
// they are in.
func (s *Store) SpacesStatistics(ctx context.Context, actor Account, offset, limit int) (list []SpaceStatistics, err error) {
	err = s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT s.id, s.kind, s.name,
				(SELECT COUNT(*) FROM memberships m WHERE m.space_id = s.id AND m.role = 'administrator'),
				s.member_count + CASE WHEN $3 AND s.companies_apart THEN 0 ELSE s.guest_count END,
				s.created_at, s.updated_at,
				c.id, c.kind, c.status, c.display_name, COALESCE(c.login, c.login_key), c.erased_at,
				u.id, u.kind, u.status, u.display_name, COALESCE(u.login, u.login_key), u.erased_at
			FROM spaces s
			JOIN accounts c ON c.id = s.created_by
			JOIN accounts u ON u.id = COALESCE(s.updated_by, s.created_by)
			WHERE s.deleted_at IS NULL AND ($4 OR s.kind = 'open' AND NOT $3 OR EXISTS (
				SELECT 1 FROM memberships m
				WHERE m.space_id = s.id AND m.account_id = $1 AND `+insideNow+`))
			ORDER BY s.id
			LIMIT $5 OFFSET $6`, me.ID, at(tx.now), me.IsGuest(), me.SystemAdmin, limit, offset)
		list, err = all(rows, err, func(row scanner) (t SpaceStatistics, err error) {
			err = row.Scan(slices.Concat([]any{&t.ID, &t.Kind, &t.Name, &t.Administrators, &t.Members, moment{&t.CreatedAt}, moment{&t.ModifiedAt}},
				t.Creator.scanBrief(), t.Modifier.scanBrief())...)
			t.Creator, t.Modifier = t.Creator.told(me), t.Modifier.told(me)
			return t, err
		})
		return err
	})
	return list, err
}

// scanBrief gives the destinations of who somebody is and was.
func (a *Account) scanBrief() []any {
	return []any{&a.ID, &a.Kind, &a.Status, &a.Name, &a.Login, moment{&a.ErasedAt}}
}

// told is what a program learns of somebody for whom it asks: of who was erased
// nothing but the number, and logins only where neither of the two is a guest.
func (a Account) told(me Account) Account {
	if !a.ErasedAt.IsZero() {
		a.Name, a.Login = "", ""
	}
	if a.ID != me.ID && (me.IsGuest() || a.IsGuest()) {
		a.Login = ""
	}
	return a
}
