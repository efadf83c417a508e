package mail

import (
	"strings"
	"time"

	"guesthouse/store"
)

// ExpiryNotice tells those who answer for guests whose access ends, or one
// guest of their own ends. S3-17
type ExpiryNotice struct {
	ToGuest bool        `json:"to_guest,omitempty"`
	Ended   bool        `json:"ended,omitempty"`   // it has come; only guests are told so
	Contact string      `json:"contact,omitempty"` // whom a guest can ask; "" where there is nobody
	Ends    []AccessEnd `json:"ends"`
}

// AccessEnd is the end of one guest's access to a space or, without a space, to
// the organisation.
type AccessEnd struct {
	Guest   Person    `json:"guest"`
	GuestID store.ID  `json:"guest_id"`
	Space   string    `json:"space,omitempty"`
	SpaceID store.ID  `json:"space_id,omitempty"`
	EndsAt  time.Time `json:"ends_at"`
}

// to is what the access is to.
func (e AccessEnd) to(w writer) string {
	if e.Space == "" {
		return w.env.Organization
	}
	return e.Space
}

// letter is empty for a notice of nothing.
func (m ExpiryNotice) letter(w writer) letter {
	switch {
	case len(m.Ends) == 0:
		return letter{}
	case m.ToGuest:
		return m.toGuest(w)
	}
	return m.toHost(w)
}

// toHost has one button: the form of the one guest, or the page of all of them.
func (m ExpiryNotice) toHost(w writer) letter {
	first, guests := m.Ends[0], m.names(w)
	title := w.T("mail.expiry.title_one", "Name", first.Guest.in(w.Printer), "Until", w.Exact(first.EndsAt))
	action := link{w.T("mail.expiry.extend"), w.links.guestEndings(first.GuestID)}
	if len(guests) > 1 {
		title = w.T("mail.expiry.title", "N", len(guests))
		action = link{w.T("mail.expiry.review"), w.links.endings()}
	}
	var facts []fact
	for _, end := range m.Ends {
		facts = append(facts, fact{Label: end.Guest.in(w.Printer), Value: end.to(w) + " · " + w.Exact(end.EndsAt)})
	}
	return letter{
		Subject:   title,
		Preheader: w.T("mail.expiry.preheader", "Names", strings.Join(guests, ", ")),
		Title:     title,
		Lead:      []string{w.T("mail.expiry.lead")},
		Action:    action,
		Facts:     facts,
		Notes:     []note{{Text: w.T("mail.expiry.why")}},
	}
}

// names are those of the guests, each once.
func (m ExpiryNotice) names(w writer) []string {
	var names []string
	known := map[store.ID]bool{}
	for _, end := range m.Ends {
		if !known[end.GuestID] {
			known[end.GuestID] = true
			names = append(names, end.Guest.in(w.Printer))
		}
	}
	return names
}

func (m ExpiryNotice) toGuest(w writer) letter {
	first := m.Ends[0]
	key := map[bool]string{false: "mail.expiry.guest", true: "mail.expiry.ended"}[m.Ended]
	title := w.T(key+".title", "To", first.to(w), "Until", w.Exact(first.EndsAt))
	if len(m.Ends) > 1 {
		title = w.T(key + ".title_many")
	}
	var facts []fact
	for _, end := range m.Ends {
		facts = append(facts, fact{Label: end.to(w), Value: w.Exact(end.EndsAt)})
	}
	lead := []string{w.T(key + ".lead")}
	if m.Contact != "" {
		lead = append(lead, w.T("mail.expiry.contact", "Name", m.Contact))
	}
	return letter{Subject: title, Preheader: lead[len(lead)-1], Title: title, Lead: lead, Facts: facts}
}
