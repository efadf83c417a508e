package mail

import (
	"strings"
	"unicode/utf8"
)

// letter is a mail before it becomes text and HTML. Every mail of the portal
// has this order: who asks, what it is, their words, the next step, the facts,
// what if it came by mistake.
type letter struct {
	Lang         string
	Organization string
	Subject      string
	Preheader    string // what a list of mails shows after the subject
	Title        string
	Code         string // eight digits, large
	Lead         []string
	Quote        []string // a person's own words, line by line
	Items        []item
	Action       link
	Facts        []fact
	Notes        []note
	Footer       string
}

// item is one of several things: who did what, where, and the first words.
type item struct {
	Text  string
	Link  link
	Quote []string
}

type link struct{ Label, URL string }

// fact is a row of the small table. With a URL its value is a link.
type fact struct{ Label, Value, URL string }

// note is small print, which may end in a link.
type note struct {
	Text string
	Link link
}

// quote splits a person's plain text into lines.
func quote(text string) []string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// grouped is a code in two halves, as people read it aloud.
func grouped(code string) string {
	if len(code) != 8 {
		return code
	}
	return code[:4] + "\u00a0" + code[4:]
}

const textWidth = 76

// text is the letter as plain text.
func (l letter) text() string {
	var blocks []string
	add := func(block string) {
		if block != "" {
			blocks = append(blocks, block)
		}
	}
	wrap := wrap
	if l.Lang != "en" {
		// Japanese and Chinese have no blanks to break at; mail programs break
		// them where they want.
		wrap = func(paragraph string) string { return paragraph }
	}
	add(wrap(l.Title))
	add(l.Code)
	for _, paragraph := range l.Lead {
		add(wrap(paragraph))
	}
	add(indent(l.Quote))
	for _, i := range l.Items {
		add(i.text(wrap))
	}
	if l.Action.URL != "" {
		add(l.Action.Label + ":\n" + l.Action.URL)
	}
	add(factLines(l.Facts))
	for _, n := range l.Notes {
		block := wrap(n.Text)
		if n.Link.URL != "" {
			block += "\n" + n.Link.Label + ": " + n.Link.URL
		}
		add(block)
	}
	add("-- \n" + wrap(l.Footer))
	return strings.Join(blocks, "\n\n") + "\n"
}

func (i item) text(wrap func(string) string) string {
	block := "* " + wrap(i.Text) + "\n" + i.Link.Label + ": " + i.Link.URL
	if len(i.Quote) > 0 {
		block += "\n" + indent(i.Quote)
	}
	return block
}

func indent(lines []string) string {
	indented := make([]string, len(lines))
	for i, line := range lines {
		indented[i] = strings.TrimRight("  "+line, " \r\t")
	}
	return strings.Join(indented, "\n")
}

func factLines(facts []fact) string {
	widest := 0
	for _, f := range facts {
		widest = max(widest, columns(f.Label))
	}
	lines := make([]string, len(facts))
	for i, f := range facts {
		value := f.Value
		if f.URL != "" {
			value = f.URL
		}
		lines[i] = f.Label + strings.Repeat(" ", widest-columns(f.Label)+3) + value
	}
	return strings.Join(lines, "\n")
}

// wrap breaks a paragraph at its blanks.
func wrap(paragraph string) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(paragraph) {
		width := columns(word)
		switch {
		case i == 0:
		case used+1+width > textWidth:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += width
	}
	return b.String()
}

// columns is how wide a text stands in a fixed-width font: CJK signs take two.
func columns(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r >= 0x2e80 {
			n++
		}
	}
	return n
}

// filler keeps a list of mails from showing the body after the preheader:
// wide blanks and signs without width, as many as such a list shows.
var filler = strings.Repeat("\u2007\ufeff\u034f ", 24)
