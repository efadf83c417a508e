-- +goose Up
-- The drive of a space (S4-14): folders, files with their versions, and who
-- fetched which file.

-- Where a folder or file lies: 0 is the top of the space. An audience is that of
-- the folder around it or a narrower one. realm tells names apart: of two things
-- with the same name in one folder each has readers that the other has not.
CREATE TABLE folders (
    id           {{id}},
    space_id     {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    parent_id    {{int}} NOT NULL DEFAULT 0,
    depth        {{int}} NOT NULL, -- 1 at the top
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    audience     TEXT NOT NULL DEFAULT '',
    realm        TEXT NOT NULL DEFAULT '',
    shared       {{bool}} NOT NULL, -- every guest of the space may see it
    file_count   {{int}} NOT NULL DEFAULT 0, -- living files right inside
    shared_file_count {{int}} NOT NULL DEFAULT 0, -- those of them that every guest may see
    created_by   {{int}} NOT NULL REFERENCES accounts (id),
    created_at   {{int}} NOT NULL,
    changed_at   {{int}} NOT NULL,
    deleted_at   {{int}},
    deleted_by   {{int}} REFERENCES accounts (id),
    deleted_with {{int}} NOT NULL DEFAULT 0 -- the folder whose deletion took it along, 0 for its own
) {{table}};
CREATE UNIQUE INDEX folders_names ON folders (space_id, parent_id, realm, name_key) WHERE deleted_at IS NULL;
CREATE INDEX folders_list ON folders (space_id, parent_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX folders_inside ON folders (parent_id) WHERE parent_id <> 0;
CREATE INDEX folders_deleted ON folders (space_id, deleted_with, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX folders_due ON folders (deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX folders_space ON folders (space_id); -- for a space that is deleted
CREATE INDEX folders_author ON folders (created_by);

CREATE TABLE files (
    id           {{id}},
    space_id     {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    folder_id    {{int}} NOT NULL DEFAULT 0,
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    audience     TEXT NOT NULL DEFAULT '',
    realm        TEXT NOT NULL DEFAULT '',
    shared       {{bool}} NOT NULL,
    created_by   {{int}} NOT NULL REFERENCES accounts (id),
    created_at   {{int}} NOT NULL,
    -- The newest version, as file_versions has it.
    version      {{int}} NOT NULL,
    hash         TEXT NOT NULL,
    size_bytes   {{int}} NOT NULL,
    type         TEXT NOT NULL,
    changed_by   {{int}} NOT NULL REFERENCES accounts (id),
    changed_at   {{int}} NOT NULL,
    deleted_at   {{int}},
    deleted_by   {{int}} REFERENCES accounts (id),
    deleted_with {{int}} NOT NULL DEFAULT 0
) {{table}};
CREATE UNIQUE INDEX files_names ON files (space_id, folder_id, realm, name_key) WHERE deleted_at IS NULL;
CREATE INDEX files_by_name ON files (space_id, folder_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX files_by_change ON files (space_id, folder_id, changed_at, id) WHERE deleted_at IS NULL;
CREATE INDEX files_by_size ON files (space_id, folder_id, size_bytes, id) WHERE deleted_at IS NULL;
CREATE INDEX files_latest ON files (space_id, changed_at, id) WHERE deleted_at IS NULL;
CREATE INDEX files_latest_shared ON files (space_id, changed_at, id) WHERE deleted_at IS NULL AND audience <> 'team';
CREATE INDEX files_deleted ON files (space_id, deleted_with, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX files_due ON files (deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX files_space ON files (space_id);
CREATE INDEX files_author ON files (created_by);

CREATE TABLE file_versions (
    file_id     {{int}} NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    number      {{int}} NOT NULL, -- from 1
    hash        TEXT NOT NULL,
    size_bytes  {{int}} NOT NULL,
    spent_bytes {{int}} NOT NULL, -- of the space's quota; 0 for a version that was brought back
    type        TEXT NOT NULL,
    restores    {{int}} NOT NULL DEFAULT 0, -- the version that this one brought back
    created_by  {{int}} NOT NULL REFERENCES accounts (id),
    created_at  {{int}} NOT NULL,
    PRIMARY KEY (file_id, number)
) {{table}};
CREATE INDEX file_versions_hash ON file_versions (hash);
CREATE INDEX file_versions_author ON file_versions (created_by);

-- Who fetched which file: one row for a person, a file and a day (UTC). The name
-- stays when the file is gone.
CREATE TABLE file_downloads (
    id         {{id}},
    space_id   {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    file_id    {{int}} NOT NULL,
    file_name  TEXT NOT NULL,
    version    {{int}} NOT NULL,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    day        {{int}} NOT NULL, -- since 1970
    first_at   {{int}} NOT NULL
) {{table}};
CREATE UNIQUE INDEX file_downloads_day ON file_downloads (file_id, account_id, day);
CREATE INDEX file_downloads_file ON file_downloads (file_id, id);
CREATE INDEX file_downloads_space ON file_downloads (space_id, id);
CREATE INDEX file_downloads_account ON file_downloads (account_id);
CREATE INDEX file_downloads_old ON file_downloads (first_at);

ALTER TABLE spaces ADD COLUMN file_count {{int}} NOT NULL DEFAULT 0;
ALTER TABLE spaces ADD COLUMN shared_file_count {{int}} NOT NULL DEFAULT 0;
