package views

import (
	"maps"
	"slices"
	"strings"
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

// AuditPage is the audit log, narrowed down.
type AuditPage struct {
	Page
	Lines  []AuditLine
	Action string // a group of actions, such as "guest."
	Person string // an address, or the number of an account
	From   string // dates as they were typed
	Until  string
	Space  string // the number of a space
	First  string
	Next   string
	CSV    string // the same entries as a file
}

// AuditGroups are the groups of actions, in the order of the filter.
var AuditGroups = []string{
	"session.", "password.", "profile.", "invitation.", "invitation_request.", "guest.", "member.", "membership.", "join_request.", "review.",
	"api_credential.", "webhook.", "space.", "template.", "thread.", "comment.", "message.", "file.", "department.", "policy.", "terms.", "mail.",
}

// Groups are the groups of actions to choose from.
func (m AuditPage) Groups() []Option {
	options := []Option{{Value: "", Label: m.T("audit_group.all")}}
	for _, group := range AuditGroups {
		options = append(options, Option{Value: group, Label: m.T("audit_group." + strings.TrimSuffix(group, "."))})
	}
	return options
}

// Only is what the log is narrowed down to besides the form, each with the
// address of the log without it.
func (m AuditPage) Only() []Tab {
	var only []Tab
	if m.Space != "" {
		name := "#" + m.Space
		for _, line := range m.Lines {
			if line.Name != "" {
				name = line.Name
				break
			}
		}
		only = append(only, Tab{Label: name, URL: AuditURL(m.without("space"))})
	}
	return only
}

// without is the page's filter with one part taken out.
func (m AuditPage) without(part string) AuditFilter {
	filter := AuditFilter{Action: m.Action, Person: m.Person, From: m.From, Until: m.Until, Space: m.Space}
	if part == "space" {
		filter.Space = ""
	}
	return filter
}

// Narrowed reports whether the log shows less than everything.
func (m AuditPage) Narrowed() bool { return m.without("") != AuditFilter{} }

// AuditFilter is how the audit log is narrowed down, as it stands in its
// address.
type AuditFilter struct{ Action, Person, From, Until, Space string }

func (f AuditFilter) pairs() []string {
	return []string{"action", f.Action, "person", f.Person, "from", f.From, "until", f.Until, "space", f.Space}
}

// AuditURL is the audit log narrowed down.
func AuditURL(f AuditFilter) string { return WithQuery(AdminAuditURL, f.pairs()...) }

// AuditPageURL is a further page of the audit log.
func AuditPageURL(f AuditFilter, before store.ID) string {
	return WithQuery(AdminAuditURL, append(f.pairs(), "before", before.String())...)
}

// AuditCSVURL is the audit log as a file.
func AuditCSVURL(f AuditFilter) string { return WithQuery(AdminAuditCSVURL, f.pairs()...) }

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
		Who:  auditPerson(e.Actor, e.ActorName, e.ActorIsGuest, e.ActorFormer),
		Whom: auditPerson(e.Account, e.AccountName, e.AccountGuest, e.AccountFormer),
	}
	if e.Account == e.Actor {
		line.Whom = nil // said already
	}
	if e.Account == 0 {
		line.Subject = e.Subject
	}
	for _, name := range slices.Sorted(maps.Keys(e.Details)) {
		line.Details = append(line.Details, auditDetail(words, name, e.Details[name]))
	}
	return line
}

// auditDetail is what changed, in words. Of a policy setting, the value before
// and after stand beside an arrow.
func auditDetail(words locale.Printer, name, value string) AuditDetail {
	if label := words.T("audit_detail." + name); label != "audit_detail."+name {
		if preset := optionalText(words, "setup.preset."+value); name == "preset" && preset != "" {
			return AuditDetail{Label: label, Value: preset}
		}
		if name == "scope" {
			return AuditDetail{Label: label, Value: scopeWords(words, strings.Fields(value))}
		}
		return AuditDetail{Label: label, Value: auditValue(words, value)}
	}
	label := settingName(words, name)
	if label == "setting."+name {
		return AuditDetail{Label: name, Value: auditValue(words, value)}
	}
	sides := strings.Split(value, " → ")
	for i, side := range sides {
		if sides[i] = settingValue(words, name, side); sides[i] == side {
			sides[i] = auditValue(words, side)
		}
	}
	return AuditDetail{Label: label, Value: strings.Join(sides, " → ")}
}

// auditValue is a value in words, where there are any, and a moment in the
// zone of the reader, before and after an arrow: names of people and numbers
// stay as they are.
func auditValue(words locale.Printer, value string) string {
	if before, after, changed := strings.Cut(value, " → "); changed {
		return auditValue(words, before) + " → " + auditValue(words, after)
	}
	if text := words.T("audit_value." + value); text != "audit_value."+value {
		return text
	}
	if moment, err := time.Parse(time.RFC3339, value); err == nil {
		return words.DateTime(moment)
	}
	return value
}

func auditPerson(id store.ID, name string, guest, former bool) *Person {
	if id == 0 || name == "" {
		return nil
	}
	person := &Person{ID: id, Name: name, Guest: guest, Former: former, Lang: LangOf(name, ""), URL: AdminMemberURL(id)}
	if guest {
		person.URL = AdminGuestURL(id)
	}
	return person
}

// AuditText is the sentence for an action.
func AuditText(words locale.Printer, action string) string { return words.T("audit." + action) }
