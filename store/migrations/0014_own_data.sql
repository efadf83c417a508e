-- +goose Up
-- What one person wrote, in order, for the export of one's own data.
CREATE INDEX comments_author ON comments (author_id, id);
CREATE INDEX threads_author ON threads (created_by, id);
