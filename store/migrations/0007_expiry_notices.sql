-- +goose Up
-- What was told of an end of access: once for each end and each step before it,
-- however many processes look. Step 0 is the end itself.
CREATE TABLE expiry_notices (
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    space_id   {{int}} NOT NULL, -- 0 for the account itself
    ends_at    {{int}} NOT NULL,
    step_days  {{int}} NOT NULL,
    created_at {{int}} NOT NULL,
    PRIMARY KEY (account_id, space_id, ends_at, step_days)
) {{table}};
CREATE INDEX expiry_notices_ends ON expiry_notices (ends_at);
CREATE INDEX memberships_ending ON memberships (ends_at, space_id) WHERE ends_at IS NOT NULL;
