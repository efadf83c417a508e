-- +goose Up
-- What is new for somebody, in the page and by mail (store/notification.go).

-- How far the notices of an event were made: up to this account. A space of a
-- thousand people takes several transactions.
ALTER TABLE events ADD COLUMN noticed_to {{int}} NOT NULL DEFAULT 0;

-- One row for each person and thing. It has no words: whoever reads it reads
-- the thing itself, as it is then, if they still may.
CREATE TABLE notifications (
    id         {{id}},
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    kind       TEXT NOT NULL,
    space_id   {{int}} REFERENCES spaces (id) ON DELETE CASCADE, -- NULL for what is in none
    thread_id  {{int}}, -- or the chat
    thing_id   {{int}} NOT NULL,
    actor_id   {{int}} NOT NULL REFERENCES accounts (id),
    created_at {{int}} NOT NULL,
    seen_at    {{int}},
    mail       TEXT NOT NULL DEFAULT '', -- now, hourly, daily; '' for none
    mail_at    {{int}}, -- when a mail tells it; NULL for never, or when it was told
    mailed_at  {{int}}
) {{table}};
CREATE INDEX notifications_account ON notifications (account_id, id);
CREATE INDEX notifications_unseen ON notifications (account_id, id) WHERE seen_at IS NULL;
CREATE INDEX notifications_thread ON notifications (account_id, thread_id, id) WHERE seen_at IS NULL AND thread_id IS NOT NULL;
CREATE INDEX notifications_due ON notifications (mail_at, id) WHERE mail_at IS NOT NULL;
CREATE INDEX notifications_waiting ON notifications (account_id, mail, id) WHERE mail_at IS NOT NULL;
CREATE INDEX notifications_space ON notifications (space_id) WHERE space_id IS NOT NULL;
CREATE INDEX notifications_created ON notifications (created_at);

-- What somebody wants to be mailed: for all spaces (space 0), or for one.
CREATE TABLE notice_choices (
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    space_id   {{int}} NOT NULL,
    category   TEXT NOT NULL CHECK (category IN ('mentions', 'comments', 'files', 'chat')),
    choice     TEXT NOT NULL CHECK (choice IN ('now', 'hourly', 'daily', 'off')),
    PRIMARY KEY (account_id, space_id, category)
) {{table}};

-- The links that end mails without signing in: one for each person and space,
-- and with a space of 0 for all. The token is made again from the nonce.
CREATE TABLE unsubscribe_links (
    token_hash {{bytes}} PRIMARY KEY,
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    space_id   {{int}} NOT NULL,
    nonce      {{bytes}} NOT NULL,
    created_at {{int}} NOT NULL,
    UNIQUE (account_id, space_id)
) {{table}};
