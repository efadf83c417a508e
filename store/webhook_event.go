package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// The types of events that webhooks are told of.
const (
	EventInvited     = "guest.invited"
	EventCreated     = "guest.created"
	EventJoined      = "guest.joined"
	EventSuspended   = "guest.suspended"
	EventReactivated = "guest.reactivated"
	EventRemoved     = "guest.removed"
	EventEnded       = "guest.ended"
	EventDeleted     = "guest.deleted"

	EventPing = "ping" // somebody tries a webhook
)

// EventTypes are those that a webhook can be told of, in the order of a guest's life.
var EventTypes = []string{
	EventInvited, EventCreated, EventJoined, EventSuspended, EventReactivated, EventRemoved, EventEnded, EventDeleted,
}

// toldAs are the entries of the audit log that programs are told of. Each
// cause writes its entry in its own transaction, however it comes about, so
// that none can be forgotten here.
var toldAs = map[string]string{
	"invitation.created":     EventInvited,
	"guest.created":          EventCreated,
	"invitation.accepted":    EventJoined,
	"guest.added":            EventJoined,
	"guest.suspended":        EventSuspended,
	"guest.deletion_planned": EventSuspended, // who waits for a deletion does not come in
	"guest.reactivated":      EventReactivated,
	"guest.deletion_undone":  EventReactivated,
	"guest.removed":          EventRemoved,
	"membership.left":        EventRemoved,
	"guest.ended":            EventEnded,
	"guest.deleted":          EventDeleted,
}

// telling is what a transaction tells programs when it ends.
type telling struct {
	events []event
	queued bool // something waits to be sent
}

// note keeps the entries that programs are told of until the transaction ends:
// a batch then costs what one costs.
func (t *telling) note(entries []event) {
	for _, entry := range entries {
		if toldAs[entry.Action] != "" {
			t.events = append(t.events, entry)
		}
	}
}

// programEvent is what the payload of an event says. It holds no secret.
type programEvent struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	CreatedAt time.Time `json:"created_at"`
	Data      any       `json:"data"` // programData, but of a ping
}

type programData struct {
	Guest   programGuest      `json:"guest"`
	Space   *programThing     `json:"space"`
	Actor   *programPerson    `json:"actor"`
	Details map[string]string `json:"details"`
}

// programGuest has no ID before there is an account.
type programGuest struct {
	ID *ID `json:"id,string"`
	programPerson
}

type programPerson struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type programThing struct {
	ID   ID     `json:"id,string"`
	Name string `json:"name"`
}

// tellPrograms writes what the transaction has told for the webhooks that want
// to know. Where there is none it costs one look, and only if there is
// something to tell.
func (tx tx) tellPrograms(ctx context.Context) error {
	if len(tx.told.events) == 0 {
		return nil
	}
	webhooks, err := tx.listeners(ctx)
	if err != nil || len(webhooks) == 0 {
		return err
	}
	people, spaces, err := tx.namesIn(ctx, tx.told.events)
	if err != nil {
		return err
	}
	var letters []letter
	for _, entry := range tx.told.events {
		l, wanted := tx.letterOf(entry, people, spaces)
		if l.to = listening(webhooks, l.kind); wanted && len(l.to) > 0 {
			letters = append(letters, l)
		}
	}
	return tx.sendLetters(ctx, letters)
}

// listeners are the webhooks that are switched on.
func (tx tx) listeners(ctx context.Context) ([]Webhook, error) {
	rows, err := tx.query(ctx, `SELECT id, events FROM webhooks WHERE enabled ORDER BY id LIMIT $1`, maxWebhooks)
	return all(rows, err, func(row scanner) (w Webhook, err error) {
		var events string
		err = row.Scan(&w.ID, &events)
		w.Events = strings.Fields(events)
		return w, err
	})
}

func listening(webhooks []Webhook, event string) (ids []ID) {
	for _, w := range webhooks {
		if w.Listens(event) {
			ids = append(ids, w.ID)
		}
	}
	return ids
}

// letter is an event with the webhooks that it goes to.
type letter struct {
	kind  string
	data  any
	guest ID // 0 before there is an account
	code  string
	actor ID
	to    []ID
}

// letterOf is what an entry of the audit log tells programs, unless it is of no
// guest.
func (tx tx) letterOf(entry event, people map[ID]Account, spaces map[ID]string) (letter, bool) {
	l := letter{kind: toldAs[entry.Action], guest: entry.Account, code: entry.Subject, actor: entry.Actor}
	guest := people[entry.Account]
	if guest.Kind == Member || l.kind == EventReactivated && guest.Status != StatusActive {
		return l, false // a deletion was taken back, and the guest is suspended as before
	}
	data := programData{Guest: programGuest{programPerson: programPerson{Code: l.code}}, Details: entry.detailsForPrograms()}
	if l.guest != 0 {
		data.Guest = programGuest{ID: &guest.ID, programPerson: named(guest)}
		l.code = data.Guest.Code
	}
	if entry.Space != 0 {
		data.Space = &programThing{ID: entry.Space, Name: spaces[entry.Space]}
	}
	if entry.Actor != 0 {
		actor := named(people[entry.Actor])
		data.Actor = &actor
	}
	l.data = data
	return l, true
}

// named is how programs name somebody; of who was erased the number is left.
func named(a Account) programPerson {
	if !a.ErasedAt.IsZero() {
		return programPerson{Name: a.Name}
	}
	return programPerson{Code: a.Login, Name: a.Name}
}

// detailsForPrograms are the parts of an entry that mean something to
// programs. What people gave as their reason is for people.
func (e event) detailsForPrograms() map[string]string {
	details := map[string]string{}
	for _, name := range []string{"permission", "ends_at", "cause", "delete_at"} {
		if value := e.Details[name]; value != "" {
			details[name] = value
		}
	}
	switch e.Action {
	case "guest.deletion_planned":
		details["cause"] = string(ForDeletion)
	case "guest.ended":
		details["scope"] = "space"
		if e.Space == 0 {
			details["scope"] = "account"
		}
	}
	return details
}

// namesIn are the people and the names of the spaces of some entries.
func (tx tx) namesIn(ctx context.Context, entries []event) (people map[ID]Account, spaces map[ID]string, err error) {
	var accounts, rooms []ID
	for _, entry := range entries {
		accounts = append(accounts, entry.Account, entry.Actor)
		rooms = append(rooms, entry.Space)
	}
	people, spaces = map[ID]Account{}, map[ID]string{}
	for part := range slices.Chunk(distinct(accounts), MaxBatch) {
		in, args := inList(1, part)
		rows, err := tx.query(ctx, `
			SELECT id, kind, status, display_name, COALESCE(login, login_key), erased_at FROM accounts WHERE id IN (`+in+`)`, args...)
		list, err := all(rows, err, func(row scanner) (a Account, err error) { return a, row.Scan(a.scanBrief()...) })
		if err != nil {
			return nil, nil, err
		}
		for _, account := range list {
			people[account.ID] = account
		}
	}
	for part := range slices.Chunk(distinct(rooms), MaxBatch) {
		in, args := inList(1, part)
		rows, err := tx.query(ctx, `SELECT id, name FROM spaces WHERE id IN (`+in+`)`, args...)
		list, err := all(rows, err, func(row scanner) (t programThing, err error) { return t, row.Scan(&t.ID, &t.Name) })
		if err != nil {
			return nil, nil, err
		}
		for _, room := range list {
			spaces[room.ID] = room.Name
		}
	}
	return people, spaces, nil
}

// distinct are the IDs of a list, each once and without none.
func distinct(ids []ID) []ID {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id ID) bool { return id == 0 })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// newMessageKey is the ID of an event: it stays the same at each try, so that a
// receiver can tell a repeat.
func newMessageKey() string {
	var random [18]byte
	rand.Read(random[:]) //nolint:errcheck // documented never to fail: it ends the program instead
	return "msg_" + base64.RawURLEncoding.EncodeToString(random[:])
}

// deliveryGivesUp is how long an event is tried to be delivered.
const deliveryGivesUp = 3 * Day

// sendLetters writes events and their deliveries with few statements.
func (tx tx) sendLetters(ctx context.Context, letters []letter) error {
	if len(letters) == 0 {
		return nil
	}
	to := map[string][]ID{}
	events := make([][]any, len(letters))
	for i, l := range letters {
		key := newMessageKey()
		payload, err := json.Marshal(programEvent{ID: key, Type: l.kind, CreatedAt: tx.now, Data: l.data})
		if err != nil {
			return err
		}
		to[key] = l.to
		events[i] = []any{key, l.kind, l.guest.orNull(), l.code, l.actor.orNull(), string(payload), at(tx.now)}
	}
	var deliveries [][]any
	err := tx.insertAll(ctx, `
		INSERT INTO webhook_events (message_id, type, guest_id, guest_code, actor_id, payload, created_at)`,
		" RETURNING id, message_id", events, func(row scanner) error {
			var id ID
			var key string
			if err := row.Scan(&id, &key); err != nil {
				return err
			}
			for _, webhook := range to[key] {
				deliveries = append(deliveries, []any{webhook, id, DeliveryWaiting, at(tx.now), at(tx.now), at(tx.now.Add(deliveryGivesUp))})
			}
			return nil
		})
	if err != nil {
		return err
	}
	tx.told.queued = true
	return tx.insertAll(ctx, `
		INSERT INTO webhook_deliveries (webhook_id, event_id, state, begun_at, next_try_at, give_up_at)`, "", deliveries, nil)
}
