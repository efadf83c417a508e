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
CREATE TABLE search_words (
    id    {{int}} PRIMARY KEY,
    words TSVECTOR NOT NULL
) {{table}};
CREATE INDEX search_words_words ON search_words USING gin (words);

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

-- The triggers say what kind of thing it is.
-- +goose StatementBegin
CREATE FUNCTION search_note() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    thing BIGINT;
BEGIN
    IF TG_TABLE_NAME = 'memberships' THEN
        IF TG_OP = 'DELETE' THEN thing := OLD.account_id; ELSE thing := NEW.account_id; END IF;
    ELSE
        IF TG_OP = 'DELETE' THEN thing := OLD.id; ELSE thing := NEW.id; END IF;
    END IF;
    INSERT INTO search_notes (kind, thing_id) VALUES (TG_ARGV[0], thing);
    RETURN NULL;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER search_comment_new AFTER INSERT ON comments FOR EACH ROW
EXECUTE FUNCTION search_note('comment');

CREATE TRIGGER search_comment AFTER UPDATE OF body_html, deleted_at ON comments FOR EACH ROW
WHEN (NEW.body_html <> OLD.body_html OR NEW.deleted_at IS DISTINCT FROM OLD.deleted_at)
EXECUTE FUNCTION search_note('comment');

CREATE TRIGGER search_comment_gone AFTER DELETE ON comments FOR EACH ROW
EXECUTE FUNCTION search_note('comment');

CREATE TRIGGER search_thread_new AFTER INSERT ON threads FOR EACH ROW
EXECUTE FUNCTION search_note('thread');

CREATE TRIGGER search_thread AFTER UPDATE OF name, body_html ON threads FOR EACH ROW
WHEN (NEW.name <> OLD.name OR NEW.body_html <> OLD.body_html)
EXECUTE FUNCTION search_note('thread');

CREATE TRIGGER search_thread_gone AFTER DELETE ON threads FOR EACH ROW
EXECUTE FUNCTION search_note('thread');

CREATE TRIGGER search_space_new AFTER INSERT ON spaces FOR EACH ROW
EXECUTE FUNCTION search_note('space');

CREATE TRIGGER search_space AFTER UPDATE OF name, body_html ON spaces FOR EACH ROW
WHEN (NEW.name <> OLD.name OR NEW.body_html <> OLD.body_html)
EXECUTE FUNCTION search_note('space');

CREATE TRIGGER search_space_gone AFTER DELETE ON spaces FOR EACH ROW
EXECUTE FUNCTION search_note('space');

CREATE TRIGGER search_person_new AFTER INSERT ON accounts FOR EACH ROW
EXECUTE FUNCTION search_note('person');

CREATE TRIGGER search_person AFTER UPDATE OF display_name, sur_name_reading, given_name_reading, company, division, status ON accounts FOR EACH ROW
WHEN (NEW.display_name <> OLD.display_name OR NEW.sur_name_reading <> OLD.sur_name_reading OR NEW.given_name_reading <> OLD.given_name_reading
    OR NEW.company <> OLD.company OR NEW.division <> OLD.division OR (NEW.status = 'deleted') <> (OLD.status = 'deleted'))
EXECUTE FUNCTION search_note('person');

CREATE TRIGGER search_person_gone AFTER DELETE ON accounts FOR EACH ROW
EXECUTE FUNCTION search_note('person');

-- Guests find the people of their spaces.
CREATE TRIGGER search_membership_new AFTER INSERT ON memberships FOR EACH ROW
EXECUTE FUNCTION search_note('person');

CREATE TRIGGER search_membership_gone AFTER DELETE ON memberships FOR EACH ROW
EXECUTE FUNCTION search_note('person');
