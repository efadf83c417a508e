package store

import "time"

// GuestStatus is the state of a guest as lists and filters name it.
type GuestStatus string

// The states that a list can be filtered by.
const (
	AnyGuest       GuestStatus = ""
	ActiveGuest    GuestStatus = "active"
	SuspendedGuest GuestStatus = "suspended"
	EndedGuest     GuestStatus = "ended"   // the access period is over
	DeletedGuest   GuestStatus = "deleted" // the account is gone, what was written stays
)

// The states of an invitation, beside those of an account, as the Guests tab
// of a space names them.
const (
	InvitedGuest  GuestStatus = "invited"
	ExpiredGuest  GuestStatus = "expired"  // the invitation's end has come
	FailedGuest   GuestStatus = "failed"   // the mail server refused the mail for good
	DeclinedGuest GuestStatus = "declined" // the invited person said no
	// InactiveGuest narrows a list to suspended and ended.
	InactiveGuest GuestStatus = "inactive"
)

// GuestStatuses are those of an account, in the order of the administration's filter.
var GuestStatuses = []GuestStatus{AnyGuest, ActiveGuest, SuspendedGuest, EndedGuest, DeletedGuest}

// RegisterStatuses are the states of the register of guests, in the order of
// its filter.
var RegisterStatuses = []GuestStatus{
	AnyGuest, ActiveGuest, InvitedGuest, FailedGuest, ExpiredGuest, SuspendedGuest, EndedGuest, DeletedGuest,
}

// GuestStatus is the state of a guest's account at the moment now.
func (a Account) GuestStatus(now time.Time) GuestStatus {
	switch {
	case a.Former():
		return DeletedGuest
	case a.Status == StatusSuspended:
		return SuspendedGuest
	case !a.Active(now):
		return EndedGuest
	}
	return ActiveGuest
}
