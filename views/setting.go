package views

import (
	"slices"
	"strconv"
	"strings"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// settingNamed is what the store knows of a setting; it is empty for one that
// only spaces have.
func settingNamed(name string) store.Setting {
	i := slices.IndexFunc(store.Settings, func(s store.Setting) bool { return s.Name == name })
	if i < 0 {
		return store.Setting{Name: name}
	}
	return store.Settings[i]
}

// settingName is what a policy setting is called.
func settingName(words locale.Printer, name string) string { return words.T("setting." + name) }

// settingHint says more about a setting, "" where nothing is to be said.
func settingHint(words locale.Printer, name string) string {
	return optionalText(words, "setting_hint."+name)
}

// settingValueHint is what a value means, "" where nothing is to be said.
func settingValueHint(words locale.Printer, name, value string) string {
	return optionalText(words, "setting_value_hint."+name+"."+value)
}

// settingValue is a value of a policy setting in words.
func settingValue(words locale.Printer, name, value string) string {
	for _, of := range []string{name, "any"} {
		if text := optionalText(words, "setting_value."+of+"."+value); text != "" {
			return text
		}
	}
	switch settingNamed(name).Form {
	case store.WordSetting:
	case store.NumberSetting, store.DaysSetting:
		return settingNumberText(words, name, value)
	case store.PeriodSetting:
		return periodText(words, value)
	case store.FactorSetting:
		return words.T("setting_value.any.factor", "N", value)
	case store.DayListSetting:
		return value + " " + words.T("policy.days")
	case store.DomainsSetting:
		if value == "" {
			return words.T("setting_value.any.nothing")
		}
		return strings.Join(strings.Fields(value), ", ")
	}
	return value
}

// settingNumberText is a number with the unit that the setting's name says.
func settingNumberText(words locale.Printer, name, value string) string {
	n, err := strconv.Atoi(value)
	switch {
	case err != nil:
		return value
	case countsDays(name):
		return words.T("time.days", "N", n)
	case strings.HasSuffix(name, "_minutes"):
		return words.T("time.minutes", "N", n)
	}
	return words.Number(n)
}

// countsDays reports whether a setting is a number of days.
func countsDays(name string) bool {
	return settingNamed(name).Form == store.DaysSetting || strings.HasSuffix(name, "_days")
}

// periodText is "7d" or "48h" in words; anything else stays as it was typed.
func periodText(words locale.Printer, value string) string {
	for suffix, key := range map[string]string{"d": "time.days", "h": "policy.hours"} {
		if digits, ok := strings.CutSuffix(value, suffix); ok {
			if n, err := strconv.Atoi(digits); err == nil {
				return words.T(key, "N", n)
			}
		}
	}
	return value
}

// optionalText is a text of the catalogue, "" when there is none.
func optionalText(words locale.Printer, key string) string {
	if text := words.T(key); text != key {
		return text
	}
	return ""
}

// usualDays are the numbers of days that a select offers.
var usualDays = []int{7, 14, 30, 60, 90, 180, 365, 730}

// settingOptions are the values that a select offers: the words, usual numbers,
// and the value that is chosen now where it is none of these.
func settingOptions(words locale.Printer, name, chosen string) []Option {
	setting := settingNamed(name)
	values := slices.Clone(setting.Values)
	switch setting.Form {
	case store.DaysSetting:
		for _, n := range usualDays {
			if n >= setting.Min && n <= setting.Max {
				values = append(values, strconv.Itoa(n))
			}
		}
	case store.FactorSetting:
		values = append(values, "1", "2", "3", "5")
	case store.PeriodSetting:
		values = lifetimes
	case store.WordSetting, store.NumberSetting, store.DayListSetting, store.DomainsSetting:
	}
	if !slices.Contains(values, chosen) {
		values = append(slices.Clone(values), chosen)
	}
	options := make([]Option, len(values))
	for i, value := range values {
		options[i] = Option{Value: value, Label: settingValue(words, name, value)}
	}
	return options
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
