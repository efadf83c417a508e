package views

import (
	"guesthouse/static/locale"
	"guesthouse/store"
)

// RecoveryPage gives a guest without e-mail the way back.
type RecoveryPage struct {
	Page
	Recovery store.Recovery
	Reason   string // as typed
	Words    locale.Printer
	Link     string
	Door     string // address of the sign-in page
}

// back is where the page was opened from.
func (m RecoveryPage) back() string {
	if m.Administrator() {
		return AdminGuestURL(m.Recovery.Guest.ID)
	}
	return HomeURL
}
