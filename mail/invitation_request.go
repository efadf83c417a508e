package mail

import "strings"

// invitationsRequested tells who approves that invitations wait, one mail for
// all that was asked for at once.
func (m Notification) invitationsRequested(w writer) letter {
	title := w.T("mail.invitations_requested.title", "Actor", m.By.in(w.Printer), "Space", m.Space, "N", m.Count)
	queue := w.links.invitationRequests(m.SpaceID)
	return letter{
		Subject:   title,
		Preheader: w.T("mail.invitations_requested.lead"),
		Title:     title,
		Lead:      []string{w.T("mail.invitations_requested.lead")},
		Action:    link{w.T("mail.invitations_requested.action"), queue},
		Notes:     []note{{Text: w.T("mail.invitations_requested.why")}},
	}
}

// invitationsDecided tells who asked what became of it. One decision approves
// or refuses, never both.
func (m Notification) invitationsDecided(w writer) letter {
	outcome, whom := "approved", m.Approved
	if len(m.Refused) > 0 {
		outcome, whom = "refused", m.Refused
	}
	title := w.T("mail.invitations_decided."+outcome, "Space", m.Space, "N", len(whom))
	lead := w.T("mail.invitations_decided.lead_"+outcome, "Actor", m.By.in(w.Printer))
	facts := []fact{{Label: w.T("mail.invitations_decided.addresses"), Value: strings.Join(whom, ", ")}}
	if m.Reason != "" {
		facts = append(facts, fact{Label: w.T("mail.invitations_decided.reason"), Value: m.Reason})
	}
	return letter{
		Subject:   title,
		Preheader: lead,
		Title:     title,
		Lead:      []string{lead},
		Action:    link{w.T("mail.welcome.action", "Space", m.Space), w.links.space(m.SpaceID)},
		Facts:     facts,
	}
}
