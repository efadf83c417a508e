package store

import (
	"context"
	"strings"
	"time"
)

// Thread is a row of comments about one thing.
type Thread struct {
	ID            ID
	Space         ID
	Name          string
	Body          string // Markdown, as it was typed
	BodyHTML      HTML   // rendered and sanitised when it was written
	Audience      Audience
	Version       int // goes up with each edit
	CommentCount  int
	PinnedComment ID      // which stands at the top; 0 for none
	Author        Account // what others see of who began it
	CreatedAt     time.Time
	ActiveAt      time.Time
	EditedAt      time.Time // zero when it was not
	EditedBy      Account   // who edited it last, if that was not its author and the reader sees them
	PinnedAt      time.Time // zero when it is not pinned
	Last          Word      // the newest comment

	shared        bool // every guest of the space may read it
	editedByOther bool // than its author
}

// Pinned reports whether the thread stands before the others.
func (t Thread) Pinned() bool { return !t.PinnedAt.IsZero() }

// Edited reports whether its name or text are not the first ones.
func (t Thread) Edited() bool { return !t.EditedAt.IsZero() }

// Word is the newest thing that somebody said in a thread or space.
type Word struct {
	Author Account // what others see of them; its ID is 0 when nobody said anything
	Text   string  // the first words
	At     time.Time
}

func (w *Word) scan() []any {
	return append(w.Author.scanPersonOrNone(), orZero[string]{&w.Text}, moment{&w.At})
}

// theirs are the columns that hold counts and moments of threads as the reader
// of the space sees them: guests see those of what every guest may read.
func (sp Space) theirs() (comments, last, active, index string) {
	if sp.reader == Guest {
		return "t.shared_comment_count", "t.shared_comment_id", "t.shared_active_at", "t.audience <> 'team' AND"
	}
	return "t.comment_count", "t.last_comment_id", "t.active_at", ""
}

// sayable is the condition under which the comment lc is shown as the last word
// of its thread or space: me sees it and the thread that it stands in.
var sayable = `lc.deleted_at IS NULL AND EXISTS (
	SELECT 1
	FROM threads lt
	JOIN accounts lta ON lta.id = lt.created_by
	JOIN accounts la ON la.id = lc.author_id
	WHERE lt.id = lc.thread_id AND ` + visible("lt", "lta") + ` AND ` + visible("lc", "la") + `)`

// Threads are the threads of a space that the actor may see: the pinned ones,
// then those in which something was last written. Errors: those of the door.
func (s *Store) Threads(ctx context.Context, actor Account, space ID, from string) (Page[Thread], error) {
	var page Page[Thread]
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		page, err = tx.threads(ctx, actor, sp, from)
		return err
	})
	return page, err
}

// maxPinned is how many threads of a space are pinned at most.
const maxPinned = 10

func (tx tx) threads(ctx context.Context, actor Account, sp Space, from string) (Page[Thread], error) {
	active, id := int64(lastMoment), lastID
	var pinned []Thread
	if !after(from, &active, &id) {
		var err error
		if pinned, err = tx.pinnedThreads(ctx, actor, sp); err != nil {
			return Page[Thread]{}, err
		}
	}
	_, _, moved, index := sp.theirs()
	list, err := tx.listThreads(ctx, sp, `
		WHERE t.space_id = $1 AND `+index+` t.pinned_at IS NULL AND (`+moved+`, t.id) < ($3, $4) AND `+visible("t", "ta")+`
		ORDER BY `+moved+` DESC, t.id DESC
		LIMIT $5`, sp.ID, actor.ID, active, id, PageSize+1)
	if err != nil {
		return Page[Thread]{}, err
	}
	page := pageOf(list, PageSize, func(t Thread) []any { return []any{t.ActiveAt.UnixMilli(), t.ID} })
	page.Items = append(pinned, page.Items...)
	return page, nil
}

func (tx tx) pinnedThreads(ctx context.Context, actor Account, sp Space) ([]Thread, error) {
	return tx.listThreads(ctx, sp, `
		WHERE t.space_id = $1 AND t.pinned_at IS NOT NULL AND `+visible("t", "ta")+`
		ORDER BY t.pinned_at DESC, t.id DESC
		LIMIT $3`, sp.ID, actor.ID, maxPinned)
}

// listThreads reads threads with their last words; $1 is the space and $2 the reader.
func (tx tx) listThreads(ctx context.Context, sp Space, where string, args ...any) ([]Thread, error) {
	comments, last, active, _ := sp.theirs()
	rows, err := tx.query(ctx, `
		SELECT t.id, t.space_id, t.name, t.audience, `+comments+`, t.created_at, `+active+`, t.pinned_at,
			`+personColumns+`, lc.excerpt, lc.created_at
		FROM threads t
		JOIN spaces s ON s.id = t.space_id
		JOIN accounts me ON me.id = $2
		JOIN accounts ta ON ta.id = t.created_by
		LEFT JOIN comments lc ON lc.id = `+last+` AND `+sayable+`
		LEFT JOIN accounts a ON a.id = lc.author_id
		`+where, args...)
	return all(rows, err, func(row scanner) (Thread, error) {
		var t Thread
		err := row.Scan(append([]any{
			&t.ID, &t.Space, &t.Name, &t.Audience, &t.CommentCount, moment{&t.CreatedAt}, moment{&t.ActiveAt}, moment{&t.PinnedAt},
		}, t.Last.scan()...)...)
		return t, err
	})
}

// thread finds a thread through its space: the actor may open the space, the
// thread is in it, and it is for the actor too (SEC-A1).
func (tx tx) thread(ctx context.Context, actor Account, sp Space, id ID) (Thread, error) {
	t := Thread{Space: sp.ID}
	comments, _, active, _ := sp.theirs()
	destinations := append([]any{
		&t.ID, &t.Name, &t.Body, &t.BodyHTML, &t.Audience, &t.shared, &t.Version, &t.CommentCount, nullID{&t.PinnedComment},
		moment{&t.CreatedAt}, moment{&t.ActiveAt}, moment{&t.EditedAt}, moment{&t.PinnedAt},
	}, t.Author.scanPerson()...)
	var editor ID
	destinations = append(destinations, nullID{&editor})
	destinations = append(destinations, t.EditedBy.scanPersonOrNone()...)
	err := tx.row(ctx, `
		SELECT t.id, t.name, t.body, t.body_html, t.audience, t.shared, t.version, `+comments+`, t.pinned_comment_id,
			t.created_at, `+active+`, t.edited_at, t.pinned_at, `+personColumns+`, t.edited_by, `+editorColumns+`
		FROM threads t
		JOIN spaces s ON s.id = t.space_id
		JOIN accounts me ON me.id = $2
		JOIN accounts a ON a.id = t.created_by
		LEFT JOIN accounts e ON e.id = t.edited_by AND e.id <> t.created_by AND `+seesPerson("e")+`
		WHERE t.space_id = $1 AND t.id = $3 AND `+visible("t", "a"), sp.ID, actor.ID, id).Scan(destinations...)
	t.editedByOther = editor != 0 && editor != t.Author.ID
	return t, missing(err, ErrNotFound)
}

// editorColumns are the personColumns of the alias e: who changed something
// last, if that was somebody else than its author whom the reader sees.
var editorColumns = strings.ReplaceAll(personColumns, "a.", "e.")

// Thread is one thread of a space, and the space as the actor sees it.
func (s *Store) Thread(ctx context.Context, actor Account, space, id ID) (sp Space, t Thread, err error) {
	err = s.read(ctx, func(tx tx) (err error) {
		if sp, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		t, err = tx.thread(ctx, actor, sp, id)
		return err
	})
	return sp, t, err
}
