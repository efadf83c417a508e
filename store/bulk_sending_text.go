package store

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	textunicode "golang.org/x/text/encoding/unicode"
)

// Encodings are what a list of guests can be written in; the first is to find
// out which of the others it is.
var Encodings = []string{"auto", "UTF-8", "UTF-16LE", "UTF-16BE", "Shift_JIS", "GB18030", "Windows-1252"}

// Errors of a list that cannot be read as text.
var (
	ErrListTooLarge  = &Error{Kind: Invalid, Code: "list_too_large", Field: "file"}
	ErrListNotText   = &Error{Kind: Invalid, Code: "list_not_text", Field: "file"}
	ErrBadEncoding   = &Error{Kind: Invalid, Code: "bad_encoding", Field: "encoding"}
	ErrWrongEncoding = &Error{Kind: Invalid, Code: "wrong_encoding", Field: "encoding"}
)

// MaxListBytes is the largest list of guests that is read.
const MaxListBytes = 1 << 20

var byteOrderMarks = []struct {
	mark     string
	encoding string
}{{"\xef\xbb\xbf", "UTF-8"}, {"\xff\xfe", "UTF-16LE"}, {"\xfe\xff", "UTF-16BE"}}

// decodeList is the text of a file and the encoding that it was read in. With
// "auto" a byte order mark decides; without one it is UTF-8 if it can be, and
// else what spreadsheets write where the reader of the language lang lives.
func decodeList(data []byte, name, lang string) (text, found string, err error) {
	if len(data) > MaxListBytes {
		return "", "", ErrListTooLarge.With("file", "Max", MaxListBytes>>20)
	}
	for _, bom := range byteOrderMarks {
		if rest, ok := bytes.CutPrefix(data, []byte(bom.mark)); ok {
			data, name = rest, bom.encoding
			break
		}
	}
	switch name {
	case "", "auto":
		found = guessEncoding(data, lang)
	default:
		found = name
	}
	text, ok, err := decodeAs(data, found)
	switch {
	case err != nil:
		return "", "", err
	case !ok:
		return "", "", ErrWrongEncoding.With("encoding", "Encoding", found)
	case containsBinary(text):
		return "", "", ErrListNotText
	}
	return text, found, nil
}

func decodeAs(data []byte, name string) (text string, ok bool, err error) {
	var from encoding.Encoding
	switch name {
	case "UTF-8":
		return string(data), utf8.Valid(data), nil
	case "UTF-16LE":
		from = textunicode.UTF16(textunicode.LittleEndian, textunicode.IgnoreBOM)
	case "UTF-16BE":
		from = textunicode.UTF16(textunicode.BigEndian, textunicode.IgnoreBOM)
	case "Shift_JIS":
		from = japanese.ShiftJIS
	case "GB18030":
		from = simplifiedchinese.GB18030
	case "Windows-1252":
		from = charmap.Windows1252
	default:
		return "", false, ErrBadEncoding
	}
	decoded, err := from.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
		return "", false, nil //nolint:nilerr // what cannot be decoded is in another encoding
	}
	return string(decoded), true, nil
}

// guessEncoding tells encodings apart that have no mark.
func guessEncoding(data []byte, lang string) string {
	if order := byteOrder(data); order != "" {
		return order
	}
	if utf8.Valid(data) {
		return "UTF-8"
	}
	candidates := []string{"Shift_JIS", "GB18030"}
	if lang == "zh" {
		candidates = []string{"GB18030", "Shift_JIS"}
	}
	for _, name := range candidates {
		if text, ok, _ := decodeAs(data, name); ok && !scattered(text) {
			return name
		}
	}
	return "Windows-1252"
}

// byteOrder finds UTF-16 without a mark: of the letters of addresses, every
// second byte is NUL.
func byteOrder(data []byte) string {
	var even, odd int
	for i, b := range data {
		switch {
		case b == 0 && i%2 == 0:
			even++
		case b == 0:
			odd++
		}
	}
	switch quarter := len(data) / 4; {
	case len(data) < 4 || len(data)%2 != 0:
		return ""
	case odd > quarter && even == 0:
		return "UTF-16LE"
	case even > quarter && odd == 0:
		return "UTF-16BE"
	}
	return ""
}

// scattered reports whether most of the signs beyond ASCII stand in the midst of
// Latin letters, as accented letters do when they are misread as ideographs.
func scattered(text string) bool {
	var runs, within int
	letter := func(r rune) bool { return r <= unicode.MaxASCII && unicode.IsLetter(r) }
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		if runes[i] <= unicode.MaxASCII {
			continue
		}
		start := i
		for i < len(runes) && runes[i] > unicode.MaxASCII {
			i++
		}
		runs++
		if start > 0 && letter(runes[start-1]) || i < len(runes) && letter(runes[i]) {
			within++
		}
	}
	return within*2 > runs
}

// containsBinary reports whether the text has signs that no list has, as the
// bytes of a spreadsheet's own file do.
func containsBinary(text string) bool {
	return bytes.HasPrefix([]byte(text), []byte("PK\x03\x04")) || bytes.IndexByte([]byte(text), 0) >= 0
}
