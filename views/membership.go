package views

import "guesthouse/store"

// PeoplePage is who is in a space.
type PeoplePage struct {
	SpaceFrame
	Query      string
	Members    []InsideRow
	Guests     []InsideRow
	MorePeople string // the next page of members; "" for none
	MoreGuests string
}

// InsideRow is somebody in a space.
type InsideRow struct {
	store.Membership
	Person Person
	Self   bool
}

// companyGroup are the people of one company, as they follow each other.
type companyGroup struct {
	named   bool // guests; members need no heading
	company string
	rows    []InsideRow
}

// byCompany parts a list of people where the company changes.
func byCompany(rows []InsideRow) []companyGroup {
	var groups []companyGroup
	for _, row := range rows {
		company := ""
		if row.Person.Guest {
			company = row.Account.Company
		}
		last := len(groups) - 1
		if last < 0 || store.FoldKey(groups[last].company) != store.FoldKey(company) {
			groups = append(groups, companyGroup{named: row.Person.Guest, company: company})
			last++
		}
		groups[last].rows = append(groups[last].rows, row)
	}
	return groups
}

// InsideRows fits memberships to their reader.
func InsideRows(p Page, memberships []store.Membership) []InsideRow {
	rows := make([]InsideRow, len(memberships))
	for i, m := range memberships {
		rows[i] = InsideRow{Membership: m, Person: PersonOf(m.Account), Self: p.Account != nil && p.Account.ID == m.Account.ID}
	}
	return rows
}

// sub is the line below a name: address, for those who may see it, and division.
func (m InsideRow) sub() string { return subline(m.Account) }

// subline tells people of equal names apart.
func subline(a store.Account) string {
	line := string(a.Email)
	for _, part := range []string{a.Company, a.Division} {
		if part == "" {
			continue
		}
		if line != "" {
			line += " · "
		}
		line += part
	}
	return line
}

// ManageMembers is the dialog in which a space's administrators change who is in it.
type ManageMembers struct {
	Page
	Space      store.Space
	Members    []InsideRow
	Next       string // the next page of members; "" for none
	Query      string // who was looked for
	Candidates []Candidate
	Requests   []store.JoinRequest
}

// Candidate is a member of the organisation who can be added.
type Candidate struct {
	Person Person
	Sub    string
}

// NewCandidates fits accounts to the picker.
func NewCandidates(accounts []store.Account) []Candidate {
	list := make([]Candidate, len(accounts))
	for i, account := range accounts {
		list[i] = Candidate{Person: PersonOf(account), Sub: subline(account)}
	}
	return list
}

// NewFormMember is a member of the organisation in the form of a new space.
func NewFormMember(a store.Account) FormMember {
	return FormMember{Person: PersonOf(a), Sub: subline(a)}
}

// ManageTabs are the tabs of who is in a space: Members and Guests, and where
// invitations are approved the requests.
func (p Page) ManageTabs(sp store.Space, current string) []Tab {
	tabs := []Tab{{Label: p.T("space.members"), URL: MembersURL(sp.ID), Count: sp.MemberCount, Current: current == "members"}}
	if sp.Can(store.ToInvite) || sp.IsGuestSpace() || sp.GuestCount > 0 {
		tabs = append(tabs, Tab{Label: p.T("space.guests"), URL: GuestsURL(sp.ID), Count: sp.GuestCount, Current: current == "guests"})
	}
	if current == "requests" || sp.NeedsApproval() || sp.Approves() && sp.Policy.Value("invite.approval") != "none" {
		tabs = append(tabs, Tab{Label: p.T("request.tab"), URL: InvitationRequestsURL(sp.ID), Count: NoCount, Current: current == "requests"})
	}
	return tabs
}

// RemoveMember asks before a member is taken out of a space.
type RemoveMember struct {
	Page
	Space  store.Space
	Member InsideRow
}
