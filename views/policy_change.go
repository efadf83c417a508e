package views

import "guesthouse/store"

// AuthenticationPage is Guest Authentication: how people from outside prove
// who they are.
type AuthenticationPage struct {
	Page
	Values       map[string]string // by the names of the settings, as they were typed
	InForce      store.Policy
	EndSessions  bool
	Confirmed    bool
	Acknowledged bool
}

// Value is what a setting's control shows.
func (m AuthenticationPage) Value(name string) string {
	if value, ok := m.Values[name]; ok {
		return value
	}
	return m.InForce.Value(name)
}

// On reports whether a setting's switch is shown as on.
func (m AuthenticationPage) On(name string) bool { return m.Value(name) == "on" }

// AsksToConfirm reports whether two-step could be off under basic passwords,
// which needs a second word (SEC-P3).
func (m AuthenticationPage) AsksToConfirm() bool {
	return m.Confirmed || m.Errors.Has("twostep.guests") || m.InForce.Value("password.preset") == store.PasswordBasic
}

// lifetimes are the usual lives of an invitation (C14).
var lifetimes = []string{"1d", "2d", "3d", "7d", "14d", "30d", "90d", "180d"}

// wordOptions are the words that a setting takes.
func (m AuthenticationPage) wordOptions(name string) []Option {
	return settingOptions(m.Printer, name, m.InForce.Value(name))
}

// field is a setting with its words and what was typed.
func (m AuthenticationPage) field(name string) Field {
	return Field{Name: name, Label: settingName(m.Printer, name), Hint: settingHint(m.Printer, name), Value: m.Value(name)}
}
