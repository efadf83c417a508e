package locale

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed en.json ja.json zh.json
var files embed.FS

// catalogue is one language's messages, taken apart when the portal starts so
// that a page only looks them up. docs/adr/0003
type catalogue struct {
	lang     string
	tag      language.Tag
	messages map[string]message
	script   string
}

// message is what stands under one key. One form is enough where the language
// has no plural.
type message struct {
	one, other phrase
	plural     bool
	plain      bool // nothing to fill in: the text is the answer
}

// phrase is a text cut at its placeholders: literals[0], the value of
// names[0], literals[1], the value of names[1] and so on.
type phrase struct {
	text     string
	literals []string
	names    []string
}

// catalogues reads the embedded files once. A file that cannot be read is a
// mistake of the build, which the tests find.
var catalogues = sync.OnceValue(func() map[string]*catalogue {
	all := make(map[string]*catalogue, len(Languages))
	for _, lang := range Languages {
		data, err := files.ReadFile(lang + ".json")
		if err != nil {
			panic(fmt.Errorf("read catalogue %s: %w", lang, err))
		}
		c, err := parse(lang, data)
		if err != nil {
			panic(fmt.Errorf("read catalogue %s: %w", lang, err))
		}
		all[lang] = c
	}
	return all
})

func parse(lang string, data []byte) (*catalogue, error) {
	var entries map[string]entry
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&entries); err != nil {
		return nil, err
	}
	c := &catalogue{lang: lang, tag: language.MustParse(lang), messages: make(map[string]message, len(entries))}
	words := map[string]string{}
	for key, e := range entries {
		m := message{other: cut(e.Other), plural: e.One != ""}
		if m.plural {
			m.one = cut(e.One)
		}
		m.plain = !m.plural && len(m.other.names) == 0
		c.messages[key] = m
		if word, ok := strings.CutPrefix(key, "script."); ok {
			words[word] = e.Other
		}
	}
	script, err := json.Marshal(words)
	if err != nil {
		return nil, err
	}
	c.script = string(script)
	return c, nil
}

// entry is a value of a catalogue file: a text, or one for each plural form.
type entry struct {
	One   string `json:"one,omitempty"`
	Other string `json:"other"`
}

// UnmarshalJSON reads both shapes of a value.
func (e *entry) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &e.Other)
	}
	type forms entry // without this method
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode((*forms)(e))
}

var placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

func cut(text string) phrase {
	p := phrase{text: text}
	from := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		p.literals = append(p.literals, text[from:at[0]])
		p.names = append(p.names, text[at[2]:at[3]])
		from = at[1]
	}
	p.literals = append(p.literals, text[from:])
	return p
}

// values finds an argument by its name.
type values interface {
	value(name string) (any, bool)
}

type pairs []any

func (args pairs) value(name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1], true
		}
	}
	return nil, false
}

type named map[string]any

func (args named) value(name string) (any, bool) {
	v, ok := args[name]
	return v, ok
}

func (p Printer) fill(m message, args values) string {
	chosen := m.other
	if m.plural && p.singular(args) {
		chosen = m.one
	}
	var b strings.Builder
	b.Grow(len(chosen.text) + 16)
	for i, name := range chosen.names {
		b.WriteString(chosen.literals[i])
		if v, ok := args.value(name); ok {
			b.WriteString(p.write(v))
		} else {
			// Left visible, so that a forgotten argument is seen.
			b.WriteString("{{." + name + "}}")
		}
	}
	b.WriteString(chosen.literals[len(chosen.names)])
	return b.String()
}

func (p Printer) singular(args values) bool {
	v, _ := args.value("N")
	n, ok := whole(v)
	if !ok {
		return false
	}
	// The rules look at the last digits only, and know no sign.
	digits := int(max(n, -n) % 10_000_000)
	return plural.Cardinal.MatchPlural(p.catalogue().tag, digits, 0, 0, 0, 0) == plural.One
}

func (p Printer) write(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case time.Time:
		return p.Date(v)
	case time.Duration:
		return p.Span(v)
	case interface{ Bytes() int64 }:
		return p.Size(v.Bytes())
	}
	if n, ok := whole(v); ok {
		return group(n)
	}
	return fmt.Sprint(v)
}

func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case int32:
		return int64(n), true
	}
	return 0, false
}
