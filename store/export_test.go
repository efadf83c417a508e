package store

import "context"

// Exec runs a statement as it is, for tests that need rows that no page makes.
func (s *Store) Exec(ctx context.Context, query string, args ...any) error {
	return s.write(ctx, func(tx tx) error {
		_, err := tx.inner.ExecContext(ctx, query, args...) // not among Statements: it is no statement of ours
		return err
	})
}

// Number is the one whole number that a query gives, for tests that count.
func (s *Store) Number(ctx context.Context, query string, args ...any) (n int, err error) {
	err = s.read(ctx, func(tx tx) error { return tx.inner.QueryRowContext(ctx, query, args...).Scan(&n) })
	return n, err
}
