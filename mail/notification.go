package mail

import (
	"time"

	"guesthouse/store"
)

// Notification tells somebody what has happened to them, where no other kind
// of mail does. The topic says what; the other fields are those of the topic.
type Notification struct {
	Topic string `json:"topic"`
	About string `json:"about"` // the topic, in older rows of the outbox

	// guest_added: By has put the guest into a space.
	By         Person    `json:"by"`
	Space      string    `json:"space"`
	SpaceID    store.ID  `json:"space_id"`
	Permission string    `json:"permission"`
	EndsAt     time.Time `json:"ends_at,omitzero"`

	// codes_rest: somebody guessed codes until the second step had to rest.
	// SEC-T9
	Device Device    `json:"device"`
	At     time.Time `json:"at,omitzero"`
}

func (m Notification) letter(w writer) letter {
	if m.Topic == "guest_added" || m.About == "guest_added" {
		return m.guestAdded(w)
	}
	return m.codesRest(w)
}

func (m Notification) guestAdded(w writer) letter {
	by := m.By.in(w.Printer)
	return letter{
		Subject:   w.T("mail.guest_added.subject", "Space", m.Space, "Organization", w.env.Organization),
		Preheader: w.T("mail.guest_added.title", "By", by, "Space", m.Space),
		Title:     w.T("mail.guest_added.title", "By", by, "Space", m.Space),
		Lead:      []string{w.T("mail.guest_added.lead", "Space", m.Space, "Organization", w.env.Organization)},
		Action:    link{w.T("mail.welcome.action", "Space", m.Space), w.links.space(m.SpaceID)},
		Facts: []fact{
			{Label: w.T("mail.invitation.permission"), Value: w.T("mail.invitation.permission." + m.Permission)},
			{Label: w.T("mail.welcome.access_ends"), Value: accessEnd(w, m.EndsAt)},
		},
	}
}

func (m Notification) codesRest(w writer) letter {
	return letter{
		Subject:   w.T("mail.codes_rest.subject", "Organization", w.env.Organization),
		Preheader: w.T("mail.codes_rest.lead"),
		Title:     w.T("mail.codes_rest.title"),
		Lead:      []string{w.T("mail.codes_rest.lead")},
		Action:    link{w.T("mail.password_reset.action"), w.links.passwordForgotten()},
		Facts: append([]fact{{Label: w.T("mail.account"), Value: string(w.mail.To)}},
			asked(w, m.Device, m.At)...),
		Notes: []note{{Text: w.T("mail.codes_rest.note")}},
	}
}

// accessEnd is when access ends, or that it does not.
func accessEnd(w writer, at time.Time) string {
	if at.IsZero() {
		return w.T("mail.welcome.access_open")
	}
	return w.Exact(at)
}
