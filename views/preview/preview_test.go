package preview

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	parse "golang.org/x/net/html"

	"guesthouse/static"
	"guesthouse/static/locale"
)

// TestServe is `make preview`: it shows the pages at PREVIEW_ADDR until it is
// interrupted.
func TestServe(t *testing.T) {
	addr := os.Getenv("PREVIEW_ADDR")
	if addr == "" {
		t.Skip("PREVIEW_ADDR is not set")
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", static.Handler())
	mux.HandleFunc("/", index)
	mux.HandleFunc("/pages/{lang}/{name}", show)
	fmt.Fprintf(os.Stderr, "The pages are on http://%s/\n", addr)
	server := &http.Server{Addr: addr, Handler: mux} //nolint:gosec // on one's own machine, for looking
	t.Fatal(server.ListenAndServe())
}

func index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	for _, lang := range locale.Languages {
		_, _ = fmt.Fprintf(w, "<h2>%s</h2><ul>", locale.Name(lang))
		for _, sample := range Samples(lang) {
			_, _ = fmt.Fprintf(w, `<li><a href="/pages/%s/%s">%s</a></li>`, lang, sample.Name, html.EscapeString(sample.Name))
		}
		_, _ = fmt.Fprint(w, "</ul>")
	}
}

func show(w http.ResponseWriter, r *http.Request) {
	for _, sample := range Samples(r.PathValue("lang")) {
		if sample.Name != r.PathValue("name") {
			continue
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		page := render(sample)
		// Dark and light without changing the system's setting: ?theme=dark
		if theme := r.URL.Query().Get("theme"); theme == "dark" || theme == "light" {
			page = bytes.Replace(page, []byte("<html "), []byte(`<html data-theme="`+theme+`" `), 1)
		}
		_, _ = w.Write(page)
		return
	}
	http.NotFound(w, r)
}

func render(sample Sample) []byte {
	var page bytes.Buffer
	if err := sample.Page.Render(context.Background(), &page); err != nil {
		return []byte(err.Error())
	}
	return page.Bytes()
}

// Every page, in every language, keeps the rules that all pages share.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, lang := range locale.Languages {
		names := map[string]bool{}
		for _, sample := range Samples(lang) {
			if names[sample.Name] {
				t.Errorf("two samples are called %q", sample.Name)
			}
			names[sample.Name] = true
			t.Run(lang+"/"+sample.Name, func(t *testing.T) {
				t.Parallel()
				body := render(sample)
				root, err := parse.Parse(bytes.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				page := document{t: t, root: root}
				page.frame()
				page.headings()
				page.ids()
				page.labels()
				page.policy()
				page.words(string(body))
			})
		}
	}
}

type document struct {
	t    *testing.T
	root *parse.Node
}

func (d document) all(selector string) []*parse.Node {
	return cascadia.QueryAll(d.root, cascadia.MustCompile(selector))
}

func (d document) frame() {
	for _, selector := range []string{"html[lang]", "title", "main", "meta[name=viewport]"} {
		if n := len(d.all(selector)); n != 1 {
			d.t.Errorf("%d times %s", n, selector)
		}
	}
}

// headings: one h1 that is within reach.
func (d document) headings() {
	if n := len(d.all("h1")) - len(d.all("[inert] h1")); n != 1 {
		d.t.Errorf("%d h1", n)
	}
}

// ids are there once, and what refers to one finds it.
func (d document) ids() {
	ids := map[string]bool{}
	for _, node := range d.all("[id]") {
		id := attr(node, "id")
		if ids[id] {
			d.t.Errorf("the id %q stands twice", id)
		}
		ids[id] = true
	}
	for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "data-strength", "data-show", "data-panel", "data-copy-from"} {
		for _, node := range d.all("[" + name + "]") {
			for _, id := range strings.Fields(attr(node, name)) {
				if !ids[id] {
					d.t.Errorf("%s=%q leads nowhere", name, id)
				}
			}
		}
	}
	for _, node := range d.all(".error-summary a") {
		if id := strings.TrimPrefix(attr(node, "href"), "#"); !ids[id] {
			d.t.Errorf("the error summary leads to %q, which is not there", id)
		}
	}
}

// labels: every control has a name.
func (d document) labels() {
	for _, node := range d.all("input:not([type=hidden]), select, textarea") {
		id := attr(node, "id")
		if attr(node, "aria-label") == "" && attr(node, "aria-labelledby") == "" && (id == "" || len(d.all(`label[for="`+id+`"]`)) == 0) {
			d.t.Errorf("the field %q has no label", attr(node, "name"))
		}
	}
	for _, node := range d.all("a, button, summary") {
		if text(node) == "" && attr(node, "aria-label") == "" {
			d.t.Errorf("a %s to %q has no words", node.Data, attr(node, "href"))
		}
	}
	for _, node := range d.all("img:not([alt])") {
		d.t.Errorf("the picture %q has no alt", attr(node, "src"))
	}
}

// policy: nothing that the Content-Security-Policy forbids (SEC-S8), and forms
// that work without a script.
func (d document) policy() {
	for _, node := range d.all("*") {
		for _, a := range node.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				d.t.Errorf("%s has %s=%q", node.Data, a.Key, a.Val)
			}
		}
	}
	for _, node := range d.all("script:not([src]), style, a[href='#']") {
		d.t.Errorf("a %s that has no place here", node.Data)
	}
	for _, node := range d.all("form") {
		if !slices.Contains([]string{"post", "get"}, attr(node, "method")) {
			d.t.Errorf("the form to %q has no method", attr(node, "action"))
		}
	}
}

// words: no key of the catalogue and no placeholder is left over.
func (d document) words(body string) {
	for _, left := range []string{"{{.", "error_title.", "error.bad", "templ: failed"} {
		if strings.Contains(body, left) {
			d.t.Errorf("the page says %q", left)
		}
	}
}

func attr(node *parse.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(node *parse.Node) string {
	var b strings.Builder
	for child := range node.Descendants() {
		if child.Type == parse.TextNode {
			b.WriteString(child.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
