package views

import (
	"time"

	"github.com/a-h/templ"

	"guesthouse/store"
)

// ManagedGuestPage is one guest, for administrators.
type ManagedGuestPage struct {
	Page
	Guest   store.ManagedGuest
	TwoStep bool // guests are asked for a verification code
	History []AuditLine
	Mails   []store.OutboxEntry
	Reason  string                // as it was typed
	Space   store.GuestMembership // that the guest is to be removed from
}

// Status is the guest's state now.
func (m ManagedGuestPage) Status() store.GuestStatus { return m.Guest.GuestStatus(m.Now) }

// Former reports whether the account is gone.
func (m ManagedGuestPage) Former() bool { return m.Guest.Former() }

// URL is the guest's page.
func (m ManagedGuestPage) URL() string { return AdminGuestURL(m.Guest.ID) }

// EndsSoon reports whether the access ends within a week.
func (m ManagedGuestPage) EndsSoon() bool {
	return m.Status() == store.ActiveGuest && !m.Guest.EndsAt.IsZero() && m.Guest.EndsAt.Sub(m.Now) <= 7*24*time.Hour
}

// CanSignIn are the things that signing in needs, in the order in which they
// are asked (S2-14).
func (m ManagedGuestPage) CanSignIn() []Check {
	checks := []Check{{OK: m.Status() == store.ActiveGuest, Text: m.T(map[store.GuestStatus]string{
		store.ActiveGuest: "guests.check_active", store.SuspendedGuest: "guests.check_suspended",
		store.EndedGuest: "guests.check_ended", store.DeletedGuest: "guests.check_deleted",
	}[m.Status()])}}
	password := "guests.check_no_password"
	if m.Guest.HasPassword {
		password = "guests.check_password"
	}
	checks = append(checks, Check{OK: m.Guest.HasPassword, Text: m.T(password)})
	if code, sent := m.lastCode(); m.TwoStep && sent {
		checks = append(checks, Check{
			OK:   code.State == store.MailIsSent,
			Text: m.T("guests.check_code."+code.State, "When", m.DateTime(code.CreatedAt)),
		})
	}
	if m.TwoStep {
		checks = append(checks, Check{OK: m.Guest.Email != "", Text: m.T("guests.check_two_step")})
	}
	return checks
}

// Check is one thing that is in order or not.
type Check struct {
	OK   bool
	Text string
}

// lastCode is the newest mail with a verification code.
func (m ManagedGuestPage) lastCode() (store.OutboxEntry, bool) {
	for _, mail := range m.Mails {
		if mail.Kind == store.MailVerification {
			return mail, true
		}
	}
	return store.OutboxEntry{}, false
}

// guestLine is a guest as the administration links to them.
func guestLine(a store.Account) Person {
	person := PersonOf(a)
	person.URL = AdminGuestURL(a.ID)
	return person
}

// permissionKey is the word for what a guest may do in a space.
func permissionKey(role store.Role) string {
	if role == store.Reader {
		return "permission.read"
	}
	return "permission.edit"
}

// beneath is the guest's page as it stands under a dialog.
func (m ManagedGuestPage) beneath(p Page) templ.Component {
	p.Errors = nil // they belong to the dialog
	m.Page = p
	return ManagedGuest(m)
}
