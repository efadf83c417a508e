// Package static holds the files that every page needs: style sheet, script,
// icons, covers. They are served under names that contain a hash of what is in
// them, so that a browser may keep them for ever.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed css/app.css js/*.js js/app/*.js covers/*.svg icons.svg favicon.svg
var files embed.FS

// prefix is where the files are on the portal.
const prefix = "/static/"

// Covers are the names of the pictures that a space can choose from, sorted.
var Covers = []string{"arches", "dunes", "grove", "harbour", "night", "paper", "ridge", "tiles"}

var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// asset is one file as it is served.
type asset struct {
	url     string // with the hash
	mime    string
	etag    string
	body    []byte
	gzipped func() []byte // compressed at the first request that wants it
}

// assets are all files by the name that the rest of the program uses.
var assets = sync.OnceValue(func() map[string]*asset {
	all := map[string]*asset{}
	add := func(name string, body []byte) {
		all[name] = newAsset(name, body)
	}
	add("app.css", read("css/app.css"))
	add("app.js", script())
	add("early.js", read("js/early.js"))
	add("kintone.js", read("js/kintone.js"))
	add("try.js", read("js/try.js"))
	add("icons.svg", read("icons.svg"))
	add("favicon.svg", read("favicon.svg"))
	for _, name := range Covers {
		add("covers/"+name+".svg", read("covers/"+name+".svg"))
	}
	return all
})

func newAsset(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:8])
	ext := path.Ext(name)
	return &asset{
		url:     prefix + strings.TrimSuffix(name, ext) + "." + hash + ext,
		mime:    types[ext],
		etag:    `"` + hash + `"`,
		body:    body,
		gzipped: sync.OnceValue(func() []byte { return compress(body) }),
	}
}

// script joins the behaviours of js/app into one script, each file a block of
// its own after base.js, whose names they share.
func script() []byte {
	names, err := fs.Glob(files, "js/app/*.js")
	if err != nil {
		panic(fmt.Errorf("list scripts: %w", err)) // the pattern is wrong, not the machine
	}
	var b bytes.Buffer
	b.WriteString("(() => {\n\"use strict\";\n")
	b.Write(read("js/base.js"))
	for _, name := range names {
		b.WriteString("{\n")
		b.Write(read(name))
		b.WriteString("}\n")
	}
	b.WriteString("})();\n")
	return b.Bytes()
}

func read(name string) []byte {
	body, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Errorf("embedded file: %w", err)) // a mistake of the build, which the tests find
	}
	return body
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	// Neither call fails: the level is right and a buffer takes everything.
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

// URL is the address of a file: "app.css", "app.js", "early.js", "kintone.js", "try.js", "icons.svg",
// "favicon.svg", "covers/ridge.svg". A name that is none of them is a slip in
// the program and panics.
func URL(name string) string {
	a, ok := assets()[name]
	if !ok {
		panic("static: no file " + strconv.Quote(name))
	}
	return a.url
}

// Cover is the address of a cover by its name, and of the first cover when
// there is none of that name.
func Cover(name string) string {
	if a, ok := assets()["covers/"+name+".svg"]; ok {
		return a.url
	}
	return URL("covers/" + Covers[0] + ".svg")
}

var icons = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for part := range strings.SplitSeq(string(read("icons.svg")), `<symbol id="i-`) {
		if id, _, ok := strings.Cut(part, `" `); ok && !strings.HasPrefix(part, "<") {
			all[id] = URL("icons.svg") + "#i-" + id
		}
	}
	return all
})

// Icon is what the href of a use element says to draw an icon: Icon("home").
// The names are the keys of vendor/lucide/icons.json; another one panics.
func Icon(name string) string {
	href, ok := icons()[name]
	if !ok {
		panic("static: no icon " + strconv.Quote(name))
	}
	return href
}

// Handler serves the files under /static/. What is not there, or not any more,
// is 404.
func Handler() http.Handler {
	byPath := map[string]*asset{}
	for _, a := range assets() {
		byPath[a.url] = a
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		a, ok := byPath[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		a.serve(w, r)
	})
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", a.mime)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("ETag", a.etag)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == a.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		if small := a.gzipped(); len(small) < len(body) {
			header.Set("Content-Encoding", "gzip")
			body = small
		}
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a reader who went away needs no answer
	}
}

// acceptsGzip reads an Accept-Encoding header: gzip or anything, unless its
// weight is nothing.
func acceptsGzip(header string) bool {
	accepted := false
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		_, weight, _ := strings.Cut(params, "=")
		q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		wanted := err != nil || q > 0
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return wanted // the name counts more than the star
		case "*":
			accepted = wanted
		}
	}
	return accepted
}
