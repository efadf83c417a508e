package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"guesthouse/static/locale"
)

// docs/errors.md explains every code that the source knows, and no other.
func TestErrorsAreExplained(t *testing.T) {
	t.Parallel()
	known := codesOfSource(t, filepath.Join("..", "store"), ".", filepath.Join("..", "views"))
	for _, code := range []string{"not_found", "GAIA_IR01", "cross_site", "internal"} {
		if !known[code] {
			t.Errorf("the code %s is not found in the source: this test reads it wrongly", code)
		}
	}
	explained := codesOfDocument(t, filepath.Join("..", "docs", "errors.md"))
	for code := range known {
		if explained[code] == 0 {
			t.Errorf("docs/errors.md does not explain %s", code)
		}
	}
	for code, times := range explained {
		if !known[code] || times > 1 {
			t.Errorf("docs/errors.md explains %s %d times; in the source: %t", code, times, known[code])
		}
	}
}

var explainedCode = regexp.MustCompile("(?m)^\\| `([A-Za-z0-9_]+)` \\|")

func codesOfDocument(t *testing.T, path string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(path) //nolint:gosec // a file of this repository
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]int{}
	for _, found := range explainedCode.FindAllStringSubmatch(string(text), -1) {
		codes[found[1]]++
	}
	return codes
}

// codesOfSource are the texts in Go files that have a sentence in the
// catalogue under error.CODE, and the values of all fields called Code.
func codesOfSource(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	codes := map[string]bool{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "node_modules":
				return fs.SkipDir
			case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				noteCode(codes, node)
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return codes
}

func noteCode(codes map[string]bool, node ast.Node) {
	switch node := node.(type) {
	case *ast.KeyValueExpr:
		if name, ok := node.Key.(*ast.Ident); ok && name.Name == "Code" {
			if text, ok := textOf(node.Value); ok && text != "" {
				codes[text] = true
			}
		}
	case *ast.BasicLit:
		if text, ok := textOf(node); ok && hasSentence(text) {
			codes[text] = true
		}
	}
}

func hasSentence(code string) bool {
	key := "error." + code
	return locale.For("en", time.UTC).T(key) != key
}

func textOf(node ast.Expr) (string, bool) {
	literal, ok := node.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}
