package store

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ID is the key of a row. It is never used again; 0 is none.
type ID int64

// String is the ID as it stands in a URL.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// ParseID reads an ID from a URL or a form. Anything else is 0, which no row has.
func ParseID(text string) ID {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return ID(id)
}

// orNull is id for a column that may be NULL.
func (id ID) orNull() any {
	if id == 0 {
		return nil
	}
	return int64(id)
}

// nullID scans a column that may be NULL.
type nullID struct{ id *ID }

func (n nullID) Scan(value any) error {
	switch value := value.(type) {
	case nil:
		*n.id = 0
	case int64:
		*n.id = ID(value)
	default:
		return fmt.Errorf("scan an ID from %T", value)
	}
	return nil
}

// at is a moment as an argument: Unix milliseconds, or NULL for the zero time.
func at(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// moment scans a column of Unix milliseconds into UTC; NULL is the zero time.
type moment struct{ t *time.Time }

func (m moment) Scan(value any) error {
	switch value := value.(type) {
	case nil:
		*m.t = time.Time{}
	case int64:
		*m.t = time.UnixMilli(value).UTC()
	default:
		return fmt.Errorf("scan a moment from %T", value)
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }

// orZero scans a text that may be NULL, which is "".
type orZero[T ~string] struct{ into *T }

func (o orZero[T]) Scan(value any) error {
	switch value := value.(type) {
	case nil:
		*o.into = ""
	case string:
		*o.into = T(value)
	case []byte:
		*o.into = T(value)
	default:
		return fmt.Errorf("scan a text from %T", value)
	}
	return nil
}

// storable makes texts that nobody has cleaned such as both databases take: a
// login as typed, the name of a browser, what a mail server replied. PostgreSQL
// takes neither NUL nor broken characters. They are replaced and not dropped:
// else a login with a NUL in it would be somebody's.
func storable(args []any) []any {
	for i, arg := range args {
		text, ok := arg.(string)
		if value := reflect.ValueOf(arg); !ok && value.Kind() == reflect.String {
			text, ok = value.String(), true
		}
		if ok && (!utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0) {
			args[i] = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
		}
	}
	return args
}
