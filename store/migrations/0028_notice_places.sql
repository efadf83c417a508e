-- +goose Up
-- What is new for somebody at one place, by its whole key: opening a space costs
-- the same however much is unread in it. It serves the chats of two as well.
CREATE INDEX notifications_news ON notifications (account_id, space_id, kind, thread_id, thing_id) WHERE seen_at IS NULL;
DROP INDEX notifications_thread;
