package api

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guesthouse/static/locale"
)

var documentedCode = regexp.MustCompile("(?m)^\\| `([A-Z0-9_]+)` \\| (\\d+) \\|")

// docs/api.md explains every code that the source answers with, and no other,
// and every code has its words.
func TestCodesAreExplained(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]string{}
	for _, row := range documentedCode.FindAllStringSubmatch(string(text), -1) {
		explained[row[1]] = row[2]
	}
	known := codesOfSource(t)
	for code, status := range known {
		if explained[code] != status {
			t.Errorf("docs/api.md says of %s the status %q, the source %s", code, explained[code], status)
		}
		for _, lang := range locale.Languages {
			if locale.For(lang, nil).T("api."+code) == "api."+code {
				t.Errorf("%s has no words in %s", code, lang)
			}
		}
	}
	for _, code := range slices.Sorted(maps.Keys(explained)) {
		if known[code] == "" {
			t.Errorf("docs/api.md explains %s, which the source does not know", code)
		}
	}
}

var refusalInSource = regexp.MustCompile(`status: http\.Status(\w+), +code: "(\w+)"`)

// codesOfSource are the codes with their statuses: as they stand in the source,
// and those of the maps.
func codesOfSource(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("error.go")
	if err != nil {
		t.Fatal(err)
	}
	statuses := map[string]int{}
	for status := range 600 {
		statuses[strings.ReplaceAll(http.StatusText(status), " ", "")] = status
	}
	known := map[string]string{}
	for _, found := range refusalInSource.FindAllStringSubmatch(string(text), -1) {
		known[found[2]] = strconv.Itoa(statuses[found[1]])
	}
	if len(known) < 20 {
		t.Fatalf("only %d codes are found in the source: this test reads it wrongly", len(known))
	}
	for _, r := range codes {
		known[r.code] = strconv.Itoa(r.status)
	}
	for _, r := range kinds {
		known[r.code] = strconv.Itoa(r.status)
	}
	return known
}
