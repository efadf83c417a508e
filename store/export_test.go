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

// Pragma reads a setting of SQLite back from the writing connection, or from a
// reading one; ok is false on PostgreSQL.
func (s *Store) Pragma(ctx context.Context, name string, writer bool) (value string, ok bool, err error) {
	if s.db.name != sqlite.name {
		return "", false, nil
	}
	pool := s.db.reader
	if writer {
		pool = s.db.writer
	}
	err = pool.QueryRowContext(ctx, "PRAGMA "+name).Scan(&value)
	return value, true, err
}

// Text is the one text that a query gives.
func (s *Store) Text(ctx context.Context, query string, args ...any) (text string, err error) {
	err = s.read(ctx, func(tx tx) error { return tx.row(ctx, query, args...).Scan(&text) })
	return text, err
}

// GatherAtMost lowers the number of guests that the register gathers and
// sorts, so that a few are enough to see it walk an index instead.
func (s *Store) GatherAtMost(n int) { s.gatherAtMost = n }

// StaleRegister puts every entry of the register out of date, as a migration
// does, and writes them all again.
func (s *Store) StaleRegister(ctx context.Context) error {
	err := s.db.inTx(ctx, true, s.transaction(func(tx tx) error {
		for _, query := range []string{
			`DELETE FROM register`, `DELETE FROM register_words`,
			`INSERT INTO register_stale (entry_id) SELECT 2 * id FROM accounts WHERE kind = 'guest'`,
			`INSERT INTO register_stale (entry_id) SELECT 2 * id + 1 FROM invitations WHERE status = 'pending'`,
		} {
			if _, err := tx.inner.ExecContext(ctx, query); err != nil {
				return err
			}
		}
		return nil
	}))
	if err != nil {
		return err
	}
	return s.fillRegister(ctx)
}
