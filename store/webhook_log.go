package store

import (
	"context"
	"time"
)

// DeliveryStates are those that the log can be filtered by.
var DeliveryStates = []string{"", DeliveryWaiting, DeliveryDelivered, DeliveryFailed}

// deliveriesKept is how long the log and its payloads are kept.
const deliveriesKept = 30 * Day

// DeliveryEntry is a delivery as administrators see it in the log.
type DeliveryEntry struct {
	ID        ID
	Webhook   ID
	MessageID string
	Type      string
	State     string
	Attempts  int
	CreatedAt time.Time // of the event
	NextTryAt time.Time
	ClosedAt  time.Time
	Last      Try // the zero Try where there was none
}

const deliveryEntryColumns = `d.id, d.webhook_id, e.message_id, e.type, d.state, d.attempts, e.created_at, d.next_try_at, d.closed_at,
	t.tried_at, COALESCE(t.duration_ms, 0), COALESCE(t.status, 0), COALESCE(t.reason, '')`

const deliveryEntryTables = `
	FROM webhook_deliveries d
	JOIN webhook_events e ON e.id = d.event_id
	LEFT JOIN webhook_tries t ON t.id = (SELECT MAX(latest.id) FROM webhook_tries latest WHERE latest.delivery_id = d.id)`

func scanDeliveryEntry(row scanner) (DeliveryEntry, error) {
	var e DeliveryEntry
	var ms int64
	err := row.Scan(&e.ID, &e.Webhook, &e.MessageID, &e.Type, &e.State, &e.Attempts, moment{&e.CreatedAt}, moment{&e.NextTryAt}, moment{&e.ClosedAt},
		moment{&e.Last.At}, &ms, &e.Last.Status, &e.Last.Reason)
	e.Last.Took = time.Duration(ms) * time.Millisecond
	return e, err
}

// Deliveries are the log of a webhook, the newest first, for system
// administrators. state "" is all; before is the last one seen, or 0.
func (s *Store) Deliveries(ctx context.Context, actor Account, webhook ID, state string, before ID) (list []DeliveryEntry, more bool, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		if _, err := tx.webhook(ctx, webhook); err != nil {
			return err
		}
		if before == 0 {
			before = lastID
		}
		// Two texts, so that each walks along its own index.
		where, args := "d.webhook_id = $1 AND d.id < $2", []any{webhook, before, PageSize + 1}
		if state != "" {
			where, args = where+" AND d.state = $4", append(args, state)
		}
		rows, err := tx.query(ctx, `
			SELECT `+deliveryEntryColumns+deliveryEntryTables+`
			WHERE `+where+`
			ORDER BY d.id DESC
			LIMIT $3`, args...)
		list, err = all(rows, err, scanDeliveryEntry)
		return err
	})
	list, more = page(list)
	return list, more, err
}

// DeliveryDetails is one delivery with what was sent and what became of it.
type DeliveryDetails struct {
	DeliveryEntry
	Payload string
	Tries   []Try // the latest first
}

// triesShown is how many tries a page of a delivery has.
const triesShown = 100

// Delivery is one delivery of a webhook, for system administrators.
func (s *Store) Delivery(ctx context.Context, actor Account, webhook, id ID) (d DeliveryDetails, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		d.DeliveryEntry, err = scanDeliveryEntry(tx.row(ctx, `
			SELECT `+deliveryEntryColumns+deliveryEntryTables+`
			WHERE d.id = $1 AND d.webhook_id = $2`, id, webhook))
		if err != nil {
			return missing(err, ErrNotFound)
		}
		err := tx.row(ctx, `SELECT e.payload FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id WHERE d.id = $1`, id).Scan(&d.Payload)
		if err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT tried_at, duration_ms, status, reason FROM webhook_tries WHERE delivery_id = $1 ORDER BY id DESC LIMIT $2`, id, triesShown)
		d.Tries, err = all(rows, err, scanTry)
		return err
	})
	return d, err
}

func scanTry(row scanner) (t Try, err error) {
	var ms int64
	err = row.Scan(moment{&t.At}, &ms, &t.Status, &t.Reason)
	t.Took = time.Duration(ms) * time.Millisecond
	return t, err
}

// replayed begins deliveries anew, with the same payload and ID. One that a
// worker has in hand stays with it.
const replayed = `
	UPDATE webhook_deliveries
	SET state = 'waiting', tries = 0, begun_at = $2, next_try_at = $2, give_up_at = $3, closed_at = NULL
	WHERE webhook_id = $1`

// ReplayDelivery sends a delivery again, at once. Errors: ErrNotFound,
// ErrWebhookOff.
func (s *Store) ReplayDelivery(ctx context.Context, actor Account, webhook, id ID) error {
	_, err := s.replay(ctx, actor, webhook, func(tx tx) (int64, error) {
		n, err := tx.exec(ctx, replayed+` AND id = $4`, webhook, at(tx.now), at(tx.now.Add(deliveryGivesUp)), id)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return n, err
	})
	return err
}

// ReplayFailed sends again what was given up since a moment, and says how much
// that is. Errors: ErrNotFound, ErrWebhookOff.
func (s *Store) ReplayFailed(ctx context.Context, actor Account, webhook ID, since time.Time) (int, error) {
	return s.replay(ctx, actor, webhook, func(tx tx) (int64, error) {
		return tx.exec(ctx, replayed+` AND state = 'failed' AND closed_at >= $4`,
			webhook, at(tx.now), at(tx.now.Add(deliveryGivesUp)), since.UnixMilli())
	})
}

// PingWebhook sends an event by which an administrator sees that a receiver
// hears and understands. Errors: ErrNotFound, ErrWebhookOff.
func (s *Store) PingWebhook(ctx context.Context, actor Account, webhook ID) error {
	return s.knock(ctx, actor, webhook, "webhook.pinged", func(tx tx, w Webhook) (map[string]string, error) {
		if err := tx.spend(ctx, "ping:"+webhook.String(), 1, 60, time.Hour); err != nil {
			return nil, err
		}
		data := struct {
			Webhook programThing `json:"webhook"`
		}{programThing{ID: w.ID, Name: w.Name}}
		return nil, tx.sendLetters(ctx, []letter{{kind: EventPing, data: data, to: []ID{webhook}}})
	})
}

func (s *Store) replay(ctx context.Context, actor Account, webhook ID, again func(tx) (int64, error)) (n int, err error) {
	err = s.knock(ctx, actor, webhook, "webhook.replayed", func(tx tx, _ Webhook) (map[string]string, error) {
		changed, err := again(tx)
		n, tx.told.queued = int(changed), changed > 0
		return map[string]string{"deliveries": itoa(n)}, err
	})
	return n, err
}

// knock is the door to sending something by hand: the webhook is switched on,
// and whatever pause its failures have brought ends.
func (s *Store) knock(ctx context.Context, actor Account, webhook ID, action string, send func(tx, Webhook) (map[string]string, error)) error {
	return s.changeWebhook(ctx, actor, webhook, action, func(tx tx, _ Account, w Webhook) (map[string]string, error) {
		if !w.Enabled {
			return nil, ErrWebhookOff
		}
		if err := tx.rested(ctx, webhook); err != nil {
			return nil, err
		}
		return send(tx, w)
	})
}
