package mail

import (
	"context"
	"time"
)

// OutboxMail is a row of the outbox, claimed for one try.
type OutboxMail struct {
	ID        int64
	Kind      string // what the mail is about: one of the Kind constants
	Lane      int    // 0 for codes and resets, 1 for the rest
	To        string // the one recipient
	Locale    string // language of the recipient, else of the inviter
	TimeZone  string // zone of the recipient, else of the inviter
	MessageID string // made with the row, the same at each try
	ReplyTo   string // who gets the answers; optional
	Data      []byte // the mail's struct as JSON, without secrets
	Secret    string // token, code or one-time password; empty if none
	Attempts  int    // this try included
	CreatedAt time.Time
	GiveUpAt  time.Time
}

// Outbox is where the [Worker] finds mails and records what became of them.
type Outbox interface {
	ClaimMails(ctx context.Context, lane int, limit int, lease time.Duration) ([]OutboxMail, error)
	MailEntitled(ctx context.Context, m OutboxMail) (drop string, err error)
	MailSent(ctx context.Context, m OutboxMail, reply string) error
	MailDeferred(ctx context.Context, m OutboxMail, reply string, next time.Time) error
	MailRefused(ctx context.Context, m OutboxMail, reply string) error
	MailDropped(ctx context.Context, m OutboxMail, reason string) error
	MailReady() <-chan struct{}
	Now() time.Time
}
