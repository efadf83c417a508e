package store

import (
	"errors"
	"strings"
)

// EmailProblem is a piece of a list of addresses that is none.
type EmailProblem struct {
	Text string // what was typed
	Err  *Error
}

// ParseEmails reads addresses as people paste them: separated by commas,
// semicolons or new lines, with or without names around them. Each is taken once,
// in the order typed. What is no address is told one by one, also once.
func ParseEmails(text string) (good []Email, bad []EmailProblem) {
	known := map[Email]bool{}
	seen := map[string]bool{}
	for _, word := range splitEmails(text) {
		if seen[word] {
			continue
		}
		seen[word] = true
		email, err := ParseEmail(word)
		switch {
		case err != nil:
			bad = append(bad, EmailProblem{Text: word, Err: problemOf(word, err)})
		case !known[email]:
			known[email] = true
			good = append(good, email)
		}
	}
	return good, bad
}

func problemOf(word string, err error) *Error {
	var problem *Error
	if errors.As(err, &problem) {
		return problem
	}
	return notAnAddress(word, "")
}

// piece is one entry of a list of addresses.
type piece struct {
	text   string
	before rune // the separator before it, 0 for the first
	tight  bool // nothing stands between it and that separator
}

// separators stand between addresses: those of mail programs, and the ones that
// Japanese and Chinese keyboards give.
const separators = ",;\n\r，；、"

// splitEmails cuts a list at its separators, but not inside the quoted name of an
// address. Empty pieces are dropped.
func splitEmails(text string) []string {
	var pieces []piece
	var before rune
	start, quoted := 0, false
	add := func(end int, next rune) {
		raw := text[start:end]
		if word := strings.TrimFunc(raw, blank); word != "" {
			pieces = append(pieces, piece{word, before, strings.HasPrefix(raw, word)})
			before = next
		} else if before == 0 || before == ',' {
			before = next
		}
	}
	for i, r := range text {
		if r == '"' && (quoted || opensName(text, start, i)) {
			quoted = !quoted
			continue
		}
		if strings.ContainsRune(separators, r) && (!quoted || r == '\n' || r == '\r') {
			add(i, r)
			start, quoted = i+len(string(r)), false // a quote that nobody closed ends with its line
		}
	}
	add(len(text), 0)

	var words []string
	for _, p := range mend(pieces) {
		words = append(words, splitAtBlanks(p.text)...)
	}
	return words
}

// opensName tells whether a quotation mark begins the name of an address: it is
// the first of its piece, and has a closing one in its line.
func opensName(text string, start, at int) bool {
	if strings.TrimFunc(text[start:at], blank) != "" {
		return false
	}
	line, _, _ := strings.Cut(text[at+1:min(len(text), at+maxTyped)], "\n")
	return strings.Contains(line, `"`)
}

// mend puts together again what a comma cut in two: the mistyped
// "max@partner,example", so that it is told as one mistake with a guess, and
// "Weber, Erika <erika@example.org>", as some mail programs copy it.
func mend(pieces []piece) []piece {
	mended := pieces[:0]
	for _, p := range pieces {
		if last := len(mended) - 1; last >= 0 && p.before == ',' && p.belongsTo(mended[last]) {
			glue := ", "
			if p.tight {
				glue = ","
			}
			mended[last].text += glue + p.text
			continue
		}
		mended = append(mended, p)
	}
	return mended
}

func (p piece) belongsTo(left piece) bool {
	_, domain, isAddress := strings.Cut(left.text, "@")
	if isAddress {
		right := p.text
		if strings.Contains(left.text, "<") { // "Max <max@partner,example>"
			right = strings.TrimSuffix(right, ">")
		}
		return p.tight && plainLabel(domain) && plainLabel(right)
	}
	return strings.HasSuffix(p.text, ">") && strings.Contains(p.text, "<") && !strings.ContainsAny(left.text, ".<>")
}

// plainLabel is a word that could be a part of a domain and is no whole one.
func plainLabel(text string) bool {
	for i := range len(text) {
		if !asciiAlphanumeric(text[i]) && text[i] != '-' {
			return false
		}
	}
	return text != ""
}

// splitAtBlanks takes addresses apart that have only blanks between them.
func splitAtBlanks(text string) []string {
	words := strings.FieldsFunc(text, blank)
	for _, word := range words {
		if at := strings.IndexByte(word, '@'); at < 1 || at == len(word)-1 || strings.ContainsAny(word, `<>"`) {
			return []string{text}
		}
	}
	return words
}
