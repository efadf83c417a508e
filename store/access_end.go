package store

import (
	"context"
	"strings"
	"time"
)

// Errors of ends of access.
var (
	// ErrBeyondMaximum: the end is later than the organisation lets guests stay
	// (C19). Args: Max days, Latest moment.
	ErrBeyondMaximum = &Error{Kind: Invalid, Code: "beyond_maximum", Field: "ends_in_days", Setting: "guest.expiry_max"}
	// ErrEndsNow: the end has passed already, so access would end at once; that
	// has to be confirmed (S3-14).
	ErrEndsNow = &Error{Kind: Invalid, Code: "ends_now", Field: "ends_on"}
	// ErrNoEarlierEnd: a sponsor gives more time and takes none away.
	ErrNoEarlierEnd = &Error{Kind: Forbidden, Code: "no_earlier_end"}
)

// AccessEnd is when access ends: after a period, at a moment, or, when it is
// the zero AccessEnd, never. A day of a period is 24 hours, so that the
// countdown does not depend on clocks that are put forward or back.
type AccessEnd struct {
	Days int
	At   time.Time
}

// From is the moment of an end whose countdown starts now (S3-15); zero for
// never.
func (e AccessEnd) From(now time.Time) time.Time {
	if e.Days > 0 {
		return now.Add(time.Duration(e.Days) * Day)
	}
	return e.At
}

// said reports whether somebody has chosen an end, "never" included.
func (a AccessText) said() bool {
	return strings.TrimSpace(a.Days) != "" || strings.TrimSpace(a.On) != ""
}

// GuestEnd is when the access of a new guest of a category ends if nobody says
// anything else (C19, S4-26).
func (p Policy) GuestEnd(category string) AccessEnd {
	name := "guest.expiry_" + category
	if category == "" || p.Value(name) == "default" {
		name = "guest.expiry_default"
	}
	days, _ := p.Days(name) // no days: never
	if longest, on := p.Days("guest.expiry_max"); on && (days == 0 || days > longest) {
		days = longest
	}
	return AccessEnd{Days: days}
}

// bound is an end as the organisation allows it. Nobody stays for ever where
// there is a longest time: "never" is that time. An end beyond it is
// ErrBeyondMaximum.
func (p Policy) bound(end AccessEnd, now time.Time) (AccessEnd, error) {
	longest, on := p.Days("guest.expiry_max")
	if !on {
		return end, nil
	}
	latest := AccessEnd{Days: longest}.From(now)
	switch {
	case end == AccessEnd{}:
		return AccessEnd{Days: longest}, nil
	case end.Days > longest:
		return end, ErrBeyondMaximum.With("ends_in_days", "Max", longest, "Latest", latest)
	case end.Days == 0 && end.At.After(latest.Add(Day)): // to the end of that day
		return end, ErrBeyondMaximum.With("ends_on", "Max", longest, "Latest", latest)
	}
	return end, nil
}

// atMost is an end, cut to the longest that the organisation lets guests stay:
// for who was promised more before the rules became stricter.
func (p Policy) atMost(end AccessEnd, now time.Time) AccessEnd {
	bounded, err := p.bound(end, now)
	if err != nil {
		longest, _ := p.Days("guest.expiry_max")
		return AccessEnd{Days: longest}
	}
	return bounded
}

// offered is the end that a new guest is offered: what was said, or what the
// organisation's rules say where nobody has said anything.
func (p Policy) offered(said bool, category string, end AccessEnd, now time.Time) (AccessEnd, error) {
	if !said {
		return p.GuestEnd(category), nil
	}
	return p.bound(end, now)
}

// place is what a guest may do in a space, and until when.
type place struct {
	space ID
	guest Account
	end   AccessEnd
}

// endPlaceAt sets when a guest's access to one space ends, counted from now. An
// end that has passed is now. Access that had ended may come back, and then
// takes a place again (SEC-A3).
func (tx tx) endPlaceAt(ctx context.Context, by Account, p place) error {
	endsAt := p.end.From(tx.now)
	if !endsAt.IsZero() && endsAt.Before(tx.now) {
		endsAt = tx.now
	}
	before, err := tx.anyGuestMembership(ctx, p.space, p.guest.ID)
	if err != nil {
		return err
	}
	if !before.live(tx.now) && (endsAt.IsZero() || endsAt.After(tx.now)) { // they come back
		if err := tx.onlyHere(ctx, p.guest, p.space); err != nil {
			return err
		}
	}
	err = tx.spendPlaces(ctx, func() error {
		_, err := tx.exec(ctx, `
			UPDATE memberships SET ends_at = $3, ends_days = $4 WHERE space_id = $1 AND account_id = $2`,
			p.space, p.guest.ID, at(endsAt), orNull(p.end.Days))
		return err
	})
	if err != nil {
		return err
	}
	return tx.audit(ctx, event{
		Action: "guest.end_changed", Actor: by.ID, Account: p.guest.ID, Space: p.space, Subject: p.guest.Login,
		Details: endDetails(before.endsAt, endsAt),
	})
}

// endDetails is a change of an end for the audit log.
func endDetails(before, after time.Time) map[string]string {
	return map[string]string{"ends_at": arrow(endText(before), endText(after))}
}

func endText(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Format(time.RFC3339)
}

// SetGuestEnd sets when a guest's account ends, counted from now (S3-13,
// S3-14, S3-15). System administrators may set any end up to the organisation's
// longest; the guest's sponsor may give more time. An end that has passed ends
// the access at once and has to be confirmed. Errors: ErrNotFound,
// ErrForbidden, ErrNoEarlierEnd, ErrBeyondMaximum, ErrEndsNow, ErrBadDate,
// ErrBadNumber, ErrQuotaFull.
func (s *Store) SetGuestEnd(ctx context.Context, actor Account, guest ID, access AccessText, confirmed bool) error {
	return s.write(ctx, func(tx tx) error {
		person, sponsor, err := tx.endableGuest(ctx, actor, guest)
		if err != nil {
			return err
		}
		end, err := tx.readEnd(ctx, actor, access, confirmed)
		if err != nil {
			return err
		}
		if sponsor && takesTime(end.From(tx.now), person.EndsAt) {
			return ErrNoEarlierEnd
		}
		return tx.endAccountAt(ctx, actor, person, end, "")
	})
}

// takesTime reports whether an end takes time away; zero is never.
func takesTime(after, before time.Time) bool {
	return !after.IsZero() && (before.IsZero() || after.Before(before))
}

// endableGuest is a guest whose end the actor may set: every one for system
// administrators, their own for a sponsor, which the second answer says.
func (tx tx) endableGuest(ctx context.Context, actor Account, guest ID) (person Account, sponsor bool, err error) {
	me := actor
	if !actor.operator {
		if me, err = tx.actor(ctx, actor); err != nil {
			return Account{}, false, err
		}
	}
	person, err = tx.account(ctx, guest)
	if err != nil || !person.IsGuest() || person.Former() {
		return Account{}, false, ErrNotFound
	}
	switch {
	case me.operator || me.SystemAdmin:
		return person, false, nil
	case me.Kind == Member && person.Sponsor == me.ID:
		return person, true, nil
	}
	return Account{}, false, ErrNotFound
}

// readEnd is an end as it was typed, within what the organisation allows.
func (tx tx) readEnd(ctx context.Context, actor Account, access AccessText, confirmed bool) (AccessEnd, error) {
	if !access.said() {
		return AccessEnd{}, ErrRequired.With("ends_in_days")
	}
	days, endsAt, err := access.clean(actor.TimeZone, tx.now)
	if err != nil {
		return AccessEnd{}, err
	}
	return tx.mayEnd(ctx, AccessEnd{Days: days, At: endsAt}, confirmed)
}

// mayEnd is an end within what the organisation allows; one that has passed
// has to be confirmed.
func (tx tx) mayEnd(ctx context.Context, end AccessEnd, confirmed bool) (AccessEnd, error) {
	e, err := tx.environment(ctx)
	if err != nil {
		return AccessEnd{}, err
	}
	if end, err = e.Policy.bound(end, tx.now); err != nil {
		return AccessEnd{}, err
	}
	if !end.At.IsZero() && !tx.now.Before(end.At) && !confirmed {
		return AccessEnd{}, ErrEndsNow
	}
	return end, nil
}

// endAccountAt sets when a guest's account ends, counted from now.
func (tx tx) endAccountAt(ctx context.Context, by, guest Account, end AccessEnd, reason string) error {
	endsAt := end.From(tx.now)
	ended := !endsAt.IsZero() && !tx.now.Before(endsAt)
	if ended {
		endsAt = tx.now
	}
	err := tx.spendPlaces(ctx, func() error { // access that had ended may come back
		_, err := tx.exec(ctx, `
			UPDATE accounts SET ends_at = $2, ends_days = $3, version = version + 1 WHERE id = $1`,
			guest.ID, at(endsAt), orNull(end.Days))
		return err
	})
	if err != nil {
		return err
	}
	if ended {
		if err := tx.endAccess(ctx, guest.ID); err != nil {
			return err
		}
	}
	return tx.audit(ctx, event{
		Action: "guest.end_changed", Actor: by.ID, Account: guest.ID, Subject: guest.Login, Reason: reason,
		Details: endDetails(guest.EndsAt, endsAt),
	})
}
