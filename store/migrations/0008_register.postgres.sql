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
    name_key      TEXT COLLATE "C" NOT NULL,
    company_key   TEXT COLLATE "C" NOT NULL,
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
    word     TEXT COLLATE "C" NOT NULL,
    entry_id {{int}} NOT NULL,
    PRIMARY KEY (word, entry_id)
);

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

-- Entries that are out of date since before a start. Within a transaction a
-- setting of its own holds them: a table that all share would make them wait
-- for each other.
CREATE TABLE register_stale (
    entry_id {{int}} PRIMARY KEY
) {{table}};
INSERT INTO register_stale (entry_id) SELECT 2 * id FROM accounts WHERE kind = 'guest';
INSERT INTO register_stale (entry_id) SELECT 2 * id + 1 FROM invitations WHERE status = 'pending';

-- +goose StatementBegin
CREATE FUNCTION register_note(entry BIGINT) RETURNS VOID LANGUAGE SQL AS $$
    SELECT set_config('guesthouse.stale', COALESCE(current_setting('guesthouse.stale', TRUE), '') || ' ' || entry, TRUE)
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION register_account_new() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM register_note(2 * NEW.id);
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER register_account_new AFTER INSERT ON accounts FOR EACH ROW
WHEN (NEW.kind = 'guest')
EXECUTE FUNCTION register_account_new();

-- +goose StatementBegin
CREATE FUNCTION register_account() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM register_note(2 * NEW.id);
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER register_account AFTER UPDATE OF kind, display_name, name_key, sur_name_reading, given_name_reading, company, login_key, email, category, status, ends_at, sponsor_id, last_sign_in_at ON accounts FOR EACH ROW
WHEN (NEW.kind = 'guest' OR OLD.kind = 'guest')
EXECUTE FUNCTION register_account();

-- +goose StatementBegin
CREATE FUNCTION register_account_gone() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM register_note(2 * OLD.id);
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER register_account_gone AFTER DELETE ON accounts FOR EACH ROW
WHEN (OLD.kind = 'guest')
EXECUTE FUNCTION register_account_gone();

-- +goose StatementBegin
CREATE FUNCTION register_membership_new() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM register_note(2 * NEW.account_id);
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER register_membership_new AFTER INSERT ON memberships FOR EACH ROW
WHEN (NEW.account_kind = 'guest')
EXECUTE FUNCTION register_membership_new();

-- +goose StatementBegin
CREATE FUNCTION register_membership_gone() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM register_note(2 * OLD.account_id);
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER register_membership_gone AFTER DELETE ON memberships FOR EACH ROW
WHEN (OLD.account_kind = 'guest')
EXECUTE FUNCTION register_membership_gone();

-- +goose StatementBegin
CREATE FUNCTION register_invitation_new() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM register_note(2 * NEW.id + 1);
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER register_invitation_new AFTER INSERT ON invitations FOR EACH ROW
WHEN (NEW.status = 'pending')
EXECUTE FUNCTION register_invitation_new();

-- +goose StatementBegin
CREATE FUNCTION register_invitation() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM register_note(2 * NEW.id + 1);
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER register_invitation AFTER UPDATE OF status, space_id, email, identifier, name, company, category, delivery, expires_at, inviter_id ON invitations FOR EACH ROW
WHEN (NEW.status <> OLD.status OR NEW.space_id IS DISTINCT FROM OLD.space_id OR NEW.email IS DISTINCT FROM OLD.email OR NEW.identifier IS DISTINCT FROM OLD.identifier
    OR NEW.name <> OLD.name OR NEW.company <> OLD.company OR NEW.category <> OLD.category OR NEW.expires_at <> OLD.expires_at
    OR NEW.inviter_id <> OLD.inviter_id OR (NEW.delivery = 'failed') <> (OLD.delivery = 'failed'))
EXECUTE FUNCTION register_invitation();

-- +goose StatementBegin
CREATE FUNCTION register_invitation_gone() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM register_note(2 * OLD.id + 1);
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER register_invitation_gone AFTER DELETE ON invitations FOR EACH ROW
WHEN (OLD.status = 'pending')
EXECUTE FUNCTION register_invitation_gone();
