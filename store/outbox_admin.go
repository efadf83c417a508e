package store

import (
	"context"
	"time"
)

// OutboxEntry is a mail as administrators see it: whom it is for and what
// became of it, never what it says or carries.
type OutboxEntry struct {
	ID        ID
	Kind      string
	To        Email
	State     string
	Attempts  int
	Reply     string // the server's last reply, or why it was dropped
	CreatedAt time.Time
	NextTryAt time.Time
	ClosedAt  time.Time
}

// MailStates are the states that the queue can be filtered by.
var MailStates = []string{"", MailQueued, MailIsSent, MailIsRefused, MailIsDropped, MailCancelled}

// Outbox is the queue, the newest first, for system administrators. state ""
// is all; before is the ID of the last mail seen, or 0.
func (s *Store) Outbox(ctx context.Context, actor Account, state string, before ID) (list []OutboxEntry, more bool, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		if before == 0 {
			before = lastID
		}
		// Two texts, so that each walks along its own index.
		where, args := "id < $1", []any{before, PageSize + 1}
		if state != "" {
			where, args = where+" AND state = $3", append(args, state)
		}
		rows, err := tx.query(ctx, `
			SELECT `+outboxEntryColumns+`
			FROM outbox
			WHERE `+where+`
			ORDER BY id DESC
			LIMIT $2`, args...)
		list, err = all(rows, err, scanOutboxEntry)
		return err
	})
	list, more = page(list)
	return list, more, err
}

const outboxEntryColumns = `id, kind, recipient, state, attempts, reply, created_at, next_try_at, closed_at`

func scanOutboxEntry(row scanner) (OutboxEntry, error) {
	var e OutboxEntry
	err := row.Scan(&e.ID, &e.Kind, &e.To, &e.State, &e.Attempts, &e.Reply,
		moment{&e.CreatedAt}, moment{&e.NextTryAt}, moment{&e.ClosedAt})
	return e, err
}

// guestMails is how many mails the page of a guest shows at once.
const guestMails = 20

// MailsTo are the latest mails to a guest, the newest first, for system
// administrators: those to the account, and the invitation that led to it.
// before is the last one of the page before; more reports that there are others.
func (s *Store) MailsTo(ctx context.Context, actor Account, guest, before ID) (list []OutboxEntry, more bool, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		account, err := tx.account(ctx, guest)
		if err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT `+outboxEntryColumns+`
			FROM outbox
			WHERE (account_id = $1 OR invitation_id IN (SELECT id FROM invitations WHERE email = $2 AND account_id = $1))
				AND (id < $4 OR $4 = 0)
			ORDER BY id DESC
			LIMIT $3`, guest, string(account.Email), guestMails+1, before)
		list, err = all(rows, err, scanOutboxEntry)
		return err
	})
	if len(list) > guestMails {
		list, more = list[:guestMails], true
	}
	return list, more, err
}

// RetryMail makes a waiting mail due now. One that a worker has in hand stays
// with it, so that nobody gets it twice.
func (s *Store) RetryMail(ctx context.Context, actor Account, id ID) error {
	return s.changeMail(ctx, actor, id, "mail.retried", `
		UPDATE outbox SET next_try_at = $2
		WHERE id = $1 AND state = 'queued' RETURNING recipient, kind, invitation_id, token_hash`, true)
}

// CancelMail takes a waiting mail back; what it carried is wiped. An invitation
// whose newest mail it was shows that it was not sent.
func (s *Store) CancelMail(ctx context.Context, actor Account, id ID) error {
	return s.changeMail(ctx, actor, id, "mail.cancelled", `
		UPDATE outbox SET state = 'cancelled', closed_at = $2, sealed = NULL, lease_until_at = NULL
		WHERE id = $1 AND state = 'queued' RETURNING recipient, kind, invitation_id, token_hash`, false)
}

func (s *Store) changeMail(ctx context.Context, actor Account, id ID, action, query string, wake bool) error {
	return s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		var recipient string
		var m OutboxMail
		err = tx.row(ctx, query, id, at(tx.now)).Scan(&recipient, &m.Kind, nullID{&m.invitation}, &m.tokenHash)
		if err != nil {
			return missing(err, ErrNotFound)
		}
		*tx.queued = wake
		if !wake {
			if err := tx.noteDelivery(ctx, m, "dropped", ""); err != nil {
				return err
			}
		}
		return tx.audit(ctx, event{Action: action, Actor: actor.ID, Subject: recipient})
	})
}

// SendTestMail queues a mail by which an administrator sees that mail arrives.
func (s *Store) SendTestMail(ctx context.Context, actor Account, to string) error {
	address, err := ParseEmail(to)
	if err != nil {
		return fieldError(err, "email")
	}
	return s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		if err := tx.spend(ctx, "test-mail", 1, 20, time.Hour); err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		_, err = tx.queue(ctx, newMail{
			Kind: MailTest, Lane: LaneUrgent, To: address, Locale: e.localeOf(actor), TimeZone: actor.TimeZone,
			Data: map[string]any{"by": mailed(actor), "asked_at": tx.now},
		})
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "mail.tested", Actor: actor.ID, Subject: string(address)})
	})
}
