package store

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// ErrNotAnAddress is a text that is not an email address. Args: Text, what was
// typed, cut to a line; Guess, the address that was likely meant, or "".
var ErrNotAnAddress = &Error{Kind: Invalid, Code: "not_an_address", Args: map[string]any{"Text": "", "Guess": ""}}

const (
	maxEmail     = 254 // RFC 5321: a path of 256 with its angle brackets
	maxLocalPart = 64
	maxTyped     = 1000 // of one address, with the name around it
	maxShown     = 80   // of what was typed, in a message
)

// Email is an email address in its one canonical form: ASCII, lower case, the
// domain in A-labels. Two addresses are the same mailbox if and only if their
// Emails are equal. Only [ParseEmail] and [ParseEmails] make one.
type Email string

// Domain is the part after the @.
func (e Email) Domain() string {
	_, domain, _ := strings.Cut(string(e), "@")
	return domain
}

// ParseEmail reads one address, bare or as in "Erika Weber <erika@example.org>".
// Otherwise the error is [ErrNotAnAddress] without a field, or [ErrRequired] for
// nothing at all.
func ParseEmail(text string) (Email, error) {
	// The length comes first, so that no parsing is done for what cannot be one.
	if len(text) > maxTyped {
		return "", notAnAddress(text, "")
	}
	text = strings.TrimFunc(text, blank)
	if text == "" {
		return "", ErrRequired
	}
	bare := takeOutOfName(text)
	email, ok := canonicalEmail(bare)
	if guess := guessEmail(bare); !ok || guess != email {
		return "", notAnAddress(text, guess)
	}
	return email, nil
}

// spellingOf is how an address was typed whose case is not that under which it is
// compared; "" for any other.
func spellingOf(text string, email Email) string {
	bare := takeOutOfName(strings.TrimFunc(text, blank))
	if bare == string(email) || asciiLower(bare) != string(email) {
		return ""
	}
	return bare
}

func notAnAddress(text string, guess Email) *Error {
	return ErrNotAnAddress.With("", "Text", shown(text), "Guess", string(guess))
}

// shown is what was typed, fit for a message: valid, without control characters,
// and no longer than a line.
func shown(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, text[:min(len(text), 4*maxShown)])
	if runes := []rune(text); len(runes) > maxShown {
		return string(runes[:maxShown-1]) + "…"
	}
	return text
}

// blank tells what surrounds an address without meaning: white space and the
// invisible characters that come along when text is copied.
func blank(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200B' || r == '\uFEFF' || r == '\u2060'
}

// takeOutOfName is the address in "Name <address>" or "<address>", or the text itself.
func takeOutOfName(text string) string {
	if strings.HasSuffix(text, ">") {
		if open := strings.LastIndexByte(text, '<'); open >= 0 {
			return strings.TrimFunc(text[open+1:len(text)-1], blank)
		}
	}
	return text
}

// canonicalEmail is the one spelling of a bare address.
func canonicalEmail(text string) (Email, bool) {
	at := strings.IndexByte(text, '@')
	if at < 0 || !validLocalPart(text[:at]) {
		return "", false
	}
	domain, ok := canonicalDomain(text[at+1:])
	if !ok || at+1+len(domain) > maxEmail {
		return "", false
	}
	return Email(asciiLower(text[:at]) + "@" + domain), true
}

// validLocalPart accepts the plain form only: no quotes, no comments, and no dot
// at an end or beside another, for which a mail server would demand quotes.
func validLocalPart(local string) bool {
	if local == "" || len(local) > maxLocalPart {
		return false
	}
	for i := range len(local) {
		if !asciiAlphanumeric(local[i]) && strings.IndexByte("!#$%&'*+/=?^_{|}~.-", local[i]) < 0 {
			return false
		}
	}
	return local[0] != '.' && local[len(local)-1] != '.' && !strings.Contains(local, "..")
}

// domains turns names into A-labels as browsers do, and refuses what no registry gives out.
var domains = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.BidiRule(),
	idna.CheckHyphens(true),
	idna.CheckJoiners(true),
	idna.StrictDomainName(true),
	idna.VerifyDNSLength(true),
)

// canonicalDomain is a domain of at least two labels, in A-labels.
func canonicalDomain(domain string) (string, bool) {
	if len(domain) > 4*maxEmail || !strings.Contains(domain, ".") || strings.ContainsFunc(domain, disguise) {
		return "", false
	}
	ascii, err := domains.ToASCII(domain)
	if err != nil || len(ascii) > maxEmail || !strings.Contains(ascii, ".") || strings.HasSuffix(ascii, ".") {
		return "", false
	}
	// A name of digits only at the end would be an IP address.
	top := ascii[strings.LastIndexByte(ascii, '.')+1:]
	if strings.Trim(top, "0123456789") == "" {
		return "", false
	}
	return ascii, true
}

// disguise tells characters that folding turns into ASCII or into nothing, such as
// the Kelvin sign, full-width letters, the Turkish dotted capital I, or the soft
// hyphen. The mapping of domains would let one name pass for another.
func disguise(r rune) bool {
	if r <= unicode.MaxASCII {
		return false
	}
	if unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
		return r != '\u200C' && r != '\u200D' // joiners have their own check
	}
	for _, folded := range norm.NFKC.String(string(unicode.ToLower(r))) {
		if folded <= unicode.MaxASCII {
			return true
		}
	}
	return false
}

// asciiLower lowers A to Z and nothing else. strings.ToLower would make the Kelvin
// sign a k.
func asciiLower(text string) string {
	lowered := []byte(text)
	for i, b := range lowered {
		if 'A' <= b && b <= 'Z' {
			lowered[i] = b + 'a' - 'A'
		}
	}
	return string(lowered)
}

func asciiAlphanumeric(b byte) bool {
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z'
}
