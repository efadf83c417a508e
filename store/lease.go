package store

import (
	"context"
	"time"
)

// Lease gives a piece of periodic work to one holder until the lease ends, so
// that with many processes each piece runs once. It reports whether the holder
// has it now.
func (s *Store) Lease(ctx context.Context, name, holder string, length time.Duration) (bool, error) {
	held := false
	err := s.write(ctx, func(tx tx) error {
		changed, err := tx.exec(ctx, `
			INSERT INTO leases (name, holder, until_at)
			VALUES ($1, $2, $4)
			ON CONFLICT (name) DO UPDATE
			SET holder = $2, until_at = $4
			WHERE leases.holder = $2 OR leases.until_at <= $3`,
			name, holder, at(tx.now), at(tx.now.Add(length)))
		held = changed == 1
		return err
	})
	return held, err
}

// ReleaseLeases ends every lease, for a portal that starts and knows that it is
// alone on its database: whoever held them is dead, and what is due now need
// not wait.
func (s *Store) ReleaseLeases(ctx context.Context) error {
	return s.write(ctx, func(tx tx) error {
		_, err := tx.exec(ctx, `DELETE FROM leases`)
		return err
	})
}
