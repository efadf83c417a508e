package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// How much of the ends of access is told in one transaction, and for how long
// after an end it still is.
const (
	endsAtOnce    = 200
	endTold       = 7 * Day  // by mail
	noticeKept    = 60 * Day // and in the audit log, after the portal stood still
	endOfAccess   = 0        // the step that tells the end itself
	expirySteps   = "guest.expiry_notice_days"
	accountItself = ID(0)
)

// ending is an access that ends, or has ended: to a space, or, with a space of
// 0, the account.
type ending struct {
	guest  Account
	space  ID
	name   string // of the space
	endsAt time.Time
}

// TellEnds tells who answers for a guest, and the guest, before an access ends
// and when it has ended (S3-17). Each end is told once for each step: the row
// that says so is written in the transaction of the mails, and of several
// processes one writes it.
func (s *Store) TellEnds(ctx context.Context) error {
	e, err := s.Environment(ctx)
	if err != nil {
		return err
	}
	steps := append([]int{endOfAccess}, e.Policy.DayList(expirySteps)...)
	slices.Sort(steps)
	for i, step := range steps {
		for more := true; more && err == nil; {
			err = s.write(ctx, func(tx tx) error {
				due, err := tx.claimEnds(ctx, steps, i)
				more = len(due) == endsAtOnce
				if err != nil {
					return err
				}
				if step == endOfAccess {
					return tx.tellEnded(ctx, e, due)
				}
				return tx.tellEnding(ctx, e, due)
			})
		}
	}
	return err
}

// claimEnds takes the ends that are nearer than a step and further than the
// step before it, so that whoever was given less than a day is told at once,
// and nobody twice.
func (tx tx) claimEnds(ctx context.Context, steps []int, i int) ([]ending, error) {
	from, to := tx.now.Add(-noticeKept), tx.now
	if i > 0 {
		from, to = tx.now.Add(time.Duration(steps[i-1])*Day), tx.now.Add(time.Duration(steps[i])*Day)
	}
	rows, err := tx.query(ctx, `
		INSERT INTO expiry_notices (account_id, space_id, ends_at, step_days, created_at)
		SELECT account_id, space_id, ends_at, CAST($3 AS BIGINT), CAST($4 AS BIGINT)
		FROM (
			SELECT m.account_id AS account_id, m.space_id AS space_id, m.ends_at AS ends_at
			FROM memberships m
			JOIN accounts a ON a.id = m.account_id AND a.kind = 'guest' AND a.status = 'active'
				AND (a.ends_at IS NULL OR a.ends_at > m.ends_at)
			WHERE m.ends_at > $1 AND m.ends_at <= $2
				AND NOT EXISTS (
					SELECT 1 FROM expiry_notices n
					WHERE n.account_id = m.account_id AND n.space_id = m.space_id AND n.ends_at = m.ends_at AND n.step_days = $3)
			UNION ALL
			SELECT a.id, 0, a.ends_at
			FROM accounts a
			WHERE a.ends_at > $1 AND a.ends_at <= $2 AND a.kind = 'guest' AND a.status = 'active'
				AND NOT EXISTS (
					SELECT 1 FROM expiry_notices n
					WHERE n.account_id = a.id AND n.space_id = 0 AND n.ends_at = a.ends_at AND n.step_days = $3)
			LIMIT $5) AS due
		WHERE TRUE
		ON CONFLICT (account_id, space_id, ends_at, step_days) DO NOTHING
		RETURNING account_id, space_id, ends_at`,
		at(from), at(to), steps[i], at(tx.now), endsAtOnce)
	claimed, err := all(rows, err, func(row scanner) (e ending, err error) {
		return e, row.Scan(&e.guest.ID, &e.space, moment{&e.endsAt})
	})
	if err != nil {
		return nil, err
	}
	for i := range claimed {
		if claimed[i].guest, err = tx.account(ctx, claimed[i].guest.ID); err != nil {
			return nil, err
		}
		if claimed[i].space != accountItself {
			err := tx.row(ctx, `SELECT name FROM spaces WHERE id = $1`, claimed[i].space).Scan(&claimed[i].name)
			if err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(claimed, func(a, b ending) int { return a.endsAt.Compare(b.endsAt) })
	return claimed, nil
}

// expiryNotice is mail.ExpiryNotice: the ends of access of several guests to
// one who answers for them, or those of one guest to that guest.
type expiryNotice struct {
	ToGuest bool           `json:"to_guest,omitempty"`
	Ended   bool           `json:"ended,omitempty"`
	Contact string         `json:"contact,omitempty"` // whom a guest can ask
	Ends    []endingOfMail `json:"ends"`
}

type endingOfMail struct {
	Guest   mailedPerson `json:"guest"`
	GuestID ID           `json:"guest_id"`
	Space   string       `json:"space,omitempty"` // "" for the account
	SpaceID ID           `json:"space_id,omitempty"`
	EndsAt  time.Time    `json:"ends_at"`
}

func (e ending) mailed() endingOfMail {
	return endingOfMail{Guest: mailed(e.guest), GuestID: e.guest.ID, Space: e.name, SpaceID: e.space, EndsAt: e.endsAt}
}

// tellEnding mails everybody who answers for the guests, one mail for all of
// them, and each guest.
func (tx tx) tellEnding(ctx context.Context, e Environment, due []ending) error {
	hosts := bundle{}
	for _, end := range due {
		answering, err := tx.answerFor(ctx, end)
		if err != nil {
			return err
		}
		for _, host := range answering {
			hosts.add(host, end)
		}
	}
	if err := tx.queueNotices(ctx, e, hosts, expiryNotice{}); err != nil {
		return err
	}
	return tx.tellGuests(ctx, e, due, expiryNotice{ToGuest: true})
}

// tellEnded writes the ends down and tells the guests that they have come.
func (tx tx) tellEnded(ctx context.Context, e Environment, due []ending) error {
	var events []event
	for _, end := range due {
		events = append(events, event{
			Action: "guest.ended", Account: end.guest.ID, Space: end.space, Subject: end.guest.Login,
			Details: map[string]string{"ends_at": endText(end.endsAt)},
		})
	}
	if len(events) > 0 {
		if err := tx.auditAll(ctx, events); err != nil {
			return err
		}
	}
	news := slices.DeleteFunc(due, func(end ending) bool { return tx.now.Sub(end.endsAt) > endTold })
	return tx.tellGuests(ctx, e, news, expiryNotice{ToGuest: true, Ended: true})
}

func (tx tx) tellGuests(ctx context.Context, e Environment, due []ending, notice expiryNotice) error {
	guests := bundle{}
	for _, end := range due {
		guests.add(end.guest, end)
	}
	return tx.queueNotices(ctx, e, guests, notice)
}

// bundle gathers what each recipient is told in one mail.
type bundle map[ID]*bundled

type bundled struct {
	to   Account
	ends []endingOfMail
}

func (b bundle) add(to Account, end ending) {
	if b[to.ID] == nil {
		b[to.ID] = &bundled{to: to}
	}
	b[to.ID].ends = append(b[to.ID].ends, end.mailed())
}

func (tx tx) queueNotices(ctx context.Context, e Environment, to bundle, notice expiryNotice) error {
	var mails []newMail
	for _, one := range to {
		if one.to.Email == "" {
			continue
		}
		notice.Ends = one.ends
		reply := Email("")
		if notice.ToGuest {
			contact, err := tx.contactOf(ctx, one.to)
			if err != nil {
				return err
			}
			notice.Contact, reply = contact.Name, contact.Email
		}
		mails = append(mails, newMail{
			Kind: MailExpiryNotice, Lane: LaneRest, To: one.to.Email, Account: one.to.ID, ReplyTo: reply,
			Locale: e.localeOf(one.to), TimeZone: one.to.TimeZone, Data: notice,
		})
	}
	slices.SortFunc(mails, func(a, b newMail) int { return int(a.Account - b.Account) })
	return tx.queueAll(ctx, mails)
}

// answerFor are the members who are told of an end: of a place in a space who
// can extend it, its administrators, and whoever brought the guest or answers
// for them, if they are inside; of an account the sponsor. Where there is nobody, the system
// administrators.
func (tx tx) answerFor(ctx context.Context, end ending) ([]Account, error) {
	hosts, err := tx.extenders(ctx, end)
	if err != nil || len(hosts) > 0 {
		return hosts, err
	}
	rows, err := tx.query(ctx, `
		SELECT `+accountColumns+`
		FROM accounts a
		WHERE a.system_admin AND a.deleted_at IS NULL AND a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $1)`, at(tx.now))
	return all(rows, err, scanAccount)
}

func (tx tx) extenders(ctx context.Context, end ending) ([]Account, error) {
	if end.space != accountItself {
		rows, err := tx.query(ctx, `
			SELECT `+accountColumns+`
			FROM memberships m
			JOIN accounts a ON a.id = m.account_id
			WHERE m.space_id = $1 AND m.account_kind = 'member' AND `+activeNow+` AND (
				m.role = 'administrator'
				OR m.account_id = $4
				OR m.account_id = (SELECT g.added_by FROM memberships g WHERE g.space_id = $1 AND g.account_id = $3))`,
			end.space, at(tx.now), end.guest.ID, end.guest.Sponsor)
		return all(rows, err, scanAccount)
	}
	if end.guest.Sponsor == 0 {
		return nil, nil
	}
	sponsor, err := tx.account(ctx, end.guest.Sponsor)
	if err != nil || sponsor.Kind != Member || !sponsor.Active(tx.now) {
		return nil, err
	}
	return []Account{sponsor}, nil
}

// standingEnds divides a notice that waits: standing are its ends that are
// still as it says, of guests whom the recipient still answers for. What was
// extended meanwhile is not news any more, and nobody reads of guests who are
// not theirs now (SEC-M5, SEC-S4).
func (tx tx) standingEnds(ctx context.Context, m OutboxMail) (notice expiryNotice, standing []endingOfMail, err error) {
	if err := json.Unmarshal(m.Data, &notice); err != nil {
		return notice, nil, err
	}
	for _, end := range notice.Ends {
		stands, err := tx.endStands(ctx, m.account, notice, end)
		if err != nil {
			return notice, nil, err
		}
		if stands {
			standing = append(standing, end)
		}
	}
	return notice, standing, nil
}

func (tx tx) endStands(ctx context.Context, recipient ID, notice expiryNotice, end endingOfMail) (stands bool, err error) {
	if notice.ToGuest && !notice.Ended && !tx.now.Before(end.EndsAt) {
		return false, nil // they are told of the end itself
	}
	err = tx.row(ctx, `
		SELECT EXISTS (SELECT 1 FROM accounts a WHERE a.id = $1 AND CAST($2 AS BIGINT) = 0 AND a.ends_at = $3 AND a.status = 'active')
			OR EXISTS (
				SELECT 1 FROM memberships m
				JOIN accounts a ON a.id = m.account_id
				WHERE m.space_id = $2 AND m.account_id = $1 AND m.ends_at = $3 AND a.status = 'active')`,
		end.GuestID, end.SpaceID, at(end.EndsAt)).Scan(&stands)
	if err != nil || !stands || notice.ToGuest {
		return stands, err
	}
	guest, err := tx.account(ctx, end.GuestID)
	if err != nil {
		return false, err
	}
	hosts, err := tx.answerFor(ctx, ending{guest: guest, space: end.SpaceID})
	return slices.ContainsFunc(hosts, func(h Account) bool { return h.ID == recipient }), err
}

// queueStanding puts in the place of a notice that was dropped, because a part
// of it is not so any more, one of the rest.
func (tx tx) queueStanding(ctx context.Context, m OutboxMail) error {
	notice, standing, err := tx.standingEnds(ctx, m)
	if err != nil || len(standing) == 0 {
		return err
	}
	notice.Ends = standing
	_, err = tx.queue(ctx, newMail{
		Kind: m.Kind, Lane: m.Lane, To: m.To, Account: m.account, ReplyTo: m.ReplyTo,
		Locale: m.Locale, TimeZone: m.TimeZone, Data: notice, GiveUpAt: m.GiveUpAt,
	})
	return err
}
