package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// eraseEvents takes a person out of what was told to programs, and of what
// still waits to be. The events stay, with the number of who it was.
func (tx tx) eraseEvents(ctx context.Context, person Account, addresses []string) error {
	if err := tx.rewriteEvents(ctx, person, addresses, `guest_id = $1`, person.ID); err != nil {
		return err
	}
	if err := tx.rewriteEvents(ctx, person, addresses, `actor_id = $1`, person.ID); err != nil {
		return err
	}
	for _, address := range addresses { // from before there was an account; later ones are somebody new (S2-08)
		err := tx.rewriteEvents(ctx, person, addresses, `guest_id IS NULL AND guest_code = $1
			AND created_at <= (SELECT deleted_at FROM accounts WHERE id = $2)`, address, person.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// storedEvent is an event as its row has it.
type storedEvent struct {
	id, guest, actor ID
	payload          string
}

func (tx tx) rewriteEvents(ctx context.Context, person Account, addresses []string, where string, args ...any) error {
	rows, err := tx.query(ctx, `SELECT id, guest_id, actor_id, payload FROM webhook_events WHERE `+where, args...)
	found, err := all(rows, err, func(row scanner) (e storedEvent, err error) {
		return e, row.Scan(&e.id, nullID{&e.guest}, nullID{&e.actor}, &e.payload)
	})
	if err != nil {
		return err
	}
	for _, e := range found {
		payload, code, err := e.without(person, addresses)
		if err != nil {
			return fmt.Errorf("erase event %s: %w", e.id, err)
		}
		if _, err := tx.exec(ctx, `UPDATE webhook_events SET payload = $2, guest_code = $3 WHERE id = $1`, e.id, payload, code); err != nil {
			return err
		}
	}
	return nil
}

// without is the payload in which somebody is a number, and what is left of the
// guest's code. Whoever had no account yet has no number either.
func (e storedEvent) without(person Account, addresses []string) (payload, code string, err error) {
	var data programData
	read := programEvent{Data: &data}
	if err := json.Unmarshal([]byte(e.payload), &read); err != nil {
		return "", "", err
	}
	number := programPerson{Name: erasedName(person.ID)}
	switch {
	case e.guest == person.ID:
		data.Guest.programPerson = number
	case e.guest == 0 && slices.Contains(addresses, data.Guest.Code):
		data.Guest.programPerson = programPerson{}
	}
	if e.actor == person.ID && data.Actor != nil {
		data.Actor = &number
	}
	text, err := json.Marshal(read)
	return string(text), data.Guest.Code, err
}
