package store_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
)

func TestWebhookForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range []struct {
		name string
		form store.WebhookForm
		errs []error
	}{
		{"nothing", store.WebhookForm{}, []error{store.ErrRequired, store.ErrNoWebhookEvent}},
		{"no event of ours", store.WebhookForm{Name: "A", URL: "https://a.example/", Events: []string{"space.created", "ping"}}, []error{store.ErrNoWebhookEvent}},
		{"not encrypted", store.WebhookForm{Name: "A", URL: "http://a.example/", Events: store.EventTypes}, []error{store.ErrPlainTarget}},
		{"this machine", store.WebhookForm{Name: "A", URL: "https://127.0.0.1/", Events: store.EventTypes}, []error{store.ErrForbiddenTarget}},
	} {
		_, err := w.Store.CreateWebhook(t.Context(), w.Root, test.form)
		for _, want := range test.errs {
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", test.name, err, want)
			}
		}
	}
	for range 20 {
		w.webhook(store.EventDeleted)
	}
	_, err := w.Store.CreateWebhook(t.Context(), w.Root, store.WebhookForm{Name: "One more", URL: "https://a.example/", Events: store.EventTypes})
	if !errors.Is(err, store.ErrWebhooksFull) {
		t.Errorf("a 21st webhook: %v", err)
	}
}

// The secret is shown to who made it, for ten minutes, and lies sealed in the
// database.
func TestWebhookSecretIsShownOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.webhook()
	_, secret, until, err := w.Store.WebhookSecret(ctx, w.Root, id)
	w.do(err)
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) != 32 || !strings.HasPrefix(secret, "whsec_") || !until.Equal(w.Clock.Now().Add(10*time.Minute)) {
		t.Fatalf("the secret is no whsec_ and base64 of 32 bytes, or not until %v", until)
	}
	w.suspend(w.GuestEditor)
	if d := w.mustClaim(); len(d.Secrets) != 1 || !bytes.Equal(d.Secrets[0], key) {
		t.Error("another secret signs")
	}
	for table, rows := range w.Dump() { // SEC-T1
		for _, row := range rows {
			if strings.Contains(row, secret) || strings.Contains(row, string(key)) || strings.Contains(row, secret[6:]) {
				t.Errorf("the secret stands in %s", table)
			}
		}
	}
	other := newAccount(t, w.World, store.SeedAccount{Kind: store.Member, Email: "other@works.example", Name: "Other", SystemAdmin: true})
	if _, _, _, err := w.Store.WebhookSecret(ctx, other, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another administrator: %v", err)
	}
	w.Clock.Advance(10 * time.Minute)
	if _, _, _, err := w.Store.WebhookSecret(ctx, w.Root, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("ten minutes later: %v", err)
	}
}

// After a rotation both secrets sign for a day, the new one first; then one.
func TestRotateWebhookSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.webhook()
	w.suspend(w.GuestEditor)
	before := w.mustClaim()
	w.do(w.Store.DeliveryReturned(ctx, before))
	w.do(w.Store.RotateWebhookSecret(ctx, w.Root, id))
	both := w.mustClaim()
	w.do(w.Store.DeliveryReturned(ctx, both))
	if len(both.Secrets) != 2 || bytes.Equal(both.Secrets[0], before.Secrets[0]) || !bytes.Equal(both.Secrets[1], before.Secrets[0]) {
		t.Error("the old secret does not sign beside the new one")
	}
	w.Clock.Advance(store.Day)
	if after := w.mustClaim(); len(after.Secrets) != 1 || !bytes.Equal(after.Secrets[0], both.Secrets[0]) {
		t.Error("the old secret signs after a day")
	}
}

// Who rotates twice within a day still leaves the secret that the receiver has;
// of more in a row the first and the last, so that a request stays small.
func TestRotateWebhookSecretTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.webhook()
	w.suspend(w.GuestEditor)
	signing := func() [][]byte {
		d := w.mustClaim()
		w.do(w.Store.DeliveryReturned(ctx, d))
		return d.Secrets
	}
	made := signing() // in the order in which they were made
	for range 3 {
		w.Clock.Advance(time.Hour)
		w.do(w.Store.RotateWebhookSecret(ctx, w.Root, id))
		made = append(made, signing()[0])
	}
	for _, test := range []struct {
		after time.Duration
		want  []int // of those made
	}{
		{0, []int{3, 2, 0}}, {22 * time.Hour, []int{3, 2}}, {2 * time.Hour, []int{3}},
	} {
		w.Clock.Advance(test.after)
		var want [][]byte
		for _, n := range test.want {
			want = append(want, made[n])
		}
		if got := signing(); !reflect.DeepEqual(got, want) {
			t.Errorf("%v later %d secrets sign, or others than %v", test.after, len(got), test.want)
		}
	}
	if hook, err := w.Store.Webhook(ctx, w.Root, id); err != nil || !hook.FormerUntil.Equal(w.Clock.Now()) {
		t.Errorf("the last one before signs until %v, %v", hook.FormerUntil, err)
	}
	w.do(w.Store.Sweep(ctx))
	if rows := w.Dump()["webhook_former_secrets"]; len(rows) != 0 {
		t.Errorf("%d secrets stay that sign nothing", len(rows))
	}
	w.do(w.Store.RotateWebhookSecret(ctx, w.Root, id))
	w.do(w.Store.DeleteWebhook(ctx, w.Root, id))
	if rows := w.Dump()["webhook_former_secrets"]; len(rows) != 0 {
		t.Errorf("%d secrets stay of a webhook that is gone", len(rows))
	}
}

// Whatever is done to a webhook stands in the audit log; deleting takes all of
// it away.
func TestWebhookIsAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.webhook()
	w.do(w.Store.PingWebhook(ctx, w.Root, id))
	ping := w.mustClaim()
	if !strings.Contains(string(ping.Payload), `"type":"ping"`) || !strings.Contains(string(ping.Payload), `"data":{"webhook":{"id":"`+id.String()+`","name":"Register"}}`) {
		t.Errorf("the ping says %s", ping.Payload)
	}
	w.do(w.Store.DeliveryArrived(ctx, ping, store.Try{At: w.Clock.Now(), Status: 200, Reason: store.TryAnswered}))
	w.do(w.Store.RotateWebhookSecret(ctx, w.Root, id))
	w.do(w.Store.ReplayDelivery(ctx, w.Root, id, ping.ID))
	w.do(w.Store.UpdateWebhook(ctx, w.Root, id, store.WebhookForm{Name: "Other", URL: "https://b.example/", Events: []string{store.EventDeleted}}))
	w.do(w.Store.DeleteWebhook(ctx, w.Root, id))
	list, _, err := w.Store.AuditLog(ctx, w.Root, store.AuditFilter{}, 0)
	w.do(err)
	var got []string
	for _, entry := range list {
		if strings.HasPrefix(entry.Action, "webhook.") {
			got = append(got, entry.Action)
			if entry.Actor != w.Root.ID {
				t.Errorf("%s is of %q", entry.Action, entry.ActorName)
			}
		}
	}
	want := "webhook.deleted webhook.changed webhook.replayed webhook.rotated webhook.pinged webhook.created"
	if strings.Join(got, " ") != want {
		t.Errorf("the log has %v", got)
	}
	for _, table := range []string{"webhooks", "webhook_health", "webhook_deliveries", "webhook_tries"} {
		if n := w.number(`SELECT COUNT(*) FROM ` + table); n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
	if err := w.Store.DeleteWebhook(ctx, w.Root, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}

// Of a hundred invitations each is told, and each to every webhook.
func TestManyAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.webhook()
	w.webhook(store.EventInvited)
	var addresses strings.Builder
	for i := range store.MaxAddresses {
		fmt.Fprintf(&addresses, "guest%d@else.example\n", i)
	}
	_, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: addresses.String()})
	w.do(err)
	if n := w.number(`SELECT COUNT(*) FROM webhook_deliveries`); n != 200 {
		t.Errorf("%d deliveries", n)
	}
}

// Webhooks are the system administrators' alone: whoever else asks is refused,
// for each act.
func TestWebhooksAreForAdministrators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.webhook()
	w.do(w.Store.RemoveGuest(ctx, w.Host, w.Space, w.GuestReader.ID, ""))
	form := store.WebhookForm{Name: "Other", URL: "https://b.example/", Events: store.EventTypes, Enabled: true}
	acts := []struct {
		name string
		act  func(store.Account) error
	}{
		{"list", func(a store.Account) error { _, err := w.Store.Webhooks(ctx, a); return err }},
		{"see", func(a store.Account) error { _, err := w.Store.Webhook(ctx, a, id); return err }},
		{"see the secret", func(a store.Account) error { _, _, _, err := w.Store.WebhookSecret(ctx, a, id); return err }},
		{"read the log", func(a store.Account) error { _, _, err := w.Store.Deliveries(ctx, a, id, "", 0); return err }},
		{"read the log of a state", func(a store.Account) error {
			_, _, err := w.Store.Deliveries(ctx, a, id, store.DeliveryFailed, 0)
			return err
		}},
		{"see a delivery", func(a store.Account) error { _, err := w.Store.Delivery(ctx, a, id, 1); return err }},
		{"make", func(a store.Account) error { _, err := w.Store.CreateWebhook(ctx, a, form); return err }},
		{"change", func(a store.Account) error { return w.Store.UpdateWebhook(ctx, a, id, form) }},
		{"rotate", func(a store.Account) error { return w.Store.RotateWebhookSecret(ctx, a, id) }},
		{"ping", func(a store.Account) error { return w.Store.PingWebhook(ctx, a, id) }},
		{"replay one", func(a store.Account) error { return w.Store.ReplayDelivery(ctx, a, id, 1) }},
		{"replay what failed", func(a store.Account) error { _, err := w.Store.ReplayFailed(ctx, a, id, time.Time{}); return err }},
		{"delete", func(a store.Account) error { return w.Store.DeleteWebhook(ctx, a, id) }},
	}
	for _, act := range acts {
		for role, actor := range cast(w.World) {
			want := store.ErrForbidden
			switch role {
			case "administrator":
				continue // last, because it may change what the others try
			case "stranger":
				want = store.ErrSignIn
			}
			if err := act.act(actor); !errors.Is(err, want) {
				t.Errorf("%s as %s: %v, want %v", act.name, role, err, want)
			}
		}
		w.do(act.act(w.Root))
	}
}
