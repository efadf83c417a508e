-- +goose Up
-- Files are found by their names: those of a drive (kind 'file') and those of
-- comments (kind 'attachment'). See 0025.
INSERT INTO search_fills (kind, version, below_id)
SELECT 'file', 1, COALESCE(MAX(id) + 1, 0) FROM files
UNION ALL SELECT 'attachment', 1, COALESCE(MAX(id) + 1, 0) FROM attachments;

CREATE TRIGGER search_file_new AFTER INSERT ON files FOR EACH ROW
EXECUTE FUNCTION search_note('file');

-- Who reads it may change where it lies.
CREATE TRIGGER search_file AFTER UPDATE OF name, audience, deleted_at ON files FOR EACH ROW
WHEN (NEW.name <> OLD.name OR NEW.audience <> OLD.audience OR NEW.deleted_at IS DISTINCT FROM OLD.deleted_at)
EXECUTE FUNCTION search_note('file');

CREATE TRIGGER search_file_gone AFTER DELETE ON files FOR EACH ROW
EXECUTE FUNCTION search_note('file');

CREATE TRIGGER search_attachment_new AFTER INSERT ON attachments FOR EACH ROW
EXECUTE FUNCTION search_note('attachment');

CREATE TRIGGER search_attachment AFTER UPDATE OF name, gone_at ON attachments FOR EACH ROW
WHEN (NEW.name <> OLD.name OR NEW.gone_at IS DISTINCT FROM OLD.gone_at)
EXECUTE FUNCTION search_note('attachment');

CREATE TRIGGER search_attachment_gone AFTER DELETE ON attachments FOR EACH ROW
EXECUTE FUNCTION search_note('attachment');
