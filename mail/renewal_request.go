package mail

import (
	"time"

	"guesthouse/store"
)

// RenewalRequest tells an inviter that somebody opened a link that has ended
// and asks for a new one. S2-03
type RenewalRequest struct {
	Address      string    `json:"address"` // whom the invitation was for
	Space        string    `json:"space"`
	SpaceID      store.ID  `json:"space_id"`
	InvitationID store.ID  `json:"invitation_id"`
	ExpiredAt    time.Time `json:"expired_at"`
}

func (m RenewalRequest) letter(w writer) letter {
	into, address := m.Space, w.links.spaceGuest(m.SpaceID, m.InvitationID)
	if m.SpaceID == 0 { // an invitation into the organisation alone
		into, address = w.env.Organization, w.links.to("/admin/invitations#invitation-"+m.InvitationID.String())
	}
	return letter{
		Subject:   w.T("mail.renewal_request.subject", "Space", into),
		Preheader: w.T("mail.renewal_request.preheader", "Until", w.Exact(m.ExpiredAt)),
		Title:     w.T("mail.renewal_request.title"),
		Lead: []string{w.T("mail.renewal_request.lead", "Address", m.Address, "Space", into,
			"Until", w.Exact(m.ExpiredAt))},
		Action: link{w.T("mail.renewal_request.action"), address},
		Notes:  []note{{Text: w.T("mail.renewal_request.note")}},
	}
}
