package store

import (
	"context"
)

// NoticeWebhookOff tells system administrators that the portal has switched a
// webhook off.
const NoticeWebhookOff = "webhook_off"

// webhookNotice is mail.Notification about a webhook.
type webhookNotice struct {
	Topic     string `json:"topic"`
	Webhook   string `json:"webhook"`
	WebhookID ID     `json:"webhook_id"`
}

// tellWebhookOff mails every system administrator.
func (tx tx) tellWebhookOff(ctx context.Context, w Webhook) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	rows, err := tx.query(ctx, `
		SELECT `+accountColumns+`
		FROM accounts a
		WHERE a.system_admin AND a.deleted_at IS NULL AND a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $1)`, at(tx.now))
	administrators, err := all(rows, err, scanAccount)
	if err != nil {
		return err
	}
	var mails []newMail
	for _, to := range administrators {
		if to.Email == "" {
			continue
		}
		mails = append(mails, newMail{
			Kind: MailNotification, Lane: LaneRest, To: to.Email, Account: to.ID, Locale: e.localeOf(to), TimeZone: to.TimeZone,
			Data: webhookNotice{Topic: NoticeWebhookOff, Webhook: w.Name, WebhookID: w.ID},
		})
	}
	return tx.queueAll(ctx, mails)
}
