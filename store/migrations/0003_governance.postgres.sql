-- +goose Up
-- What governing guests for years needs to know of an account and of a place.
ALTER TABLE accounts ADD COLUMN category TEXT NOT NULL DEFAULT ''
    CHECK (category IN ('', 'customer', 'partner', 'coworker', 'freelancer')); -- S4-26
-- Why it is suspended: by hand, by a review, for being in no space, or until it is deleted (C8).
ALTER TABLE accounts ADD COLUMN suspended_for TEXT NOT NULL DEFAULT ''
    CHECK (suspended_for IN ('', 'hand', 'review', 'no_space', 'deletion'));
ALTER TABLE accounts ADD COLUMN ends_days {{int}};  -- the period that ends_at was set by, or none
ALTER TABLE accounts ADD COLUMN delete_at {{int}};  -- when the grace period of a deletion is over
ALTER TABLE accounts ADD COLUMN erased_at {{int}};
ALTER TABLE accounts ADD COLUMN version {{int}} NOT NULL DEFAULT 1; -- goes up with each change by an administrator
ALTER TABLE memberships ADD COLUMN ends_days {{int}};
CREATE INDEX accounts_deletion ON accounts (delete_at) WHERE delete_at IS NOT NULL;
CREATE INDEX accounts_sponsor ON accounts (sponsor_id) WHERE sponsor_id IS NOT NULL;

-- An invitation may lead into no space (S3-07) and go to nobody's mailbox (S4-25).
ALTER TABLE invitations ALTER COLUMN space_id DROP NOT NULL;
ALTER TABLE invitations ALTER COLUMN email DROP NOT NULL;
ALTER TABLE invitations ADD COLUMN identifier TEXT; -- the login of a guest without e-mail
ALTER TABLE invitations ADD COLUMN name TEXT NOT NULL DEFAULT ''; -- what the inviter knows of the guest
ALTER TABLE invitations ADD COLUMN company TEXT NOT NULL DEFAULT '';
ALTER TABLE invitations ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE invitations ADD CHECK ((email IS NULL) <> (identifier IS NULL));
ALTER TABLE invitations DROP CONSTRAINT invitations_delivery_check;
ALTER TABLE invitations ADD CONSTRAINT invitations_delivery_check
    CHECK (delivery IN ('queued', 'sent', 'deferred', 'failed', 'dropped', 'none'));
CREATE UNIQUE INDEX invitations_live_nowhere ON invitations (email) WHERE status = 'pending' AND space_id IS NULL;
CREATE UNIQUE INDEX invitations_live_identifier ON invitations (identifier) WHERE status = 'pending' AND identifier IS NOT NULL;
