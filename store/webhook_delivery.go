package store

import (
	"context"
	"time"
)

// The states of a delivery.
const (
	DeliveryWaiting   = "waiting"
	DeliveryDelivered = "delivered"
	DeliveryFailed    = "failed" // given up, or its webhook was switched off
)

// Delivery is an event that a worker has claimed and hands to a webhook.
type Delivery struct {
	ID        ID
	Webhook   ID
	URL       string
	MessageID string // the same at each try
	Payload   []byte
	Secrets   [][]byte // what signs it: the secret and, for a day, the one before
	Attempts  int      // claims, this one included: the fence of the lease
	Tries     int      // since the delivery was begun, this one included
	Failures  int      // of the webhook, in a row
	BegunAt   time.Time
	GiveUpAt  time.Time
}

// Try is one attempt at a delivery: what came back, never what it said.
type Try struct {
	At     time.Time
	Took   time.Duration
	Status int    // of the answer; 0 for none
	Reason string // one of the reasons below
}

// The reasons of tries.
const (
	TryAnswered  = "answered" // the status says the rest
	TryRedirect  = "redirect" // is not followed
	TryForbidden = "forbidden_address"
	TryNoName    = "no_such_host"
	TryNoLine    = "no_connection"
	TryNoTLS     = "no_encryption"
	TryTooSlow   = "too_slow"
	TryNoHTTP    = "no_answer"
	TryBadKey    = "unreadable" // the secret was sealed with another key
)

// Outgoing says where requests of the portal's own may go.
func (s *Store) Outgoing() Outgoing { return s.outgoing }

// DeliveryReady is woken after a commit that has something for webhooks.
// Workers of other processes find it at their next look.
func (s *Store) DeliveryReady() <-chan struct{} { return s.callers }

// dueDelivery finds the delivery that waits longest at $1: one at a time to
// each webhook, and none to one that rests after a failure, so that a dead
// receiver takes nobody else's turn.
const dueDelivery = `
	SELECT d.id
	FROM webhooks w
	JOIN webhook_health h ON h.webhook_id = w.id
	JOIN webhook_deliveries d ON d.id = (
		SELECT due.id FROM webhook_deliveries due
		WHERE due.webhook_id = w.id AND due.state = 'waiting' AND due.next_try_at <= $1
		ORDER BY due.next_try_at, due.id
		LIMIT 1)
	WHERE w.enabled AND (h.rests_until IS NULL OR h.rests_until <= $1) AND NOT EXISTS (
		SELECT 1 FROM webhook_deliveries leased
		WHERE leased.webhook_id = w.id AND leased.lease_until_at IS NOT NULL AND leased.lease_until_at > $1)
	ORDER BY d.next_try_at, d.id
	LIMIT 1`

// ClaimDelivery leases a delivery that is due; ErrNotFound when there is none.
// One whose worker died is due again when its lease ends.
func (s *Store) ClaimDelivery(ctx context.Context, lease time.Duration) (Delivery, error) {
	err := s.read(ctx, func(tx tx) error {
		// A look first: an idle worker must not take the writer each time.
		var id ID
		return missing(tx.row(ctx, dueDelivery, at(tx.now)).Scan(&id), ErrNotFound)
	})
	if err != nil {
		return Delivery{}, err
	}
	var d Delivery
	err = s.write(ctx, func(tx tx) (err error) {
		err = tx.row(ctx, `
			UPDATE webhook_deliveries
			SET lease_until_at = $2, attempts = attempts + 1, tries = tries + 1
			WHERE id = (`+dueDelivery+`)
			RETURNING id, webhook_id, attempts, tries, begun_at, give_up_at`, at(tx.now), at(tx.now.Add(lease))).
			Scan(&d.ID, &d.Webhook, &d.Attempts, &d.Tries, moment{&d.BegunAt}, moment{&d.GiveUpAt})
		if err != nil {
			return missing(err, ErrNotFound)
		}
		return tx.fillDelivery(ctx, &d)
	})
	return d, err
}

// fillDelivery reads what is sent, and what it is signed with.
func (tx tx) fillDelivery(ctx context.Context, d *Delivery) error {
	var payload string
	var secret []byte
	err := tx.row(ctx, `
		SELECT w.url, w.secret, h.failures, e.message_id, e.payload
		FROM webhook_deliveries d
		JOIN webhook_events e ON e.id = d.event_id
		JOIN webhooks w ON w.id = d.webhook_id
		JOIN webhook_health h ON h.webhook_id = w.id
		WHERE d.id = $1`, d.ID).
		Scan(&d.URL, &secret, &d.Failures, &d.MessageID, &payload)
	if err != nil {
		return err
	}
	former, err := tx.formerSecrets(ctx, d.Webhook)
	d.Payload, d.Secrets = []byte(payload), nil
	for _, sealed := range append([][]byte{secret}, former...) {
		if key, err := tx.openSecret(d.Webhook, sealed); err == nil { // without any it is not sent: TryBadKey
			d.Secrets = append(d.Secrets, key)
		}
	}
	return err
}

// ReleaseDeliveries takes back every claim, for a portal that starts and knows
// that it is alone on its database.
func (s *Store) ReleaseDeliveries(ctx context.Context) error {
	return s.write(ctx, func(tx tx) error {
		_, err := tx.exec(ctx, `UPDATE webhook_deliveries SET lease_until_at = NULL WHERE lease_until_at IS NOT NULL`)
		return err
	})
}

// DeliveryArrived records that the receiver has it.
func (s *Store) DeliveryArrived(ctx context.Context, d Delivery, try Try) error {
	return s.closeTry(ctx, d, try, DeliveryDelivered, time.Time{}, func(tx tx) error {
		_, err := tx.exec(ctx, `
			UPDATE webhook_health SET last_success_at = $2, failures = 0, rests_until = NULL WHERE webhook_id = $1`,
			d.Webhook, at(tx.now))
		return err
	})
}

// DeliveryDeferred records a failed try. The delivery is due again at next, and
// its webhook rests; after three days of failures it is given up. A webhook
// that took nothing in all that time is switched off, and the system
// administrators are told.
func (s *Store) DeliveryDeferred(ctx context.Context, d Delivery, try Try, next, rests time.Time) error {
	state := DeliveryWaiting
	if !next.Before(d.GiveUpAt) {
		state = DeliveryFailed
	}
	return s.closeTry(ctx, d, try, state, next, func(tx tx) error {
		if err := tx.noteFailure(ctx, d.Webhook, rests); err != nil || state == DeliveryWaiting {
			return err
		}
		w, err := tx.webhook(ctx, d.Webhook)
		if err != nil || !w.LastSuccessAt.Before(d.BegunAt) || !w.Enabled {
			return err
		}
		return tx.giveUpWebhook(ctx, w, WebhookFailing)
	})
}

// DeliveryGone records that the receiver is not there any more: its webhook is
// switched off, and the system administrators are told.
func (s *Store) DeliveryGone(ctx context.Context, d Delivery, try Try) error {
	return s.closeTry(ctx, d, try, DeliveryFailed, time.Time{}, func(tx tx) error {
		if err := tx.noteFailure(ctx, d.Webhook, time.Time{}); err != nil {
			return err
		}
		w, err := tx.webhook(ctx, d.Webhook)
		if err != nil || !w.Enabled {
			return err
		}
		return tx.giveUpWebhook(ctx, w, WebhookGone)
	})
}

// DeliveryReturned gives a delivery back that was claimed and not begun.
func (s *Store) DeliveryReturned(ctx context.Context, d Delivery) error {
	return s.write(ctx, func(tx tx) error {
		_, err := tx.exec(ctx, `
			UPDATE webhook_deliveries SET lease_until_at = NULL, tries = tries - 1
			WHERE id = $1 AND attempts = $2 AND state = 'waiting'`, d.ID, d.Attempts)
		return err
	})
}

// closeTry ends a claim and writes down what came of it, unless somebody else
// has claimed the delivery since (the fence), or it is not waited for any more.
func (s *Store) closeTry(ctx context.Context, d Delivery, try Try, state string, next time.Time, and func(tx) error) error {
	return s.write(ctx, func(tx tx) error {
		var closed time.Time
		if state != DeliveryWaiting {
			closed = tx.now
		}
		changed, err := tx.exec(ctx, `
			UPDATE webhook_deliveries
			SET state = $3, next_try_at = COALESCE($4, next_try_at), closed_at = $5, lease_until_at = NULL
			WHERE id = $1 AND attempts = $2 AND state = 'waiting'`,
			d.ID, d.Attempts, state, at(next), at(closed))
		if err != nil || changed == 0 {
			return err
		}
		_, err = tx.exec(ctx, `
			INSERT INTO webhook_tries (delivery_id, tried_at, duration_ms, status, reason) VALUES ($1, $2, $3, $4, $5)`,
			d.ID, at(try.At), try.Took.Milliseconds(), try.Status, try.Reason)
		if err != nil {
			return err
		}
		return and(tx)
	})
}

func (tx tx) noteFailure(ctx context.Context, webhook ID, rests time.Time) error {
	_, err := tx.exec(ctx, `
		UPDATE webhook_health SET last_failure_at = $2, failures = failures + 1, rests_until = $3 WHERE webhook_id = $1`,
		webhook, at(tx.now), at(rests))
	return err
}

// giveUpWebhook switches a webhook off that cannot be reached.
func (tx tx) giveUpWebhook(ctx context.Context, w Webhook, reason string) error {
	if err := tx.switchOff(ctx, w.ID, reason); err != nil {
		return err
	}
	if err := tx.tellWebhookOff(ctx, w); err != nil {
		return err
	}
	return tx.audit(ctx, event{Action: "webhook.switched_off", Subject: w.Name, Details: map[string]string{"cause": reason}})
}
