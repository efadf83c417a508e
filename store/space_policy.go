package store

import (
	"encoding/json"
	"maps"
	"slices"
)

// ErrSettingWider: a space asks for more than the organisation allows.
var ErrSettingWider = &Error{Kind: Invalid, Code: "setting_wider"}

// AsOrganization is the word for a setting that a space leaves to the organisation.
const AsOrganization = "organization"

// narrowable are the settings that a space can have a stricter value of.
func narrowable() []Setting {
	return slices.DeleteFunc(slices.Clone(Settings), func(s Setting) bool { return !s.Narrows })
}

// OwnSettingNames are the names of all settings that a space can have of its own.
func OwnSettingNames() []string {
	var names []string
	for _, setting := range narrowable() {
		names = append(names, setting.Name)
	}
	return append(names, MembersInvite)
}

// OwnSettings are the names of the settings that this space's administrators can
// decide on and that have effect in it, in the order of the form. All of them
// are about guests: a space that admits none has none.
func (sp Space) OwnSettings() []string {
	if !sp.AdmitsGuests() {
		return nil
	}
	var names []string
	for _, setting := range narrowable() {
		if len(sp.Stricter(setting.Name)) > 0 {
			names = append(names, setting.Name)
		}
	}
	if sp.LeavesToMembers() {
		names = append(names, MembersInvite)
	}
	return names
}

// Stricter are the values that the space can have of its own: those that are
// stricter than the organisation's, and the one it has, as long as it is no wider.
func (sp Space) Stricter(name string) []string {
	setting, _ := settingOf(name)
	organization := sp.Organization.Value(name)
	var values []string
	for _, value := range strictness[name] {
		if setting.narrower(value, organization) && (value != organization || sp.Own[name] == value) {
			values = append(values, value)
		}
	}
	return values
}

// LeavesToMembers reports whether the switch by which a space lets its members
// invite can have effect: where the organisation leaves it to the space (S4-07),
// or lets all members invite, which hidden spaces (S4-08) and those that narrow
// it decide for themselves.
func (sp Space) LeavesToMembers() bool {
	who := sp.Organization.Value("invite.who")
	return who == "members" || who == "members_if_space_allows"
}

// decide is what the space has of its own after a form of it: names that are
// missing stay, [AsOrganization] goes back to the organisation's. A value that is
// wider than the organisation's is refused, whoever forged it.
func (sp Space) decide(form map[string]string) (Policy, error) {
	own := maps.Clone(sp.Own)
	if own == nil {
		own = Policy{}
	}
	var problems Problems
	set := func(name, value string, fits bool, problem *Error) {
		switch {
		case value == AsOrganization:
			delete(own, name)
		case fits:
			own[name] = value
		default:
			problems = append(problems, problem.With(name).because(name))
		}
	}
	for _, setting := range narrowable() {
		if value, given := form[setting.Name]; given {
			problem := ErrSettingWider
			if !slices.Contains(setting.Values, value) {
				problem = ErrBadSetting
			}
			set(setting.Name, value, setting.narrower(value, sp.Organization.Value(setting.Name)), problem)
		}
	}
	if value, given := form[MembersInvite]; given {
		set(MembersInvite, value, slices.Contains(offOn, value), ErrBadSetting)
	}
	return own, problems.Err()
}

// encode is the policy as its column holds it.
func (p Policy) encode() (string, error) {
	text, err := json.Marshal(p)
	return string(text), err
}
