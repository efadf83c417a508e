package mail

import "time"

// MemberInvitation tells a new member of the organisation to set a password.
// Its secret is the token of the link.
type MemberInvitation struct {
	Inviter   Person    `json:"inviter"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (m MemberInvitation) letter(w writer) letter {
	inviter, until := m.Inviter.in(w.Printer), w.Exact(m.ExpiresAt)
	return letter{
		Subject:   w.T("mail.member_invitation.subject", "Organization", w.env.Organization),
		Preheader: w.T("mail.member_invitation.preheader", "Inviter", inviter, "Until", until),
		Title:     w.T("mail.member_invitation.title", "Inviter", inviter, "Organization", w.env.Organization),
		Lead:      []string{w.T("mail.member_invitation.lead", "Organization", w.env.Organization)},
		Action:    link{w.T("mail.member_invitation.action"), w.links.passwordReset(w.mail.Secret)},
		Facts: []fact{
			{Label: w.T("mail.invitation.works"), Value: w.T("mail.invitation.works_value",
				"Lifetime", lifetime(w.Printer, m.ExpiresAt.Sub(w.mail.CreatedAt)), "Until", until)},
			{Label: w.T("mail.account"), Value: string(w.mail.To)},
			{w.T("mail.welcome.sign_in"), shown(w.links.login()), w.links.login()},
		},
		Notes: []note{{Text: w.T("mail.invitation.mistake", "Inviter", inviter)}},
	}
}
