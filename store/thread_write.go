package store

import (
	"context"
)

// ErrOneThread: the space has one thread and takes no more (S0-14).
var ErrOneThread = &Error{Kind: Forbidden, Code: "one_thread"}

// NewThread is a thread as somebody begins it.
type NewThread struct {
	Name     string
	Body     string // Markdown
	Audience Audience
}

// CreateThread begins a thread in a space that has several.
// Errors: those of the door, ErrOneThread, those of the texts and of the audience.
func (s *Store) CreateThread(ctx context.Context, actor Account, space ID, in NewThread) (Thread, error) {
	name, text, err := s.cleanThread(ctx, actor, space, in.Name, in.Body)
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
		author, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		audience, err := tx.audience(ctx, sp, author, in.Audience)
		if err != nil {
			return err
		}
		id, err := tx.createThread(ctx, newThread{
			Space: sp.ID, Name: name, Text: text, Author: author, Audience: audience, Shared: sp.shared(author, audience),
		})
		if err != nil {
			return err
		}
		tx.made(ctx, id)
		if t, err = tx.thread(ctx, author, sp, id); err != nil {
			return err
		}
		if err := tx.mention(ctx, sp, author, t.writing(), text); err != nil {
			return err
		}
		if err := tx.beginFollowing(ctx, sp, id, author.ID); err != nil {
			return err
		}
		if err := tx.written(ctx, sp.ID, author, 0, t.shared); err != nil {
			return err
		}
		return tx.happened(ctx, happening{
			Kind: ThreadAdded, Space: sp.ID, Thread: id, Thing: id, Actor: author.ID, Audience: audience,
		})
	})
	return t, err
}

func (s *Store) cleanThread(ctx context.Context, actor Account, space ID, name, body string) (string, rendered, error) {
	var problems Problems
	name, err := CleanName("name", name, MaxName)
	if err := problems.Add(err); err != nil {
		return "", rendered{}, err
	}
	text, err := s.renderIn(ctx, actor, space, "body", body)
	if err := problems.Add(err); err != nil {
		return "", rendered{}, err
	}
	return name, text, problems.Err()
}

// writing is the thread's own text as that of somebody who mentions people.
func (t Thread) writing() writing {
	return writing{Space: t.Space, Thread: t.ID, Author: t.Author, Audience: t.Audience, Field: "body"}
}

type newThread struct {
	Space    ID
	Name     string
	Text     rendered
	Author   Account
	Audience Audience
	Shared   bool // every guest of the space may read it
}

func (tx tx) createThread(ctx context.Context, in newThread) (ID, error) {
	var id ID
	err := tx.row(ctx, `
		INSERT INTO threads (space_id, name, body, body_html, audience, shared, created_by, created_at, active_at, shared_active_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8)
		RETURNING id`,
		in.Space, in.Name, in.Text.Body, in.Text.HTML, in.Audience, in.Shared, in.Author.ID, at(tx.now)).Scan(&id)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, `
		UPDATE spaces
		SET thread_count = thread_count + 1, shared_thread_count = shared_thread_count + CASE WHEN $2 THEN 1 ELSE 0 END
		WHERE id = $1`, in.Space, in.Shared)
	return id, err
}

// written notes that the actor wrote something in a space: it is new to
// everybody but them, and to guests if it is shared. A comment of 0 is none.
func (tx tx) written(ctx context.Context, space ID, actor Account, comment ID, shared bool) error {
	guests := ""
	if shared {
		guests = `, shared_activity_count = shared_activity_count + 1, shared_active_at = $2,
			shared_comment_id = COALESCE($3, shared_comment_id)`
	}
	_, err := tx.exec(ctx, `
		UPDATE spaces
		SET activity_count = activity_count + 1, active_at = $2, last_comment_id = COALESCE($3, last_comment_id)`+guests+`
		WHERE id = $1`, space, at(tx.now), comment.orNull())
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE memberships
		SET seen_at = $3, seen_count = (
			SELECT CASE WHEN memberships.account_kind = 'guest' THEN s.shared_activity_count ELSE s.activity_count END
			FROM spaces s
			WHERE s.id = $1)
		WHERE space_id = $1 AND account_id = $2`, space, actor.ID, at(tx.now))
	return err
}
