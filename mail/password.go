package mail

import "time"

// PasswordReset carries a link to choose a new password. Its secret is the
// token of the link.
type PasswordReset struct {
	ExpiresAt time.Time `json:"expires_at"`
	Device    Device    `json:"device"`
	AskedAt   time.Time `json:"asked_at,omitzero"`
}

func (m PasswordReset) letter(w writer) letter {
	until := w.Exact(m.ExpiresAt)
	return letter{
		Subject:   w.T("mail.password_reset.subject", "Organization", w.env.Organization),
		Preheader: w.T("mail.password_reset.preheader", "Until", until),
		Title:     w.T("mail.password_reset.title"),
		Lead: []string{w.T("mail.password_reset.lead", "Organization", w.env.Organization, "Until", until,
			"Lifetime", lifetime(w.Printer, m.ExpiresAt.Sub(w.mail.CreatedAt)))},
		Action: link{w.T("mail.password_reset.action"), w.links.passwordReset(w.mail.Secret)},
		Facts: append([]fact{{Label: w.T("mail.account"), Value: string(w.mail.To)}},
			asked(w, m.Device, m.AskedAt)...),
		Notes: []note{{Text: w.T("mail.password_reset.mistake")}},
	}
}

// PasswordChanged tells the owner of an account that its password is another
// one now. SEC-P8
type PasswordChanged struct {
	ChangedAt time.Time `json:"changed_at"`
	Device    Device    `json:"device"`
	By        Person    `json:"by,omitzero"` // an administrator, if it was one
}

func (m PasswordChanged) letter(w writer) letter {
	lead := w.T("mail.password_changed.lead", "Organization", w.env.Organization)
	if m.By.Name != "" {
		lead = w.T("mail.password_changed.lead_by", "Organization", w.env.Organization, "By", m.By.in(w.Printer))
	}
	return letter{
		Subject:   w.T("mail.password_changed.subject", "Organization", w.env.Organization),
		Preheader: lead,
		Title:     w.T("mail.password_changed.title"),
		Lead:      []string{lead, w.T("mail.password_changed.sessions")},
		Facts: append([]fact{{Label: w.T("mail.account"), Value: string(w.mail.To)}},
			asked(w, m.Device, m.ChangedAt)...),
		Notes: []note{{w.T("mail.password_changed.mistake"),
			link{w.T("mail.password_changed.choose"), w.links.passwordForgotten()}}},
	}
}
