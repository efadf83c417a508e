package store

import "context"

// keepFormerSecret lets the secret that is renewed now sign for another day. Of
// several renewals within a day the receiver has the secret from before all of
// them, or that from before this one; those in between go, so that a request is
// signed three times at most.
func (tx tx) keepFormerSecret(ctx context.Context, webhook ID) error {
	_, err := tx.exec(ctx, `
		INSERT INTO webhook_former_secrets (webhook_id, secret, signs_until)
		SELECT id, secret, $2 FROM webhooks WHERE id = $1`, webhook, at(tx.now.Add(formerSigns)))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `DELETE FROM webhook_former_secrets WHERE webhook_id = $1 AND signs_until <= $2`, webhook, at(tx.now))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		DELETE FROM webhook_former_secrets
		WHERE webhook_id = $1
			AND id > (SELECT MIN(f.id) FROM webhook_former_secrets f WHERE f.webhook_id = $1)
			AND id < (SELECT MAX(f.id) FROM webhook_former_secrets f WHERE f.webhook_id = $1)`, webhook)
	return err
}

// formerSecrets are those that still sign, sealed, the latest first.
func (tx tx) formerSecrets(ctx context.Context, webhook ID) ([][]byte, error) {
	rows, err := tx.query(ctx, `
		SELECT secret FROM webhook_former_secrets WHERE webhook_id = $1 AND signs_until > $2 ORDER BY id DESC`, webhook, at(tx.now))
	return all(rows, err, func(row scanner) (sealed []byte, err error) { return sealed, row.Scan(&sealed) })
}
