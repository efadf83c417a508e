package store

import (
	"context"
	"time"
)

// ErrOneThread: the space has one thread and takes no more (S0-14).
var ErrOneThread = &Error{Kind: Forbidden, Code: "one_thread"}

// Thread is a row of comments about one thing.
type Thread struct {
	ID           ID
	Space        ID
	Name         string
	Body         string // Markdown, as it was typed
	BodyHTML     HTML   // rendered and sanitised when it was written
	CommentCount int
	Author       Account // what others see of who began it
	CreatedAt    time.Time
	ActiveAt     time.Time
	Last         Word // the newest comment
}

// Word is the newest thing that somebody said in a thread or space.
type Word struct {
	Author Account // what others see of them; its ID is 0 when nobody said anything
	Text   string  // the first words
	At     time.Time
}

func (w *Word) scan() []any {
	return append(w.Author.scanPersonOrNone(), orZero[string]{&w.Text}, moment{&w.At})
}

// Threads are a space's threads, those first in which something was last
// written. Errors: those of the door.
func (s *Store) Threads(ctx context.Context, actor Account, space ID, from string) (Page[Thread], error) {
	var page Page[Thread]
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		page, err = tx.threads(ctx, sp.ID, from)
		return err
	})
	return page, err
}

func (tx tx) threads(ctx context.Context, space ID, from string) (Page[Thread], error) {
	active, id := int64(lastMoment), lastID
	after(from, &active, &id)
	rows, err := tx.query(ctx, `
		SELECT t.id, t.space_id, t.name, t.comment_count, t.created_at, t.active_at,
			`+personColumns+`, lc.excerpt, lc.created_at
		FROM threads t
		LEFT JOIN comments lc ON lc.id = t.last_comment_id AND lc.deleted_at IS NULL
		LEFT JOIN accounts a ON a.id = lc.author_id
		WHERE t.space_id = $1 AND (t.active_at, t.id) < ($2, $3)
		ORDER BY t.active_at DESC, t.id DESC
		LIMIT $4`, space, active, id, PageSize+1)
	list, err := all(rows, err, func(row scanner) (Thread, error) {
		var t Thread
		err := row.Scan(append([]any{
			&t.ID, &t.Space, &t.Name, &t.CommentCount, moment{&t.CreatedAt}, moment{&t.ActiveAt},
		}, t.Last.scan()...)...)
		return t, err
	})
	if err != nil {
		return Page[Thread]{}, err
	}
	return pageOf(list, PageSize, func(t Thread) []any { return []any{t.ActiveAt.UnixMilli(), t.ID} }), nil
}

// thread finds a thread through its space: the actor may open the space, and
// the thread is in it (SEC-A1).
func (tx tx) thread(ctx context.Context, sp Space, id ID) (Thread, error) {
	t := Thread{Space: sp.ID}
	err := tx.row(ctx, `
		SELECT t.id, t.name, t.body, t.body_html, t.comment_count, t.created_at, t.active_at, `+personColumns+`
		FROM threads t
		JOIN accounts a ON a.id = t.created_by
		WHERE t.space_id = $1 AND t.id = $2`, sp.ID, id).Scan(append([]any{
		&t.ID, &t.Name, &t.Body, &t.BodyHTML, &t.CommentCount, moment{&t.CreatedAt}, moment{&t.ActiveAt},
	}, t.Author.scanPerson()...)...)
	return t, missing(err, ErrNotFound)
}

// Thread is one thread of a space, and the space as the actor sees it.
func (s *Store) Thread(ctx context.Context, actor Account, space, id ID) (sp Space, t Thread, err error) {
	err = s.read(ctx, func(tx tx) (err error) {
		if sp, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		t, err = tx.thread(ctx, sp, id)
		return err
	})
	return sp, t, err
}

// CreateThread begins a thread in a space that has several.
// Errors: those of the door, ErrOneThread, those of the texts.
func (s *Store) CreateThread(ctx context.Context, actor Account, space ID, name, body string) (Thread, error) {
	name, text, err := cleanThread(name, body)
	if err != nil {
		return Thread{}, err
	}
	var t Thread
	err = s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToWrite)
		if err != nil {
			return err
		}
		if !sp.MultiThread {
			return ErrOneThread
		}
		id, err := tx.createThread(ctx, newThread{Space: sp.ID, Name: name, Text: text, Author: actor})
		if err != nil {
			return err
		}
		if err := tx.written(ctx, sp.ID, actor, 0); err != nil {
			return err
		}
		t, err = tx.thread(ctx, sp, id)
		return err
	})
	return t, err
}

func cleanThread(name, body string) (string, rendered, error) {
	var problems Problems
	name, err := CleanName("name", name, MaxName)
	if err := problems.Add(err); err != nil {
		return "", rendered{}, err
	}
	text, err := renderText("body", body)
	if err := problems.Add(err); err != nil {
		return "", rendered{}, err
	}
	return name, text, problems.Err()
}

type newThread struct {
	Space  ID
	Name   string
	Text   rendered
	Author Account
}

func (tx tx) createThread(ctx context.Context, in newThread) (ID, error) {
	var id ID
	err := tx.row(ctx, `
		INSERT INTO threads (space_id, name, body, body_html, created_by, created_at, active_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6)
		RETURNING id`, in.Space, in.Name, in.Text.Body, in.Text.HTML, in.Author.ID, at(tx.now)).Scan(&id)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, `UPDATE spaces SET thread_count = thread_count + 1 WHERE id = $1`, in.Space)
	return id, err
}

// written notes that the actor wrote something in a space: it is new to
// everybody but them. A comment of 0 is none.
func (tx tx) written(ctx context.Context, space ID, actor Account, comment ID) error {
	_, err := tx.exec(ctx, `
		UPDATE spaces
		SET activity_count = activity_count + 1, active_at = $2, last_comment_id = COALESCE($3, last_comment_id)
		WHERE id = $1`, space, at(tx.now), comment.orNull())
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE memberships
		SET seen_count = (SELECT activity_count FROM spaces WHERE id = $1), seen_at = $3
		WHERE space_id = $1 AND account_id = $2`, space, actor.ID, at(tx.now))
	return err
}

// UpdateThread renames a thread and changes the text at its top. People change
// their own threads, administrators everybody's.
func (s *Store) UpdateThread(ctx context.Context, actor Account, space, id ID, name, body string) error {
	name, text, err := cleanThread(name, body)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		t, err := tx.thread(ctx, sp, id)
		if err != nil {
			return err
		}
		if err := sp.edits(actor, t.Author.ID); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE threads SET name = $2, body = $3, body_html = $4 WHERE id = $1`,
			t.ID, name, text.Body, text.HTML)
		if err != nil || t.Author.ID == actor.ID {
			return err
		}
		return tx.audit(ctx, event{Action: "thread.moderated", Actor: actor.ID, Account: t.Author.ID, Space: sp.ID, Subject: t.Name})
	})
}

// edits asks the table whether the actor may change what the author wrote.
func (sp Space) edits(actor Account, author ID) error {
	if author == actor.ID {
		return sp.judge(ToEditOwn)
	}
	return sp.judge(ToModerate)
}

// Edits reports whether the actor may change what the author wrote here.
func (sp Space) Edits(actor Account, author ID) bool { return sp.edits(actor, author) == nil }
