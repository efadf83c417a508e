package views

import (
	"strings"

	"guesthouse/store"
)

// DiagnosisPage says why an address can't sign in, also one without an account.
type DiagnosisPage struct {
	Page
	Address   string // as it was typed
	Asked     bool
	Diagnosis store.Diagnosis
}

// Cure is what can be done about a finding: a page to go to, or an act to do.
type Cure struct {
	Label string
	URL   string
	Post  bool
}

// Findings are what stands in the way, in words.
func Findings(p Page, d store.Diagnosis) []FindingLine {
	lines := make([]FindingLine, len(d.Findings))
	for i, f := range d.Findings {
		lines[i] = findingLine(p, d, f)
	}
	return lines
}

// FindingLine is one thing that stands in somebody's way, with its cure.
type FindingLine struct {
	What   string
	Text   string
	By     *Person
	Reason string
	Reply  string
	Help   string
	Cure   Cure // without a URL for none
}

func findingLine(p Page, d store.Diagnosis, f store.Finding) FindingLine {
	what := "diagnosis." + string(f.What)
	line := FindingLine{
		What: string(f.What), Reason: f.Reason, Reply: f.Reply, Help: p.T(what + ".help"), Cure: cureOf(p, d, f),
		Text: p.T(what, "When", p.DateTime(f.At), "Until", p.DateTime(f.Until), "Space", spaceOf(p, f), "Address", d.Address),
	}
	if f.Cause != "" && f.Cause != store.ByHand && f.What == store.AccountSuspended {
		line.Reason = strings.TrimSpace(p.T("audit_value."+string(f.Cause)) + " " + f.Reason)
	}
	if f.By.ID != 0 {
		by := PersonOf(f.By)
		line.By = &by
	}
	return line
}

// spaceOf names the space of an invitation, or the organisation alone.
func spaceOf(p Page, f store.Finding) string {
	if f.Name != "" {
		return f.Name
	}
	return p.Organization
}

// cureOf is what helps against a finding.
func cureOf(p Page, d store.Diagnosis, f store.Finding) Cure {
	id := d.Account.ID
	switch f.What {
	case store.AccountSuspended:
		return Cure{p.T("guest.reactivate"), SuspensionDeleteURL(id), false}
	case store.DeletionPending:
		return Cure{p.T("guests.undo_deletion"), AdminGuestUndoURL(id), false}
	case store.PasswordRests, store.PasswordWaits, store.CodesRest, store.CodesUsedUp:
		return Cure{p.T("diagnosis.lift"), AdminGuestLimitsURL(id), true}
	case store.NoPassword, store.PasswordWrong:
		if d.Account.Email != "" && d.Account.Active(p.Now) {
			return Cure{p.T("guests.mail_reset"), AdminGuestResetURL(id), true}
		}
	case store.CodeFailed, store.ResetFailed:
		return Cure{p.T("guests.change_address"), AdminGuestAddressURL(id), false}
	case store.CodeUnsent:
		return Cure{p.T("diagnosis.to_mail"), AdminMailURL, false}
	case store.NoSecondStep:
		return Cure{p.T("diagnosis.to_authentication"), AdminAuthenticationURL, false}
	case store.IsMember:
		return Cure{p.T("diagnosis.to_member"), AdminMemberURL(id), false}
	case store.AddressChanged, store.AccountDeleted:
		return Cure{p.T("guests.open"), AdminGuestURL(id), false}
	case store.InNoSpace, store.SpacesEnded, store.NotInvited:
		return Cure{p.T("guests.to_spaces"), SpacesURL, false}
	case store.InvitationOpen, store.InvitationUnsent, store.InvitationFailed, store.InvitationExpired, store.InvitationEnded, store.InvitationRefused:
		if f.Space != 0 {
			return Cure{p.T("diagnosis.to_guests"), GuestsURL(f.Space), false}
		}
	case store.AccessEnded:
		return Cure{p.T("diagnosis.to_guest"), AdminGuestURL(id), false}
	case store.TermsOpen:
		return Cure{p.T("diagnosis.to_terms"), AdminTermsURL, false}
	case store.MustChange: // the guest does it at the next sign-in
	}
	return Cure{}
}
