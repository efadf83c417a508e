package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Kinds of mail; they stand in the header X-Guesthouse-Mail.
const (
	MailInvitation       = "invitation"
	MailWelcome          = "welcome"
	MailVerification     = "verification"
	MailPasswordReset    = "password-reset"
	MailPasswordChanged  = "password-changed"
	MailMemberInvitation = "member-invitation"
	MailAPICredential    = "api-credential"
	MailRenewalRequest   = "renewal-request"
	MailNotification     = "notification"
	MailExpiryNotice     = "expiry-notice"
	MailDigest           = "digest"
	MailTest             = "test"
)

// Lanes of the outbox: codes and resets go before all else (SEC-M3).
const (
	LaneUrgent = 0
	LaneRest   = 1
)

// The states of a mail in the outbox.
const (
	MailQueued    = "queued"
	MailIsSent    = "sent"
	MailIsRefused = "refused"   // the server said no for good, or we gave up
	MailIsDropped = "dropped"   // the recipient is not entitled to it any more
	MailCancelled = "cancelled" // an administrator took it back
	MailHeld      = "held"      // queued before a backup that was restored
)

// mailGiveUp is when the outbox gives up a mail whose content has no end (SEC-M3).
const mailGiveUp = 5 * Day

// passwordMailLife is how long a password may wait in the outbox for its one
// mail (SEC-P4, S0-34).
const passwordMailLife = time.Hour

// newMail is a mail to be written to the outbox. Data must hold no secret:
// the token, code or one-time password goes into Secret, which is sealed.
type newMail struct {
	Kind         string
	Lane         int
	To           Email
	Account      ID // the recipient, when they have an account
	Space        ID
	Invitation   ID
	Verification ID
	TokenHash    []byte // of the link that it carries, to look at again before hand-over
	Locale       string
	TimeZone     string
	ReplyTo      Email
	Data         any
	Secret       string
	SendAt       time.Time // not before; zero for at once
	GiveUpAt     time.Time
}

// mailedPerson is how mails name somebody: with the badge of guests (S4-10).
type mailedPerson struct {
	Name  string `json:"name"`
	Guest bool   `json:"guest,omitempty"`
}

func mailed(a Account) mailedPerson { return mailedPerson{Name: a.Name, Guest: a.IsGuest()} }

// queue writes a mail to the outbox, in the transaction of its cause (SEC-M1).
// Its Message-ID is made here, so that a repeat after a crash has the same.
func (tx tx) queue(ctx context.Context, mail newMail) (ID, error) {
	var id ID
	err := tx.queueMails(ctx, []newMail{mail}, " RETURNING id", func(row scanner) error { return row.Scan(&id) })
	return id, err
}

// queueAll queues many mails with few statements.
func (tx tx) queueAll(ctx context.Context, mails []newMail) error {
	return tx.queueMails(ctx, mails, "", nil)
}

func (tx tx) queueMails(ctx context.Context, mails []newMail, tail string, scan func(scanner) error) error {
	if len(mails) == 0 {
		return nil
	}
	rows := make([][]any, len(mails))
	for i, mail := range mails {
		var err error
		if rows[i], err = tx.mailRow(mail); err != nil {
			return fmt.Errorf("queue a mail: %w", err)
		}
	}
	*tx.queued = true
	return tx.insertAll(ctx, `
		INSERT INTO outbox (
			kind, lane, recipient, account_id, space_id, invitation_id, verification_id, token_hash,
			locale, timezone, message_id, reply_to, data, sealed, state, created_at, next_try_at, give_up_at)`,
		tail, rows, scan)
}

// mailRow is the row of a mail, with its secret sealed.
func (tx tx) mailRow(mail newMail) ([]any, error) {
	data, err := json.Marshal(mail.Data)
	if err != nil {
		return nil, err
	}
	messageID := newMessageID(tx.host)
	var sealed any
	if mail.Secret != "" {
		if sealed, err = tx.key.Seal("outbox", []byte(mail.Secret), []byte(messageID)); err != nil {
			return nil, err
		}
	}
	giveUp := tx.now.Add(mailGiveUp)
	if !mail.GiveUpAt.IsZero() && mail.GiveUpAt.Before(giveUp) {
		giveUp = mail.GiveUpAt
	}
	sendAt := tx.now
	if mail.SendAt.After(sendAt) {
		sendAt = mail.SendAt
	}
	return []any{
		mail.Kind, mail.Lane, string(mail.To), mail.Account.orNull(), mail.Space.orNull(),
		mail.Invitation.orNull(), mail.Verification.orNull(), mail.TokenHash,
		mail.Locale, mail.TimeZone, messageID, string(mail.ReplyTo), string(data), sealed,
		MailQueued, at(tx.now), at(sendAt), at(giveUp),
	}, nil
}

func newMessageID(host string) string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // crypto/rand never fails
	return "<" + hex.EncodeToString(random[:]) + "@" + host + ">"
}

// OutboxMail is a mail that a worker has claimed and hands over.
type OutboxMail struct {
	ID        ID
	Kind      string
	Lane      int
	To        Email
	Locale    string // en, ja or zh
	TimeZone  string
	MessageID string // the same at each try
	ReplyTo   Email
	Data      []byte // JSON of the mail's struct, without secrets
	Secret    string // token, code or one-time password; "" if none
	// Unsubscribe is the token of the link that ends mails like this one; "" for
	// mails that cannot be ended. It is there from MailContent on.
	Unsubscribe string
	Attempts    int // this claim included; also the fence of the lease
	CreatedAt   time.Time
	GiveUpAt    time.Time

	account, space, invitation, verification ID
	tokenHash                                []byte
	unreadable                               bool // what is sealed does not open
}

// MailReady is woken after a commit that queued mail. Workers of other
// processes find it at their next look.
func (s *Store) MailReady() <-chan struct{} { return s.mailers }

// ClaimMails leases up to limit mails of a lane that are due, the oldest
// first. A mail whose worker died is due again when its lease ends (SEC-M1).
func (s *Store) ClaimMails(ctx context.Context, lane, limit int, lease time.Duration) ([]OutboxMail, error) {
	var due bool
	err := s.read(ctx, func(tx tx) error {
		// A look first: an idle worker must not take the writer each time.
		return tx.row(ctx, `
			SELECT EXISTS (
				SELECT 1 FROM outbox
				WHERE state = 'queued' AND lane = $1 AND next_try_at <= $2
					AND (lease_until_at IS NULL OR lease_until_at <= $2))`,
			lane, at(tx.now)).Scan(&due)
	})
	if err != nil || !due {
		return nil, err
	}
	var claimed []OutboxMail
	err = s.write(ctx, func(tx tx) error {
		rows, err := tx.query(ctx, `
			UPDATE outbox
			SET lease_until_at = $3, attempts = attempts + 1
			WHERE id IN (
				SELECT id FROM outbox
				WHERE state = 'queued' AND lane = $1 AND next_try_at <= $2
					AND (lease_until_at IS NULL OR lease_until_at <= $2)
				ORDER BY next_try_at, id
				LIMIT $4)
			RETURNING id, kind, lane, recipient, locale, timezone, message_id, reply_to, data, sealed,
				attempts, created_at, give_up_at, account_id, space_id, invitation_id, verification_id, token_hash`,
			lane, at(tx.now), at(tx.now.Add(lease)), limit)
		claimed, err = all(rows, err, tx.scanMail)
		return err
	})
	return claimed, err
}

func (tx tx) scanMail(row scanner) (OutboxMail, error) {
	var m OutboxMail
	var data string
	var sealed []byte
	err := row.Scan(&m.ID, &m.Kind, &m.Lane, &m.To, &m.Locale, &m.TimeZone, &m.MessageID, &m.ReplyTo, &data, &sealed,
		&m.Attempts, moment{&m.CreatedAt}, moment{&m.GiveUpAt},
		nullID{&m.account}, nullID{&m.space}, nullID{&m.invitation}, nullID{&m.verification}, &m.tokenHash)
	if err != nil {
		return m, err
	}
	m.Data = []byte(data)
	if m.Kind == MailWelcome && tx.now.Sub(m.CreatedAt) >= passwordMailLife {
		sealed = nil // SEC-P4: the mail goes without the password
	}
	if len(sealed) > 0 {
		// One row that is damaged, or sealed with another key, must not keep the
		// other mails waiting: it is dropped when its turn comes.
		secret, err := tx.key.Open("outbox", sealed, []byte(m.MessageID))
		m.Secret, m.unreadable = string(secret), err != nil
	}
	return m, nil
}

// ReleaseMails takes back every claim, for a portal that starts and knows that
// it is alone on its database: whoever held them is dead, and nobody has to
// wait for the end of a lease.
func (s *Store) ReleaseMails(ctx context.Context) error {
	return s.write(ctx, func(tx tx) error {
		_, err := tx.exec(ctx, `
			UPDATE outbox SET lease_until_at = NULL WHERE state = 'queued' AND lease_until_at IS NOT NULL`)
		return err
	})
}

// MailSent records that the server took the mail. What it carried is wiped,
// and the clock of a verification code starts now (S0-37).
func (s *Store) MailSent(ctx context.Context, m OutboxMail, reply string) error {
	return s.closeMail(ctx, m, MailIsSent, "sent", reply, func(tx tx) error {
		if m.verification == 0 {
			return nil
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE verifications SET sent_at = $2, expires_at = $3 WHERE id = $1 AND sent_at IS NULL`,
			m.verification, at(tx.now), at(tx.now.Add(e.Policy.CodeLife())))
		return err
	})
}

// MailRefused records that the mail will never be delivered.
func (s *Store) MailRefused(ctx context.Context, m OutboxMail, reply string) error {
	return s.closeMail(ctx, m, MailIsRefused, "failed", reply, nil)
}

// MailDropped records that the recipient was not entitled to the mail any more.
func (s *Store) MailDropped(ctx context.Context, m OutboxMail, reason string) error {
	return s.closeMail(ctx, m, MailIsDropped, "dropped", reason, func(tx tx) error {
		if m.Kind != MailExpiryNotice || reason != endChanged {
			return nil
		}
		return tx.queueStanding(ctx, m)
	})
}

// closeMail ends a mail, unless somebody else claimed it since (the fence).
func (s *Store) closeMail(ctx context.Context, m OutboxMail, state, delivery, reply string, and func(tx) error) error {
	return s.write(ctx, func(tx tx) error {
		changed, err := tx.exec(ctx, `
			UPDATE outbox
			SET state = $3, reply = $4, closed_at = $5, lease_until_at = NULL, sealed = NULL
			WHERE id = $1 AND attempts = $2 AND state = 'queued'`,
			m.ID, m.Attempts, state, clip(reply, 500), at(tx.now))
		if err != nil || changed == 0 {
			return err
		}
		if err := tx.noteDelivery(ctx, m, delivery, reply); err != nil {
			return err
		}
		if and != nil {
			return and(tx)
		}
		return nil
	})
}

// MailDeferred records a failure that may pass; the mail is due again at next.
func (s *Store) MailDeferred(ctx context.Context, m OutboxMail, reply string, next time.Time) error {
	return s.write(ctx, func(tx tx) error {
		changed, err := tx.exec(ctx, `
			UPDATE outbox
			SET reply = $3, next_try_at = $4, lease_until_at = NULL
			WHERE id = $1 AND attempts = $2 AND state = 'queued'`,
			m.ID, m.Attempts, clip(reply, 500), at(next))
		if err != nil || changed == 0 {
			return err
		}
		return tx.noteDelivery(ctx, m, "deferred", reply)
	})
}

// MailReturned gives a mail back that was claimed and not begun; it is due
// again at next, and what was said about it stays.
func (s *Store) MailReturned(ctx context.Context, m OutboxMail, next time.Time) error {
	return s.write(ctx, func(tx tx) error {
		_, err := tx.exec(ctx, `
			UPDATE outbox
			SET next_try_at = $3, lease_until_at = NULL
			WHERE id = $1 AND attempts = $2 AND state = 'queued'`,
			m.ID, m.Attempts, at(next))
		return err
	})
}

// noteDelivery shows the state of the newest mail at its invitation.
func (tx tx) noteDelivery(ctx context.Context, m OutboxMail, delivery, reply string) error {
	if m.invitation == 0 || m.Kind != MailInvitation {
		return nil
	}
	var sentAt any
	if delivery == "sent" {
		sentAt = at(tx.now)
	}
	var space ID
	err := tx.row(ctx, `
		UPDATE invitations
		SET delivery = $3, delivery_reply = $4, sent_at = COALESCE($5, sent_at)
		WHERE id = $1 AND EXISTS (
			SELECT 1 FROM invitation_tokens t WHERE t.token_hash = $2 AND t.invitation_id = $1 AND t.ended_at IS NULL)
		RETURNING space_id`,
		m.invitation, m.tokenHash, delivery, clip(reply, 500), sentAt).Scan(nullID{&space})
	if err != nil {
		return missing(err, nil) // an older link's mail says nothing about the newest
	}
	action, told := map[string]string{"sent": "invitation.sent", "failed": "invitation.undeliverable"}[delivery]
	if !told {
		return nil
	}
	return tx.audit(ctx, event{Action: action, Space: space, Subject: string(m.To)})
}
