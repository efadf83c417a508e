package store

import (
	"context"
	"errors"
	"sync"
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
	MentionAdded   = "mention.added"   // of the account alone; the thing is the comment, 0 for the text of the thread or, without one, of the space
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
	Author   ID // whose thing it is, if it may be another's than the actor's; 0 for theirs
	Audience Audience
	Quiet    bool // nobody is sent a notice of it
}

// happened notes something in the transaction that does it.
func (tx tx) happened(ctx context.Context, h happening) error {
	noticed := time.Time{}
	if h.Quiet {
		noticed = tx.now
	}
	audience, err := tx.hears(ctx, h)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO events (kind, space_id, thread_id, thing_id, account_id, actor_id, audience, created_at, noticed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		h.Kind, h.Space.orNull(), h.Thread.orNull(), h.Thing, h.Account.orNull(), h.Actor.orNull(), audience, at(tx.now), at(noticed))
	*tx.stirred = *tx.stirred || err == nil
	return err
}

// hears is who may hear of it: where companies are apart, of what somebody did
// to a guest's thing only those who may know of the guest (SEC-A5).
func (tx tx) hears(ctx context.Context, h happening) (Audience, error) {
	if h.Author == 0 || h.Author == h.Actor || h.Space == 0 || h.Audience != Everyone {
		return h.Audience, nil
	}
	var company string
	err := tx.row(ctx, `
		SELECT a.company_key
		FROM spaces s
		JOIN accounts a ON a.id = $2
		WHERE s.id = $1 AND s.companies_apart AND a.kind = 'guest'`, h.Space, h.Author).Scan(&company)
	if err = missing(err, errNothing); errors.Is(err, errNothing) {
		return Everyone, nil
	}
	return ForCompany(company), err
}

// Stirred gives a channel that is written to, for as long as the store lives,
// when a commit of this process has noted something that happened. What other
// processes note is found by reading.
func (s *Store) Stirred() <-chan struct{} { return s.stirred.add() }

// sleepers are those who wait for the same thing.
type sleepers struct {
	mu   sync.Mutex
	list []chan struct{}
}

func (s *sleepers) add() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	sleeper := make(chan struct{}, 1)
	s.list = append(s.list, sleeper)
	return sleeper
}

func (s *sleepers) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sleeper := range s.list {
		wake(sleeper)
	}
}

// eventsKept is how long what happened can be followed.
const eventsKept = Day

// Happening is something that happened, for who follows open pages. It says
// nothing but which things it is about.
type Happening struct {
	ID      ID
	Kind    string // one of the kinds above
	Space   ID     // 0 for none
	Thread  ID     // or the chat
	Thing   ID
	Account ID // whom alone it concerns; 0 for all who may see it
	Actor   ID
	At      time.Time
}

func scanHappening(row scanner) (Happening, error) {
	var h Happening
	err := row.Scan(&h.ID, &h.Kind, nullID{&h.Space}, nullID{&h.Thread}, &h.Thing, nullID{&h.Account}, nullID{&h.Actor}, moment{&h.At})
	return h, err
}

// happeningsAtOnce is how many happenings are read in one go.
const happeningsAtOnce = 500

// Happenings are what happened after the happening of this ID, the oldest
// first, 500 at most. They are for nobody's eyes: Look says who may know of which.
func (s *Store) Happenings(ctx context.Context, after ID) ([]Happening, error) {
	var list []Happening
	err := s.read(ctx, func(tx tx) error {
		rows, err := tx.query(ctx, `
			SELECT v.id, v.kind, v.space_id, v.thread_id, v.thing_id, v.account_id, v.actor_id, v.created_at
			FROM events v
			WHERE v.id > $1
			ORDER BY v.id
			LIMIT $2`, after, happeningsAtOnce)
		list, err = all(rows, err, scanHappening)
		return err
	})
	return list, err
}

// LastHappening is the ID of the newest thing that happened before a moment, 0
// when nothing did.
func (s *Store) LastHappening(ctx context.Context, before time.Time) (ID, error) {
	var id ID
	err := s.read(ctx, func(tx tx) error {
		return missing(tx.row(ctx, `
			SELECT id FROM events
			WHERE created_at < $1
			ORDER BY created_at DESC, id DESC
			LIMIT 1`, at(before)).Scan(&id), errNothing)
	})
	if errors.Is(err, errNothing) {
		return 0, nil
	}
	return id, err
}

var errNothing = errors.New("nothing happened")

// sees reports whether something that happened concerns the reader and may be
// known to them: it is theirs alone, or it happened in the space that they look
// at, which was opened for them, among what they see there.
func (tx tx) sees(ctx context.Context, reader, space, happening ID) (bool, error) {
	var sees bool
	err := tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1
			FROM events v
			JOIN accounts me ON me.id = $2
			LEFT JOIN spaces s ON s.id = v.space_id
			LEFT JOIN accounts a ON a.id = v.actor_id
			WHERE v.id = $1
				AND (v.account_id = me.id OR (v.account_id IS NULL AND v.space_id = $3 AND `+visible("v", "a")+`)))`,
		happening, reader, space.orNull()).Scan(&sees)
	return sees, err
}
