-- +goose Up
-- Recovery codes of an authenticator app work from the moment they are made. Until
-- when the page shows them; NULL for what a code still has to confirm.
ALTER TABLE enrolments ADD COLUMN shown_until {{int}};
CREATE INDEX enrolments_shown ON enrolments (shown_until);
