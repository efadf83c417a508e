package views

import "guesthouse/store"

// UnaffiliatedForm invites guests into the organisation alone.
type UnaffiliatedForm struct {
	Page
	Emails   string
	Message  string
	Company  string
	Category string
	Days, On string
	Locale   string
	Checked  []store.AddressResult
}

func (m UnaffiliatedForm) categories() []Option {
	options := []Option{{Label: m.T("unaffiliated.no_category")}}
	for _, category := range store.Categories {
		options = append(options, Option{Value: category, Label: m.T("guests.category." + category)})
	}
	return options
}

// checks are the verdicts as the dialog of a space shows them.
func (m UnaffiliatedForm) checks() InvitePage {
	return InvitePage{Page: m.Page, Checked: m.Checked, Locale: m.Locale}
}

// UnaffiliatedPage are the open invitations into no space.
type UnaffiliatedPage struct {
	Page
	Invitations []store.Invitation
	First, Next string
	Invites     bool // the policy lets administrators invite more
}

// status is how an invitation stands, as StatusBadge knows it.
func (m UnaffiliatedPage) status(inv store.Invitation) string {
	switch {
	case !inv.Live(m.Now):
		return "expired"
	case inv.Delivery == "failed":
		return "failed"
	}
	return "invited"
}
