package store

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// ChatCard is a chat in a list.
type ChatCard struct {
	Chat
	Last    Word // the newest message that the reader may read
	Deleted bool // that message was taken back
	New     int  // messages of others that the reader has not read; 100 stands for more

	last ID // the newest message that the reader may read, which is the order of the list
}

// unreadLook is how many messages are looked at to count what is new in a chat,
// and to find the newest one that a guest may read: a page costs the same
// however much was said.
const unreadLook = 100

// newInPair counts the new messages of a chat of two: c, with the row cm of
// the reader me.
var newInPair = `(
	SELECT COUNT(*) FROM (
		SELECT x.author_id, x.deleted_at FROM messages x
		WHERE x.chat_id = c.id AND x.id > cm.seen_id
		ORDER BY x.id DESC
		LIMIT ` + itoa(unreadLook) + `) AS few
	WHERE few.author_id <> me.id AND few.deleted_at IS NULL)`

// newInSpace counts the new messages of the chat c of space s for me with the
// membership m and perhaps a row cm: since they have joined at the earliest.
var newInSpace = `CASE WHEN c.last_id <= COALESCE(cm.seen_id, 0) THEN 0 ELSE (
	SELECT COUNT(*) FROM (
		SELECT x.author_id, x.audience, x.deleted_at, x.created_at FROM messages x
		WHERE x.chat_id = c.id AND x.id > COALESCE(cm.seen_id, 0)
		ORDER BY x.id DESC
		LIMIT ` + itoa(unreadLook) + `) AS few
	JOIN accounts a ON a.id = few.author_id
	WHERE few.author_id <> me.id AND few.deleted_at IS NULL AND few.created_at >= m.joined_at AND ` + visible("few", "a") + `) END`

// lastInSpace is the newest message of the chat c that me may read; 0 for none
// among the newest.
var lastInSpace = `CASE WHEN me.kind = 'member' THEN c.last_id ELSE COALESCE((
	SELECT MAX(few.id) FROM (
		SELECT x.id, x.author_id, x.audience FROM messages x
		WHERE x.chat_id = c.id AND x.audience <> 'team'
		ORDER BY x.id DESC
		LIMIT ` + itoa(unreadLook) + `) AS few
	JOIN accounts a ON a.id = few.author_id
	WHERE ` + visible("few", "a") + `), 0) END`

// Chats are the chats of two that the actor is in and those of the actor's
// spaces, first those in which something was last said. Errors: ErrSignIn.
func (s *Store) Chats(ctx context.Context, actor Account, from string) (Page[ChatCard], error) {
	last, id := lastID, lastID
	after(from, &last, &id)
	var page Page[ChatCard]
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.ownActor(ctx, actor)
		if err != nil {
			return err
		}
		list, err := tx.pairChats(ctx, me, last, id)
		if err != nil {
			return err
		}
		ofSpaces, err := tx.spaceChats(ctx, me, last, id)
		if err != nil {
			return err
		}
		list = append(list, ofSpaces...)
		slices.SortFunc(list, func(a, b ChatCard) int { return cmp.Or(cmp.Compare(b.last, a.last), cmp.Compare(b.ID, a.ID)) })
		page = pageOf(list, PageSize, func(c ChatCard) []any { return []any{c.last, c.ID} })
		return nil
	})
	return page, err
}

func (tx tx) pairChats(ctx context.Context, me Account, last, id ID) ([]ChatCard, error) {
	rows, err := tx.query(ctx, `
		SELECT c.id, cm.last_id, cm.seen_id, cm.muted, `+acquainted("a", "$2")+`, `+personColumns+`,
			x.author_id, x.excerpt, x.created_at, x.deleted_at, `+newInPair+`
		FROM chat_members cm
		JOIN chats c ON c.id = cm.chat_id
		JOIN accounts me ON me.id = cm.account_id
		JOIN accounts a ON a.id = CASE WHEN c.first_id = me.id THEN c.second_id ELSE c.first_id END
		LEFT JOIN messages x ON x.id = cm.last_id
		WHERE cm.account_id = $1 AND cm.last_id IS NOT NULL AND (cm.last_id, cm.chat_id) < ($3, $4)
		ORDER BY cm.last_id DESC, cm.chat_id DESC
		LIMIT $5`, me.ID, at(tx.now), last, id, PageSize+1)
	return all(rows, err, func(row scanner) (ChatCard, error) {
		var c ChatCard
		var deleted time.Time
		destinations := append([]any{&c.ID, &c.last, &c.SeenID, &c.Muted, &c.Known}, c.Other.scanPerson()...)
		err := row.Scan(append(destinations,
			nullID{&c.Last.Author.ID}, orZero[string]{&c.Last.Text}, moment{&c.Last.At}, moment{&deleted}, &c.New)...)
		c.Known = c.Known && !c.Other.Former()
		if !c.Known {
			c.Other.Picture = ""
		}
		c.hide(deleted)
		return c, err
	})
}

// hide takes the words of a deleted message out of the card.
func (c *ChatCard) hide(deleted time.Time) {
	if c.Deleted = !deleted.IsZero(); c.Deleted {
		c.Last.Text = ""
	}
}

func (tx tx) spaceChats(ctx context.Context, me Account, last, id ID) ([]ChatCard, error) {
	rows, err := tx.query(ctx, `
		SELECT mine.chat, mine.last, mine.muted, mine.space, mine.kind, mine.name, mine.guests, mine.news, `+personColumns+`,
			x.excerpt, x.created_at, x.deleted_at
		FROM (
			SELECT c.id AS chat, `+lastInSpace+` AS last, COALESCE(cm.muted, FALSE) AS muted,
				s.id AS space, s.kind AS kind, s.name AS name, s.guest_count AS guests, `+newInSpace+` AS news
			FROM accounts me
			JOIN memberships m ON m.account_id = me.id AND `+insideNow+`
			JOIN spaces s ON s.id = m.space_id
			JOIN chats c ON c.space_id = s.id
			LEFT JOIN chat_members cm ON cm.chat_id = c.id AND cm.account_id = me.id
			WHERE me.id = $1 AND `+usableNow+`) AS mine
		LEFT JOIN messages x ON x.id = mine.last
		LEFT JOIN accounts a ON a.id = x.author_id
		WHERE (mine.last, mine.chat) < ($3, $4)
		ORDER BY mine.last DESC, mine.chat DESC
		LIMIT $5`, me.ID, at(tx.now), last, id, PageSize+1)
	return all(rows, err, func(row scanner) (ChatCard, error) {
		var c ChatCard
		var deleted time.Time
		destinations := append([]any{&c.ID, &c.last, &c.Muted, &c.Space.ID, &c.Space.Kind, &c.Space.Name, &c.Space.GuestCount, &c.New},
			c.Last.Author.scanPersonOrNone()...)
		err := row.Scan(append(destinations, orZero[string]{&c.Last.Text}, moment{&c.Last.At}, moment{&deleted})...)
		c.hide(deleted)
		return c, err
	})
}

// UnreadMessages is how many messages in the actor's chats are new to them,
// but for the chats that they have muted. It is 0 for who may not act.
func (s *Store) UnreadMessages(ctx context.Context, actor Account) (n int, err error) {
	err = s.read(ctx, func(tx tx) error {
		n, err = tx.unreadMessages(ctx, actor)
		return err
	})
	return n, err
}

func (tx tx) unreadMessages(ctx context.Context, actor Account) (n int, err error) {
	err = tx.row(ctx, `
		SELECT CAST(COALESCE(SUM(mine.news), 0) AS BIGINT)
		FROM (
			SELECT `+newInPair+` AS news
			FROM accounts me
			JOIN chat_members cm ON cm.account_id = me.id AND cm.last_id > cm.seen_id
			JOIN chats c ON c.id = cm.chat_id
			WHERE me.id = $1 AND NOT cm.muted AND `+usableNow+`
			UNION ALL
			SELECT `+newInSpace+` AS news
			FROM accounts me
			JOIN memberships m ON m.account_id = me.id AND `+insideNow+`
			JOIN spaces s ON s.id = m.space_id
			JOIN chats c ON c.space_id = s.id
			LEFT JOIN chat_members cm ON cm.chat_id = c.id AND cm.account_id = me.id
			WHERE me.id = $1 AND NOT COALESCE(cm.muted, FALSE) AND `+usableNow+`) AS mine`,
		actor.ID, at(tx.now)).Scan(&n)
	return n, err
}
