package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Why a text is refused. Args of the two lengths: Max, in characters.
var (
	ErrNotUTF8       = &Error{Kind: Invalid, Code: "not_utf8"}
	ErrTextControl   = &Error{Kind: Invalid, Code: "text_control"}
	ErrNameInvisible = &Error{Kind: Invalid, Code: "name_invisible"}
	ErrNameTooLong   = &Error{Kind: Invalid, Code: "name_too_long"}
	ErrTextTooLong   = &Error{Kind: Invalid, Code: "text_too_long"}
)

// MaxName and MaxMessage are the usual lengths in characters.
const (
	MaxName    = 128
	MaxMessage = 5000
)

// CleanName is a name that others will see: of a person, a space, a thread. It is
// trimmed and composed (NFC), one line, has at least one visible character and at
// most limit, and cannot rearrange or hide the text around it. Invisible characters
// between its letters are dropped.
func CleanName(field, text string, limit int) (string, error) {
	name, err := cleanLine(field, text, limit, ErrNameTooLong)
	switch {
	case err != nil:
		return "", err
	case name == "" && strings.TrimSpace(text) == "":
		return "", ErrRequired.With(field)
	case !hasVisible(name):
		return "", ErrNameInvisible.With(field)
	}
	return name, nil
}

// CleanLine is an optional line of text, such as a subject: as [CleanName], but it
// may be empty. A line without a visible character is empty.
func CleanLine(field, text string, limit int) (string, error) {
	line, err := cleanLine(field, text, limit, ErrTextTooLong)
	if err != nil || !hasVisible(line) {
		return "", err
	}
	return line, nil
}

// CleanMessage is an optional text of several lines: its line ends become \n, tabs
// stay, blanks at its end go. A message without a visible character is empty.
func CleanMessage(field, text string, limit int) (string, error) {
	text = lineEnds.Replace(text)
	message, err := clean(field, text, limit, ErrTextTooLong, func(r rune) bool { return r == '\n' || r == '\t' })
	if err != nil {
		return "", err
	}
	message = strings.TrimRightFunc(strings.TrimLeft(message, "\n"), unicode.IsSpace)
	if !hasVisible(message) {
		return "", nil
	}
	return message, nil
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

func cleanLine(field, text string, limit int, tooLong *Error) (string, error) {
	text, err := clean(field, strings.TrimFunc(text, blank), limit, tooLong, func(rune) bool { return false })
	text = strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, text)
	return strings.TrimFunc(text, blank), err
}

// hidden characters are dropped from a line: nobody sees them, so nobody could be
// asked to take them out, and they make two names look like one. Joiners and
// variation selectors stay, which Persian, Indic scripts and emoji need.
func hidden(r rune) bool {
	switch {
	case r == '\u200C', r == '\u200D', unicode.Is(unicode.Variation_Selector, r):
		return false
	case r >= '\U000E0020' && r <= '\U000E007F': // the flags of Scotland and Wales end in these
		return false
	}
	return blankless(r) || ghost(r)
}

// blankless tells format characters: of no width, and of no meaning in a name.
func blankless(r rune) bool {
	return r == '\u00AD' || r == '\uFEFF' || r == '\u061C' || r >= '\u200B' && r <= '\u200F' || r >= '\u2060' && r <= '\u2064'
}

// clean checks what all texts have in common. The length is bounded before the
// text is worked on, and counted in code points after.
func clean(field, text string, limit int, tooLong *Error, allowed func(rune) bool) (string, error) {
	if len(text) > 4*utf8.UTFMax*limit {
		return "", tooLong.With(field, "Max", limit)
	}
	if !utf8.ValidString(text) {
		return "", ErrNotUTF8.With(field)
	}
	for _, r := range text {
		if forbidden(r) && !allowed(r) {
			return "", ErrTextControl.With(field)
		}
	}
	text = norm.NFC.String(limitMarks(text))
	if utf8.RuneCountInString(text) > limit {
		return "", tooLong.With(field, "Max", limit)
	}
	return text, nil
}

// maxMarks is more than any script puts on one letter.
const maxMarks = 8

// limitMarks drops the accents of towers that would cover the lines above.
func limitMarks(text string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		marks++
		if !unicode.Is(unicode.M, r) {
			marks = 0
		}
		if marks > maxMarks {
			return -1
		}
		return r
	}, text)
}

// forbidden characters steer terminals, mails and the direction of the text, or
// have no meaning that two programs agree on.
func forbidden(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069': // bidi embedding, override, isolate
		return true
	case r >= '\uFFF9' && r <= '\uFFFB': // interlinear annotation
		return true
	case r >= '\U000E0001' && r <= '\U000E001F': // deprecated tags
		return true
	case unicode.Is(unicode.Noncharacter_Code_Point, r):
		return true
	}
	return false
}

// hasVisible finds a character that leaves ink on the page. Some letters and marks
// do not, such as the Hangul fillers and the empty Braille pattern.
func hasVisible(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsPrint(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) && !ghost(r)
	})
}

// ghost tells letters and signs that are drawn as nothing.
func ghost(r rune) bool {
	return r == '\u2800' || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// FoldKey is the key under which a name is compared, sorted and searched: names
// that a reader takes for the same have the same key. Width, case and
// compatibility forms are folded, runs of blanks are one, and invisible
// characters are gone.
func FoldKey(name string) string {
	key := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(name)))
	key = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || ghost(r) {
			return -1
		}
		return r
	}, key)
	return strings.Join(strings.Fields(key), " ")
}
