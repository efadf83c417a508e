package store

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"
)

// NoticeNews is the topic of a MailNotification that tells what is new.
const NoticeNews = "news"

// Limits of one mail about news, and of one transaction that makes such mails.
const (
	newsInMail  = 100
	newsLife    = Day // a mail that could not be handed over until then is no news
	mailsAtOnce = 20
)

// newsMail is mail.News. The outbox holds only which notices it is made of:
// its words are read when it is handed over, as they are then.
type newsMail struct {
	Topic   string `json:"topic"`
	Digest  string `json:"digest,omitempty"` // hourly or daily; "" for a mail at once, of one space
	Notices []ID   `json:"notices"`

	Space string     `json:"space,omitempty"`
	Items []newsItem `json:"items,omitempty"`
	// The tokens that end the mails of the space, and all of them.
	EndSpace string `json:"end_space,omitempty"`
	EndAll   string `json:"end_all,omitempty"`
}

// newsItem is mail.NewsItem.
type newsItem struct {
	Kind    string       `json:"kind"`
	N       int          `json:"n"`
	By      mailedPerson `json:"by"`
	Others  int          `json:"others,omitempty"`
	Space   string       `json:"space,omitempty"`
	SpaceID ID           `json:"space_id,omitempty"`
	Name    string       `json:"name,omitempty"`
	Thread  ID           `json:"thread_id,omitempty"`
	Thing   ID           `json:"thing_id,omitempty"`
	Excerpt string       `json:"excerpt,omitempty"`
	At      time.Time    `json:"at"`
}

// isNews reports whether the mail tells what is new in spaces and chats.
func (m OutboxMail) isNews() bool {
	return m.Kind == MailDigest || m.Kind == MailNotification && bytes.Contains(m.Data, []byte(`"topic":"`+NoticeNews+`"`))
}

// MailNotices queues the mails that are due about what is new. The notices of
// one person and space go together in one mail, those of a digest all
// together. That they were mailed is written in the transaction that queues
// the mail: of several processes one sends it.
func (s *Store) MailNotices(ctx context.Context) error {
	for {
		var due bool
		err := s.read(ctx, func(tx tx) error {
			return tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM notifications WHERE mail_at IS NOT NULL AND mail_at <= $1)`, at(tx.now)).Scan(&due)
		})
		if err != nil || !due {
			return err
		}
		err = s.write(ctx, func(tx tx) error {
			e, err := tx.environment(ctx)
			if err != nil {
				return err
			}
			for range mailsAtOnce {
				if more, err := tx.mailNotices(ctx, e); err != nil || !more {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// mailNotices queues the mail that is due first, and reports whether there was one.
func (tx tx) mailNotices(ctx context.Context, e Environment) (bool, error) {
	var account, space ID
	var mail string
	err := tx.row(ctx, `
		SELECT account_id, mail, space_id FROM notifications
		WHERE mail_at IS NOT NULL AND mail_at <= $1
		ORDER BY mail_at, id
		LIMIT 1`, at(tx.now)).Scan(&account, &mail, nullID{&space})
	if err != nil {
		return false, missing(err, nil)
	}
	news := newsMail{Topic: NoticeNews}
	if mail != MailNow {
		news.Digest, space = mail, 0
	}
	if news.Notices, err = tx.takeNotices(ctx, account, mail, space); err != nil || len(news.Notices) == 0 {
		return true, err
	}
	to, err := tx.account(ctx, account)
	if err != nil || to.Email == "" || !to.Active(tx.now) {
		return true, err
	}
	for _, ends := range slices.Compact([]ID{0, space}) {
		if err := tx.ensureUnsubscribeLink(ctx, account, ends); err != nil {
			return false, err
		}
	}
	kind := MailDigest
	if news.Digest == "" {
		kind = MailNotification
		if err := tx.pauseNews(ctx, account, space); err != nil {
			return false, err
		}
	}
	_, err = tx.queue(ctx, newMail{
		Kind: kind, Lane: LaneRest, To: to.Email, Account: account, Space: space,
		Locale: e.localeOf(to), TimeZone: to.TimeZone, Data: news, GiveUpAt: tx.now.Add(newsLife),
	})
	return true, err
}

// takeNotices marks the notices of one mail as mailed and gives those that
// their reader has not seen meanwhile. A mail at once takes along what would be
// due in a moment.
func (tx tx) takeNotices(ctx context.Context, account ID, mail string, space ID) ([]ID, error) {
	rows, err := tx.query(ctx, `
		UPDATE notifications
		SET mail_at = NULL, mailed_at = $1
		WHERE id IN (
			SELECT id FROM notifications
			WHERE account_id = $2 AND mail = $3 AND mail_at IS NOT NULL
				AND (mail_at <= $1 OR mail = 'now') AND (mail <> 'now' OR COALESCE(space_id, 0) = $4)
			ORDER BY id
			LIMIT $5)
		RETURNING id, seen_at IS NULL`, at(tx.now), account, mail, space, newsInMail)
	type taken struct {
		id     ID
		unseen bool
	}
	list, err := all(rows, err, func(row scanner) (t taken, err error) { return t, row.Scan(&t.id, &t.unseen) })
	var unseen []ID
	for _, t := range list {
		if t.unseen {
			unseen = append(unseen, t.id)
		}
	}
	slices.Sort(unseen)
	return unseen, err
}

// newsDropReason looks whether a mail about news still has something to tell
// its reader (SEC-M5).
func (tx tx) newsDropReason(ctx context.Context, m OutboxMail) (string, error) {
	account, err := tx.account(ctx, m.account)
	if err != nil {
		return "", err
	}
	if !account.Active(tx.now) {
		return "account_inactive", nil
	}
	if account.Email != m.To {
		return "address_changed", nil
	}
	_, items, err := tx.newsOf(ctx, m)
	if err != nil || len(items) == 0 {
		return "nothing_new", err
	}
	return "", nil
}

// MailContent is the mail as it is handed over at this moment. What is new in
// spaces and chats is read only now: what the reader may not see any more, has
// seen meanwhile or does not want to hear of is not in it, and no number tells
// of it (SEC-M5). Other mails are as they were queued.
func (s *Store) MailContent(ctx context.Context, m OutboxMail) (OutboxMail, error) {
	if !m.isNews() {
		return m, nil
	}
	err := s.read(ctx, func(tx tx) error {
		news, items, err := tx.newsOf(ctx, m)
		if err != nil {
			return err
		}
		for _, n := range items {
			news.Items = append(news.Items, n.mailed())
		}
		if news.EndAll, err = tx.unsubscribeToken(ctx, m.account, 0); err != nil {
			return err
		}
		m.Unsubscribe = news.EndAll
		if m.space != 0 {
			if len(items) > 0 {
				news.Space = items[0].SpaceName
			}
			if news.EndSpace, err = tx.unsubscribeToken(ctx, m.account, m.space); err != nil {
				return err
			}
			m.Unsubscribe = news.EndSpace
		}
		m.Data, err = json.Marshal(news)
		return err
	})
	return m, err
}

// noticeWanted holds for a notice n of whose category its reader still wants
// mails. What the policy says of those who have not chosen was asked before.
const noticeWanted = `COALESCE(
	(SELECT o.choice FROM notice_choices o WHERE o.account_id = n.account_id AND o.space_id = n.space_id AND o.category = ` + categoryOf + `),
	(SELECT o.choice FROM notice_choices o WHERE o.account_id = n.account_id AND o.space_id = 0 AND o.category = ` + categoryOf + `),
	'now') <> 'off'`

const categoryOf = `CASE
	WHEN n.kind IN ('mention', 'reply', 'added') THEN 'mentions'
	WHEN n.kind = 'file' THEN 'files'
	WHEN n.kind = 'message' THEN 'chat'
	ELSE 'comments' END`

// newsOf are the notices of a mail that still stand, as they are now, the
// oldest first.
func (tx tx) newsOf(ctx context.Context, m OutboxMail) (newsMail, []Notice, error) {
	var news newsMail
	if err := json.Unmarshal(m.Data, &news); err != nil {
		return news, nil, err
	}
	if len(news.Notices) == 0 {
		return news, nil, nil
	}
	list, args := inList(3, news.Notices[:min(len(news.Notices), newsInMail)])
	rows, err := tx.query(ctx, `
		SELECT `+noticeColumns+`
		FROM notifications n`+noticeJoins+`
		WHERE n.id IN (`+list+`) AND n.account_id = $1 AND n.seen_at IS NULL AND `+noticeWanted+` AND `+noticeStands,
		append([]any{m.account, at(tx.now)}, args...)...)
	found, err := all(rows, err, scanNotice)
	slices.SortFunc(found, func(a, b Notice) int { return int(b.ID - a.ID) })
	groups := grouped(found)
	slices.Reverse(groups)
	return news, groups, err
}

func (n Notice) mailed() newsItem {
	return newsItem{
		Kind: n.Kind, N: n.N, By: mailed(n.Actor), Others: n.Others, Space: n.SpaceName, SpaceID: n.Space, Name: n.Name,
		Thread: n.Thread, Thing: n.Thing, Excerpt: n.Excerpt, At: n.CreatedAt,
	}
}
