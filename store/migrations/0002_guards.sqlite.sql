-- +goose Up
-- SEC-A2: what must hold even against a direct statement.

-- +goose StatementBegin
CREATE TRIGGER spaces_kind_is_fixed BEFORE UPDATE OF kind ON spaces
WHEN NEW.kind <> OLD.kind
BEGIN
    SELECT RAISE(ABORT, 'the kind of a space is fixed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER spaces_multi_thread_stays BEFORE UPDATE OF multi_thread ON spaces
WHEN OLD.multi_thread AND NOT NEW.multi_thread
BEGIN
    SELECT RAISE(ABORT, 'multiple threads cannot be reverted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER memberships_keep_administrator_on_delete AFTER DELETE ON memberships
WHEN OLD.role = 'administrator'
    AND EXISTS (SELECT 1 FROM spaces WHERE id = OLD.space_id)
    AND NOT EXISTS (SELECT 1 FROM memberships WHERE space_id = OLD.space_id AND role = 'administrator')
BEGIN
    SELECT RAISE(ABORT, 'a space needs an administrator');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER memberships_keep_administrator_on_update AFTER UPDATE OF role ON memberships
WHEN OLD.role = 'administrator' AND NEW.role <> 'administrator'
    AND NOT EXISTS (SELECT 1 FROM memberships WHERE space_id = OLD.space_id AND role = 'administrator')
BEGIN
    SELECT RAISE(ABORT, 'a space needs an administrator');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd

-- Lists of people keep the order of the names.
-- +goose StatementBegin
CREATE TRIGGER accounts_rename AFTER UPDATE OF name_key ON accounts
WHEN NEW.name_key <> OLD.name_key
BEGIN
    UPDATE memberships SET name_key = NEW.name_key WHERE account_id = NEW.id;
END;
-- +goose StatementEnd
