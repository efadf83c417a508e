package store

import (
	"context"
	"time"
)

// Comment is what somebody said in a thread.
type Comment struct {
	ID        ID
	Author    Account // what others see of them
	Body      string  // Markdown, as it was typed; "" when it was deleted
	BodyHTML  HTML    // rendered and sanitised when it was written
	Audience  Audience
	Version   int // goes up with each edit
	CreatedAt time.Time
	EditedAt  time.Time // zero when it was not
	EditedBy  Account   // who edited it last, if that was not its author and the reader sees them
	DeletedAt time.Time // zero when it was not
	Files     []Attachment
	Reacted   []Reacted // how people answered it; only where a page shows it

	shared        bool // every guest of the space may read it
	editedByOther bool // than its author
}

// Deleted reports whether only the place of the comment is left.
func (c Comment) Deleted() bool { return !c.DeletedAt.IsZero() }

// Edited reports whether its words are not the first ones, and may be known.
func (c Comment) Edited() bool { return !c.EditedAt.IsZero() && !c.Deleted() }

var commentColumns = `
	c.id, c.body, c.body_html, c.audience, c.shared, c.version, c.created_at, c.edited_at, c.edited_by, c.deleted_at,
	` + personColumns + `, ` + editorColumns

func scanComment(row scanner) (Comment, error) {
	var c Comment
	var editor ID
	destinations := append([]any{
		&c.ID, &c.Body, &c.BodyHTML, &c.Audience, &c.shared, &c.Version,
		moment{&c.CreatedAt}, moment{&c.EditedAt}, nullID{&editor}, moment{&c.DeletedAt},
	}, c.Author.scanPerson()...)
	err := row.Scan(append(destinations, c.EditedBy.scanPersonOrNone()...)...)
	c.editedByOther = editor != 0 && editor != c.Author.ID
	if c.Deleted() {
		c.Body, c.BodyHTML = "", ""
	}
	return c, err
}

// fromComments are the comments of space $1 as the reader $2 is shown them; a
// condition follows.
var fromComments = `
	FROM comments c
	JOIN threads t ON t.id = c.thread_id
	JOIN spaces s ON s.id = t.space_id
	JOIN accounts me ON me.id = $2
	JOIN accounts a ON a.id = c.author_id
	LEFT JOIN accounts e ON e.id = c.edited_by AND e.id <> c.author_id AND ` + seesPerson("e") + `
	WHERE s.id = $1 AND ` + visible("c", "a") + ` AND `

// comment finds a comment through its thread and space, if it is for the actor
// too (SEC-A1). The thread was found.
func (tx tx) comment(ctx context.Context, actor Account, sp Space, thread, id ID) (Comment, error) {
	c, err := scanComment(tx.row(ctx, `SELECT `+commentColumns+fromComments+`c.thread_id = $3 AND c.id = $4`,
		sp.ID, actor.ID, thread, id))
	return c, missing(err, ErrNotFound)
}

// said finds a comment and the thread that it stands in.
func (tx tx) said(ctx context.Context, actor Account, sp Space, thread, id ID) (Thread, Comment, error) {
	t, err := tx.thread(ctx, actor, sp, thread)
	if err != nil {
		return t, Comment{}, err
	}
	c, err := tx.comment(ctx, actor, sp, t.ID, id)
	return t, c, err
}

// Comment is one comment that the actor may change, for the form.
func (s *Store) Comment(ctx context.Context, actor Account, space, thread, id ID) (Space, Comment, error) {
	var sp Space
	var c Comment
	err := s.read(ctx, func(tx tx) (err error) {
		if sp, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		if _, c, err = tx.said(ctx, actor, sp, thread, id); err != nil {
			return err
		}
		if c.Deleted() {
			return ErrNotFound
		}
		if err := sp.edits(actor, c.Author.ID); err != nil {
			return err
		}
		c.Files, err = tx.filesOf(ctx, c.ID)
		return err
	})
	return sp, c, err
}

// NewComment is a comment as somebody writes it.
type NewComment struct {
	Body     string // Markdown
	Audience Audience
	Uploads  []ID        // of the writer, which become its files
	Keys     []KeyedFile // the same, of a program
}

// AddComment says something in a thread. It is for the thread's readers at
// most. Errors: those of the door, ErrRequired and those of a text, of the
// field "text", ErrUnknownAudience, and those of its files.
func (s *Store) AddComment(ctx context.Context, actor Account, space, thread ID, in NewComment) (Comment, error) {
	text, err := s.renderComment(ctx, actor, space, in.Body)
	if err != nil {
		if _, err := s.Space(ctx, actor, space, ToWrite); err != nil {
			return Comment{}, err // who may not write is told so, whatever was typed
		}
		return Comment{}, err
	}
	return s.addComment(ctx, actor, space, thread, in, text)
}

func (s *Store) addComment(ctx context.Context, actor Account, space, thread ID, in NewComment, text rendered) (Comment, error) {
	var c Comment
	err := s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToWrite)
		if err != nil {
			return err
		}
		author, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		t, err := tx.thread(ctx, author, sp, thread)
		if err != nil {
			return err
		}
		audience, err := tx.audience(ctx, sp, author, in.Audience)
		if err != nil {
			return err
		}
		audience = audience.Within(t.Audience)
		c = Comment{
			Author: author, Body: text.Body, BodyHTML: text.HTML, Audience: audience, Version: 1, CreatedAt: tx.now,
			shared: t.shared && sp.shared(author, audience),
		}
		if err := tx.addComment(ctx, sp, t, &c, text); err != nil {
			return err
		}
		tx.made(ctx, c.ID)
		if err := tx.attachKeyed(ctx, author, sp, t.ID, c.ID, in.Keys); err != nil {
			return err
		}
		return tx.attach(ctx, author, sp, t.ID, c.ID, in.Uploads, len(in.Keys))
	})
	return c, err
}

// addComment writes the row of a comment and what counts it.
func (tx tx) addComment(ctx context.Context, sp Space, t Thread, c *Comment, text rendered) error {
	err := tx.row(ctx, `
		INSERT INTO comments (thread_id, author_id, body, body_html, excerpt, renderer, audience, shared, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		RETURNING id`,
		t.ID, c.Author.ID, text.Body, text.HTML, text.Excerpt, rendererVersion, c.Audience, c.shared, at(tx.now)).Scan(&c.ID)
	if err != nil {
		return err
	}
	guests := ""
	if c.shared {
		guests = `, shared_comment_count = shared_comment_count + 1, shared_active_at = $2, shared_comment_id = $3`
	}
	_, err = tx.exec(ctx, `
		UPDATE threads
		SET comment_count = comment_count + 1, active_at = $2, last_comment_id = $3`+guests+`
		WHERE id = $1`, t.ID, at(tx.now), c.ID)
	if err != nil {
		return err
	}
	if err := tx.mention(ctx, sp, c.Author, c.writing(sp, t.ID), text); err != nil {
		return err
	}
	if err := tx.beginFollowing(ctx, sp, t.ID, c.Author.ID); err != nil {
		return err
	}
	if err := tx.written(ctx, sp.ID, c.Author, c.ID, c.shared); err != nil {
		return err
	}
	return tx.happened(ctx, happening{
		Kind: CommentAdded, Space: sp.ID, Thread: t.ID, Thing: c.ID, Actor: c.Author.ID, Audience: c.Audience,
	})
}

// writing is the comment as the text of somebody who mentions people.
func (c Comment) writing(sp Space, thread ID) writing {
	return writing{Space: sp.ID, Thread: thread, Comment: c.ID, Author: c.Author, Audience: c.Audience, Field: "text"}
}

// renderComment cleans and renders the text of a comment, which may mention people.
func (s *Store) renderComment(ctx context.Context, actor Account, space ID, body string) (rendered, error) {
	return notEmpty(s.renderIn(ctx, actor, space, "text", body))
}

// cleanComment cleans and renders what somebody says where nobody is mentioned.
func cleanComment(body string) (rendered, error) { return notEmpty(renderText("text", body)) }

func notEmpty(text rendered, err error) (rendered, error) {
	if err == nil && text.Body == "" {
		return rendered{}, ErrRequired.With("text")
	}
	return text, err
}
