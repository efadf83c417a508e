-- +goose Up
-- API passwords and API tokens of system administrators, by which programs
-- call. Only the hash of a value is kept (SEC-T1).
CREATE TABLE api_credentials (
    id           {{id}},
    account_id   {{int}} NOT NULL REFERENCES accounts (id),
    kind         TEXT NOT NULL CHECK (kind IN ('password', 'token')),
    name         TEXT NOT NULL,
    value_hash   {{bytes}} NOT NULL UNIQUE,
    hint         TEXT NOT NULL, -- how the value ends, so that people can tell several apart
    scopes       TEXT NOT NULL, -- which calls it may make: words with blanks between them
    created_at   {{int}} NOT NULL,
    expires_at   {{int}} NOT NULL,
    last_used_at {{int}},
    last_client  TEXT NOT NULL DEFAULT '',
    revoked_at   {{int}}
) {{table}};
CREATE INDEX api_credentials_account ON api_credentials (account_id);
CREATE INDEX api_credentials_expires ON api_credentials (expires_at);
CREATE INDEX api_credentials_revoked ON api_credentials (revoked_at) WHERE revoked_at IS NOT NULL;

-- The clients that each of them was used from: a new one is in the audit log.
CREATE TABLE api_credential_clients (
    credential_id {{int}} NOT NULL REFERENCES api_credentials (id) ON DELETE CASCADE,
    client        TEXT NOT NULL,
    first_at      {{int}} NOT NULL,
    PRIMARY KEY (credential_id, client)
) {{table}};
