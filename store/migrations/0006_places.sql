-- +goose Up
-- Places are counted, never stored (SEC-A3). Whoever spends one updates this row
-- first, so that of many at the last place each sees what the one before took.
CREATE TABLE place_turn (
    id   {{int}} PRIMARY KEY CHECK (id = 1),
    turn {{int}} NOT NULL
) {{table}};
INSERT INTO place_turn (id, turn) VALUES (1, 0);

CREATE INDEX join_requests_account ON join_requests (account_id);

-- Each holds all that its count reads.
CREATE INDEX accounts_places ON accounts (kind, status, ends_at);
CREATE INDEX memberships_places ON memberships (account_id, ends_at) WHERE account_kind = 'guest';
CREATE INDEX invitations_places ON invitations (email, space_id, expires_at, access_ends_at) WHERE status = 'pending';
