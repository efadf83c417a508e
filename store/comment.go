package store

import (
	"context"
	"slices"
	"time"
)

// Comment is what somebody said in a thread.
type Comment struct {
	ID        ID
	Author    Account // what others see of them
	Body      string  // Markdown, as it was typed; "" when it was deleted
	BodyHTML  HTML    // rendered and sanitised when it was written
	CreatedAt time.Time
	EditedAt  time.Time // zero when it was not
	DeletedAt time.Time // zero when it was not
}

// Deleted reports whether only the place of the comment is left.
func (c Comment) Deleted() bool { return !c.DeletedAt.IsZero() }

const commentColumns = `c.id, c.body, c.body_html, c.created_at, c.edited_at, c.deleted_at, ` + personColumns

func scanComment(row scanner) (Comment, error) {
	var c Comment
	err := row.Scan(append([]any{
		&c.ID, &c.Body, &c.BodyHTML, moment{&c.CreatedAt}, moment{&c.EditedAt}, moment{&c.DeletedAt},
	}, c.Author.scanPerson()...)...)
	if c.Deleted() {
		c.Body, c.BodyHTML = "", ""
	}
	return c, err
}

// Conversation is a thread with the comments that one page shows, oldest first.
type Conversation struct {
	Space    Space
	Thread   Thread
	Comments []Comment
	Earlier  ID // comments before this one were left out; 0 when there are none
	Later    bool
}

// Conversation opens a thread at its end, or right before a comment. Whoever is
// inside has seen the space then: that is its "last seen", which is written
// only when there was something new (SEC-T4).
func (s *Store) Conversation(ctx context.Context, actor Account, space, thread, before ID) (Conversation, error) {
	var c Conversation
	err := s.read(ctx, func(tx tx) (err error) {
		if c.Space, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		c, err = tx.conversation(ctx, c.Space, thread, before)
		return err
	})
	if err != nil {
		return Conversation{}, err
	}
	return c, s.saw(ctx, actor, c.Space)
}

func (tx tx) conversation(ctx context.Context, sp Space, thread, before ID) (c Conversation, err error) {
	c = Conversation{Space: sp, Later: before != 0}
	if c.Thread, err = tx.thread(ctx, sp, thread); err != nil {
		return c, err
	}
	if before == 0 {
		before = lastID
	}
	rows, err := tx.query(ctx, `
		SELECT `+commentColumns+`
		FROM comments c
		JOIN accounts a ON a.id = c.author_id
		WHERE c.thread_id = $1 AND c.id < $2
		ORDER BY c.id DESC
		LIMIT $3`, c.Thread.ID, before, PageSize+1)
	if c.Comments, err = all(rows, err, scanComment); err != nil {
		return c, err
	}
	if len(c.Comments) > PageSize {
		c.Comments = c.Comments[:PageSize]
		c.Earlier = c.Comments[PageSize-1].ID
	}
	slices.Reverse(c.Comments)
	return c, nil
}

// comment finds a comment through its thread and space (SEC-A1).
func (tx tx) comment(ctx context.Context, sp Space, thread, id ID) (Comment, error) {
	c, err := scanComment(tx.row(ctx, `
		SELECT `+commentColumns+`
		FROM comments c
		JOIN threads t ON t.id = c.thread_id
		JOIN accounts a ON a.id = c.author_id
		WHERE t.space_id = $1 AND c.thread_id = $2 AND c.id = $3`, sp.ID, thread, id))
	return c, missing(err, ErrNotFound)
}

// Comment is one comment that the actor may change, for the form.
func (s *Store) Comment(ctx context.Context, actor Account, space, thread, id ID) (Conversation, Comment, error) {
	var conversation Conversation
	var c Comment
	err := s.read(ctx, func(tx tx) (err error) {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		if c, err = tx.comment(ctx, sp, thread, id); err != nil {
			return err
		}
		if c.Deleted() {
			return ErrNotFound
		}
		if err := sp.edits(actor, c.Author.ID); err != nil {
			return err
		}
		conversation, err = tx.conversation(ctx, sp, thread, id+1)
		return err
	})
	return conversation, c, err
}

// AddComment says something in a thread. Errors: those of the door,
// ErrRequired and those of a text, of the field "text".
func (s *Store) AddComment(ctx context.Context, actor Account, space, thread ID, body string) (Comment, error) {
	text, err := cleanComment(body)
	if err != nil {
		if _, err := s.Space(ctx, actor, space, ToWrite); err != nil {
			return Comment{}, err // who may not write is told so, whatever was typed
		}
		return Comment{}, err
	}
	var c Comment
	err = s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToWrite)
		if err != nil {
			return err
		}
		if _, err = tx.thread(ctx, sp, thread); err != nil {
			return err
		}
		c = Comment{Author: actor, Body: text.Body, BodyHTML: text.HTML, CreatedAt: tx.now}
		err = tx.row(ctx, `
			INSERT INTO comments (thread_id, author_id, body, body_html, excerpt, renderer, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			RETURNING id`,
			thread, actor.ID, text.Body, text.HTML, text.Excerpt, rendererVersion, at(tx.now)).Scan(&c.ID)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE threads
			SET comment_count = comment_count + 1, active_at = $2, last_comment_id = $3
			WHERE id = $1`, thread, at(tx.now), c.ID)
		if err != nil {
			return err
		}
		return tx.written(ctx, sp.ID, actor, c.ID)
	})
	return c, err
}

func cleanComment(body string) (rendered, error) {
	text, err := renderText("text", body)
	if err == nil && text.Body == "" {
		return rendered{}, ErrRequired.With("text")
	}
	return text, err
}

// EditComment changes what a comment says. People edit their own comments,
// administrators everybody's, which the audit log tells.
func (s *Store) EditComment(ctx context.Context, actor Account, space, thread, id ID, body string) error {
	text, err := cleanComment(body)
	if err != nil {
		if _, _, err := s.Comment(ctx, actor, space, thread, id); err != nil {
			return err // who may not edit is told so, whatever was typed
		}
		return err
	}
	return s.changeComment(ctx, actor, space, thread, id, func(tx tx, sp Space, c Comment) error {
		if c.Deleted() {
			return ErrNotFound
		}
		_, err := tx.exec(ctx, `
			UPDATE comments
			SET body = $2, body_html = $3, excerpt = $4, renderer = $5, edited_at = $6
			WHERE id = $1`, c.ID, text.Body, text.HTML, text.Excerpt, rendererVersion, at(tx.now))
		return err
	})
}

// DeleteComment takes a comment back. Its words are kept for an hour, so that
// RestoreComment can undo it; then the sweep forgets them. A second delete
// changes nothing.
func (s *Store) DeleteComment(ctx context.Context, actor Account, space, thread, id ID) error {
	return s.changeComment(ctx, actor, space, thread, id, func(tx tx, sp Space, c Comment) error {
		if c.Deleted() {
			return nil
		}
		_, err := tx.exec(ctx, `UPDATE comments SET deleted_at = $2, deleted_by = $3 WHERE id = $1`,
			c.ID, at(tx.now), actor.ID)
		if err != nil {
			return err
		}
		return tx.recountComments(ctx, sp.ID, thread, -1)
	})
}

// undoDelete is how long a deleted comment can be brought back.
const undoDelete = time.Hour

// RestoreComment undoes one's own DeleteComment, for an hour. After that, or when
// the comment was not deleted by the actor, it is ErrNotFound.
func (s *Store) RestoreComment(ctx context.Context, actor Account, space, thread, id ID) error {
	return s.changeComment(ctx, actor, space, thread, id, func(tx tx, sp Space, c Comment) error {
		changed, err := tx.exec(ctx, `
			UPDATE comments SET deleted_at = NULL, deleted_by = NULL
			WHERE id = $1 AND deleted_at > $2 AND deleted_by = $3 AND body <> ''`,
			c.ID, at(tx.now.Add(-undoDelete)), actor.ID)
		if err != nil {
			return err
		}
		if changed == 0 {
			return ErrNotFound
		}
		return tx.recountComments(ctx, sp.ID, thread, 1)
	})
}

// changeComment finds a comment that the actor may change, changes it, and
// records it when it was somebody else's.
func (s *Store) changeComment(ctx context.Context, actor Account, space, thread, id ID, change func(tx, Space, Comment) error) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		c, err := tx.comment(ctx, sp, thread, id)
		if err != nil {
			return err
		}
		if err := sp.edits(actor, c.Author.ID); err != nil {
			return err
		}
		if err := change(tx, sp, c); err != nil || c.Author.ID == actor.ID {
			return err
		}
		return tx.audit(ctx, event{Action: "comment.moderated", Actor: actor.ID, Account: c.Author.ID, Space: sp.ID})
	})
}

// recountComments keeps the newest word of a thread and its space true after
// one comment went or came back.
func (tx tx) recountComments(ctx context.Context, space, thread ID, change int) error {
	_, err := tx.exec(ctx, `
		UPDATE threads
		SET comment_count = comment_count + $2, last_comment_id = (
			SELECT c.id FROM comments c
			WHERE c.thread_id = $1 AND c.deleted_at IS NULL
			ORDER BY c.id DESC
			LIMIT 1)
		WHERE id = $1`, thread, change)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE spaces
		SET last_comment_id = (SELECT MAX(last_comment_id) FROM threads WHERE space_id = $1)
		WHERE id = $1`, space)
	return err
}
