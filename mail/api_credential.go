package mail

import (
	"strings"
	"time"

	"guesthouse/store"
)

// APICredential tells the owner of an account that an API password or API token
// was made for it, so that one that somebody else made is noticed.
type APICredential struct {
	Kind   store.APICredentialKind `json:"kind"`
	Name   string                  `json:"name"`
	Scopes []store.APIScope        `json:"scopes"`
	EndsAt time.Time               `json:"ends_at"`
	MadeAt time.Time               `json:"made_at"`
	Device Device                  `json:"device"`
}

func (m APICredential) letter(w writer) letter {
	lead := w.T("mail.api_credential.lead_"+string(m.Kind), "Organization", w.env.Organization)
	return letter{
		Subject:   w.T("mail.api_credential.subject_"+string(m.Kind), "Organization", w.env.Organization),
		Preheader: lead,
		Title:     w.T("mail.api_credential.title_" + string(m.Kind)),
		Lead:      []string{lead},
		Action:    link{w.T("mail.api_credential.action"), w.links.programs()},
		Facts: append([]fact{
			{Label: w.T("mail.account"), Value: string(w.mail.To)},
			{Label: w.T("api_access.name"), Value: m.Name},
			{Label: w.T("api_access.scope"), Value: m.scopes(w)},
			{Label: w.T("api_access.ends"), Value: w.Exact(m.EndsAt)},
		}, asked(w, m.Device, m.MadeAt)...),
		Notes: []note{{w.T("mail.api_credential.mistake"),
			link{w.T("mail.password_changed.choose"), w.links.passwordForgotten()}}},
	}
}

func (m APICredential) scopes(w writer) string {
	words := make([]string, len(m.Scopes))
	for i, scope := range m.Scopes {
		words[i] = w.T("api_access_scope." + string(scope))
	}
	return strings.Join(words, ", ")
}
