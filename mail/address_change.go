package mail

// AddressChange tells the old and the new address of an account that it signs
// in with the new one from now on (S2-13).
type AddressChange struct {
	Before  string `json:"before"`
	After   string `json:"after"`
	Contact string `json:"contact"`
}

func (m AddressChange) letter(w writer) letter {
	l := letter{
		Subject:   w.T("mail.address_change.title", "Organization", w.env.Organization),
		Preheader: w.T("mail.address_change.lead"),
		Title:     w.T("mail.address_change.title", "Organization", w.env.Organization),
		Lead:      []string{w.T("mail.address_change.lead")},
		Action:    link{w.T("mail.sign_in"), w.links.login()},
		Notes:     []note{{Text: w.T("mail.address_change.mistake")}},
	}
	if m.Before != "" {
		l.Facts = append(l.Facts, fact{Label: w.T("mail.address_change.before"), Value: m.Before})
	}
	l.Facts = append(l.Facts,
		fact{Label: w.T("mail.address_change.after"), Value: m.After},
		fact{Label: w.T("mail.contact"), Value: m.Contact})
	return l
}
