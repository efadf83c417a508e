package store

import (
	"context"
	"errors"
	"time"
)

// Message is what somebody said in a chat.
type Message struct {
	ID        ID
	Author    Account // what others see of them
	Audience  Audience
	Body      string // Markdown, as it was typed; "" when it was deleted
	BodyHTML  HTML   // rendered and sanitised when it was written
	CreatedAt time.Time
	EditedAt  time.Time // zero when it was not
	DeletedAt time.Time // zero when it was not
}

// Deleted reports whether only the place of the message is left.
func (m Message) Deleted() bool { return !m.DeletedAt.IsZero() }

const messageColumns = `x.id, x.audience, x.body, x.body_html, x.created_at, x.edited_at, x.deleted_at, ` + personColumns

func scanMessage(row scanner) (Message, error) {
	var m Message
	err := row.Scan(append([]any{
		&m.ID, &m.Audience, &m.Body, &m.BodyHTML, moment{&m.CreatedAt}, moment{&m.EditedAt}, moment{&m.DeletedAt},
	}, m.Author.scanPerson()...)...)
	if m.Deleted() {
		m.Body, m.BodyHTML = "", ""
	}
	return m, err
}

// messages are the messages x of chat $1 that the person me, $2, may read, with
// their authors a: all in a chat of two, those that are visible in a space.
func (c Chat) messages() string {
	from := `
		FROM messages x
		JOIN accounts a ON a.id = x.author_id
		JOIN accounts me ON me.id = $2`
	if !c.OfSpace() {
		return from + ` WHERE x.chat_id = $1`
	}
	from += `
		JOIN chats c ON c.id = x.chat_id
		JOIN spaces s ON s.id = c.space_id
		WHERE x.chat_id = $1 AND ` + visible("x", "a")
	switch c.Space.Standing {
	case GuestEditor, GuestReader, GuestOutside:
		return from + ` AND x.audience <> 'team'`
	case SystemAdminOutside, SpaceAdmin, MemberInside, MemberOutside:
	}
	return from
}

// message finds a message through its chat (SEC-A1).
func (tx tx) message(ctx context.Context, actor Account, chat, id ID) (Chat, Message, error) {
	c, err := tx.chat(ctx, actor, chat)
	if err != nil {
		return Chat{}, Message{}, err
	}
	m, err := scanMessage(tx.row(ctx, `SELECT `+messageColumns+c.messages()+` AND x.id = $3`, c.ID, actor.ID, id))
	return c, m, missing(err, ErrNotFound)
}

// Message is one message that the actor may change, for the form.
func (s *Store) Message(ctx context.Context, actor Account, chat, id ID) (c Chat, m Message, err error) {
	err = s.read(ctx, func(tx tx) error {
		if c, m, err = tx.message(ctx, actor, chat, id); err != nil {
			return err
		}
		if m.Deleted() {
			return ErrNotFound
		}
		return c.edits(actor, m.Author.ID)
	})
	return c, m, err
}

// NewMessage is a message as it is sent.
type NewMessage struct {
	Text     string
	Audience Audience // in the chat of a space: members may write for the team alone
	ClientID string   // what the sender calls it: the same one again posts nothing
}

// maxClientID is the length of what a sender calls a message.
const maxClientID = 64

func (in NewMessage) clean() (NewMessage, rendered, error) {
	if len(in.ClientID) > maxClientID {
		in.ClientID = ""
	}
	text, err := cleanComment(in.Text)
	return in, text, err
}

// SendMessage says something in a chat. Who may not write is told so, whatever
// was typed. Errors: those of the door, ErrChatReadOnly, ErrUnknownAudience, ErrRequired
// and those of a text, of the field "text".
func (s *Store) SendMessage(ctx context.Context, actor Account, chat ID, in NewMessage) (Message, error) {
	in, text, problem := in.clean()
	var m Message
	err := s.write(ctx, func(tx tx) error {
		c, err := tx.chat(ctx, actor, chat)
		if err != nil {
			return err
		}
		m, err = tx.send(ctx, c, actor, in, text, problem)
		return err
	})
	return m, err
}

// SendTo says something to somebody; the first message makes the chat.
// Errors: those of ChatWith and SendMessage.
func (s *Store) SendTo(ctx context.Context, actor Account, other ID, in NewMessage) (chat ID, m Message, err error) {
	in, text, problem := in.clean()
	err = s.write(ctx, func(tx tx) error {
		c, err := tx.chatWith(ctx, actor, other)
		if err != nil {
			return err
		}
		if c.ID == 0 && problem == nil {
			if c.ID, err = tx.createChat(ctx, actor.ID, other); err != nil {
				return err
			}
		}
		chat = c.ID
		m, err = tx.send(ctx, c, actor, in, text, problem)
		return err
	})
	return chat, m, err
}

// createChat makes the chat of two people. Of two first messages at once the
// second finds the chat of the first.
func (tx tx) createChat(ctx context.Context, a, b ID) (ID, error) {
	first, second := pair(a, b)
	var id ID
	err := tx.row(ctx, `
		INSERT INTO chats (first_id, second_id, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (first_id, second_id) WHERE first_id IS NOT NULL DO UPDATE SET created_at = chats.created_at
		RETURNING id`, first, second, at(tx.now)).Scan(&id)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO chat_members (chat_id, account_id, last_id) VALUES ($1, $2, 0), ($1, $3, 0)
		ON CONFLICT (chat_id, account_id) DO NOTHING`, id, first, second)
	return id, err
}

// send writes a message into a chat that was opened through its door.
func (tx tx) send(ctx context.Context, c Chat, actor Account, in NewMessage, text rendered, problem error) (Message, error) {
	if sent, err := tx.sent(ctx, c, actor, in, text); err != nil || sent.ID != 0 {
		return sent, err // it arrived the first time, though the sender did not hear of it
	}
	if err := c.writes(); err != nil {
		return Message{}, err
	}
	if problem != nil {
		return Message{}, problem
	}
	if err := c.hears(actor, in.Audience); err != nil {
		return Message{}, err
	}
	m := Message{Author: actor, Audience: in.Audience, Body: text.Body, BodyHTML: text.HTML, CreatedAt: tx.now}
	err := tx.row(ctx, `
		INSERT INTO messages (chat_id, author_id, audience, body, body_html, excerpt, renderer, client_id, created_at)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), $3, $4, $5, $6, CAST($7 AS BIGINT),
			CASE WHEN EXISTS (SELECT 1 FROM messages WHERE author_id = $2 AND client_id = $8 AND client_id <> '') THEN '' ELSE $8 END,
			CAST($9 AS BIGINT)
		RETURNING id`,
		c.ID, actor.ID, m.Audience, m.Body, m.BodyHTML, text.Excerpt, rendererVersion, in.ClientID, at(tx.now)).Scan(&m.ID)
	if err != nil {
		return Message{}, err
	}
	if err := tx.messageSent(ctx, c, actor, m.ID); err != nil {
		return Message{}, err
	}
	return m, tx.tellMessage(ctx, c, m, MessageAdded, actor)
}

// sent is the message that the sender called the same, if it says the same:
// a form that the browser kept may be filled again.
func (tx tx) sent(ctx context.Context, c Chat, actor Account, in NewMessage, text rendered) (Message, error) {
	if in.ClientID == "" || text.Body == "" {
		return Message{}, nil
	}
	m, err := scanMessage(tx.row(ctx, `
		SELECT `+messageColumns+c.messages()+` AND x.author_id = $2 AND x.client_id = $3 AND x.body = $4`,
		c.ID, actor.ID, in.ClientID, text.Body))
	if err = missing(err, ErrNotFound); errors.Is(err, ErrNotFound) {
		return Message{}, nil
	}
	return m, err
}

// hears is ErrUnknownAudience unless the actor may write here for the audience:
// members for everyone or the team, all others for everyone.
func (c Chat) hears(actor Account, audience Audience) error {
	if audience == Everyone || audience == TeamOnly && c.OfSpace() && !actor.IsGuest() {
		return nil
	}
	return ErrUnknownAudience
}

// messageSent notes that the chat has a new message, which its author has read.
func (tx tx) messageSent(ctx context.Context, c Chat, actor Account, id ID) error {
	if _, err := tx.exec(ctx, `UPDATE chats SET last_id = $2 WHERE id = $1`, c.ID, id); err != nil {
		return err
	}
	if !c.OfSpace() {
		if _, err := tx.exec(ctx, `UPDATE chat_members SET last_id = $2 WHERE chat_id = $1`, c.ID, id); err != nil {
			return err
		}
	}
	return tx.sawChat(ctx, c, actor, id)
}

// tellMessage lets open pages follow: of a space all its readers, of a chat of
// two both.
func (tx tx) tellMessage(ctx context.Context, c Chat, m Message, kind string, actor Account) error {
	h := happening{Kind: kind, Space: c.Space.ID, Thread: c.ID, Thing: m.ID, Actor: actor.ID, Author: m.Author.ID, Audience: m.Audience, Quiet: kind != MessageAdded}
	if c.OfSpace() {
		return tx.happened(ctx, h)
	}
	h.Account = c.Other.ID
	if err := tx.happened(ctx, h); err != nil {
		return err
	}
	h.Account, h.Quiet = actor.ID, true // their other pages
	return tx.happened(ctx, h)
}

// EditMessage changes what one's own message says.
func (s *Store) EditMessage(ctx context.Context, actor Account, chat, id ID, body string) error {
	text, problem := cleanComment(body)
	return s.changeMessage(ctx, actor, chat, id, func(tx tx, c Chat, m Message) error {
		if err := c.edits(actor, m.Author.ID); err != nil {
			return err
		}
		if m.Deleted() {
			return ErrNotFound
		}
		if problem != nil {
			return problem // who may not edit is told so first, whatever was typed
		}
		_, err := tx.exec(ctx, `
			UPDATE messages
			SET body = $2, body_html = $3, excerpt = $4, renderer = $5, edited_at = $6
			WHERE id = $1`, m.ID, text.Body, text.HTML, text.Excerpt, rendererVersion, at(tx.now))
		return err
	})
}

// DeleteMessage takes a message back: one's own, or in a space that one
// administers anybody's, which the audit log tells. Its words are kept for an
// hour, so that RestoreMessage can undo it. A second delete changes nothing.
func (s *Store) DeleteMessage(ctx context.Context, actor Account, chat, id ID) error {
	return s.changeMessage(ctx, actor, chat, id, func(tx tx, c Chat, m Message) error {
		if err := c.deletes(actor, m.Author.ID); err != nil || m.Deleted() {
			return err
		}
		_, err := tx.exec(ctx, `UPDATE messages SET deleted_at = $2, deleted_by = $3 WHERE id = $1`, m.ID, at(tx.now), actor.ID)
		if err != nil || m.Author.ID == actor.ID {
			return err
		}
		return tx.audit(ctx, event{Action: "message.moderated", Actor: actor.ID, Account: m.Author.ID, Space: c.Space.ID})
	})
}

// RestoreMessage undoes one's own DeleteMessage, for an hour. After that, or when the
// message was not deleted by the actor, it is ErrNotFound.
func (s *Store) RestoreMessage(ctx context.Context, actor Account, chat, id ID) error {
	return s.changeMessage(ctx, actor, chat, id, func(tx tx, c Chat, m Message) error {
		if err := c.deletes(actor, m.Author.ID); err != nil {
			return err
		}
		changed, err := tx.exec(ctx, `
			UPDATE messages SET deleted_at = NULL, deleted_by = NULL
			WHERE id = $1 AND deleted_at > $2 AND deleted_by = $3 AND body <> ''`, m.ID, at(tx.now.Add(-undoDelete)), actor.ID)
		if err == nil && changed == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// changeMessage finds a message, changes it and lets open pages follow.
func (s *Store) changeMessage(ctx context.Context, actor Account, chat, id ID, change func(tx, Chat, Message) error) error {
	return s.write(ctx, func(tx tx) error {
		c, m, err := tx.message(ctx, actor, chat, id)
		if err != nil {
			return err
		}
		if err := change(tx, c, m); err != nil {
			return err
		}
		return tx.tellMessage(ctx, c, m, MessageChanged, actor)
	})
}
