package locale

import (
	"strconv"
	"time"
)

// patterns are the ways to write a moment, in Go's notation.
type patterns struct{ date, dateTime string }

var dates = map[string]patterns{
	"en": {date: "2 Jan 2006", dateTime: "2 Jan 2006, 15:04"},
	"ja": {date: "2006年1月2日", dateTime: "2006年1月2日 15:04"},
	"zh": {date: "2006年1月2日", dateTime: "2006年1月2日 15:04"},
}

// Date is the day in the reader's zone, and nothing for the zero time.
func (p Printer) Date(t time.Time) string { return p.format(t, dates[p.Lang()].date) }

// DateTime is the day and the time of day in the reader's zone, and nothing for
// the zero time.
func (p Printer) DateTime(t time.Time) string { return p.format(t, dates[p.Lang()].dateTime) }

// Clock is the time of day in the reader's zone, and nothing for the zero time.
func (p Printer) Clock(t time.Time) string { return p.format(t, "15:04") }

func (p Printer) format(t time.Time, pattern string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.Zone()).Format(pattern)
}

// Exact is the moment with its zone, for mails and for whatever ends: nobody
// has to guess whose clock is meant.
func (p Printer) Exact(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	when := p.DateTime(t)
	if zone := p.Zone().String(); zone != "UTC" {
		return p.T("time.exact", "When", when, "Offset", t.In(p.Zone()).Format("-07:00"), "Zone", zone)
	}
	return p.T("time.exact_utc", "When", when)
}

// Relative is the distance from now: "in 6 d 23 h", "8 days ago", "just now".
func (p Printer) Relative(t, now time.Time) string {
	left := t.Sub(now)
	switch {
	case left > time.Second:
		return p.T("time.in", "Span", p.Span(left))
	case left > -time.Minute:
		return p.T("time.now")
	default:
		return p.T("time.ago", "Span", p.Span(-left))
	}
}

const (
	day   = 24 * time.Hour
	week  = 7 * day
	month = 30 * day
	year  = 365 * day
)

// Span is the length of time in the unit that helps: hours count within a week,
// because an invitation lives that long, and no longer after that. Up to two
// weeks it is rounded down, so that nobody is promised a day that is not there;
// from then on to the nearest week, month or year.
func (p Printer) Span(d time.Duration) string {
	n := func(unit time.Duration) int { return int(d / unit) }
	near := func(unit time.Duration) int { return n(unit) + int(d%unit*2/unit) }
	switch {
	case d < time.Hour:
		return p.T("time.minutes", "N", max(n(time.Minute), 1))
	case d < day:
		return p.T("time.hours", "N", n(time.Hour))
	case d < week && d%day >= time.Hour:
		return p.T("time.days_hours", "Days", n(day), "Hours", int(d%day/time.Hour))
	case d < 2*week:
		return p.T("time.days", "N", n(day))
	case d < 12*week:
		return p.T("time.weeks", "N", near(week))
	case d < year-month/2:
		return p.T("time.months", "N", near(month))
	default:
		return p.T("time.years", "N", max(near(year), 1))
	}
}

// Number is n with its thousands grouped.
func (p Printer) Number(n int) string { return group(int64(n)) }

// Count999 is n, or "999+" above that: nobody counts further to show a badge.
func (p Printer) Count999(n int) string {
	if n > 999 {
		return "999+"
	}
	return strconv.Itoa(n)
}

// group writes thousands apart with commas, as all our languages do.
func group(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
