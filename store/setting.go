package store

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// SettingForm is what the value of a setting looks like.
type SettingForm int

// The forms of values.
const (
	WordSetting    SettingForm = iota // one of Values
	NumberSetting                     // a whole number from Min to Max
	PeriodSetting                     // 7d or 48h, from an hour to Longest
	DaysSetting                       // a number of days from Min to Max, or one of Values, such as "never"
	FactorSetting                     // a number with at most two decimals up to Max, or one of Values
	DayListSetting                    // some numbers of days from Min to Max, the largest first: 7,1
	DomainsSetting                    // domains of addresses, one a line; none is allowed
)

// Setting describes one policy setting of product.md section 3.
type Setting struct {
	Name    string
	Default string
	Form    SettingForm
	Values  []string      // the words it takes
	Min     int           // of a number
	Max     int           // of a number
	Longest time.Duration // of a period
	Narrows bool          // a space can have a stricter value, never a wider one
}

// Limits of lists in settings.
const (
	maxNotices = 5
	maxDomains = 500
)

// Errors of settings that hold a number, a period or a list.
var (
	ErrBadNumber  = &Error{Kind: Invalid, Code: "bad_number"}
	ErrBadPeriod  = &Error{Kind: Invalid, Code: "bad_period"}
	ErrBadDays    = &Error{Kind: Invalid, Code: "bad_days"}
	ErrBadFactor  = &Error{Kind: Invalid, Code: "bad_factor"}
	ErrBadDayList = &Error{Kind: Invalid, Code: "bad_day_list"}
	ErrBadDomain  = &Error{Kind: Invalid, Code: "bad_domain"}
)

// settingOf is the setting of a name, and whether there is one.
func settingOf(name string) (Setting, bool) {
	i := slices.IndexFunc(Settings, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return Setting{}, false
	}
	return Settings[i], true
}

// clean is the value as it is stored, or what is wrong with it.
func (s Setting) clean(value string) (string, error) {
	value = strings.TrimSpace(value)
	switch s.Form {
	case WordSetting:
		if !slices.Contains(s.Values, value) {
			return "", ErrBadSetting.With(s.Name)
		}
	case NumberSetting:
		return s.cleanNumber(value, ErrBadNumber)
	case DaysSetting:
		if !slices.Contains(s.Values, value) {
			return s.cleanNumber(value, ErrBadDays)
		}
	case PeriodSetting:
		period, ok := parsePeriod(value)
		if !ok || period < time.Hour || period > s.Longest {
			return "", ErrBadPeriod.With(s.Name, "Max", int(s.Longest/Day))
		}
	case FactorSetting:
		return s.cleanFactor(value)
	case DayListSetting:
		return s.cleanDays(value)
	case DomainsSetting:
		return s.cleanDomains(value)
	}
	return value, nil
}

func (s Setting) cleanNumber(value string, problem *Error) (string, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < s.Min || n > s.Max {
		return "", problem.With(s.Name, "Min", s.Min, "Max", s.Max)
	}
	return strconv.Itoa(n), nil
}

func (s Setting) cleanFactor(value string) (string, error) {
	if slices.Contains(s.Values, value) {
		return value, nil
	}
	whole, decimals, _ := strings.Cut(value, ".")
	factor, err := strconv.ParseFloat(value, 64)
	digits := strings.Trim(whole+decimals, "0123456789") == ""
	if err != nil || !digits || len(decimals) > 2 || factor < 0 || factor > float64(s.Max) {
		return "", ErrBadFactor.With(s.Name, "Max", s.Max)
	}
	return strconv.FormatFloat(factor, 'f', -1, 64), nil
}

func (s Setting) cleanDays(value string) (string, error) {
	days := readDays(value)
	bad := func(n int) bool { return n < s.Min || n > s.Max }
	if len(days) == 0 || len(days) > maxNotices || slices.ContainsFunc(days, bad) {
		return "", ErrBadDayList.With(s.Name, "Min", s.Min, "Max", s.Max, "N", maxNotices)
	}
	slices.Sort(days)
	slices.Reverse(days)
	var list []string
	for _, n := range slices.Compact(days) {
		list = append(list, strconv.Itoa(n))
	}
	return strings.Join(list, ","), nil
}

// readDays reads "7, 1"; what is no number is 0.
func readDays(value string) []int {
	var days []int
	for _, word := range splitList(value) {
		n, err := strconv.Atoi(word)
		if err != nil {
			n = 0
		}
		days = append(days, n)
	}
	return days
}

// cleanDomains reads domains; one with a dot before it is the domain with all
// that is below it.
func (s Setting) cleanDomains(value string) (string, error) {
	var list []string
	for _, word := range splitList(value) {
		name, below := strings.CutPrefix(strings.TrimPrefix(word, "@"), ".")
		domain, ok := canonicalDomain(name)
		if !ok || len(list) == maxDomains {
			return "", ErrBadDomain.With(s.Name, "Text", clip(word, 80), "Max", maxDomains)
		}
		if below {
			domain = "." + domain
		}
		list = append(list, domain)
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), "\n"), nil
}

// splitList splits at commas, semicolons, blanks and new lines.
func splitList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return r == ',' || r == ';' || r == '、' || r == '，' || r == ' ' || r == '\n' || r == '\r' || r == '\t'
	})
}

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
