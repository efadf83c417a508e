package store

import (
	"context"
	"errors"
	"strings"
)

// NoSuch is the ID of nothing: a filter by it leaves nobody.
const NoSuch = ID(-1)

// SpaceByName is the space that a filter names, by its ID or its name, for
// system administrators; its ID is NoSuch when there is none.
func (s *Store) SpaceByName(ctx context.Context, actor Account, text string) (id ID, name string, err error) {
	text = strings.TrimSpace(text)
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		err := tx.row(ctx, `
			SELECT id, name FROM (
				SELECT s.id, s.name FROM spaces s WHERE s.id = $1
				UNION ALL
				SELECT s.id, s.name FROM spaces s WHERE s.name_key = $2) found
			LIMIT 1`, ParseID(text), searchable(text)).Scan(&id, &name)
		return missing(err, ErrNotFound)
	})
	if errors.Is(err, ErrNotFound) {
		return NoSuch, text, nil
	}
	return id, name, err
}

// PersonByLogin is the member whom a filter names, by ID or address, for system
// administrators; its ID is NoSuch when there is none.
func (s *Store) PersonByLogin(ctx context.Context, actor Account, text string) (person Account, err error) {
	text = strings.TrimSpace(text)
	err = s.read(ctx, func(tx tx) (err error) {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		if id := ParseID(text); id != 0 {
			person, err = tx.account(ctx, id)
			return err
		}
		person, err = tx.accountByLogin(ctx, searchable(text))
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return Account{ID: NoSuch, Name: text}, nil
	}
	return person, err
}

// searchable is a typed text as a key; PostgreSQL takes neither NUL nor broken
// characters.
func searchable(text string) string {
	return FoldKey(strings.ReplaceAll(strings.ToValidUTF8(clip(text, 500), ""), "\x00", ""))
}
