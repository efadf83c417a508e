package store

import (
	"context"
	"time"
)

// Version is what a thread or a comment said before an edit, or says now.
type Version struct {
	Number   int
	Name     string // of a thread
	Body     string // Markdown, as it was typed
	BodyHTML HTML
	Writer   Account // who wrote these words; its ID is 0 where the reader does not see them
	At       time.Time
}

// History is how a comment, or a thread's name and text, came to be what it is.
type History struct {
	Space    Space
	Thread   Thread
	Comment  Comment // its ID is 0 when it is the thread's history
	Versions []Version
	Older    int // the version before which older ones were left out; 0 for none
}

// CommentHistory are the versions of a comment for whoever may read it, the
// newest first, from before a version on; 0 begins with what it says now. A
// deleted comment has none: it is ErrNotFound.
func (s *Store) CommentHistory(ctx context.Context, actor Account, space, thread, id ID, before int) (History, error) {
	var h History
	err := s.read(ctx, func(tx tx) (err error) {
		if h.Space, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		if h.Thread, h.Comment, err = tx.said(ctx, actor, h.Space, thread, id); err != nil {
			return err
		}
		c := h.Comment
		if c.Deleted() {
			return ErrNotFound
		}
		now := Version{Number: c.Version, Body: c.Body, BodyHTML: c.BodyHTML, Writer: c.Author, At: c.CreatedAt}
		if c.Edited() {
			now.At = c.EditedAt
			if c.editedByOther {
				now.Writer = c.EditedBy
			}
		}
		return h.fill(ctx, tx, actor, now, before, `'' FROM comment_versions v`, `v.comment_id = $3`, c.ID)
	})
	return h, err
}

// ThreadHistory are the versions of a thread's name and text, as CommentHistory.
func (s *Store) ThreadHistory(ctx context.Context, actor Account, space, id ID, before int) (History, error) {
	var h History
	err := s.read(ctx, func(tx tx) (err error) {
		if h.Space, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		if h.Thread, err = tx.thread(ctx, actor, h.Space, id); err != nil {
			return err
		}
		t := h.Thread
		now := Version{Number: t.Version, Name: t.Name, Body: t.Body, BodyHTML: t.BodyHTML, Writer: t.Author, At: t.CreatedAt}
		if t.Edited() {
			now.At = t.EditedAt
			if t.editedByOther {
				now.Writer = t.EditedBy
			}
		}
		return h.fill(ctx, tx, actor, now, before, `v.name FROM thread_versions v`, `v.thread_id = $3`, t.ID)
	})
	return h, err
}

// fill reads one page of versions; now is the one in force. Writers whom the
// reader does not see stay nameless.
func (h *History) fill(ctx context.Context, tx tx, actor Account, now Version, before int, from, of string, id ID) error {
	if before <= 0 || before > now.Number {
		before = now.Number
		h.Versions = []Version{now}
	}
	rows, err := tx.query(ctx, `
		SELECT v.version, v.body, v.body_html, v.written_at, `+personColumns+`, `+from+`
		JOIN spaces s ON s.id = $1
		JOIN accounts me ON me.id = $2
		LEFT JOIN accounts a ON a.id = v.written_by AND `+seesPerson("a")+`
		WHERE `+of+` AND v.version < $4
		ORDER BY v.version DESC
		LIMIT $5`, h.Space.ID, actor.ID, id, before, PageSize+1)
	list, err := all(rows, err, func(row scanner) (v Version, err error) {
		destinations := append([]any{&v.Number, &v.Body, &v.BodyHTML, moment{&v.At}}, v.Writer.scanPersonOrNone()...)
		return v, row.Scan(append(destinations, &v.Name)...)
	})
	if err != nil {
		return err
	}
	if len(list) > PageSize {
		list = list[:PageSize]
		h.Older = list[PageSize-1].Number
	}
	h.Versions = append(h.Versions, list...)
	return nil
}
