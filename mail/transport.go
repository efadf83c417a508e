package mail

import (
	"bytes"
	"context"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"guesthouse/store"
)

// Transport takes mails to where their readers find them: [Relay] speaks SMTP,
// [Mailbox] keeps them for a page of the portal.
type Transport interface {
	// Connect opens a line of its own for one sender after another.
	Connect(ctx context.Context) (Line, error)
}

// Line is a connection that stays open for several mails.
type Line interface {
	// Send hands a mail over and returns what was answered. An error that says
	// that the mail will never be taken is a [*Failure] that is Permanent.
	Send(ctx context.Context, e Envelope) (reply string, err error)
	Close() error
}

// Envelope is a rendered mail with everything that its header needs.
type Envelope struct {
	Kind      string
	MessageID string
	From      netmail.Address
	To        string // the one recipient, SEC-M4
	ReplyTo   string
	Date      time.Time
	// Unsubscribe is where one click ends mails like this one; "" for mails that
	// people must have. RFC 8058
	Unsubscribe string
	Message
}

// Written is an address as people write it: without the quotes and the encoding
// that the header of a mail needs.
func Written(a netmail.Address) string {
	if a.Name == "" {
		return a.Address
	}
	return a.Name + " <" + a.Address + ">"
}

// seal renders an outbox row and puts it into its envelope.
func seal(m store.OutboxMail, env Environment) (Envelope, error) {
	message, err := Render(m, env)
	if err != nil {
		return Envelope{}, err
	}
	e := Envelope{Kind: m.Kind, MessageID: strings.Trim(m.MessageID, "<>"), From: env.From, To: string(m.To),
		ReplyTo: string(m.ReplyTo), Date: env.Now, Message: message}
	if m.Unsubscribe != "" {
		e.Unsubscribe = links{env.BaseURL}.unsubscribe(m.Unsubscribe)
	}
	return e, nil
}

// msg is the mail in the words of the library, without a name of the library
// in its header. SEC-M4
func (e Envelope) msg() (*gomail.Msg, error) {
	for _, address := range []string{e.From.Address, e.To, e.ReplyTo} {
		if address != oneLine(address) || strings.ContainsAny(address, " <>") {
			return nil, fmt.Errorf("an address of the %s mail is none", e.Kind)
		}
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	from := e.From
	m.FromMailAddress(&from)
	m.ToMailAddress(&netmail.Address{Address: e.To})
	if e.ReplyTo != "" {
		m.ReplyToMailAddress(&netmail.Address{Address: e.ReplyTo})
	}
	m.Subject(oneLine(e.Subject))
	m.SetDateWithValue(e.Date)
	m.SetMessageIDWithValue(oneLine(e.MessageID))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetGenHeader("X-Guesthouse-Mail", oneLine(e.Kind))
	if e.Unsubscribe != "" {
		m.SetGenHeader("List-Unsubscribe", "<"+oneLine(e.Unsubscribe)+">")
		m.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(gomail.TypeTextPlain, e.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, e.HTML)
	return m, nil
}

// source is the mail as it travels.
func (e Envelope) source() (string, error) {
	m, err := e.msg()
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return "", fmt.Errorf("write the %s mail: %w", e.Kind, err)
	}
	return b.String(), nil
}

// Failure is a mail that was not taken. Its text has no words of the server,
// which may repeat the address; those are in Reply.
type Failure struct {
	Step  string // of the conversation
	Code  int    // of the server's reply, 0 if there was none
	Reply string // what the server said, or what broke
	// Permanent says that the server refused the recipient or the mail itself:
	// to try again is no use. SEC-M2
	Permanent bool
	// Stale says that the line had ended before the mail was begun, as servers
	// do after a while: a new line may take it at once.
	Stale bool
	cause error
}

func (f *Failure) Error() string {
	if f.Code == 0 {
		return "mail not handed over at " + f.Step
	}
	return fmt.Sprintf("mail not handed over at %s: %d", f.Step, f.Code)
}

// Unwrap is what broke.
func (f *Failure) Unwrap() error { return f.cause }

// safeCause is what broke, for the log: only where no word of it is the
// server's, who may repeat addresses. SEC-I7
func (f *Failure) safeCause() string {
	if f.Code != 0 || f.Step != stepConnection {
		return ""
	}
	return f.Reply
}

const stepConnection = "connection"
