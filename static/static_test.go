package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func get(t *testing.T, method, url string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) []byte {
	t.Helper()
	defer r.Body.Close() //nolint:errcheck // a buffer
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryFileIsServed(t *testing.T) {
	t.Parallel()
	for name, a := range assets() {
		if !regexp.MustCompile(`^/static/[\w/]+\.[0-9a-f]{16}\.(css|js|svg)$`).MatchString(URL(name)) {
			t.Errorf("%s is at %s", name, URL(name))
		}
		plain := get(t, "GET", URL(name))
		if got := body(t, plain); plain.StatusCode != 200 || !bytes.Equal(got, a.body) || len(got) == 0 {
			t.Errorf("%s: status %d, %d bytes", name, plain.StatusCode, len(got))
		}
		for header, want := range map[string]string{
			"Content-Type":           types[path.Ext(name)],
			"Cache-Control":          "public, max-age=31536000, immutable",
			"X-Content-Type-Options": "nosniff",
			"Vary":                   "Accept-Encoding",
			"Content-Encoding":       "",
		} {
			if got := plain.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		small := get(t, "GET", URL(name), "Accept-Encoding", "br, gzip")
		if small.Header.Get("Content-Encoding") != "gzip" {
			continue // too small to gain
		}
		unpacked, err := gzip.NewReader(small.Body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(got, a.body) {
			t.Errorf("%s: gzip holds something else (%v)", name, err)
		}
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	css := URL("app.css")
	for _, c := range []struct {
		name, method, url string
		headers           []string
		status            int
		encoding          string
	}{
		{"gzip", "GET", css, []string{"Accept-Encoding", "gzip;q=0.5, br"}, 200, "gzip"},
		{"anything", "GET", css, []string{"Accept-Encoding", "*"}, 200, "gzip"},
		{"refused gzip", "GET", css, []string{"Accept-Encoding", "gzip;q=0, *"}, 200, ""},
		{"only brotli", "GET", css, []string{"Accept-Encoding", "br"}, 200, ""},
		{"head", "HEAD", css, nil, 200, ""},
		{"known", "GET", css, []string{"If-None-Match", assets()["app.css"].etag}, 304, ""},
		{"without the hash", "GET", "/static/app.css", nil, 404, ""},
		{"of an older release", "GET", "/static/app.0123456789abcdef.css", nil, 404, ""},
		{"folder", "GET", "/static/", nil, 404, ""},
		{"outside", "GET", "/static/../static.go", nil, 404, ""},
		{"post", "POST", css, nil, 405, ""},
	} {
		r := get(t, c.method, c.url, c.headers...)
		if r.StatusCode != c.status || r.Header.Get("Content-Encoding") != c.encoding {
			t.Errorf("%s: %d %q, want %d %q", c.name, r.StatusCode, r.Header.Get("Content-Encoding"), c.status, c.encoding)
		}
		if r.StatusCode == 404 && r.Header.Get("Cache-Control") != "" {
			t.Errorf("%s: what is not there must not be kept", c.name)
		}
	}
	if b := body(t, get(t, "HEAD", css)); len(b) != 0 {
		t.Errorf("HEAD has a body of %d bytes", len(b))
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(os.DirFS("."), "covers/*.svg")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(path.Base(file), ".svg"))
	}
	if !slices.Equal(names, Covers) {
		t.Errorf("covers are %v, the folder has %v", Covers, names)
	}
	if Cover("ridge") != URL("covers/ridge.svg") || Cover("gone") != URL("covers/arches.svg") {
		t.Errorf("ridge is %s, gone is %s", Cover("ridge"), Cover("gone"))
	}
}

func TestUnknownNamesPanic(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(string) string{"URL": URL, "Icon": Icon} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s of an unknown name did not panic", name)
				}
			}()
			call("nothing-of-ours")
		}()
	}
}

func TestIcons(t *testing.T) {
	t.Parallel()
	var wanted map[string]string
	if err := json.Unmarshal(file(t, "vendor/lucide/icons.json"), &wanted); err != nil {
		t.Fatal(err)
	}
	for id := range wanted {
		if got, want := Icon(id), URL("icons.svg")+"#i-"+id; got != want {
			t.Errorf("icon %s is at %s, want %s", id, got, want)
		}
	}
	if len(icons()) != len(wanted) {
		t.Errorf("the sprite has %d icons, the list %d", len(icons()), len(wanted))
	}
}

// Pictures are opened by address too: they must hold nothing that runs or that
// loads from elsewhere. SEC-S8
func TestPicturesAreOnlyPictures(t *testing.T) {
	t.Parallel()
	bad := regexp.MustCompile(`(?i)<script|\son\w+=|javascript:|<foreignObject|xlink:href="[^#]|\shref="[^#]|@import`)
	for name, a := range assets() {
		if found := bad.Find(a.body); strings.HasSuffix(name, ".svg") && found != nil {
			t.Errorf("%s holds %q", name, found)
		}
	}
}

// What we took from others is listed with its version, licence and hash, and
// is what the list says.
func TestVendorManifest(t *testing.T) {
	t.Parallel()
	var packages []struct {
		Name, Version, Licence, Source string
		Files                          []struct{ Path, SHA256 string }
	}
	if err := json.Unmarshal(file(t, "vendor/manifest.json"), &packages); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{"vendor/manifest.json": true}
	for _, p := range packages {
		if p.Name == "" || p.Version == "" || p.Licence == "" || p.Source == "" {
			t.Errorf("incomplete: %+v", p)
		}
		for _, f := range p.Files {
			listed[f.Path] = true
			sum := sha256.Sum256(file(t, f.Path))
			if got := hex.EncodeToString(sum[:]); got != f.SHA256 {
				t.Errorf("%s of %s has the hash %s, the manifest says %s", f.Path, p.Name, got, f.SHA256)
			}
		}
	}
	err := fs.WalkDir(os.DirFS("."), "vendor", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !listed[name] {
			t.Errorf("%s is not in the manifest", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func file(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
