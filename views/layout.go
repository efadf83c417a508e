package views

import "guesthouse/store"

// Entries of the navigation, for Page.Current. A page of a space says
// SpaceURL(id) instead.
const (
	NavHome    = HomeURL
	NavSpaces  = SpacesURL
	NavPeople  = PeopleURL
	NavChart   = ChartURL
	NavProfile = ProfileURL
	NavSearch  = SearchURL
	NavChats   = ChatsURL
)

// link is an entry of the navigation.
type link struct{ url, icon, key string }

// mainLinks are the reader's main destinations. Guests have no list of spaces
// to choose from: theirs stand on the home page (S0-04).
func (p Page) mainLinks() []link {
	links := []link{{HomeURL, "home", "nav.home"}, {NotificationsURL, "bell", "nav.notifications"}}
	if !p.Guest() {
		links = append(links, link{SpacesURL, "grid", "nav.spaces"})
	}
	links = append(links, link{ChatsURL, "chat", "nav.chat"}, link{PeopleURL, "people", "nav.people"})
	if p.SeesChart() {
		links = append(links, link{ChartURL, "org", "nav.orgchart"})
	}
	return links
}

// wideOnly reports whether an entry has no place in the bar of a phone.
func (l link) wideOnly() bool { return l.url == ChartURL }

// SeesChart reports whether there is an org chart for the reader (C7).
func (p Page) SeesChart() bool {
	return p.Account != nil && (!p.Guest() || p.Policy.Value("guest.orgchart") != store.ChartNone)
}

// adminLinks are the sections of the administration, in groups: who is inside,
// the rules, and what happened. Page.Current of their pages is the address.
var adminLinks = [][]link{
	{
		{AdminURL, "gauge", "admin.overview"},
		{AdminGuestsURL, "door", "admin.guests"},
		{AdminRequestsURL, "userplus", "admin.requests"},
		{AdminReviewsURL, "check", "admin.reviews"},
		{AdminAccessURL, "key", "access.title"},
		{AdminMembersURL, "people", "admin.members"},
		{AdminChartURL, "org", "nav.orgchart"},
		{AdminTemplatesURL, "table", "admin.templates"},
		{AdminTrashURL, "trash", "admin.trash"},
	},
	{
		{AdminPolicyURL, "list", "admin.policy"},
		{AdminTermsURL, "file", "admin.terms"},
		{AdminAuthenticationURL, "shield", "admin.authentication"},
		{AdminLicencesURL, "table", "admin.licences"},
	},
	{
		{AdminMailURL, "mail", "admin.mail"},
		{AdminWebhooksURL, "link", "admin.webhooks"},
		{AdminAuditURL, "scroll", "admin.audit"},
		{ProgramsURL, "keyboard", "programs.title"},
	},
}

// adminSection is the name of the section that the page belongs to.
func (p Page) adminSection() string {
	for _, group := range adminLinks {
		for _, l := range group {
			if l.url == p.Current {
				return p.T(l.key)
			}
		}
	}
	return p.T("nav.administration")
}
