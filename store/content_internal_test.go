package store

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

// SEC-I6: the type comes from what a file holds, never from its name, and only
// a few kinds have one.
func TestTypeOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ head, want string }{
		"png":                       {"\x89PNG\r\n\x1a\n....", "image/png"},
		"jpeg":                      {"\xff\xd8\xff\xe0", "image/jpeg"},
		"gif":                       {"GIF89a", "image/gif"},
		"webp":                      {"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"},
		"a sound":                   {"RIFF\x00\x00\x00\x00WAVEfmt ", anyType},
		"pdf":                       {"%PDF-1.7", "application/pdf"},
		"text":                      {"Grüße,\r\n\t東京\n", "text/plain; charset=utf-8"},
		"a page is mere text":       {"<!DOCTYPE html><script>alert(1)</script>", "text/plain; charset=utf-8"},
		"a drawing is mere text":    {"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "text/plain; charset=utf-8"},
		"text in another script":    {"\x82\xa0\x82\xa2", anyType},
		"UTF-16":                    {"\xff\xfeh\x00i\x00", anyType},
		"nothing":                   {"", anyType},
		"a program":                 {"\x7fELF\x02\x01", anyType},
		"text with a NUL":           {"text\x00text", anyType},
		"text cut in a letter":      {strings.Repeat("a", headBytes-1) + "\xe6", "text/plain; charset=utf-8"},
		"text broken in the middle": {strings.Repeat("a", headBytes-9) + "\xe6" + strings.Repeat("a", 8), anyType},
	} {
		if got := typeOf([]byte(test.head)); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestSnifferKeepsTheHead(t *testing.T) {
	t.Parallel()
	whole := bytes.Repeat([]byte("0123456789"), headBytes)
	s := &sniffer{r: iotest.OneByteReader(bytes.NewReader(whole))}
	var read bytes.Buffer
	if _, err := read.ReadFrom(s); err != nil || !bytes.Equal(read.Bytes(), whole) || !bytes.Equal(s.head, whole[:headBytes]) || s.failed != nil {
		t.Errorf("read %d bytes, head %d, %v, %v", read.Len(), len(s.head), err, s.failed)
	}
	broken := errors.New("cut")
	s = &sniffer{r: iotest.ErrReader(broken)}
	if _, err := read.ReadFrom(s); !errors.Is(err, broken) || !errors.Is(s.failed, broken) {
		t.Errorf("a cut is %v, kept %v", err, s.failed)
	}
}
