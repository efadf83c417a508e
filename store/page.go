package store

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
)

// PageSize is how many rows a page of a list has.
const PageSize = 50

// Cursor stands where a page of a list begins: after this key, or at the
// beginning when it is zero. Lists are never read by offset (performance.md).
type Cursor struct {
	Key string // the sort key of the last row before
	ID  ID     // the row's ID
}

// Cursor is where the page after this account begins.
func (a Account) Cursor() Cursor { return Cursor{Key: FoldKey(a.Name), ID: a.ID} }

// page cuts the one row too many that tells whether another page follows.
func page[T any](list []T) ([]T, bool) {
	if len(list) > PageSize {
		return list[:PageSize], true
	}
	return list, false
}

// Page is one part of a list, found by key: however far one leafs, a page
// costs the same.
type Page[T any] struct {
	Items []T
	Next  string // for the page that follows; "" when this is the last
}

// pageOf cuts off the one row more that was read to know whether more follow.
func pageOf[T any](rows []T, size int, key func(T) []any) Page[T] {
	if len(rows) <= size {
		return Page[T]{Items: rows}
	}
	return Page[T]{Items: rows[:size], Next: cursor(key(rows[size-1]))}
}

// cursor writes the key of the last row of a page for a URL.
func cursor(key []any) string {
	text, err := json.Marshal(key)
	if err != nil {
		return "" // keys are texts, numbers and booleans
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// after reads a cursor into the parts of a key. One that nobody gave out reads
// as the beginning of the list.
func after(text string, parts ...any) bool {
	if text == "" {
		return false
	}
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	if json.Unmarshal(decoded, &parts) != nil {
		return false
	}
	for _, part := range parts {
		if text, ok := part.(*string); ok && strings.ContainsRune(*text, 0) {
			*text = "" // PostgreSQL refuses NUL
		}
	}
	return len(parts) > 0
}

// The ends of lists, for first pages.
const (
	lastMoment = math.MaxInt64
	lastID     = ID(math.MaxInt64)
)
