package views

import (
	"time"

	"guesthouse/store"
)

// MembersPage is the list of members.
type MembersPage struct {
	Page
	Query   string
	Members []MemberRow
	First   string // the list from its beginning; "" on its first page
	Next    string // the next page; "" for none
}

// MemberRow is one member in the list.
type MemberRow struct {
	Person     Person
	Email      string
	Admin      bool
	MayCreate  bool // guest spaces
	Invited    bool // has not set a password yet
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
	Member  store.Account
	History []AuditLine
}

// You reports whether the page is about its reader.
func (m MemberPage) You() bool { return m.Account != nil && m.Account.ID == m.Member.ID }

// MemberRowOf is a member as the list shows them.
func MemberRowOf(a store.Account) MemberRow {
	person := PersonOf(a)
	person.URL = AdminMemberURL(a.ID)
	return MemberRow{
		Person: person, Email: string(a.Email), Admin: a.SystemAdmin, MayCreate: a.MayCreateGuestSpaces,
		Invited: !a.HasPassword, LastSignIn: a.LastSignInAt,
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
