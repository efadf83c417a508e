package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"guesthouse/store/blob"
	"guesthouse/store/picture"
	"guesthouse/store/secret"
)

// Limits of one transaction: a statement that takes longer is given up, so
// that nobody waits behind it for ever (SEC-R7).
const (
	readTimeout  = 10 * time.Second
	writeTimeout = 10 * time.Second
)

// Options say where a Store lives. Only Data is needed.
type Options struct {
	Data     string           // folder for the database, the files and the key
	Database string           // "" for SQLite in Data, or postgres://…
	Now      func() time.Time // the clock; time.Now when nil
	Readers  int              // reading connections; 4 when 0
	Host     string           // of the base URL; it stands in every Message-ID
	Hasher   *secret.Hasher   // password hashes; the product's costs when nil
	Open     bool             // lift the rate limits, for load tests (SEC-S10)
	Log      *slog.Logger     // slog.Default when nil
	Outgoing Outgoing         // where the portal may send requests of its own

	// Disk says how many bytes the disk of the files has free, and how many in
	// all; the disk itself when nil.
	Disk func() (free, total int64, err error)
}

// Store is one environment: an organisation with its people and spaces. It is
// safe for many goroutines, and several stores can live in one process.
type Store struct {
	Files *blob.Folder // covers, pictures and files, by their hash

	db       database
	key      secret.Key
	hasher   *secret.Hasher
	now      func() time.Time
	host     string
	open     bool
	log      *slog.Logger
	disk     func() (free, total int64, err error)
	pictures *picture.Preparer // one at a time (SEC-I5)
	proofs   proofs            // passwords of API calls that were right a moment ago

	gatherAtMost int // registerLimit, and less in tests of the other way
	outgoing     Outgoing
	mailers      chan struct{} // woken when a commit has queued mail
	callers      chan struct{} // woken when a commit has something to tell webhooks
	stirred      sleepers      // woken when a commit has noted something that happened
	committed    chan struct{} // woken by every commit: there may be something to index
	indexing     sync.Mutex    // one goroutine indexes
}

// Open opens the environment in options.Data, makes it when there is none, and
// brings its schema up to date. A schema newer than this program is refused.
func Open(ctx context.Context, options Options) (*Store, error) {
	if err := os.MkdirAll(options.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	key, err := secret.LoadKey(filepath.Join(options.Data, "key"))
	if err != nil {
		return nil, fmt.Errorf("load the key: %w", err)
	}
	files, err := blob.Open(filepath.Join(options.Data, "files"))
	if err != nil {
		return nil, fmt.Errorf("open the files: %w", err)
	}
	db, err := openDatabase(ctx, options)
	if err != nil {
		return nil, err
	}
	s := &Store{
		Files: files, db: db, key: key, hasher: options.Hasher, now: options.Now,
		host: cmp.Or(options.Host, "localhost"), open: options.Open, log: options.Log, mailers: make(chan struct{}, 1),
		committed: make(chan struct{}, 1), callers: make(chan struct{}, 1), outgoing: options.Outgoing,
		pictures: picture.New(), gatherAtMost: registerLimit, disk: options.Disk,
	}
	if s.disk == nil {
		s.disk = files.Room
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.hasher == nil {
		s.hasher = secret.NewHasher(runtime.GOMAXPROCS(0), 32) // SEC-P1
	}
	if err := s.fillCompanies(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("fill the keys of companies: %w", err), s.Close())
	}
	if err := s.fillRegister(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("fill the register of guests: %w", err), s.Close())
	}
	if err := s.refillSearch(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("look at the index of search: %w", err), s.Close())
	}
	return s, nil
}

// Close ends all connections.
func (s *Store) Close() error { return errors.Join(s.db.close(), s.Files.Close()) }

// Now is the moment by the store's clock, in UTC, to the millisecond.
func (s *Store) Now() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// OpenLimits reports whether the rate limits are lifted (--limits open).
func (s *Store) OpenLimits() bool { return s.open }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.reader.PingContext(ctx) }

// read runs fn in a transaction that sees one moment and changes nothing.
func (s *Store) read(ctx context.Context, fn func(tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	return s.db.inTx(ctx, false, s.transaction(fn))
}

// write runs fn in a transaction that changes things. It runs fn again when
// the database asks for it, so fn touches nothing but its tx and variables
// that it resets.
func (s *Store) write(ctx context.Context, fn func(tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	queued, stirred, calls := false, false, false
	err := s.db.inTx(ctx, true, s.transaction(func(tx tx) error {
		*tx.queued, *tx.stirred = false, false
		if err := tx.onceOnly(ctx, fn); err != nil {
			return err
		}
		if err := tx.tellPrograms(ctx); err != nil {
			return err
		}
		queued, stirred, calls = *tx.queued, *tx.stirred, tx.told.queued
		return tx.keepRegister(ctx)
	}))
	if err == nil {
		carriedOut(ctx)
		wake(s.committed)
	}
	if err == nil && queued {
		wake(s.mailers)
	}
	if err == nil && stirred {
		s.stirred.wake()
	}
	if err == nil && calls {
		wake(s.callers)
	}
	if s.db.diskFull(err) {
		return ErrDiskFull
	}
	return err
}

// wake tells whoever waits that there is something to do; once is enough.
func wake(sleeper chan struct{}) {
	select {
	case sleeper <- struct{}{}:
	default:
	}
}

func (s *Store) transaction(fn func(tx) error) func(*sql.Tx, *statements) error {
	return func(inner *sql.Tx, prepared *statements) error {
		return fn(tx{inner: inner, prepared: prepared, Store: s, now: s.Now(), queued: new(bool), stirred: new(bool), spending: new(bool), told: new(telling)})
	}
}

// tx is one transaction. now is the moment it began: SQL never asks the clock.
type tx struct {
	*Store
	inner    *sql.Tx
	prepared *statements
	now      time.Time
	queued   *bool    // mail was written to the outbox
	stirred  *bool    // something was noted that happened
	spending *bool    // somebody counts the places already
	told     *telling // what programs are told of it
}

// exec runs a statement that changes rows and says how many it changed.
func (tx tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	var result sql.Result
	var err error
	args = storable(args)
	if statement := tx.prepared.of(query); statement != nil {
		result, err = tx.inner.StmtContext(ctx, statement).ExecContext(ctx, args...)
	} else {
		result, err = tx.inner.ExecContext(ctx, query, args...)
	}
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query runs a statement that gives rows; the caller closes them.
func (tx tx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	args = storable(args)
	if statement := tx.prepared.of(query); statement != nil {
		return tx.inner.StmtContext(ctx, statement).QueryContext(ctx, args...)
	}
	return tx.inner.QueryContext(ctx, query, args...)
}

// row runs a statement that gives one row.
func (tx tx) row(ctx context.Context, query string, args ...any) *sql.Row {
	args = storable(args)
	if statement := tx.prepared.of(query); statement != nil {
		return tx.inner.StmtContext(ctx, statement).QueryRowContext(ctx, args...)
	}
	return tx.inner.QueryRowContext(ctx, query, args...)
}

// scanner is a row or the current row of rows.
type scanner interface{ Scan(...any) error }

// scanID reads a row that is an ID.
func scanID(row scanner) (id ID, err error) { return id, row.Scan(&id) }

// all reads a list with one scan function.
func all[T any](rows *sql.Rows, err error, scan func(scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	var list []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, rows.Err()
}

// missing turns "no such row" into another error.
func missing(err error, instead error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return instead
	}
	return err
}
