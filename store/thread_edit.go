package store

import (
	"context"
	"errors"
)

// EditedThread is a thread as somebody changed it.
type EditedThread struct {
	Name    string
	Body    string // Markdown
	Version int    // that it was opened at
}

// UpdateThread renames a thread and changes the text at its top. People change
// their own threads, administrators everybody's, which the audit log tells. The
// words before stay among its versions. Errors: those of the texts, and
// ErrEditedMeanwhile of the field "body".
func (s *Store) UpdateThread(ctx context.Context, actor Account, space, id ID, in EditedThread) error {
	name, text, err := s.cleanThread(ctx, actor, space, in.Name, in.Body)
	if err != nil {
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
		switch {
		case t.Name == name && t.Body == text.Body:
			return errNothingChanged
		case t.Version != in.Version:
			return ErrEditedMeanwhile.With("body")
		}
		return tx.changeThread(ctx, actor, sp, t, name, text, true)
	})
	if errors.Is(err, errNothingChanged) {
		return nil
	}
	return err
}

func (tx tx) editThread(ctx context.Context, actor Account, id ID, name string, text rendered) error {
	_, err := tx.exec(ctx, `
		INSERT INTO thread_versions (thread_id, version, name, body, body_html, written_by, written_at)
		SELECT id, version, name, body, body_html, COALESCE(edited_by, created_by), COALESCE(edited_at, created_at)
		FROM threads
		WHERE id = $1`, id)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE threads
		SET name = $2, body = $3, body_html = $4, edited_at = $5, edited_by = $6, version = version + 1
		WHERE id = $1`, id, name, text.Body, text.HTML, at(tx.now), actor.ID)
	return err
}

// threadChanged tells open pages; nobody is sent a notice of it.
func (tx tx) threadChanged(ctx context.Context, actor Account, t Thread) error {
	return tx.happened(ctx, happening{
		Kind: ThreadChanged, Space: t.Space, Thread: t.ID, Thing: t.ID, Actor: actor.ID, Author: t.Author.ID, Audience: t.Audience, Quiet: true,
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
