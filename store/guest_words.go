package store

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of what one entry of the register is found by, and of what one search asks.
const (
	maxWord     = 64 // in characters
	maxWords    = 200
	maxAskWords = 8
)

// searchWords are the words that a guest is found by: of the names and the
// company each word, also without its accents; of a text without blanks, such
// as a Japanese name, each pair of neighbours; of an address the whole, its
// domain and the parts before the @. A search finds by how a word begins.
func searchWords(addresses []string, names ...string) []string {
	var words []string
	for _, name := range names {
		words = append(words, nameWords(name, true)...)
	}
	for _, address := range addresses {
		words = append(words, addressWords(address)...)
	}
	slices.Sort(words)
	words = slices.Compact(words)
	return words[:min(len(words), maxWords)]
}

// askedWords are the words that somebody looks for: each must begin a word of
// the guest.
func askedWords(query string) []string {
	query = strings.ReplaceAll(strings.ToValidUTF8(clip(query, 500), ""), "\x00", "")
	words := nameWords(query, false)
	slices.Sort(words)
	words = slices.Compact(words)
	return words[:min(len(words), maxAskWords)]
}

// nameWords are the words of a text. For the index they are more than what is
// typed: "Smith-Jones" is found by its second part, a pair by its last sign.
func nameWords(text string, index bool) []string {
	var words []string
	for _, chunk := range strings.Fields(joinIdeographs(plain(text))) {
		for _, run := range splitScripts(chunk) {
			if first, _ := utf8.DecodeRuneInString(run); ideographic(first) {
				words = append(words, pairs(run, index)...)
				continue
			}
			word := strings.TrimFunc(run, func(r rune) bool { return !wordRune(r) })
			words = appendWord(words, word)
			if index {
				words = appendParts(words, word)
			}
		}
	}
	return words
}

// addressWords are the words of an address or of another login name.
func addressWords(address string) []string {
	address = plain(address)
	local, domain, _ := strings.Cut(address, "@")
	words := appendParts(appendWord(nil, address), local)
	for strings.Contains(domain, ".") {
		words = appendWord(words, domain)
		_, domain, _ = strings.Cut(domain, ".")
	}
	return words
}

// appendParts adds the parts of a word between dots, hyphens and the like.
func appendParts(words []string, word string) []string {
	parts := strings.FieldsFunc(word, func(r rune) bool { return !wordRune(r) })
	if len(parts) < 2 {
		return words
	}
	for _, part := range parts {
		words = appendWord(words, part)
	}
	return words
}

func appendWord(words []string, word string) []string {
	if runes := []rune(word); len(runes) > maxWord {
		word = string(runes[:maxWord])
	}
	if word == "" {
		return words
	}
	return append(words, word)
}

// pairs are the neighbours of a run; for the index also its last sign, so that
// one sign finds every name that has it.
func pairs(run string, index bool) []string {
	runes := []rune(run)
	if len(runes) == 1 {
		return []string{run}
	}
	var words []string
	for i := range len(runes) - 1 {
		words = append(words, string(runes[i:i+2]))
	}
	if index {
		words = append(words, string(runes[len(runes)-1:]))
	}
	return words
}

// plain is a text as the register compares it: folded, Katakana as Hiragana,
// Latin and Greek letters without accents.
func plain(text string) string {
	var b strings.Builder
	accented := false
	for _, r := range norm.NFD.String(FoldKey(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
			if accented {
				continue
			}
		case r >= 'ァ' && r <= 'ヶ':
			r -= 'ァ' - 'ぁ'
		}
		if !unicode.Is(unicode.Mn, r) {
			accented = unicode.In(r, unicode.Latin, unicode.Greek)
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// joinIdeographs takes the blanks out that stand between two ideographs: family
// and given name are found with and without one.
func joinIdeographs(text string) string {
	runes := []rune(text)
	var b strings.Builder
	for i, r := range runes {
		if r == ' ' && i > 0 && i+1 < len(runes) && ideographic(runes[i-1]) && ideographic(runes[i+1]) {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// splitScripts cuts a text where ideographs begin and end.
func splitScripts(text string) []string {
	var runs []string
	start, was := 0, false
	for i, r := range text {
		is := ideographic(r)
		if i > start && is != was {
			runs = append(runs, text[start:i])
			start = i
		}
		was = is
	}
	return append(runs, text[start:])
}

func ideographic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー' || r == '々'
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}
