package store

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrUnknownPreset: the preset is not one that this version offers.
var ErrUnknownPreset = &Error{Kind: Invalid, Code: "unknown_preset", Field: "preset"}

// ErrBadSetting: the value is not one that the setting takes.
var ErrBadSetting = &Error{Kind: Invalid, Code: "bad_setting"}

// Setting describes one policy setting of product.md section 3.
type Setting struct {
	Name    string
	Default string
	Values  []string      // the words it takes, or nil for a number or a period
	Min     int           // of a number
	Max     int           // of a number; 0 when it is not a number
	Longest time.Duration // of a period; 0 when it is not a period
}

// Settings are all settings that this version knows, in the order in which
// they are shown.
var Settings = []Setting{
	{Name: "signup.welcome_password", Default: "omit", Values: []string{"omit", "include_once"}},                                   // C3
	{Name: "password.preset", Default: "modern", Values: []string{"modern", "basic", "custom"}},                                    // C4
	{Name: "password.min_length", Default: "12", Min: 3, Max: 64},                                                                  // C4, custom
	{Name: "password.letters_and_digits", Default: "off", Values: []string{"off", "on"}},                                           // C4, custom
	{Name: "password.api_rule", Default: "accept_and_force_change", Values: []string{"accept_and_force_change", "same_as_signup"}}, // C4
	{Name: "twostep.guests", Default: "off", Values: []string{"off", "on"}},                                                        // C13
	{Name: "twostep.ttl_minutes", Default: "60", Min: 5, Max: 60},                                                                  // C12
	{Name: "invite.ttl", Default: "7d", Longest: 180 * Day},                                                                        // C14
}

// Presets are the policies that set everything in one go, by name.
var Presets = []string{"guesthouse", "guest-spaces"}

var presetValues = map[string]map[string]string{
	"guesthouse": {},
	// S0, S1 and S2 to the letter. Basic passwords bring two-step with them (SEC-P3).
	"guest-spaces": {
		"signup.welcome_password": "include_once",
		"password.preset":         "basic",
		"twostep.guests":          "on",
	},
}

// PresetPolicy is the policy of a preset, and whether there is one of that name.
func PresetPolicy(name string) (Policy, bool) {
	values, ok := presetValues[name]
	policy := Policy{}
	for setting, value := range values {
		policy[setting] = value
	}
	return policy, ok
}

// Policy holds the settings that differ from their defaults.
type Policy map[string]string

// Value is the setting in force.
func (p Policy) Value(name string) string {
	if value, ok := p[name]; ok {
		return value
	}
	if setting, ok := settingOf(name); ok {
		return setting.Default
	}
	return ""
}

// On reports whether a switch is on.
func (p Policy) On(name string) bool { return p.Value(name) == "on" }

// Number is a numeric setting.
func (p Policy) Number(name string) int {
	n, _ := strconv.Atoi(p.Value(name)) // Check let nothing else in
	return n
}

// InvitationLife is how long an invitation's link lives (C14).
func (p Policy) InvitationLife() time.Duration {
	life, _ := parsePeriod(p.Value("invite.ttl")) // Check let nothing else in
	return life
}

// CodeLife is how long a verification code lives after its hand-over (C12).
func (p Policy) CodeLife() time.Duration {
	return time.Duration(p.Number("twostep.ttl_minutes")) * time.Minute
}

// MemberPasswords is the rule for the passwords of members, which no setting
// weakens (SEC-P3).
func (p Policy) MemberPasswords() PasswordPolicy { return PasswordPreset(PasswordModern) }

// GuestPasswords is the rule for the passwords of guests (C4).
func (p Policy) GuestPasswords() PasswordPolicy {
	rule := PasswordPreset(p.Value("password.preset"))
	if rule.Preset == PasswordCustom {
		rule.Min = p.Number("password.min_length")
		rule.Letters = p.On("password.letters_and_digits")
		rule.Digits = rule.Letters
	}
	return rule
}

// With is the policy with one setting changed, checked against what it takes.
func (p Policy) With(name, value string) (Policy, error) {
	setting, ok := settingOf(name)
	if !ok {
		return p, ErrBadSetting.With(name)
	}
	if err := setting.check(value); err != nil {
		return p, err
	}
	changed := Policy{}
	for setting, value := range p {
		changed[setting] = value
	}
	changed[name] = strings.TrimSpace(value)
	return changed, nil
}

func settingOf(name string) (Setting, bool) {
	i := slices.IndexFunc(Settings, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return Setting{}, false
	}
	return Settings[i], true
}

func (s Setting) check(value string) error {
	value = strings.TrimSpace(value)
	switch {
	case s.Values != nil:
		if !slices.Contains(s.Values, value) {
			return ErrBadSetting.With(s.Name)
		}
	case s.Longest > 0:
		period, ok := parsePeriod(value)
		if !ok || period < time.Hour || period > s.Longest {
			return ErrBadPeriod.With(s.Name, "Max", int(s.Longest/Day))
		}
	default:
		n, err := strconv.Atoi(value)
		if err != nil || n < s.Min || n > s.Max {
			return ErrBadNumber.With(s.Name, "Min", s.Min, "Max", s.Max)
		}
	}
	return nil
}

// Errors of settings that hold a number or a period.
var (
	ErrBadNumber = &Error{Kind: Invalid, Code: "bad_number"}
	ErrBadPeriod = &Error{Kind: Invalid, Code: "bad_period"}
)

// parsePeriod reads "7d" and "48h".
func parsePeriod(text string) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	for suffix, unit := range map[string]time.Duration{"d": Day, "h": time.Hour} {
		if digits, ok := strings.CutSuffix(text, suffix); ok {
			n, err := strconv.Atoi(digits)
			return time.Duration(n) * unit, err == nil && n > 0 && n <= 10_000
		}
	}
	return 0, false
}
