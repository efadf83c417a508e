package views

import (
	"slices"

	"guesthouse/store"
)

// AuthenticationSettings are the settings that stand on the page Guest
// Authentication.
var AuthenticationSettings = []string{
	"twostep.guests", "twostep.members", "twostep.ttl_minutes", "twostep.remember_days", "guest.offline_second_factor",
	"password.preset", "password.min_length", "password.letters_and_digits", "signup.welcome_password", "invite.ttl",
}

// policySection is a part of the policy with a form of its own, so that two
// administrators do not take back each other's changes.
type policySection struct {
	Name     string
	Settings []string
}

var policySections = []policySection{
	{"inviting", []string{store.GuestSpaces, "invite.who", "invite.approval", "guest.scope", "guest.in_internal_spaces", "guest.without_email", "guest.unaffiliated"}},
	{"seeing", []string{"guest.orgchart"}},
	{"addresses", []string{"invite.allowed_domains", "invite.refused_domains", "invite.own_domains"}},
	{"ends", []string{
		"guest.expiry_default", "guest.expiry_customer", "guest.expiry_partner", "guest.expiry_coworker", "guest.expiry_freelancer",
		"guest.expiry_max", "guest.expiry_notice_days",
	}},
	{"reviews", []string{"review.every_days", "review.by", "review.answer_days", "review.unanswered"}},
	{"notices", []string{"notify.default"}},
	{"unused", []string{"guest.no_space_days", "guest.no_space_delete_days"}},
	{"deleting", []string{"delete.grace_days", store.SpaceTrashDays}},
	{"files", []string{"files.max_mb", "files.space_quota_mb", store.ReadersDownload}},
	{"programs", []string{store.GuestsCall, "password.api_rule"}},
	{"places", []string{
		"quota.model", "quota.guests_per_member", "quota.licences", "quota.single_space_factor", "quota.guests", "quota.counts", "quota.on_shrink",
	}},
}

// PolicySettings are the settings of a section of the policy; none when there is
// no such section.
func PolicySettings(section string) []string {
	i := slices.IndexFunc(policySections, func(s policySection) bool { return s.Name == section })
	if i < 0 {
		return nil
	}
	return policySections[i].Settings
}

// SettingURL is where an administrator changes a setting; the policy itself for
// one that has no place of its own.
func SettingURL(name string) string {
	if slices.Contains(AuthenticationSettings, name) {
		return AdminAuthenticationURL + "#" + name
	}
	if slices.ContainsFunc(policySections, func(s policySection) bool { return slices.Contains(s.Settings, name) }) {
		return AdminPolicyURL + "#" + name
	}
	return AdminPolicyURL
}

// PolicyPage is the organisation's rules for guests.
type PolicyPage struct {
	Page
	Preset  string            // that was chosen last
	InForce store.Policy      //
	Section string            // that was posted, when something is wrong with it
	Values  map[string]string // of that section, as they were typed
}

// Value is what a setting's control shows.
func (m PolicyPage) Value(name string) string {
	if value, typed := m.Values[name]; typed {
		return value
	}
	return m.InForce.Value(name)
}

// changed reports whether a setting in force differs from its default.
func (m PolicyPage) changed(name string) bool {
	return m.InForce.Value(name) != settingNamed(name).Default
}

func (m PolicyPage) defaultText(name string) string {
	return m.T("policy.default", "Value", settingValue(m.Printer, name, settingNamed(name).Default))
}

// field is a setting's control with its words.
func (m PolicyPage) field(name string) Field {
	return Field{
		Name: name, Label: settingName(m.Printer, name), Hint: settingHint(m.Printer, name), Value: m.Value(name),
		Describe: name + "-default",
	}
}

// isSwitch reports whether a setting is on or off.
func isSwitch(setting store.Setting) bool {
	return setting.Form == store.WordSetting && len(setting.Values) == 2 && slices.Contains(setting.Values, "on") && slices.Contains(setting.Values, "off")
}

// chosen is what the select of a setting shows: a value that is none stands in
// the field beside it, as it was typed, and the select keeps what is in force.
func (m PolicyPage) chosen(name string) string {
	if m.Errors.Has(name) {
		return m.InForce.Value(name)
	}
	return m.Value(name)
}

// typedOther is what stands in the field for another value.
func (m PolicyPage) typedOther(name string) string {
	if m.Errors.Has(name) {
		return m.Value(name)
	}
	return ""
}

// otherLabel names the field for another value.
func (m PolicyPage) otherLabel(name string) string {
	if countsDays(name) {
		return m.T("policy.other_days")
	}
	return m.T("policy.other_number")
}

// PresetPage shows what a preset changes before it does.
type PresetPage struct {
	Page
	Preset       string
	Changes      []store.SettingChange
	Acknowledged bool
}

// Name is what the preset is called.
func (m PresetPage) Name() string { return m.T("setup.preset." + m.Preset) }

// AsksToAcknowledge reports whether the preset mails passwords, which needs the
// administrator's word (C3).
func (m PresetPage) AsksToAcknowledge() bool {
	return slices.ContainsFunc(m.Changes, func(c store.SettingChange) bool {
		return c.Name == "signup.welcome_password" && c.After == "include_once"
	})
}

// domains is the field of a list of domains, one a line.
func (m PolicyPage) domains(name string) Field {
	field := m.field(name)
	field.Rows, field.Verbatim, field.Optional = 3, true, true
	return field
}
