package store

import (
	"context"
	"errors"
)

// Why somebody cannot write in a chat of two people.
var (
	// ErrChatReadOnly: the two are in no space together now, or one of them has left or is locked out (S4-18).
	ErrChatReadOnly = &Error{Kind: Forbidden, Code: "chat_read_only"}
	// ErrNoCommonSpace: a chat with a guest begins in a space that both are in (S4-18).
	ErrNoCommonSpace = &Error{Kind: Forbidden, Code: "chat_no_common_space"}
)

// Chat is a talk of two people, or the one of a space, as its reader sees it.
type Chat struct {
	ID     ID
	Space  Space   // of a space's chat; its ID is 0 in a chat of two
	Other  Account // the other person of a chat of two
	Known  bool    // the reader may know of the other person now (S4-22): else no link and no picture
	Muted  bool    // the reader wants no notices of it
	SeenID ID      // up to this message the reader has read it

	open   bool // the two may write to each other now
	lastID ID   // the newest message, whoever may read it
}

// OfSpace reports whether it is the chat of a space.
func (c Chat) OfSpace() bool { return c.Space.ID != 0 }

// writes says why the reader cannot write here; nil when they can. A direct
// chat is in no space: the permission "read only" of one says nothing here (S3-06).
func (c Chat) writes() error {
	switch {
	case c.OfSpace():
		return c.Space.judge(ToWrite)
	case c.open:
		return nil
	}
	return ErrChatReadOnly
}

// Writes reports whether the reader can write here now.
func (c Chat) Writes() bool { return c.writes() == nil }

// edits says why the reader cannot change a message; nil when they can. Words
// of others are taken away by a space's administrators and changed by nobody.
func (c Chat) edits(actor Account, author ID) error {
	switch {
	case author != actor.ID:
		return ErrForbidden
	case c.OfSpace():
		return c.Space.judge(ToEditOwn)
	}
	return c.writes()
}

// Edits reports whether the reader may change a message of the author.
func (c Chat) Edits(actor Account, author ID) bool { return c.edits(actor, author) == nil }

func (c Chat) deletes(actor Account, author ID) error {
	if author != actor.ID && c.OfSpace() {
		return c.Space.judge(ToModerate)
	}
	return c.edits(actor, author)
}

// Deletes reports whether the reader may delete a message of the author.
func (c Chat) Deletes(actor Account, author ID) bool { return c.deletes(actor, author) == nil }

// writable is the condition under which the person me and the person of the
// alias other may write to each other now: members always, others while a
// space holds both. now is the number of the parameter that holds the moment.
func writable(other, now string) string {
	return `(` + other + `.status = 'active' AND (` + other + `.ends_at IS NULL OR ` + other + `.ends_at > ` + now + `)
		AND (me.kind = 'member' AND ` + other + `.kind = 'member' OR ` + together(other, now) + `))`
}

// chat is the only door to a chat: to one of two people for these two, to that
// of a space through the door of the space. Any other is ErrNotFound.
func (tx tx) chat(ctx context.Context, actor Account, id ID) (Chat, error) {
	me, err := tx.ownActor(ctx, actor)
	if err != nil {
		return Chat{}, err
	}
	c := Chat{ID: id}
	var space ID
	err = tx.row(ctx, `
		SELECT c.space_id, c.last_id, COALESCE(cm.seen_id, 0), COALESCE(cm.muted, FALSE),
			`+acquainted("a", "$3")+`, COALESCE(`+writable("a", "$3")+`, FALSE), `+personColumns+`
		FROM chats c
		JOIN accounts me ON me.id = $2
		LEFT JOIN chat_members cm ON cm.chat_id = c.id AND cm.account_id = me.id
		LEFT JOIN accounts a ON a.id = CASE WHEN c.first_id = me.id THEN c.second_id ELSE c.first_id END
		WHERE c.id = $1 AND (c.space_id IS NOT NULL OR me.id IN (c.first_id, c.second_id))`,
		id, me.ID, at(tx.now)).Scan(append([]any{
		nullID{&space}, &c.lastID, &c.SeenID, &c.Muted, orFalse{&c.Known}, &c.open,
	}, c.Other.scanPersonOrNone()...)...)
	if err != nil {
		return Chat{}, missing(err, ErrNotFound)
	}
	if space != 0 {
		c.Space, err = tx.space(ctx, me, space, ToOpen)
	}
	c.Known = c.Known && !c.Other.Former()
	if !c.Known {
		c.Other.Picture = ""
	}
	return c, err
}

// orFalse scans a condition that may be NULL, which is false.
type orFalse struct{ into *bool }

func (o orFalse) Scan(value any) error {
	switch value := value.(type) {
	case bool:
		*o.into = value
	case int64:
		*o.into = value != 0
	default:
		*o.into = false
	}
	return nil
}

// SpaceChat is the chat of a space that the actor may open.
func (s *Store) SpaceChat(ctx context.Context, actor Account, space ID) (ID, error) {
	var chat ID
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		return missing(tx.row(ctx, `SELECT id FROM chats WHERE space_id = $1`, sp.ID).Scan(&chat), ErrNotFound)
	})
	return chat, err
}

// createSpaceChat makes the chat that every space has.
func (tx tx) createSpaceChat(ctx context.Context, space ID) error {
	_, err := tx.exec(ctx, `INSERT INTO chats (space_id, created_at) VALUES ($1, $2)`, space, at(tx.now))
	return err
}

// ChatWith is the chat of the actor and somebody else; its ID is 0 while
// nobody has written yet. Whom the actor must not know of is ErrNotFound, like
// an ID that nobody has (S4-22); a guest with whom the actor is in no space is
// ErrNoCommonSpace.
func (s *Store) ChatWith(ctx context.Context, actor Account, other ID) (Chat, error) {
	var c Chat
	err := s.read(ctx, func(tx tx) (err error) {
		c, err = tx.chatWith(ctx, actor, other)
		return err
	})
	return c, err
}

func (tx tx) chatWith(ctx context.Context, actor Account, other ID) (Chat, error) {
	me, err := tx.ownActor(ctx, actor)
	if err != nil {
		return Chat{}, err
	}
	var chat ID
	first, second := pair(me.ID, other)
	err = missing(tx.row(ctx, `SELECT id FROM chats WHERE first_id = $1 AND second_id = $2`, first, second).Scan(&chat), ErrNotFound)
	if err == nil {
		return tx.chat(ctx, me, chat)
	}
	if !errors.Is(err, ErrNotFound) {
		return Chat{}, err
	}
	person, err := tx.person(ctx, me, other)
	if err == nil && person.ID == me.ID {
		err = ErrNotFound // nobody talks to themselves
	}
	if err != nil {
		return Chat{}, err
	}
	c := Chat{Known: true}
	err = tx.row(ctx, `
		SELECT `+writable("a", "$3")+`, `+personColumns+`
		FROM accounts me
		JOIN accounts a ON a.id = $2
		WHERE me.id = $1`, me.ID, other, at(tx.now)).Scan(append([]any{&c.open}, c.Other.scanPerson()...)...)
	if err == nil && !c.open {
		err = ErrNoCommonSpace
	}
	return c, err
}

// pair puts two people into the order in which their chat holds them.
func pair(a, b ID) (first, second ID) { return min(a, b), max(a, b) }
