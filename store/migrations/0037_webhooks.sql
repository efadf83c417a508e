-- +goose Up
-- Addresses of programs that are told what happens to guests. What changes with
-- each delivery is a table of its own: whoever causes an event reads this one,
-- and must not wait for who delivers.
CREATE TABLE webhooks (
    id               {{id}},
    name             TEXT NOT NULL,
    url              TEXT NOT NULL,
    events           TEXT NOT NULL, -- the types that it is told of, with spaces between
    enabled          {{bool}} NOT NULL,
    off_reason       TEXT NOT NULL DEFAULT '', -- gone or failing, where it was not switched off by hand
    off_at           {{int}},
    secret           {{bytes}} NOT NULL, -- sealed
    secret_made_at   {{int}} NOT NULL,
    secret_made_by   {{int}} NOT NULL REFERENCES accounts (id),
    former_secret    {{bytes}}, -- sealed; signs beside the new one for a day
    former_until     {{int}},
    created_by       {{int}} NOT NULL REFERENCES accounts (id),
    created_at       {{int}} NOT NULL
) {{table}};

CREATE TABLE webhook_health (
    webhook_id      {{int}} PRIMARY KEY REFERENCES webhooks (id) ON DELETE CASCADE,
    last_success_at {{int}},
    last_failure_at {{int}},
    failures        {{int}} NOT NULL DEFAULT 0, -- in a row
    rests_until     {{int}} -- nothing is sent before
) {{table}};

-- What happened, as it is sent to each webhook that wants to know.
CREATE TABLE webhook_events (
    id         {{id}},
    message_id TEXT NOT NULL UNIQUE, -- the same at each try and to each receiver
    type       TEXT NOT NULL,
    guest_id   {{int}},
    guest_code TEXT NOT NULL DEFAULT '',
    actor_id   {{int}},
    payload    TEXT NOT NULL,
    created_at {{int}} NOT NULL
) {{table}};
CREATE INDEX webhook_events_created ON webhook_events (created_at);
CREATE INDEX webhook_events_guest ON webhook_events (guest_id) WHERE guest_id IS NOT NULL;
CREATE INDEX webhook_events_actor ON webhook_events (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX webhook_events_code ON webhook_events (guest_code) WHERE guest_id IS NULL;

CREATE TABLE webhook_deliveries (
    id             {{id}},
    webhook_id     {{int}} NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id       {{int}} NOT NULL REFERENCES webhook_events (id) ON DELETE CASCADE,
    state          TEXT NOT NULL, -- waiting, delivered, failed
    attempts       {{int}} NOT NULL DEFAULT 0, -- claims in all: the fence of the lease
    tries          {{int}} NOT NULL DEFAULT 0, -- since it was begun
    begun_at       {{int}} NOT NULL, -- when it was made or sent again
    next_try_at    {{int}} NOT NULL,
    give_up_at     {{int}} NOT NULL,
    lease_until_at {{int}},
    closed_at      {{int}},
    UNIQUE (webhook_id, event_id)
) {{table}};
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_try_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_leased ON webhook_deliveries (webhook_id, lease_until_at) WHERE lease_until_at IS NOT NULL;
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_id, closed_at) WHERE state = 'failed';
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);

CREATE TABLE webhook_tries (
    id          {{id}},
    delivery_id {{int}} NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    tried_at    {{int}} NOT NULL,
    duration_ms {{int}} NOT NULL,
    status      {{int}} NOT NULL, -- of the answer; 0 for none
    reason      TEXT NOT NULL -- one of our words; never what the receiver wrote
) {{table}};
CREATE INDEX webhook_tries_delivery ON webhook_tries (delivery_id, id);
