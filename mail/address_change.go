package mail

import "time"

// AddressChange tells the old and the new address of an account that it signs
// in with the new one from now on (S2-13). With an end it is about the wish for
// that: the new address gets the link, which is the secret, the old one a notice.
type AddressChange struct {
	Before    string    `json:"before"`
	After     string    `json:"after"`
	Contact   string    `json:"contact"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

func (m AddressChange) letter(w writer) letter {
	switch {
	case m.ExpiresAt.IsZero():
		return m.changed(w)
	case w.mail.Secret == "":
		return m.asked(w)
	}
	return m.link(w)
}

// changed says that the address is another one now.
func (m AddressChange) changed(w writer) letter {
	l := letter{
		Subject:   w.T("mail.address_change.title", "Organization", w.env.Organization),
		Preheader: w.T("mail.address_change.lead"),
		Title:     w.T("mail.address_change.title", "Organization", w.env.Organization),
		Lead:      []string{w.T("mail.address_change.lead")},
		Action:    link{w.T("mail.sign_in"), w.links.login()},
		Facts:     m.addresses(w),
		Notes:     []note{{Text: w.T("mail.address_change.mistake")}},
	}
	l.Facts = append(l.Facts, fact{Label: w.T("mail.contact"), Value: m.Contact})
	return l
}

// link is for the new address: the page with the button that confirms it.
func (m AddressChange) link(w writer) letter {
	until := w.Exact(m.ExpiresAt)
	return letter{
		Subject:   w.T("mail.address_link.title", "Organization", w.env.Organization),
		Preheader: w.T("mail.password_reset.preheader", "Until", until),
		Title:     w.T("mail.address_link.title", "Organization", w.env.Organization),
		Lead: []string{w.T("mail.address_link.lead", "Organization", w.env.Organization, "Until", until,
			"Lifetime", lifetime(w.Printer, m.ExpiresAt.Sub(w.mail.CreatedAt)))},
		Action: link{w.T("mail.address_link.action"), w.links.address(w.mail.Secret)},
		Facts:  append(m.addresses(w), fact{Label: w.T("mail.contact"), Value: m.Contact}),
		Notes:  []note{{Text: w.T("mail.address_link.mistake")}},
	}
}

// asked is for the old address: somebody would like to leave it.
func (m AddressChange) asked(w writer) letter {
	lead := w.T("mail.address_asked.lead", "Until", w.Exact(m.ExpiresAt))
	return letter{
		Subject:   w.T("mail.address_asked.title", "Organization", w.env.Organization),
		Preheader: lead,
		Title:     w.T("mail.address_asked.title", "Organization", w.env.Organization),
		Lead:      []string{lead},
		Facts:     append(m.addresses(w), fact{Label: w.T("mail.contact"), Value: m.Contact}),
		Notes: []note{{w.T("mail.address_asked.mistake"),
			link{w.T("mail.password_changed.choose"), w.links.passwordForgotten()}}},
	}
}

// addresses are the old one, if there was one, and the new one.
func (m AddressChange) addresses(w writer) []fact {
	var facts []fact
	if m.Before != "" {
		facts = append(facts, fact{Label: w.T("mail.address_change.before"), Value: m.Before})
	}
	return append(facts, fact{Label: w.T("mail.address_change.after"), Value: m.After})
}
