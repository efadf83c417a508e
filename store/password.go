package store

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Why a password is refused. Args of the two lengths: Min or Max, in characters.
// They name no setting: only guests' passwords follow one, and who chooses a
// guest's password is the guest.
var (
	ErrPasswordTooShort         = &Error{Kind: Invalid, Code: "password_too_short"}
	ErrPasswordTooLong          = &Error{Kind: Invalid, Code: "password_too_long"}
	ErrPasswordCommon           = &Error{Kind: Invalid, Code: "password_common"}
	ErrPasswordOwnName          = &Error{Kind: Invalid, Code: "password_own_name"}
	ErrPasswordNeedsLetterDigit = &Error{Kind: Invalid, Code: "password_needs_letter_digit"}
	ErrPasswordNeedsLetter      = &Error{Kind: Invalid, Code: "password_needs_letter"}
	ErrPasswordNeedsDigit       = &Error{Kind: Invalid, Code: "password_needs_digit"}
)

// The presets of the setting password.preset (C4).
const (
	PasswordModern = "modern" // length, and nothing that is easily guessed
	PasswordBasic  = "basic"  // S0-32: 3 characters, letters and digits; guests only
	PasswordCustom = "custom"
)

const (
	maxPassword      = 128
	minModern        = 10
	minAdministrator = 15
	minBasic         = 3
)

// PasswordPolicy says which passwords may be chosen. Passwords are compared as
// typed, so nothing is folded or trimmed here.
type PasswordPolicy struct {
	Preset   string
	Min, Max int  // in characters
	Letters  bool // at least one letter, of any script
	Digits   bool // at least one digit, of any script
	Common   bool // refuse the most common passwords and mere patterns
	Names    bool // refuse what is made of the portal's or the person's own names
}

// PasswordPreset is the policy of a preset. Custom, and an unknown name, begin as modern.
func PasswordPreset(preset string) PasswordPolicy {
	if preset == PasswordBasic {
		return PasswordPolicy{Preset: PasswordBasic, Min: minBasic, Max: maxPassword, Letters: true, Digits: true}
	}
	policy := PasswordPolicy{Preset: PasswordModern, Min: minModern, Max: maxPassword, Common: true, Names: true}
	if preset == PasswordCustom {
		policy.Preset = PasswordCustom
	}
	return policy
}

// ForMember is the policy for members: the basic preset is for guests only.
func (p PasswordPolicy) ForMember() PasswordPolicy {
	if p.Preset == PasswordBasic {
		return PasswordPreset(PasswordModern)
	}
	return p
}

// ForAdministrator is the policy for a system administrator who signs in with a
// password alone, without an authenticator app or a passkey.
func (p PasswordPolicy) ForAdministrator() PasswordPolicy {
	p = p.ForMember()
	p.Min = max(p.Min, minAdministrator)
	p.Max = max(p.Max, p.Min)
	p.Common, p.Names = true, true
	return p
}

// Check says why the policy refuses a password, or nil. The words are the names of
// the organisation and the person and the person's address; the product's own name
// is known. It is quick for any length, so that nothing long is ever hashed.
func (p PasswordPolicy) Check(field, password string, words ...string) error {
	if password == "" {
		return ErrRequired.With(field)
	}
	if len(password) > utf8.UTFMax*p.Max || utf8.RuneCountInString(password) > p.Max {
		return ErrPasswordTooLong.With(field, "Max", p.Max)
	}
	switch {
	case !utf8.ValidString(password):
		return ErrNotUTF8.With(field)
	case utf8.RuneCountInString(password) < p.Min:
		return ErrPasswordTooShort.With(field, "Min", p.Min)
	}
	if err := p.checkSorts(password); err != nil {
		return err.With(field)
	}
	switch {
	case p.Common && commonPassword(password):
		return ErrPasswordCommon.With(field)
	case p.Names && p.ownName(password, words):
		return ErrPasswordOwnName.With(field)
	}
	return nil
}

// checkSorts is nil when the password has the sorts of characters it needs.
func (p PasswordPolicy) checkSorts(password string) *Error {
	letter := !p.Letters || strings.ContainsFunc(password, unicode.IsLetter)
	digit := !p.Digits || strings.ContainsFunc(password, unicode.IsDigit)
	switch {
	case letter && digit:
		return nil
	case p.Letters && p.Digits:
		return ErrPasswordNeedsLetterDigit
	case !letter:
		return ErrPasswordNeedsLetter
	}
	return ErrPasswordNeedsDigit
}

// product is a word that every guesser of our passwords tries.
const product = "guesthouse"

// ownName tells a password that is little more than the given names: without them
// too little is left to guess.
func (p PasswordPolicy) ownName(password string, words []string) bool {
	folded := packed(password)
	rest := folded
	for _, word := range ownWords(words) {
		rest = strings.ReplaceAll(rest, word, "")
	}
	if rest == folded {
		return false
	}
	letters := 0
	for _, r := range rest {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters < 4 && utf8.RuneCountInString(rest) < p.Min
}

// ownWords are the words and their parts, the longest first, without those that
// are too short to mean anything.
func ownWords(words []string) []string {
	own := []string{product}
	for _, word := range words {
		own = append(own, packed(word))
		own = append(own, strings.FieldsFunc(FoldKey(word), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})...)
	}
	own = slices.DeleteFunc(own, func(word string) bool {
		runes := utf8.RuneCountInString(word)
		return runes < 2 || runes < 3 && len(word) == runes // two characters are a name in Chinese
	})
	slices.SortFunc(own, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(own)
}

// packed is the folded text without blanks.
func packed(text string) string { return strings.ReplaceAll(FoldKey(text), " ", "") }
