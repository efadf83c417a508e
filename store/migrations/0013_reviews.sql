-- +goose Up
-- A review asks for each guest of a space whether they still belong there.
CREATE TABLE reviews (
    id          {{id}},
    space_id    {{int}} NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    reviewers   TEXT NOT NULL CHECK (reviewers IN ('space_admins', 'sponsors')),
    started_by  {{int}} REFERENCES accounts (id), -- NULL for the portal itself
    guest_count {{int}} NOT NULL,
    started_at  {{int}} NOT NULL,
    due_at      {{int}} NOT NULL,
    reminded_at {{int}},
    closed_at   {{int}}
) {{table}};
CREATE UNIQUE INDEX reviews_open ON reviews (space_id) WHERE closed_at IS NULL;
CREATE INDEX reviews_due ON reviews (due_at, id) WHERE closed_at IS NULL;
CREATE INDEX reviews_space ON reviews (space_id, started_at);
CREATE INDEX reviews_closed ON reviews (closed_at, id) WHERE closed_at IS NOT NULL;

CREATE TABLE review_items (
    review_id   {{int}} NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    account_id  {{int}} NOT NULL REFERENCES accounts (id),
    name_key    TEXT NOT NULL, -- of the guest when the review began, for lists in order
    reviewer_id {{int}} REFERENCES accounts (id), -- the sponsor who is asked; NULL for the space's administrators
    decision    TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'keep', 'extend', 'end', 'unanswered', 'gone')),
    decided_by  {{int}} REFERENCES accounts (id),
    decided_at  {{int}},
    PRIMARY KEY (review_id, account_id)
) {{table}};
CREATE INDEX review_items_open ON review_items (review_id, name_key, account_id) WHERE decision = '';
CREATE INDEX review_items_reviewer ON review_items (reviewer_id, review_id) WHERE decision = '' AND reviewer_id IS NOT NULL;
CREATE INDEX review_items_account ON review_items (account_id);

-- When a guest last left a space, for those who are in none.
ALTER TABLE accounts ADD COLUMN left_at {{int}};
-- What a guest in no space was told, for the absence that began at since_at.
CREATE TABLE no_space_notices (
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    step       TEXT NOT NULL CHECK (step IN ('suspend', 'delete')),
    since_at   {{int}} NOT NULL,
    created_at {{int}} NOT NULL,
    PRIMARY KEY (account_id, step)
) {{table}};
CREATE INDEX accounts_guests ON accounts (status, id) WHERE kind = 'guest';
