package mail

import (
	"cmp"
	"slices"
	"time"

	"guesthouse/static/locale"
)

// Invitation asks somebody into a space or, without one, into the organisation
// alone (S3-07). Its secret is the token of its one link. S0-28
type Invitation struct {
	Inviter   Person    `json:"inviter"`
	Space     string    `json:"space"`
	Internal  bool      `json:"internal,omitempty"` // not a guest space but an organisation's own
	Subject   string    `json:"subject,omitempty"`  // the inviter's, else ours
	Message   string    `json:"message,omitempty"`  // the inviter's words, plain text
	ExpiresAt time.Time `json:"expires_at"`         // end of the link
	// Permission is "edit" or "read".
	Permission string `json:"permission"`
	// Access ends so many days after joining or at a moment; neither is no end.
	AccessDays   int       `json:"access_days,omitempty"`
	AccessEndsAt time.Time `json:"access_ends_at,omitzero"`
	// OwnAccount says that one can also join with an account elsewhere.
	OwnAccount bool `json:"own_account,omitempty"`
}

func (i Invitation) letter(w writer) letter {
	inviter, until := i.Inviter.in(w.Printer), w.Exact(i.ExpiresAt)
	into := cmp.Or(i.Space, w.env.Organization)
	l := letter{
		Subject:   i.Subject,
		Preheader: w.T("mail.invitation.preheader", "Inviter", inviter, "Until", until),
		Title:     w.T("mail.invitation.title", "Inviter", inviter, "Space", into),
		Lead:      []string{w.T(i.leadKey(), "Space", into, "Organization", w.env.Organization)},
		Quote:     quote(i.Message),
		Action:    link{w.T("mail.invitation.action"), w.links.invitation(w.mail.Secret)},
		Facts: []fact{
			{Label: w.T("mail.invitation.works"), Value: w.T("mail.invitation.works_value",
				"Lifetime", lifetime(w.Printer, i.ExpiresAt.Sub(w.mail.CreatedAt)), "Until", until)},
			{Label: w.T("mail.invitation.for"), Value: string(w.mail.To)},
			{Label: w.T("mail.invitation.permission"), Value: w.T("mail.invitation.permission." + i.Permission)},
			{Label: w.T("mail.invitation.access"), Value: i.access(w.Printer)},
		},
		Notes: []note{{Text: w.T("mail.invitation.mistake", "Inviter", inviter)}},
	}
	if i.Space == "" { // there is nothing yet to edit or to read
		l.Facts = slices.Delete(l.Facts, 2, 3)
	}
	if l.Subject == "" && i.Space == "" {
		l.Subject = w.T("mail.invitation.subject_organization", "Organization", w.env.Organization)
	} else if l.Subject == "" {
		l.Subject = w.T("mail.invitation.subject", "Space", i.Space, "Organization", w.env.Organization)
	}
	if i.OwnAccount {
		l.Lead = append(l.Lead, w.T("mail.invitation.own_account"))
	}
	return l
}

func (i Invitation) leadKey() string {
	if i.Space == "" {
		return "mail.invitation.lead_organization"
	}
	if i.Internal {
		return "mail.invitation.lead_internal"
	}
	return "mail.invitation.lead"
}

func (i Invitation) access(p locale.Printer) string {
	switch {
	case !i.AccessEndsAt.IsZero():
		return p.T("mail.invitation.access_until", "Until", p.Exact(i.AccessEndsAt))
	case i.AccessDays > 0:
		return p.T("mail.invitation.access_days", "N", i.AccessDays)
	}
	return p.T("mail.invitation.access_open")
}

// lifetime is how long a link or code works, in the largest unit that is exact
// to the minute: "7 days", "36 hours", "90 minutes".
func lifetime(p locale.Printer, d time.Duration) string {
	d = d.Round(time.Minute)
	switch {
	case d >= 24*time.Hour && d%(24*time.Hour) == 0:
		return p.T("mail.days", "N", int(d/(24*time.Hour)))
	case d > time.Hour && d%time.Hour == 0:
		return p.T("mail.hours", "N", int(d/time.Hour))
	}
	return p.T("mail.minutes", "N", int(d/time.Minute))
}
