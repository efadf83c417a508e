package views

import "guesthouse/store"

// PickerPage chooses among the guests who have an account (S3-10).
type PickerPage struct {
	Page
	Space      store.Space
	Query      string
	Guests     []GuestCandidate
	Chosen     string // ID of the account
	Permission string
	Days, On   string
}

// GuestCandidate is a guest who can be added.
type GuestCandidate struct {
	Candidate
	Elsewhere bool // in another space, where one is all
}

// NewGuestCandidates fits guests to the picker.
func NewGuestCandidates(list []store.GuestCandidate) []GuestCandidate {
	guests := make([]GuestCandidate, len(list))
	for i, c := range list {
		guests[i] = GuestCandidate{Candidate: Candidate{Person: PersonOf(c.Account), Sub: subline(c.Account)}, Elsewhere: c.Elsewhere}
	}
	return guests
}

// submitLabel says that approval is asked for where it is.
func (m PickerPage) submitLabel() string {
	if m.Space.NeedsApproval() {
		return m.T("invite.ask_plain")
	}
	return m.T("picker.add")
}
