-- +goose Up
-- When somebody was last mailed what is new in a space (0: in chats of two), and
-- how many mails that makes which they have not followed: the next one waits longer.
CREATE TABLE news_pauses (
    account_id {{int}} NOT NULL REFERENCES accounts (id),
    space_id   {{int}} NOT NULL,
    mailed_at  {{int}} NOT NULL,
    mails      {{int}} NOT NULL,
    PRIMARY KEY (account_id, space_id)
) {{table}};
