-- +goose Up
-- {{id}}, {{int}}, {{bool}}, {{bytes}} and {{table}} are spelled by dialect.go.
-- Times are Unix milliseconds in columns that end in _at; NULL is "none".

CREATE TABLE environment (
    id         {{int}} PRIMARY KEY CHECK (id = 1),
    name       TEXT NOT NULL,
    preset     TEXT NOT NULL,
    settings   TEXT NOT NULL DEFAULT '{}',
    locale     TEXT NOT NULL DEFAULT 'en',
    timezone   TEXT NOT NULL DEFAULT 'UTC',
    created_at {{int}} NOT NULL
) {{table}};

CREATE TABLE accounts (
    id                      {{id}},
    kind                    TEXT NOT NULL CHECK (kind IN ('member', 'guest')),
    login_key               TEXT NOT NULL,
    email                   TEXT,
    display_name            TEXT NOT NULL,
    name_key                TEXT NOT NULL,
    sur_name_reading        TEXT NOT NULL DEFAULT '',
    given_name_reading      TEXT NOT NULL DEFAULT '',
    company                 TEXT NOT NULL DEFAULT '',
    division                TEXT NOT NULL DEFAULT '',
    phone                   TEXT NOT NULL DEFAULT '',
    callto                  TEXT NOT NULL DEFAULT '',
    picture                 TEXT NOT NULL DEFAULT '',
    locale                  TEXT NOT NULL DEFAULT 'auto',
    timezone                TEXT NOT NULL DEFAULT 'UTC',
    password_hash           TEXT NOT NULL DEFAULT '',
    must_change_password    {{bool}} NOT NULL DEFAULT FALSE,
    weak_password           {{bool}} NOT NULL DEFAULT FALSE,
    system_admin            {{bool}} NOT NULL DEFAULT FALSE,
    may_create_guest_spaces {{bool}} NOT NULL DEFAULT FALSE,
    status                  TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'deleted')),
    status_reason           TEXT NOT NULL DEFAULT '',
    status_at               {{int}},
    ends_at                 {{int}},
    sponsor_id              {{int}} REFERENCES accounts (id),
    last_sign_in_at         {{int}},
    created_at              {{int}} NOT NULL,
    deleted_at              {{int}},
    UNIQUE (id, kind),
    -- SEC-A2, S4-23: a guest is never an administrator.
    CHECK (kind = 'member' OR (NOT system_admin AND NOT may_create_guest_spaces))
) {{table}};
-- Deleting frees the address (S2-08).
CREATE UNIQUE INDEX accounts_login ON accounts (login_key) WHERE deleted_at IS NULL;
CREATE INDEX accounts_kind_name ON accounts (kind, name_key, id);
CREATE INDEX accounts_administrators ON accounts (id) WHERE system_admin;
CREATE INDEX accounts_ends ON accounts (ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX accounts_picture ON accounts (picture) WHERE picture <> '';
CREATE INDEX accounts_kind_status ON accounts (kind, status, name_key, id);

CREATE TABLE spaces (
    id               {{id}},
    kind             TEXT NOT NULL CHECK (kind IN ('guest', 'open', 'private', 'secret')),
    name             TEXT NOT NULL,
    name_key         TEXT NOT NULL,
    body             TEXT NOT NULL DEFAULT '',
    body_html        TEXT NOT NULL DEFAULT '',
    cover            TEXT NOT NULL DEFAULT 'preset:harbour',
    multi_thread     {{bool}} NOT NULL DEFAULT FALSE,
    fixed_membership {{bool}} NOT NULL DEFAULT FALSE,
    publishing       TEXT NOT NULL DEFAULT 'everyone' CHECK (publishing IN ('everyone', 'administrators')),
    settings         TEXT NOT NULL DEFAULT '{}',
    member_count     {{int}} NOT NULL DEFAULT 0,
    guest_count      {{int}} NOT NULL DEFAULT 0,
    thread_count     {{int}} NOT NULL DEFAULT 0,
    -- How much was ever written here; a membership keeps how much of it was seen.
    activity_count   {{int}} NOT NULL DEFAULT 0,
    last_comment_id  {{int}},
    -- Goes up with each change of the settings, so that nobody overwrites what they have not seen.
    version          {{int}} NOT NULL DEFAULT 1,
    created_by       {{int}} NOT NULL REFERENCES accounts (id),
    created_at       {{int}} NOT NULL,
    updated_at       {{int}} NOT NULL,
    active_at        {{int}} NOT NULL
) {{table}};
CREATE INDEX spaces_kind_name ON spaces (kind, name_key, id);
CREATE INDEX spaces_name ON spaces (name_key, id);
CREATE INDEX spaces_cover ON spaces (cover);

CREATE TABLE memberships (
    space_id     {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    account_id   {{int}} NOT NULL,
    account_kind TEXT NOT NULL,
    name_key     TEXT NOT NULL, -- of the account, for lists in order; a trigger follows renaming
    role         TEXT NOT NULL CHECK (role IN ('administrator', 'editor', 'reader')),
    ends_at      {{int}},
    favourite    {{bool}} NOT NULL DEFAULT FALSE,
    seen_at      {{int}} NOT NULL,
    seen_count   {{int}} NOT NULL DEFAULT 0,
    joined_at    {{int}} NOT NULL,
    added_by     {{int}} REFERENCES accounts (id),
    PRIMARY KEY (space_id, account_id),
    FOREIGN KEY (account_id, account_kind) REFERENCES accounts (id, kind) ON UPDATE CASCADE,
    -- SEC-A2, S3-05, S4-24: a guest is never a space administrator.
    CHECK (account_kind = 'member' OR role <> 'administrator')
) {{table}};
CREATE INDEX memberships_account ON memberships (account_id, space_id);
CREATE INDEX memberships_ends ON memberships (space_id, ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX memberships_name ON memberships (space_id, account_kind, name_key, account_id);

CREATE TABLE join_requests (
    space_id   {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    created_at {{int}} NOT NULL,
    PRIMARY KEY (space_id, account_id)
) {{table}};
CREATE INDEX join_requests_space ON join_requests (space_id, created_at, account_id);

CREATE TABLE invitations (
    id             {{id}},
    space_id       {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    email          TEXT NOT NULL,
    subject        TEXT NOT NULL,
    message        TEXT NOT NULL,
    role           TEXT NOT NULL CHECK (role IN ('editor', 'reader')),
    access_days    {{int}},
    access_ends_at {{int}},
    locale         TEXT NOT NULL,
    inviter_id     {{int}} NOT NULL REFERENCES accounts (id),
    status         TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'declined', 'cancelled')),
    account_id     {{int}} REFERENCES accounts (id),
    delivery       TEXT NOT NULL DEFAULT 'queued' CHECK (delivery IN ('queued', 'sent', 'deferred', 'failed', 'dropped')),
    delivery_reply TEXT NOT NULL DEFAULT '',
    renewal_at     {{int}}, -- when somebody asked for a new link
    expiry_noted   {{bool}} NOT NULL DEFAULT FALSE, -- the audit log tells that it expired
    created_at     {{int}} NOT NULL,
    sent_at        {{int}},
    expires_at     {{int}} NOT NULL,
    closed_at      {{int}}
) {{table}};
-- SEC-A2: one live invitation per space and address.
CREATE UNIQUE INDEX invitations_live ON invitations (space_id, email) WHERE status = 'pending';
CREATE INDEX invitations_due ON invitations (expires_at) WHERE status = 'pending';
-- For what ends soon; only a query that says expires_at > 0 means it.
CREATE INDEX invitations_ending ON invitations (space_id, expires_at) WHERE status = 'pending' AND expires_at > 0;
CREATE INDEX invitations_space ON invitations (space_id, status, id);
CREATE INDEX invitations_email ON invitations (email, status);
CREATE INDEX invitations_expiry ON invitations (expires_at) WHERE status = 'pending' AND NOT expiry_noted;

-- Every link ever mailed for an invitation: only the newest is live, the
-- others still tell whom to ask for a new one (S2-03, S2-12).
CREATE TABLE invitation_tokens (
    token_hash    {{bytes}} PRIMARY KEY,
    invitation_id {{int}} NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    nonce         {{bytes}} NOT NULL,
    created_at    {{int}} NOT NULL,
    ended_at      {{int}}
) {{table}};
CREATE INDEX invitation_tokens_invitation ON invitation_tokens (invitation_id);

-- One row per use of the Invite Guests dialog: what became of each address that
-- was typed, for the page that tells it. Swept after a week.
CREATE TABLE sendings (
    id         {{id}},
    space_id   {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    results    TEXT NOT NULL,
    created_at {{int}} NOT NULL
) {{table}};
CREATE INDEX sendings_space ON sendings (space_id);
CREATE INDEX sendings_created ON sendings (created_at);

-- Single-use links of accounts, and the setup code (account_id NULL).
CREATE TABLE tokens (
    token_hash {{bytes}} PRIMARY KEY,
    purpose    TEXT NOT NULL,
    account_id {{int}} REFERENCES accounts (id),
    attempts   {{int}} NOT NULL DEFAULT 0,
    created_at {{int}} NOT NULL,
    expires_at {{int}} NOT NULL,
    used_at    {{int}}
) {{table}};
CREATE INDEX tokens_expires ON tokens (expires_at);
CREATE INDEX tokens_account ON tokens (account_id, purpose);

CREATE TABLE sessions (
    id               {{id}},
    token_hash       {{bytes}} NOT NULL UNIQUE,
    account_id       {{int}} NOT NULL REFERENCES accounts (id),
    stage            TEXT NOT NULL CHECK (stage IN ('verification', 'full')),
    keep             {{bool}} NOT NULL DEFAULT FALSE,
    next             TEXT NOT NULL DEFAULT '',
    client_address   TEXT NOT NULL DEFAULT '',
    user_agent       TEXT NOT NULL DEFAULT '',
    authenticated_at {{int}} NOT NULL,
    created_at       {{int}} NOT NULL,
    seen_at          {{int}} NOT NULL,
    expires_at       {{int}} NOT NULL
) {{table}};
CREATE INDEX sessions_account ON sessions (account_id, seen_at);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE verifications (
    id         {{id}},
    session_id {{int}} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    purpose    TEXT NOT NULL,
    code_hash  {{bytes}} NOT NULL,
    attempts   {{int}} NOT NULL DEFAULT 0,
    created_at {{int}} NOT NULL,
    sent_at    {{int}},
    expires_at {{int}} NOT NULL,
    used_at    {{int}}
) {{table}};
CREATE INDEX verifications_session ON verifications (session_id, id);
CREATE INDEX verifications_account ON verifications (account_id, created_at);

CREATE TABLE throttles (
    bucket     TEXT PRIMARY KEY,
    count      {{int}} NOT NULL,
    started_at {{int}} NOT NULL,
    until_at   {{int}} NOT NULL,
    expires_at {{int}} NOT NULL
) {{table}};
CREATE INDEX throttles_expires ON throttles (expires_at);

CREATE TABLE threads (
    id            {{id}},
    space_id      {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    body          TEXT NOT NULL DEFAULT '',
    body_html     TEXT NOT NULL DEFAULT '',
    comment_count {{int}} NOT NULL DEFAULT 0,
    last_comment_id {{int}},
    created_by    {{int}} NOT NULL REFERENCES accounts (id),
    created_at    {{int}} NOT NULL,
    active_at     {{int}} NOT NULL
) {{table}};
CREATE INDEX threads_space ON threads (space_id, active_at, id);

CREATE TABLE comments (
    id         {{id}},
    thread_id  {{int}} NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    author_id  {{int}} NOT NULL REFERENCES accounts (id),
    body       TEXT NOT NULL,
    body_html  TEXT NOT NULL,
    excerpt    TEXT NOT NULL, -- the first words, without marks
    renderer   {{int}} NOT NULL,
    created_at {{int}} NOT NULL,
    edited_at  {{int}},
    deleted_at {{int}},
    deleted_by {{int}} REFERENCES accounts (id)
) {{table}};
CREATE INDEX comments_thread ON comments (thread_id, id);
-- What was deleted and still holds its words, until the sweep.
CREATE INDEX comments_deleted ON comments (deleted_at) WHERE deleted_at IS NOT NULL AND body <> '';

CREATE TABLE outbox (
    id              {{id}},
    kind            TEXT NOT NULL,
    lane            {{int}} NOT NULL,
    recipient       TEXT NOT NULL,
    account_id      {{int}} REFERENCES accounts (id),
    space_id        {{int}},
    invitation_id   {{int}},
    verification_id {{int}},
    token_hash      {{bytes}},
    locale          TEXT NOT NULL,
    timezone        TEXT NOT NULL,
    message_id      TEXT NOT NULL UNIQUE,
    reply_to        TEXT NOT NULL DEFAULT '',
    data            TEXT NOT NULL,
    sealed          {{bytes}},
    state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'refused', 'dropped', 'cancelled', 'held')),
    attempts        {{int}} NOT NULL DEFAULT 0,
    reply           TEXT NOT NULL DEFAULT '',
    created_at      {{int}} NOT NULL,
    next_try_at     {{int}} NOT NULL,
    lease_until_at  {{int}},
    give_up_at      {{int}} NOT NULL,
    closed_at       {{int}}
) {{table}};
CREATE INDEX outbox_due ON outbox (lane, next_try_at, id) WHERE state = 'queued';
CREATE INDEX outbox_state ON outbox (state, id);
CREATE INDEX outbox_closed ON outbox (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX outbox_account ON outbox (account_id, id);
CREATE INDEX outbox_invitation ON outbox (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX outbox_passwords ON outbox (created_at) WHERE kind = 'welcome' AND sealed IS NOT NULL;

CREATE TABLE audit (
    id             {{id}},
    action         TEXT NOT NULL,
    actor_id       {{int}},
    account_id     {{int}},
    space_id       {{int}},
    subject        TEXT NOT NULL DEFAULT '',
    reason         TEXT NOT NULL DEFAULT '',
    details        TEXT NOT NULL DEFAULT '{}',
    client_address TEXT NOT NULL DEFAULT '',
    request_id     TEXT NOT NULL DEFAULT '',
    created_at     {{int}} NOT NULL
) {{table}};
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_actor ON audit (actor_id, id);
CREATE INDEX audit_account ON audit (account_id, id);
CREATE INDEX audit_space ON audit (space_id, id);
CREATE INDEX audit_subject ON audit (subject, id);
CREATE INDEX audit_created ON audit (created_at, id);

CREATE TABLE blobs (
    hash       TEXT PRIMARY KEY,
    size_bytes {{int}} NOT NULL,
    type       TEXT NOT NULL,
    created_at {{int}} NOT NULL
) {{table}};

CREATE TABLE leases (
    name     TEXT PRIMARY KEY,
    holder   TEXT NOT NULL,
    until_at {{int}} NOT NULL
) {{table}};
