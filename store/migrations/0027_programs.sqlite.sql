-- +goose Up
-- What programs need of spaces, guests and files (the REST API).

-- Files that were uploaded by key and wait three days to be attached. Only
-- their owner knows the key, of which the hash is kept.
CREATE TABLE file_keys (
    id         {{id}},
    key_hash   {{bytes}} NOT NULL UNIQUE,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    space_id   {{int}} REFERENCES spaces (id) ON DELETE CASCADE, -- in which it counts and can be attached; NULL for any
    name       TEXT NOT NULL,
    size_bytes {{int}} NOT NULL,
    hash       TEXT NOT NULL REFERENCES blobs (hash),
    preview    TEXT REFERENCES blobs (hash), -- a small picture of it
    expires_at {{int}} NOT NULL
) {{table}};
CREATE INDEX file_keys_owner ON file_keys (account_id, id);
CREATE INDEX file_keys_space ON file_keys (space_id) WHERE space_id IS NOT NULL;
CREATE INDEX file_keys_expires ON file_keys (expires_at);
CREATE INDEX file_keys_hash ON file_keys (hash);
CREATE INDEX file_keys_preview ON file_keys (preview) WHERE preview IS NOT NULL;

-- How wide a picture is shown, where the writer said so.
ALTER TABLE attachments ADD COLUMN width {{int}};

-- What the page of a space shows, and who makes apps in it.
ALTER TABLE spaces ADD COLUMN show_announcement {{bool}} NOT NULL DEFAULT TRUE;
ALTER TABLE spaces ADD COLUMN show_threads {{bool}} NOT NULL DEFAULT TRUE;
ALTER TABLE spaces ADD COLUMN show_apps {{bool}} NOT NULL DEFAULT TRUE;
ALTER TABLE spaces ADD COLUMN show_members {{bool}} NOT NULL DEFAULT TRUE;
ALTER TABLE spaces ADD COLUMN show_related_links {{bool}} NOT NULL DEFAULT TRUE;
ALTER TABLE spaces ADD COLUMN apps_by TEXT NOT NULL DEFAULT 'everyone' CHECK (apps_by IN ('everyone', 'administrators'));
ALTER TABLE spaces ADD COLUMN updated_by {{int}} REFERENCES accounts (id); -- NULL for who made it

-- A space that was deleted waits in the trash, with nobody in it. Who was in it
-- stands here until it is brought back or gone for good.
ALTER TABLE spaces ADD COLUMN deleted_at {{int}};
ALTER TABLE spaces ADD COLUMN deleted_by {{int}} REFERENCES accounts (id);
CREATE INDEX spaces_deleted ON spaces (deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE TABLE trashed_memberships (
    space_id   {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    role       TEXT NOT NULL,
    ends_at    {{int}},
    ends_days  {{int}},
    favourite  {{bool}} NOT NULL,
    follows    {{bool}} NOT NULL,
    joined_at  {{int}} NOT NULL,
    added_by   {{int}} REFERENCES accounts (id),
    PRIMARY KEY (space_id, account_id)
) {{table}};
CREATE INDEX trashed_memberships_account ON trashed_memberships (account_id);

-- A space in the trash needs no administrator.
DROP TRIGGER memberships_keep_administrator_on_delete;
-- +goose StatementBegin
CREATE TRIGGER memberships_keep_administrator_on_delete AFTER DELETE ON memberships
WHEN OLD.role = 'administrator'
    AND EXISTS (SELECT 1 FROM spaces WHERE id = OLD.space_id AND deleted_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM memberships WHERE space_id = OLD.space_id AND role = 'administrator')
BEGIN
    SELECT RAISE(ABORT, 'a space needs an administrator');
END;
-- +goose StatementEnd
