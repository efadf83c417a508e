package store

import (
	"context"
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
				s.created_at, s.updated_at, c.id, c.display_name, COALESCE(c.login, c.login_key), u.id, u.display_name, COALESCE(u.login, u.login_key)
			FROM spaces s
			JOIN accounts c ON c.id = s.created_by
			JOIN accounts u ON u.id = COALESCE(s.updated_by, s.created_by)
			WHERE s.deleted_at IS NULL AND ($4 OR s.kind = 'open' AND NOT $3 OR EXISTS (
				SELECT 1 FROM memberships m
				WHERE m.space_id = s.id AND m.account_id = $1 AND `+insideNow+`))
			ORDER BY s.id
			LIMIT $5 OFFSET $6`, me.ID, at(tx.now), me.IsGuest(), me.SystemAdmin, limit, offset)
		list, err = all(rows, err, func(row scanner) (t SpaceStatistics, err error) {
			err = row.Scan(&t.ID, &t.Kind, &t.Name, &t.Administrators, &t.Members, moment{&t.CreatedAt}, moment{&t.ModifiedAt},
				&t.Creator.ID, &t.Creator.Name, &t.Creator.Login, &t.Modifier.ID, &t.Modifier.Name, &t.Modifier.Login)
			if me.IsGuest() {
				t.Creator.Login, t.Modifier.Login = "", ""
			}
			return t, err
		})
		return err
	})
	return list, err
}
