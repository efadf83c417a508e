-- +goose Up
-- Terms of use that guests accept (beyond 12). A version is never changed.
CREATE TABLE terms (
    version      {{int}} PRIMARY KEY,
    published_by {{int}} REFERENCES accounts (id), -- NULL for the command line
    published_at {{int}} NOT NULL
) {{table}};
CREATE TABLE terms_texts (
    version   {{int}} NOT NULL REFERENCES terms (version),
    locale    TEXT NOT NULL,
    body      TEXT NOT NULL,
    body_html TEXT NOT NULL,
    PRIMARY KEY (version, locale)
) {{table}};
CREATE TABLE terms_acceptances (
    id             {{id}},
    version        {{int}} NOT NULL REFERENCES terms (version),
    account_id     {{int}} NOT NULL REFERENCES accounts (id),
    locale         TEXT NOT NULL, -- of the text that was shown
    client_address TEXT NOT NULL,
    accepted_at    {{int}} NOT NULL,
    UNIQUE (account_id, version)
) {{table}};
CREATE INDEX terms_acceptances_version ON terms_acceptances (version, id);

-- The version that is asked for, 0 for none; and the newest that somebody accepted.
ALTER TABLE environment ADD COLUMN terms_version {{int}} NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN terms_version {{int}} NOT NULL DEFAULT 0;
