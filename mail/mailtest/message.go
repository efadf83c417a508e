package mailtest

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	netmail "net/mail"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-message/mail"
)

// Message is a mail that arrived.
type Message struct {
	From, To   string // of the envelope
	Recipients int    // in the same envelope
	Hello      string // how the sender introduced itself
	TLS        bool   // whether it came encrypted
	Raw        []byte
	Header     netmail.Header
	Kind       string // X-Guesthouse-Mail
	Subject    string
	Text       string
	HTML       string

	t     testing.TB
	given bool
}

func parse(raw []byte) (*Message, error) {
	plain, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	m := &Message{Raw: raw, Header: plain.Header, Kind: plain.Header.Get("X-Guesthouse-Mail")}
	reader, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("read the mail: %w", err)
	}
	if m.Subject, err = reader.Header.Subject(); err != nil {
		return nil, fmt.Errorf("read the subject: %w", err)
	}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read a part: %w", err)
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			return nil, fmt.Errorf("read a body: %w", err)
		}
		text := strings.ReplaceAll(string(body), "\r\n", "\n")
		kind, _, _ := strings.Cut(part.Header.Get("Content-Type"), ";")
		switch kind {
		case "text/plain":
			m.Text = text
		case "text/html":
			m.HTML = text
		default:
			return nil, fmt.Errorf("a part of type %q", kind)
		}
	}
}

var (
	href = regexp.MustCompile(`href="([^"]*)"`)
	code = regexp.MustCompile(`(?m)^(\d{8})$`)
)

// Links are the links of the HTML body, in their order.
func (m *Message) Links() []string {
	var links []string
	for _, match := range href.FindAllStringSubmatch(m.HTML, -1) {
		links = append(links, html.UnescapeString(match[1]))
	}
	return links
}

// Link is the first link, which is the button of the mail. What people wrote
// themselves is no link.
func (m *Message) Link() string {
	m.t.Helper()
	links := m.Links()
	if len(links) == 0 {
		m.t.Fatalf("the %s mail has no link", m.Kind)
	}
	return links[0]
}

// Code is the verification code, which stands alone on a line of the text.
func (m *Message) Code() string {
	m.t.Helper()
	match := code.FindStringSubmatch(m.Text)
	if match == nil {
		m.t.Fatalf("the %s mail has no code", m.Kind)
	}
	return match[1]
}
