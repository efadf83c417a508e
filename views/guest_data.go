package views

import (
	"strconv"
	"strings"

	"guesthouse/store"
)

// GuestDataPage is the form of what is known of a guest.
type GuestDataPage struct {
	ManagedGuestPage
	Data    store.PersonalData // as it was typed
	Version int                // of the account that the form was filled from
	Loaded  int64              // when that was, in milliseconds
	Changed []AuditLine        // what others did meanwhile
}

// GuestSponsorPage is the choice of who answers for a guest.
type GuestSponsorPage struct {
	ManagedGuestPage
	Query  string
	Chosen store.ID
	Found  []store.Account
}

// GuestAddressPage is the form of a guest's new address.
type GuestAddressPage struct {
	ManagedGuestPage
	Email string // as it was typed
}

func (m GuestDataPage) version() string { return strconv.Itoa(m.Version) }

func (m GuestDataPage) loaded() string { return strconv.FormatInt(m.Loaded, 10) }

func (m GuestDataPage) categories() []Option {
	options := []Option{{Value: "", Label: m.T("category.none")}}
	for _, category := range store.Categories {
		options = append(options, Option{Value: category, Label: m.T("category." + category)})
	}
	return options
}

// TelURL is a number as a link that dials, or "" for what is no number: then
// the text alone is shown (S1-18).
func TelURL(phone string) string {
	var digits strings.Builder
	for i, r := range strings.TrimSpace(phone) {
		switch {
		case r >= '0' && r <= '9', r == '+' && i == 0:
			digits.WriteRune(r)
		case strings.ContainsRune(" -()./\u00a0", r):
		default:
			return ""
		}
	}
	if digits.Len() < 3 {
		return ""
	}
	return "tel:" + digits.String()
}

// CallURL is where a call handle leads, or "" for one that is shown as text:
// only addresses of a page, a mailbox or a number are links (S1-19, SEC-I3).
func CallURL(callto string) string {
	if strings.ContainsAny(callto, " \t\"<>\\") {
		return ""
	}
	lower := strings.ToLower(callto)
	for _, scheme := range []string{"https://", "http://", "mailto:", "tel:"} {
		if strings.HasPrefix(lower, scheme) && len(callto) > len(scheme) {
			return callto
		}
	}
	return ""
}
