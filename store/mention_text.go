package store

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxAts is how many signs "@" of one text may begin a mention. The rest stay
// signs: a pasted log has thousands.
const maxAts = 100

// mention is a person whom a text names.
type mention struct {
	Account ID
	Name    string
	Guest   bool
}

// atSign is a place in a text where a mention may begin.
type atSign struct {
	node  *ast.Text // the piece of text that holds it
	at    int       // where it stands in the source
	names []spelled // what follows and may be a name, the shortest first
}

// spelled is the beginning of what follows an "@".
type spelled struct {
	key string // folded, as memberships.name_key
	end int    // where it ends in the source
}

// atSigns finds where the parsed text may name somebody: not in code, not in
// links and not within a word, such as an address.
func atSigns(tree ast.Node, source []byte) []*atSign {
	joinTexts(tree, source)
	var signs []*atSign
	_ = ast.Walk(tree, func(node ast.Node, entering bool) (ast.WalkStatus, error) { // the function gives no error
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.CodeSpan, *ast.Link, *ast.AutoLink, *ast.Image:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			signs = append(signs, signsIn(node, source, maxAts-len(signs))...)
		}
		if len(signs) >= maxAts {
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return signs
}

// joinTexts puts pieces of text together that the parser cut at signs which
// turned out to mean nothing, as in a name with an underscore.
func joinTexts(tree ast.Node, source []byte) {
	_ = ast.Walk(tree, func(node ast.Node, entering bool) (ast.WalkStatus, error) { // the function gives no error
		piece, isText := node.(*ast.Text)
		if !entering || !isText {
			return ast.WalkContinue, nil
		}
		for next := piece.NextSibling(); next != nil; next = piece.NextSibling() {
			if piece.SoftLineBreak() || piece.HardLineBreak() || piece.Segment.Len() == 0 || !piece.Merge(next, source) {
				break
			}
			piece.Parent().RemoveChild(piece.Parent(), next)
		}
		return ast.WalkContinue, nil
	})
}

func signsIn(node *ast.Text, source []byte, limit int) []*atSign {
	var signs []*atSign
	words := string(source[node.Segment.Start:node.Segment.Stop])
	before := rune(' ')
	for i, r := range words {
		if (r == '@' || r == '＠') && before != '\\' && !withinWord(before) && len(signs) < limit {
			end := i + utf8.RuneLen(r)
			if names := namesAt(words[end:], node.Segment.Start+end); len(names) > 0 {
				signs = append(signs, &atSign{node: node, at: node.Segment.Start + i, names: names})
			}
		}
		before = r
	}
	return signs
}

// withinWord tells characters after which an "@" belongs to what stands before
// it. Scripts without blanks between words are none.
func withinWord(r rune) bool {
	return r == '@' || r == '＠' || strings.ContainsRune("._%+-", r) || spacedLetter(r)
}

// spacedLetter tells the letters of scripts that put blanks between words.
func spacedLetter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// namesAt are the beginnings of the words after an "@" that may be a name: they
// do not end within a word.
func namesAt(words string, offset int) []spelled {
	first, _ := utf8.DecodeRuneInString(words)
	if words == "" || unicode.IsSpace(first) || first == '@' || first == '＠' {
		return nil
	}
	var names []spelled
	var last rune
	length := 0
	add := func(end int) {
		if key := FoldKey(words[:end]); key != "" {
			names = append(names, spelled{key: key, end: offset + end})
		}
	}
	for i, r := range words {
		if length == MaxName {
			return names
		}
		inside := spacedLetter(last) && spacedLetter(r) || unicode.In(r, unicode.M, unicode.Cf, unicode.Variation_Selector)
		if i > 0 && !inside && !unicode.IsSpace(last) {
			add(i)
		}
		last = r
		length++
	}
	add(len(words))
	return names
}

// numberAt reads "#12" where a name ends: which of those who are called so.
func numberAt(source []byte, node *ast.Text, at int) (id ID, end int) {
	if at >= node.Segment.Stop || source[at] != '#' {
		return 0, at
	}
	end = at + 1
	for end < node.Segment.Stop && source[end] >= '0' && source[end] <= '9' {
		end++
	}
	return ParseID(string(source[at+1 : end])), end
}

// mentionNode stands for a person in a parsed text.
type mentionNode struct {
	ast.BaseInline
	mention
}

var kindMention = ast.NewNodeKind("Mention")

// Kind is that of a mention.
func (n *mentionNode) Kind() ast.NodeKind { return kindMention }

// Dump prints the node.
func (n *mentionNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Account": n.Account.String()}, nil)
}

// putMention puts a person in the place of the text from start to end. What
// follows in the piece of text becomes a piece of its own, which is returned.
func putMention(node *ast.Text, start, end int, m mention) *ast.Text {
	rest := ast.NewTextSegment(text.NewSegment(end, node.Segment.Stop))
	rest.SetSoftLineBreak(node.SoftLineBreak())
	rest.SetHardLineBreak(node.HardLineBreak())
	node.SetSoftLineBreak(false)
	node.SetHardLineBreak(false)
	node.Segment = text.NewSegmentPadding(node.Segment.Start, start, node.Segment.Padding)
	parent := node.Parent()
	person := &mentionNode{mention: m}
	parent.InsertAfter(parent, node, person)
	parent.InsertAfter(parent, person, rest)
	return rest
}

// mentionRenderer writes a mention as an element that no typed text can be: the
// sanitizer knows it, and link puts the real one in its place after it.
type mentionRenderer struct{}

// RegisterFuncs tells the renderer of mentions.
func (mentionRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindMention, func(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
		if m, ok := node.(*mentionNode); ok && entering {
			_, err := w.WriteString(m.mark())
			return ast.WalkContinue, err
		}
		return ast.WalkContinue, nil
	})
}

// mark is the mention as it passes the sanitizer.
func (m mention) mark() string { return `<mention person="` + m.Account.String() + `"></mention>` }

// link is the mention as it is stored. What views shows of it is made of this
// when it is read, for its reader: the word "Guest" has no language here (S4-10).
func (m mention) link() string {
	id := m.Account.String()
	link := `<a class="mention" href="/people/` + id + `" data-person="` + id + `">@` + html.EscapeString(m.Name) + `</a>`
	if m.Guest {
		link += ` <span class="tag tag--guest" data-guest></span>`
	}
	return link
}

// linkMentions puts links in the places of the marks that passed the sanitizer.
func linkMentions(sanitized string, mentions []mention) string {
	pairs := make([]string, 0, 2*len(mentions))
	for _, m := range mentions {
		pairs = append(pairs, m.mark(), m.link())
	}
	return strings.NewReplacer(pairs...).Replace(sanitized)
}
