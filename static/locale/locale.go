// Package locale holds the words of the portal in every language it speaks,
// and the ways to write dates, spans and numbers in them.
package locale

import (
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Languages are the languages of the portal; the first is the default.
var Languages = []string{"en", "ja", "zh"}

// names are the languages' names in themselves, for the language menu.
var names = map[string]string{"en": "English", "ja": "日本語", "zh": "简体中文"}

// Name is what the speakers of a language call it, or the code itself when it
// is none of ours.
func Name(lang string) string {
	if name, ok := names[lang]; ok {
		return name
	}
	return lang
}

// Known says whether the portal speaks the language.
func Known(lang string) bool {
	_, ok := names[lang]
	return ok
}

// Match picks the best of our languages for an Accept-Language header. Only the
// base language counts: who asks for zh-HK reads our Chinese rather than English.
func Match(acceptLanguage string) string {
	best, weight := Languages[0], float32(0)
	// One by one, because a single tag that nobody knows spoils a whole header.
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tags, weights, err := language.ParseAcceptLanguage(part)
		if err != nil || len(tags) == 0 || weights[0] <= weight {
			continue
		}
		if base, _ := tags[0].Base(); Known(base.String()) {
			best, weight = base.String(), weights[0]
		}
	}
	return best
}

// Printer writes words, dates and numbers for one reader. It is a small value
// that never changes: make one per request and pass it on.
type Printer struct {
	words *catalogue
	zone  *time.Location
}

// For is the printer for a reader of this language in this zone. A language
// that is none of ours reads English; no zone is UTC.
func For(lang string, zone *time.Location) Printer {
	words, ok := catalogues()[lang]
	if !ok {
		words = catalogues()[Languages[0]]
	}
	if zone == nil {
		zone = time.UTC
	}
	return Printer{words: words, zone: zone}
}

// Lang is the reader's language, for the lang attribute.
func (p Printer) Lang() string { return p.catalogue().lang }

// Zone is the reader's time zone.
func (p Printer) Zone() *time.Location {
	if p.zone == nil {
		return time.UTC
	}
	return p.zone
}

// T is the message of a key. Arguments come in pairs of name and value and fill
// the {{.Name}} in it; an int called N also chooses between "one" and "other".
// Whole numbers are grouped, a time is written as a date in the reader's zone
// and a duration as a span. A key that is not in the catalogue is returned
// as it is.
func (p Printer) T(key string, args ...any) string {
	m, ok := p.catalogue().messages[key]
	if !ok {
		return key
	}
	if m.plain {
		return m.other.text
	}
	return p.fill(m, pairs(args))
}

// Error is the sentence for the code of an error that is meant for a person.
// Where the error has a Guess at what was meant, the sentence with it is taken.
func (p Printer) Error(code string, args map[string]any) string {
	key := "error." + code
	if guess, _ := args["Guess"].(string); guess != "" {
		key += "_guess"
	}
	m, ok := p.catalogue().messages[key]
	if !ok {
		return key
	}
	if m.plain {
		return m.other.text
	}
	return p.fill(m, named(args))
}

// ScriptWords are the messages that the browser script shows by itself, as a
// JSON object from the keys after "script." to their words.
func (p Printer) ScriptWords() string { return p.catalogue().script }

// catalogue lets the zero Printer speak English.
func (p Printer) catalogue() *catalogue {
	if p.words == nil {
		return catalogues()[Languages[0]]
	}
	return p.words
}
