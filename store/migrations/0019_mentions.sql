-- +goose Up
-- Who is named in what people write, how people react to it, and who follows
-- which threads and spaces (store/mention.go, reaction.go, follow.go).

-- Somebody who is named in a comment, in the text of a thread or in that of a
-- space: one of the three is set.
CREATE TABLE mentions (
    id         {{id}},
    comment_id {{int}} REFERENCES comments (id) ON DELETE CASCADE,
    thread_id  {{int}} REFERENCES threads (id) ON DELETE CASCADE,
    space_id   {{int}} REFERENCES spaces (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    created_at {{int}} NOT NULL,
    CHECK ((comment_id IS NOT NULL AND thread_id IS NULL AND space_id IS NULL)
        OR (comment_id IS NULL AND thread_id IS NOT NULL AND space_id IS NULL)
        OR (comment_id IS NULL AND thread_id IS NULL AND space_id IS NOT NULL))
) {{table}};
CREATE UNIQUE INDEX mentions_comment ON mentions (comment_id, account_id) WHERE comment_id IS NOT NULL;
CREATE UNIQUE INDEX mentions_thread ON mentions (thread_id, account_id) WHERE thread_id IS NOT NULL;
CREATE UNIQUE INDEX mentions_space ON mentions (space_id, account_id) WHERE space_id IS NOT NULL;
CREATE INDEX mentions_account ON mentions (account_id, id);

CREATE TABLE reactions (
    comment_id {{int}} NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    reaction   TEXT NOT NULL,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    created_at {{int}} NOT NULL,
    PRIMARY KEY (comment_id, reaction, account_id)
) {{table}};
CREATE INDEX reactions_account ON reactions (account_id, comment_id);

-- What somebody chose for one thread; without a row it is as with its space.
CREATE TABLE follows (
    thread_id  {{int}} NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    following  {{bool}} NOT NULL,
    PRIMARY KEY (thread_id, account_id)
) {{table}};
CREATE INDEX follows_account ON follows (account_id, thread_id);

-- Whether somebody follows a whole space, which is so until they say otherwise.
ALTER TABLE memberships ADD COLUMN follows {{bool}} NOT NULL DEFAULT TRUE;
