package mail

import (
	"time"

	"guesthouse/store"
)

// Welcome tells a new guest where to sign in next time. Its secret is the
// password where the organisation chose to have it mailed once (S0-34, C3);
// without a secret the mail offers to set a new one.
type Welcome struct {
	Login        string    `json:"login"`
	Space        string    `json:"space"`
	SpaceID      store.ID  `json:"space_id"`
	AccessEndsAt time.Time `json:"access_ends_at,omitzero"`
	// TwoStep says that the next sign-in asks for a mailed code.
	TwoStep bool `json:"two_step,omitempty"`
}

// passwordLife is how long after the sign-up a password is still mailed: a mail
// that was held up longer goes without it. SEC-P4
const passwordLife = time.Hour

func (m Welcome) letter(w writer) letter {
	into, address := m.Space, w.links.space(m.SpaceID)
	if m.SpaceID == 0 { // a guest of the organisation alone
		into, address = w.env.Organization, w.links.to("/")
	}
	l := letter{
		Subject:   w.T("mail.welcome.title", "Space", into),
		Preheader: w.T("mail.welcome.preheader"),
		Title:     w.T("mail.welcome.title", "Space", into),
		Lead:      []string{w.T("mail.welcome.lead", "Organization", w.env.Organization)},
		Action:    link{w.T("mail.welcome.action", "Space", into), address},
		Facts: []fact{
			{w.T("mail.welcome.sign_in"), shown(w.links.login()), w.links.login()},
			{Label: w.T("mail.welcome.login"), Value: m.Login},
			{Label: w.T("mail.welcome.password"), Value: w.T("mail.welcome.password_chosen")},
			{w.T("mail.welcome.forgotten"), w.T("mail.welcome.choose"), w.links.passwordForgotten()},
			{Label: w.T("mail.welcome.access_ends"), Value: accessEnd(w, m.AccessEndsAt)},
		},
	}
	if w.mail.Secret != "" && w.env.Now.Sub(w.mail.CreatedAt) < passwordLife {
		l.Facts[2].Value = w.mail.Secret
		l.Notes = append(l.Notes, note{Text: w.T("mail.welcome.password_note")})
	}
	if m.TwoStep {
		l.Notes = append(l.Notes, note{Text: w.T("mail.welcome.two_step")})
	}
	l.Notes = append(l.Notes, note{w.T("mail.welcome.mistake"),
		link{w.T("mail.welcome.sessions"), w.links.sessions()}})
	return l
}
