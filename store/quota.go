package store

import (
	"math"
	"strconv"
)

// Errors of places.
var (
	// ErrQuotaFull: all places for guests are taken (C2).
	ErrQuotaFull = &Error{Kind: Conflict, Code: "quota_full"}
	// ErrLicencesFull: all licences for members and guests of several spaces are taken (S4-05).
	ErrLicencesFull = &Error{Kind: Conflict, Code: "licences_full", Setting: "quota.licences"}
	// ErrOtherSpace: a guest is in one space only, and this one is in another (S3-03).
	ErrOtherSpace = &Error{Kind: Conflict, Code: "other_space", Setting: "guest.scope"}
	// ErrNoPlaceYet: what a guest is told whose invitation meets ErrQuotaFull. The link stays.
	ErrNoPlaceYet = &Error{Kind: Conflict, Code: "no_place_yet"}
	// ErrOneSpaceOnly: what a guest is told whose invitation meets ErrOtherSpace. The link stays.
	ErrOneSpaceOnly = &Error{Kind: Conflict, Code: "one_space_only"}
)

// QuotaModel is how an organisation limits its guests (C2).
type QuotaModel string

// The models.
const (
	NoQuota        QuotaModel = "none"
	PerMemberQuota QuotaModel = "per_member" // so many guests for each member (S3-02)
	LicenceQuota   QuotaModel = "licences"   // members and multi-space guests share them (S4-04, S4-05)
	FixedQuota     QuotaModel = "fixed"      // so many guests
)

// Quota is the part of a policy that limits places.
type Quota struct {
	Model         QuotaModel
	PerMember     int  // guests for each member
	Licences      int  // for members and guests of several spaces
	SingleLimit   int  // guests of one space, beside the licences
	SingleFree    bool // there is no limit for them
	Guests        int  // of the model "fixed"
	CountsPending bool // an invitation holds a place
	Warns         bool // who is over the limit because it shrank is warned, not refused
}

// Quota is what the policy says of places.
func (p Policy) Quota() Quota {
	q := Quota{
		Model: QuotaModel(p.Value("quota.model")), PerMember: p.Number("quota.guests_per_member"),
		Licences: p.Number("quota.licences"), Guests: p.Number("quota.guests"),
		CountsPending: p.Value("quota.counts") == "active_and_pending",
		Warns:         p.Value("quota.on_shrink") == "warn",
	}
	factor, err := strconv.ParseFloat(p.Value("quota.single_space_factor"), 64)
	q.SingleFree = err != nil // the word "unlimited"
	q.SingleLimit = int(math.Floor(factor * float64(q.Licences)))
	return q
}

// Places are what is taken at one moment.
//
// A member takes a place from the moment of being added until deactivated: so
// nobody who was promised an account signs up to a refusal. A guest takes one
// while active; so does, unless only the active count, an address with a live
// invitation. A guest is the same one place with an invitation as without: the
// spaces somebody is in and those that a live invitation leads to are counted
// together, and from the second on it is a multi-space guest (S4-03, S4-05).
// A guest who was never in a space, or left the last one, is a single-space
// guest. No place is taken by who is suspended or deleted, whose account has
// ended, or whose every membership has ended; nor by an invitation that was
// answered, cancelled or is over, nor by a request that waits for approval.
type Places struct {
	Members int // not among the guests
	Guests  int // Single and Multi
	Single  int
	Multi   int
	Pending int // of the guests, those who have no account yet
}

// Gauge is one limit and what is taken of it.
type Gauge struct {
	Setting string // that the limit comes from
	Taken   int
	Limit   int
}

// Left is how many places are free, never below 0.
func (g Gauge) Left() int { return max(g.Limit-g.Taken, 0) }

// Over reports whether more is taken than there is, since the limit shrank.
func (g Gauge) Over() bool { return g.Taken > g.Limit }

// Gauges are the limits of the model with what is taken: none, one, or two
// for licences, of which the first is that of members and multi-space guests.
func (q Quota) Gauges(p Places) []Gauge {
	switch q.Model {
	case PerMemberQuota:
		return []Gauge{{Setting: "quota.guests_per_member", Taken: p.Guests, Limit: q.PerMember * p.Members}}
	case FixedQuota:
		return []Gauge{{Setting: "quota.guests", Taken: p.Guests, Limit: q.Guests}}
	case LicenceQuota:
		gauges := []Gauge{{Setting: "quota.licences", Taken: p.Members + p.Multi, Limit: q.Licences}}
		if !q.SingleFree {
			gauges = append(gauges, Gauge{Setting: "quota.single_space_factor", Taken: p.Single, Limit: q.SingleLimit})
		}
		return gauges
	case NoQuota:
	}
	return nil
}

// allow is nil unless a change takes a place that there is not. What takes none
// is always allowed, also over the limit: nobody is thrown out because a member
// left. Under quota.on_shrink=warn an organisation that is over its limit,
// which only its shrinking can bring about, is not stopped either.
func (q Quota) allow(before, after Places) error {
	was := q.Gauges(before)
	for i, gauge := range q.Gauges(after) {
		if !gauge.Over() || gauge.Taken <= was[i].Taken || q.Warns && was[i].Over() {
			continue
		}
		full := ErrQuotaFull
		if gauge.Setting == ErrLicencesFull.Setting {
			full = ErrLicencesFull
		}
		full = full.With("", "N", gauge.Limit)
		full.Setting = gauge.Setting
		return full
	}
	return nil
}

// standing of a person as a guest, for the count.
type placeKind int

const (
	noPlace placeKind = iota
	singlePlace
	multiPlace
)

// add counts one person more, or fewer by a negative n.
func (p *Places) add(kind placeKind, n int) {
	switch kind {
	case singlePlace:
		p.Single += n
	case multiPlace:
		p.Multi += n
	case noPlace:
	}
	p.Guests = p.Single + p.Multi
}

// placeOf is what somebody takes who is in, or invited into, so many spaces.
// Somebody in none takes a place unless all their memberships have ended.
func placeOf(spaces int, lapsed bool) placeKind {
	switch {
	case spaces > 1:
		return multiPlace
	case spaces == 0 && lapsed:
		return noPlace
	}
	return singlePlace
}
