package views

import (
	"strings"
	"time"

	"guesthouse/store"
)

// MailboxPage is the built-in mailbox, with or without an open mail.
type MailboxPage struct {
	Page
	To    string // whose mails are listed; "" for all
	Mails []KeptMail
	Open  *KeptMail
	Part  string // of the open mail: "", html or source
}

// KeptMail is a mail in the built-in mailbox.
type KeptMail struct {
	ID      store.ID
	At      time.Time
	From    string
	To      string
	Subject string
	Text    string
	Source  string
}

// Parts are the ways to look at the open mail.
func (m MailboxPage) Parts() []Tab {
	var tabs []Tab
	for _, part := range []struct{ name, key string }{{"", "mailbox.text"}, {"html", "mailbox.html"}, {"source", "mailbox.source"}} {
		tabs = append(tabs, Tab{
			Label: m.T(part.key), URL: MailboxMailURL(m.Open.ID, part.name),
			Count: NoCount, Current: m.Part == part.name,
		})
	}
	return tabs
}

// ListURL is the list again, as it was narrowed down.
func (m MailboxPage) ListURL() string { return WithQuery(MailboxURL, "to", m.To) }

// shown reports whether a mail of the list is the open one.
func (m MailboxPage) shown(mail KeptMail) bool { return m.Open != nil && m.Open.ID == mail.ID }

// textPart is a piece of a mail's text: words, or a link into this portal.
type textPart struct {
	text string
	link bool
}

// textParts finds the links into the portal in the text of a mail. Addresses
// of other sites stay words: nothing in a mail should lead away from here.
func textParts(text, base string) []textPart {
	var parts []textPart
	for {
		at := strings.Index(text, base+"/")
		if at < 0 || base == "" {
			return append(parts, textPart{text: text})
		}
		link := text[at:]
		if end := strings.IndexAny(link, " \t\r\n<>\""); end >= 0 {
			link = link[:end]
		}
		parts = append(parts, textPart{text: text[:at]}, textPart{text: link, link: true})
		text = text[at+len(link):]
	}
}
