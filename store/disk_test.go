package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// SEC-R4: with no room on the disk changes are refused and reading goes on,
// also where "last seen" would have been written; then it heals by itself.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Editor.Login, Password: storetest.Password})
	w.do(err)
	w.Clock.Advance(10 * time.Minute)

	full, free := diskStatements(t, w)
	w.do(w.Store.Exec(t.Context(), full))
	if visit, err := w.Store.Visit(t.Context(), entry.Token); err != nil || visit.Account.ID != w.Editor.ID {
		t.Errorf("a visit: %v", err)
	}
	thread := firstThread(t, w.World, w.Space)
	change := func() error {
		_, err := w.Store.AddComment(t.Context(), w.Editor, w.Space, thread, store.NewComment{Body: strings.Repeat("All that we want to do. ", 400)})
		return err
	}
	if err := change(); !errors.Is(err, store.ErrDiskFull) {
		t.Errorf("a change: %v", err)
	}
	w.do(w.Store.Exec(t.Context(), free))
	w.do(change())
	_, err = w.Store.Visit(t.Context(), entry.Token)
	w.do(err)
	if visit, err := w.Store.Visit(t.Context(), entry.Token); err != nil || !visit.Session.SeenAt.Equal(w.Clock.Now()) {
		t.Errorf("seen at %s, %v", visit.Session.SeenAt, err)
	}
}

// diskStatements are a statement that takes away the room for everything that
// grows, "last seen" included, and one that gives it back.
func diskStatements(t *testing.T, w world) (full, free string) {
	t.Helper()
	if _, lite, err := w.Store.Pragma(t.Context(), "page_size", true); err != nil || lite {
		w.do(err)
		return `
			CREATE TABLE ballast (b BLOB);
			CREATE TRIGGER seen_grows BEFORE UPDATE OF seen_at ON sessions
			BEGIN INSERT INTO ballast (b) VALUES (zeroblob(100000)); END;
			PRAGMA max_page_count = 1;`, `
			PRAGMA max_page_count = 1000000;`
	}
	return `
		CREATE FUNCTION no_room() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$ LANGUAGE plpgsql;
		CREATE TRIGGER no_room BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION no_room();
		CREATE TRIGGER no_room BEFORE INSERT ON comments FOR EACH ROW EXECUTE FUNCTION no_room();`, `
		DROP FUNCTION no_room() CASCADE;`
}
