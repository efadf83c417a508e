package api

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of what a call may send (SEC-I2).
const (
	bodyBytes   = 1 << 20
	depth       = 32
	queryFields = 1000
	indexDigits = 6
)

// branch is a part of a query while it is read: a value, or named branches.
type branch struct {
	values []string
	named  map[string]*branch
	next   int // the index of the next a[]
}

// readQuery reads the query of an address, in which name[0]=a&name[1]=b, or
// name[]=a&name[]=b, or name=a&name=b are a list, and name[0][key]=a is an
// object in one.
func readQuery(raw string) (map[string]any, error) {
	if raw == "" {
		return map[string]any{}, nil
	}
	root := &branch{}
	fields := 0
	for field := range strings.SplitSeq(raw, "&") {
		if field == "" {
			continue
		}
		if fields++; fields > queryFields {
			return nil, tooLarge
		}
		name, value, _ := strings.Cut(field, "=")
		name, errName := url.QueryUnescape(name)
		value, errValue := url.QueryUnescape(value)
		if errName != nil || errValue != nil || !utf8.ValidString(name) || !utf8.ValidString(value) {
			return nil, illegalRequest
		}
		path, ok := splitName(name)
		if !ok {
			return nil, illegalRequest
		}
		root.add(path, value)
	}
	tree, ok := root.tree().(map[string]any)
	if !ok {
		return nil, illegalRequest
	}
	return tree, nil
}

// splitName takes a[0][b] apart.
func splitName(name string) (path []string, ok bool) {
	first, rest, _ := strings.Cut(name, "[")
	path = []string{first}
	if first == "" {
		return nil, false
	}
	for rest != "" {
		part, after, closed := strings.Cut(rest, "]")
		if !closed || len(path) >= depth || after != "" && after[0] != '[' {
			return nil, false
		}
		path = append(path, part)
		rest = strings.TrimPrefix(after, "[")
		if after == "[" {
			return nil, false
		}
	}
	return path, !strings.HasSuffix(name, "[")
}

func (b *branch) add(path []string, value string) {
	if len(path) == 0 {
		b.values = append(b.values, value)
		return
	}
	name := path[0]
	if name == "" { // a[]
		name = strconv.Itoa(b.next)
		b.next++
	} else if n, ok := index(name); ok {
		b.next = max(b.next, n+1)
	}
	if b.named == nil {
		b.named = map[string]*branch{}
	}
	if b.named[name] == nil {
		b.named[name] = &branch{}
	}
	b.named[name].add(path[1:], value)
}

// fromQuery is a value that a query gave once: it may stand for a list of one.
type fromQuery string

// tree is the branch as JSON would say it. What is both a value and more is
// neither.
func (b *branch) tree() any {
	switch {
	case b.named == nil && len(b.values) == 1:
		return fromQuery(b.values[0])
	case b.named == nil:
		list := make([]any, len(b.values))
		for i, value := range b.values {
			list[i] = fromQuery(value)
		}
		return list
	case len(b.values) > 0:
		return mixed{}
	}
	if list, ok := b.list(); ok {
		return list
	}
	object := map[string]any{}
	for name, one := range b.named {
		object[name] = one.tree()
	}
	return object
}

// mixed is what no parameter takes.
type mixed struct{}

// list is the branch as a list, if all its names are indexes. Gaps are closed.
func (b *branch) list() ([]any, bool) {
	type item struct {
		at int
		of *branch
	}
	var items []item
	for name, one := range b.named {
		n, ok := index(name)
		if !ok {
			return nil, false
		}
		items = append(items, item{n, one})
	}
	slices.SortFunc(items, func(a, b item) int { return a.at - b.at })
	list := make([]any, len(items))
	for i, one := range items {
		list[i] = one.of.tree()
	}
	return list, true
}

// index reads the index of a list in its one spelling.
func index(name string) (int, bool) {
	n, err := strconv.Atoi(name)
	return n, err == nil && n >= 0 && len(name) <= indexDigits && strconv.Itoa(n) == name
}
