package store

import (
	"context"
	"slices"
	"time"
)

// The categories of notices, for which people choose their mails.
const (
	NoticesMentions = "mentions" // what concerns one alone: mentions, answers, being added
	NoticesComments = "comments" // new threads and comments
	NoticesFiles    = "files"
	NoticesChat     = "chat"
)

// NoticeCategories are all of them, in the order of the forms.
var NoticeCategories = []string{NoticesMentions, NoticesComments, NoticesFiles, NoticesChat}

// spaceCategories are those that are chosen for single spaces: chats of two are
// in none.
var spaceCategories = []string{NoticesMentions, NoticesComments, NoticesFiles}

// What mails somebody wants of a category. What is new stands in the portal
// whatever they choose.
const (
	MailNow    = "now"    // a minute later, together with what came meanwhile
	MailHourly = "hourly" // a digest
	MailDaily  = "daily"  // a digest in the morning
	MailOff    = "off"
)

// MailChoices are all of them, in the order of the forms.
var MailChoices = []string{MailNow, MailHourly, MailDaily, MailOff}

// ErrUnknownChoice: not something that can be chosen for notices.
var ErrUnknownChoice = &Error{Kind: Invalid, Code: "unknown_choice"}

// notifyDefault is the setting for everybody who has not chosen (C15).
const notifyDefault = "notify.default"

// categories say which choice counts for a kind of notices; of the others no
// mail is ever sent.
var categories = map[string]string{
	NoticeMention: NoticesMentions, NoticeReply: NoticesMentions, NoticeAdded: NoticesMentions,
	NoticeComment: NoticesComments, NoticeThread: NoticesComments,
	NoticeFile: NoticesFiles, NoticeMessage: NoticesChat,
}

// NoticeDefault is what the organisation's policy gives to whoever has not
// chosen: all is S1-24's "on".
func (p Policy) NoticeDefault(category string) string {
	switch value := p.Value(notifyDefault); {
	case value == "all", value == "mentions" && category == NoticesMentions:
		return MailNow
	case value == "digest":
		return MailDaily
	}
	return MailOff
}

// When a digest comes, and how long a mail at once waits for more to tell.
const (
	digestHour = 8                // of the reader's day
	gathering  = 90 * time.Second // and after a mail that was not followed newsPauses
)

// mailMoment is when a notice that was made now is mailed.
func mailMoment(choice, timeZone string, now time.Time) time.Time {
	zone, err := time.LoadLocation(timeZone)
	if err != nil || timeZone == "" {
		zone = time.UTC
	}
	local := now.In(zone)
	switch choice {
	case MailNow:
		return now.Add(gathering)
	case MailHourly:
		return now.Truncate(time.Hour).Add(time.Hour)
	case MailDaily:
		due := time.Date(local.Year(), local.Month(), local.Day(), digestHour, 0, 0, 0, zone)
		if !due.After(now) {
			due = time.Date(local.Year(), local.Month(), local.Day()+1, digestHour, 0, 0, 0, zone)
		}
		return due.UTC()
	}
	return time.Time{}
}

// choiceKey is one choice: of an account, for a space or with 0 for all, of a category.
type choiceKey struct {
	account, space ID
	category       string
}

// chooseMails says for each new notice whether and when a mail tells it: by the
// choice for the space, else for all spaces, else by the policy. A guest who
// was put into a space has had a mail of its own.
func (tx tx) chooseMails(ctx context.Context, e Environment, event waitingEvent, notices []newNotice) error {
	ids := make([]ID, len(notices))
	for i, n := range notices {
		ids[i] = n.account
	}
	choices, err := tx.choices(ctx, event.space, ids)
	if err != nil {
		return err
	}
	paused, err := tx.newsPausedUntil(ctx, event.space, ids)
	if err != nil {
		return err
	}
	for i := range notices {
		n := &notices[i]
		category := categories[n.kind]
		if category == "" || !n.hasEmail || n.kind == NoticeAdded && n.guest {
			continue
		}
		choice := e.Policy.NoticeDefault(category)
		for _, space := range []ID{0, event.space} {
			if own, ok := choices[choiceKey{n.account, space, category}]; ok {
				choice = own
			}
		}
		if choice == MailOff {
			continue
		}
		n.mail, n.mailAt = choice, mailMoment(choice, n.timeZone, tx.now)
		if until := paused[n.account]; choice == MailNow && n.kind != NoticeMention && n.kind != NoticeAdded && until.After(n.mailAt) {
			n.mailAt = until
		}
	}
	return nil
}

// choices are what some people have chosen for all spaces and for one.
func (tx tx) choices(ctx context.Context, space ID, accounts []ID) (map[choiceKey]string, error) {
	found := map[choiceKey]string{}
	list, args := inList(2, accounts)
	rows, err := tx.query(ctx, `
		SELECT account_id, space_id, category, choice
		FROM notice_choices
		WHERE account_id IN (`+list+`) AND (space_id = 0 OR space_id = $1)`, append([]any{space}, args...)...)
	_, err = all(rows, err, func(row scanner) (struct{}, error) {
		var key choiceKey
		var choice string
		err := row.Scan(&key.account, &key.space, &key.category, &choice)
		found[key] = choice
		return struct{}{}, err
	})
	return found, err
}

// NoticeChoices are what somebody wants to be mailed.
type NoticeChoices struct {
	Email   Email             // where the mails go; "" when there is no address, and nothing to choose
	Default map[string]string // by the policy, by category
	All     map[string]string // for all spaces, by category; what is missing is the default's
	Spaces  []SpaceNotices    // those that the reader is in, by name
}

// SpaceNotices are the choices for one space.
type SpaceNotices struct {
	ID   ID
	Name string
	Own  map[string]string // by category; what is missing is as for all spaces
}

// Choice is what counts for a category where no space has its own.
func (n NoticeChoices) Choice(category string) string {
	if own, ok := n.All[category]; ok {
		return own
	}
	return n.Default[category]
}

// spacesToChoose is for how many spaces there are choices of their own.
const spacesToChoose = 200

// NoticeChoices are the actor's own.
func (s *Store) NoticeChoices(ctx context.Context, actor Account) (NoticeChoices, error) {
	c := NoticeChoices{Default: map[string]string{}, All: map[string]string{}}
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		c.Email = me.Email
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		for _, category := range NoticeCategories {
			c.Default[category] = e.Policy.NoticeDefault(category)
		}
		if c.Spaces, err = tx.noticeSpaces(ctx, me.ID); err != nil {
			return err
		}
		return tx.ownChoices(ctx, me.ID, &c)
	})
	return c, err
}

func (tx tx) noticeSpaces(ctx context.Context, me ID) ([]SpaceNotices, error) {
	rows, err := tx.query(ctx, `
		SELECT s.id, s.name
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		WHERE m.account_id = $1 AND `+insideNow+`
		ORDER BY s.name_key, s.id
		LIMIT $3`, me, at(tx.now), spacesToChoose)
	return all(rows, err, func(row scanner) (SpaceNotices, error) {
		n := SpaceNotices{Own: map[string]string{}}
		return n, row.Scan(&n.ID, &n.Name)
	})
}

func (tx tx) ownChoices(ctx context.Context, me ID, c *NoticeChoices) error {
	place := map[ID]int{}
	for i, n := range c.Spaces {
		place[n.ID] = i
	}
	rows, err := tx.query(ctx, `SELECT space_id, category, choice FROM notice_choices WHERE account_id = $1`, me)
	_, err = all(rows, err, func(row scanner) (struct{}, error) {
		var space ID
		var category, choice string
		err := row.Scan(&space, &category, &choice)
		if i, inside := place[space]; inside {
			c.Spaces[i].Own[category] = choice
		} else if space == 0 {
			c.All[category] = choice
		}
		return struct{}{}, err
	})
	return err
}

// ChooseNotices saves what the actor wants to be mailed: for all spaces, or for
// one that they are in. A choice of "" is the one above: the policy's, or that
// for all spaces. Errors: ErrNotFound for who has no address or is not in the
// space, ErrUnknownChoice.
func (s *Store) ChooseNotices(ctx context.Context, actor Account, space ID, wanted map[string]string) error {
	offered := NoticeCategories
	if space != 0 {
		offered = spaceCategories
	}
	for category, choice := range wanted {
		if !slices.Contains(offered, category) || choice != "" && !slices.Contains(MailChoices, choice) {
			return ErrUnknownChoice.With(category)
		}
	}
	return s.write(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		if me.Email == "" {
			return ErrNotFound
		}
		if space != 0 {
			sp, err := tx.space(ctx, me, space, ToOpen)
			if err != nil {
				return err
			}
			if !sp.Inside() {
				return ErrNotFound
			}
		}
		for _, category := range offered {
			choice, named := wanted[category]
			if !named {
				continue
			}
			if err := tx.choose(ctx, choiceKey{me.ID, space, category}, choice); err != nil {
				return err
			}
		}
		return nil
	})
}

// choose saves one choice. What already waits to be mailed is asked again when
// the mail is made.
func (tx tx) choose(ctx context.Context, key choiceKey, choice string) error {
	if choice == "" {
		_, err := tx.exec(ctx, `DELETE FROM notice_choices WHERE account_id = $1 AND space_id = $2 AND category = $3`,
			key.account, key.space, key.category)
		return err
	}
	_, err := tx.exec(ctx, `
		INSERT INTO notice_choices (account_id, space_id, category, choice)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, space_id, category) DO UPDATE SET choice = excluded.choice`,
		key.account, key.space, key.category, choice)
	return err
}
