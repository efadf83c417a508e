-- +goose Up
-- When somebody was last in a space, to the hour: for the spaces that they used
-- last. NULL until they were there.
ALTER TABLE memberships ADD COLUMN used_at {{int}};
CREATE INDEX memberships_used ON memberships (account_id, used_at, space_id) WHERE used_at IS NOT NULL;
