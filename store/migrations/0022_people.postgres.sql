-- +goose Up
-- People: what the directory finds them by, and the departments of the
-- organisation with who is in them.

-- The words of the names, readings, companies and departments of everybody who
-- is not deleted. Like the register they follow from the accounts: triggers
-- note who changed (store/people_words.go).
CREATE TABLE people_words (
    account_id {{int}} NOT NULL,
    word       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, word)
);
CREATE INDEX people_words_word ON people_words (word, account_id);
CREATE INDEX accounts_directory ON accounts (name_key, id) WHERE deleted_at IS NULL;
INSERT INTO register_stale (entry_id) SELECT 2 * id FROM accounts WHERE deleted_at IS NULL AND id > 0 ON CONFLICT DO NOTHING;

-- Goes up with each change of the departments, so that nobody changes what they have not seen.
ALTER TABLE environment ADD COLUMN chart_version {{int}} NOT NULL DEFAULT 1;

CREATE TABLE departments (
    id           {{id}},
    parent_id    {{int}} REFERENCES departments (id),
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    place        {{int}} NOT NULL, -- among those of the same parent
    people_count {{int}} NOT NULL DEFAULT 0, -- in itself, not below it
    created_at   {{int}} NOT NULL
) {{table}};
CREATE INDEX departments_parent ON departments (parent_id, place, id);

CREATE TABLE department_people (
    department_id {{int}} NOT NULL REFERENCES departments (id) ON DELETE CASCADE,
    account_id    {{int}} NOT NULL REFERENCES accounts (id),
    title         TEXT NOT NULL,
    heads         {{bool}} NOT NULL,
    PRIMARY KEY (department_id, account_id)
) {{table}};
CREATE INDEX department_people_account ON department_people (account_id, department_id);
CREATE INDEX department_people_heads ON department_people (department_id, account_id) WHERE heads;

-- Lists of people that were read, before and after they were applied. Swept after a week.
CREATE TABLE chart_imports (
    id         {{id}},
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    list       TEXT NOT NULL,
    created_at {{int}} NOT NULL,
    applied_at {{int}}
) {{table}};
CREATE INDEX chart_imports_created ON chart_imports (created_at);

CREATE TRIGGER people_account_new AFTER INSERT ON accounts FOR EACH ROW
WHEN (NEW.kind = 'member')
EXECUTE FUNCTION register_account_new();

CREATE TRIGGER people_account AFTER UPDATE OF display_name, sur_name_reading, given_name_reading, company, division, status ON accounts FOR EACH ROW
WHEN (NEW.display_name <> OLD.display_name OR NEW.sur_name_reading <> OLD.sur_name_reading OR NEW.given_name_reading <> OLD.given_name_reading
    OR NEW.company <> OLD.company OR NEW.division <> OLD.division OR NEW.status <> OLD.status)
EXECUTE FUNCTION register_account();

-- Who becomes a guest or is deleted is in no department any more.
-- +goose StatementBegin
CREATE FUNCTION department_people_gone() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE departments SET people_count = people_count - 1
    WHERE id IN (SELECT department_id FROM department_people WHERE account_id = NEW.id);
    DELETE FROM department_people WHERE account_id = NEW.id;
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER department_people_gone AFTER UPDATE OF kind, status ON accounts FOR EACH ROW
WHEN (NEW.kind <> 'member' OR NEW.status = 'deleted')
EXECUTE FUNCTION department_people_gone();
CREATE UNIQUE INDEX departments_name ON departments (COALESCE(parent_id, 0), name_key);
