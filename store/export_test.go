package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"

	"guesthouse/store/secret"
)

// OldSchema makes a database of an earlier schema, as its program left it, and
// a link of an invitation with its nonce and hash.
func OldSchema(ctx context.Context, options Options, version int64, nonce []byte) (db *sql.DB, token string, hash []byte, err error) {
	driver, source, d := "sqlite", sqliteURL(filepath.Join(options.Data, "guesthouse.db"), "_txlock=immediate"), sqlite
	if options.Database != "" {
		driver, source, d = "pgx", options.Database, postgres
	}
	if db, err = sql.Open(driver, source); err != nil {
		return nil, "", nil, err
	}
	key, keyErr := secret.LoadKey(filepath.Join(options.Data, "key"))
	provider, err := newProvider(db, d)
	if err = errors.Join(keyErr, err); err == nil {
		_, err = provider.UpTo(ctx, version)
	}
	if err != nil {
		return nil, "", nil, errors.Join(err, db.Close())
	}
	token = key.Token(tokenPurpose, nonce)
	return db, token, secret.Hash(token), nil
}

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

// BrokenReferences are the tables with rows that refer to nothing. PostgreSQL
// never lets it come to that, not even in a migration.
func (s *Store) BrokenReferences(ctx context.Context) ([]string, error) {
	if s.db.name != sqlite.name {
		return nil, nil
	}
	rows, err := s.db.reader.QueryContext(ctx, "PRAGMA foreign_key_check")
	return all(rows, err, func(row scanner) (table string, err error) {
		var id, parent, key any
		return table, row.Scan(&table, &id, &parent, &key)
	})
}

// MessageListeners are those who should be told of a message.
func (s *Store) MessageListeners(ctx context.Context, message ID) (list []ID, err error) {
	err = s.read(ctx, func(tx tx) error {
		list, err = tx.messageListeners(ctx, message)
		return err
	})
	return list, err
}

// Followers are all followers of what somebody wrote in a thread, read two at a time.
func (s *Store) Followers(ctx context.Context, space, thread ID, audience Audience, author ID) (list []ID, err error) {
	err = s.read(ctx, func(tx tx) error {
		list = nil
		for last := ID(0); ; {
			part, err := tx.followers(ctx, followed{Space: space, Thread: thread, Audience: audience, Author: author}, last, 2)
			if err != nil || len(part) == 0 {
				return err
			}
			list, last = append(list, part...), part[len(part)-1]
		}
	})
	return list, err
}
