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

var offOn = []string{"off", "on"}

// Settings are all settings that this version knows, in the order in which
// they are shown.
var Settings = []Setting{
	// C5: who brings guests in.
	{Name: "invite.who", Default: "space_admins", Values: []string{"space_admins", "members_if_space_allows", "members", "sys_admins"}, Narrows: true},
	{Name: "invite.approval", Default: "none", Values: []string{"none", "space_admin", "sys_admin"}, Narrows: true},
	{Name: "invite.ttl", Default: "7d", Form: PeriodSetting, Longest: 180 * Day}, // C14
	{Name: "invite.allowed_domains", Form: DomainsSetting},
	{Name: "invite.refused_domains", Form: DomainsSetting},
	{Name: "invite.own_domains", Form: DomainsSetting},

	{Name: GuestSpaces, Default: "on", Values: []string{"on", "off"}},                                                                // S4-09
	{Name: "guest.scope", Default: "multi", Values: []string{"multi", "single"}},                                                     // C1
	{Name: "guest.in_internal_spaces", Default: "off", Values: offOn},                                                                // C6
	{Name: "guest.unaffiliated", Default: "sys_admins_and_api", Values: []string{"sys_admins_and_api", "off"}},                       // C9
	{Name: "guest.orgchart", Default: ChartStructure, Values: []string{ChartStructure, ChartFull, ChartNone}},                        // C7
	{Name: ReadersDownload, Default: "on", Values: []string{"on", "off"}, Narrows: true},                                             // S3-06
	{Name: "guest.without_email", Default: "on", Values: []string{"on", "off"}},                                                      // C10
	{Name: "guest.offline_second_factor", Default: "totp", Values: []string{"totp", "printed_codes", "none"}},                        // C10
	{Name: "guest.expiry_default", Default: "never", Form: DaysSetting, Values: []string{"never"}, Min: 1, Max: MaxAccessDays},       // C19
	{Name: "guest.expiry_customer", Default: "default", Form: DaysSetting, Values: kindExpiry, Min: 1, Max: MaxAccessDays},           // S4-26
	{Name: "guest.expiry_partner", Default: "default", Form: DaysSetting, Values: kindExpiry, Min: 1, Max: MaxAccessDays},            // S4-26
	{Name: "guest.expiry_coworker", Default: "default", Form: DaysSetting, Values: kindExpiry, Min: 1, Max: MaxAccessDays},           // S4-26
	{Name: "guest.expiry_freelancer", Default: "default", Form: DaysSetting, Values: kindExpiry, Min: 1, Max: MaxAccessDays},         // S4-26
	{Name: "guest.expiry_max", Default: "never", Form: DaysSetting, Values: []string{"never"}, Min: 1, Max: MaxAccessDays},           // C19
	{Name: "guest.expiry_notice_days", Default: "1", Form: DayListSetting, Min: 1, Max: 90},                                          // C19
	{Name: "guest.no_space_days", Default: "never", Form: DaysSetting, Values: []string{"never"}, Min: 1, Max: MaxAccessDays},        // to suspension
	{Name: "guest.no_space_delete_days", Default: "never", Form: DaysSetting, Values: []string{"never"}, Min: 1, Max: MaxAccessDays}, // from there to deletion
	{Name: "review.every_days", Default: "never", Form: DaysSetting, Values: []string{"never"}, Min: 7, Max: MaxAccessDays},
	{Name: "review.by", Default: "space_admins", Values: []string{"space_admins", "sponsors"}},
	{Name: "review.answer_days", Default: "14", Form: NumberSetting, Min: 1, Max: 90},
	{Name: "review.unanswered", Default: "suspend", Values: []string{"suspend", "keep"}},
	{Name: "files.max_mb", Default: "100", Form: NumberSetting, Min: 1, Max: 1024},
	{Name: "files.space_quota_mb", Default: "10240", Form: NumberSetting, Min: 1, Max: 100_000_000},
	{Name: "delete.grace_days", Default: "0", Form: NumberSetting, Max: 90}, // C8
	{Name: SpaceTrashDays, Default: "14", Form: NumberSetting, Max: 90},
	{Name: "quota.model", Default: "none", Values: []string{"none", "per_member", "licences", "fixed"}},                            // C2
	{Name: "quota.guests_per_member", Default: "3", Form: NumberSetting, Max: 1000},                                                // S3-02
	{Name: "quota.licences", Default: "100", Form: NumberSetting, Min: 1, Max: 1_000_000},                                          // S4-05
	{Name: "quota.single_space_factor", Default: "1", Form: FactorSetting, Values: []string{"unlimited"}, Max: 1000},               // S4-04
	{Name: "quota.guests", Default: "100", Form: NumberSetting, Max: 1_000_000},                                                    // of the model "fixed"
	{Name: "quota.counts", Default: "active_and_pending", Values: []string{"active_and_pending", "active"}},                        // C2
	{Name: "quota.on_shrink", Default: "block_new", Values: []string{"block_new", "warn"}},                                         // C2
	{Name: "signup.welcome_password", Default: "omit", Values: []string{"omit", "include_once"}},                                   // C3
	{Name: "password.preset", Default: "modern", Values: []string{"modern", "basic", "custom"}},                                    // C4
	{Name: "password.min_length", Default: "12", Form: NumberSetting, Min: 3, Max: 64},                                             // C4, custom
	{Name: "password.letters_and_digits", Default: "off", Values: offOn},                                                           // C4, custom
	{Name: GuestsCall, Default: "off", Values: []string{"off", "read_own"}},                                                        // C18
	{Name: "password.api_rule", Default: "accept_and_force_change", Values: []string{"accept_and_force_change", "same_as_signup"}}, // C4
	{Name: "twostep.guests", Default: "off", Values: offOn, Narrows: true},                                                         // C13
	{Name: "twostep.members", Default: "off", Values: []string{"off", "administrators", "on"}},                                     // the app of members
	{Name: "twostep.ttl_minutes", Default: "60", Form: NumberSetting, Min: 5, Max: 60},                                             // C12
	{Name: "twostep.remember_days", Default: "0", Form: NumberSetting, Max: 30},                                                    // C11
	{Name: notifyDefault, Default: "all", Values: []string{"all", "mentions", "digest", "off"}},                                    // C15, S1-24
}

// GuestsCall is the setting that lets guests call the REST API in a browser, to
// read what they may see (C18).
const GuestsCall = "api.guests"

var kindExpiry = []string{"default", "never"}

// Presets are the policies that set everything in one go, by name.
var Presets = []string{"guesthouse", "guest-spaces", "workspaces", "groups"}

var presetValues = map[string]map[string]string{
	"guesthouse": {},
	// S0, S1 and S2 to the letter. Basic passwords bring two-step with them (SEC-P3).
	"guest-spaces": {
		"signup.welcome_password": "include_once",
		"password.preset":         "basic",
		"twostep.guests":          "on",
	},
	// S3: three guests for each member, each in one space.
	"workspaces": {
		"guest.scope": "single",
		"quota.model": "per_member",
	},
	// S4: licences, members invite, guests also in spaces of other kinds.
	"groups": {
		"quota.model":              "licences",
		"invite.who":               "members",
		"guest.in_internal_spaces": "on",
		"guest.orgchart":           ChartFull,
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
	n, _ := strconv.Atoi(p.Value(name)) // With let nothing else in
	return n
}

// Days is a setting that holds a number of days, and whether it holds one: a
// word such as "never" is none.
func (p Policy) Days(name string) (int, bool) {
	n, err := strconv.Atoi(p.Value(name))
	return n, err == nil
}

// DayList is a setting that holds some numbers of days, the largest first.
func (p Policy) DayList(name string) []int { return readDays(p.Value(name)) }

// Domains is a setting that holds domains in their canonical form.
func (p Policy) Domains(name string) []string { return strings.Fields(p.Value(name)) }

// InvitationLife is how long an invitation's link lives (C14).
func (p Policy) InvitationLife() time.Duration {
	life, _ := parsePeriod(p.Value("invite.ttl")) // With let nothing else in
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

// DemandsApp reports whether a member must give a code of an authenticator app
// at the sign-in. Guests have settings of their own (S0-39).
func (p Policy) DemandsApp(a Account) bool {
	demands := p.Value("twostep.members")
	return !a.IsGuest() && (demands == "on" || demands == "administrators" && a.SystemAdmin)
}

// With is the policy with one setting changed, checked against what it takes.
func (p Policy) With(name, value string) (Policy, error) {
	setting, ok := settingOf(name)
	if !ok {
		return p, ErrBadSetting.With(name)
	}
	value, err := setting.clean(value)
	if err != nil {
		return p, err
	}
	changed := Policy{}
	for setting, value := range p {
		changed[setting] = value
	}
	changed[name] = value
	return changed, nil
}

// Narrow is the policy in force in a space that has stricter values of its
// own. A value that would widen what the organisation allows counts for
// nothing, also when the organisation became stricter after it was set.
func (p Policy) Narrow(own Policy) Policy {
	narrowed := Policy{}
	for setting, value := range p {
		narrowed[setting] = value
	}
	for _, setting := range Settings {
		value, has := own[setting.Name]
		if has && setting.Narrows && setting.narrower(value, p.Value(setting.Name)) {
			narrowed[setting.Name] = value
		}
	}
	return narrowed
}

// strictness orders the values of the settings that a space can narrow, the
// widest first.
var strictness = map[string][]string{
	"invite.who":      {"members", "members_if_space_allows", "space_admins", "sys_admins"},
	"invite.approval": {"none", "space_admin", "sys_admin"},
	"twostep.guests":  {"off", "on"},
	ReadersDownload:   {"on", "off"},
}

// narrower reports whether a space may have the value where the organisation
// has the other: it is as strict or stricter.
func (s Setting) narrower(value, organization string) bool {
	order := strictness[s.Name]
	at := slices.Index(order, value)
	return at >= 0 && at >= slices.Index(order, organization)
}
