package views

import "guesthouse/store"

// SpaceFrame is what the pages of a space have in common: cover, name, who can
// see it, options, tabs.
type SpaceFrame struct {
	Page
	Space store.Space
	Tab   string // overview, threads, files or people; "" for a page beside them
}

// NewSpaceFrame fits the page to its space: title, place in the navigation.
func NewSpaceFrame(p Page, sp store.Space, tab string) SpaceFrame {
	p.Current = SpaceURL(sp.ID)
	if p.Title == "" {
		p.Title = sp.Name
	} else {
		p.Title += " – " + sp.Name
	}
	return SpaceFrame{Page: p, Space: sp, Tab: tab}
}

// tabs are the views of a space.
func (m SpaceFrame) tabs() []Tab {
	sp := m.Space
	tabs := []Tab{{Label: m.T("space.overview"), URL: SpaceURL(sp.ID), Count: NoCount, Current: m.Tab == "overview"}}
	if sp.MultiThread {
		tabs = append(tabs, Tab{Label: m.T("space.threads"), URL: ThreadsURL(sp.ID), Count: sp.ThreadCount, Current: m.Tab == "threads"})
	}
	tabs = append(tabs, Tab{Label: m.T("nav.chat"), URL: SpaceChatURL(sp.ID), Count: NoCount})
	if sp.Can(store.ToOpen) {
		tabs = append(tabs, Tab{Label: m.T("space.files"), URL: FilesURL(sp.ID), Count: sp.FileCount, Current: m.Tab == "files"})
	}
	people := sp.MemberCount + sp.GuestCount
	if sp.Apart() {
		people = NoCount
	}
	return append(tabs, Tab{Label: m.T("space.people"), URL: SpacePeopleURL(sp.ID), Count: people, Current: m.Tab == "people"})
}

// withGuests reports whether people from outside are in the space, or may be:
// plum means guests and nothing else.
func withGuests(sp store.Space) bool { return sp.Kind == store.GuestSpace || sp.GuestCount > 0 }

// managesGuests reports whether Manage Guests is for the reader: all of it for
// administrators, their own invitations for members who may invite.
func managesGuests(sp store.Space) bool {
	return sp.Can(store.ToInvite) || withGuests(sp) && sp.Can(store.ToSeeGuests)
}

// audience says who can see the space.
func (p Page) audience(sp store.Space) string {
	members, guests := p.T("person.members", "N", sp.MemberCount), p.T("person.guests", "N", sp.GuestCount)
	if sp.Apart() {
		return p.T("space.audience_apart", "Members", members)
	}
	if sp.GuestCount > 0 {
		return p.T("space.audience_guests."+string(sp.Kind), "Members", members, "Guests", guests)
	}
	return p.T("space.audience."+string(sp.Kind), "Members", members, "Organization", p.Organization)
}

// readers says who will read what is written now.
func (p Page) readers(sp store.Space) string {
	members, guests := p.T("person.members", "N", sp.MemberCount), p.T("person.guests", "N", sp.GuestCount)
	switch {
	case sp.GuestCount > 0:
		return p.T("comment.readers_guests", "Members", members, "Guests", guests)
	case sp.Kind == store.OpenSpace:
		return p.T("comment.readers_open", "Organization", p.Organization)
	}
	return p.T("comment.readers", "Members", members)
}

// kindIcon tells a space that may hold guests from the others.
func kindIcon(kind store.SpaceKind) string {
	switch kind {
	case store.GuestSpace:
		return "door"
	case store.OpenSpace:
		return "globe"
	case store.PrivateSpace, store.SecretSpace:
	}
	return "lock"
}

// SpacePage is the page of a space.
type SpacePage struct {
	SpaceFrame
	Members []Person
	Guests  []Person

	Mentioned map[store.ID]store.Mentioned // whom the space's text names

	Threads []ThreadRow     // of a space with several
	More    bool            // there are more threads than these
	Thread  *ConversationOf // of a space with one thread
	Files   []FileRow       // those that changed last
}

// NewSpacePage shows an overview.
func NewSpacePage(p Page, o store.SpaceOverview) SpacePage {
	m := SpacePage{SpaceFrame: NewSpaceFrame(p, o.Space, "overview"), Members: peopleOf(o.Members), Guests: peopleOf(o.Guests), Mentioned: o.Mentioned}
	m.Files = fileRows(p, o.Space, o.Files)
	if o.Conversation != nil {
		c := NewConversation(p, *o.Conversation)
		c.URL = SpaceURL(o.Space.ID)
		m.Thread = &c
	} else {
		m.Threads, m.More = threadRows(o.Threads.Items), o.Threads.Next != ""
	}
	return m
}

func peopleOf(accounts []store.Account) []Person {
	people := make([]Person, len(accounts))
	for i, account := range accounts {
		people[i] = PersonOf(account)
	}
	return people
}

// more is how many people a row of faces leaves out.
func more(total int, shown []Person) int { return max(total-len(shown), 0) }

// SpaceDoor is a space from outside: what it is, and how to get in.
type SpaceDoor struct {
	Page
	Space store.Space
	Asked bool // the reader has asked to join
}

// SpaceConfirm asks before something that cannot be taken back.
type SpaceConfirm struct {
	Page
	Space store.Space
}
