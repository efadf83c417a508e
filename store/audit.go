package store

import (
	"context"
	"encoding/json"
)

// Origin is where a request came from; audit rows keep it.
type Origin struct {
	Address   string // of the client
	RequestID string
}

type originKey struct{}

// WithOrigin is a context whose audit rows name where the request came from.
func WithOrigin(ctx context.Context, origin Origin) context.Context {
	return context.WithValue(ctx, originKey{}, origin)
}

func originOf(ctx context.Context) Origin {
	origin, _ := ctx.Value(originKey{}).(Origin) // the portal's own work has none
	return origin
}

// event is one row of the audit log: who did what to whom, when, why, from
// where. It is written in the transaction of what it tells (SEC-A7).
type event struct {
	Action  string // a stable word such as "invitation.sent"; the catalogue holds its sentence
	Actor   ID     // 0 for the portal itself or a stranger
	Account ID     // whom it was done to
	Space   ID
	Subject string            // an address or a name, where there is no account
	Reason  string            // what the actor gave as the reason
	Details map[string]string // what changed
}

func (tx tx) audit(ctx context.Context, e event) error {
	return tx.auditAll(ctx, []event{e})
}

// auditAll writes many rows with few statements. What of them concerns
// programs, they are told when the transaction ends.
func (tx tx) auditAll(ctx context.Context, events []event) error {
	tx.told.note(events)
	origin := originOf(ctx)
	rows := make([][]any, len(events))
	for i, e := range events {
		details := []byte("{}")
		if len(e.Details) > 0 {
			var err error
			if details, err = json.Marshal(e.Details); err != nil {
				return err
			}
		}
		rows[i] = []any{
			e.Action, e.Actor.orNull(), e.Account.orNull(), e.Space.orNull(), e.Subject, e.Reason,
			string(details), origin.Address, origin.RequestID, at(tx.now),
		}
	}
	return tx.insertAll(ctx, `
		INSERT INTO audit (
			action, actor_id, account_id, space_id, subject, reason, details, client_address, request_id, created_at)`,
		"", rows, nil)
}
