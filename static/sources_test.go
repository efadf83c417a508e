package static

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A name that is not there would panic when its page is shown; here it is found
// before.
func TestSourcesNameWhatThereIs(t *testing.T) {
	t.Parallel()
	icon := regexp.MustCompile(`\b[Ii]con\w*\(\s*"([\w-]+)"`)
	url := regexp.MustCompile(`\bstatic\.URL\("([^"]+)"\)`)
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || name != ".." && strings.HasPrefix(entry.Name(), ".")) {
			return fs.SkipDir
		}
		ending := filepath.Ext(name)
		if entry.IsDir() || ending != ".templ" && ending != ".go" || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			return nil
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range icon.FindAllSubmatch(source, -1) {
			if _, ok := icons()[string(m[1])]; !ok {
				t.Errorf("%s draws the icon %q, which the sprite has not", name, m[1])
			}
		}
		for _, m := range url.FindAllSubmatch(source, -1) {
			if _, ok := assets()[string(m[1])]; !ok {
				t.Errorf("%s links to %q, which is no file of ours", name, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
