package mail

import "time"

// Verification carries the code of a second step. Its secret is the code, whose
// clock starts when the mail is handed over. S0-36, S0-37
type Verification struct {
	Minutes int       `json:"minutes"` // life of the code
	Device  Device    `json:"device"`
	AskedAt time.Time `json:"asked_at"`
}

func (m Verification) letter(w writer) letter {
	life := time.Duration(m.Minutes) * time.Minute
	until := w.Exact(w.env.Now.Add(life))
	l := letter{
		// The code stands in what a list of mails shows, but not in the subject,
		// which travels through more logs.
		Preheader: w.T("mail.verification.preheader", "Code", grouped(w.mail.Secret), "Until", until, "Host", w.links.host()),
		Subject:   w.T("mail.verification.subject", "Organization", w.env.Organization),
		Title:     w.T("mail.verification.title", "Organization", w.env.Organization),
		Code:      w.mail.Secret,
		Lead:      []string{w.T("mail.verification.lead", "Lifetime", lifetime(w.Printer, life), "Until", until)},
		Facts:     asked(w, m.Device, m.AskedAt),
		Notes: []note{
			{Text: w.T("mail.verification.warning", "Host", w.links.host())},
			{w.T("mail.verification.mistake"), link{w.T("mail.verification.choose"), w.links.passwordForgotten()}},
		},
	}
	return l
}

// asked is who wanted something, as far as we can tell, and when.
func asked(w writer, from Device, at time.Time) []fact {
	var facts []fact
	if from.String() != "" {
		facts = append(facts, fact{Label: w.T("mail.asked_by"), Value: from.String()})
	}
	if !at.IsZero() {
		facts = append(facts, fact{Label: w.T("mail.asked_at"), Value: w.Exact(at)})
	}
	return facts
}
