package mail

import (
	"guesthouse/store"
)

// ReviewOfSpace is one space whose guests are to be confirmed.
type ReviewOfSpace struct {
	Space string `json:"space"`
	N     int    `json:"n"` // guests without an answer
}

// reviewLetter asks somebody to say which guests still belong.
func (m Notification) reviewLetter(w writer) letter {
	key := "mail.review"
	if m.Topic == store.NoticeReviewReminder {
		key = "mail.review_reminder"
	}
	l := letter{
		Subject: w.T(key+".subject", "Organization", w.env.Organization),
		Title:   w.T(key + ".title"),
		Lead:    []string{w.T("mail.review.lead", "When", w.Exact(m.DueAt))},
		Action:  link{w.T("mail.review.action"), w.links.to("/reviews")},
		Notes:   []note{{Text: w.T("mail.review.note")}},
	}
	l.Preheader = l.Lead[0]
	for _, r := range m.Reviews {
		l.Facts = append(l.Facts, fact{Label: r.Space, Value: w.T("mail.review.guests", "N", r.N)})
	}
	return l
}

// noSpaceLetter says what becomes of a guest who is in no space: to the guest,
// or to the sponsor.
func (m Notification) noSpaceLetter(w writer) letter {
	key := map[string]string{
		store.NoticeNoSpaceSuspension:      "mail.no_space_suspension",
		store.NoticeNoSpaceDeletion:        "mail.no_space_deletion",
		store.NoticeGuestNoSpaceSuspension: "mail.guest_no_space_suspension",
		store.NoticeGuestNoSpaceDeletion:   "mail.guest_no_space_deletion",
	}[m.Topic]
	when := w.Exact(m.DueAt)
	return letter{
		Subject:   w.T(key+".subject", "Organization", w.env.Organization, "Guest", m.Guest.in(w.Printer)),
		Preheader: w.T(key+".lead", "When", when, "Guest", m.Guest.in(w.Printer), "Organization", w.env.Organization),
		Title:     w.T(key+".subject", "Organization", w.env.Organization, "Guest", m.Guest.in(w.Printer)),
		Lead:      []string{w.T(key+".lead", "When", when, "Guest", m.Guest.in(w.Printer), "Organization", w.env.Organization)},
		Facts:     []fact{{Label: w.T("mail.no_space.when"), Value: when}},
	}
}
