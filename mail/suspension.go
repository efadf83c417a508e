package mail

import (
	"time"

	"guesthouse/store"
)

// Suspension tells people in a plain line what became of their account or of
// their place in a space, and whom to ask (beyond 10). It names no reason:
// that is between the people who host.
type Suspension struct {
	What     string    `json:"what"` // a topic of store.Notice*
	Contact  string    `json:"contact"`
	Space    string    `json:"space,omitempty"`
	DeleteAt time.Time `json:"delete_at,omitzero"`
}

// letter is empty for what has no words.
func (m Suspension) letter(w writer) letter {
	if !standings[m.What] && !memberStandings[m.What] {
		return letter{}
	}
	words := []any{"Organization", w.env.Organization, "Space", m.Space}
	l := letter{
		Subject:   w.T("mail.your_"+m.What+".title", words...),
		Preheader: w.T("mail.your_"+m.What+".lead", words...),
		Title:     w.T("mail.your_"+m.What+".title", words...),
		Lead:      []string{w.T("mail.your_"+m.What+".lead", words...)},
		Facts:     []fact{{Label: w.T("mail.contact"), Value: m.Contact}},
	}
	switch m.What {
	case store.NoticeGuestReactivated, store.NoticeGuestDeletionUndone,
		store.NoticeMemberReactivated, store.NoticeGuestConverted, store.NoticeMemberDemoted:
		l.Action = link{w.T("mail.sign_in"), w.links.login()}
	case store.NoticeGuestDeletion:
		l.Facts = append(l.Facts, fact{Label: w.T("mail.deleted_on"), Value: w.Exact(m.DeleteAt)})
	}
	return l
}

// sponsor tells a member that they answer for a guest from now on, or no more.
func (m Notification) sponsor(w writer) letter {
	words := []any{"Actor", m.By.in(w.Printer), "Guest", m.Guest.in(w.Printer), "Organization", w.env.Organization}
	l := letter{
		Subject:   w.T("mail."+m.Topic+".title", words...),
		Preheader: w.T("mail."+m.Topic+".lead", words...),
		Title:     w.T("mail."+m.Topic+".title", words...),
		Lead:      []string{w.T("mail."+m.Topic+".lead", words...)},
		Facts:     []fact{{Label: w.T("mail.changed_by"), Value: m.By.in(w.Printer)}},
	}
	if m.Reason != "" {
		l.Facts = append(l.Facts, fact{Label: w.T("mail.reason"), Value: m.Reason})
	}
	return l
}

// standings are what can become of a guest.
var standings = map[string]bool{
	store.NoticeGuestSuspended: true, store.NoticeGuestReactivated: true, store.NoticeGuestRemoved: true,
	store.NoticeGuestDeletion: true, store.NoticeGuestDeletionUndone: true, store.NoticeGuestDeleted: true,
}

// memberStandings are what can become of a member, or of a guest who becomes
// one. Only the person is told.
var memberStandings = map[string]bool{
	store.NoticeMemberDeactivated: true, store.NoticeMemberReactivated: true,
	store.NoticeGuestConverted: true, store.NoticeMemberDemoted: true,
}

// standing is the notice to those who answer for the guest: who did what, to
// whom, and why.
func (m Notification) standing(w writer) letter {
	words := []any{"Actor", m.By.in(w.Printer), "Guest", m.Guest.in(w.Printer), "Space", m.Space}
	l := letter{
		Subject:   w.T("mail."+m.Topic+".title", words...),
		Preheader: w.T("mail."+m.Topic+".lead", words...),
		Title:     w.T("mail."+m.Topic+".title", words...),
		Lead:      []string{w.T("mail."+m.Topic+".lead", words...)},
	}
	if m.SpaceID != 0 {
		l.Action = link{w.T("mail.guests_of", "Space", m.Space), w.links.spaceGuests(m.SpaceID)}
		l.Notes = []note{{Text: w.T("mail.space_administrators")}}
	} else {
		l.Notes = []note{{Text: w.T("mail.sponsors")}}
	}
	if m.Reason != "" {
		l.Facts = append(l.Facts, fact{Label: w.T("mail.reason"), Value: m.Reason})
	}
	if !m.DeleteAt.IsZero() {
		l.Facts = append(l.Facts, fact{Label: w.T("mail.deleted_on"), Value: w.Exact(m.DeleteAt)})
	}
	return l
}
