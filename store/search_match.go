package store

import (
	"html"
	"slices"
	"strings"
	"unicode"
)

// Marked is a text with what was found in it.
type Marked []MarkedPart

// MarkedPart is a part of a text, found or not.
type MarkedPart struct {
	Text string
	Hit  bool
}

// String is the text without its marks.
func (m Marked) String() string {
	var b strings.Builder
	for _, part := range m {
		b.WriteString(part.Text)
	}
	return b.String()
}

// hit is where something was found: bytes of the text.
type hit struct{ from, to int }

// maxHits is how many places of one term are looked for in a text.
const maxHits = 20

// readable is a text that is looked through.
type readable struct {
	text  string
	f     folded
	parts []stretch
}

func readText(text string) readable {
	f := foldText(text).joined()
	return readable{text: text, f: f, parts: f.stretches()}
}

// hits are the places of a term in the text.
func (r readable) hits(term askedTerm) []hit {
	var list []hit
	for i := range r.parts {
		if len(list) >= maxHits {
			break
		}
		if len(term.pieces) == 1 {
			list = append(list, r.within(r.parts[i], term.pieces[0])...)
			continue
		}
		if from, to, found := r.follow(i, term.pieces); found {
			list = append(list, r.span(from, to))
		}
	}
	return list
}

func (r readable) span(from, to int) hit { return hit{from: r.f.from[from], to: r.f.to[to-1]} }

// within finds one piece in one stretch of the text.
func (r readable) within(part stretch, piece askedPiece) []hit {
	if part.pairs != piece.pairs {
		return nil
	}
	runes := r.f.runes[part.from:part.to]
	if !piece.pairs {
		runes = runes[:min(len(runes), maxToken)]
		switch {
		case slices.Equal(runes, piece.runes):
			return []hit{r.span(part.from, part.to)}
		case piece.prefix && len(runes) > len(piece.runes) && slices.Equal(runes[:len(piece.runes)], piece.runes):
			return []hit{r.span(part.from, part.from+len(piece.runes))}
		}
		return nil
	}
	var list []hit
	for at := 0; at+len(piece.runes) <= len(runes) && len(list) < maxHits; {
		if !slices.Equal(runes[at:at+len(piece.runes)], piece.runes) {
			at++
			continue
		}
		list = append(list, r.span(part.from+at, part.from+at+len(piece.runes)))
		at += len(piece.runes)
	}
	return list
}

// follow reports whether the pieces of a phrase follow each other from a
// stretch of the text on: the first ends it, the last begins its own.
func (r readable) follow(at int, pieces []askedPiece) (from, to int, found bool) {
	if at+len(pieces) > len(r.parts) {
		return 0, 0, false
	}
	for i, piece := range pieces {
		part := r.parts[at+i]
		runes := r.f.runes[part.from:part.to]
		if part.pairs != piece.pairs || len(runes) < len(piece.runes) {
			return 0, 0, false
		}
		extra := len(runes) - len(piece.runes)
		switch {
		case i == 0 && piece.pairs:
			from = part.from + extra
			found = slices.Equal(runes[extra:], piece.runes)
		case i == len(pieces)-1 && piece.pairs:
			found = slices.Equal(runes[:len(piece.runes)], piece.runes)
		default:
			found = extra == 0 && slices.Equal(runes, piece.runes)
			if i == 0 {
				from = part.from
			}
		}
		to = part.from + len(piece.runes)
		if !found {
			return 0, 0, false
		}
	}
	return from, to, true
}

// foundIn says where the terms are in texts of one thing: each must be in one
// of them at least. hits are by the text.
func foundIn(terms []askedTerm, texts ...string) (hits [][]hit, found bool) {
	hits = make([][]hit, len(texts))
	reads := make([]readable, len(texts))
	for i, text := range texts {
		reads[i] = readText(text)
	}
	for _, term := range terms {
		found := false
		for i := range reads {
			places := reads[i].hits(term)
			found = found || len(places) > 0
			hits[i] = append(hits[i], places...)
		}
		if !found {
			return nil, false
		}
	}
	for i := range hits {
		hits[i] = merged(hits[i])
	}
	return hits, true
}

// merged are hits in their order, those that touch as one.
func merged(list []hit) []hit {
	slices.SortFunc(list, func(a, b hit) int { return a.from - b.from })
	var out []hit
	for _, h := range list {
		if n := len(out); n > 0 && h.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, h.to)
			continue
		}
		out = append(out, h)
	}
	return out
}

// markHits is a text in parts.
func markHits(text string, hits []hit) Marked {
	var parts Marked
	at := 0
	for _, h := range hits {
		if h.from > at {
			parts = append(parts, MarkedPart{Text: text[at:h.from]})
		}
		parts = append(parts, MarkedPart{Text: text[h.from:h.to], Hit: true})
		at = h.to
	}
	if at < len(text) {
		parts = append(parts, MarkedPart{Text: text[at:]})
	}
	return parts
}

// The lengths of a snippet in characters: before the first hit, and in all.
const (
	snippetBefore = 40
	snippetLength = 180
)

// snippet is the part of a text around its first hit, on one line.
func snippet(text string, hits []hit) Marked {
	start := 0
	if len(hits) > 0 {
		start = backFrom(text, hits[0].from, snippetBefore)
	}
	end := forwardFrom(text, start, snippetLength)
	var parts Marked
	if start > 0 {
		parts = append(parts, MarkedPart{Text: "…"})
	}
	inside := hits[:0:0]
	for _, h := range hits {
		if h.from >= start && h.from < end {
			inside = append(inside, hit{from: h.from - start, to: min(h.to, end) - start})
		}
	}
	for _, part := range markHits(text[start:end], inside) {
		part.Text = strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return ' '
			}
			return r
		}, part.Text)
		parts = append(parts, part)
	}
	if end < len(text) {
		parts = append(parts, MarkedPart{Text: "…"})
	}
	return parts
}

// backFrom is the place so many characters before another, at the beginning of a
// word where one is near.
func backFrom(text string, at, characters int) int {
	from, blank := at, -1
	for from > 0 && characters > 0 {
		from--
		for from > 0 && text[from]&0xC0 == 0x80 {
			from--
		}
		if text[from] == ' ' || text[from] == '\n' {
			blank = from + 1
		}
		characters--
	}
	if from > 0 && blank > 0 {
		return blank
	}
	return from
}

func forwardFrom(text string, at, characters int) int {
	for i := range text[at:] {
		if characters == 0 {
			return at + i
		}
		characters--
	}
	return len(text)
}

// wordsOf is what one reads of a rendered text: its words without marks, the
// parts of it on lines of their own.
func wordsOf(rendered HTML) string {
	text := string(rendered)
	if text == "" {
		return ""
	}
	var b strings.Builder
	b.Grow(len(text))
	for {
		before, rest, found := strings.Cut(text, "<")
		b.WriteString(before)
		tag, after, closed := strings.Cut(rest, ">")
		if !found || !closed {
			break
		}
		if breaksLine(tag) {
			b.WriteByte('\n')
		}
		text = after
	}
	return strings.TrimSpace(blankLines.Replace(html.UnescapeString(b.String())))
}

var blankLines = strings.NewReplacer("\n\n\n", "\n", "\n\n", "\n")

// breaksLine tells tags of blocks from those within a line.
func breaksLine(tag string) bool {
	name := strings.TrimPrefix(tag, "/")
	name, _, _ = strings.Cut(name, " ")
	switch strings.TrimSuffix(name, "/") {
	case "a", "strong", "em", "del", "code", "span":
		return false
	}
	return true
}
