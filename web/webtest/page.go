package webtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Page is an answer.
type Page struct {
	Status int
	Header http.Header
	Body   string
	URL    *url.URL

	client *Client
	t      testing.TB
	root   *html.Node
}

// Want fails the test when the status is another one.
func (p *Page) Want(status int) *Page {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s answers %d (%s), want %d\n%s", p.URL.Path, p.Status, p.Code(), status, p.excerpt())
	}
	return p
}

// Location is the path, with query, that the answer leads to; "" for none.
func (p *Page) Location() string {
	location := p.Header.Get("Location")
	if location == "" {
		location = p.Header.Get("HX-Redirect")
	}
	return strings.TrimPrefix(location, p.client.world.URL)
}

// Follow goes where the answer leads, and on from there, to the last page.
func (p *Page) Follow() *Page {
	p.t.Helper()
	if p.Location() == "" {
		p.t.Fatalf("%s answers %d and leads nowhere\n%s", p.URL.Path, p.Status, p.excerpt())
	}
	page := p
	for range 10 {
		if page.Location() == "" {
			return page
		}
		page = page.client.Get(page.Location())
	}
	p.t.Fatalf("%s leads round in a circle", p.URL.Path)
	return nil
}

// Title is the title of the window.
func (p *Page) Title() string { return p.Text("title") }

// Code is the code of an error page, "" for any other page.
func (p *Page) Code() string {
	if p.Body == "" || !p.Exists("main[data-error]") {
		return ""
	}
	return p.Attr("main[data-error]", "data-error")
}

// Exists reports whether something matches the selector.
func (p *Page) Exists(selector string) bool { return len(p.all(selector)) > 0 }

// Count is how many elements match the selector.
func (p *Page) Count(selector string) int { return len(p.all(selector)) }

// Text is the text of the first match, with blanks put in order. It fails the
// test when nothing matches.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return textOf(p.one(selector))
}

// Texts are the texts of all matches.
func (p *Page) Texts(selector string) []string {
	var texts []string
	for _, node := range p.all(selector) {
		texts = append(texts, textOf(node))
	}
	return texts
}

// Attr is an attribute of the first match, "" when it has none of that name.
func (p *Page) Attr(selector, name string) string {
	p.t.Helper()
	return attrOf(p.one(selector), name)
}

// Value is what a field of a form holds.
func (p *Page) Value(field string) string {
	p.t.Helper()
	return p.Held(`[name="` + field + `"]`)
}

// Held is what the first field of a selector holds.
func (p *Page) Held(selector string) string {
	p.t.Helper()
	node := p.one(selector)
	switch node.Data {
	case "textarea":
		return rawText(node)
	case "select":
		if chosen := cascadia.Query(node, cascadia.MustCompile("option[selected]")); chosen != nil {
			return attrOf(chosen, "value")
		}
		return ""
	}
	if kind := attrOf(node, "type"); kind == "radio" || kind == "checkbox" {
		for _, one := range p.all(selector + "[checked]") {
			return attrOf(one, "value")
		}
		return ""
	}
	return attrOf(node, "value")
}

// Problem is the code of what is wrong with a field, "" when nothing is. The
// field must be tied to it.
func (p *Page) Problem(field string) string {
	p.t.Helper()
	node := p.first(`[id="` + field + `-error"]`)
	if node == nil {
		return ""
	}
	if !p.Exists(`[aria-describedby~="` + field + `-error"]`) {
		p.t.Errorf("%s: the problem of %q is not tied to its field", p.URL.Path, field)
	}
	return attrOf(node, "data-problem")
}

// Form is the action and the fields of the first form that matches, as a
// browser would send them without touching anything.
func (p *Page) Form(selector string) (action string, fields url.Values) {
	p.t.Helper()
	form := p.one(selector)
	fields = url.Values{}
	for _, node := range cascadia.QueryAll(form, cascadia.MustCompile("input[name], textarea[name], select[name]")) {
		name := attrOf(node, "name")
		switch {
		case node.Data == "textarea":
			fields.Add(name, rawText(node))
		case node.Data == "select":
			fields.Add(name, selected(node))
		case attrOf(node, "type") == "checkbox" || attrOf(node, "type") == "radio":
			if has(node, "checked") {
				fields.Add(name, attrOf(node, "value"))
			}
		case attrOf(node, "type") != "file":
			fields.Add(name, attrOf(node, "value"))
		}
	}
	if action = attrOf(form, "action"); action == "" {
		action = p.URL.RequestURI()
	}
	return action, fields
}

func selected(list *html.Node) string {
	node := cascadia.Query(list, cascadia.MustCompile("option[selected]"))
	if node == nil {
		node = cascadia.Query(list, cascadia.MustCompile("option"))
	}
	if node == nil {
		return ""
	}
	return attrOf(node, "value")
}

func (p *Page) tree() *html.Node {
	if p.root == nil {
		root, err := html.Parse(strings.NewReader(p.Body))
		if err != nil {
			p.t.Fatalf("%s: read the page: %v", p.URL.Path, err)
		}
		p.root = root
	}
	return p.root
}

func (p *Page) all(selector string) []*html.Node {
	p.t.Helper()
	compiled, err := cascadia.ParseGroup(selector)
	if err != nil {
		p.t.Fatalf("selector %q: %v", selector, err)
	}
	return cascadia.QueryAll(p.tree(), compiled)
}

func (p *Page) first(selector string) *html.Node {
	p.t.Helper()
	nodes := p.all(selector)
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

func (p *Page) one(selector string) *html.Node {
	p.t.Helper()
	node := p.first(selector)
	if node == nil {
		p.t.Fatalf("%s (%d %s) has no %q\n%s", p.URL.Path, p.Status, p.Code(), selector, p.excerpt())
	}
	return node
}

// excerpt is the beginning of what a person would read on the page.
func (p *Page) excerpt() string {
	text := textOf(p.tree())
	if len(text) > 1500 {
		text = text[:1500] + "…"
	}
	return text
}

func textOf(node *html.Node) string { return strings.Join(strings.Fields(rawText(node)), " ") }

func rawText(node *html.Node) string {
	var b strings.Builder
	for child := range node.Descendants() {
		if child.Type == html.TextNode && child.Parent.Data != "script" {
			b.WriteString(child.Data)
		}
	}
	return b.String()
}

func attrOf(node *html.Node, name string) string {
	for _, attr := range node.Attr {
		if attr.Key == name {
			return attr.Val
		}
	}
	return ""
}

func has(node *html.Node, name string) bool {
	for _, attr := range node.Attr {
		if attr.Key == name {
			return true
		}
	}
	return false
}
