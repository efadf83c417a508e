package store

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// anyType is the type of what no browser is to interpret.
const anyType = "application/octet-stream"

// headBytes is how much of a file tells its type.
const headBytes = 3 << 10

// sniffer reads an upload and remembers how it began and whether it broke off.
type sniffer struct {
	r      io.Reader
	head   []byte
	failed error
}

func (s *sniffer) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.head = append(s.head, p[:min(n, headBytes-len(s.head))]...)
	if err != nil && err != io.EOF {
		s.failed = err
	}
	return n, err
}

// typeOf is the type of a file by how it begins, whatever its name says: one of
// the few that browsers show without running anything, or anyType (SEC-I6).
func typeOf(head []byte) string {
	starts := func(mark string) bool { return bytes.HasPrefix(head, []byte(mark)) }
	switch {
	case starts("\x89PNG\r\n\x1a\n"):
		return "image/png"
	case starts("\xff\xd8\xff"):
		return "image/jpeg"
	case starts("GIF87a"), starts("GIF89a"):
		return "image/gif"
	case starts("RIFF") && len(head) >= 12 && string(head[8:12]) == "WEBP":
		return "image/webp"
	case starts("%PDF-"):
		return "application/pdf"
	case plainText(head):
		return "text/plain; charset=utf-8"
	}
	return anyType
}

// plainText reports whether a file begins as text in UTF-8. The last letter of
// what was looked at may be cut.
func plainText(head []byte) bool {
	if len(head) == headBytes {
		for cut := 0; cut < utf8.UTFMax-1 && !utf8.Valid(head); cut++ {
			head = head[:len(head)-1]
		}
	}
	control := func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' || r == 0x7f }
	return len(head) > 0 && utf8.Valid(head) && !bytes.ContainsFunc(head, control)
}
