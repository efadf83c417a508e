package views

import (
	"time"

	"github.com/a-h/templ"

	"guesthouse/store"
)

// ManagedGuestPage is one guest, for administrators.
type ManagedGuestPage struct {
	Page
	Guest                     store.ManagedGuest
	Diagnosis                 store.Diagnosis
	Grace                     int // days of grace that a deletion has
	History                   []AuditLine
	HistoryFirst, HistoryNext string
	Mails                     []store.OutboxEntry
	MailsFirst, MailsNext     string
	Open                      []store.Space         // spaces into which the reader may bring the guest
	Reason                    string                // as it was typed
	Space                     store.GuestMembership // that the guest is to be removed from
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

// DeletionPlanned reports whether the account waits for its deletion (C8).
func (m ManagedGuestPage) DeletionPlanned() bool { return m.Guest.SuspendedFor == store.ForDeletion }

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
