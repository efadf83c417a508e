-- +goose Up
-- What a guest was before a deletion was planned, for whoever undoes it (C8).
ALTER TABLE accounts ADD COLUMN undo_cause TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN undo_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN undo_at {{int}};

-- Addresses that somebody had before (S2-13): whoever tries one is told from a stranger.
CREATE TABLE former_addresses (
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    email      TEXT NOT NULL,
    until_at   {{int}} NOT NULL,
    PRIMARY KEY (account_id, email)
) {{table}};
-- Of those who are gone: for whoever asks about an address that nobody has any more.
CREATE INDEX accounts_former_login ON accounts (login_key, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX invitations_account ON invitations (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX former_addresses_email ON former_addresses (email, until_at);

-- The audit log stays append-only, but for one thing: what an entry says of a
-- person who was erased can be blanked. The entry itself stays.
DROP TRIGGER audit_is_append_only_update;
-- +goose StatementBegin
CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
WHEN NOT (
    NEW.id = OLD.id AND NEW.action = OLD.action AND NEW.actor_id IS OLD.actor_id
    AND NEW.account_id IS OLD.account_id AND NEW.space_id IS OLD.space_id
    AND NEW.request_id = OLD.request_id AND NEW.created_at = OLD.created_at
    AND NEW.subject IN (OLD.subject, '') AND NEW.reason IN (OLD.reason, '')
    AND NEW.details IN (OLD.details, '{}') AND NEW.client_address IN (OLD.client_address, '')
    AND (
        EXISTS (SELECT 1 FROM accounts e WHERE e.id = OLD.account_id AND e.erased_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM accounts e WHERE e.id = OLD.actor_id AND e.erased_at IS NOT NULL)
        OR OLD.account_id IS NULL AND EXISTS (
            SELECT 1 FROM former_addresses f
            JOIN accounts e ON e.id = f.account_id
            WHERE f.email = OLD.subject AND e.erased_at IS NOT NULL AND OLD.created_at <= e.deleted_at)
    )
)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd
