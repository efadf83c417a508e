-- +goose Up
-- The register of guests: who is inside and who is invited, one row each, with
-- what the list of all guests is sorted, narrowed and searched by. It follows
-- from the tables it describes and holds nothing that cannot be made again.
-- Triggers note whose row is out of date; the transaction that caused it writes
-- the row before it commits (store/register_index.go).
CREATE TABLE register (
    id            {{int}} PRIMARY KEY, -- twice the account's ID, or twice the invitation's and one
    account_id    {{int}},
    invitation_id {{int}},
    gone          {{bool}} NOT NULL, -- the account was deleted
    state         TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'deleted', 'invited', 'failed')),
    name_key      TEXT NOT NULL,
    company_key   TEXT NOT NULL,
    category      TEXT NOT NULL,
    sponsor_id    {{int}},
    space_id      {{int}}, -- that the invitation leads into
    space_count   {{int}} NOT NULL, -- of the account; -1 for an invitation
    signed_in_at  {{int}} NOT NULL, -- 0 for never
    ends_at       {{int}} NOT NULL, -- the end of the access or of the link; the largest number for none
    created_at    {{int}} NOT NULL,
    words         TEXT NOT NULL -- with a blank before each and one at the end
) {{table}};
CREATE INDEX register_name ON register (gone, name_key, id);
CREATE INDEX register_company ON register (gone, company_key, id);
CREATE INDEX register_signed_in ON register (gone, signed_in_at, id);
CREATE INDEX register_ends ON register (gone, ends_at, id);
CREATE INDEX register_created ON register (gone, created_at, id);
CREATE INDEX register_state ON register (state, ends_at, id);
CREATE INDEX register_firm ON register (company_key, id) WHERE company_key <> '';
CREATE INDEX register_sponsor ON register (sponsor_id, id);
CREATE INDEX register_category ON register (category, id) WHERE category <> '';
CREATE INDEX register_spaces ON register (space_count, id) WHERE space_count >= 0;
CREATE INDEX register_space ON register (space_id, id) WHERE space_id IS NOT NULL;

CREATE TABLE register_words (
    word     TEXT NOT NULL,
    entry_id {{int}} NOT NULL,
    PRIMARY KEY (word, entry_id)
) STRICT, WITHOUT ROWID;

-- What was done to several guests at once, for the page that tells it. It names
-- nobody but by the entry's number. Swept after a week.
CREATE TABLE guest_acts (
    id         {{id}},
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    act        TEXT NOT NULL,
    results    TEXT NOT NULL,
    created_at {{int}} NOT NULL
) {{table}};
CREATE INDEX guest_acts_created ON guest_acts (created_at);

-- Entries that are out of date.
CREATE TABLE register_stale (
    entry_id {{int}} PRIMARY KEY
) {{table}};
INSERT INTO register_stale (entry_id) SELECT 2 * id FROM accounts WHERE kind = 'guest';
INSERT INTO register_stale (entry_id) SELECT 2 * id + 1 FROM invitations WHERE status = 'pending';

-- +goose StatementBegin
CREATE TRIGGER register_account_new AFTER INSERT ON accounts
WHEN NEW.kind = 'guest'
BEGIN
    INSERT OR IGNORE INTO register_stale (entry_id) VALUES (2 * NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER register_account AFTER UPDATE OF kind, display_name, name_key, sur_name_reading, given_name_reading, company, login_key, email, category, status, ends_at, sponsor_id, last_sign_in_at ON accounts
WHEN NEW.kind = 'guest' OR OLD.kind = 'guest'
BEGIN
    INSERT OR IGNORE INTO register_stale (entry_id) VALUES (2 * NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER register_account_gone AFTER DELETE ON accounts
WHEN OLD.kind = 'guest'
BEGIN
    INSERT OR IGNORE INTO register_stale (entry_id) VALUES (2 * OLD.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER register_membership_new AFTER INSERT ON memberships
WHEN NEW.account_kind = 'guest'
BEGIN
    INSERT OR IGNORE INTO register_stale (entry_id) VALUES (2 * NEW.account_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER register_membership_gone AFTER DELETE ON memberships
WHEN OLD.account_kind = 'guest'
BEGIN
    INSERT OR IGNORE INTO register_stale (entry_id) VALUES (2 * OLD.account_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER register_invitation_new AFTER INSERT ON invitations
WHEN NEW.status = 'pending'
BEGIN
    INSERT OR IGNORE INTO register_stale (entry_id) VALUES (2 * NEW.id + 1);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER register_invitation AFTER UPDATE OF status, space_id, email, identifier, name, company, category, delivery, expires_at, inviter_id ON invitations
WHEN NEW.status <> OLD.status OR NEW.space_id IS NOT OLD.space_id OR NEW.email IS NOT OLD.email OR NEW.identifier IS NOT OLD.identifier
    OR NEW.name <> OLD.name OR NEW.company <> OLD.company OR NEW.category <> OLD.category OR NEW.expires_at <> OLD.expires_at
    OR NEW.inviter_id <> OLD.inviter_id OR (NEW.delivery = 'failed') <> (OLD.delivery = 'failed')
BEGIN
    INSERT OR IGNORE INTO register_stale (entry_id) VALUES (2 * NEW.id + 1);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER register_invitation_gone AFTER DELETE ON invitations
WHEN OLD.status = 'pending'
BEGIN
    INSERT OR IGNORE INTO register_stale (entry_id) VALUES (2 * OLD.id + 1);
END;
-- +goose StatementEnd
