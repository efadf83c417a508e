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
	name, text, err := cleanThread(in.Name, in.Body)
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
		if t, err = tx.thread(ctx, author, sp, id); err != nil {
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

// audience is for whom the author writes who chose an audience: guests choose
// none, and in a space of companies apart what they write is for their own
// company for good, whatever the space becomes later. A company is only
// written to where companies are apart and it has guests.
func (tx tx) audience(ctx context.Context, sp Space, author Account, chosen Audience) (Audience, error) {
	switch company := chosen.Company(); {
	case author.IsGuest() && chosen != Everyone:
		return "", ErrUnknownAudience
	case author.IsGuest() && sp.CompaniesApart && author.Company != "":
		return ForCompany(companyKey(author.Company)), nil
	case chosen == Everyone || chosen == TeamOnly:
		return chosen, nil
	case !sp.CompaniesApart || company == "":
		return "", ErrUnknownAudience
	default:
		there, err := tx.hasCompany(ctx, sp.ID, company)
		if err == nil && !there {
			err = ErrUnknownAudience
		}
		return chosen, err
	}
}

// hasCompany reports whether guests of a company are in the space.
func (tx tx) hasCompany(ctx context.Context, space ID, company string) (there bool, err error) {
	err = tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1
			FROM accounts a
			JOIN memberships m ON m.account_id = a.id AND m.space_id = $1
			WHERE a.company_key = $3 AND a.company_key <> '' AND a.kind = 'guest' AND `+insideNow+`)`,
		space, at(tx.now), company).Scan(&there)
	return there, err
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
		t, err := tx.thread(ctx, actor, sp, id)
		if err != nil {
			return err
		}
		if err := sp.edits(actor, t.Author.ID); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE threads SET name = $2, body = $3, body_html = $4 WHERE id = $1`,
			t.ID, name, text.Body, text.HTML)
		if err != nil {
			return err
		}
		if err := tx.threadChanged(ctx, actor, t); err != nil || t.Author.ID == actor.ID {
			return err
		}
		return tx.audit(ctx, event{Action: "thread.moderated", Actor: actor.ID, Account: t.Author.ID, Space: sp.ID, Subject: t.Name})
	})
}

// threadChanged tells open pages; nobody is sent a notice of it.
func (tx tx) threadChanged(ctx context.Context, actor Account, t Thread) error {
	return tx.happened(ctx, happening{
		Kind: ThreadChanged, Space: t.Space, Thread: t.ID, Thing: t.ID, Actor: actor.ID, Audience: t.Audience, Quiet: true,
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
