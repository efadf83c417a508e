package store

import (
	"regexp"
	"strings"
)

// Links in a plain text stay links: their signs mean nothing else.
var plainLink = regexp.MustCompile(`https?://[^\s<>"]+`)

// markdownOf is Markdown that shows a plain text as it is, line by line: what
// programs write has no marks and names nobody.
func markdownOf(plain string) string {
	var b strings.Builder
	for i, line := range strings.Split(lineEnds.Replace(plain), "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		escapeLine(&b, line)
	}
	return b.String()
}

func escapeLine(b *strings.Builder, line string) {
	text := strings.TrimLeft(line, " \t")
	for range line[:len(line)-len(text)] {
		b.WriteString("&nbsp;") // blanks that stand first would make code of the line
	}
	if text != "" && (strings.ContainsRune("#>+-=:", rune(text[0])) || numbered(text)) {
		if rest := strings.TrimLeft(text, "0123456789"); len(rest) < len(text) {
			b.WriteString(text[:len(text)-len(rest)])
			text = rest
		}
		b.WriteByte('\\')
		b.WriteByte(text[0])
		text = text[1:]
	}
	end := 0
	for _, link := range plainLink.FindAllStringIndex(text, -1) {
		escapeSigns(b, text[end:link[0]])
		b.WriteString(text[link[0]:link[1]])
		end = link[1]
	}
	escapeSigns(b, text[end:])
}

// numbered tells a line that begins like one of a list.
func numbered(text string) bool {
	rest := strings.TrimLeft(text, "0123456789")
	return len(rest) < len(text) && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, ")"))
}

// escapeSigns takes the meaning of the signs that have one within a line. An "@"
// within a word has none.
func escapeSigns(b *strings.Builder, text string) {
	before := ' '
	for _, r := range text {
		if strings.ContainsRune("\\`*_[]<~|&", r) || r == '@' && !withinWord(before) {
			b.WriteByte('\\')
		}
		if r == '＠' { // which has no other spelling
			r = '@'
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		before = r
	}
}
