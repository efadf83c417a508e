package store

import (
	"context"
	"errors"
	"slices"
)

// Place is where in a thread a page begins or ends. The zero Place is where the
// reader goes on reading: at the first comment that is new to them, or at the end.
type Place struct {
	Before ID   // right before this comment
	After  ID   // right after it
	Around ID   // with this comment in the middle: its permanent link
	Newest bool // at the end, whatever is unread
}

// Conversation is a thread with the comments that one page shows, oldest first.
type Conversation struct {
	Space    Space
	Thread   Thread
	Comments []Comment
	Earlier  ID       // comments before this one were left out; 0 when there are none
	Later    ID       // comments after this one were left out; 0 when there are none
	Pinned   *Comment // which stands at the top; nil for none
	FirstNew ID       // the first comment that others wrote since the reader was here; 0 for none
	// For whom the reader may write here: at least one, the widest first.
	Audiences []AudienceChoice

	Follows   bool             // the reader follows the thread
	Mentioned map[ID]Mentioned // whom the texts name

	UploadsOff bool // the disk is nearly full, and takes no files

	seen ID // up to which comment the reader had seen the thread
}

// Conversation opens a thread. Whoever is inside has seen the space and what the
// page shows then: that is "last seen", which is written only when there was
// something new (SEC-T4). ErrNotFound when there is no comment to stand around.
func (s *Store) Conversation(ctx context.Context, actor Account, space, thread ID, place Place) (Conversation, error) {
	var c Conversation
	var news bool
	err := s.read(ctx, func(tx tx) (err error) {
		if c.Space, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		if c, err = tx.conversation(ctx, actor, c.Space, thread, place); err != nil {
			return err
		}
		news, err = tx.toldNow(ctx, toldOf(actor, c.Space, &c))
		return err
	})
	if err != nil {
		return Conversation{}, err
	}
	c.UploadsOff = s.UploadsOff()
	return c, s.saw(ctx, actor, c.Space, &c, news)
}

func (tx tx) conversation(ctx context.Context, actor Account, sp Space, thread ID, place Place) (c Conversation, err error) {
	c = Conversation{Space: sp}
	if c.Thread, err = tx.thread(ctx, actor, sp, thread); err != nil {
		return c, err
	}
	if c.Pinned, err = tx.pinned(ctx, actor, sp, c.Thread); err != nil {
		return c, err
	}
	if c.Pinned == nil {
		c.Thread.PinnedComment = 0 // there is none for this reader
	}
	if c.Audiences, err = tx.audiences(ctx, sp, c.Thread.Audience); err != nil {
		return c, err
	}
	r := commentReader{tx: tx, actor: actor, space: sp, thread: c.Thread.ID}
	known, err := r.seen(ctx, &c)
	if err != nil {
		return c, err
	}
	switch {
	case place.Around != 0:
		err = r.around(ctx, &c, place.Around)
	case place.Before != 0:
		err = r.before(ctx, &c, place.Before, true)
	case place.After != 0:
		err = r.after(ctx, &c, place.After)
	default:
		if err = r.before(ctx, &c, lastID, false); err == nil && known && !place.Newest && c.Earlier > c.seen && c.seen != 0 {
			c.Earlier, c.Comments = 0, nil
			err = r.after(ctx, &c, c.seen) // more is new than the last page holds
		}
	}
	if err != nil {
		return c, err
	}
	if err := tx.withFiles(ctx, c.Thread.ID, c.Comments); err != nil {
		return c, err
	}
	if err := tx.dress(ctx, actor, &c); err != nil || !known {
		return c, err
	}
	if i := slices.IndexFunc(c.Comments, func(x Comment) bool { return x.ID > c.seen && x.Author.ID != actor.ID }); i >= 0 {
		c.FirstNew = c.Comments[i].ID
	}
	return c, nil
}

// commentReader reads parts of one thread, by key: however far one leafs, a
// part costs the same.
type commentReader struct {
	tx     tx
	actor  Account
	space  Space
	thread ID
}

// part are up to limit comments of the thread from one on, up or down.
func (r commentReader) part(ctx context.Context, condition, order string, from ID, limit int) ([]Comment, error) {
	index := ""
	if r.space.reader == Guest {
		index = ` AND c.audience <> 'team'`
	}
	rows, err := r.tx.query(ctx, `SELECT `+commentColumns+fromComments+`c.thread_id = $3`+index+` AND c.id `+condition+` $4
		ORDER BY c.id `+order+`
		LIMIT $5`, r.space.ID, r.actor.ID, r.thread, from, limit)
	return all(rows, err, scanComment)
}

// before are the comments right before one, of which later ones follow if it is there.
func (r commentReader) before(ctx context.Context, c *Conversation, id ID, look bool) error {
	list, err := r.part(ctx, "<", "DESC", id, PageSize+1)
	if err != nil {
		return err
	}
	if len(list) > PageSize {
		list = list[:PageSize]
		c.Earlier = list[PageSize-1].ID
	}
	if look && len(list) > 0 {
		rest, err := r.part(ctx, ">", "ASC", list[0].ID, 1)
		if err != nil {
			return err
		}
		if len(rest) > 0 {
			c.Later = list[0].ID
		}
	}
	slices.Reverse(list)
	c.Comments = list
	return nil
}

// after are the comments right after one.
func (r commentReader) after(ctx context.Context, c *Conversation, id ID) error {
	list, err := r.part(ctx, ">", "ASC", id, PageSize+1)
	if err != nil {
		return err
	}
	if len(list) > PageSize {
		list = list[:PageSize]
		c.Later = list[PageSize-1].ID
	}
	if len(list) > 0 {
		rest, err := r.part(ctx, "<", "DESC", list[0].ID, 1)
		if err != nil {
			return err
		}
		if len(rest) > 0 {
			c.Earlier = list[0].ID
		}
	}
	c.Comments = list
	return nil
}

// around is a page with a comment in its middle.
func (r commentReader) around(ctx context.Context, c *Conversation, id ID) error {
	const half = PageSize / 2
	up, err := r.part(ctx, "<=", "DESC", id, half+1)
	if err != nil {
		return err
	}
	if len(up) == 0 || up[0].ID != id {
		return ErrNotFound
	}
	if len(up) > half {
		up = up[:half]
		c.Earlier = up[half-1].ID
	}
	down, err := r.part(ctx, ">", "ASC", id, half+1)
	if err != nil {
		return err
	}
	if len(down) > half {
		down = down[:half]
		c.Later = down[half-1].ID
	}
	slices.Reverse(up)
	c.Comments = append(up, down...)
	return nil
}

// seen reads up to which comment the reader has seen the thread; known is
// false when they never opened it.
func (r commentReader) seen(ctx context.Context, c *Conversation) (known bool, err error) {
	err = r.tx.row(ctx, `SELECT seen_id FROM thread_reads WHERE account_id = $1 AND thread_id = $2`,
		r.actor.ID, r.thread).Scan(&c.seen)
	if errors.Is(missing(err, ErrNotFound), ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// saw notes that the actor has seen what is new in the space, and a thread up to
// the end of a page, and the notices of both where some are new; and, once an
// hour, that they were there. It changes nothing for those who stand outside or
// have seen it all, and never keeps a full disk from showing the page.
func (s *Store) saw(ctx context.Context, actor Account, sp Space, c *Conversation, news bool) error {
	if news && sp.Inside() {
		if err := s.sawNotices(ctx, toldOf(actor, sp, c)); err != nil {
			return err
		}
	}
	last := ID(0)
	if c != nil && len(c.Comments) > 0 && c.Comments[len(c.Comments)-1].ID > c.seen && sp.Inside() {
		last = c.Comments[len(c.Comments)-1].ID
	}
	used := sp.Inside() && !sp.usedLately
	if sp.New == 0 && last == 0 && !used {
		return nil
	}
	err := s.write(ctx, func(tx tx) error {
		if used {
			_, err := tx.exec(ctx, `
				UPDATE memberships SET used_at = $3
				WHERE space_id = $1 AND account_id = $2 AND (used_at IS NULL OR used_at <= $4)`,
				sp.ID, actor.ID, at(tx.now), at(tx.now.Add(-usedApart)))
			if err != nil {
				return err
			}
		}
		if sp.New > 0 {
			_, err := tx.exec(ctx, `
				UPDATE memberships SET seen_count = $3, seen_at = $4
				WHERE space_id = $1 AND account_id = $2 AND seen_count < $3`, sp.ID, actor.ID, sp.activity, at(tx.now))
			if err != nil {
				return err
			}
		}
		if last == 0 {
			return nil
		}
		_, err := tx.exec(ctx, `
			INSERT INTO thread_reads (account_id, thread_id, seen_id, seen_at)
			SELECT $1, t.id, $3, $4 FROM threads t WHERE t.id = $2
			ON CONFLICT (account_id, thread_id) DO UPDATE SET seen_id = excluded.seen_id, seen_at = excluded.seen_at
			WHERE thread_reads.seen_id < excluded.seen_id`, actor.ID, c.Thread.ID, last, at(tx.now))
		return err
	})
	if errors.Is(err, ErrDiskFull) {
		return nil // reading goes on (SEC-R4)
	}
	return err
}
