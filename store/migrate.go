package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate brings the schema up to date. Each step is one transaction; a schema
// from a newer program is refused (SEC-R6).
func migrate(ctx context.Context, db *sql.DB, d dialect) error {
	provider, err := newProvider(db, d)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if current > target {
		return fmt.Errorf("the database has schema %d, newer than this program's %d: use the newer program", current, target)
	}
	if _, err := provider.Up(ctx); err != nil && !errors.Is(err, goose.ErrNoNextVersion) {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}

func newProvider(db *sql.DB, d dialect) (*goose.Provider, error) {
	files, err := d.migrations()
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	engine := goose.DialectSQLite3
	if d.name == postgres.name {
		engine = goose.DialectPostgres
		// Many processes may start at once; a table lock works on distributed engines too.
		locker, err := lock.NewPostgresTableLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithLocker(locker))
	}
	return goose.NewProvider(engine, db, files, options...)
}

// migrations are the steps of this dialect: NNNN_name.sql serves both,
// NNNN_name.sqlite.sql and NNNN_name.postgres.sql one.
func (d dialect) migrations() (fs.FS, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	for _, name := range names {
		stem := strings.TrimSuffix(path.Base(name), ".sql")
		stem, engine, split := strings.Cut(stem, ".")
		if split && engine != d.name {
			continue
		}
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files[stem+".sql"] = &fstest.MapFile{Data: []byte(d.translate(string(text)))}
	}
	return files, nil
}

// SchemaVersion is the newest migration that this program knows.
func SchemaVersion() (int64, error) {
	files, err := sqlite.migrations()
	if err != nil {
		return 0, err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, err
	}
	return goose.NumericComponent(names[len(names)-1]) // Glob sorts
}
