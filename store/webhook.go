package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// Errors of webhooks. Args of the last: Max.
var (
	ErrNoWebhookEvent = &Error{Kind: Invalid, Code: "no_webhook_event", Field: "events"}
	ErrWebhookOff     = &Error{Kind: Conflict, Code: "webhook_off"}
	ErrWebhooksFull   = &Error{Kind: Invalid, Code: "webhooks_full"}
)

// How many webhooks there are at most, how long a new secret is shown to who
// made it, and how long the one before signs beside it.
const (
	maxWebhooks    = 20
	secretShown    = 10 * time.Minute
	formerSigns    = Day
	secretBytes    = 32
	purposeWebhook = "webhook"
)

// Why a webhook was switched off, where nobody did by hand.
const (
	WebhookGone    = "gone"    // the receiver said that it is not there any more
	WebhookFailing = "failing" // all tries of three days failed
)

// Webhook is an address of a program that is told what happens to guests.
type Webhook struct {
	ID        ID
	Name      string
	URL       string
	Events    []string
	Enabled   bool
	OffReason string // WebhookGone, WebhookFailing, or "" for by hand
	OffAt     time.Time
	CreatedBy Account
	CreatedAt time.Time

	FormerUntil   time.Time // the secret before signs too until then
	LastSuccessAt time.Time
	LastFailureAt time.Time
	Failures      int // in a row
}

// Listens reports whether the webhook is told of a type of events.
func (w Webhook) Listens(event string) bool { return slices.Contains(w.Events, event) }

// WebhookForm is a webhook as somebody fills it in.
type WebhookForm struct {
	Name    string
	URL     string
	Events  []string
	Enabled bool
}

func (s *Store) cleanWebhook(in WebhookForm) (WebhookForm, error) {
	var problems Problems
	name, err := CleanName("name", in.Name, MaxName)
	if err := problems.Add(err); err != nil {
		return in, err
	}
	target, err := s.outgoing.Target(in.URL)
	if err := problems.Add(err); err != nil {
		return in, err
	}
	in.Name = name
	if target != nil {
		in.URL = target.String()
	}
	in.Events = slices.DeleteFunc(slices.Clone(EventTypes), func(event string) bool { return !slices.Contains(in.Events, event) })
	if len(in.Events) == 0 {
		problems = append(problems, ErrNoWebhookEvent)
	}
	return in, problems.Err()
}

const webhookColumns = `w.id, w.name, w.url, w.events, w.enabled, w.off_reason, w.off_at, w.created_at,
	(SELECT MAX(f.signs_until) FROM webhook_former_secrets f WHERE f.webhook_id = w.id),
	h.last_success_at, h.last_failure_at, h.failures, ` + personColumns

const webhookTables = `
	FROM webhooks w
	JOIN webhook_health h ON h.webhook_id = w.id
	JOIN accounts a ON a.id = w.created_by`

func scanWebhook(row scanner) (Webhook, error) {
	var w Webhook
	var events string
	err := row.Scan(append([]any{
		&w.ID, &w.Name, &w.URL, &events, &w.Enabled, &w.OffReason, moment{&w.OffAt}, moment{&w.CreatedAt}, moment{&w.FormerUntil},
		moment{&w.LastSuccessAt}, moment{&w.LastFailureAt}, &w.Failures,
	}, w.CreatedBy.scanPerson()...)...)
	w.Events = strings.Fields(events)
	return w, err
}

// Webhooks are all webhooks, for system administrators.
func (s *Store) Webhooks(ctx context.Context, actor Account) (list []Webhook, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		rows, err := tx.query(ctx, `SELECT `+webhookColumns+webhookTables+` ORDER BY w.id LIMIT $1`, maxWebhooks)
		list, err = all(rows, err, scanWebhook)
		return err
	})
	return list, err
}

// Webhook is one of them.
func (s *Store) Webhook(ctx context.Context, actor Account, id ID) (w Webhook, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		w, err = tx.webhook(ctx, id)
		return err
	})
	return w, err
}

func (tx tx) webhook(ctx context.Context, id ID) (Webhook, error) {
	w, err := scanWebhook(tx.row(ctx, `SELECT `+webhookColumns+webhookTables+` WHERE w.id = $1`, id))
	return w, missing(err, ErrNotFound)
}

// CreateWebhook makes a webhook with a secret of its own, which
// [Store.WebhookSecret] shows. Errors: ErrWebhooksFull, and those of the fields.
func (s *Store) CreateWebhook(ctx context.Context, actor Account, in WebhookForm) (id ID, err error) {
	in, err = s.cleanWebhook(in)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(tx tx) error {
		by, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		var n int
		if err := tx.row(ctx, `SELECT COUNT(*) FROM webhooks`).Scan(&n); err != nil {
			return err
		}
		if n >= maxWebhooks {
			return ErrWebhooksFull.With("", "Max", maxWebhooks)
		}
		err = tx.row(ctx, `
			INSERT INTO webhooks (name, url, events, enabled, secret, secret_made_at, secret_made_by, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $6)
			RETURNING id`,
			in.Name, in.URL, strings.Join(in.Events, " "), in.Enabled, []byte{}, at(tx.now), by.ID).Scan(&id)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `INSERT INTO webhook_health (webhook_id) VALUES ($1)`, id); err != nil {
			return err
		}
		if err := tx.giveSecret(ctx, by, id); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "webhook.created", Actor: by.ID, Subject: in.Name, Details: map[string]string{"url": in.URL}})
	})
	return id, err
}

// giveSecret seals a new secret into the row of a webhook.
func (tx tx) giveSecret(ctx context.Context, by Account, webhook ID) error {
	secret := make([]byte, secretBytes)
	rand.Read(secret) //nolint:errcheck // documented never to fail: it ends the program instead
	sealed, err := tx.key.Seal(purposeWebhook, secret, []byte(webhook.String()))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE webhooks SET secret = $2, secret_made_at = $3, secret_made_by = $4 WHERE id = $1`,
		webhook, sealed, at(tx.now), by.ID)
	return err
}

// openSecret is what giveSecret sealed.
func (tx tx) openSecret(webhook ID, sealed []byte) ([]byte, error) {
	return tx.key.Open(purposeWebhook, sealed, []byte(webhook.String()))
}

// WebhookSecret is the secret of a webhook as receivers want it, whsec_ and
// base64, until when it is shown. Only who made it sees it, for ten minutes;
// after that it is ErrNotFound, and lost secrets are rotated.
func (s *Store) WebhookSecret(ctx context.Context, actor Account, id ID) (w Webhook, secret string, until time.Time, err error) {
	err = s.read(ctx, func(tx tx) error {
		by, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		if w, err = tx.webhook(ctx, id); err != nil {
			return err
		}
		var sealed []byte
		err = tx.row(ctx, `
			SELECT secret, secret_made_at FROM webhooks WHERE id = $1 AND secret_made_by = $2 AND secret_made_at > $3`,
			id, by.ID, at(tx.now.Add(-secretShown))).Scan(&sealed, moment{&until})
		if err != nil {
			return missing(err, ErrNotFound)
		}
		key, err := tx.openSecret(id, sealed)
		secret, until = "whsec_"+base64.StdEncoding.EncodeToString(key), until.Add(secretShown)
		return err
	})
	return w, secret, until, err
}

// RotateWebhookSecret gives a webhook a new secret. The one before signs beside
// it for a day, so that the receiver misses nothing while it is told.
func (s *Store) RotateWebhookSecret(ctx context.Context, actor Account, id ID) error {
	return s.changeWebhook(ctx, actor, id, "webhook.rotated", func(tx tx, by Account, _ Webhook) (map[string]string, error) {
		if err := tx.keepFormerSecret(ctx, id); err != nil {
			return nil, err
		}
		return nil, tx.giveSecret(ctx, by, id)
	})
}

// UpdateWebhook changes a webhook. Switched on again it begins without its
// failures; switched off, what waits is given up and can be sent again later.
func (s *Store) UpdateWebhook(ctx context.Context, actor Account, id ID, in WebhookForm) error {
	in, err := s.cleanWebhook(in)
	if err != nil {
		return err
	}
	return s.changeWebhook(ctx, actor, id, "webhook.changed", func(tx tx, _ Account, before Webhook) (map[string]string, error) {
		events := strings.Join(in.Events, " ")
		changed := changedWords([3]string{"name", before.Name, in.Name}, [3]string{"url", before.URL, in.URL},
			[3]string{"events", strings.Join(before.Events, " "), events})
		_, err := tx.exec(ctx, `UPDATE webhooks SET name = $2, url = $3, events = $4 WHERE id = $1`, id, in.Name, in.URL, events)
		if err != nil || in.Enabled == before.Enabled {
			return changed, err
		}
		changed["enabled"] = arrow(onOff(before.Enabled), onOff(in.Enabled))
		if !in.Enabled {
			return changed, tx.switchOff(ctx, id, "")
		}
		_, err = tx.exec(ctx, `UPDATE webhooks SET enabled = TRUE, off_reason = '', off_at = NULL WHERE id = $1`, id)
		if err != nil {
			return nil, err
		}
		return changed, tx.rested(ctx, id)
	})
}

// changedWords is what differs of triples of name, before and after.
func changedWords(words ...[3]string) map[string]string {
	changed := map[string]string{}
	for _, word := range words {
		if word[1] != word[2] {
			changed[word[0]] = arrow(word[1], word[2])
		}
	}
	return changed
}

// DeleteWebhook takes a webhook away, with what was to be sent to it and its log.
func (s *Store) DeleteWebhook(ctx context.Context, actor Account, id ID) error {
	return s.changeWebhook(ctx, actor, id, "webhook.deleted", func(tx tx, _ Account, w Webhook) (map[string]string, error) {
		_, err := tx.exec(ctx, `DELETE FROM webhooks WHERE id = $1`, id)
		return map[string]string{"url": w.URL}, err
	})
}

// changeWebhook is the door to changing a webhook: system administrators, and
// an entry in the audit log with the details that change gives.
func (s *Store) changeWebhook(ctx context.Context, actor Account, id ID, action string, change func(tx, Account, Webhook) (map[string]string, error)) error {
	return s.write(ctx, func(tx tx) error {
		by, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		w, err := tx.webhook(ctx, id)
		if err != nil {
			return err
		}
		details, err := change(tx, by, w)
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: action, Actor: by.ID, Subject: w.Name, Details: details})
	})
}

// switchOff stops a webhook, for a reason of the portal or by hand. What waits
// for it is given up: it can be sent again when the webhook is on again.
func (tx tx) switchOff(ctx context.Context, id ID, reason string) error {
	_, err := tx.exec(ctx, `UPDATE webhooks SET enabled = FALSE, off_reason = $2, off_at = $3 WHERE id = $1`, id, reason, at(tx.now))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE webhook_deliveries
		SET state = 'failed', closed_at = $2, lease_until_at = NULL
		WHERE webhook_id = $1 AND state = 'waiting'`, id, at(tx.now))
	return err
}

// rested ends the pause that failures have brought upon a webhook.
func (tx tx) rested(ctx context.Context, id ID) error {
	_, err := tx.exec(ctx, `UPDATE webhook_health SET failures = 0, rests_until = NULL WHERE webhook_id = $1`, id)
	return err
}
