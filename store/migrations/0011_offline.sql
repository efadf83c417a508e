-- +goose Up
-- The second step of who has no mailbox (C10).
CREATE TABLE authenticators (
    account_id  {{int}} PRIMARY KEY REFERENCES accounts (id),
    factor      TEXT NOT NULL CHECK (factor IN ('totp', 'printed_codes')),
    sealed      {{bytes}},                 -- the key of a TOTP, sealed with the environment's key
    last_step   {{int}} NOT NULL DEFAULT 0, -- of the newest TOTP code that was used
    enrolled_at {{int}} NOT NULL
) {{table}};
-- What the page offers that enrols, until a code of it confirms that it was kept.
CREATE TABLE enrolments (
    account_id {{int}} PRIMARY KEY REFERENCES accounts (id),
    factor     TEXT NOT NULL CHECK (factor IN ('totp', 'printed_codes')),
    sealed     {{bytes}} NOT NULL,
    created_at {{int}} NOT NULL
) {{table}};
CREATE TABLE printed_codes (
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    code_hash  {{bytes}} NOT NULL,
    used_at    {{int}},
    PRIMARY KEY (account_id, code_hash)
) {{table}};

-- Browsers that need not give a code for some days (C11).
CREATE TABLE remembered_browsers (
    id             {{id}},
    token_hash     {{bytes}} NOT NULL UNIQUE,
    account_id     {{int}} NOT NULL REFERENCES accounts (id),
    client_address TEXT NOT NULL,
    user_agent     TEXT NOT NULL,
    created_at     {{int}} NOT NULL,
    expires_at     {{int}} NOT NULL
) {{table}};
CREATE INDEX remembered_browsers_account ON remembered_browsers (account_id, created_at);
CREATE INDEX remembered_browsers_expires ON remembered_browsers (expires_at);

-- From it the link can be made again for the page that an administrator prints.
ALTER TABLE tokens ADD COLUMN nonce {{bytes}};
