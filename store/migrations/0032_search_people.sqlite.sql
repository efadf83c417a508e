-- +goose Up
-- People are found by the words of the directory (0022), in the order of their
-- names, and stand in this index no more.
DROP TRIGGER search_person_new;
DROP TRIGGER search_person;
DROP TRIGGER search_person_gone;
DROP TRIGGER search_membership_new;
DROP TRIGGER search_membership_gone;
DELETE FROM search_notes WHERE kind = 'person';
DELETE FROM search_fills WHERE kind = 'person';

-- The beginnings of words have an index up to eight letters: it is read from the
-- newest on, however many things have such a word. Everything is indexed again.
DROP TABLE search_words;
CREATE VIRTUAL TABLE search_words USING fts5(
    words, content='', contentless_delete=1, detail=none, prefix='3 4 5 6 7 8', tokenize='ascii'
);
DELETE FROM search;
UPDATE search_fills SET below_id = 9223372036854775807;
