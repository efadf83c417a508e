package store

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/strikethrough"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"github.com/microcosm-cc/bluemonday"
)

// incomingHTML is what is kept of HTML that a program sends: what Markdown can
// say. All other tags and attributes go, and what scripts and styles hold.
var incomingHTML = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "em", "i", "del", "s", "strike", "code", "pre",
		"blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "span")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http", "mailto", "tel")
	p.RequireParseableURLs(true)
	return p
})

var fromHTML = sync.OnceValue(func() *converter.Converter {
	return converter.NewConverter(converter.WithPlugins(
		base.NewBasePlugin(), commonmark.NewCommonmarkPlugin(), strikethrough.NewStrikethroughPlugin(), table.NewTablePlugin(),
	))
})

// maxHTMLNesting is more than any editor makes. Deeper HTML is not read at all.
const maxHTMLNesting = 200

// renderHTML makes a text of HTML that a program sends: it is cleaned, becomes
// Markdown, which people can go on with, and names nobody (docs/adr/0007).
// Errors of the field: ErrTextTooLong, ErrTextTooDeep, those of a text.
func renderHTML(field, html string) (rendered, error) {
	if len(html) > 4*MaxText || len([]rune(html)) > MaxText {
		return rendered{}, ErrTextTooLong.With(field, "Max", MaxText)
	}
	clean := incomingHTML().Sanitize(strings.ToValidUTF8(html, "\uFFFD"))
	if nested(clean) > maxHTMLNesting {
		return rendered{}, ErrTextTooDeep.With(field)
	}
	markdown, err := fromHTML().ConvertString(clean)
	if err != nil {
		return rendered{}, fmt.Errorf("make a text of HTML: %w", err)
	}
	text, err := parseUpTo(field, markdown, 3*MaxText)
	if err != nil {
		return rendered{}, err
	}
	return text.render(nil)
}

// nested is how deep the tags of cleaned HTML stand in each other at most.
func nested(html string) int {
	depth, deepest := 0, 0
	for {
		open := strings.IndexByte(html, '<')
		if open < 0 {
			return deepest
		}
		html = html[open+1:]
		switch {
		case strings.HasPrefix(html, "/"):
			depth--
		case strings.HasPrefix(html, "br"), strings.HasPrefix(html, "hr"):
		default:
			depth++
			deepest = max(deepest, depth)
		}
	}
}

// UpdateSpaceHTML gives a space with several threads a text that a program sent
// as HTML. The space with one thread has the text of its thread. It mentions
// nobody. Errors: those of the door, ErrOneThread, those of renderHTML.
func (s *Store) UpdateSpaceHTML(ctx context.Context, actor Account, id ID, html string) error {
	if _, err := s.Space(ctx, actor, id, ToManage); err != nil {
		return err
	}
	text, err := renderHTML("body", html)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		before, err := tx.space(ctx, actor, id, ToManage)
		if err != nil {
			return err
		}
		if !before.MultiThread {
			return ErrOneThread
		}
		return tx.updateSpace(ctx, actor, before, before.Own, before.settings(), &text)
	})
}

// settings are those that the space has, for a change of some of them.
func (sp Space) settings() SpaceSettings {
	return SpaceSettings{
		Name: sp.Name, MultiThread: sp.MultiThread, FixedMembership: sp.FixedMembership, CompaniesApart: sp.CompaniesApart, Shows: &sp.Shows,
	}
}
