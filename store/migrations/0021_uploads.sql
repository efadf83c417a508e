-- +goose Up
-- How much the files of a space take, and uploads that wait to be used.

ALTER TABLE spaces ADD COLUMN stored_bytes {{int}} NOT NULL DEFAULT 0;

-- A file that somebody is sending or has sent, before it stands anywhere. Only
-- its owner sees it. It counts in its space; after three days it is swept.
CREATE TABLE uploads (
    id             {{id}},
    space_id       {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    account_id     {{int}} NOT NULL REFERENCES accounts (id),
    name           TEXT NOT NULL,
    size_bytes     {{int}} NOT NULL, -- that it will have; counted in the space
    part           TEXT NOT NULL, -- the name of what has arrived, among the parts; '' when it is whole
    received_bytes {{int}} NOT NULL, -- how much of it lasts
    whole_hash     TEXT NOT NULL DEFAULT '', -- of all parts together, right before they become a content
    hash           TEXT REFERENCES blobs (hash), -- NULL until it is whole
    preview        TEXT REFERENCES blobs (hash), -- a small picture of it
    expires_at     {{int}} NOT NULL
) {{table}};
CREATE INDEX uploads_owner ON uploads (account_id, space_id, id);
CREATE INDEX uploads_space ON uploads (space_id);
CREATE INDEX uploads_expires ON uploads (expires_at);
CREATE INDEX uploads_hash ON uploads (hash) WHERE hash IS NOT NULL;
CREATE INDEX uploads_preview ON uploads (preview) WHERE preview IS NOT NULL;
CREATE UNIQUE INDEX uploads_part ON uploads (part) WHERE part <> '';

-- The files of a comment. Who may read the comment may have them.
CREATE TABLE attachments (
    id         {{id}},
    space_id   {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE, -- in which it counts
    thread_id  {{int}} NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    comment_id {{int}} NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    size_bytes {{int}} NOT NULL,
    hash       TEXT NOT NULL REFERENCES blobs (hash),
    preview    TEXT REFERENCES blobs (hash), -- a small picture of it
    gone_at    {{int}} -- when its comment was deleted; an hour later it is swept
) {{table}};
CREATE INDEX attachments_comment ON attachments (comment_id, id);
CREATE INDEX attachments_thread ON attachments (thread_id, comment_id, id);
CREATE INDEX attachments_space ON attachments (space_id);
CREATE INDEX attachments_hash ON attachments (hash);
CREATE INDEX attachments_preview ON attachments (preview) WHERE preview IS NOT NULL;
CREATE INDEX attachments_gone ON attachments (gone_at) WHERE gone_at IS NOT NULL;
