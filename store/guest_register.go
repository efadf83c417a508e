package store

import "context"

// GuestFilter narrows the list of all guests.
type GuestFilter struct {
	Status GuestStatus
	Query  string // in names and addresses
}

// ManagedGuests are the guests of all spaces by name, for system
// administrators (S4-12).
func (s *Store) ManagedGuests(ctx context.Context, actor Account, filter GuestFilter, after Cursor) (list []ManagedGuest, more bool, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT `+accountColumns+`
			FROM accounts a
			WHERE a.kind = 'guest' AND `+filter.Status.where()+`
				AND (a.name_key, a.id) > ($2, $3)
				AND ($4 = '' OR a.name_key LIKE $5 ESCAPE '\' OR a.login_key LIKE $5 ESCAPE '\')
			ORDER BY a.name_key, a.id
			LIMIT $6`,
			at(tx.now), after.Key, after.ID, filter.Query, contains(filter.Query), PageSize+1)
		accounts, err := all(rows, err, scanAccount)
		if err != nil {
			return err
		}
		accounts, more = page(accounts)
		list, err = tx.withSpaces(ctx, accounts)
		return err
	})
	return list, more, err
}
