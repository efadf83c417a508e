package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guesthouse/store"
)

// reopened makes an environment on SQLite, lets a test spoil its file, and
// opens it again.
func reopened(t *testing.T, spoil func(t *testing.T, s *store.Store, file string)) error {
	t.Helper()
	options := store.Options{Data: t.TempDir()}
	s, err := store.Open(t.Context(), options)
	do(t, err)
	do(t, s.EnsureEnvironment(t.Context(), "Example Works", "guesthouse"))
	spoil(t, s, filepath.Join(options.Data, "guesthouse.db"))
	s, err = store.Open(t.Context(), options)
	if err == nil {
		do(t, s.Close())
	}
	return err
}

// SEC-R3, SEC-R6: what must not be served is not opened, and the message says
// what to do: a damaged file, a cut one, and one of a newer program.
func TestWhatIsNotOpened(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(t *testing.T, s *store.Store, file string)
		want  string // in the message; "" when it opens
	}{
		"as it was": {func(t *testing.T, s *store.Store, _ string) { do(t, s.Close()) }, ""},
		"flipped": {func(t *testing.T, s *store.Store, file string) {
			do(t, s.Close())
			content, err := os.ReadFile(file) //nolint:gosec // the test's own file
			do(t, err)
			for i := 4096; i < len(content); i += 97 {
				content[i] ^= 0xA5
			}
			do(t, os.WriteFile(file, content, 0o600))
		}, "backup"},
		"cut": {func(t *testing.T, s *store.Store, file string) {
			do(t, s.Close())
			info, err := os.Stat(file)
			do(t, err)
			do(t, os.Truncate(file, info.Size()/2))
		}, "backup"},
		"no database at all": {func(t *testing.T, s *store.Store, file string) {
			do(t, s.Close())
			do(t, os.WriteFile(file, []byte(strings.Repeat("not a database. ", 1000)), 0o600))
		}, "backup"},
		"of a newer program": {func(t *testing.T, s *store.Store, _ string) {
			do(t, s.Exec(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`))
			do(t, s.Close())
		}, "newer program"},
		"another key": {func(t *testing.T, s *store.Store, file string) {
			do(t, s.Close())
			do(t, os.WriteFile(filepath.Join(filepath.Dir(file), "key"), []byte("not a key\n"), 0o600))
		}, "key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := reopened(t, test.spoil)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
