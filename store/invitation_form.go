package store

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Invite is the Invite Guests dialog as it was filled in (S0-21, S0-22).
type Invite struct {
	Emails     string // separated by commas, semicolons or new lines
	Subject    string // "" for the portal's own, in the language of each mail
	Message    string // plain text
	Permission string // edit or read
	Access     AccessText
	Locale     string // en, ja or zh; "" or auto: the guest's own, else the inviter's
	Company    string // of all of them, as the next
	Category   string // customer, partner, coworker, freelancer or "" (S4-26)
}

// AccessText is an access period as typed: a number of days, or a date. Both
// empty is no end, and so is the number "never".
type AccessText struct {
	Days string // counted from joining, or from now for who has joined (S3-15); it goes before On
	On   string // 2006-01-02: until the end of that day in the zone of who typed it
}

// Errors of an access period.
var (
	ErrBadDate  = &Error{Kind: Invalid, Code: "bad_date", Field: "ends_on"}
	ErrPastDate = &Error{Kind: Invalid, Code: "past_date", Field: "ends_on"}
)

// MaxAccessDays is the longest access period: ten years.
const MaxAccessDays = 3650

// ErrTooManyAddresses: more than MaxAddresses at once.
var ErrTooManyAddresses = &Error{Kind: Invalid, Code: "too_many_addresses", Field: "emails"}

// cleanInvite is a dialog that was checked.
type cleanInvite struct {
	guestOffer // of whoever has none of their own

	good             []Email
	bad              []EmailProblem
	subject, message string
	offers           map[Email]guestOffer // of a list, where each row has its own
	fitting          bool                 // as many as the limits of today let, not all or nothing
}

// guestOffer is what one guest is offered, and what is known of them.
type guestOffer struct {
	role   Role
	days   int
	endsAt time.Time
	said   bool   // somebody chose the end; else the organisation's rules say it
	locale string // of the mail; "" when it depends on the guest

	name, company, category string
}

// under is the offer with its end as the organisation's rules have it (C19).
func (o guestOffer) under(p Policy, now time.Time) (guestOffer, error) {
	end, err := p.offered(o.said, o.category, AccessEnd{Days: o.days, At: o.endsAt}, now)
	o.days, o.endsAt = end.Days, end.At
	return o, err
}

// under is the form with all ends as the organisation's rules have them.
func (form cleanInvite) under(p Policy, now time.Time) (cleanInvite, error) {
	var err error
	if form.guestOffer, err = form.guestOffer.under(p, now); err != nil {
		return form, err
	}
	offers := make(map[Email]guestOffer, len(form.offers))
	for email, offer := range form.offers {
		if offers[email], err = offer.under(p, now); err != nil {
			return form, err
		}
	}
	form.offers = offers
	return form, nil
}

// offer is what the address is offered.
func (form cleanInvite) offer(email Email) guestOffer {
	if own, ok := form.offers[email]; ok {
		return own
	}
	return form.guestOffer
}

func (in Invite) clean(zone string, now time.Time) (cleanInvite, error) {
	var problems Problems
	var out cleanInvite
	var err error
	out.good, out.bad = ParseEmails(in.Emails)
	switch n := len(out.good) + len(out.bad); {
	case n == 0:
		_ = problems.Add(ErrRequired.With("emails")) // a problem is never another error
	case n > MaxAddresses:
		_ = problems.Add(ErrTooManyAddresses.With("emails", "N", n, "Max", MaxAddresses)) // the same
	}
	if out.subject, err = CleanLine("subject", in.Subject, maxSubject); problems.Add(err) != nil {
		return out, err
	}
	if out.message, err = CleanMessage("message", in.Message, MaxMessage); problems.Add(err) != nil {
		return out, err
	}
	if out.role, err = roleOf(in.Permission); problems.Add(err) != nil {
		return out, err
	}
	if out.days, out.endsAt, err = in.Access.clean(zone, now); problems.Add(err) != nil {
		return out, err
	}
	out.said = in.Access.said()
	if !out.endsAt.IsZero() && !now.Before(out.endsAt) {
		_ = problems.Add(ErrPastDate) // the same
	}
	if out.locale, err = cleanMailLocale(in.Locale); problems.Add(err) != nil {
		return out, err
	}
	if out.company, err = CleanLine("company", in.Company, MaxCompany); problems.Add(err) != nil {
		return out, err
	}
	if out.category = in.Category; out.category != "" && !slices.Contains(Categories, out.category) {
		_ = problems.Add(ErrUnknownCategory) // the same
	}
	return out, problems.Err()
}

// cleanMailLocale is the language that a mail is asked for in; "" when it
// depends on the guest.
func cleanMailLocale(text string) (string, error) {
	if text == "" || text == autoLocale {
		return "", nil
	}
	return text, checkLocale(text)
}

// noEnd is what a form says that takes an end away.
const noEnd = "never"

// clean reads an access period. A date in the past is for the caller to judge.
func (a AccessText) clean(zone string, now time.Time) (days int, endsAt time.Time, err error) {
	text, on := strings.TrimSpace(a.Days), strings.TrimSpace(a.On)
	switch {
	case text == noEnd || text == "" && on == "":
		return 0, time.Time{}, nil
	case text == "":
		endsAt, err = endOfDay(on, zone, now)
		return 0, endsAt, err
	}
	days, err = strconv.Atoi(text)
	if err != nil || days < 1 || days > MaxAccessDays {
		return 0, time.Time{}, ErrBadNumber.With("ends_in_days", "Min", 1, "Max", MaxAccessDays)
	}
	return days, time.Time{}, nil
}

// endOfDay is the last second of a day in a zone, so that the day that people
// read is the one they chose.
func endOfDay(date, zone string, now time.Time) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil || day.Before(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) || day.After(now.AddDate(0, 0, MaxAccessDays)) {
		return time.Time{}, ErrBadDate
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 0, loadZone(zone)).UTC(), nil
}
