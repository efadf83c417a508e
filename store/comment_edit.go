package store

import (
	"context"
	"errors"
	"time"
)

// ErrEditedMeanwhile: somebody else saved it after it was opened. Both texts
// are shown, and nobody's is lost.
var ErrEditedMeanwhile = &Error{Kind: Conflict, Code: "edited_meanwhile"}

// EditComment changes what a comment says that was opened at a version of it.
// People edit their own comments, administrators everybody's, which the audit
// log tells. The words before stay among its versions. Errors: those of
// AddComment, and ErrEditedMeanwhile of the field "text".
func (s *Store) EditComment(ctx context.Context, actor Account, space, thread, id ID, version int, body string) error {
	text, err := s.renderComment(ctx, actor, space, body)
	if err != nil {
		if _, _, err := s.Comment(ctx, actor, space, thread, id); err != nil {
			return err // who may not edit is told so, whatever was typed
		}
		return err
	}
	return s.changeComment(ctx, actor, space, thread, id, func(tx tx, sp Space, t Thread, c Comment) error {
		switch {
		case c.Deleted():
			return ErrNotFound
		case c.Body == text.Body:
			return errNothingChanged
		case c.Version != version:
			return ErrEditedMeanwhile.With("text")
		}
		_, err := tx.exec(ctx, `
			INSERT INTO comment_versions (comment_id, version, body, body_html, written_by, written_at)
			SELECT id, version, body, body_html, COALESCE(edited_by, author_id), COALESCE(edited_at, created_at)
			FROM comments
			WHERE id = $1`, c.ID)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE comments
			SET body = $2, body_html = $3, excerpt = $4, renderer = $5, edited_at = $6, edited_by = $7, version = version + 1
			WHERE id = $1`, c.ID, text.Body, text.HTML, text.Excerpt, rendererVersion, at(tx.now), actor.ID)
		if err != nil {
			return err
		}
		return tx.mention(ctx, sp, actor, c.writing(sp, t.ID), text)
	})
}

// DeleteComment takes a comment back. Its words are kept for an hour, so that
// RestoreComment can undo it; then the sweep forgets them. A second delete
// changes nothing.
func (s *Store) DeleteComment(ctx context.Context, actor Account, space, thread, id ID) error {
	return s.changeComment(ctx, actor, space, thread, id, func(tx tx, sp Space, t Thread, c Comment) error {
		if c.Deleted() {
			return errNothingChanged
		}
		_, err := tx.exec(ctx, `UPDATE comments SET deleted_at = $2, deleted_by = $3 WHERE id = $1`,
			c.ID, at(tx.now), actor.ID)
		if err != nil {
			return err
		}
		if err := tx.hideFiles(ctx, c.ID); err != nil {
			return err
		}
		return tx.recountComments(ctx, sp.ID, t.ID, c, -1)
	})
}

// undoDelete is how long a deleted comment can be brought back.
const undoDelete = time.Hour

// RestoreComment undoes one's own DeleteComment, for an hour. After that, or when
// the comment was not deleted by the actor, it is ErrNotFound.
func (s *Store) RestoreComment(ctx context.Context, actor Account, space, thread, id ID) error {
	return s.changeComment(ctx, actor, space, thread, id, func(tx tx, sp Space, t Thread, c Comment) error {
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
		if err := tx.showFiles(ctx, c.ID); err != nil {
			return err
		}
		return tx.recountComments(ctx, sp.ID, t.ID, c, 1)
	})
}

// changeComment finds a comment that the actor may change, changes it, tells
// open pages, and records it when it was somebody else's.
func (s *Store) changeComment(ctx context.Context, actor Account, space, thread, id ID, change func(tx, Space, Thread, Comment) error) error {
	err := s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		t, c, err := tx.said(ctx, actor, sp, thread, id)
		if err != nil {
			return err
		}
		if err := sp.edits(actor, c.Author.ID); err != nil {
			return err
		}
		if err := change(tx, sp, t, c); err != nil {
			return err
		}
		if err := tx.commentChanged(ctx, actor, t, c); err != nil || c.Author.ID == actor.ID {
			return err
		}
		return tx.audit(ctx, event{Action: "comment.moderated", Actor: actor.ID, Account: c.Author.ID, Space: sp.ID})
	})
	if errors.Is(err, errNothingChanged) {
		return nil
	}
	return err
}

// errNothingChanged ends an act that would change nothing: nobody is told of it.
var errNothingChanged = errors.New("nothing changed")

// commentChanged tells open pages; nobody is sent a notice of it.
func (tx tx) commentChanged(ctx context.Context, actor Account, t Thread, c Comment) error {
	return tx.happened(ctx, happening{
		Kind: CommentChanged, Space: t.Space, Thread: t.ID, Thing: c.ID, Actor: actor.ID, Author: c.Author.ID, Audience: c.Audience, Quiet: true,
	})
}

// recountComments keeps the newest words of a thread and its space true after
// one comment went or came back: everybody's and, for a shared one, the guests'.
func (tx tx) recountComments(ctx context.Context, space, thread ID, c Comment, change int) error {
	if err := tx.recountWord(ctx, space, thread, change, "comment_count", "last_comment_id", ""); err != nil || !c.shared {
		return err
	}
	return tx.recountWord(ctx, space, thread, change, "shared_comment_count", "shared_comment_id", "AND c.shared AND c.audience <> 'team'")
}

func (tx tx) recountWord(ctx context.Context, space, thread ID, change int, count, last, which string) error {
	_, err := tx.exec(ctx, `
		UPDATE threads
		SET `+count+` = `+count+` + $2, `+last+` = (
			SELECT c.id FROM comments c
			WHERE c.thread_id = $1 AND c.deleted_at IS NULL `+which+`
			ORDER BY c.id DESC
			LIMIT 1)
		WHERE id = $1`, thread, change)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE spaces
		SET `+last+` = (SELECT MAX(`+last+`) FROM threads WHERE space_id = $1)
		WHERE id = $1`, space)
	return err
}
