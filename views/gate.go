package views

import (
	"strings"
	"time"

	"guesthouse/store"
)

// SetupPage is the first run.
type SetupPage struct {
	Page
	SetupCode, DisplayName, Email, Organization string
	Preset, Locale, TimeZone                    string
	Rules                                       store.PasswordPolicy
	GuessZone                                   bool // the script may choose the browser's time zone
}

// LoginPage is the door that members and guests share.
type LoginPage struct {
	Page
	Login   string
	Next    string
	Keep    bool
	Refused Problem       // what went wrong; no code for nothing
	Wait    time.Duration // until the next try counts
}

// wait is until when the next try counts, in whole minutes.
func (m LoginPage) wait() string { return m.Span((m.Wait + time.Minute - 1).Truncate(time.Minute)) }

// VerificationPage is Enter Verification Code.
type VerificationPage struct {
	Page
	Challenge store.Challenge
	Code      string // what was typed
	Remember  bool   // not to be asked again in this browser
	Sender    string // the address that our mails come from
}

// mailed reports whether the code comes by mail.
func (m VerificationPage) mailed() bool { return m.Challenge.Factor == store.FactorMail }

// grouped puts a blank after each four characters, for reading and typing.
func grouped(text string) string {
	var groups []string
	for len(text) > 4 {
		groups, text = append(groups, text[:4]), text[4:]
	}
	return strings.Join(append(groups, text), " ")
}

// resendWait is how long no new code can be asked for.
func (m VerificationPage) resendWait() time.Duration {
	return max(m.Challenge.ResendAt.Sub(m.Now), 0)
}

// wait is resendWait in words: seconds below two minutes, where people count them.
func (m VerificationPage) wait() string {
	wait := m.resendWait()
	if wait < 2*time.Minute {
		return m.T("verify.seconds", "N", int((wait+time.Second-1)/time.Second))
	}
	return m.Span(wait)
}

// ForgottenPage asks for a mail with a reset link.
type ForgottenPage struct {
	Page
	Login string
	Sent  bool
}

// ResetPage is where the link of such a mail leads, and that of a new member.
type ResetPage struct {
	Page
	Token string
	Login string
	First bool // a new member sets the first password

	Recovery bool // a guest without e-mail begins again
	Rules    store.PasswordPolicy

	Administrator bool // whose password it is
}

// PasswordRules says in words what a new password needs. The script measures
// the length; the rest is decided by the store.
func PasswordRules(p Page, rules store.PasswordPolicy, administrator bool) []string {
	key := "password.rule_length"
	if administrator {
		key = "password.rule_length_administrator"
	}
	list := []string{p.T(key, "N", rules.Min)}
	switch {
	case rules.Letters && rules.Digits:
		list = append(list, p.T("password.rule_letters_digits"))
	case rules.Letters:
		list = append(list, p.T("password.rule_letters"))
	case rules.Digits:
		list = append(list, p.T("password.rule_digits"))
	}
	if rules.Common || rules.Names {
		list = append(list, p.T("password.rule_common"))
	}
	return list
}
