package mail

import "time"

// Test shows an administrator that mails arrive.
type Test struct {
	By      Person    `json:"by"`
	AskedAt time.Time `json:"asked_at"`
}

func (m Test) letter(w writer) letter {
	return letter{
		Subject:   w.T("mail.test.subject", "Organization", w.env.Organization),
		Preheader: w.T("mail.test.lead"),
		Title:     w.T("mail.test.title"),
		Lead:      []string{w.T("mail.test.lead")},
		Action:    link{w.T("mail.test.action"), w.links.mailAdministration()},
		Facts: append([]fact{{Label: w.T("mail.asked_by"), Value: m.By.in(w.Printer)}},
			asked(w, Device{}, m.AskedAt)...),
	}
}
