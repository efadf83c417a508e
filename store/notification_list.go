package store

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Notice is something that is new for its reader: one thing, or several of one
// kind in one place that came one after the other.
type Notice struct {
	ID        ID // of the newest
	Kind      string
	N         int     // how many things
	Actor     Account // who did the newest, as the reader sees them
	Others    int     // how many more people did the rest
	Space     ID      // 0 for none
	SpaceName string
	Thread    ID // or the chat; 0 for none
	Name      string
	Thing     ID     // the newest
	Excerpt   string // its first words
	CreatedAt time.Time
	Unseen    bool

	actors map[ID]bool
}

const noticeColumns = `
	n.id, n.kind, n.space_id, s.name, n.thread_id, COALESCE(t.name, f.name), n.thing_id, COALESCE(c.excerpt, x.excerpt), n.created_at, n.seen_at IS NULL, ` + personColumns

func scanNotice(row scanner) (Notice, error) {
	n := Notice{N: 1}
	err := row.Scan(append([]any{
		&n.ID, &n.Kind, nullID{&n.Space}, orZero[string]{&n.SpaceName}, nullID{&n.Thread}, orZero[string]{&n.Name}, &n.Thing,
		orZero[string]{&n.Excerpt}, moment{&n.CreatedAt}, &n.Unseen,
	}, n.Actor.scanPerson()...)...)
	n.actors = map[ID]bool{n.Actor.ID: true}
	return n, err
}

// noticesAtOnce is how many notices one page takes together at most.
const noticesAtOnce = 200

// Notices are what is new for the actor, the newest first, and what was.
func (s *Store) Notices(ctx context.Context, actor Account, from string) (Page[Notice], error) {
	var page Page[Notice]
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		before := lastID
		after(from, &before)
		page, err = tx.notices(ctx, me.ID, before, noticesAtOnce)
		return err
	})
	return page, err
}

// newestNotices is how many the home page shows.
const newestNotices = 5

func (tx tx) notices(ctx context.Context, me, before ID, limit int) (Page[Notice], error) {
	rows, err := tx.query(ctx, `
		SELECT `+noticeColumns+`
		FROM notifications n`+noticeJoins+`
		WHERE n.account_id = $1 AND n.id < $3 AND `+noticeStands+`
		ORDER BY n.id DESC
		LIMIT $4`, me, at(tx.now), before, limit+1)
	list, err := all(rows, err, scanNotice)
	if err != nil {
		return Page[Notice]{}, err
	}
	page := pageOf(list, limit, func(n Notice) []any { return []any{n.ID} })
	page.Items = grouped(page.Items)
	return page, nil
}

// grouped makes one of those notices that tell the same of the same place.
func grouped(list []Notice) []Notice {
	type place struct {
		kind          string
		space, thread ID
		unseen        bool
	}
	var groups []Notice
	at := map[place]int{}
	for _, n := range list {
		key := place{n.Kind, n.Space, n.Thread, n.Unseen}
		if i, known := at[key]; known && n.Kind != NoticeMention && n.Kind != NoticeAdded {
			group := &groups[i]
			group.N++
			if !group.actors[n.Actor.ID] {
				group.actors[n.Actor.ID] = true
				group.Others++
			}
			continue
		}
		at[key] = len(groups)
		groups = append(groups, n)
	}
	return groups
}

// NoticesShown is how far the number at the bell counts; beyond it says "more".
const NoticesShown = 99

// UnseenNotices is how many things are new for the actor, NoticesShown+1 for
// more. It looks at those alone that are not seen and that the actor may see.
func (s *Store) UnseenNotices(ctx context.Context, actor Account) (n int, err error) {
	err = s.read(ctx, func(tx tx) error {
		n, err = tx.unseenNotices(ctx, actor)
		return err
	})
	return n, err
}

func (tx tx) unseenNotices(ctx context.Context, actor Account) (n int, err error) {
	err = tx.row(ctx, `
		SELECT COUNT(*) FROM (
			SELECT n.id
			FROM notifications n`+noticeJoins+`
			WHERE n.account_id = $1 AND n.seen_at IS NULL AND `+noticeStands+`
			LIMIT $3) AS few`, actor.ID, at(tx.now), NoticesShown+1).Scan(&n)
	return n, err
}

// SeeNotice marks a notice of the actor as seen, with those that stand together
// with it in the list. It is ErrNotFound when there is none.
func (s *Store) SeeNotice(ctx context.Context, actor Account, notice ID) error {
	return s.write(ctx, func(tx tx) error {
		var kind string
		var space, thread ID
		err := tx.row(ctx, `SELECT kind, space_id, thread_id FROM notifications WHERE id = $1 AND account_id = $2`,
			notice, actor.ID).Scan(&kind, nullID{&space}, nullID{&thread})
		if err != nil {
			return missing(err, ErrNotFound)
		}
		if kind == NoticeMention || kind == NoticeAdded { // each stands alone
			_, err = tx.exec(ctx, `UPDATE notifications SET seen_at = $2 WHERE id = $1 AND seen_at IS NULL`, notice, at(tx.now))
		} else {
			_, err = tx.exec(ctx, `
				UPDATE notifications SET seen_at = $2
				WHERE account_id = $1 AND seen_at IS NULL AND id <= $3 AND kind = $4
					AND COALESCE(space_id, 0) = $5 AND COALESCE(thread_id, 0) = $6`,
				actor.ID, at(tx.now), notice, kind, space, thread)
		}
		if err != nil {
			return err
		}
		return tx.readNews(ctx, actor.ID)
	})
}

// SeeNotices marks all notices of the actor up to one as seen: what came while
// the page was open stays new.
func (s *Store) SeeNotices(ctx context.Context, actor Account, upTo ID) error {
	return s.write(ctx, func(tx tx) error {
		changed, err := tx.exec(ctx, `
			UPDATE notifications SET seen_at = $2 WHERE account_id = $1 AND seen_at IS NULL AND id <= $3`,
			actor.ID, at(tx.now), upTo)
		if err != nil || changed == 0 {
			return err
		}
		return tx.readNews(ctx, actor.ID)
	})
}

// readNews is for somebody who has marked what is new as seen.
func (tx tx) readNews(ctx context.Context, account ID) error {
	if err := tx.endNewsPauses(ctx, account); err != nil {
		return err
	}
	return tx.tellPages(ctx, map[ID]bool{account: true})
}

// told are the notices that somebody sees by opening a space, and by reading a
// thread of it up to a comment.
type told struct {
	account, space ID
	thread, upTo   ID // 0 for no thread
}

// toldOf are the notices that end with a page: of a space and, where there is
// one, of a conversation up to the last comment that the page shows.
func toldOf(actor Account, sp Space, c *Conversation) told {
	t := told{account: actor.ID, space: sp.ID, upTo: lastID}
	if c != nil {
		t.thread = c.Thread.ID
		if c.Later != 0 && len(c.Comments) > 0 {
			t.upTo = c.Comments[len(c.Comments)-1].ID
		}
	}
	return t
}

// toldNow reports whether any of these notices is still new.
func (tx tx) toldNow(ctx context.Context, t told) (news bool, err error) {
	err = tx.row(ctx, `SELECT EXISTS (`+newsHere+`)`, t.account, t.space, t.thread, t.upTo).Scan(&news)
	return news, err
}

// sawNotices marks notices as seen: it is a "last seen", written only when
// there was something new (SEC-T4).
func (s *Store) sawNotices(ctx context.Context, t told) error {
	for seen := int64(noticesSeenAtOnce); seen == noticesSeenAtOnce; {
		err := s.write(ctx, func(tx tx) (err error) {
			seen, err = tx.exec(ctx, `
				UPDATE notifications SET seen_at = $5
				WHERE id IN (SELECT id FROM (`+newsHere+`) AS here LIMIT $6)`,
				t.account, t.space, t.thread, t.upTo, at(tx.now), noticesSeenAtOnce)
			if err != nil || seen == 0 {
				return err
			}
			return tx.endNewsPauses(ctx, t.account)
		})
		if errors.Is(err, ErrDiskFull) {
			return nil // reading goes on (SEC-R4)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// noticesSeenAtOnce is how many notices one transaction marks as seen: who
// comes back after months keeps nobody from writing.
const noticesSeenAtOnce = 2000

// newsHere are the notices of account $1 that opening the space $2 shows, and
// reading its thread $3 up to comment $4. Each part is found by the whole key
// of notifications_news: however much else is new there, it costs the same.
var newsHere = func() string {
	const start = `SELECT n.id FROM notifications n WHERE n.account_id = $1 AND n.space_id = $2 AND n.seen_at IS NULL AND `
	return strings.Join([]string{
		start + `n.kind IN ('added', 'joined')`,
		start + `n.kind = 'mention' AND n.thread_id IS NULL`,
		start + `n.kind = 'thread' AND n.thread_id = $3`,
		start + `n.kind IN ('mention', 'reply', 'comment') AND n.thread_id = $3 AND n.thing_id <= $4`,
	}, ` UNION ALL `)
}()

// sawMessages marks the notices of a chat as seen by who has read it.
func (tx tx) sawMessages(ctx context.Context, account, chat, upTo ID) error {
	changed, err := tx.exec(ctx, `
		UPDATE notifications SET seen_at = $4
		WHERE account_id = $1 AND space_id IS NULL AND kind = 'message' AND thread_id = $2 AND thing_id <= $3 AND seen_at IS NULL`,
		account, chat, upTo, at(tx.now))
	if err != nil || changed == 0 {
		return err
	}
	return tx.endNewsPauses(ctx, account)
}

// forgetNotices takes what is new for somebody away: of a space that they have
// left, or with a space of 0 all of it, with what they chose.
func (tx tx) forgetNotices(ctx context.Context, account, space ID) error {
	if space != 0 {
		_, err := tx.exec(ctx, `DELETE FROM notifications WHERE account_id = $1 AND space_id = $2`, account, space)
		return err
	}
	for _, query := range []string{
		`DELETE FROM notifications WHERE account_id = $1`,
		`DELETE FROM notice_choices WHERE account_id = $1`,
		`DELETE FROM unsubscribe_links WHERE account_id = $1`,
		`DELETE FROM news_pauses WHERE account_id = $1`,
	} {
		if _, err := tx.exec(ctx, query, account); err != nil {
			return err
		}
	}
	return nil
}
