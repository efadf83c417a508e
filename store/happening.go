package store

import (
	"context"
	"time"
)

// The kinds of happenings: what open pages show and notices tell.
const (
	CommentAdded   = "comment.added"
	CommentChanged = "comment.changed" // its words, reactions, or that it was deleted or brought back
	ThreadAdded    = "thread.added"
	ThreadChanged  = "thread.changed"
	FileAdded      = "file.added"
	FileChanged    = "file.changed"
	MessageAdded   = "message.added" // in a chat; the thing is the message
	MessageChanged = "message.changed"
	PeopleChanged  = "people.changed"  // somebody came or went; the thing is the account
	NoticesChanged = "notices.changed" // of the account alone
)

// happening is something that open pages should show and that notices may tell.
// It names things by their IDs only: whoever follows it reads them through the
// doors, as they are then.
type happening struct {
	Kind     string
	Space    ID // 0 for what happens in none
	Thread   ID // or the chat
	Thing    ID
	Account  ID // whom alone it concerns; 0 for all who may see it
	Actor    ID
	Audience Audience
	Quiet    bool // nobody is sent a notice of it
}

// happened notes something in the transaction that does it.
func (tx tx) happened(ctx context.Context, h happening) error {
	noticed := time.Time{}
	if h.Quiet {
		noticed = tx.now
	}
	_, err := tx.exec(ctx, `
		INSERT INTO events (kind, space_id, thread_id, thing_id, account_id, actor_id, audience, created_at, noticed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		h.Kind, h.Space.orNull(), h.Thread.orNull(), h.Thing, h.Account.orNull(), h.Actor.orNull(), h.Audience, at(tx.now), at(noticed))
	*tx.stirred = *tx.stirred || err == nil
	return err
}

// Stirred is written to when a commit of this process has noted something that
// happened. Other processes are followed by reading.
func (s *Store) Stirred() <-chan struct{} { return s.stirred }

// eventsKept is how long what happened can be followed.
const eventsKept = Day
