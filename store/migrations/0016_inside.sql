-- +goose Up
-- Who in a space reads what (store/audience.go), and what happened, for open
-- pages and notices (store/happening.go).

-- The company's name, folded: who belongs together in a space of several companies.
ALTER TABLE accounts ADD COLUMN company_key TEXT NOT NULL DEFAULT '';
CREATE INDEX accounts_company ON accounts (company_key, id) WHERE company_key <> '';
-- Companies whose key is still to be made, at the first start.
CREATE INDEX accounts_company_unfolded ON accounts (id) WHERE company <> '' AND company_key = '';

-- Guests of different companies do not see each other here.
ALTER TABLE spaces ADD COLUMN companies_apart {{bool}} NOT NULL DEFAULT FALSE;

-- '' for everyone in the space, 'team' for its members, 'company:KEY' for its
-- members and the guests of one company. It never changes.
ALTER TABLE threads ADD COLUMN audience TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN audience TEXT NOT NULL DEFAULT '';
-- Whether every guest of the space may read it: what guests' counts count.
ALTER TABLE threads ADD COLUMN shared {{bool}} NOT NULL DEFAULT TRUE;
ALTER TABLE comments ADD COLUMN shared {{bool}} NOT NULL DEFAULT TRUE;

-- The counters and moments as guests see them: of what is shared.
ALTER TABLE spaces ADD COLUMN shared_thread_count {{int}} NOT NULL DEFAULT 0;
ALTER TABLE spaces ADD COLUMN shared_activity_count {{int}} NOT NULL DEFAULT 0;
ALTER TABLE spaces ADD COLUMN shared_comment_id {{int}};
ALTER TABLE spaces ADD COLUMN shared_active_at {{int}} NOT NULL DEFAULT 0;
ALTER TABLE threads ADD COLUMN shared_comment_count {{int}} NOT NULL DEFAULT 0;
ALTER TABLE threads ADD COLUMN shared_comment_id {{int}};
ALTER TABLE threads ADD COLUMN shared_active_at {{int}} NOT NULL DEFAULT 0;
UPDATE spaces SET shared_thread_count = thread_count, shared_activity_count = activity_count,
    shared_comment_id = last_comment_id, shared_active_at = active_at;
UPDATE threads SET shared_comment_count = comment_count, shared_comment_id = last_comment_id, shared_active_at = active_at;
CREATE INDEX threads_shared ON threads (space_id, shared_active_at, id) WHERE audience <> 'team';

-- What happened in a space or to a person, in the transaction that did it. Open
-- pages follow it by id; notices are made of it once. Swept after a day.
CREATE TABLE events (
    id         {{id}},
    kind       TEXT NOT NULL,
    space_id   {{int}},
    thread_id  {{int}},
    thing_id   {{int}} NOT NULL, -- the comment, message, file … that the kind says
    account_id {{int}}, -- whom alone it concerns; NULL for all who may see it
    actor_id   {{int}},
    audience   TEXT NOT NULL DEFAULT '',
    created_at {{int}} NOT NULL,
    noticed_at {{int}} -- when notices were made of it; also of those that need none
) {{table}};
CREATE INDEX events_created ON events (created_at);
CREATE INDEX events_waiting ON events (id) WHERE noticed_at IS NULL;
