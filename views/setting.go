package views

import (
	"guesthouse/static/locale"
	"guesthouse/store"
)

// settingName is what a policy setting is called.
func settingName(words locale.Printer, name string) string { return words.T("setting." + name) }

// settingValue is a value of a policy setting in words.
func settingValue(words locale.Printer, name, value string) string {
	key := "setting_value." + name + "." + value
	if text := words.T(key); text != key {
		return text
	}
	return value
}

// settingValueHint is what a value means, "" where nothing is to be said.
func settingValueHint(words locale.Printer, name, value string) string {
	key := "setting_value_hint." + name + "." + value
	if text := words.T(key); text != key {
		return text
	}
	return ""
}

// own is the value of a setting that the form shows for the space: as it was
// typed, else the space's own, if it has one.
func (m SettingsPage) own(name string) string {
	if value, typed := m.Own[name]; typed {
		return value
	}
	return m.Space.Own[name]
}

// ownChoices are the values that the space can have, the organisation's first.
func (m SettingsPage) ownChoices(name string) []Choice {
	organization := settingValue(m.Printer, name, m.Space.Organization.Value(name))
	choices := []Choice{{
		Name: name, Value: store.AsOrganization, Label: m.T("space.as_organization", "Value", organization), Checked: true, Regular: true,
	}}
	for _, value := range m.Space.Stricter(name) {
		choices = append(choices, Choice{
			Name: name, Value: value, Label: settingValue(m.Printer, name, value), Hint: settingValueHint(m.Printer, name, value),
			Checked: value == m.own(name), Regular: true,
		})
		choices[0].Checked = choices[0].Checked && value != m.own(name)
	}
	return choices
}

// savedOwn is what somebody else decided for the space meanwhile.
func (m SettingsPage) savedOwn(name string) string {
	if name == store.MembersInvite && !m.Changed.MembersInvite() {
		return settingValue(m.Printer, name, "off")
	}
	if value, has := m.Changed.Own[name]; has {
		return settingValue(m.Printer, name, value)
	}
	return m.T("space.as_organization", "Value", settingValue(m.Printer, name, m.Changed.Organization.Value(name)))
}
