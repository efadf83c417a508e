package store

import (
	"context"
	"time"
)

// Access is one line of the access sheet: what one guest can see.
type Access struct {
	Guest     Account
	Space     ID
	SpaceName string
	Role      Role
	Since     time.Time
	Until     time.Time // the end of the place or of the whole access, whichever is first; zero for none
	Sponsor   Account   // its ID is 0 for nobody
}

// AccessSheet is who can see what, for system administrators: guests whose
// access is alive, in the order of a GuestSort, each with the spaces that are
// open to them. The filter's state is left aside.
func (s *Store) AccessSheet(ctx context.Context, actor Account, filter GuestFilter, sort GuestSort, from string) (Page[Access], error) {
	var sheet Page[Access]
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		filter.Status, filter.Inside = ActiveGuest, true
		plan, err := tx.planRegister(ctx, filter)
		if err != nil {
			return err
		}
		list, err := tx.registerPage(ctx, plan, sort, from, PageSize)
		sheet = Page[Access]{Next: list.Next}
		for _, entry := range list.Items {
			for _, m := range entry.Spaces {
				if !m.EndsAt.IsZero() && !tx.now.Before(m.EndsAt) || filter.Space != 0 && m.Space != filter.Space {
					continue
				}
				sheet.Items = append(sheet.Items, Access{
					Guest: entry.Account, Space: m.Space, SpaceName: m.Name, Role: m.Role, Since: m.JoinedAt,
					Until: earlier(m.EndsAt, entry.Account.EndsAt), Sponsor: entry.Sponsor,
				})
			}
		}
		return err
	})
	return sheet, err
}

// AccessBySpace is who can see what, space by space, for system administrators.
func (s *Store) AccessBySpace(ctx context.Context, actor Account, from string) (Page[Access], error) {
	var sheet Page[Access]
	err := s.read(ctx, func(tx tx) error {
		sheet = Page[Access]{}
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		var at accessCursor
		_ = after(from, &at.spaceKey, &at.space, &at.nameKey, &at.guest) // a cursor of nobody's is the beginning
		if at.space != 0 {
			done, err := tx.addSpaceAccess(ctx, &sheet, at)
			if err != nil || done {
				return err
			}
		}
		rows, err := tx.query(ctx, `
			SELECT s.id, s.name_key
			FROM spaces s
			WHERE s.guest_count > 0 AND (s.name_key, s.id) > ($1, $2)
			ORDER BY s.name_key, s.id
			LIMIT $3`, at.spaceKey, at.space, PageSize+1)
		spaces, err := all(rows, err, func(row scanner) (c accessCursor, err error) { return c, row.Scan(&c.space, &c.spaceKey) })
		if err != nil {
			return err
		}
		for i, next := range spaces {
			if i == PageSize {
				sheet.Next = cursor([]any{next.spaceKey, next.space, "", 0})
				return nil
			}
			done, err := tx.addSpaceAccess(ctx, &sheet, next)
			if err != nil || done {
				return err
			}
		}
		return nil
	})
	return sheet, err
}

// SpaceAccess is who can see one space, for its administrators.
func (s *Store) SpaceAccess(ctx context.Context, actor Account, space ID, from string) (sp Space, sheet Page[Access], err error) {
	err = s.read(ctx, func(tx tx) (err error) {
		sheet = Page[Access]{}
		if sp, err = tx.space(ctx, actor, space, ToSeeGuests); err != nil {
			return err
		}
		at := accessCursor{space: space}
		var other ID
		_ = after(from, &at.spaceKey, &other, &at.nameKey, &at.guest) // as above
		_, err = tx.addSpaceAccess(ctx, &sheet, at)
		return err
	})
	return sp, sheet, err
}

// accessCursor stands behind a guest of a space.
type accessCursor struct {
	spaceKey string
	space    ID
	nameKey  string
	guest    ID
}

// addSpaceAccess adds the guests of a space after a cursor and reports whether
// the page is full.
func (tx tx) addSpaceAccess(ctx context.Context, sheet *Page[Access], from accessCursor) (full bool, err error) {
	room := PageSize - len(sheet.Items)
	rows, err := tx.query(ctx, `
		SELECT `+accountColumns+`, s.id, s.name, s.name_key, m.name_key, m.role, m.joined_at, m.ends_at,
			p.id, p.kind, p.display_name, p.company, p.division, p.picture, p.locale, p.status
		FROM memberships m
		JOIN accounts a ON a.id = m.account_id
		JOIN spaces s ON s.id = m.space_id
		LEFT JOIN accounts p ON p.id = a.sponsor_id
		WHERE m.space_id = $1 AND m.account_kind = 'guest' AND (m.name_key, m.account_id) > ($2, $3)
			AND (m.ends_at IS NULL OR m.ends_at > $4) AND a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $4)
		ORDER BY m.name_key, m.account_id
		LIMIT $5`, from.space, from.nameKey, from.guest, at(tx.now), room+1)
	last := from
	list, err := all(rows, err, func(row scanner) (a Access, err error) {
		c := accessCursor{}
		ends := time.Time{}
		err = row.Scan(append(append(a.Guest.scan(), &a.Space, &a.SpaceName, &c.spaceKey, &c.nameKey, &a.Role, moment{&a.Since}, moment{&ends}),
			a.Sponsor.scanPersonOrNone()...)...)
		if len(sheet.Items) < PageSize {
			a.Until = earlier(ends, a.Guest.EndsAt)
			c.space, c.guest = a.Space, a.Guest.ID
			last = c
			sheet.Items = append(sheet.Items, a)
		}
		return a, err
	})
	if err != nil || len(list) <= room {
		return false, err
	}
	sheet.Next = cursor([]any{last.spaceKey, last.space, last.nameKey, last.guest})
	return true, nil
}

// earlier is the first of two ends; zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// The exports that the audit log tells of.
const (
	ExportOfGuests = "guests.exported"
	ExportOfAccess = "access.exported"
	ExportOfTerms  = "terms.exported"
)

// NoteExport writes into the audit log that the actor takes a list of guests
// away: the whole one, for system administrators, or with a space that of one
// space, for its administrators.
func (s *Store) NoteExport(ctx context.Context, actor Account, what string, space ID) error {
	return s.write(ctx, func(tx tx) error {
		if space != 0 {
			if _, err := tx.space(ctx, actor, space, ToSeeGuests); err != nil {
				return err
			}
		} else if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: what, Actor: actor.ID, Space: space})
	})
}

// SelectedGuests are entries of the register by their IDs, for exports.
func (s *Store) SelectedGuests(ctx context.Context, actor Account, ids []ID) (entries []RegisterEntry, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		if len(ids) > MaxActGuests {
			return ErrTooManyGuests.With("", "Max", MaxActGuests)
		}
		entries, err = tx.entries(ctx, ids)
		return err
	})
	return entries, err
}
