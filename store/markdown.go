package store

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
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
}

// renderText cleans and renders what somebody wrote. It is called before the
// transaction that keeps the result: nothing is rendered when it is read.
func renderText(field, body string) (rendered, error) {
	body, err := CleanMessage(field, body, MaxText)
	if err != nil || body == "" {
		return rendered{}, err
	}
	if deep(body) {
		return rendered{}, ErrTextTooDeep.With(field)
	}
	source := []byte(body)
	tree := markdown().Parser().Parse(text.NewReader(source))
	var out bytes.Buffer
	if err := markdown().Renderer().Render(&out, source, tree); err != nil {
		return rendered{}, fmt.Errorf("render a text: %w", err)
	}
	return rendered{Body: body, HTML: HTML(sanitizer().Sanitize(out.String())), Excerpt: excerpt(tree, source)}, nil
}

// ErrTextTooDeep: quotes in quotes, or brackets in brackets, beyond reason.
var ErrTextTooDeep = &Error{Kind: Invalid, Code: "text_too_deep"}

// maxNesting is more than anybody writes by hand; a parser of nested things
// takes long over ten thousand.
const maxNesting = 100

// deep finds lines that nest beyond reason, before they are parsed.
func deep(body string) bool {
	for line := range strings.Lines(body) {
		quotes, brackets := 0, 0
		for _, r := range line {
			switch r {
			case '>':
				quotes++
			case '[':
				brackets++
			case ' ', '\t', '-', '+', '*', '!':
			default:
				quotes = 0
			}
			if quotes > maxNesting || brackets > maxNesting*10 {
				return true
			}
		}
	}
	return false
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
		goldmark.WithRendererOptions(html.WithHardWraps()),
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
	p.AllowAttrs("rel").Matching(bluemonday.SpaceSeparatedTokens).OnElements("a")
	return p
})

// tame fits a text into a page: its headings stand below the page's own, and
// pictures become links, because nothing is fetched from elsewhere.
type tame struct{}

// Transform changes the parsed text.
func (tame) Transform(tree *ast.Document, _ text.Reader, _ parser.Context) {
	var pictures []*ast.Image
	_ = ast.Walk(tree, func(node ast.Node, entering bool) (ast.WalkStatus, error) { // the function gives no error
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Heading:
			node.Level = min(node.Level+2, 6)
		case *ast.Link:
			node.SetAttributeString("rel", []byte("noopener"))
		case *ast.AutoLink:
			node.SetAttributeString("rel", []byte("noopener"))
		case *ast.Image:
			pictures = append(pictures, node)
		}
		return ast.WalkContinue, nil
	})
	for _, picture := range pictures {
		link := ast.NewLink()
		link.Destination = picture.Destination
		link.SetAttributeString("rel", []byte("noopener"))
		for child := picture.FirstChild(); child != nil; child = picture.FirstChild() {
			link.AppendChild(link, child)
		}
		picture.Parent().ReplaceChild(picture.Parent(), picture, link)
	}
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
