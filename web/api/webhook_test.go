package api_test

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// Webhooks are sent what the description says of them.
func TestEventsAreDescribed(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), webtest.New(t)
	hook, err := w.Store.CreateWebhook(ctx, w.Root, store.WebhookForm{
		Name: "Everything", URL: "https://receiver.example/in", Events: store.EventTypes, Enabled: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	root := as(t, w, w.Root)
	root.call("POST", "/k/v1/guests.json", object{"guests": sample()}).ok()
	root.call("DELETE", "/k/v1/guests.json", object{"guests": []any{sample()[0]["code"]}}).ok()
	if _, err := w.Store.InviteGuests(ctx, w.Host, w.Space, store.Invite{Emails: "new@partner.example"}); err != nil {
		t.Fatal(err)
	}
	list, _, err := w.Store.Deliveries(ctx, w.Root, hook, "", 0)
	if err != nil || len(list) != 4 {
		t.Fatalf("%d events, want two of guests who were made, one of a deletion and one of an invitation: %v", len(list), err)
	}
	schema := theContract(t).doc.Components.Schemas["GuestEvent"].Value
	for _, entry := range list {
		sent, err := w.Store.Delivery(ctx, w.Root, hook, entry.ID)
		if err != nil {
			t.Fatal(err)
		}
		var event any
		if err := json.Unmarshal([]byte(sent.Payload), &event); err != nil {
			t.Fatal(err)
		}
		if err := schema.VisitJSON(event, openapi3.EnableFormatValidation()); err != nil {
			t.Errorf("%s: %v", sent.Payload, err)
		}
	}
	types := schema.Properties["type"].Value.Enum
	if len(types) != len(store.EventTypes) {
		t.Errorf("%d types are described, there are %d", len(types), len(store.EventTypes))
	}
	for i, name := range store.EventTypes {
		if types[i] != name {
			t.Errorf("type %d is described as %v, and is %s", i, types[i], name)
		}
	}
}
