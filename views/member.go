package views

import (
	"time"

	"guesthouse/store"
)

// MembersPage is the list of members.
type MembersPage struct {
	Page
	Query   string
	Status  store.MemberStatus
	Counts  map[store.MemberStatus]int
	Members []MemberRow
	First   string // the list from its beginning; "" on its first page
	Next    string // the next page; "" for none
}

// MemberRow is one member in the list.
type MemberRow struct {
	Person     Person
	Email      string
	Department string
	Status     store.MemberStatus
	Admin      bool
	MayCreate  bool // guest spaces
	LastSignIn time.Time
}

// NewMemberPage is the form of a new member over the list.
type NewMemberPage struct {
	MembersPage
	Name      string
	Email     string
	Locale    string
	Admin     bool
	MayCreate bool
	ByLink    bool
}

// MemberLinkPage shows the link of a new member, once.
type MemberLinkPage struct {
	MembersPage
	Member Person
	Link   string
	Life   time.Duration
}

// MemberPage is one member, with what may be changed.
type MemberPage struct {
	Page
	Member    store.Account
	History   []AuditLine
	Sponsored store.MemberSuccession // whom they answer for
	Programs  int                    // how many API passwords and tokens they have
	Sponsor   string                 // as it was typed
	Successor string                 // as it was typed
	Reason    string                 // as it was typed
	Refusal   *store.Error           // why an act cannot be done now
	Demanded  bool                   // the organisation asks the member for an authenticator app
}

// You reports whether the page is about its reader.
func (m MemberPage) You() bool { return m.Account != nil && m.Account.ID == m.Member.ID }

// MemberRowOf is a member as the list shows them.
func MemberRowOf(a store.Account) MemberRow {
	person := PersonOf(a)
	person.URL = AdminMemberURL(a.ID)
	return MemberRow{
		Person: person, Email: a.Shown(), Admin: a.SystemAdmin, MayCreate: a.MayCreateGuestSpaces,
		Department: a.Division, Status: a.MemberStatus(), LastSignIn: a.LastSignInAt,
	}
}

// languageName is the language of an account in its own words.
func languageName(p Page, locale string) string {
	for _, option := range p.LanguageOptions(true) {
		if option.Value == locale {
			return option.Label
		}
	}
	return locale
}
