package locale

import (
	"html"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/a-h/templ/parser/v2"
	"github.com/a-h/templ/parser/v2/visitor"
)

// sources are the files of the whole repository with one of these endings,
// without tests and generated code, by their path.
func sources(t *testing.T, endings ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir("../..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if name != "../.." && strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata" {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains(endings, filepath.Ext(base)) || strings.HasSuffix(base, "_test.go") || strings.HasSuffix(base, "_templ.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		found[strings.TrimPrefix(name, "../../")] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var (
	literal  = regexp.MustCompile(`"([\w.]+)"`)
	asked    = regexp.MustCompile(`\bT\((?:ctx, ?)?"([\w.]+)"[,)]`)
	prefixed = regexp.MustCompile(`"([\w.]+\.)" ?\+`)
	coded    = regexp.MustCompile(`\bCode:\s*"(\w+)"|\.Error\("(\w+)"`)
	scripted = regexp.MustCompile(`\bword\("(\w+)"\)`)
)

// S0-28
func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	messages := catalogues()["en"].messages
	has := func(file, key string) {
		if _, ok := messages[key]; !ok {
			t.Errorf("%s asks for %q, which is in no catalogue", file, key)
		}
	}
	for file, text := range sources(t, ".go", ".templ") {
		for _, m := range asked.FindAllStringSubmatch(text, -1) {
			has(file, m[1])
		}
		for _, m := range coded.FindAllStringSubmatch(text, -1) {
			has(file, "error."+m[1]+m[2])
		}
	}
	for file, text := range sources(t, ".js") {
		for _, m := range scripted.FindAllStringSubmatch(text, -1) {
			has(file, "script."+m[1])
		}
	}
}

// A key is used when a source names it, or a prefix of it that something is
// added to. An error is used when a source names its code.
func TestEveryWordIsUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	var prefixes []string
	views := false
	for file, text := range sources(t, ".go", ".templ") {
		views = views || strings.HasPrefix(file, "views/") && strings.HasSuffix(file, ".templ")
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
			used["error."+m[1]] = true
			used["error."+m[1]+"_guess"] = true // see Printer.Error
		}
		for _, m := range prefixed.FindAllStringSubmatch(text, -1) {
			// Under these two, every key is named elsewhere.
			if m[1] != "error." && m[1] != "script." {
				prefixes = append(prefixes, m[1])
			}
		}
	}
	for _, text := range sources(t, ".js") {
		for _, m := range scripted.FindAllStringSubmatch(text, -1) {
			used["script."+m[1]] = true
		}
	}
	if !views {
		t.Fatal("no page was looked at: the test proves nothing")
	}
	for _, key := range slices.Sorted(maps.Keys(catalogues()["en"].messages)) {
		begins := func(prefix string) bool { return strings.HasPrefix(key, prefix) }
		if !used[key] && !slices.ContainsFunc(prefixes, begins) {
			t.Errorf("nothing uses %q: take it out of the catalogues", key)
		}
	}
}

// read are the attributes whose text a person reads or hears.
var read = []string{"placeholder", "title", "alt", "label", "data-label", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext"}

// sameEverywhere are the few texts that are the same in every language.
var sameEverywhere = []string{"Guesthouse", "https://"}

// S0-28: pages and mails hold no words of their own.
func TestTemplatesHoldNoWords(t *testing.T) {
	t.Parallel()
	for file, text := range sources(t, ".templ") {
		for _, words := range hardCoded(t, text) {
			t.Errorf("%s says %q itself: words are in the catalogues", file, words)
		}
	}
}

// The search above finds what it is for.
func TestHardCodedWordsAreFound(t *testing.T) {
	t.Parallel()
	page := `package views

templ page(p Page) {
	<h1 title="Title" class="page">Heading { p.Name } · 3</h1>
	if p.Open {
		<input placeholder={ "Literal" } aria-label={ p.T("x") } value="value"/>
		<p>Guesthouse</p>
	}
	<p>日本語</p>
	{ "Expression" }
}
`
	got := hardCoded(t, page)
	slices.Sort(got)
	want := []string{`"Expression"`, `"Literal"`, "Heading", "Title", "日本語"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

func hardCoded(t *testing.T, source string) []string {
	t.Helper()
	file, err := parser.ParseString(source)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	look := func(text string) {
		text = strings.TrimSpace(html.UnescapeString(text))
		if strings.ContainsFunc(text, unicode.IsLetter) && !slices.Contains(sameEverywhere, strings.Trim(text, `"`)) {
			found = append(found, text)
		}
	}
	quoted := regexp.MustCompile(`^\s*"[^"]*"\s*$`)
	v := visitor.New()
	v.Text = func(n *parser.Text) error {
		look(n.Value)
		return nil
	}
	v.StringExpression = func(n *parser.StringExpression) error {
		if quoted.MatchString(n.Expression.Value) {
			look(n.Expression.Value)
		}
		return nil
	}
	v.ConstantAttribute = func(n *parser.ConstantAttribute) error {
		if slices.Contains(read, n.Key.String()) {
			look(n.Value)
		}
		return nil
	}
	v.ExpressionAttribute = func(n *parser.ExpressionAttribute) error {
		if slices.Contains(read, n.Key.String()) && quoted.MatchString(n.Expression.Value) {
			look(n.Expression.Value)
		}
		return nil
	}
	if err := file.Visit(v); err != nil {
		t.Fatal(err)
	}
	return found
}
