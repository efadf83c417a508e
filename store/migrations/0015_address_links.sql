-- +goose Up
-- The address that a link of purpose "address" changes the account's to (S2-13).
ALTER TABLE tokens ADD COLUMN email TEXT;
