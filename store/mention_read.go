package store

import (
	"context"
)

// Mentioned is somebody whom a text names, as they are to its reader now.
type Mentioned struct {
	Account      // what others see of them
	Seen    bool // the reader sees them in the space; otherwise not even their name
	Opens   bool // the reader may open their profile
}

// mentioned are the people named in the comments and in the texts of a thread
// and a space that one page shows, by ID.
func (tx tx) mentioned(ctx context.Context, actor Account, sp Space, thread ID, comments []Comment) (map[ID]Mentioned, error) {
	people := map[ID]Mentioned{}
	read := func(condition string, ids ...any) error {
		rows, err := tx.query(ctx, `
			SELECT `+personColumns+`, CASE WHEN `+seesPerson("a")+` THEN 1 ELSE 0 END,
				CASE WHEN a.status <> 'deleted' AND `+acquainted("a", "$3")+` THEN 1 ELSE 0 END
			FROM mentions n
			JOIN accounts a ON a.id = n.account_id
			JOIN spaces s ON s.id = $1
			JOIN accounts me ON me.id = $2
			WHERE n.`+condition, append([]any{sp.ID, actor.ID, at(tx.now)}, ids...)...)
		list, err := all(rows, err, func(row scanner) (m Mentioned, err error) {
			var seen, opens int
			err = row.Scan(append(m.scanPerson(), &seen, &opens)...)
			m.Seen, m.Opens = seen == 1, opens == 1
			return m, err
		})
		for _, m := range list {
			people[m.ID] = m
		}
		return err
	}
	if err := read(`space_id = $4`, sp.ID); err != nil {
		return nil, err
	}
	if thread != 0 {
		if err := read(`thread_id = $4`, thread); err != nil {
			return nil, err
		}
	}
	if len(comments) == 0 {
		return people, nil
	}
	ids := make([]any, len(comments))
	for i, c := range comments {
		ids[i] = c.ID
	}
	return people, read(`comment_id IN (`+placeholders(4, len(ids))+`)`, ids...)
}

// dress fills in what stands around the comments of a page: reactions, whom the
// texts name, and whether the reader follows.
func (tx tx) dress(ctx context.Context, actor Account, c *Conversation) (err error) {
	shown := c.Comments
	if c.Pinned != nil {
		shown = append([]Comment{*c.Pinned}, shown...)
	}
	if c.Mentioned, err = tx.mentioned(ctx, actor, c.Space, c.Thread.ID, shown); err != nil {
		return err
	}
	if err := tx.reacted(ctx, actor, c.Space, c.Comments); err != nil {
		return err
	}
	c.Follows, err = tx.follows(ctx, actor, c.Space, c.Thread.ID)
	return err
}
