package store

import (
	"context"
	"errors"
	"time"
)

// ownPart is how many rows of one's own data are read at once: what people
// write can be long.
const ownPart = 100

// OwnText is a thread or a comment that one wrote. Names stand in it only
// where one may still know them (SEC-A5).
type OwnText struct {
	ID         ID
	Space      ID
	Thread     ID
	Opens      bool   // whether one may still open the space
	SpaceName  string // "" for a space that one must not know of (any more)
	ThreadName string // "" where another began it and one may not read it (any more)
	Body       string // Markdown, as it was typed
	CreatedAt  time.Time
	EditedAt   time.Time // zero for never
}

// OwnThreads gives fn every thread that the person of the data began, the
// oldest first.
func (s *Store) OwnThreads(ctx context.Context, data OwnData, fn func(OwnText) error) error {
	return ownTexts(ctx, s, data, fn, `
		SELECT t.id, t.id, t.space_id, t.name, TRUE, TRUE, t.body, t.created_at, t.edited_at
		FROM threads t
		JOIN spaces s ON s.id = t.space_id
		JOIN accounts me ON me.id = t.created_by
		WHERE t.created_by = $1 AND t.id > $2 AND t.created_at <= $3 AND `+visible("t", "me")+`
		ORDER BY t.id
		LIMIT $4`)
}

// OwnComments gives fn every comment that the person of the data wrote and
// that was not deleted, the oldest first.
func (s *Store) OwnComments(ctx context.Context, data OwnData, fn func(OwnText) error) error {
	return ownTexts(ctx, s, data, fn, `
		SELECT c.id, c.thread_id, t.space_id, t.name, t.created_by = $1, `+visible("t", "ta")+`, c.body, c.created_at, c.edited_at
		FROM comments c
		JOIN threads t ON t.id = c.thread_id
		JOIN spaces s ON s.id = t.space_id
		JOIN accounts ta ON ta.id = t.created_by
		JOIN accounts me ON me.id = c.author_id
		WHERE c.author_id = $1 AND c.id > $2 AND c.created_at <= $3 AND c.deleted_at IS NULL AND `+visible("c", "me")+`
		ORDER BY c.id
		LIMIT $4`)
}

func ownTexts(ctx context.Context, s *Store, data OwnData, fn func(OwnText) error, query string) error {
	read := func(tx tx, me Account, after ID) ([]OwnText, error) {
		rows, err := tx.query(ctx, query, me.ID, after, at(data.At), ownPart)
		type thread struct{ own, visible bool }
		threads := map[ID]thread{}
		list, err := all(rows, err, func(row scanner) (t OwnText, err error) {
			var of thread
			err = row.Scan(&t.ID, &t.Thread, &t.Space, &t.ThreadName, &of.own, &of.visible, &t.Body, moment{&t.CreatedAt}, moment{&t.EditedAt})
			threads[t.Thread] = of
			return t, err
		})
		if err != nil {
			return nil, err
		}
		spaces := map[ID]Space{}
		for i := range list {
			t := &list[i]
			sp, err := tx.ownSpace(ctx, me, t.Space, spaces)
			if err != nil {
				return nil, err
			}
			t.SpaceName = sp.Name
			t.Opens = sp.ID != 0 && sp.Can(ToOpen) && threads[t.Thread].visible
			if !t.Opens && (!threads[t.Thread].own || !threads[t.Thread].visible) {
				t.ThreadName = ""
			}
		}
		return list, nil
	}
	return eachOwn(ctx, s, data, read, func(t OwnText) ID { return t.ID }, fn)
}

// ownSpace is a space through its door, or the zero Space where one must not
// know of it. Those that were looked at stand in seen.
func (tx tx) ownSpace(ctx context.Context, me Account, id ID, seen map[ID]Space) (Space, error) {
	if sp, ok := seen[id]; ok {
		return sp, nil
	}
	sp, err := tx.space(ctx, me, id, ToKnow)
	if errors.Is(err, ErrNotFound) {
		sp, err = Space{}, nil
	}
	seen[id] = sp
	return sp, err
}

// eachOwn reads one's own rows part by part. Between two parts no transaction
// is open, so that a slow reader holds nobody up; each part asks again who the
// actor is (SEC-S4).
func eachOwn[T any](
	ctx context.Context, s *Store, data OwnData,
	read func(tx tx, me Account, after ID) ([]T, error), id func(T) ID, fn func(T) error,
) error {
	for after := ID(0); ; {
		var part []T
		err := s.read(ctx, func(tx tx) error {
			me, err := tx.ownActor(ctx, data.Account)
			if err != nil {
				return err
			}
			part, err = read(tx, me, after)
			return err
		})
		if err != nil {
			return err
		}
		for _, item := range part {
			if err := fn(item); err != nil {
				return err
			}
			after = id(item)
		}
		if len(part) < ownPart {
			return nil
		}
	}
}
