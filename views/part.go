package views

import (
	"strconv"

	"github.com/a-h/templ"
)

// Tab is one of several views of the same thing, each with an address. It is
// used for tabs and for segments.
type Tab struct {
	Label   string
	URL     string
	Count   int // shown when it is not negative; use NoCount for none
	Current bool
	Panel   string // id of the part that the script shows in place; "" for none
}

// NoCount is a Tab without a number.
const NoCount = -1

// Pager leads through a list by key: an address for what comes before and
// after, "" where there is nothing.
type Pager struct {
	Text     string
	Previous string
	Next     string
}

// MeterPart is one part of a meter's bar, in hundredths of the whole.
type MeterPart struct {
	Percent float64
	Class   string // "", is-guest, is-warn, is-danger
}

type meterRect struct{ x, width, class string }

// meterRects puts the parts one behind the other, with a little gap.
func meterRects(parts []MeterPart) []meterRect {
	var rects []meterRect
	x := 0.0
	for _, part := range parts {
		width := max(min(part.Percent, 100-x), 0)
		if width == 0 {
			continue
		}
		shown := width
		if len(parts) > 1 && width > 1 {
			shown -= 0.4
		}
		rects = append(rects, meterRect{x: decimal(x), width: decimal(shown), class: part.Class})
		x += width
	}
	return rects
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// count is a number for a badge.
func count(n int) string {
	if n > 999 {
		return "999+"
	}
	return strconv.Itoa(n)
}

func langOf(lang string) templ.Attributes {
	if lang == "" {
		return nil
	}
	return templ.Attributes{"lang": lang}
}

// state is how a status of a guest is shown.
type state struct{ kind, icon, key string }

var states = map[string]state{
	"active":    {"ok", "check", "status.active"},
	"invited":   {"info", "mail", "status.invited"},
	"sending":   {"", "send", "status.sending"},
	"expired":   {"warn", "clock", "status.expired"},
	"failed":    {"danger", "alert", "status.failed"},
	"suspended": {"danger", "pause", "status.suspended"},
	"ended":     {"warn", "clock", "status.ended"},
	"declined":  {"", "minus", "status.declined"},
	"deleted":   {"", "trash", "status.deleted"},
}

func badgeClass(kind string) string {
	switch kind {
	case "ok":
		return "badge badge--ok"
	case "info":
		return "badge badge--info"
	case "warn":
		return "badge badge--warn"
	case "danger":
		return "badge badge--danger"
	}
	return "badge"
}
