-- +goose Up
-- What governing guests for years needs to know of an account and of a place.
ALTER TABLE accounts ADD COLUMN category TEXT NOT NULL DEFAULT ''
    CHECK (category IN ('', 'customer', 'partner', 'coworker', 'freelancer')); -- S4-26
-- Why it is suspended: by hand, by a review, for being in no space, or until it is deleted (C8).
ALTER TABLE accounts ADD COLUMN suspended_for TEXT NOT NULL DEFAULT ''
    CHECK (suspended_for IN ('', 'hand', 'review', 'no_space', 'deletion'));
ALTER TABLE accounts ADD COLUMN ends_days {{int}};  -- the period that ends_at was set by, or none
ALTER TABLE accounts ADD COLUMN delete_at {{int}};  -- when the grace period of a deletion is over
ALTER TABLE accounts ADD COLUMN erased_at {{int}};
ALTER TABLE accounts ADD COLUMN version {{int}} NOT NULL DEFAULT 1; -- goes up with each change by an administrator
ALTER TABLE memberships ADD COLUMN ends_days {{int}};
CREATE INDEX accounts_deletion ON accounts (delete_at) WHERE delete_at IS NOT NULL;
CREATE INDEX accounts_sponsor ON accounts (sponsor_id) WHERE sponsor_id IS NOT NULL;

-- An invitation may lead into no space (S3-07) and go to nobody's mailbox (S4-25).
CREATE TABLE invitations_new (
    id             {{id}},
    space_id       {{int}} REFERENCES spaces (id) ON DELETE CASCADE,
    email          TEXT,
    identifier     TEXT, -- the login of a guest without e-mail
    name           TEXT NOT NULL DEFAULT '', -- what the inviter knows of the guest
    company        TEXT NOT NULL DEFAULT '',
    category       TEXT NOT NULL DEFAULT '',
    subject        TEXT NOT NULL,
    message        TEXT NOT NULL,
    role           TEXT NOT NULL CHECK (role IN ('editor', 'reader')),
    access_days    {{int}},
    access_ends_at {{int}},
    locale         TEXT NOT NULL,
    inviter_id     {{int}} NOT NULL REFERENCES accounts (id),
    status         TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'declined', 'cancelled')),
    account_id     {{int}} REFERENCES accounts (id),
    delivery       TEXT NOT NULL DEFAULT 'queued' CHECK (delivery IN ('queued', 'sent', 'deferred', 'failed', 'dropped', 'none')),
    delivery_reply TEXT NOT NULL DEFAULT '',
    renewal_at     {{int}},
    expiry_noted   {{bool}} NOT NULL DEFAULT FALSE,
    created_at     {{int}} NOT NULL,
    sent_at        {{int}},
    expires_at     {{int}} NOT NULL,
    closed_at      {{int}},
    CHECK ((email IS NULL) <> (identifier IS NULL))
) {{table}};
INSERT INTO invitations_new (
    id, space_id, email, subject, message, role, access_days, access_ends_at, locale, inviter_id, status, account_id,
    delivery, delivery_reply, renewal_at, expiry_noted, created_at, sent_at, expires_at, closed_at)
SELECT id, space_id, email, subject, message, role, access_days, access_ends_at, locale, inviter_id, status, account_id,
    delivery, delivery_reply, renewal_at, expiry_noted, created_at, sent_at, expires_at, closed_at
FROM invitations;
-- IDs are never used again, also those of rows that are gone.
DELETE FROM sqlite_sequence WHERE name = 'invitations_new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'invitations_new', seq FROM sqlite_sequence WHERE name = 'invitations';

CREATE TABLE invitation_tokens_new (
    token_hash    {{bytes}} PRIMARY KEY,
    invitation_id {{int}} NOT NULL REFERENCES invitations_new (id) ON DELETE CASCADE,
    nonce         {{bytes}} NOT NULL,
    created_at    {{int}} NOT NULL,
    ended_at      {{int}}
) {{table}};
INSERT INTO invitation_tokens_new SELECT token_hash, invitation_id, nonce, created_at, ended_at FROM invitation_tokens;

DROP TABLE invitation_tokens;
DROP TABLE invitations;
ALTER TABLE invitations_new RENAME TO invitations;
ALTER TABLE invitation_tokens_new RENAME TO invitation_tokens;
-- SEC-A2: one live invitation per space and address.
CREATE UNIQUE INDEX invitations_live ON invitations (space_id, email) WHERE status = 'pending';
CREATE UNIQUE INDEX invitations_live_nowhere ON invitations (email) WHERE status = 'pending' AND space_id IS NULL;
CREATE UNIQUE INDEX invitations_live_identifier ON invitations (identifier) WHERE status = 'pending' AND identifier IS NOT NULL;
CREATE INDEX invitations_due ON invitations (expires_at) WHERE status = 'pending';
-- For what ends soon; only a query that says expires_at > 0 means it.
CREATE INDEX invitations_ending ON invitations (space_id, expires_at) WHERE status = 'pending' AND expires_at > 0;
CREATE INDEX invitations_space ON invitations (space_id, status, id);
CREATE INDEX invitations_email ON invitations (email, status);
CREATE INDEX invitations_expiry ON invitations (expires_at) WHERE status = 'pending' AND NOT expiry_noted;
CREATE INDEX invitation_tokens_invitation ON invitation_tokens (invitation_id);
