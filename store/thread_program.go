package store

import (
	"context"
	"errors"
)

// ThreadChange is what a program changes of a thread. What is nil stays.
type ThreadChange struct {
	Name *string
	HTML *string
}

// ChangeThread changes a thread for a program, as UpdateThread does for people,
// and mentions nobody. The name of a space's only thread stays. Errors: those of
// UpdateThread, and ErrOneThread of the field "name".
func (s *Store) ChangeThread(ctx context.Context, actor Account, space, id ID, in ThreadChange) error {
	if _, _, err := s.Thread(ctx, actor, space, id); err != nil {
		return err
	}
	var name string
	var text rendered
	var problems Problems
	var err error
	if in.Name != nil {
		name, err = CleanName("name", *in.Name, MaxName)
		if err := problems.Add(err); err != nil {
			return err
		}
	}
	if in.HTML != nil {
		text, err = renderHTML("body", *in.HTML)
		if err := problems.Add(err); err != nil {
			return err
		}
	}
	if err := problems.Err(); err != nil {
		return err
	}
	err = s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		t, err := tx.thread(ctx, actor, sp, id)
		if err != nil {
			return err
		}
		if err := sp.edits(actor, t.Author.ID); err != nil {
			return err
		}
		if in.Name == nil {
			name = t.Name
		}
		if in.HTML == nil {
			text = rendered{Body: t.Body, HTML: t.BodyHTML}
		}
		switch {
		case name == t.Name && text.Body == t.Body:
			return errNothingChanged
		case name != t.Name && !sp.MultiThread:
			return ErrOneThread.With("name")
		}
		return tx.changeThread(ctx, actor, sp, t, name, text, in.HTML != nil)
	})
	if errors.Is(err, errNothingChanged) {
		return nil
	}
	return err
}

// changeThread writes a thread's new name and text. Whom the text names stays
// as it is when the text does.
func (tx tx) changeThread(ctx context.Context, actor Account, sp Space, t Thread, name string, text rendered, retold bool) error {
	if err := tx.editThread(ctx, actor, t.ID, name, text); err != nil {
		return err
	}
	if retold {
		if err := tx.mention(ctx, sp, actor, t.writing(), text); err != nil {
			return err
		}
	}
	if err := tx.threadChanged(ctx, actor, t); err != nil || t.Author.ID == actor.ID {
		return err
	}
	return tx.audit(ctx, event{Action: "thread.moderated", Actor: actor.ID, Account: t.Author.ID, Space: sp.ID, Subject: t.Name})
}

// SpaceOfThread is the space in which a thread is that the actor may read.
func (s *Store) SpaceOfThread(ctx context.Context, actor Account, thread ID) (ID, error) {
	var space ID
	err := s.read(ctx, func(tx tx) error {
		err := tx.row(ctx, `SELECT space_id FROM threads WHERE id = $1`, thread).Scan(&space)
		if err != nil {
			return missing(err, ErrNotFound)
		}
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		_, err = tx.thread(ctx, actor, sp, thread)
		return err
	})
	return space, err
}
