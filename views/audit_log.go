package views

import (
	"maps"
	"slices"
	"time"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// AuditLine is one entry of the audit log as pages show it.
type AuditLine struct {
	At      time.Time
	Who     *Person // nil: the portal itself, or somebody unknown
	Action  string
	Text    string // the sentence of the action
	Whom    *Person
	Subject string // the address, where there is no account
	Space   store.ID
	Name    string // of the space
	Reason  string
	Details []AuditDetail
	From    string // the client's address
}

// AuditDetail is one thing that changed.
type AuditDetail struct{ Label, Value string }

// AuditLines are entries for a reader of these words.
func AuditLines(words locale.Printer, entries []store.AuditEntry) []AuditLine {
	lines := make([]AuditLine, len(entries))
	for i, e := range entries {
		lines[i] = auditLine(words, e)
	}
	return lines
}

func auditLine(words locale.Printer, e store.AuditEntry) AuditLine {
	line := AuditLine{
		At: e.At, Action: e.Action, Text: AuditText(words, e.Action), Space: e.Space, Name: e.SpaceName,
		Reason: e.Reason, From: e.ClientAddress,
		Who:  auditPerson(e.Actor, e.ActorName, e.ActorIsGuest),
		Whom: auditPerson(e.Account, e.AccountName, e.AccountGuest),
	}
	if e.Account == e.Actor {
		line.Whom = nil // said already
	}
	if e.Account == 0 {
		line.Subject = e.Subject
	}
	for _, name := range slices.Sorted(maps.Keys(e.Details)) {
		label := words.T("audit_detail." + name)
		if label == "audit_detail."+name {
			label = name // a setting stands under its own name
		}
		line.Details = append(line.Details, AuditDetail{Label: label, Value: e.Details[name]})
	}
	return line
}

func auditPerson(id store.ID, name string, guest bool) *Person {
	if id == 0 || name == "" {
		return nil
	}
	person := &Person{ID: id, Name: name, Guest: guest, Lang: LangOf(name, ""), URL: AdminMemberURL(id)}
	if guest {
		person.URL = AdminGuestURL(id)
	}
	return person
}

// AuditText is the sentence for an action.
func AuditText(words locale.Printer, action string) string { return words.T("audit." + action) }
