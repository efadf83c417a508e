package store

import (
	"context"
	"time"
)

// OwnMessage is a message that one wrote in a chat. Names stand in it only
// where one may still know them (SEC-A5).
type OwnMessage struct {
	ID        ID
	Chat      ID
	Opens     bool   // whether one may still open the chat
	SpaceName string // of the space whose chat it is; "" for a chat of two and for a space that one must not know of
	With      string // the other person of a chat of two; "" where one must not know of them (any more)
	Body      string // Markdown, as it was typed
	CreatedAt time.Time
	EditedAt  time.Time // zero for never

	space ID
}

// OwnMessages gives fn every message that the person of the data wrote and
// that was not deleted, the oldest first.
func (s *Store) OwnMessages(ctx context.Context, data OwnData, fn func(OwnMessage) error) error {
	read := func(tx tx, me Account, after ID) ([]OwnMessage, error) {
		rows, err := tx.query(ctx, `
			SELECT x.id, x.chat_id, c.space_id, x.body, x.created_at, x.edited_at,
				CASE WHEN a.deleted_at IS NULL AND `+acquainted("a", "$5")+` THEN a.display_name END
			FROM messages x
			JOIN chats c ON c.id = x.chat_id
			JOIN accounts me ON me.id = x.author_id
			LEFT JOIN accounts a ON a.id = CASE WHEN c.first_id = me.id THEN c.second_id ELSE c.first_id END
			WHERE x.author_id = $1 AND x.id > $2 AND x.created_at <= $3 AND x.deleted_at IS NULL
			ORDER BY x.id
			LIMIT $4`, me.ID, after, at(data.At), ownPart, at(tx.now))
		list, err := all(rows, err, func(row scanner) (m OwnMessage, err error) {
			return m, row.Scan(&m.ID, &m.Chat, nullID{&m.space}, &m.Body, moment{&m.CreatedAt}, moment{&m.EditedAt}, orZero[string]{&m.With})
		})
		if err != nil {
			return nil, err
		}
		spaces := map[ID]Space{}
		for i := range list {
			m := &list[i]
			if m.space == 0 {
				m.Opens = true
				continue
			}
			sp, err := tx.ownSpace(ctx, me, m.space, spaces)
			if err != nil {
				return nil, err
			}
			m.SpaceName, m.Opens = sp.Name, sp.ID != 0 && sp.Can(ToOpen)
		}
		return list, nil
	}
	return eachOwn(ctx, s, data, read, func(m OwnMessage) ID { return m.ID }, fn)
}
