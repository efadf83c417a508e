package views

import (
	"guesthouse/store"
)

// InvitationPage is what the link of an invitation opens.
type InvitationPage struct {
	Page
	Token       string
	Open        store.OpenInvitation
	Cover       string // address of the space's cover, for who is not inside yet
	DisplayName string
	Locale      string
	TimeZone    string
	Terms       bool // the box is ticked
	GuessZone   bool // the script may choose the browser's time zone
}

// sees are the lines that say what the guest will see and may do.
func (m InvitationPage) sees() []struct{ Icon, Text string } {
	if m.Open.Space == 0 { // a guest of the organisation alone (S3-07)
		return []struct{ Icon, Text string }{
			{"check", m.T("invitation.organization")},
			{"lock", m.T("invitation.organization_sees", "Organization", m.Open.Organization)},
			{"calendar", m.access()},
		}
	}
	write := "invitation.may_edit"
	if m.Open.Role == store.Reader {
		write = "invitation.may_read"
	}
	return []struct{ Icon, Text string }{
		{"check", m.T("invitation.sees")},
		{"check", m.T(write)},
		{"lock", m.T("invitation.sees_nothing_else", "Organization", m.Open.Organization)},
		{"calendar", m.access()},
	}
}

// access says how long the access will last.
func (m InvitationPage) access() string {
	return accessOf(m.Printer, m.Open.Invitation)
}

// OtherAccountPage is GAIA_AL01: somebody else is signed in in this browser.
type OtherAccountPage struct {
	ErrorPage
	Token  string
	Masked string // whom the invitation is for
}

// GoneInvitationPage is GAIA_IR01, the same for every dead link (SEC-T5).
type GoneInvitationPage struct {
	ErrorPage
	Token string
}
