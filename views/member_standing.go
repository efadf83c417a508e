package views

import (
	"github.com/a-h/templ"

	"guesthouse/store"
)

// ConversionPage asks before a guest becomes a member.
type ConversionPage struct {
	ManagedGuestPage
	Conversion store.Conversion
	Refusal    *store.Error // why it cannot be done now
}

// DemotionPage asks before a member becomes a guest.
type DemotionPage struct {
	MemberPage
	Demotion store.Demotion
}

func (m DemotionPage) sponsorHint() string {
	if m.Demotion.Guests > 0 {
		return m.T("demote.sponsor_guests", "N", m.Demotion.Guests)
	}
	return m.T("demote.sponsor_hint")
}

// beneath is the page under a dialog about the member.
func (m MemberPage) beneath(p Page) templ.Component {
	m.Page, m.Reason = p, ""
	return ShowMember(m)
}

// linkedGuest is a guest whose name leads to their page in the administration.
func linkedGuest(guest store.Account) Person {
	person := PersonOf(guest)
	person.URL = AdminGuestURL(guest.ID)
	return person
}

// segments are the states of members with how many there are.
func (m MembersPage) segments() []Tab {
	var tabs []Tab
	for _, status := range store.MemberStatuses {
		tabs = append(tabs, Tab{
			Label: m.T(memberFilters[status]), Count: m.Counts[status], Current: status == m.Status,
			URL: WithQuery(AdminMembersURL, "status", string(status), "q", m.Query),
		})
	}
	return tabs
}

var memberFilters = map[store.MemberStatus]string{
	store.AnyMember:       "members.filter_all",
	store.ActiveMember:    "members.filter_active",
	store.InvitedMember:   "members.filter_invited",
	store.SuspendedMember: "members.filter_suspended",
}
