package store

import (
	"context"
	"slices"
)

// findables read the things of the notes as they are. What is gone is missing.
func (tx tx) findables(ctx context.Context, notes []note) (map[note]findable, error) {
	things := map[note]findable{}
	for kind, load := range map[FoundKind]func(context.Context, []ID, func(findable)) error{
		FoundSpace: tx.findableSpaces, FoundThread: tx.findableThreads, FoundComment: tx.findableComments,
		FoundFile: tx.findableFiles, foundAttachment: tx.findableAttachments,
	} {
		var ids []ID
		for _, n := range notes {
			if n.kind == kind && !slices.Contains(ids, n.thing) {
				ids = append(ids, n.thing)
			}
		}
		if len(ids) == 0 {
			continue
		}
		err := load(ctx, ids, func(f findable) {
			f.kind = kind
			things[note{kind: kind, thing: f.thing}] = f
		})
		if err != nil {
			return nil, err
		}
	}
	return things, nil
}

func (tx tx) findableSpaces(ctx context.Context, ids []ID, add func(findable)) error {
	return tx.eachOf(ctx, `SELECT s.id, s.kind, s.name, s.body_html, s.created_by, s.created_at FROM spaces s WHERE s.id IN (`, ids, func(row scanner) error {
		f := findable{kind: FoundSpace}
		var kind SpaceKind
		var name string
		var body HTML
		err := row.Scan(&f.thing, &kind, &name, &body, &f.author, &f.created)
		f.space = f.thing
		f.tokens = searchTokens(name, wordsOf(body))
		f.place(kind, Everyone)
		if kind == OpenSpace || kind == PrivateSpace {
			f.tokens = append(f.tokens, knownMark)
		}
		add(f)
		return err
	})
}

func (tx tx) findableThreads(ctx context.Context, ids []ID, add func(findable)) error {
	return tx.eachOf(ctx, `
		SELECT t.id, t.space_id, s.kind, t.name, t.body_html, t.audience, t.created_by, t.created_at
		FROM threads t
		JOIN spaces s ON s.id = t.space_id
		WHERE t.id IN (`, ids, func(row scanner) error {
		f := findable{kind: FoundThread}
		var kind SpaceKind
		var audience Audience
		var name string
		var body HTML
		err := row.Scan(&f.thing, &f.space, &kind, &name, &body, &audience, &f.author, &f.created)
		f.thread = f.thing
		f.tokens = searchTokens(name, wordsOf(body))
		f.place(kind, audience)
		add(f)
		return err
	})
}

func (tx tx) findableComments(ctx context.Context, ids []ID, add func(findable)) error {
	return tx.eachOf(ctx, `
		SELECT c.id, t.space_id, c.thread_id, s.kind, c.body_html, c.audience, c.author_id, c.created_at
		FROM comments c
		JOIN threads t ON t.id = c.thread_id
		JOIN spaces s ON s.id = t.space_id
		WHERE c.deleted_at IS NULL AND c.id IN (`, ids, func(row scanner) error {
		f := findable{kind: FoundComment}
		var kind SpaceKind
		var audience Audience
		var body HTML
		err := row.Scan(&f.thing, &f.space, &f.thread, &kind, &body, &audience, &f.author, &f.created)
		f.tokens = searchTokens(wordsOf(body))
		f.place(kind, audience)
		add(f)
		return err
	})
}

func (tx tx) findableFiles(ctx context.Context, ids []ID, add func(findable)) error {
	return tx.eachOf(ctx, `
		SELECT f.id, f.space_id, s.kind, f.name, f.audience, f.created_by, f.created_at
		FROM files f
		JOIN spaces s ON s.id = f.space_id
		WHERE f.deleted_at IS NULL AND f.id IN (`, ids, func(row scanner) error {
		f := findable{kind: FoundFile}
		var kind SpaceKind
		var audience Audience
		var name string
		err := row.Scan(&f.thing, &f.space, &kind, &name, &audience, &f.author, &f.created)
		f.tokens = searchTokens(name)
		f.place(kind, audience)
		add(f)
		return err
	})
}

// findableAttachments stand where their comments do, for their readers.
func (tx tx) findableAttachments(ctx context.Context, ids []ID, add func(findable)) error {
	return tx.eachOf(ctx, `
		SELECT x.id, t.space_id, c.thread_id, s.kind, x.name, c.audience, c.author_id, c.created_at
		FROM attachments x
		JOIN comments c ON c.id = x.comment_id
		JOIN threads t ON t.id = c.thread_id
		JOIN spaces s ON s.id = t.space_id
		WHERE x.gone_at IS NULL AND c.deleted_at IS NULL AND x.id IN (`, ids, func(row scanner) error {
		f := findable{kind: foundAttachment}
		var kind SpaceKind
		var audience Audience
		var name string
		err := row.Scan(&f.thing, &f.space, &f.thread, &kind, &name, &audience, &f.author, &f.created)
		f.tokens = searchTokens(name)
		f.place(kind, audience)
		add(f)
		return err
	})
}
