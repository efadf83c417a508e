-- +goose Up
-- Calls of programs that were carried out under a key of theirs, so that one
-- that is sent again has no second effect.
CREATE TABLE calls_once (
    account_id   {{int}} NOT NULL REFERENCES accounts (id),
    key_hash     {{bytes}} NOT NULL,
    request_mark {{bytes}} NOT NULL, -- of what the call said
    made_id      {{int}}, -- what it made, for the answer
    expires_at   {{int}} NOT NULL,
    PRIMARY KEY (account_id, key_hash)
) {{table}};
CREATE INDEX calls_once_expires ON calls_once (expires_at);
