-- +goose Up
-- How a login was given, where that is not the spelling under which it is
-- compared: people see their address as they write it.
ALTER TABLE accounts ADD COLUMN login TEXT;
