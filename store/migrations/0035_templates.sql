-- +goose Up
-- Models that spaces are made from (S0-09): what a space was like when it was
-- saved as one, without its people and what they said.
CREATE TABLE templates (
    id         {{id}},
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL UNIQUE,
    cover      TEXT NOT NULL, -- preset:NAME or blob:HASH
    content    TEXT NOT NULL, -- settings, texts and threads, as JSON
    created_by {{int}} NOT NULL REFERENCES accounts (id),
    created_at {{int}} NOT NULL
) {{table}};
CREATE INDEX templates_cover ON templates (cover);
