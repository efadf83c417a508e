package views

import (
	"slices"
	"strconv"

	"guesthouse/store"
)

// EndingsPage is what ends soon or has ended lately, for whoever can extend it.
type EndingsPage struct {
	Page
	Guest  store.ID // the one guest that a mail names; 0 for all
	Items  []store.GuestEnding
	Days   string   // for all that are chosen, as typed
	Chosen []string // accesses that were chosen in a form that is shown again
	First  string
	Next   string
}

// usualExtension is how many days one button gives where no period was set.
const usualExtension = 30

// days is how much the button of an access gives: its own period, once more,
// where that does not end so soon that the same mail comes again. It never
// gives more than the organisation allows.
func (m EndingsPage) days(item store.GuestEnding) int {
	days := usualExtension
	if notice := m.Policy.DayList("guest.expiry_notice_days"); item.Days > notice[0] {
		days = item.Days
	}
	if longest, on := m.Policy.Days("guest.expiry_max"); on {
		days = min(days, longest)
	}
	return days
}

// access names one end in the form.
func (m EndingsPage) access(item store.GuestEnding) string {
	return item.Guest.ID.String() + "-" + item.Space.String()
}

// extend is what the button of an access sends.
func (m EndingsPage) extend(item store.GuestEnding) string {
	return m.access(item) + "+" + strconv.Itoa(m.days(item))
}

// to is what the access is to.
func (m EndingsPage) to(item store.GuestEnding) string {
	if item.Space == 0 {
		return m.T("endings.account")
	}
	return item.Name
}

func (m EndingsPage) chosen(item store.GuestEnding) bool {
	return slices.Contains(m.Chosen, m.access(item))
}

// typedDays is the number in the field for all that are chosen: what was typed,
// also where that is nothing.
func (m EndingsPage) typedDays() string {
	if m.Days == "" && m.Errors == nil {
		return strconv.Itoa(usualExtension)
	}
	return m.Days
}

// GuestEndPage is the end of a guest's account, for system administrators.
type GuestEndPage struct {
	ManagedGuestPage
	Days string // as typed
	On   string
}
