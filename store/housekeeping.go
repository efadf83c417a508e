package store

import (
	"context"
	"errors"
	"time"
)

// Sweep tidies what has ended: sessions, codes, links, throttles, old mail, the
// words of deleted comments and messages, and accounts whose days of grace are over. Nothing depends on it: an end is checked whenever something is used (SEC-T7).
func (s *Store) Sweep(ctx context.Context) error {
	for _, query := range []string{
		`DELETE FROM sessions WHERE expires_at <= $1`,
		`DELETE FROM throttles WHERE expires_at <= $1`,
		`DELETE FROM remembered_browsers WHERE expires_at <= $1`,
		`DELETE FROM enrolments WHERE shown_until <= $1`,
		`DELETE FROM leases WHERE until_at <= $1`,
		`DELETE FROM webhook_former_secrets WHERE signs_until <= $1`,
		`DELETE FROM calls_once WHERE expires_at <= $1`,
	} {
		if err := s.sweep(ctx, query, 0); err != nil {
			return err
		}
	}
	for _, old := range []struct {
		query string
		after time.Duration
	}{
		{`DELETE FROM tokens WHERE expires_at <= $1`, 30 * Day},
		{`DELETE FROM api_credentials WHERE expires_at <= $1 OR revoked_at <= $1 AND revoked_at IS NOT NULL`, apiCredentialKept},
		{`DELETE FROM sendings WHERE created_at <= $1`, sendingKept},
		{`DELETE FROM expiry_notices WHERE ends_at <= $1`, noticeKept},
		{`DELETE FROM bulk_sendings WHERE created_at <= $1`, bulkKept},
		{`DELETE FROM chart_imports WHERE created_at <= $1`, chartImportKept},
		{`DELETE FROM events WHERE created_at <= $1`, eventsKept},
		{`DELETE FROM notifications WHERE created_at <= $1`, noticesKept},
		{`DELETE FROM guest_acts WHERE created_at <= $1`, sendingKept},
		{`DELETE FROM webhook_events WHERE created_at <= $1`, deliveriesKept},
		{`DELETE FROM file_downloads WHERE first_at <= $1`, downloadsKept},
		// SEC-P4: a password that was not handed over in time is wiped.
		{`UPDATE outbox SET sealed = NULL WHERE kind = 'welcome' AND sealed IS NOT NULL AND created_at <= $1`, passwordMailLife},
		{`DELETE FROM outbox WHERE state <> 'queued' AND state <> 'held' AND closed_at <= $1`, 90 * Day},
		{`DELETE FROM comment_versions WHERE comment_id IN (
			SELECT id FROM comments WHERE deleted_at <= $1 AND deleted_at IS NOT NULL AND body <> '')`, undoDelete},
		{`UPDATE comments SET body = '', body_html = '', excerpt = '' WHERE deleted_at <= $1 AND deleted_at IS NOT NULL AND body <> ''`, undoDelete},
		{`UPDATE messages SET body = '', body_html = '', excerpt = '' WHERE deleted_at <= $1 AND deleted_at IS NOT NULL AND body <> ''`, undoDelete},
	} {
		if err := s.sweep(ctx, old.query, old.after); err != nil {
			return err
		}
	}
	return errors.Join(s.deleteDue(ctx), s.noteExpired(ctx), s.sweepReviews(ctx), s.sweepNoSpace(ctx), s.sweepUploads(ctx), s.sweepFileKeys(ctx), s.sweepTrash(ctx), s.sweepAttachments(ctx), s.sweepFiles(ctx))
}

func (s *Store) sweep(ctx context.Context, query string, after time.Duration) error {
	return s.write(ctx, func(tx tx) error {
		_, err := tx.exec(ctx, query, at(tx.now.Add(-after)))
		return err
	})
}

// noteExpired writes the end of invitations into the audit log. Nothing else
// depends on it: a link's end is checked when it is used (SEC-T7).
func (s *Store) noteExpired(ctx context.Context) error {
	return s.write(ctx, func(tx tx) error {
		rows, err := tx.query(ctx, `
			UPDATE invitations SET expiry_noted = TRUE
			WHERE status = 'pending' AND NOT expiry_noted AND expires_at <= $1
			RETURNING space_id, COALESCE(email, identifier)`, at(tx.now))
		events, err := all(rows, err, func(row scanner) (event, error) {
			e := event{Action: "invitation.expired"}
			err := row.Scan(nullID{&e.Space}, &e.Subject)
			return e, err
		})
		if err != nil || len(events) == 0 {
			return err
		}
		return tx.auditAll(ctx, events)
	})
}
