package mail

import (
	"time"

	"guesthouse/store"
)

// Notification tells somebody what has happened, where no other kind of mail
// does. The topic says what; the other fields are those of the topic.
type Notification struct {
	Topic string `json:"topic"`

	Space   string   `json:"space"`
	SpaceID store.ID `json:"space_id"`

	// guest_added: By has put the guest into a space. administrator_joined,
	// join_requested: what By did or wants.
	By         Person    `json:"by"`
	Permission string    `json:"permission"`
	EndsAt     time.Time `json:"ends_at,omitzero"`

	// invitations_requested: By asks for the approval of Count invitations; without
	// a SpaceID, from system administrators. invitations_decided: what By approved
	// or refused, and why.
	Count    int      `json:"count,omitempty"`
	Approved []string `json:"approved,omitempty"`
	Refused  []string `json:"refused,omitempty"`

	// codes_rest: somebody guessed codes until the second step had to rest (SEC-T9).
	// second_step_on and the like: what became of one's second step.
	Device Device    `json:"device"`
	At     time.Time `json:"at,omitzero"`

	// guest_suspended and what else can become of a guest: By did it to Guest.
	Guest    Person    `json:"guest"`
	Reason   string    `json:"reason,omitempty"`
	DeleteAt time.Time `json:"delete_at,omitzero"`

	// review_started, review_reminder: guests to be confirmed until DueAt.
	// no_space_suspension and the like: what happens to Guest then.
	Reviews []ReviewOfSpace `json:"reviews,omitempty"`
	DueAt   time.Time       `json:"due_at,omitzero"`

	// webhook_off: the portal has switched it off.
	Webhook   string   `json:"webhook,omitempty"`
	WebhookID store.ID `json:"webhook_id,omitempty"`
}

// letter is empty for a topic that has no words.
func (m Notification) letter(w writer) letter {
	if factorTopics[m.Topic] {
		return m.secondStep(w)
	}
	if standings[m.Topic] {
		return m.standing(w)
	}
	switch m.Topic {
	case store.NoticeSponsorNow, store.NoticeSponsorNoMore:
		return m.sponsor(w)
	case store.NoticeGuestAdded:
		return m.guestAdded(w)
	case store.NoticeCodesRest:
		return m.codesRest(w)
	case store.NoticeAdministratorJoined:
		return m.about(w, "mail.administrator_joined.title", "mail.administrator_joined.lead")
	case store.NoticeReviewStarted, store.NoticeReviewReminder:
		return m.reviewLetter(w)
	case store.NoticeNoSpaceSuspension, store.NoticeNoSpaceDeletion, store.NoticeGuestNoSpaceSuspension, store.NoticeGuestNoSpaceDeletion:
		return m.noSpaceLetter(w)
	case store.NoticeInvitationsRequested:
		return m.invitationsRequested(w)
	case store.NoticeInvitationsDecided:
		return m.invitationsDecided(w)
	case store.NoticeWebhookOff:
		return m.webhookOff(w)
	case store.NoticeJoinRequested:
		return m.about(w, "mail.join_requested.title", "mail.join_requested.lead")
	}
	return letter{}
}

// about is a notice to the administrators of a space.
func (m Notification) about(w writer, titleKey, leadKey string) letter {
	title := w.T(titleKey, "Actor", m.By.in(w.Printer), "Space", m.Space)
	return letter{
		Subject:   title,
		Preheader: w.T(leadKey),
		Title:     title,
		Lead:      []string{w.T(leadKey)},
		Action:    link{w.T("mail.welcome.action", "Space", m.Space), w.links.space(m.SpaceID)},
		Notes:     []note{{Text: w.T("mail.space_administrators")}},
	}
}

func (m Notification) guestAdded(w writer) letter {
	title := w.T("mail.guest_added.title", "By", m.By.in(w.Printer), "Space", m.Space)
	return letter{
		Subject:   w.T("mail.guest_added.subject", "Space", m.Space, "Organization", w.env.Organization),
		Preheader: title,
		Title:     title,
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
