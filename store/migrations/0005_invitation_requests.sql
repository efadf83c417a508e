-- +goose Up
-- What somebody would send and must have approved first (C5): one row per address.
CREATE TABLE invitation_requests (
    id             {{id}},
    space_id       {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    requester_id   {{int}} NOT NULL REFERENCES accounts (id),
    email          TEXT,                             -- none for a guest without e-mail who was picked
    account_id     {{int}} REFERENCES accounts (id), -- the guest who was picked, or none
    name           TEXT NOT NULL DEFAULT '',
    company        TEXT NOT NULL DEFAULT '',
    category       TEXT NOT NULL DEFAULT '',
    subject        TEXT NOT NULL DEFAULT '',
    message        TEXT NOT NULL DEFAULT '',
    role           TEXT NOT NULL CHECK (role IN ('editor', 'reader')),
    access_days    {{int}},
    access_ends_at {{int}},
    locale         TEXT NOT NULL,
    state          TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'approved', 'refused', 'withdrawn')),
    decided_by     {{int}} REFERENCES accounts (id),
    decided_at     {{int}},
    reason         TEXT NOT NULL DEFAULT '',
    created_at     {{int}} NOT NULL,
    CHECK (email IS NOT NULL OR account_id IS NOT NULL)
) {{table}};
-- One live request per space and address, and per space and guest.
CREATE UNIQUE INDEX invitation_requests_live ON invitation_requests (space_id, email) WHERE state = 'waiting' AND email IS NOT NULL;
CREATE UNIQUE INDEX invitation_requests_live_guest ON invitation_requests (space_id, account_id) WHERE state = 'waiting' AND account_id IS NOT NULL;
CREATE INDEX invitation_requests_waiting ON invitation_requests (space_id, id) WHERE state = 'waiting';
CREATE INDEX invitation_requests_oldest ON invitation_requests (id) WHERE state = 'waiting';
CREATE INDEX invitation_requests_own ON invitation_requests (space_id, requester_id, id);
CREATE INDEX invitation_requests_email ON invitation_requests (email);
CREATE INDEX invitation_requests_account ON invitation_requests (account_id) WHERE account_id IS NOT NULL;
