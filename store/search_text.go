package store

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// searchVersion goes up when the same text gives other tokens: everything is
// then indexed again, in the background.
const searchVersion = 2

// Limits of what one thing is found by.
const (
	maxToken  = 64     // in characters
	maxTokens = 30_000 // of one thing; words beyond them are not found
)

// folded is a text as search compares it, character for character, with the
// bytes of the text that each of them comes from: what is found can be marked
// in the text as people wrote it.
type folded struct {
	runes    []rune
	from, to []int
}

func (f *folded) add(r rune, from, to int) {
	f.runes = append(f.runes, r)
	f.from = append(f.from, from)
	f.to = append(f.to, to)
}

// foldText folds a text letter by letter, each with its accents: as plain does,
// and one blank for each.
func foldText(text string) folded {
	f := folded{runes: make([]rune, 0, len(text)/2), from: make([]int, 0, len(text)/2), to: make([]int, 0, len(text)/2)}
	for start := 0; start < len(text); {
		first, size := utf8.DecodeRuneInString(text[start:])
		end := start + size
		for end < len(text) {
			next, size := utf8.DecodeRuneInString(text[end:])
			if next < 0x300 || !unicode.Is(unicode.M, next) && next != 'ﾞ' && next != 'ﾟ' {
				break
			}
			end += size
		}
		switch simple := foldSimple(first); {
		case end == start+size && simple != 0:
			f.add(simple, start, end)
		case unicode.IsSpace(first):
			f.add(' ', start, end)
		default:
			for _, r := range plain(text[start:end]) {
				f.add(r, start, end)
			}
		}
		start = end
	}
	return f
}

// foldSimple is what plain makes of the characters that most texts are made of,
// and 0 for all others.
func foldSimple(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r > ' ' && r < 0x7F:
		return r
	case r >= 'ァ' && r <= 'ヶ':
		return r - 'ァ' + 'ぁ'
	case r >= 'ぁ' && r <= 'ゖ', r == 'ー', r >= 0x4E00 && r <= 0x9FFF, r >= 0x3400 && r <= 0x4DBF, r >= 0xAC00 && r <= 0xD7A3:
		return r
	case unicode.IsSpace(r):
		return ' '
	}
	return 0
}

// joined is the text without the blanks and line ends between two ideographs:
// a word is found however it was broken, a name with and without its blank.
func (f folded) joined() folded {
	var out folded
	for i, r := range f.runes {
		if r == ' ' && len(out.runes) > 0 && ideographic(out.runes[len(out.runes)-1]) && f.beforeIdeograph(i) {
			continue
		}
		out.add(r, f.from[i], f.to[i])
	}
	return out
}

func (f folded) beforeIdeograph(i int) bool {
	for i < len(f.runes) && f.runes[i] == ' ' {
		i++
	}
	return i < len(f.runes) && ideographic(f.runes[i])
}

// stretch is a part of a folded text that is one word, or that is written
// without blanks between words, as Chinese, Japanese and Thai are.
type stretch struct {
	from, to int  // of the characters
	pairs    bool // it is found by each two neighbours
}

// stretches cuts a text where words, and those scripts, begin and end.
func (f folded) stretches() []stretch {
	var list []stretch
	open := false
	for i, r := range f.runes {
		if !wordRune(r) {
			open = false
			continue
		}
		pairs := unspaced(r)
		if unicode.Is(unicode.M, r) && open {
			pairs = list[len(list)-1].pairs
		}
		if open && list[len(list)-1].pairs == pairs {
			list[len(list)-1].to = i + 1
			continue
		}
		list = append(list, stretch{from: i, to: i + 1, pairs: pairs})
		open = true
	}
	return list
}

// unspaced tells the letters of scripts in which a word may stand within a run
// of letters; Korean too, whose words have endings without a blank.
func unspaced(r rune) bool {
	switch {
	case r < 0x0E00:
		return false
	case r <= 0x0EFF, r >= 0x1000 && r <= 0x109F, r >= 0x1100 && r <= 0x11FF, r >= 0x1780 && r <= 0x17FF, // Thai, Lao, Burmese, Jamo, Khmer
		r >= 0x2E80 && r <= 0x2FDF, r >= 0x3005 && r <= 0x3007, r >= 0x3021 && r <= 0x3035, r >= 0x3040 && r <= 0x31FF, // signs, Kana, Bopomofo
		r >= 0x3400 && r <= 0x4DBF, r >= 0x4E00 && r <= 0x9FFF, r >= 0xA960 && r <= 0xA97F, r >= 0xAC00 && r <= 0xD7FF, // Han, Hangul
		r >= 0xF900 && r <= 0xFAFF, r >= 0x1B000 && r <= 0x1B16F, r >= 0x20000 && r <= 0x3FFFF:
		return true
	}
	return false
}

// searchTokens are what texts are found by in the index: each word, and of what
// is written without blanks each two neighbours and each Chinese character.
func searchTokens(texts ...string) []string {
	seen := map[string]bool{}
	var tokens []string
	add := func(runes []rune) {
		token := string(runes[:min(len(runes), maxToken)])
		if !seen[token] && len(tokens) < maxTokens {
			seen[token] = true
			tokens = append(tokens, token)
		}
	}
	for _, text := range texts {
		f := foldText(text).joined()
		for _, part := range f.stretches() {
			runes := f.runes[part.from:part.to]
			if !part.pairs || len(runes) == 1 {
				add(runes)
				continue
			}
			for i := range runes {
				if unicode.Is(unicode.Han, runes[i]) {
					add(runes[i : i+1])
				}
				if i+1 < len(runes) {
					add(runes[i : i+2])
				}
			}
		}
	}
	return tokens
}

// askedTerm is one thing that is looked for: a word, a run of characters, or a
// phrase of several of them, which must follow each other.
type askedTerm struct {
	pieces []askedPiece
	phrase bool
}

type askedPiece struct {
	runes  []rune
	pairs  bool
	prefix bool // words that begin so are meant too
}

// Limits of what is looked for at once.
const (
	maxSearch = 500 // in bytes
	maxTerms  = 12
)

// prefixFrom is from how many letters on the beginning of a word finds it.
const prefixFrom = 3

// askedTerms reads what somebody looks for: words, and phrases in quotation
// marks. All of them must be found. Everything else in it is no syntax.
func askedTerms(query string) []askedTerm {
	query = strings.ReplaceAll(strings.ToValidUTF8(clip(query, maxSearch), " "), "\x00", " ")
	var terms []askedTerm
	for i, part := range strings.FieldsFunc(padQuotes.Replace(query), func(r rune) bool { return r == '"' }) {
		pieces := askedPieces(part)
		if i%2 == 1 { // between two quotation marks
			if len(pieces) > 0 {
				terms = append(terms, askedTerm{pieces: pieces, phrase: true})
			}
			continue
		}
		for _, piece := range pieces {
			piece.prefix = !piece.pairs && len(piece.runes) >= prefixFrom && len(piece.runes) < maxToken && !allDigits(piece.runes)
			terms = append(terms, askedTerm{pieces: []askedPiece{piece}})
		}
	}
	terms = slices.CompactFunc(terms, func(a, b askedTerm) bool {
		return !a.phrase && !b.phrase && slices.Equal(a.pieces[0].runes, b.pieces[0].runes)
	})
	return terms[:min(len(terms), maxTerms)]
}

// padQuotes makes one sort of quotation marks of all, with a blank beside each,
// so that none stand together.
var padQuotes = strings.NewReplacer(`"`, ` " `, "“", ` " `, "”", ` " `, "„", ` " `, "＂", ` " `)

func askedPieces(text string) []askedPiece {
	f := foldText(" " + text)
	var pieces []askedPiece
	for _, part := range f.stretches() {
		runes := f.runes[part.from:part.to]
		if !part.pairs {
			runes = runes[:min(len(runes), maxToken)]
		}
		pieces = append(pieces, askedPiece{runes: runes, pairs: part.pairs})
	}
	return pieces
}

// allDigits tells numbers: as many begin alike, they are found as a whole only.
func allDigits(runes []rune) bool {
	return !slices.ContainsFunc(runes, func(r rune) bool { return !unicode.IsDigit(r) })
}

// wanted are the tokens that the index must have for a thing to be looked at.
func (t askedTerm) wanted() []indexToken {
	var tokens []indexToken
	for _, piece := range t.pieces {
		if !piece.pairs || len(piece.runes) == 1 {
			tokens = append(tokens, indexToken{text: string(piece.runes), prefix: piece.prefix})
			continue
		}
		for i := range len(piece.runes) - 1 {
			tokens = append(tokens, indexToken{text: string(piece.runes[i : i+2])})
		}
	}
	return tokens
}
