package store

import (
	"context"
	"slices"
	"time"
)

// The kinds of notices: what is new for one person.
const (
	NoticeMention = "mention" // somebody named them
	NoticeReply   = "reply"   // in a thread that they began
	NoticeComment = "comment"
	NoticeThread  = "thread"
	NoticeFile    = "file"
	NoticeMessage = "message" // in a chat of two
	NoticeAdded   = "added"   // somebody put them into a space
	NoticeJoined  = "joined"  // somebody came into a space that they administer
)

// How many events and recipients one transaction takes on: however large a
// space is, nobody who writes waits long behind its notices.
const (
	eventsAtOnce     = 20
	recipientsAtOnce = 120
)

// How long notices are kept.
const noticesKept = 90 * Day

// The conditions under which a notice n still stands for its reader me, of the
// joins of noticeJoins. What was deleted, what is the team's, what stands in a
// space that the reader has left: none of it is listed, counted or mailed.
// They are asked in the statement that reads the notice (SEC-A5, SEC-S4).
var noticeStands = `(CASE
	WHEN n.kind IN ('reply', 'comment') THEN m.account_id IS NOT NULL AND c.id IS NOT NULL AND c.deleted_at IS NULL AND ` + visible("c", "ca") + ` AND t.id IS NOT NULL AND ` + visible("t", "ta") + `
	WHEN n.kind = 'mention' THEN m.account_id IS NOT NULL AND (n.thread_id IS NULL OR t.id IS NOT NULL AND ` + visible("t", "ta") + `)
		AND (n.thing_id = 0 OR c.id IS NOT NULL AND c.deleted_at IS NULL AND ` + visible("c", "ca") + `) AND ` + seesPerson("a") + `
	WHEN n.kind = 'thread' THEN m.account_id IS NOT NULL AND t.id IS NOT NULL AND ` + visible("t", "ta") + `
	WHEN n.kind = 'file' THEN m.account_id IS NOT NULL AND f.id IS NOT NULL AND f.deleted_at IS NULL AND ` + visible("f", "o") + `
	WHEN n.kind IN ('added', 'joined') THEN m.account_id IS NOT NULL AND ` + seesPerson("a") + `
	WHEN n.kind = 'message' THEN x.id IS NOT NULL AND x.deleted_at IS NULL AND me.id IN (ch.first_id, ch.second_id) AND ` + acquainted("a", "$2") + `
	ELSE FALSE END)`

// noticeJoins are what a notice n is read with: its reader, who did it, and the
// thing as it is now. $2 is the moment.
const noticeJoins = `
	JOIN accounts me ON me.id = n.account_id
	JOIN accounts a ON a.id = n.actor_id
	LEFT JOIN spaces s ON s.id = n.space_id
	LEFT JOIN memberships m ON m.space_id = n.space_id AND m.account_id = n.account_id AND ` + insideNow + `
	LEFT JOIN threads t ON t.id = n.thread_id AND n.kind IN ('mention', 'reply', 'comment', 'thread') AND t.space_id = n.space_id
	LEFT JOIN accounts ta ON ta.id = t.created_by
	LEFT JOIN comments c ON c.id = n.thing_id AND n.kind IN ('mention', 'reply', 'comment') AND c.thread_id = t.id
	LEFT JOIN accounts ca ON ca.id = c.author_id
	LEFT JOIN files f ON f.id = n.thing_id AND n.kind = 'file' AND f.space_id = n.space_id
	LEFT JOIN accounts o ON o.id = f.created_by
	LEFT JOIN chats ch ON ch.id = n.thread_id AND n.kind = 'message' AND ch.space_id IS NULL
	LEFT JOIN messages x ON x.id = n.thing_id AND x.chat_id = ch.id`

// waitingEvent is something that happened of which notices are still to be made.
type waitingEvent struct {
	id        ID
	kind      string
	space     ID
	thread    ID
	thing     ID
	account   ID
	actor     ID
	createdAt time.Time
	to        ID // notices were made up to this account
}

// MakeNotices turns what happened since into notices for whoever may see it and
// wants it. An event is marked in the transaction that writes its notices: of
// several processes one makes them, and after a crash none is missing or double.
func (s *Store) MakeNotices(ctx context.Context) error {
	for {
		var waiting bool
		err := s.read(ctx, func(tx tx) error { // an idle process must not take the writer
			return tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM events WHERE noticed_at IS NULL)`).Scan(&waiting)
		})
		if err != nil || !waiting {
			return err
		}
		if err := s.write(ctx, func(tx tx) error { return tx.makeNotices(ctx) }); err != nil {
			return err
		}
	}
}

func (tx tx) makeNotices(ctx context.Context) error {
	rows, err := tx.query(ctx, `
		SELECT id, kind, space_id, thread_id, thing_id, account_id, actor_id, created_at, noticed_to
		FROM events
		WHERE noticed_at IS NULL
		ORDER BY id
		LIMIT $1`, eventsAtOnce)
	events, err := all(rows, err, func(row scanner) (e waitingEvent, err error) {
		return e, row.Scan(&e.id, &e.kind, nullID{&e.space}, nullID{&e.thread}, &e.thing, nullID{&e.account}, nullID{&e.actor},
			moment{&e.createdAt}, &e.to)
	})
	if err != nil || len(events) == 0 {
		return err
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	told := map[ID]bool{}
	room := recipientsAtOnce
	for _, event := range events {
		made, err := tx.noticesOf(ctx, e, event, room)
		if err != nil {
			return err
		}
		for _, n := range made {
			told[n.account] = true
		}
		if len(made) == room { // there may be more: the next transaction goes on
			_, err := tx.exec(ctx, `UPDATE events SET noticed_to = $2 WHERE id = $1`, event.id, made[room-1].account)
			if err != nil {
				return err
			}
			break
		}
		room -= len(made)
		if _, err := tx.exec(ctx, `UPDATE events SET noticed_at = $2 WHERE id = $1`, event.id, at(tx.now)); err != nil {
			return err
		}
	}
	return tx.tellPages(ctx, told)
}

// noticesOf writes the notices of one event for at most room people, in the
// order of their accounts.
func (tx tx) noticesOf(ctx context.Context, e Environment, event waitingEvent, room int) ([]newNotice, error) {
	found, err := tx.recipients(ctx, event, room)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if err := tx.chooseMails(ctx, e, event, found); err != nil {
		return nil, err
	}
	values := make([][]any, len(found))
	for i, n := range found {
		values[i] = []any{
			n.account, n.kind, event.space.orNull(), n.thread.orNull(), event.thing, event.actor, at(event.createdAt), n.mail, at(n.mailAt),
		}
	}
	return found, tx.insertAll(ctx, `
		INSERT INTO notifications (account_id, kind, space_id, thread_id, thing_id, actor_id, created_at, mail, mail_at)`, "", values, nil)
}

// newNotice is a notice to be written.
type newNotice struct {
	account  ID
	kind     string
	thread   ID
	timeZone string
	hasEmail bool
	guest    bool

	mail   string
	mailAt time.Time
}

// recipientStart begins the statements that find whom an event concerns: who is
// inside the space and may be used, but not who did it, in the order of their
// accounts. $1 is the space, $2 the moment, $3 the account to go on after, $4
// the actor, $5 the thing, $6 the limit.
const recipientStart = `
	FROM memberships m
	JOIN accounts me ON me.id = m.account_id
	JOIN spaces s ON s.id = m.space_id
	JOIN accounts actor ON actor.id = $4`

const recipientWhere = `
	WHERE m.space_id = $1 AND m.account_id > $3 AND m.account_id <> $4 AND ` + insideNow + `
		AND me.status = 'active' AND (me.ends_at IS NULL OR me.ends_at > $2)`

const recipientEnd = `
	ORDER BY m.account_id
	LIMIT $6`

// recipientQueries find whom an event concerns, by its kind. Whether they may
// see the thing is asked in the same statement.
var recipientQueries = map[string]string{
	// Who is named in the comment hears of that instead; who has unfollowed the
	// thread, or the space, of nothing (S0-15).
	CommentAdded: `
		SELECT me.id, CASE WHEN t.created_by = me.id AND s.multi_thread THEN 'reply' ELSE 'comment' END, t.id, me.timezone, me.email IS NOT NULL, me.kind` +
		recipientStart + `
		JOIN comments c ON c.id = $5 AND c.deleted_at IS NULL
		JOIN accounts a ON a.id = c.author_id
		JOIN threads t ON t.id = c.thread_id AND t.space_id = s.id
		JOIN accounts ta ON ta.id = t.created_by
		LEFT JOIN follows f ON f.thread_id = t.id AND f.account_id = me.id` + recipientWhere + `
			AND COALESCE(f.following, m.follows)
			AND NOT EXISTS (SELECT 1 FROM mentions y WHERE y.comment_id = c.id AND y.account_id = me.id)
			AND ` + visible("c", "a") + ` AND ` + visible("t", "ta") + recipientEnd,
	ThreadAdded: `
		SELECT me.id, 'thread', t.id, me.timezone, me.email IS NOT NULL, me.kind` +
		recipientStart + `
		JOIN threads t ON t.id = $5 AND t.space_id = s.id
		JOIN accounts ta ON ta.id = t.created_by` + recipientWhere + `
			AND m.follows
			AND NOT EXISTS (SELECT 1 FROM mentions y WHERE y.thread_id = t.id AND y.account_id = me.id)
			AND ` + visible("t", "ta") + recipientEnd,
	// Who is named in a comment, or in the text of a thread or of the space.
	MentionAdded: `
		SELECT me.id, 'mention', t.id, me.timezone, me.email IS NOT NULL, me.kind` +
		recipientStart + `
		LEFT JOIN threads t ON t.id = $8 AND t.space_id = s.id
		LEFT JOIN accounts ta ON ta.id = t.created_by
		LEFT JOIN comments c ON c.id = $5 AND c.thread_id = t.id
		LEFT JOIN accounts ca ON ca.id = c.author_id` + recipientWhere + `
			AND m.account_id = $7
			AND (CAST($8 AS BIGINT) = 0 OR t.id IS NOT NULL AND ` + visible("t", "ta") + `)
			AND (CAST($5 AS BIGINT) = 0 OR c.id IS NOT NULL AND c.deleted_at IS NULL AND ` + visible("c", "ca") + `)
			AND ` + seesPerson("actor") + recipientEnd,
	FileAdded: `
		SELECT me.id, 'file', NULL, me.timezone, me.email IS NOT NULL, me.kind` +
		recipientStart + `
		JOIN files f ON f.id = $5 AND f.space_id = s.id AND f.deleted_at IS NULL
		JOIN accounts o ON o.id = f.created_by` + recipientWhere + `
			AND m.follows
			AND ` + visible("f", "o") + recipientEnd,
	// Of a chat of two the other one, who has neither read it meanwhile nor muted it.
	MessageAdded: `
		SELECT me.id, 'message', ch.id, me.timezone, me.email IS NOT NULL, me.kind
		FROM chat_members m
		JOIN chats ch ON ch.id = m.chat_id AND ch.space_id IS NULL
		JOIN accounts me ON me.id = m.account_id
		JOIN accounts a ON a.id = $4
		JOIN messages x ON x.id = $5 AND x.chat_id = ch.id AND x.deleted_at IS NULL
		WHERE m.chat_id = $1 AND m.account_id > $3 AND m.account_id <> $4 AND NOT m.muted AND m.seen_id < x.id
			AND me.status = 'active' AND (me.ends_at IS NULL OR me.ends_at > $2)
			AND ` + acquainted("a", "$2") + recipientEnd,
	// Whoever was put into the space reads so, and its administrators who came
	// by an invitation; who left is no news.
	PeopleChanged: `
		SELECT me.id, CASE WHEN me.id = $5 THEN 'added' ELSE 'joined' END, NULL, me.timezone, me.email IS NOT NULL, me.kind` +
		recipientStart + `
		JOIN memberships came ON came.space_id = $1 AND came.account_id = $5 AND came.joined_at = $7` + recipientWhere + `
			AND (me.id = $5 OR $4 = $5 AND m.role = 'administrator')
			AND ` + seesPerson("actor") + recipientEnd,
}

func (tx tx) recipients(ctx context.Context, event waitingEvent, room int) ([]newNotice, error) {
	query, known := recipientQueries[event.kind]
	thing, place := event.thing, event.space
	if event.kind == MessageAdded {
		if event.space != 0 {
			return nil, nil // the chat of a space counts for itself
		}
		place = event.thread
	}
	if !known || event.actor == 0 || place == 0 {
		return nil, nil
	}
	if event.kind == ThreadAdded && event.thread != 0 {
		thing = event.thread
	}
	args := []any{place, at(tx.now), event.to, event.actor, thing, room}
	switch event.kind {
	case PeopleChanged:
		args = append(args, at(event.createdAt))
	case MentionAdded:
		args = append(args, event.account, event.thread)
	}
	rows, err := tx.query(ctx, query, args...)
	return all(rows, err, func(row scanner) (n newNotice, err error) {
		var kind AccountKind
		err = row.Scan(&n.account, &n.kind, nullID{&n.thread}, &n.timeZone, &n.hasEmail, &kind)
		n.guest = kind == Guest
		return n, err
	})
}

// awake is how long after somebody's last click their open pages are told at
// once; later they see it at the next one.
const awake = 2 * time.Hour

// tellPages lets the open pages of people know that their notices have changed.
func (tx tx) tellPages(ctx context.Context, accounts map[ID]bool) error {
	if len(accounts) == 0 {
		return nil
	}
	var ids []ID
	for id := range accounts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	list, args := inList(2, ids)
	rows, err := tx.query(ctx, `
		SELECT DISTINCT account_id FROM sessions
		WHERE seen_at > $1 AND account_id IN (`+list+`)`, append([]any{at(tx.now.Add(-awake))}, args...)...)
	open, err := all(rows, err, scanID)
	if err != nil {
		return err
	}
	for _, id := range open {
		if err := tx.happened(ctx, happening{Kind: NoticesChanged, Thing: id, Account: id, Quiet: true}); err != nil {
			return err
		}
	}
	return nil
}
