package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// BulkForm is a list of guests as it was pasted or uploaded.
type BulkForm struct {
	Text       string // pasted; a file goes before it
	File       []byte
	Encoding   string // one of Encodings; "" for auto
	Language   string // of the page, for which spreadsheet wrote the file
	Subject    string // of the mails; "" for the portal's own
	Message    string
	Permission string // of rows that have none, as the next
	Access     AccessText
}

// BulkSending is a list of guests that was read, before and after it was sent.
// Nothing leaves before its owner says so.
type BulkSending struct {
	ID        ID        `json:"-"`
	Space     Space     `json:"-"`
	CreatedAt time.Time `json:"-"`
	SentAt    time.Time `json:"-"` // zero while it is a dry run
	Left      int       `json:"-"` // how many invitations its owner may still send today

	Encoding  string    `json:"encoding"`  // in which the file was read; "" when it was pasted
	Delimiter string    `json:"delimiter"` // between the cells
	Headed    bool      `json:"headed"`    // the first line names the columns
	Subject   string    `json:"subject,omitempty"`
	Message   string    `json:"message,omitempty"`
	Rows      []BulkRow `json:"rows"`

	Invitations map[ID]Invitation `json:"-"` // of what was sent, as they stand now
}

// Good is the number of rows that bring somebody in who is not on the way yet,
// or ask for it where that must be approved (C5).
func (b BulkSending) Good() int {
	return b.Count(VerdictInvited) + b.Count(VerdictAdded) + b.Count(VerdictRequested)
}

// Count is the number of rows with a verdict.
func (b BulkSending) Count(v Verdict) (n int) {
	for _, row := range b.Rows {
		if row.Verdict == v {
			n++
		}
	}
	return n
}

// Problem reports whether the row is one that a person has to look at.
func (r BulkRow) Problem() bool { return !r.Verdict.Good() }

// Errors of sending a list.
var (
	ErrNobodyInvited = &Error{Kind: Conflict, Code: "nobody_invited"}
	ErrBulkOften     = &Error{Kind: TooMany, Code: "bulk_often", Field: "list"}
)

// Limits of lists of guests.
const (
	bulkKept    = 7 * Day
	bulksAnHour = 60
)

// ReadBulk reads a list of guests and keeps it for the dry run; it invites
// nobody. Errors: ErrNotFound, ErrForbidden, problems of the list as a whole and
// of the fields beside it. What is wrong with single rows is found in them.
func (s *Store) ReadBulk(ctx context.Context, actor Account, space ID, in BulkForm) (ID, error) {
	if _, err := s.Space(ctx, actor, space, ToInvite); err != nil {
		return 0, err
	}
	list, err := in.read(actor, s.Now())
	if err != nil {
		return 0, err
	}
	text, err := json.Marshal(list)
	if err != nil {
		return 0, fmt.Errorf("keep a list of guests: %w", err)
	}
	var id ID
	err = s.write(ctx, func(tx tx) error {
		if _, err := tx.space(ctx, actor, space, ToInvite); err != nil {
			return err
		}
		if err := tx.spend(ctx, "bulk:"+actor.ID.String(), 1, bulksAnHour, time.Hour); err != nil {
			return bulkLimit(err)
		}
		return tx.row(ctx, `
			INSERT INTO bulk_sendings (space_id, account_id, list, created_at)
			VALUES ($1, $2, $3, $4)
			RETURNING id`, space, actor.ID, string(text), at(tx.now)).Scan(&id)
	})
	return id, err
}

func bulkLimit(err error) error {
	limited := limitReached(err)
	if limited != err { //nolint:errorlint // whether it was turned into another
		return ErrBulkOften.After(time.Hour)
	}
	return err
}

func (in BulkForm) read(actor Account, now time.Time) (BulkSending, error) {
	form, err := Invite{
		Emails: "x@example.org", Subject: in.Subject, Message: in.Message, Permission: in.Permission, Access: in.Access,
	}.clean(actor.TimeZone, now)
	var problems Problems
	if err := problems.Add(err); err != nil {
		return BulkSending{}, err
	}
	list := BulkSending{Subject: form.subject, Message: form.message}
	text := in.Text
	if len(in.File) > 0 {
		text, list.Encoding, err = decodeList(in.File, in.Encoding, in.Language)
	} else if len(text) > MaxListBytes {
		err = ErrListTooLarge.With("list", "Max", MaxListBytes>>20)
	}
	if err := problems.Add(err); err != nil || len(problems) > 0 {
		return BulkSending{}, cmp.Or(err, problems.Err())
	}
	table, err := readTable(text)
	if err := problems.Add(err); err != nil || len(problems) > 0 {
		return BulkSending{}, cmp.Or(err, problems.Err())
	}
	list.Delimiter, list.Headed = string(table.delimiter), table.headed
	list.Rows = table.rows(listDefaults{guestOffer: form.guestOffer, zone: actor.TimeZone, now: now})
	return list, nil
}

// BulkSending is a list of guests with a verdict for each row: what would happen
// to it now, or what became of it when the list was sent, with its invitation.
// Others than who read it do not find it.
func (s *Store) BulkSending(ctx context.Context, actor Account, space, id ID) (BulkSending, error) {
	var list BulkSending
	err := s.read(ctx, func(tx tx) (err error) {
		sp, err := tx.space(ctx, actor, space, ToInvite)
		if err != nil {
			return err
		}
		if list, err = tx.bulkSending(ctx, actor, sp, id); err != nil {
			return err
		}
		if list.SentAt.IsZero() {
			return tx.judgeBulk(ctx, actor, &list)
		}
		var ids []ID
		for _, row := range list.Rows {
			if row.Invitation != 0 {
				ids = append(ids, row.Invitation)
			}
		}
		list.Invitations, err = tx.invitations(ctx, ids)
		return err
	})
	return list, err
}

func (tx tx) bulkSending(ctx context.Context, actor Account, sp Space, id ID) (BulkSending, error) {
	list := BulkSending{ID: id, Space: sp}
	var text string
	err := tx.row(ctx, `
		SELECT list, created_at, sent_at FROM bulk_sendings
		WHERE id = $1 AND space_id = $2 AND account_id = $3 AND created_at > $4`,
		id, sp.ID, actor.ID, at(tx.now.Add(-bulkKept))).Scan(&text, moment{&list.CreatedAt}, moment{&list.SentAt})
	if err != nil {
		return BulkSending{}, missing(err, ErrNotFound)
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return BulkSending{}, fmt.Errorf("read the list of guests %s: %w", id, err)
	}
	return list, nil
}

// form is what sending the list means for those of its rows that have no
// problem; a date may have passed since the list was read.
func (b *BulkSending) form(now time.Time, p Policy) cleanInvite {
	form := cleanInvite{
		subject: b.Subject, message: b.Message, offers: map[Email]guestOffer{}, fitting: true,
		guestOffer: guestOffer{role: Editor},
	}
	for i := range b.Rows {
		row := &b.Rows[i]
		if !row.EndsAt.IsZero() && !now.Before(row.EndsAt) {
			row.add(ColumnEnds, ErrPastDate)
		}
		offer, err := guestOffer{
			role: row.Role, days: row.Days, endsAt: row.EndsAt, said: row.EndSaid, locale: row.Locale,
			name: row.Name, company: row.Company, category: row.Category,
		}.under(p, now)
		var refusal *Error
		if errors.As(err, &refusal) {
			row.add(ColumnEnds, refusal)
		}
		if len(row.Problems) > 0 {
			row.Verdict = VerdictRowProblem
			continue
		}
		form.good = append(form.good, row.Email)
		form.offers[row.Email] = offer
	}
	return form
}

// judgeBulk is the dry run.
func (tx tx) judgeBulk(ctx context.Context, actor Account, list *BulkSending) error {
	form := list.form(tx.now, list.Space.Policy)
	addressees, err := tx.addressees(ctx, list.Space.ID, form.good)
	if err != nil {
		return err
	}
	if list.Left, err = tx.invitationsLeft(ctx, actor.ID); err != nil {
		return err
	}
	if err := tx.fitToday(ctx, actor.ID, addressees); err != nil {
		return err
	}
	results := resultsOf(addressees, nil)
	if err := tx.asRequests(ctx, list.Space, results); err != nil {
		return err
	}
	list.tell(results)
	return nil
}

// tell writes the results to the rows of their addresses.
func (b *BulkSending) tell(results []AddressResult) {
	byEmail := make(map[Email]AddressResult, len(results))
	for _, result := range results {
		byEmail[result.Email] = result
	}
	for i := range b.Rows {
		row := &b.Rows[i]
		if result, ok := byEmail[row.Email]; ok && len(row.Problems) == 0 {
			row.Verdict, row.Invitation = result.Verdict, result.Invitation
		}
	}
}

// SendBulk invites the guests of a list whose rows are good, all in one
// transaction: nobody gets half a list, also when the program ends in the
// middle. The rows that today's limits have no room for stay behind, and say so.
// A list is sent once; asking again changes nothing. Errors: ErrNotFound,
// ErrForbidden, ErrNobodyInvited when no row is good.
func (s *Store) SendBulk(ctx context.Context, actor Account, space, id ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToInvite)
		if err != nil {
			return err
		}
		list, err := tx.bulkSending(ctx, actor, sp, id)
		if err != nil {
			return err
		}
		claimed, err := tx.exec(ctx, `UPDATE bulk_sendings SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL`, id, at(tx.now))
		if err != nil || claimed == 0 {
			return err // a second click
		}
		sending, err := tx.invite(ctx, actor, sp, list.form(tx.now, sp.Policy))
		if err != nil {
			return err
		}
		if !sending.Sent() {
			return ErrNobodyInvited
		}
		list.tell(sending.Results)
		text, err := json.Marshal(list)
		if err != nil {
			return fmt.Errorf("keep what became of a list of guests: %w", err)
		}
		_, err = tx.exec(ctx, `UPDATE bulk_sendings SET list = $2 WHERE id = $1`, id, string(text))
		return err
	})
}
