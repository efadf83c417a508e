package mail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// Environment is what all mails of one portal share.
type Environment struct {
	BaseURL      string          // every link is built from it
	Organization string          // whose portal it is
	From         netmail.Address // the fixed sender, S0-27
	Now          time.Time       // the moment of the hand-over
}

// Message is a mail as its reader sees it. Both bodies are made from the same
// fields and say the same.
type Message struct {
	Subject string
	Text    string
	HTML    string
}

// Person is somebody who is named in a mail. A guest's name says so. S4-10
type Person struct {
	Name  string `json:"name"`
	Guest bool   `json:"guest,omitempty"`
}

func (who Person) in(p locale.Printer) string {
	if who.Guest {
		return p.T("mail.guest_name", "Name", who.Name)
	}
	return who.Name
}

// Device is where an act came from, in the words of the person's own screen.
type Device struct {
	Agent   string `json:"agent,omitempty"`   // "Firefox on Windows"
	Address string `json:"address,omitempty"` // the client's IP address
}

func (d Device) String() string {
	if d.Agent == "" || d.Address == "" {
		return d.Agent + d.Address
	}
	return d.Agent + ", " + d.Address
}

// Render writes the mail of an outbox row in the language and time zone of its
// reader.
func Render(m store.OutboxMail, env Environment) (Message, error) {
	l, err := compose(m, env)
	if err != nil {
		return Message{}, fmt.Errorf("compose a %s mail: %w", m.Kind, err)
	}
	var html bytes.Buffer
	if err := page(l).Render(context.Background(), &html); err != nil {
		return Message{}, fmt.Errorf("render a %s mail: %w", m.Kind, err)
	}
	return Message{Subject: oneLine(l.Subject), Text: l.text(), HTML: html.String()}, nil
}

func compose(m store.OutboxMail, env Environment) (letter, error) {
	w := writer{Printer: locale.For(m.Locale, zone(m.TimeZone)), links: links{env.BaseURL}, env: env, mail: m}
	switch m.Kind {
	case store.MailInvitation:
		return write[Invitation](w)
	case store.MailWelcome:
		return write[Welcome](w)
	case store.MailVerification:
		return write[Verification](w)
	case store.MailPasswordReset:
		return write[PasswordReset](w)
	case store.MailPasswordChanged:
		return write[PasswordChanged](w)
	case store.MailAPICredential:
		return write[APICredential](w)
	case store.MailMemberInvitation:
		return write[MemberInvitation](w)
	case store.MailRenewalRequest:
		return write[RenewalRequest](w)
	case store.MailNotification:
		return writeNotification(w)
	case store.MailDigest:
		return write[News](w)
	case store.MailSuspension:
		return write[Suspension](w)
	case store.MailAddressChange:
		return write[AddressChange](w)
	case store.MailExpiryNotice:
		return write[ExpiryNotice](w)
	case store.MailTest:
		return write[Test](w)
	}
	return letter{}, fmt.Errorf("unknown kind of mail %q", m.Kind)
}

// writer is what the letters are written with.
type writer struct {
	locale.Printer
	links links
	env   Environment
	mail  store.OutboxMail
}

// writeNotification writes what is new, or what else there is to tell.
func writeNotification(w writer) (letter, error) {
	var mail struct {
		Topic string `json:"topic"`
	}
	if err := json.Unmarshal(w.mail.Data, &mail); err != nil {
		return letter{}, err
	}
	if mail.Topic == store.NoticeNews {
		return write[News](w)
	}
	return write[Notification](w)
}

func write[M interface{ letter(writer) letter }](w writer) (letter, error) {
	var mail M
	if err := json.Unmarshal(w.mail.Data, &mail); err != nil {
		return letter{}, err
	}
	l := mail.letter(w)
	if l.Title == "" {
		return letter{}, errors.New("the mail has nothing to say")
	}
	l.Lang, l.Organization = w.Lang(), w.env.Organization
	l.Footer = w.T("mail.footer", "Organization", w.env.Organization, "Host", w.links.host())
	if w.mail.ReplyTo != "" {
		l.Footer += w.T("mail.footer.reply")
	}
	return l, nil
}

// zone is the named time zone, or UTC where the name is unknown: a mail with
// an exact time in another zone is better than no mail.
func zone(name string) *time.Location {
	if known, ok := locale.LoadZone(name); ok {
		return known
	}
	return time.UTC
}

// oneLine takes line breaks and other control characters out of what becomes a
// header, so that no text can add a header of its own. S0-22
func oneLine(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(clean), " ")
}
