package mail

import "guesthouse/store"

// factorTopics are what can become of somebody's second step.
var factorTopics = map[string]bool{
	store.NoticeSecondStepOn: true, store.NoticeSecondStepOff: true, store.NoticeSecondStepTaken: true,
	store.NoticeRecoveryCodeUsed: true, store.NoticeRecoveryCodes: true,
}

// secondStep tells the owner of an account what became of its second step, and
// what to do if it was not them.
func (m Notification) secondStep(w writer) letter {
	words := []any{"Organization", w.env.Organization, "By", m.By.in(w.Printer)}
	lead := w.T("mail."+m.Topic+".lead", words...)
	l := letter{
		Subject:   w.T("mail."+m.Topic+".subject", words...),
		Preheader: lead,
		Title:     w.T("mail."+m.Topic+".title", words...),
		Lead:      []string{lead},
		Facts: append([]fact{{Label: w.T("mail.account"), Value: string(w.mail.To)}},
			asked(w, m.Device, m.At)...),
		Notes: []note{{w.T("mail.password_changed.mistake"),
			link{w.T("mail.password_changed.choose"), w.links.passwordForgotten()}}},
	}
	if m.Topic == store.NoticeSecondStepTaken {
		l.Action = link{w.T("mail.sign_in"), w.links.login()}
		l.Notes = []note{{Text: w.T("mail.second_step_taken.note")}}
	}
	return l
}
