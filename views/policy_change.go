package views

import (
	"slices"
	"strconv"
	"strings"

	"guesthouse/store"
)

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

// Lifetimes are the lives to choose from, with the one in force if it is none
// of the usual ones.
func (m AuthenticationPage) Lifetimes() []Option {
	values := lifetimes
	if value := m.Value("invite.ttl"); !slices.Contains(values, value) {
		values = append([]string{value}, values...)
	}
	options := make([]Option, len(values))
	for i, value := range values {
		options[i] = Option{Value: value, Label: m.period(value)}
	}
	return options
}

// period is "7d" or "48h" in words; anything else stays as it was typed.
func (m AuthenticationPage) period(value string) string {
	for suffix, key := range map[string]string{"d": "time.days", "h": "policy.hours"} {
		if digits, ok := strings.CutSuffix(value, suffix); ok {
			if n, err := strconv.Atoi(digits); err == nil {
				return m.T(key, "N", n)
			}
		}
	}
	return value
}
