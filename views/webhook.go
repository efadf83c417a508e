package views

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"guesthouse/store"
)

// WebhooksPage are all webhooks.
type WebhooksPage struct {
	Page
	Webhooks []store.Webhook
}

// WebhookFields is the form of a webhook as it was filled in.
type WebhookFields struct {
	Name    string
	URL     string
	Events  []string
	Enabled bool
}

// NewWebhookPage is the form of a new webhook.
type NewWebhookPage struct {
	Page
	Fields WebhookFields
}

// WebhookPage is one webhook with its log.
type WebhookPage struct {
	Page
	Webhook    store.Webhook
	Fields     WebhookFields
	State      string // that the log is narrowed down to
	Deliveries []store.DeliveryEntry
	Since      string // as it was typed
	First      string
	Next       string
}

// Filters are the states that the log can be narrowed down to.
func (m WebhookPage) Filters() []Tab {
	tabs := make([]Tab, 0, len(store.DeliveryStates))
	for _, state := range store.DeliveryStates {
		key := "common.all"
		if state != "" {
			key = deliveryStates[state].key
		}
		tabs = append(tabs, Tab{
			Label: m.T(key), Count: NoCount, Current: state == m.State,
			URL: WithQuery(WebhookURL(m.Webhook.ID), "state", state),
		})
	}
	return tabs
}

// SecretPage shows a new secret.
type SecretPage struct {
	Page
	Webhook store.Webhook
	Secret  string
	Until   time.Time
}

// DeliveryPage is one event that was sent, with its tries.
type DeliveryPage struct {
	Page
	Webhook  store.Webhook
	Delivery store.DeliveryDetails
}

// payload is what is sent, with line ends for people.
func (m DeliveryPage) payload() string {
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(m.Delivery.Payload), "", "  "); err != nil {
		return m.Delivery.Payload
	}
	return indented.String()
}

// deliveryStates are how the states of a delivery are shown.
var deliveryStates = map[string]state{
	store.DeliveryWaiting:   {"info", "send", "webhooks.delivery.waiting"},
	store.DeliveryDelivered: {"ok", "check", "webhooks.delivery.delivered"},
	store.DeliveryFailed:    {"danger", "alert", "webhooks.delivery.failed"},
}

// webhookState is how a webhook is doing.
func webhookState(w store.Webhook) state {
	switch {
	case !w.Enabled && w.OffReason != "":
		return state{"danger", "alert", "webhooks.state.off"}
	case !w.Enabled:
		return state{"", "pause", "webhooks.state.off"}
	case w.Failures > 0:
		return state{"warn", "alert", "webhooks.state.failing"}
	}
	return state{"ok", "check", "webhooks.state.on"}
}

// hostOf is where a webhook leads to, in short.
func hostOf(w store.Webhook) string {
	target, err := url.Parse(w.URL)
	if err != nil {
		return w.URL
	}
	return target.Host
}

// tryResult is what came of a try, in words.
func tryResult(p Page, try store.Try) string {
	return p.T("webhooks.reason."+try.Reason, "Status", try.Status)
}

func (f WebhookFields) listens(event string) bool { return slices.Contains(f.Events, event) }
