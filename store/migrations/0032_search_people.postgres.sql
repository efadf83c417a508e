-- +goose Up
-- People are found by the words of the directory (0022), in the order of their
-- names, and stand in this index no more.
DROP TRIGGER search_person_new ON accounts;
DROP TRIGGER search_person ON accounts;
DROP TRIGGER search_person_gone ON accounts;
DROP TRIGGER search_membership_new ON memberships;
DROP TRIGGER search_membership_gone ON memberships;
DELETE FROM search_notes WHERE kind = 'person';
DELETE FROM search_fills WHERE kind = 'person';
DELETE FROM search_words WHERE id IN (SELECT id FROM search WHERE kind = 'person');
DELETE FROM search WHERE kind = 'person';
