-- +goose Up
-- Secrets of webhooks that were renewed. Each signs for a day: a receiver that was
-- not told of one renewal before the next came has still the one from before both.
CREATE TABLE webhook_former_secrets (
    id          {{id}},
    webhook_id  {{int}} NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    secret      {{bytes}} NOT NULL, -- sealed
    signs_until {{int}} NOT NULL
) {{table}};
CREATE INDEX webhook_former_secrets_webhook ON webhook_former_secrets (webhook_id, id);
CREATE INDEX webhook_former_secrets_until ON webhook_former_secrets (signs_until);

INSERT INTO webhook_former_secrets (webhook_id, secret, signs_until)
SELECT id, former_secret, former_until FROM webhooks WHERE former_secret IS NOT NULL AND former_until IS NOT NULL;
ALTER TABLE webhooks DROP COLUMN former_secret;
ALTER TABLE webhooks DROP COLUMN former_until;

-- The log of a webhook by what became of the deliveries.
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (webhook_id, state, id);
