package views

import (
	"slices"
	"strconv"

	"guesthouse/store"
)

// GuestsPage is the Guests tab of Manage Guests.
type GuestsPage struct {
	Page
	Space  store.Space
	Filter store.GuestStatus
	Rows   []GuestRow
	Counts map[store.GuestStatus]int
	Own    bool          // only the invitations that the reader sent
	Gauges []store.Gauge // the limits on places, for who may invite
	First  string        // address of the beginning; "" there
	Next   string        // address of the next part; "" at the end
}

// GuestRow is a guest of a space or an invitation into it.
type GuestRow struct {
	store.SpaceGuest
	Person Person // of who is inside
}

// GuestRows fits a list to its reader.
func GuestRows(list []store.SpaceGuest) []GuestRow {
	rows := make([]GuestRow, len(list))
	for i, g := range list {
		rows[i] = GuestRow{SpaceGuest: g, Person: PersonOf(g.Account)}
	}
	return rows
}

// anchor is the id of the row, by which mails lead to it.
func (g GuestRow) anchor() string {
	if g.Invitation.ID != 0 {
		return "invitation-" + g.Invitation.ID.String()
	}
	return "guest-" + g.Account.ID.String()
}

// who names the row in the labels of its buttons.
func (g GuestRow) who() string {
	if g.Invitation.ID != 0 {
		return g.Invitation.Login()
	}
	return g.Account.Name
}

// login is what the row's person signs in with, or will.
func (g GuestRow) login() string {
	if g.Invitation.ID != 0 {
		return g.Invitation.Login()
	}
	return g.Account.Shown()
}

// sub is the line below a name: the login, and the company, also that there is
// none where that matters.
func (g GuestRow) sub(p Page, sp store.Space) string {
	switch {
	case g.Account.Company != "":
		return g.login() + " · " + g.Account.Company
	case sp.CompaniesApart:
		return g.login() + " · " + p.T("person.no_company")
	}
	return g.login()
}

// open reports whether the invitation's link works.
func (g GuestRow) open() bool {
	return g.Status == store.InvitedGuest || g.Status == store.FailedGuest
}

// changeURL is where the row's permission is changed.
func (g GuestRow) changeURL(space store.ID) string {
	if g.Invitation.ID != 0 {
		return InvitationChangeURL(space, g.Invitation.ID)
	}
	return GuestURL(space, g.Account.ID)
}

// Total is how many rows there are in all, up to a thousand of each state.
func (m GuestsPage) Total() int {
	total := 0
	for _, n := range m.Counts {
		total += n
	}
	return total
}

// segments narrow the list down by state. Those that are rare are offered only
// when there is somebody in them.
func (m GuestsPage) segments() []Tab {
	inactive := m.Counts[store.SuspendedGuest] + m.Counts[store.EndedGuest]
	all := []struct {
		status store.GuestStatus
		key    string
		n      int
		always bool
	}{
		{store.AnyGuest, "common.all", m.Total(), true},
		{store.FailedGuest, "guest.filter_failed", m.Counts[store.FailedGuest], false},
		{store.ActiveGuest, "guest.filter_active", m.Counts[store.ActiveGuest], true},
		{store.InvitedGuest, "guest.filter_invited", m.Counts[store.InvitedGuest], true},
		{store.ExpiredGuest, "guest.filter_expired", m.Counts[store.ExpiredGuest] + m.Counts[store.DeclinedGuest], true},
		{store.InactiveGuest, "guest.filter_inactive", inactive, false},
	}
	var tabs []Tab
	for _, s := range all {
		if s.always || s.n > 0 || s.status == m.Filter {
			tabs = append(tabs, Tab{
				Label: m.T(s.key), URL: WithQuery(GuestsURL(m.Space.ID), "status", string(s.status)), Count: s.n,
				Current: s.status == m.Filter,
			})
		}
	}
	return tabs
}

// deliveryNote says where the invitation's mail is, when that is worth a line.
func (p Page) deliveryNote(inv store.Invitation) string {
	switch inv.Delivery {
	case "queued":
		return p.T("guest.delivery_queued")
	case "deferred":
		return p.T("guest.delivery_deferred", "Reply", inv.DeliveryReply)
	case "failed":
		return inv.DeliveryReply
	case "dropped":
		return p.T("guest.delivery_dropped")
	case "none":
		return p.T("guest.delivery_none")
	}
	return ""
}

// EditGuestPage changes a guest's permission and end of access in one space.
type EditGuestPage struct {
	GuestsPage
	Guest      GuestRow
	Permission string
	Days       string
	On         string
}

// RemoveGuestPage asks before a guest is removed from a space.
type RemoveGuestPage struct {
	GuestsPage
	Removal store.GuestRemoval
	Reason  string // as it was typed
}

// LinkPage shows an invitation's link to copy.
type LinkPage struct {
	GuestsPage
	Invitation store.Invitation
	Link       string
}

// accessDays are the periods that the forms offer.
var accessDays = []int{1, 7, 30, 90, 180, 365}

// periodOptions are the usual periods after first, as far as the organisation
// lets guests stay (C19). One that is none of them, but was typed, stays among
// them.
func (p Page) periodOptions(first []Option, typed string) []Option {
	longest, limited := p.Policy.Days("guest.expiry_max")
	options := first
	for _, days := range accessDays {
		if !limited || days <= longest {
			options = append(options, Option{Value: strconv.Itoa(days), Label: p.T("invite.period_days", "N", days)})
		}
	}
	known := slices.ContainsFunc(options, func(o Option) bool { return o.Value == typed })
	if !known {
		options = append(options, Option{Value: typed, Label: typed})
	}
	return options
}

// endless is the choice of no end, where the organisation has one.
func (p Page) endless(options []Option) []Option {
	if _, limited := p.Policy.Days("guest.expiry_max"); limited {
		return options
	}
	return append(options, Option{Value: "never", Label: p.T("invite.no_end_date")})
}

// invitePeriods are the periods of an invitation. First comes what the
// organisation's rules say where nobody chooses, which lets a day beside count.
func (p Page) invitePeriods(typed string) []Option {
	usual := p.Policy.GuestEnd("").Days
	if usual == 0 {
		return p.periodOptions([]Option{{Value: "", Label: p.T("invite.no_end_date")}}, typed)
	}
	return p.periodOptions(p.endless([]Option{{Value: "", Label: p.T("invite.period_usual", "N", usual)}}), typed)
}

// guestPeriods are the periods for a guest who is inside, counted from now; the
// first leaves it to the day beside.
func (p Page) guestPeriods(typed string) []Option {
	return p.periodOptions(p.endless([]Option{{Value: "", Label: p.T("guest.by_day")}}), typed)
}
