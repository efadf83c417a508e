-- +goose Up
-- SEC-A2: what must hold even against a direct statement.

-- +goose StatementBegin
CREATE FUNCTION spaces_guard() RETURNS trigger AS $$
BEGIN
    IF NEW.kind <> OLD.kind THEN
        RAISE EXCEPTION 'the kind of a space is fixed';
    END IF;
    IF OLD.multi_thread AND NOT NEW.multi_thread THEN
        RAISE EXCEPTION 'multiple threads cannot be reverted';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
-- +goose StatementEnd
CREATE TRIGGER spaces_guard BEFORE UPDATE ON spaces FOR EACH ROW EXECUTE FUNCTION spaces_guard();

-- +goose StatementBegin
CREATE FUNCTION memberships_guard() RETURNS trigger AS $$
BEGIN
    IF OLD.role = 'administrator'
        AND EXISTS (SELECT 1 FROM spaces WHERE id = OLD.space_id)
        AND NOT EXISTS (SELECT 1 FROM memberships WHERE space_id = OLD.space_id AND role = 'administrator') THEN
        RAISE EXCEPTION 'a space needs an administrator';
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
-- +goose StatementEnd
CREATE TRIGGER memberships_guard AFTER UPDATE OR DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION memberships_guard();

-- +goose StatementBegin
CREATE FUNCTION audit_guard() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$ LANGUAGE plpgsql;
-- +goose StatementEnd
CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_guard();

-- Lists of people keep the order of the names.
-- +goose StatementBegin
CREATE FUNCTION accounts_rename() RETURNS trigger AS $$
BEGIN
    UPDATE memberships SET name_key = NEW.name_key WHERE account_id = NEW.id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
-- +goose StatementEnd
CREATE TRIGGER accounts_rename AFTER UPDATE OF name_key ON accounts
FOR EACH ROW WHEN (NEW.name_key <> OLD.name_key) EXECUTE FUNCTION accounts_rename();
