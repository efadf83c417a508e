package views

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"guesthouse/store"
)

// Person is somebody whose name stands on a page.
type Person struct {
	ID     store.ID
	Name   string
	Guest  bool
	Former bool   // the account was deleted (S2-08)
	Lang   string // of the name, where it tells how to draw it
	URL    string // where the name leads; "" for nowhere
	Image  string // address of the picture; "" for the initials
}

// PersonOf is an account as it stands on pages.
func PersonOf(a store.Account) Person {
	p := Person{ID: a.ID, Name: a.Name, Guest: a.IsGuest(), Former: a.Former(), Lang: LangOf(a.Name, a.Locale)}
	if a.Picture != "" && !a.Former() {
		p.Image = PictureURL(a.ID) + "?v=" + clipTo(a.Picture, 12)
	}
	return p
}

// LangOf guesses the language of what somebody wrote, for the lang attribute:
// the writer's own where the text has its characters, Japanese where there are
// kana, Korean where there is hangul, else nothing.
func LangOf(text, writer string) string {
	han := false
	for _, r := range text {
		switch {
		case r < '\u1100': // Latin, Greek, Cyrillic: what most texts are, without a look into the tables
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return "ja"
		case unicode.Is(unicode.Hangul, r):
			return "ko"
		case unicode.Is(unicode.Han, r):
			han = true
		}
	}
	if han && (writer == "ja" || writer == "zh") {
		return writer
	}
	return ""
}

// Initials are the letters of a name for its avatar: the first of the first
// and the last word, or the first character where words are not told apart.
func Initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	if len(words) == 1 || unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
		return strings.ToUpper(string(first))
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return strings.ToUpper(string([]rune{first, last}))
}

func clipTo(text string, n int) string {
	if len(text) > n {
		return text[:n]
	}
	return text
}
