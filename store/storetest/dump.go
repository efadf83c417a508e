package storetest

import (
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Dump is what stands in the database: the rows of every table as text, by
// table. It is for tests that look for what must not be there, or must not
// have changed.
func (w *World) Dump() map[string][]string {
	w.t.Helper()
	driver, source := "sqlite", filepath.Join(w.options.Data, "guesthouse.db")
	names := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	if w.options.Database != "" {
		driver, source = "pgx", w.options.Database
		names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	db, err := sql.Open(driver, source)
	w.must(err)
	defer func() { _ = db.Close() }()
	tables := map[string][]string{}
	for _, row := range w.rows(db, names) {
		_, table, _ := strings.Cut(row, "=")
		tables[table] = w.rows(db, "SELECT * FROM "+table)
	}
	return tables
}

// rows are the rows of a query in a fixed order, each as "column=value" lines.
func (w *World) rows(db *sql.DB, query string) (list []string) {
	w.t.Helper()
	rows, err := db.QueryContext(w.t.Context(), query) //nolint:gosec // names of our own tables
	w.must(err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	w.must(err)
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		w.must(rows.Scan(values...))
		cells := make([]string, len(columns))
		for i, value := range values {
			inner := *value.(*any)
			if bytes, ok := inner.([]byte); ok {
				inner = string(bytes)
			}
			cells[i] = fmt.Sprintf("%s=%v", columns[i], inner)
		}
		list = append(list, strings.Join(cells, "\n"))
	}
	w.must(rows.Err())
	slices.Sort(list)
	return list
}

// Disk is all that the store keeps in its folder, by path: the database with
// its journal, the files and the key.
func (w *World) Disk() map[string]string {
	w.t.Helper()
	found := map[string]string{}
	w.must(filepath.WalkDir(w.options.Data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // the test's own folder
		found[path] = string(content)
		return err
	}))
	return found
}
