package views

// Entries of the navigation, for Page.Current. A page of a space says
// SpaceURL(id) instead.
const (
	NavHome    = HomeURL
	NavSpaces  = SpacesURL
	NavProfile = ProfileURL
)

// link is an entry of the navigation.
type link struct{ url, icon, key string }

var mainLinks = []link{
	{HomeURL, "home", "nav.home"},
	{SpacesURL, "grid", "nav.spaces"},
}

// adminLinks are the sections of the administration; Page.Current of their
// pages is the address.
var adminLinks = []link{
	{AdminURL, "gauge", "admin.overview"},
	{AdminGuestsURL, "door", "admin.guests"},
	{AdminMembersURL, "people", "admin.members"},
	{AdminAuthenticationURL, "shield", "admin.authentication"},
	{AdminMailURL, "mail", "admin.mail"},
	{AdminAuditURL, "scroll", "admin.audit"},
}

// adminSection is the name of the section that the page belongs to.
func (p Page) adminSection() string {
	for _, l := range adminLinks {
		if l.url == p.Current {
			return p.T(l.key)
		}
	}
	return p.T("nav.administration")
}
