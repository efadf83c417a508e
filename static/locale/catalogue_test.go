package locale

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"testing"
)

// Run `go test ./static/locale -run Sorted -update` to put the files in order.
var update = flag.Bool("update", false, "rewrite the catalogues in their sorted form")

func TestCataloguesAreSorted(t *testing.T) {
	for _, lang := range Languages {
		got, err := os.ReadFile(lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var entries map[string]any
		if err := json.Unmarshal(got, &entries); err != nil {
			t.Fatalf("%s.json: %v", lang, err)
		}
		var want bytes.Buffer
		encoder := json.NewEncoder(&want) // sorts the keys of a map
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(entries); err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(got, want.Bytes()) {
			continue
		}
		if !*update {
			t.Errorf("%s.json is not in order: run go test ./static/locale -run Sorted -update", lang)
			continue
		}
		if err := os.WriteFile(lang+".json", want.Bytes(), 0o644); err != nil { //nolint:gosec // a source file
			t.Fatal(err)
		}
	}
}

// S0-28
func TestCataloguesSayTheSame(t *testing.T) {
	t.Parallel()
	english := catalogues()["en"].messages
	for _, lang := range Languages[1:] {
		other := catalogues()[lang].messages
		for _, key := range slices.Sorted(maps.Keys(english)) {
			m, ok := other[key]
			if !ok {
				t.Errorf("%s.json has no %q", lang, key)
				continue
			}
			if got, want := placeholders(m), placeholders(english[key]); !slices.Equal(got, want) {
				t.Errorf("%s.json: %q has the placeholders %v, in English %v", lang, key, got, want)
			}
			if m.other.text == "" {
				t.Errorf("%s.json: %q is empty", lang, key)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(other)) {
			if _, ok := english[key]; !ok {
				t.Errorf("%s.json has %q, which English has not", lang, key)
			}
		}
	}
}

// placeholders are those of the form for many: "1 guest" needs no number.
func placeholders(m message) []string {
	names := slices.Clone(m.other.names)
	slices.Sort(names)
	return slices.Compact(names)
}

func TestPluralFormsSayNothingElse(t *testing.T) {
	t.Parallel()
	for _, lang := range Languages {
		for key, m := range catalogues()[lang].messages {
			if m.plural && !slices.Contains(m.other.names, "N") {
				t.Errorf("%s.json: %q has two forms and no {{.N}} to choose by", lang, key)
			}
			for _, name := range m.one.names {
				if !slices.Contains(m.other.names, name) {
					t.Errorf("%s.json: %q names {{.%s}} only for one", lang, key, name)
				}
			}
		}
	}
}

func TestBrokenCatalogueIsRefused(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"no JSON":      `{"a": `,
		"unknown form": `{"a": {"few": "x", "other": "y"}}`,
		"number":       `{"a": 1}`,
	} {
		if _, err := parse("en", []byte(data)); err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}
