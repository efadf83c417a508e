package mail

import (
	"context"
	"time"

	"guesthouse/store"
)

// Outbox is where the [Worker] finds mails and records what became of them: a
// [store.Store], or an outbox in memory where a test moves the clock.
type Outbox interface {
	ClaimMails(ctx context.Context, lane, limit int, lease time.Duration) ([]store.OutboxMail, error)
	MailEntitled(ctx context.Context, m store.OutboxMail) (drop string, err error)
	MailContent(ctx context.Context, m store.OutboxMail) (store.OutboxMail, error)
	MailSent(ctx context.Context, m store.OutboxMail, reply string) error
	MailReturned(ctx context.Context, m store.OutboxMail, next time.Time) error
	MailDeferred(ctx context.Context, m store.OutboxMail, reply string, next time.Time) error
	MailRefused(ctx context.Context, m store.OutboxMail, reply string) error
	MailDropped(ctx context.Context, m store.OutboxMail, reason string) error
	MailReady() <-chan struct{}
	Now() time.Time
}
