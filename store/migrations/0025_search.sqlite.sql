-- +goose Up
-- What can be found: one row for each space, thread, comment, file and person,
-- and the tokens it is found by (store/search_index.go). Both follow from the
-- tables they describe and hold nothing that cannot be made again. Triggers note
-- what changed; the notes are worked off right after, in the background.
CREATE TABLE search (
    id         {{int}} PRIMARY KEY, -- in the order of time (store/search_index.go)
    kind       TEXT NOT NULL,
    thing_id   {{int}} NOT NULL,
    space_id   {{int}}, -- NULL for a person
    thread_id  {{int}},
    author_id  {{int}} NOT NULL, -- who put it there; a person's own ID
    created_at {{int}} NOT NULL,
    UNIQUE (kind, thing_id)
) {{table}};

-- The texts themselves are not kept here.
CREATE VIRTUAL TABLE search_words USING fts5(
    words, content='', contentless_delete=1, detail=none, prefix='3 4 5', tokenize='ascii'
);

-- What changed and is still to be indexed.
CREATE TABLE search_notes (
    id       {{id}},
    kind     TEXT NOT NULL,
    thing_id {{int}} NOT NULL
) {{table}};

-- How far what was there before is noted: everything below is still to come, newest
-- first. The version is that of the tokens.
CREATE TABLE search_fills (
    kind     TEXT PRIMARY KEY,
    version  {{int}} NOT NULL,
    below_id {{int}} NOT NULL
) {{table}};
INSERT INTO search_fills (kind, version, below_id)
SELECT 'space', 1, COALESCE(MAX(id) + 1, 0) FROM spaces
UNION ALL SELECT 'thread', 1, COALESCE(MAX(id) + 1, 0) FROM threads
UNION ALL SELECT 'comment', 1, COALESCE(MAX(id) + 1, 0) FROM comments
UNION ALL SELECT 'person', 1, COALESCE(MAX(id) + 1, 0) FROM accounts;

-- +goose StatementBegin
CREATE TRIGGER search_comment_new AFTER INSERT ON comments
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('comment', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_comment AFTER UPDATE OF body_html, deleted_at ON comments
WHEN NEW.body_html <> OLD.body_html OR NEW.deleted_at IS NOT OLD.deleted_at
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('comment', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_comment_gone AFTER DELETE ON comments
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('comment', OLD.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_thread_new AFTER INSERT ON threads
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('thread', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_thread AFTER UPDATE OF name, body_html ON threads
WHEN NEW.name <> OLD.name OR NEW.body_html <> OLD.body_html
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('thread', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_thread_gone AFTER DELETE ON threads
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('thread', OLD.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_space_new AFTER INSERT ON spaces
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('space', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_space AFTER UPDATE OF name, body_html ON spaces
WHEN NEW.name <> OLD.name OR NEW.body_html <> OLD.body_html
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('space', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_space_gone AFTER DELETE ON spaces
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('space', OLD.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_person_new AFTER INSERT ON accounts
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('person', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_person AFTER UPDATE OF display_name, sur_name_reading, given_name_reading, company, division, status ON accounts
WHEN NEW.display_name <> OLD.display_name OR NEW.sur_name_reading <> OLD.sur_name_reading OR NEW.given_name_reading <> OLD.given_name_reading
    OR NEW.company <> OLD.company OR NEW.division <> OLD.division OR (NEW.status = 'deleted') <> (OLD.status = 'deleted')
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('person', NEW.id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_person_gone AFTER DELETE ON accounts
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('person', OLD.id);
END;
-- +goose StatementEnd

-- Guests find the people of their spaces.
-- +goose StatementBegin
CREATE TRIGGER search_membership_new AFTER INSERT ON memberships
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('person', NEW.account_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_membership_gone AFTER DELETE ON memberships
BEGIN
    INSERT INTO search_notes (kind, thing_id) VALUES ('person', OLD.account_id);
END;
-- +goose StatementEnd
