-- +goose Up
-- Chats: of two people, and one in each space (store/chat.go).

CREATE TABLE chats (
    id         {{id}},
    space_id   {{int}} REFERENCES spaces (id) ON DELETE CASCADE, -- NULL for a chat of two people
    first_id   {{int}} REFERENCES accounts (id), -- of the two, whose ID is lower
    second_id  {{int}} REFERENCES accounts (id),
    last_id    {{int}} NOT NULL DEFAULT 0, -- the newest message
    created_at {{int}} NOT NULL,
    CHECK (space_id IS NOT NULL AND first_id IS NULL AND second_id IS NULL
        OR space_id IS NULL AND first_id IS NOT NULL AND second_id IS NOT NULL AND first_id < second_id)
) {{table}};
CREATE UNIQUE INDEX chats_space ON chats (space_id) WHERE space_id IS NOT NULL;
CREATE UNIQUE INDEX chats_pair ON chats (first_id, second_id) WHERE first_id IS NOT NULL;
INSERT INTO chats (space_id, created_at) SELECT id, created_at FROM spaces;

-- What a chat is to somebody: both people of a chat of two have a row, people
-- of a space when they have opened its chat.
CREATE TABLE chat_members (
    chat_id    {{int}} NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    last_id    {{int}}, -- the newest message of a chat of two, for the list in order; NULL in spaces
    seen_id    {{int}} NOT NULL DEFAULT 0, -- up to here it was read
    muted      {{bool}} NOT NULL DEFAULT FALSE,
    PRIMARY KEY (chat_id, account_id)
) {{table}};
CREATE INDEX chat_members_account ON chat_members (account_id, last_id, chat_id) WHERE last_id IS NOT NULL;
CREATE INDEX chat_members_new ON chat_members (account_id, chat_id) WHERE last_id > seen_id;

CREATE TABLE messages (
    id         {{id}},
    chat_id    {{int}} NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    author_id  {{int}} NOT NULL REFERENCES accounts (id),
    audience   TEXT NOT NULL DEFAULT '',
    body       TEXT NOT NULL,
    body_html  TEXT NOT NULL,
    excerpt    TEXT NOT NULL,
    renderer   {{int}} NOT NULL,
    client_id  TEXT NOT NULL DEFAULT '', -- what the sender called it: sent twice, it is posted once
    created_at {{int}} NOT NULL,
    edited_at  {{int}},
    deleted_at {{int}},
    deleted_by {{int}} REFERENCES accounts (id)
) {{table}};
CREATE INDEX messages_chat ON messages (chat_id, id);
-- What guests may read of a chat, so that long talks of the team cost them nothing.
CREATE INDEX messages_shared ON messages (chat_id, id) WHERE audience <> 'team';
CREATE INDEX messages_author ON messages (author_id, id);
CREATE UNIQUE INDEX messages_once ON messages (author_id, client_id) WHERE client_id <> '';
CREATE INDEX messages_deleted ON messages (deleted_at) WHERE deleted_at IS NOT NULL AND body <> '';
