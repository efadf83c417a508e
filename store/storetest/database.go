package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"guesthouse/store"
)

// A migrated database is made once per test program and copied for each test.
var template = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv("TEST_DSN"); dsn != "" {
		return postgresTemplate(dsn)
	}
	return sqliteTemplate()
})

func prepare(t testing.TB, options *store.Options) {
	t.Helper()
	if options.Database = Database(t); options.Database != "" {
		return
	}
	from, err := template()
	if err != nil {
		t.Fatalf("make the template of a database: %v", err)
	}
	data, err := os.ReadFile(from) //nolint:gosec // our own file
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(options.Data, "guesthouse.db"), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func sqliteTemplate() (string, error) {
	dir, err := os.MkdirTemp("", "guesthouse-template-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(filepath.Join(dir, "files")) }()
	s, err := store.Open(context.Background(), store.Options{Data: dir})
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "guesthouse.db"), s.Close()
}

// sqliteStore is an empty environment that no test owns; drop ends it.
func sqliteStore() (s *store.Store, drop func(), err error) {
	dir, err := os.MkdirTemp("", "guesthouse-plans-")
	if err != nil {
		return nil, nil, err
	}
	s, err = store.Open(context.Background(), store.Options{Data: dir})
	if err != nil {
		return nil, nil, err
	}
	return s, func() { _, _ = s.Close(), os.RemoveAll(dir) }, nil
}

func postgresTemplate(dsn string) (string, error) {
	name := "template_" + randomName()
	if err := postgresExec(dsn, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "guesthouse-template-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := store.Open(context.Background(), store.Options{Data: dir, Database: postgresURL(dsn, name)})
	if err != nil {
		return "", err
	}
	return name, s.Close()
}

// Database is the URL of a fresh PostgreSQL database when TEST_DSN is set, and
// "" for SQLite, as the setting --database takes it.
func Database(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("TEST_DSN")
	if dsn == "" {
		return ""
	}
	from, err := template()
	if err != nil {
		t.Fatalf("make the template of a database: %v", err)
	}
	return copyPostgres(t, dsn, from)
}

// EmptyDatabase is what Database is, without any table.
func EmptyDatabase(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("TEST_DSN")
	if dsn == "" {
		return ""
	}
	return copyPostgres(t, dsn, "template0")
}

// PostgreSQL copies one template for one test at a time.
var copying sync.Mutex

func copyPostgres(t testing.TB, dsn, from string) string {
	t.Helper()
	name := "test_" + randomName()
	copying.Lock()
	// Files are copied as they are: half the time of copying through the log.
	err := postgresExec(dsn, "CREATE DATABASE "+name+" TEMPLATE "+from+" STRATEGY file_copy")
	copying.Unlock()
	if err != nil {
		t.Fatalf("copy the template of a database: %v", err)
	}
	t.Cleanup(func() { _ = postgresExec(dsn, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return postgresURL(dsn, name)
}

func postgresExec(dsn, statement string) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(context.Background(), statement)
	return err
}

func postgresURL(dsn, name string) string {
	parsed, err := url.Parse(dsn)
	if err != nil {
		return dsn
	}
	parsed.Path = "/" + name
	return parsed.String()
}

func randomName() string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // crypto/rand never fails
	return hex.EncodeToString(random[:])
}
