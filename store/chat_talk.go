package store

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// Talk is a chat with the messages that one page shows, oldest first.
type Talk struct {
	Chat     Chat
	Messages []Message
	Earlier  ID // messages before this one were left out; 0 when there are none
	Later    ID // messages after this one were left out; 0 when there are none
}

// TalkAt is which part of a chat is shown. The zero value is its end.
type TalkAt struct {
	Before ID // what was said before this message
	After  ID // what was said after this one
	Around ID // this message, with what stands around it
	Only   ID // this message alone
}

// Talk opens a chat. It changes nothing: SawChat notes what was read.
func (s *Store) Talk(ctx context.Context, actor Account, chat ID, where TalkAt) (Talk, error) {
	var t Talk
	err := s.read(ctx, func(tx tx) (err error) {
		t = Talk{}
		if t.Chat, err = tx.chat(ctx, actor, chat); err != nil {
			return err
		}
		switch {
		case where.Only != 0:
			t.Messages, err = tx.talkPart(ctx, t.Chat, actor, "x.id = $3", "x.id", where.Only, 1)
		case where.Around != 0:
			err = tx.talkAround(ctx, &t, actor, where.Around)
		case where.After != 0:
			err = tx.talkAfter(ctx, &t, actor, where.After, PageSize)
		default:
			before := where.Before
			if before == 0 {
				before = lastID
			}
			err = tx.talkBefore(ctx, &t, actor, before, PageSize)
		}
		return err
	})
	return t, err
}

// talkPart reads some messages by their key, as many as there is room for.
func (tx tx) talkPart(ctx context.Context, c Chat, actor Account, where, order string, id ID, limit int) ([]Message, error) {
	rows, err := tx.query(ctx, `SELECT `+messageColumns+c.messages()+` AND `+where+` ORDER BY `+order+` LIMIT $4`, c.ID, actor.ID, id, limit)
	return all(rows, err, scanMessage)
}

// talkBefore puts what was said before a message in front of the talk.
func (tx tx) talkBefore(ctx context.Context, t *Talk, actor Account, before ID, limit int) error {
	list, err := tx.talkPart(ctx, t.Chat, actor, "x.id < $3", "x.id DESC", before, limit+1)
	if err != nil {
		return err
	}
	if len(list) > limit {
		list = list[:limit]
		t.Earlier = list[limit-1].ID
	}
	slices.Reverse(list)
	t.Messages = append(list, t.Messages...)
	if len(t.Messages) == 0 || before == lastID {
		return nil
	}
	return tx.laterThan(ctx, t, actor)
}

// talkAfter puts what was said after a message at the end of the talk.
func (tx tx) talkAfter(ctx context.Context, t *Talk, actor Account, after ID, limit int) error {
	list, err := tx.talkPart(ctx, t.Chat, actor, "x.id > $3", "x.id", after, limit+1)
	if err != nil {
		return err
	}
	if len(list) > limit {
		list = list[:limit]
		t.Later = list[limit-1].ID
	}
	t.Messages = append(t.Messages, list...)
	if t.Earlier == 0 && len(t.Messages) > 0 {
		earlier, err := tx.talkPart(ctx, t.Chat, actor, "x.id < $3", "x.id DESC", t.Messages[0].ID, 1)
		if err != nil {
			return err
		}
		if len(earlier) > 0 {
			t.Earlier = t.Messages[0].ID
		}
	}
	return nil
}

// laterThan finds out whether anything was said after what the talk shows.
func (tx tx) laterThan(ctx context.Context, t *Talk, actor Account) error {
	last := t.Messages[len(t.Messages)-1].ID
	later, err := tx.talkPart(ctx, t.Chat, actor, "x.id > $3", "x.id", last, 1)
	if len(later) > 0 {
		t.Later = last
	}
	return err
}

func (tx tx) talkAround(ctx context.Context, t *Talk, actor Account, id ID) error {
	list, err := tx.talkPart(ctx, t.Chat, actor, "x.id = $3", "x.id", id, 1)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return ErrNotFound
	}
	t.Messages = list
	if err := tx.talkBefore(ctx, t, actor, id, PageSize/2); err != nil {
		return err
	}
	t.Later = 0
	return tx.talkAfter(ctx, t, actor, id, PageSize/2)
}

// SawChat notes that the actor has read a chat to its end. A full disk keeps
// nobody from reading (SEC-R4).
func (s *Store) SawChat(ctx context.Context, actor Account, c Chat) error {
	if c.SeenID >= c.lastID {
		return nil
	}
	err := s.write(ctx, func(tx tx) error { return tx.sawChat(ctx, c, actor, c.lastID) })
	if errors.Is(err, ErrDiskFull) {
		return nil
	}
	return err
}

func (tx tx) sawChat(ctx context.Context, c Chat, actor Account, id ID) error {
	if c.OfSpace() && !c.Space.Inside() {
		return nil // who reads from outside is told of nothing
	}
	_, err := tx.exec(ctx, `
		INSERT INTO chat_members (chat_id, account_id, seen_id) VALUES ($1, $2, $3)
		ON CONFLICT (chat_id, account_id) DO UPDATE SET seen_id = excluded.seen_id
		WHERE chat_members.seen_id < excluded.seen_id`, c.ID, actor.ID, id)
	if err != nil || c.OfSpace() {
		return err
	}
	return tx.sawMessages(ctx, actor.ID, c.ID, id)
}

// MuteChat switches the notices of a chat off for the actor, or on again.
func (s *Store) MuteChat(ctx context.Context, actor Account, chat ID, muted bool) error {
	return s.write(ctx, func(tx tx) error {
		c, err := tx.chat(ctx, actor, chat)
		if err != nil {
			return err
		}
		if c.OfSpace() && !c.Space.Inside() {
			return ErrForbidden
		}
		_, err = tx.exec(ctx, `
			INSERT INTO chat_members (chat_id, account_id, seen_id, muted) VALUES ($1, $2, 0, $3)
			ON CONFLICT (chat_id, account_id) DO UPDATE SET muted = excluded.muted`, c.ID, actor.ID, muted)
		return err
	})
}

// messageListeners are those who should be told of a message, as things are
// now: who may read it, is not its author, has not muted the chat and has not
// read it yet. of a chat of two one person, of a space everybody inside.
func (tx tx) messageListeners(ctx context.Context, message ID) ([]ID, error) {
	rows, err := tx.query(ctx, strings.ReplaceAll(`
		SELECT me.id
		FROM messages x
		JOIN chats c ON c.id = x.chat_id
		JOIN accounts a ON a.id = x.author_id
		JOIN chat_members cm ON cm.chat_id = c.id AND cm.account_id <> a.id
		JOIN accounts me ON me.id = cm.account_id
		WHERE x.id = $1 AND c.space_id IS NULL AND x.deleted_at IS NULL AND NOT cm.muted AND cm.seen_id < x.id AND usable
		UNION ALL
		SELECT me.id
		FROM messages x
		JOIN chats c ON c.id = x.chat_id
		JOIN accounts a ON a.id = x.author_id
		JOIN spaces s ON s.id = c.space_id
		JOIN memberships m ON m.space_id = s.id AND m.account_id <> a.id AND `+insideNow+`
		JOIN accounts me ON me.id = m.account_id
		LEFT JOIN chat_members cm ON cm.chat_id = c.id AND cm.account_id = me.id
		WHERE x.id = $1 AND x.deleted_at IS NULL AND NOT COALESCE(cm.muted, FALSE) AND COALESCE(cm.seen_id, 0) < x.id
			AND usable AND `+visible("x", "a"), "usable", usableNow), message, at(tx.now))
	return all(rows, err, scanID)
}
