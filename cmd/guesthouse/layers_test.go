package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the architecture: who may know of whom. What is missing here
// may know of nothing of ours.
var mayImport = map[string][]string{
	"cmd":    {"cmd", "web", "views", "mail", "store", "static"},
	"web":    {"web", "views", "mail", "store", "static"},
	"views":  {"views", "store", "static"},
	"mail":   {"mail", "store", "static"},
	"store":  {"store"},
	"static": {"static"},
}

// Dependencies run one way: cmd → web → views, mail → store.
func TestDependenciesPointDown(t *testing.T) {
	t.Parallel()
	seen := 0
	for folder, allowed := range mayImport {
		for file, imports := range importsBelow(t, filepath.Join("..", "..", folder)) {
			for _, imported := range imports {
				ours, ok := strings.CutPrefix(imported, "guesthouse/")
				if !ok {
					continue
				}
				seen++
				layer, _, _ := strings.Cut(ours, "/")
				if !slices.Contains(allowed, layer) {
					t.Errorf("%s imports %s, which lies above it", file, imported)
				}
			}
		}
	}
	if seen == 0 {
		t.Fatal("no import was looked at: the test proves nothing")
	}
}

// Only web speaks Echo, so that the step to another router stays mechanical.
func TestOnlyWebKnowsEcho(t *testing.T) {
	t.Parallel()
	for folder := range mayImport {
		if folder == "web" {
			continue
		}
		for file, imports := range importsBelow(t, filepath.Join("..", "..", folder)) {
			for _, imported := range imports {
				if strings.HasPrefix(imported, "github.com/labstack/echo") {
					t.Errorf("%s imports %s", file, imported)
				}
			}
		}
	}
}

// importsBelow is what each Go file below a folder imports, tests left out:
// they may reach across to prove that two layers agree.
func importsBelow(t *testing.T, folder string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "node_modules" {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found[path] = append(found[path], name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
