-- +goose Up
-- Threads and comments: the words that edits replaced, pins, and how far
-- everybody has read.

-- Goes up with each edit, so that nobody overwrites what they have not seen.
ALTER TABLE comments ADD COLUMN version {{int}} NOT NULL DEFAULT 1;
ALTER TABLE comments ADD COLUMN edited_by {{int}} REFERENCES accounts (id);
ALTER TABLE threads ADD COLUMN version {{int}} NOT NULL DEFAULT 1;
ALTER TABLE threads ADD COLUMN edited_at {{int}};
ALTER TABLE threads ADD COLUMN edited_by {{int}} REFERENCES accounts (id);

-- A pinned thread stands before the others, a pinned comment at the top of its thread.
ALTER TABLE threads ADD COLUMN pinned_at {{int}};
ALTER TABLE threads ADD COLUMN pinned_comment_id {{int}};
CREATE INDEX threads_pinned ON threads (space_id, pinned_at, id) WHERE pinned_at IS NOT NULL;

-- The comments that guests page through.
CREATE INDEX comments_shared ON comments (thread_id, id) WHERE audience <> 'team';

-- What a comment said before an edit. It goes with the comment's own words.
CREATE TABLE comment_versions (
    comment_id {{int}} NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    version    {{int}} NOT NULL,
    body       TEXT NOT NULL,
    body_html  TEXT NOT NULL,
    written_by {{int}} NOT NULL REFERENCES accounts (id),
    written_at {{int}} NOT NULL,
    PRIMARY KEY (comment_id, version)
) {{table}};
CREATE INDEX comment_versions_writer ON comment_versions (written_by);

CREATE TABLE thread_versions (
    thread_id  {{int}} NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    version    {{int}} NOT NULL,
    name       TEXT NOT NULL,
    body       TEXT NOT NULL,
    body_html  TEXT NOT NULL,
    written_by {{int}} NOT NULL REFERENCES accounts (id),
    written_at {{int}} NOT NULL,
    PRIMARY KEY (thread_id, version)
) {{table}};
CREATE INDEX thread_versions_writer ON thread_versions (written_by);

-- Up to which comment somebody has seen a thread.
CREATE TABLE thread_reads (
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    thread_id  {{int}} NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    seen_id    {{int}} NOT NULL,
    seen_at    {{int}} NOT NULL,
    PRIMARY KEY (account_id, thread_id)
) {{table}};
CREATE INDEX thread_reads_thread ON thread_reads (thread_id);
