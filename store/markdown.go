package store

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// MaxText is the length of what people write: a comment, the text of a space.
const MaxText = 65535

// rendererVersion goes up when the same Markdown gives other HTML, so that what
// was rendered before can be found and rendered again.
const rendererVersion = 1

// HTML is what the sanitizer let through: it may stand in a page as it is. Only
// renderText makes it, and columns that renderText's result was written to.
type HTML string

// rendered is a text in Markdown with what is shown of it.
type rendered struct {
	Body    string // as it was typed, cleaned
	HTML    HTML
	Excerpt string // its first words, without marks

	mentions []mention // whom it names
	doubt    error     // why it cannot be kept: a name that could be several people's
}

// renderText cleans and renders what somebody wrote. It is called before the
// transaction that keeps the result: nothing is rendered when it is read.
// What stands in a space is rendered by Store.renderIn, which knows its people.
func renderText(field, body string) (rendered, error) {
	parsed, err := parseText(field, body)
	if err != nil {
		return rendered{}, err
	}
	return parsed.render(nil)
}

// parsed is a text in Markdown, before it is rendered. The zero parsed is an
// empty text.
type parsed struct {
	body   string
	source []byte
	tree   ast.Node
}

func parseText(field, body string) (parsed, error) { return parseUpTo(field, body, MaxText) }

func parseUpTo(field, body string, limit int) (parsed, error) {
	body, err := CleanMessage(field, body, limit)
	if err != nil || body == "" {
		return parsed{}, err
	}
	if deep(body) {
		return parsed{}, ErrTextTooDeep.With(field)
	}
	source := []byte(body)
	return parsed{body: body, source: source, tree: markdown().Parser().Parse(text.NewReader(source))}, nil
}

// render writes the text as HTML; the mentions stand in its tree already.
func (p parsed) render(mentions []mention) (rendered, error) {
	if p.tree == nil {
		return rendered{}, nil
	}
	var out bytes.Buffer
	if err := markdown().Renderer().Render(&out, p.source, p.tree); err != nil {
		return rendered{}, fmt.Errorf("render a text: %w", err)
	}
	clean := linkMentions(sanitizer().Sanitize(out.String()), mentions)
	return rendered{Body: p.body, HTML: HTML(clean), Excerpt: excerpt(p.tree, p.source), mentions: mentions}, nil
}

// Preview is what a text that somebody is writing will look like.
// It may mention people of the space. Errors: those of the door and of a text.
func (s *Store) Preview(ctx context.Context, actor Account, space ID, field, body string) (HTML, error) {
	text, err := s.renderIn(ctx, actor, space, field, body)
	return text.HTML, err
}

// ErrTextTooDeep: quotes in quotes, marks in marks, or tables, beyond reason.
var ErrTextTooDeep = &Error{Kind: Invalid, Code: "text_too_deep"}

// More than anybody writes by hand. Beyond, goldmark takes time that grows with
// the square: 16,000 open marks of two sorts took 15 s, 20,000 lists in each other 3 s.
const (
	maxNesting   = 100
	maxMarksOpen = 4_000
	maxCells     = 50_000
)

// deep finds, before it is parsed, what a parser takes seconds over: more quotes
// and lists in each other than anybody means, tables of more cells than anybody
// fills, marks that never close.
func deep(body string) bool {
	rows, columns, marks := 0, 0, 0
	for line := range strings.Lines(body) {
		rows++
		if strings.Trim(line, "|-: \t\n") == "" {
			columns = max(columns, strings.Count(line, "|"))
		}
		if marks += emphasis(line); strings.TrimSpace(line) == "" {
			marks = 0 // marks do not reach over an empty line
		}
		if marks > maxMarksOpen || opened(line) > maxNesting {
			return true
		}
	}
	return columns*rows > maxCells
}

// emphasis counts the marks in a line that may begin or end bold and the like:
// not those between blanks, nor the underscores within names.
func emphasis(line string) int {
	n := 0
	for i := 0; i < len(line); i++ {
		if line[i] == '\\' {
			i++ // the sign after it means nothing
			continue
		}
		if !strings.ContainsRune("*_~", rune(line[i])) {
			continue
		}
		before, after := byte(' '), byte(' ')
		if i > 0 {
			before = line[i-1]
		}
		if i+1 < len(line) {
			after = line[i+1]
		}
		if before == line[i] || blankByte(before) && blankByte(after) || line[i] == '_' && wordByte(before) && wordByte(after) {
			continue
		}
		n++
	}
	return n
}

func blankByte(b byte) bool { return b <= ' ' }

func wordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_'
}

// opened counts the quotes and lists that a line begins with.
func opened(line string) int {
	depth := 0
	for {
		line = strings.TrimLeft(line, " \t")
		rest := strings.TrimLeft(line, "0123456789")
		switch {
		case strings.HasPrefix(line, ">"):
			line = line[1:]
		case len(rest) < len(line) && (strings.HasPrefix(rest, ". ") || strings.HasPrefix(rest, ") ")):
			line = rest[2:]
		case strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "+ ") || strings.HasPrefix(line, "* "):
			line = line[2:]
		default:
			return depth
		}
		depth++
	}
}

// markdown is GitHub's Markdown without task boxes, which would be controls
// without a label, and without raw HTML. A line break is a line break.
var markdown = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(
			extension.Strikethrough, extension.Linkify,
			// Style attributes are forbidden by the policy of the pages.
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(tame{}, 1000))),
		goldmark.WithRendererOptions(html.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(mentionRenderer{}, 500))),
	)
})

// sanitizer lets through what Markdown makes and nothing else, whatever the
// renderer may have missed (SEC-I3).
var sanitizer = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "del", "code", "pre",
		"blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("align").Matching(bluemonday.CellAlign).OnElements("th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http", "mailto", "tel")
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AllowAttrs("person").Matching(bluemonday.Integer).OnElements("mention") // linkMentions
	p.AllowAttrs("rel").Matching(bluemonday.SpaceSeparatedTokens).OnElements("a")
	return p
})

// tame fits a text into a page: its headings stand below the page's own, and
// pictures become links, because nothing is fetched from elsewhere.
type tame struct{}

// Transform changes the parsed text.
func (tame) Transform(tree *ast.Document, reader text.Reader, _ parser.Context) {
	var links []ast.Node
	_ = ast.Walk(tree, func(node ast.Node, entering bool) (ast.WalkStatus, error) { // the function gives no error
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Heading:
			node.Level = min(node.Level+2, 6)
		case *ast.Link, *ast.Image, *ast.AutoLink:
			links = append(links, node)
		}
		return ast.WalkContinue, nil
	})
	for _, link := range links {
		tameLink(link, reader.Source())
	}
}

// tameLink gives a link the attributes of one that people made. What leads
// nowhere that we allow keeps its words only, and a picture becomes a link.
func tameLink(node ast.Node, source []byte) {
	link := ast.NewLink()
	switch node := node.(type) {
	case *ast.Link:
		link.Destination = node.Destination
	case *ast.Image:
		link.Destination = node.Destination
	case *ast.AutoLink:
		link.Destination = node.URL(source)
		if node.AutoLinkType == ast.AutoLinkEmail {
			link.Destination = append([]byte("mailto:"), link.Destination...)
		}
		node.AppendChild(node, ast.NewString(node.Label(source)))
	}
	parent := node.Parent()
	into := ast.Node(link)
	if allowedURL(string(link.Destination)) {
		link.SetAttributeString("rel", []byte("noopener noreferrer nofollow"))
		parent.InsertBefore(parent, node, link)
	} else {
		into = nil
	}
	for child := node.FirstChild(); child != nil; child = node.FirstChild() {
		if into == nil {
			parent.InsertBefore(parent, node, child)
		} else {
			into.AppendChild(into, child)
		}
	}
	parent.RemoveChild(parent, node)
}

// allowedURL accepts whole addresses of the schemes that people may link to (SEC-I3).
func allowedURL(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Host != ""
	case "mailto", "tel":
		return true
	}
	return false
}

// excerptLength is about two lines of a card.
const excerptLength = 160

// excerpt is the first words of a text, without marks.
func excerpt(tree ast.Node, source []byte) string {
	var words strings.Builder
	_ = ast.Walk(tree, func(node ast.Node, entering bool) (ast.WalkStatus, error) { // the function gives no error
		if words.Len() > excerptLength*utf8.UTFMax {
			return ast.WalkStop, nil
		}
		if !entering {
			if node.Type() == ast.TypeBlock {
				words.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Text:
			words.Write(node.Value(source))
			if node.SoftLineBreak() || node.HardLineBreak() {
				words.WriteByte(' ')
			}
		case *ast.String:
			words.Write(node.Value)
		case *ast.AutoLink:
			words.Write(node.Label(source))
		case *mentionNode:
			words.WriteString("@" + node.Name)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			lines := node.Lines()
			for i := range lines.Len() {
				line := lines.At(i)
				words.Write(line.Value(source))
			}
		}
		return ast.WalkContinue, nil
	})
	return shorten(strings.Join(strings.Fields(words.String()), " "), excerptLength)
}

// shorten cuts a text to a number of characters, with an ellipsis.
func shorten(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:limit-1])) + "…"
}
