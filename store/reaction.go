package store

import (
	"context"
	"slices"
)

// Reaction is one of the few signs with which people answer a comment.
type Reaction string

// Reactions are all of them, in the order in which they are offered.
var Reactions = []Reaction{"thumbs_up", "heart", "smile", "star", "eyes", "done"}

// ErrUnknownReaction: not one of Reactions.
var ErrUnknownReaction = &Error{Kind: Invalid, Code: "unknown_reaction", Field: "reaction"}

// Reacted is how often people reacted to a comment with one sign.
type Reacted struct {
	Reaction Reaction
	Count    int  // of people whom the reader sees
	Mine     bool // the reader is among them
}

// React puts the actor's reaction to a comment or takes it away; to do either
// twice changes nothing. Who may write in the space may react (S3-06).
// Errors: those of the door, ErrUnknownReaction, ErrNotFound for a deleted comment.
func (s *Store) React(ctx context.Context, actor Account, space, thread, comment ID, reaction Reaction, on bool) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToWrite)
		if err != nil {
			return err
		}
		t, c, err := tx.said(ctx, actor, sp, thread, comment)
		if err != nil {
			return err
		}
		if c.Deleted() {
			return ErrNotFound
		}
		if !slices.Contains(Reactions, reaction) {
			return ErrUnknownReaction
		}
		statement, args := `DELETE FROM reactions WHERE comment_id = $1 AND reaction = $2 AND account_id = $3`, []any{c.ID, string(reaction), actor.ID}
		if on {
			statement = `
				INSERT INTO reactions (comment_id, reaction, account_id, created_at)
				VALUES ($1, $2, $3, $4)
				ON CONFLICT DO NOTHING`
			args = append(args, at(tx.now))
		}
		changed, err := tx.exec(ctx, statement, args...)
		if err != nil || changed == 0 {
			return err
		}
		return tx.happened(ctx, happening{
			Kind: CommentChanged, Space: sp.ID, Thread: t.ID, Thing: c.ID, Actor: actor.ID, Author: c.Author.ID, Audience: c.Audience, Quiet: true,
		})
	})
}

// reacted fills in how people whom the actor sees reacted to the comments.
func (tx tx) reacted(ctx context.Context, actor Account, sp Space, comments []Comment) error {
	if len(comments) == 0 {
		return nil
	}
	ids := make([]any, len(comments))
	index := map[ID]int{}
	for i, c := range comments {
		ids[i], index[c.ID] = c.ID, i
	}
	rows, err := tx.query(ctx, `
		SELECT r.comment_id, r.reaction, COUNT(*), MAX(CASE WHEN r.account_id = me.id THEN 1 ELSE 0 END)
		FROM reactions r
		JOIN accounts a ON a.id = r.account_id
		JOIN spaces s ON s.id = $1
		JOIN accounts me ON me.id = $2
		WHERE r.comment_id IN (`+placeholders(3, len(ids))+`) AND `+seesPerson("a")+`
		GROUP BY r.comment_id, r.reaction`, append([]any{sp.ID, actor.ID}, ids...)...)
	type row struct {
		comment ID
		Reacted
	}
	list, err := all(rows, err, func(scan scanner) (r row, err error) {
		var mine int
		err = scan.Scan(&r.comment, &r.Reaction, &r.Count, &mine)
		r.Mine = mine == 1
		return r, err
	})
	for _, r := range list {
		if c := &comments[index[r.comment]]; !c.Deleted() {
			c.Reacted = append(c.Reacted, r.Reacted)
		}
	}
	for i := range comments {
		slices.SortFunc(comments[i].Reacted, func(a, b Reacted) int {
			return slices.Index(Reactions, a.Reaction) - slices.Index(Reactions, b.Reaction)
		})
	}
	return err
}

// Reactor is somebody who reacted to a comment.
type Reactor struct {
	Account  // what others see of them
	Reaction Reaction
}

// Reactors are the people who reacted to a comment and whom the actor sees, the
// first ones first, and the comment. Errors: those of the door.
func (s *Store) Reactors(ctx context.Context, actor Account, space, thread, comment ID, from string) (Space, Comment, Page[Reactor], error) {
	var sp Space
	var c Comment
	var page Page[Reactor]
	err := s.read(ctx, func(tx tx) (err error) {
		if sp, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		if _, c, err = tx.said(ctx, actor, sp, thread, comment); err != nil {
			return err
		}
		if c.Deleted() {
			return ErrNotFound
		}
		one := []Comment{c}
		if err := tx.reacted(ctx, actor, sp, one); err != nil {
			return err
		}
		c = one[0]
		page, err = tx.reactors(ctx, actor, sp, c.ID, from)
		return err
	})
	return sp, c, page, err
}

func (tx tx) reactors(ctx context.Context, actor Account, sp Space, comment ID, from string) (Page[Reactor], error) {
	var reaction string
	var id ID
	after(from, &reaction, &id)
	rows, err := tx.query(ctx, `
		SELECT `+personColumns+`, r.reaction
		FROM reactions r
		JOIN accounts a ON a.id = r.account_id
		JOIN spaces s ON s.id = $1
		JOIN accounts me ON me.id = $2
		WHERE r.comment_id = $3 AND (r.reaction, r.account_id) > ($4, $5) AND `+seesPerson("a")+`
		ORDER BY r.reaction, r.account_id
		LIMIT $6`, sp.ID, actor.ID, comment, reaction, id, PageSize+1)
	list, err := all(rows, err, func(row scanner) (r Reactor, err error) {
		return r, row.Scan(append(r.scanPerson(), &r.Reaction)...)
	})
	if err != nil {
		return Page[Reactor]{}, err
	}
	return pageOf(list, PageSize, func(r Reactor) []any { return []any{string(r.Reaction), r.ID} }), nil
}
