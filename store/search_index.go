package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
)

// FoundKind is a kind of thing that can be found.
type FoundKind string

// What can be found.
const (
	FoundSpace   FoundKind = "space"
	FoundThread  FoundKind = "thread"
	FoundComment FoundKind = "comment"
	FoundPerson  FoundKind = "person"
	FoundFile    FoundKind = "file" // by its name, in a drive or of a comment
)

// foundAttachment is a file of a comment in the index. Who finds it finds a file.
const foundAttachment FoundKind = "attachment"

// FoundKinds are all of them, in the order of the filter.
var FoundKinds = []FoundKind{FoundComment, FoundThread, FoundFile, FoundSpace, FoundPerson}

// indexKinds are the kinds of the index, in the order that keys have.
var indexKinds = []FoundKind{FoundComment, FoundThread, FoundSpace, FoundFile, foundAttachment}

// findable is a thing as the index knows it.
type findable struct {
	kind                         FoundKind
	thing, space, thread, author ID
	created                      int64
	tokens                       []string
}

// Besides its words each thing has tokens that say where it stands and for
// whom, so that somebody's few things are found among a million of others. They
// only narrow down: what is shown is decided by the rows themselves, in the
// statement that finds them. No word begins with these signs.
const (
	kindSign     = '\uE000'
	spaceSign    = '\uE001' // stands in the space
	everyoneSign = '\uE002' // there, for everyone
	authorSign   = '\uE003' // what they wrote
	companySign  = '\uE004' // there, for a company

	openMark  = "\uE005" // in a space that every member may read
	knownMark = "\uE006" // a space of which every member may know
)

func kindMark(kind FoundKind) string {
	if kind == foundAttachment {
		kind = FoundFile
	}
	return string([]rune{kindSign, rune(kind[0])})
}

func spaceMark(space ID) string    { return mark(spaceSign, space) }
func everyoneMark(space ID) string { return mark(everyoneSign, space) }
func authorMark(account ID) string { return mark(authorSign, account) }

// mark is a token of a number in as few characters as can be: what is short has
// no beginnings that an index would keep.
func mark(sign rune, id ID) string {
	const zero, base = 0xF0000, 60_000 // characters that no text has
	runes := []rune{sign}
	for n := int64(id); n > 0; n /= base {
		runes = append(runes, zero+rune(n%base))
	}
	return string(runes)
}

func companyMark(space ID, company string) string {
	sum := sha256.Sum256([]byte(company))
	return mark(companySign, space) + hex.EncodeToString(sum[:8])
}

// place are the tokens of a thing in a space.
func (f *findable) place(kind SpaceKind, audience Audience) {
	f.tokens = append(f.tokens, kindMark(f.kind), spaceMark(f.space), authorMark(f.author))
	if kind == OpenSpace {
		f.tokens = append(f.tokens, openMark)
	}
	switch {
	case audience == Everyone:
		f.tokens = append(f.tokens, everyoneMark(f.space))
	case audience.Company() != "":
		f.tokens = append(f.tokens, companyMark(f.space, audience.Company()))
	}
}

// searchBits are the lower bits of a key, which tell things of one moment apart.
const searchBits = 21

// key is where a thing stands: the moment in milliseconds, then its number. So
// the newest come first by their keys alone.
func (f findable) key() int64 {
	apart := int64(f.thing)<<3 | int64(slices.Index(indexKinds, f.kind))
	return f.created<<searchBits | apart&(1<<searchBits-1)
}

// searchBefore is below the keys of everything from a moment on.
func searchBefore(t time.Time) int64 {
	return max(0, min(t.UnixMilli(), lastMoment>>searchBits)) << searchBits
}

// note says that a thing is to be indexed.
type note struct {
	id    ID
	kind  FoundKind
	thing ID
}

// searchBatch is how many notes are worked off in one transaction, and
// searchFill how many are made at once of what was there before.
const (
	searchBatch = 100
	searchFill  = 500
)

// IndexNow works off what has changed since the last time, and some of what is
// not indexed yet. It reports whether more is to do.
func (s *Store) IndexNow(ctx context.Context) (more bool, err error) {
	s.indexing.Lock()
	defer s.indexing.Unlock()
	var notes []note
	var fill bool
	var things map[note]findable
	err = s.read(ctx, func(tx tx) (err error) {
		if notes, fill, err = tx.searchNotes(ctx); err == nil && len(notes) > 0 {
			things, err = tx.findables(ctx, notes)
		}
		return err
	})
	switch {
	case err != nil:
		return false, err
	case len(notes) > 0:
		return true, s.writeFindables(ctx, notes, things)
	case fill:
		return true, s.fillSearch(ctx)
	}
	return false, nil
}

// KeepSearch indexes what changes, until ctx ends.
func (s *Store) KeepSearch(ctx context.Context) {
	ticker := time.NewTicker(5 * time.Second) // for what other processes left
	defer ticker.Stop()
	for {
		more, err := s.IndexNow(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.log.Error("index for search", "error", err)
			more = false
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-s.committed:
		case <-ticker.C:
		}
	}
}

func (tx tx) searchNotes(ctx context.Context) (notes []note, fill bool, err error) {
	rows, err := tx.query(ctx, `SELECT id, kind, thing_id FROM search_notes ORDER BY id LIMIT `+itoa(searchBatch))
	notes, err = all(rows, err, func(row scanner) (n note, err error) { return n, row.Scan(&n.id, &n.kind, &n.thing) })
	if err != nil || len(notes) > 0 {
		return notes, false, err
	}
	err = tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM search_fills WHERE below_id > 0)`).Scan(&fill)
	return nil, fill, err
}

// refillSearch starts over where the tokens are of another version.
func (s *Store) refillSearch(ctx context.Context) error {
	var older bool
	err := s.read(ctx, func(tx tx) error {
		return tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM search_fills WHERE version <> $1)`, searchVersion).Scan(&older)
	})
	if err != nil || !older {
		return err
	}
	return s.loosely(ctx, func(tx tx) error {
		for kind, table := range searchTables {
			_, err := tx.exec(ctx, `
				UPDATE search_fills SET version = $1, below_id = (SELECT COALESCE(MAX(id) + 1, 0) FROM `+table+`)
				WHERE kind = $2 AND version <> $1`, searchVersion, string(kind))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// searchTables are where the things of a kind are.
var searchTables = map[FoundKind]string{
	FoundSpace: "spaces", FoundThread: "threads", FoundComment: "comments",
	FoundFile: "files", foundAttachment: "attachments",
}

// fillSearch notes the next things that are not indexed yet, the newest first.
func (s *Store) fillSearch(ctx context.Context) error {
	return s.loosely(ctx, func(tx tx) error {
		var kind FoundKind
		var below ID
		err := tx.row(ctx, `SELECT kind, below_id FROM search_fills WHERE below_id > 0 ORDER BY below_id LIMIT 1`).Scan(&kind, &below)
		if err != nil {
			return missing(err, nil)
		}
		rows, err := tx.query(ctx, `SELECT id FROM `+searchTables[kind]+` WHERE id < $1 ORDER BY id DESC LIMIT `+itoa(searchFill), below)
		ids, err := all(rows, err, scanID)
		if err != nil {
			return err
		}
		next := ID(0)
		if len(ids) == searchFill {
			next = ids[len(ids)-1]
		}
		moved, err := tx.exec(ctx, `UPDATE search_fills SET below_id = $3 WHERE kind = $1 AND below_id = $2`, kind, below, next)
		if err != nil || moved == 0 {
			return err // another process does it
		}
		added := make([][]any, len(ids))
		for i, id := range ids {
			added[i] = []any{string(kind), id}
		}
		return tx.insertAll(ctx, `INSERT INTO search_notes (kind, thing_id)`, ``, added, nil)
	})
}

// loosely is write for the index alone: on PostgreSQL without the guarantees
// that would make the writing of comments wait for it. Notes are taken by
// deleting them, which only one process can.
func (s *Store) loosely(ctx context.Context, fn func(tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	db := s.db
	if db.writeOptions != nil {
		db.writeOptions = &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return db.inTx(ctx, true, s.transaction(fn))
}

var errNotesTaken = errors.New("another process indexes these things")

// writeFindables brings the index up to date and forgets the notes. The things
// were read after the notes: what changed since has a note of its own.
func (s *Store) writeFindables(ctx context.Context, notes []note, things map[note]findable) error {
	err := s.loosely(ctx, func(tx tx) error {
		ids := make([]ID, len(notes))
		for i, n := range notes {
			ids[i] = n.id
		}
		list, args := inList(1, ids)
		taken, err := tx.exec(ctx, `DELETE FROM search_notes WHERE id IN (`+list+`)`, args...)
		if err != nil {
			return err
		}
		if int(taken) != len(notes) {
			return errNotesTaken
		}
		done := map[note]bool{}
		for _, n := range notes {
			n.id = 0
			if done[n] {
				continue
			}
			done[n] = true
			if err := tx.indexThing(ctx, n, things); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errNotesTaken) {
		return nil
	}
	return err
}

// indexThing writes the entry of a thing, or takes it out when it is gone.
func (tx tx) indexThing(ctx context.Context, n note, things map[note]findable) error {
	f, there := things[n]
	var key int64
	err := tx.row(ctx, `SELECT id FROM search WHERE kind = $1 AND thing_id = $2`, string(n.kind), n.thing).Scan(&key)
	known := err == nil
	if err := missing(err, nil); err != nil {
		return err
	}
	if known {
		if _, err := tx.exec(ctx, tx.db.search.remove, key); err != nil {
			return err
		}
	}
	switch {
	case !there && known:
		_, err := tx.exec(ctx, `DELETE FROM search WHERE id = $1`, key)
		return err
	case !there:
		return nil
	case !known:
		if key, err = tx.addEntry(ctx, f); err != nil {
			return err
		}
	}
	_, err = tx.exec(ctx, tx.db.search.insert, key, strings.Join(f.tokens, " "))
	return err
}

// addEntry gives a thing its key: the next free one after its own, should two
// things of one moment meet.
func (tx tx) addEntry(ctx context.Context, f findable) (key int64, err error) {
	for key = f.key(); ; key++ {
		added, err := tx.exec(ctx, `
			INSERT INTO search (id, kind, thing_id, space_id, thread_id, author_id, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (id) DO NOTHING`,
			key, string(f.kind), f.thing, f.space.orNull(), f.thread.orNull(), f.author, f.created)
		if err != nil || added == 1 {
			return key, err
		}
	}
}
