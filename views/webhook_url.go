package views

import "guesthouse/store"

// WebhookURL is the page of a webhook.
func WebhookURL(webhook store.ID) string { return AdminWebhooksURL + "/" + webhook.String() }

// WebhookSecretURL shows a new secret, and renews it.
func WebhookSecretURL(webhook store.ID) string { return WebhookURL(webhook) + "/secret" }

// WebhookPingURL sends a test event.
func WebhookPingURL(webhook store.ID) string { return WebhookURL(webhook) + "/ping" }

// WebhookReplayURL sends again what failed.
func WebhookReplayURL(webhook store.ID) string { return WebhookURL(webhook) + "/replay" }

// WebhookDeleteURL asks before a webhook is deleted.
func WebhookDeleteURL(webhook store.ID) string { return WebhookURL(webhook) + "/delete" }

// DeliveryURL is one event that was sent to a webhook.
func DeliveryURL(webhook, delivery store.ID) string {
	return WebhookURL(webhook) + "/deliveries/" + delivery.String()
}

// DeliveryReplayURL sends it again.
func DeliveryReplayURL(webhook, delivery store.ID) string {
	return DeliveryURL(webhook, delivery) + "/replay"
}
