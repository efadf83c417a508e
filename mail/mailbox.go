package mail

import (
	"context"
	"strings"
	"sync"
	"time"
)

// mailboxSize is how many mails the mailbox keeps.
const mailboxSize = 500

// Mailbox is the [Transport] where no mail server is set: it keeps the newest
// mails for the page /dev/mailbox. No mail leaves the machine. Its zero value
// is an empty mailbox.
type Mailbox struct {
	mu    sync.Mutex
	last  int64
	mails []Kept // the oldest first
}

// Kept is a mail in the [Mailbox].
type Kept struct {
	ID      int64
	At      time.Time
	Kind    string
	From    string
	To      string
	Subject string
	Text    string
	HTML    string
	Source  string // the mail as it would travel
}

// Connect opens a line into the mailbox, which is always there.
func (b *Mailbox) Connect(context.Context) (Line, error) { return mailboxLine{b}, nil }

// List is the mails to a recipient whose address contains the text, the newest
// first; an empty text finds all.
func (b *Mailbox) List(to string) []Kept {
	to = strings.ToLower(strings.TrimSpace(to))
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []Kept
	for i := len(b.mails) - 1; i >= 0; i-- {
		if strings.Contains(strings.ToLower(b.mails[i].To), to) {
			found = append(found, b.mails[i])
		}
	}
	return found
}

// Get is the mail with this ID, if it is still kept.
func (b *Mailbox) Get(id int64) (Kept, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.mails {
		if m.ID == id {
			return m, true
		}
	}
	return Kept{}, false
}

func (b *Mailbox) keep(m Kept) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	m.ID = b.last
	b.mails = append(b.mails, m)
	if len(b.mails) > mailboxSize {
		b.mails = append([]Kept(nil), b.mails[len(b.mails)-mailboxSize:]...)
	}
}

type mailboxLine struct{ box *Mailbox }

func (l mailboxLine) Send(_ context.Context, e Envelope) (string, error) {
	source, err := e.source()
	if err != nil {
		return "", err
	}
	l.box.keep(Kept{At: e.Date, Kind: e.Kind, From: Written(e.From), To: e.To,
		Subject: e.Subject, Text: e.Text, HTML: e.HTML, Source: source})
	return "250 Kept in the built-in mailbox", nil
}

func (l mailboxLine) Close() error { return nil }
