package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// database is the pair of pools behind a store. On SQLite one connection
// writes and a few read, so that a writer never waits for itself and readers
// never wait at all; on PostgreSQL both are the same pool.
type database struct {
	dialect
	writer, reader           *sql.DB
	writeCache, readCache    *statements
	writeOptions, readOption *sql.TxOptions
	group                    *group // of the one writer; nil on PostgreSQL, which does this itself
}

func openDatabase(ctx context.Context, options Options) (database, error) {
	if options.Readers == 0 {
		options.Readers = 4
	}
	if options.Database != "" {
		return openPostgres(ctx, options)
	}
	return openSQLite(ctx, options)
}

func openSQLite(ctx context.Context, options Options) (database, error) {
	path := filepath.Join(options.Data, "guesthouse.db")
	writer, err := sql.Open("sqlite", sqliteURL(path, "_txlock=immediate"))
	if err != nil {
		return database{}, fmt.Errorf("open the database: %w", err)
	}
	writer.SetMaxOpenConns(1)
	if err := checkSQLite(ctx, writer); err != nil {
		return database{}, errors.Join(damaged(err), writer.Close())
	}
	if err := migrate(ctx, writer, sqlite); err != nil {
		return database{}, errors.Join(damaged(err), writer.Close())
	}
	reader, err := sql.Open("sqlite", sqliteURL(path, "_pragma=query_only(1)"))
	if err != nil {
		return database{}, errors.Join(err, writer.Close())
	}
	reader.SetMaxOpenConns(options.Readers)
	reader.SetMaxIdleConns(options.Readers)
	return database{
		dialect: sqlite, writer: writer, reader: reader,
		writeCache: newStatements(writer), readCache: newStatements(reader),
		group: &group{},
	}, nil
}

func openPostgres(ctx context.Context, options Options) (database, error) {
	pool, err := sql.Open("pgx", options.Database)
	if err != nil {
		return database{}, fmt.Errorf("open the database: %w", err)
	}
	pool.SetMaxOpenConns(20)
	pool.SetMaxIdleConns(10)
	if err := pool.PingContext(ctx); err != nil {
		return database{}, errors.Join(fmt.Errorf("reach the database: %w", err), pool.Close())
	}
	if err := migrate(ctx, pool, postgres); err != nil {
		return database{}, errors.Join(err, pool.Close())
	}
	return database{
		dialect: postgres, writer: pool, reader: pool,
		// The statement cache of pgx serves here.
		writeCache: nil, readCache: nil,
		// Two people who each see the other's old row must not both win.
		writeOptions: &sql.TxOptions{Isolation: sql.LevelSerializable},
		readOption:   &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	}, nil
}

func (d *database) close() error {
	if d.writer == d.reader {
		return d.writer.Close()
	}
	return errors.Join(d.reader.Close(), d.writer.Close())
}

// Serialisation failures are the database's way to say "again"; under thirty
// clicks on one link a transaction may hear it often (SEC-R9).
const retries = 30

func (d *database) inTx(ctx context.Context, writing bool, fn func(*sql.Tx, *statements) error) error {
	pool, cache, options := d.reader, d.readCache, d.readOption
	if writing {
		pool, cache, options = d.writer, d.writeCache, d.writeOptions
	}
	for attempt := 1; ; attempt++ {
		var err error
		if writing && d.group != nil {
			err = d.do(ctx, fn)
		} else {
			err = once(ctx, pool, cache, options, fn)
		}
		cache.prepare(ctx)
		if err == nil || attempt == retries || !d.again(err) {
			return err
		}
		pause := time.Duration(rand.Int64N(int64(min(attempt, 10)) * int64(5*time.Millisecond))) //nolint:gosec // a jitter, no secret
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(pause):
		}
	}
}

func once(ctx context.Context, pool *sql.DB, cache *statements, options *sql.TxOptions, fn func(*sql.Tx, *statements) error) error {
	inner, err := pool.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	defer func() { _ = inner.Rollback() }() // does nothing after the commit
	if err := fn(inner, cache); err != nil {
		return err
	}
	return inner.Commit()
}

// statements keeps the statements of one pool prepared. A statement is
// prepared after the transaction that met it first, because a pool must not be
// asked for a connection by somebody who holds one.
type statements struct {
	pool    *sql.DB
	mu      sync.RWMutex
	ready   map[string]*sql.Stmt
	wanted  map[string]bool
	pending bool
}

// The texts in this package are few and constant; lists with filters make some
// more. Beyond this many nothing more is prepared.
const statementLimit = 500

func newStatements(pool *sql.DB) *statements {
	return &statements{pool: pool, ready: map[string]*sql.Stmt{}, wanted: map[string]bool{}}
}

func (c *statements) of(query string) *sql.Stmt {
	if c == nil {
		return nil
	}
	c.mu.RLock()
	statement := c.ready[query]
	c.mu.RUnlock()
	if statement != nil {
		return statement
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.ready)+len(c.wanted) < statementLimit && c.ready[query] == nil {
		c.wanted[query], c.pending = true, true
	}
	return nil
}

func (c *statements) prepare(ctx context.Context) {
	if c == nil {
		return
	}
	c.mu.Lock()
	if !c.pending {
		c.mu.Unlock()
		return
	}
	wanted := c.wanted
	c.wanted, c.pending = map[string]bool{}, false
	c.mu.Unlock()
	for query := range wanted {
		statement, err := c.pool.PrepareContext(ctx, query)
		if err != nil {
			continue // it runs unprepared, where its error is seen
		}
		c.mu.Lock()
		c.ready[query] = statement
		c.mu.Unlock()
	}
}

// sqlitePragmas are what SEC-R1 asks for. They are read back at the start,
// because drivers ignore what they do not know.
var sqlitePragmas = []struct{ name, set, want string }{
	{"busy_timeout", "5000", "5000"},
	{"journal_mode", "WAL", "wal"},
	{"synchronous", "FULL", "2"},
	{"foreign_keys", "1", "1"},
	{"trusted_schema", "0", "0"},
	{"cell_size_check", "1", "1"},
	{"mmap_size", "0", "0"},
	{"secure_delete", "FAST", "2"},
	// A statement with many rows keeps its way back in memory, not in a file.
	{"temp_store", "MEMORY", "2"},
}

func sqliteURL(path string, more string) string {
	var query strings.Builder
	for _, pragma := range sqlitePragmas {
		query.WriteString("_pragma=" + pragma.name + "(" + pragma.set + ")&")
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.String() + more}).String()
}

// checkSQLite refuses a library that can corrupt a WAL, settings that did not
// take, and a damaged file (SEC-R1, SEC-R3).
func checkSQLite(ctx context.Context, db *sql.DB) error {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	if olderVersion(version, "3.51.3") {
		return fmt.Errorf("SQLite %s is older than 3.51.3, which can damage a database", version)
	}
	for _, pragma := range sqlitePragmas {
		var got string
		if err := db.QueryRowContext(ctx, "PRAGMA "+pragma.name).Scan(&got); err != nil {
			return fmt.Errorf("read the setting %s: %w", pragma.name, err)
		}
		if got != pragma.want {
			return fmt.Errorf("the database setting %s is %q instead of %q", pragma.name, got, pragma.want)
		}
	}
	var result string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&result); err != nil || result != "ok" {
		return fmt.Errorf("the database file is damaged (%s); restore the last backup", result)
	}
	return nil
}

// damaged says what to do where SQLite says that the file is none of its own,
// or not whole: it may notice before quick_check does.
func damaged(err error) error {
	if hasCode(err, []string{"11", "26"}) { // CORRUPT, NOTADB
		return fmt.Errorf("the database file is damaged; restore the last backup: %w", err)
	}
	return err
}

func olderVersion(a, b string) bool {
	var x, y [3]int
	_, _ = fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2]) // a version that does not parse is old
	_, _ = fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}
