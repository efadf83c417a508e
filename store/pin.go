package store

import (
	"context"
	"errors"
)

// ErrTooManyPinned: a space that pins everything pins nothing.
var ErrTooManyPinned = &Error{Kind: Conflict, Code: "too_many_pinned"}

// PinThread puts a thread before the others of its space, or back among them.
// Administrators of the space do that. Errors: those of the door, and
// ErrTooManyPinned.
func (s *Store) PinThread(ctx context.Context, actor Account, space, id ID, pinned bool) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToModerate)
		if err != nil {
			return err
		}
		t, err := tx.thread(ctx, actor, sp, id)
		if err != nil || t.Pinned() == pinned {
			return err
		}
		when := at(tx.now)
		if !pinned {
			when = nil
		} else if list, err := tx.pinnedThreads(ctx, actor, sp); err != nil {
			return err
		} else if len(list) >= maxPinned {
			return ErrTooManyPinned.With("", "Max", maxPinned)
		}
		if _, err := tx.exec(ctx, `UPDATE threads SET pinned_at = $2 WHERE id = $1`, t.ID, when); err != nil {
			return err
		}
		return tx.threadChanged(ctx, actor, t)
	})
}

// PinComment puts a comment to the top of its thread, where it takes the place
// of another, or takes it down again. Administrators of the space do that.
func (s *Store) PinComment(ctx context.Context, actor Account, space, thread, id ID, pinned bool) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToModerate)
		if err != nil {
			return err
		}
		t, c, err := tx.said(ctx, actor, sp, thread, id)
		switch {
		case err != nil:
			return err
		case c.Deleted():
			return ErrNotFound
		case (t.PinnedComment == c.ID) == pinned:
			return nil
		}
		to := c.ID
		if !pinned {
			to = 0
		}
		if _, err := tx.exec(ctx, `UPDATE threads SET pinned_comment_id = $2 WHERE id = $1`, t.ID, to.orNull()); err != nil {
			return err
		}
		return tx.commentChanged(ctx, actor, t, c)
	})
}

// pinned is the comment that stands at the top of a thread; nil when there is
// none that the reader may see.
func (tx tx) pinned(ctx context.Context, actor Account, sp Space, t Thread) (*Comment, error) {
	if t.PinnedComment == 0 {
		return nil, nil
	}
	c, err := tx.comment(ctx, actor, sp, t.ID, t.PinnedComment)
	if errors.Is(err, ErrNotFound) || err == nil && c.Deleted() {
		return nil, nil
	}
	return &c, err
}
