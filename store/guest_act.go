package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// GuestAct is what can be done to several guests at once.
type GuestAct string

// The acts on several guests.
const (
	ActSuspend    GuestAct = "suspend"
	ActReactivate GuestAct = "reactivate"
	ActExtend     GuestAct = "extend"
	ActRemove     GuestAct = "remove" // from one space (S3-19)
	ActDelete     GuestAct = "delete" // from the organisation (S3-18)
)

// GuestActs are the acts, in the order of the form.
var GuestActs = []GuestAct{ActExtend, ActSuspend, ActReactivate, ActRemove, ActDelete}

// MaxActGuests is how many guests one act may be on.
const MaxActGuests = 1000

// Why an act leaves a guest as they are.
const (
	SkipInvitation = "invitation" // nobody is inside yet: the invitation can be cancelled
	SkipDone       = "done"       // it is so already
	SkipDeleted    = "deleted"
	SkipDeletion   = "deletion" // the account waits for its deletion
	SkipOutside    = "outside"  // not in that space
)

// Errors of acts on several guests. Args of the second: Max.
var (
	ErrNobodySelected = &Error{Kind: Invalid, Code: "nobody_selected"}
	ErrTooManyGuests  = &Error{Kind: Invalid, Code: "too_many_guests"}
	ErrNothingToDo    = &Error{Kind: Conflict, Code: "nothing_to_do"}
)

// GuestSelection is who an act is on: entries of the register by their IDs, or
// everybody whom a filter leaves.
type GuestSelection struct {
	Entries []ID
	All     bool
	Filter  GuestFilter
}

// ActLine is one guest of an act.
type ActLine struct {
	RegisterEntry
	Skip string // why the guest is left as they are; "" when the act is on them
}

// SeveralGuests is an act as it is to be confirmed: nothing was done yet.
type SeveralGuests struct {
	Act   GuestAct
	Space Space // that they are removed from
	Lines []ActLine
	Grace int // days until a deletion is final
}

// PlanGuestAct says what an act would do to whom, for system administrators.
func (s *Store) PlanGuestAct(ctx context.Context, actor Account, act GuestAct, who GuestSelection, space ID) (plan SeveralGuests, err error) {
	err = s.read(ctx, func(tx tx) error {
		plan = SeveralGuests{Act: act}
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		if space != 0 {
			err := tx.row(ctx, `SELECT id, name FROM spaces WHERE id = $1`, space).Scan(&plan.Space.ID, &plan.Space.Name)
			if missing(err, ErrNotFound) != nil {
				return missing(err, ErrNotFound)
			}
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		plan.Grace = e.Policy.Number("delete.grace_days")
		plan.Lines, err = tx.actLines(ctx, act, who, space)
		return err
	})
	return plan, err
}

// actLines are the selected guests, each with the reason to leave them alone.
func (tx tx) actLines(ctx context.Context, act GuestAct, who GuestSelection, space ID) ([]ActLine, error) {
	var entries []RegisterEntry
	if who.All {
		plan, err := tx.planRegister(ctx, who.Filter)
		if err != nil {
			return nil, err
		}
		page, err := tx.registerPage(ctx, plan, ByName, "", MaxActGuests)
		if err != nil {
			return nil, err
		}
		if page.Next != "" {
			return nil, ErrTooManyGuests.With("", "Max", MaxActGuests)
		}
		entries = page.Items
	} else {
		if len(who.Entries) > MaxActGuests {
			return nil, ErrTooManyGuests.With("", "Max", MaxActGuests)
		}
		chosen := slices.Clone(who.Entries)
		slices.Sort(chosen)
		var err error
		if entries, err = tx.entries(ctx, slices.Compact(chosen)); err != nil {
			return nil, err
		}
	}
	if len(entries) == 0 {
		return nil, ErrNobodySelected
	}
	lines := make([]ActLine, len(entries))
	for i, e := range entries {
		lines[i] = ActLine{RegisterEntry: e, Skip: act.skips(e, space)}
	}
	return lines, nil
}

// entries are entries of the register by their IDs, by name.
func (tx tx) entries(ctx context.Context, ids []ID) ([]RegisterEntry, error) {
	var entries []RegisterEntry
	now := at(tx.now)
	for len(ids) > 0 {
		chunk := ids[:min(len(ids), registerChunk)]
		ids = ids[len(chunk):]
		q := statement{now: now}
		q.add(`SELECT r.id, COALESCE(r.account_id, 0), COALESCE(r.invitation_id, 0),`).filter(registerState, registerFilter{})
		list, args := inList(2, chunk)
		q.add(`, p.id, p.kind, p.display_name, p.company, p.division, p.picture, p.locale, p.status
			FROM register r
			LEFT JOIN accounts p ON p.id = r.sponsor_id
			WHERE r.id IN (` + list + `)
			ORDER BY r.id`)
		rows, err := tx.query(ctx, q.text(), append(q.args, args...)...)
		some, err := all(rows, err, func(row scanner) (e RegisterEntry, err error) {
			return e, row.Scan(append([]any{&e.ID, &e.account, &e.invitation, &e.Status}, e.Sponsor.scanPersonOrNone()...)...)
		})
		if err != nil {
			return nil, err
		}
		entries = append(entries, some...)
	}
	return entries, tx.fillEntries(ctx, entries)
}

// skips is why an act leaves a guest alone.
func (act GuestAct) skips(e RegisterEntry, space ID) string {
	inside := false
	for _, m := range e.Spaces {
		inside = inside || m.Space == space
	}
	switch {
	case e.Account.ID == 0:
		return SkipInvitation
	case e.Account.Former():
		return SkipDeleted
	case e.Account.SuspendedFor == ForDeletion && act != ActRemove:
		return SkipDeletion
	case act == ActSuspend && e.Account.Status == StatusSuspended, act == ActReactivate && e.Account.Status != StatusSuspended:
		return SkipDone
	case act == ActRemove && !inside:
		return SkipOutside
	}
	return ""
}

// GuestActForm is an act that was confirmed.
type GuestActForm struct {
	Act    GuestAct
	Space  ID
	Access AccessText // the new end
	Reason string
}

// DoGuestAct does one act to several guests, in one transaction: to all whom it
// can be done to, or to nobody when an error says why. The others are left as
// they are. The ID leads to what became of each.
func (s *Store) DoGuestAct(ctx context.Context, actor Account, who GuestSelection, in GuestActForm) (id ID, err error) {
	reason, err := CleanLine("reason", in.Reason, maxReason)
	if err != nil {
		return 0, err
	}
	in.Reason = reason
	var endsAt time.Time
	var days int
	if in.Act == ActExtend {
		if !in.Access.said() {
			return 0, ErrRequired.With("ends_in_days") // no word is not "never"
		}
		if days, endsAt, err = in.Access.clean(actor.TimeZone, s.Now()); err != nil {
			return 0, err
		}
		if !endsAt.IsZero() && !s.Now().Before(endsAt) {
			return 0, ErrPastDate
		}
	}
	err = s.write(ctx, func(tx tx) error {
		by, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		lines, err := tx.actLines(ctx, in.Act, who, in.Space)
		if err != nil {
			return err
		}
		done := 0
		err = tx.spendPlaces(ctx, func() error {
			for _, line := range lines {
				if line.Skip != "" {
					continue
				}
				done++
				if err := tx.actOn(ctx, by, line.Account, in, AccessEnd{Days: days, At: endsAt}); err != nil {
					return fmt.Errorf("%s: %w", in.Act, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if done == 0 {
			return ErrNothingToDo
		}
		id, err = tx.keepAct(ctx, by, in.Act, lines)
		return err
	})
	return id, err
}

// actOn does an act to one guest.
func (tx tx) actOn(ctx context.Context, by, guest Account, in GuestActForm, end AccessEnd) error {
	switch in.Act {
	case ActSuspend:
		return tx.suspend(ctx, guest, suspension{by: by, cause: ByHand, reason: in.Reason})
	case ActReactivate:
		return tx.reactivate(ctx, by, guest, in.Reason)
	case ActDelete:
		return tx.delete(ctx, deletion{by: by, guest: guest, reason: in.Reason})
	case ActRemove:
		return tx.removeGuest(ctx, by, guest, in.Space, in.Reason)
	case ActExtend:
		end, err := tx.mayEnd(ctx, end, false)
		if err != nil {
			return err
		}
		return tx.endAccountAt(ctx, by, guest, end, in.Reason)
	}
	return ErrNotFound
}

// actResult is what became of one guest, as it is kept.
type actResult struct {
	Entry ID     `json:"entry"`
	Skip  string `json:"skip,omitempty"`
}

func (tx tx) keepAct(ctx context.Context, by Account, act GuestAct, lines []ActLine) (id ID, err error) {
	results := make([]actResult, len(lines))
	for i, line := range lines {
		results[i] = actResult{Entry: line.ID, Skip: line.Skip}
	}
	text, err := json.Marshal(results)
	if err != nil {
		return 0, err
	}
	err = tx.row(ctx, `
		INSERT INTO guest_acts (account_id, act, results, created_at) VALUES ($1, $2, $3, $4) RETURNING id`,
		by.ID, string(act), string(text), at(tx.now)).Scan(&id)
	return id, err
}

// GuestActResults is what became of each guest of an act, for who did it.
func (s *Store) GuestActResults(ctx context.Context, actor Account, id ID) (act GuestAct, lines []ActLine, err error) {
	err = s.read(ctx, func(tx tx) error {
		by, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		var text string
		err = tx.row(ctx, `SELECT act, results FROM guest_acts WHERE id = $1 AND account_id = $2`, id, by.ID).Scan(&act, &text)
		if err != nil {
			return missing(err, ErrNotFound)
		}
		var results []actResult
		if err := json.Unmarshal([]byte(text), &results); err != nil {
			return err
		}
		ids, skips := make([]ID, len(results)), map[ID]string{}
		for i, result := range results {
			ids[i], skips[result.Entry] = result.Entry, result.Skip
		}
		entries, err := tx.entries(ctx, ids)
		lines = nil
		for _, e := range entries {
			lines = append(lines, ActLine{RegisterEntry: e, Skip: skips[e.ID]})
		}
		return err
	})
	return act, lines, err
}
