package mail

// webhookOff tells a system administrator that nothing is sent to a webhook any
// more, because it cannot be reached.
func (m Notification) webhookOff(w writer) letter {
	title := w.T("mail.webhook_off.title", "Organization", w.env.Organization)
	lead := w.T("mail.webhook_off.lead", "Name", m.Webhook)
	return letter{
		Subject:   title,
		Preheader: lead,
		Title:     title,
		Lead:      []string{lead},
		Action:    link{w.T("mail.webhook_off.action"), w.links.webhook(m.WebhookID)},
		Notes:     []note{{Text: w.T("mail.webhook_off.why")}},
	}
}
