package store

import (
	"context"
)

// Who is in a space follows it, with all its threads, until they say otherwise.
// For one thread they may choose otherwise again; writing in a thread and being
// mentioned in it follow it, unless it was unfollowed on purpose. Where the
// membership of a space is fixed, only its administrators choose (S0-15).

// FollowSpace makes the actor follow a space or stop. Errors: those of the door.
func (s *Store) FollowSpace(ctx context.Context, actor Account, space ID, follow bool) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToFollow)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE memberships SET follows = $3
			WHERE space_id = $1 AND account_id = $2 AND follows <> $3`, sp.ID, actor.ID, follow)
		if err != nil || sp.MultiThread {
			return err
		}
		// What was chosen for the only thread would keep the space from being followed, or left.
		_, err = tx.exec(ctx, `
			DELETE FROM follows
			WHERE account_id = $2 AND thread_id IN (SELECT id FROM threads WHERE space_id = $1)`, sp.ID, actor.ID)
		return err
	})
}

// FollowThread makes the actor follow a thread or stop, whatever they do with
// its space. Errors: those of the door.
func (s *Store) FollowThread(ctx context.Context, actor Account, space, thread ID, follow bool) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToFollow)
		if err != nil {
			return err
		}
		t, err := tx.thread(ctx, actor, sp, thread)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			INSERT INTO follows (thread_id, account_id, following)
			VALUES ($1, $2, $3)
			ON CONFLICT (thread_id, account_id) DO UPDATE SET following = $3`, t.ID, actor.ID, follow)
		return err
	})
}

// beginFollowing notes that people have to do with a thread now: they wrote in
// it, or were mentioned. In a space with one thread it is the space that one follows. Who unfollowed it stays away, and so does everybody
// who may not choose.
func (tx tx) beginFollowing(ctx context.Context, sp Space, thread ID, people ...ID) error {
	if thread == 0 || !sp.MultiThread {
		return nil // who follows the space follows its one thread
	}
	for _, person := range people {
		_, err := tx.exec(ctx, `
			INSERT INTO follows (thread_id, account_id, following)
			SELECT t.id, m.account_id, TRUE
			FROM threads t
			JOIN memberships m ON m.space_id = t.space_id AND m.account_id = $2
			WHERE t.id = $1 AND (m.role = 'administrator' OR NOT $3)
			ON CONFLICT (thread_id, account_id) DO NOTHING`, thread, person, sp.FixedMembership)
		if err != nil {
			return err
		}
	}
	return nil
}

// follows reports whether the actor, who is inside, follows a thread.
func (tx tx) follows(ctx context.Context, actor Account, sp Space, thread ID) (bool, error) {
	var follows bool
	err := tx.row(ctx, `
		SELECT COALESCE(f.following, m.follows)
		FROM memberships m
		LEFT JOIN follows f ON f.thread_id = $3 AND f.account_id = m.account_id
		WHERE m.space_id = $1 AND m.account_id = $2`, sp.ID, actor.ID, thread).Scan(&follows)
	return follows, missing(err, nil)
}

// followed is what people may follow: something new in a thread or, with a
// thread of 0, in a space.
type followed struct {
	Space    ID
	Thread   ID
	Audience Audience
	Author   ID // whose it is; they are no follower of it
}

// followers are the accounts with an ID greater than after that follow what is
// new and may see it now, at most limit of them, by ID.
func (tx tx) followers(ctx context.Context, in followed, after ID, limit int) ([]ID, error) {
	rows, err := tx.query(ctx, `
		SELECT m.account_id
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		JOIN accounts me ON me.id = m.account_id
		JOIN accounts a ON a.id = $3
		JOIN (SELECT CAST($4 AS TEXT) AS audience) thing ON TRUE
		LEFT JOIN threads t ON t.id = $5 AND t.space_id = s.id
		LEFT JOIN accounts ta ON ta.id = t.created_by
		LEFT JOIN follows f ON f.thread_id = t.id AND f.account_id = m.account_id
		WHERE m.space_id = $1 AND `+insideNow+` AND m.account_id > $6 AND m.account_id <> a.id
			AND me.status = 'active' AND (me.ends_at IS NULL OR me.ends_at > $2)
			AND COALESCE(f.following, m.follows)
			AND `+visible("thing", "a")+` AND (t.id IS NULL OR `+visible("t", "ta")+`)
		ORDER BY m.account_id
		LIMIT $7`, in.Space, at(tx.now), in.Author, string(in.Audience), in.Thread, after, limit)
	return all(rows, err, scanID)
}
