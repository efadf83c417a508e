package store

import (
	"context"
	"errors"
	"time"
)

// ErrTooMany: a limit is used up; RetryAfter says for how long.
var ErrTooMany = &Error{Kind: TooMany, Code: "too_many"}

// spend takes n from a bucket that holds limit in each window, and answers
// ErrTooMany with the time to wait when there is not enough. What was spent by
// a transaction that fails comes back with its rollback; a try that must count
// whatever happens is spent in a transaction of its own (SEC-T10).
func (tx tx) spend(ctx context.Context, bucket string, n, limit int, window time.Duration) error {
	if tx.open {
		return nil
	}
	var count int
	var started time.Time
	err := tx.row(ctx, `
		INSERT INTO throttles (bucket, count, started_at, until_at, expires_at)
		VALUES ($1, $2, $3, 0, $4)
		ON CONFLICT (bucket) DO UPDATE
		SET count = CASE WHEN throttles.expires_at <= $3 THEN $2 ELSE throttles.count + $2 END,
		    started_at = CASE WHEN throttles.expires_at <= $3 THEN $3 ELSE throttles.started_at END,
		    expires_at = CASE WHEN throttles.expires_at <= $3 THEN $4 ELSE throttles.expires_at END
		RETURNING count, started_at`,
		bucket, n, at(tx.now), at(tx.now.Add(window))).Scan(&count, moment{&started})
	if err != nil {
		return err
	}
	if count > limit {
		return ErrTooMany.After(started.Add(window).Sub(tx.now))
	}
	return nil
}

// spent is how much was taken from a bucket in its present window.
func (tx tx) spent(ctx context.Context, bucket string) (n int, err error) {
	err = tx.row(ctx, `SELECT COALESCE(MAX(count), 0) FROM throttles WHERE bucket = $1 AND expires_at > $2`,
		bucket, at(tx.now)).Scan(&n)
	return n, err
}

// limitPassed lets something go on without what a limit holds back.
func limitPassed(err error) error {
	if errors.Is(err, ErrTooMany) {
		return nil
	}
	return err
}
