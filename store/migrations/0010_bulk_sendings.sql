-- +goose Up
-- Lists of guests that were read and wait for the word to send them.
CREATE TABLE bulk_sendings (
    id         {{id}},
    space_id   {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    list       TEXT NOT NULL, -- how it was read, its rows, and once it was sent what became of each
    created_at {{int}} NOT NULL,
    sent_at    {{int}}
) {{table}};
CREATE INDEX bulk_sendings_space ON bulk_sendings (space_id);
CREATE INDEX bulk_sendings_created ON bulk_sendings (created_at);
