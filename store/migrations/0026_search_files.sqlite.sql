-- +goose Up
-- Files are found by their names: those of a drive (kind 'file') and those of
-- comments (kind 'attachment'). See 0025.
INSERT INTO search_fills (kind, version, below_id)
SELECT 'file', 1, COALESCE(MAX(id) + 1, 0) FROM files
UNION ALL SELECT 'attachment', 1, COALESCE(MAX(id) + 1, 0) FROM attachments;

-- +goose StatementBegin
CREATE TRIGGER search_file_new AFTER INSERT ON files
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('file', NEW.id);
END;
-- +goose StatementEnd

-- Who reads it may change where it lies.
-- +goose StatementBegin
CREATE TRIGGER search_file AFTER UPDATE OF name, audience, deleted_at ON files
WHEN NEW.name <> OLD.name OR NEW.audience <> OLD.audience OR NEW.deleted_at IS NOT OLD.deleted_at
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('file', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_file_gone AFTER DELETE ON files
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('file', OLD.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_attachment_new AFTER INSERT ON attachments
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('attachment', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_attachment AFTER UPDATE OF name, gone_at ON attachments
WHEN NEW.name <> OLD.name OR NEW.gone_at IS NOT OLD.gone_at
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('attachment', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_attachment_gone AFTER DELETE ON attachments
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('attachment', OLD.id);
END;
-- +goose StatementEnd
