package views

import (
	"guesthouse/static/locale"
	"guesthouse/store"
)

// PrintedInvitePage invites a guest without e-mail.
type PrintedInvitePage struct {
	Page
	Space      store.Space
	Identifier string
	Name       string
	Company    string
	Message    string
	Permission string
	Days, On   string
	Locale     string // of the printed page
}

// PrintedPage is what is handed to a guest without e-mail, in the words of the
// guest's language.
type PrintedPage struct {
	Page
	Space      store.Space
	Invitation store.Invitation
	Inviter    string
	Words      locale.Printer
	Link       string
	Door       string // address of the sign-in page
}

// access says how long the access will last, on the printed page.
func (m PrintedPage) access() string { return accessOf(m.Words, m.Invitation) }

// accessOf says how long the access of an invitation will last.
func accessOf(words locale.Printer, inv store.Invitation) string {
	switch {
	case inv.AccessDays > 0:
		return words.T("invitation.access_days", "N", inv.AccessDays)
	case !inv.AccessEndsAt.IsZero():
		return words.T("invitation.access_until", "Until", words.Exact(inv.AccessEndsAt))
	}
	return words.T("invitation.access_open")
}
