package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// SEC-A2: what must hold does not rest on our code alone. Each statement is
// one that a fault of ours could run; the database refuses it.
func TestDatabaseRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	now := w.Clock.Now().UnixMilli()
	w.pending(w.Space, "invited@else.example")
	w.do(w.Store.Exec(t.Context(), `
		INSERT INTO audit (action, created_at) VALUES ('test.written', $1)`, now))
	for name, test := range map[string]struct {
		query string
		args  []any
	}{
		"a guest as system administrator": {`UPDATE accounts SET system_admin = TRUE WHERE id = $1`, []any{w.GuestEditor.ID}},
		"a guest who may create spaces":   {`UPDATE accounts SET may_create_guest_spaces = TRUE WHERE id = $1`, []any{w.GuestEditor.ID}},
		"a new guest as administrator": {`INSERT INTO accounts (kind, login_key, display_name, name_key, system_admin, created_at)
			VALUES ('guest', 'x@y.example', 'X', 'x', TRUE, $1)`, []any{now}},
		"an administrator turned into a guest": {`UPDATE accounts SET kind = 'guest' WHERE id = $1`, []any{w.Root.ID}},
		"a space administrator turned guest":   {`UPDATE accounts SET kind = 'guest', may_create_guest_spaces = FALSE WHERE id = $1`, []any{w.Host.ID}},
		"a guest as space administrator":       {`UPDATE memberships SET role = 'administrator' WHERE account_id = $1`, []any{w.GuestEditor.ID}},
		"a guest said to be a member": {`UPDATE memberships SET account_kind = 'member', role = 'administrator'
			WHERE account_id = $1`, []any{w.GuestEditor.ID}},
		"a guest added as a member": {`INSERT INTO memberships (space_id, account_id, account_kind, name_key, role, seen_at, joined_at)
			VALUES ($1, $2, 'member', 'x', 'administrator', 0, 0)`, []any{w.Space, w.GuestOutside.ID}},
		"an internal space opened to guests": {`UPDATE spaces SET kind = 'guest' WHERE id = $1`, []any{w.Spaces[store.SecretSpace]}},
		"a guest space made open":            {`UPDATE spaces SET kind = 'open' WHERE id = $1`, []any{w.Space}},
		"a kind that there is not":           {`UPDATE spaces SET kind = 'public' WHERE id = $1`, []any{w.Space}},
		"several threads made one":           {`UPDATE spaces SET multi_thread = FALSE WHERE multi_thread`, nil},
		"the last administrator gone":        {`DELETE FROM memberships WHERE role = 'administrator' AND space_id = $1`, []any{w.Space}},
		"the last administrator demoted":     {`UPDATE memberships SET role = 'editor' WHERE space_id = $1`, []any{w.Space}},
		"two live invitations of an address": {`INSERT INTO invitations (space_id, email, subject, message, role, locale, inviter_id, status, created_at, expires_at)
			SELECT space_id, email, subject, message, role, locale, inviter_id, status, created_at, expires_at FROM invitations`, nil},
		"an invitation to administrate":       {`UPDATE invitations SET role = 'administrator'`, nil},
		"two living accounts of an address":   {`UPDATE accounts SET login_key = $1 WHERE id = $2`, []any{w.Host.Login, w.Editor.ID}},
		"two sessions of a cookie":            {`UPDATE sessions SET token_hash = (SELECT token_hash FROM sessions WHERE id = $1)`, []any{1}},
		"a membership of nobody":              {`UPDATE memberships SET account_id = 999999 WHERE account_id = $1`, []any{w.Editor.ID}},
		"a second environment":                {`INSERT INTO environment (id, name, preset, created_at) VALUES (2, 'x', 'x', 0)`, nil},
		"an entry of the audit log rewritten": {`UPDATE audit SET action = 'nothing'`, nil},
		"an entry of the audit log deleted":   {`DELETE FROM audit`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			switch name {
			case "several threads made one":
				w.do(w.Store.Exec(t.Context(), `UPDATE spaces SET multi_thread = TRUE WHERE id = $1`, w.Space))
			case "two sessions of a cookie":
				w.SignIn(w.Host)
				w.SignIn(w.Editor)
			}
			before := w.Dump()
			if err := w.Store.Exec(t.Context(), test.query, test.args...); err == nil {
				t.Error("it was done")
			}
			if changed := changedTables(before, w.Dump()); len(changed) > 0 {
				t.Errorf("it changed %v", changed)
			}
		})
	}
}

// changedTables are the names of the tables that two dumps differ in.
func changedTables(before, after map[string][]string) (names []string) {
	for name, rows := range before {
		if len(rows) != len(after[name]) {
			names = append(names, name)
			continue
		}
		for i := range rows {
			if rows[i] != after[name][i] {
				names = append(names, name)
				break
			}
		}
	}
	return names
}

// SEC-A2, S0-18: two last administrators who go at the same moment, on any of
// the ways there are, leave one.
func TestTwoLastAdministratorsOfASpace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for round := range 12 {
		member(t, w.World, w.Space, w.Host, store.Administrator)
		member(t, w.World, w.Space, w.Editor, store.Administrator)
		ways := map[store.ID]func() error{
			w.Host.ID:   func() error { return w.Store.Leave(t.Context(), w.Host, w.Space) },
			w.Editor.ID: func() error { return w.Store.Leave(t.Context(), w.Editor, w.Space) },
		}
		switch round % 3 {
		case 1:
			ways[w.Editor.ID] = func() error {
				return w.Store.ChangeRole(t.Context(), w.Editor, w.Space, w.Editor.ID, store.Editor)
			}
		case 2: // each throws the other out
			ways[w.Host.ID] = func() error { return w.Store.RemoveSpaceMember(t.Context(), w.Editor, w.Space, w.Host.ID) }
			ways[w.Editor.ID] = func() error { return w.Store.RemoveSpaceMember(t.Context(), w.Host, w.Space, w.Editor.ID) }
		}
		var gone atomic.Int32
		var group sync.WaitGroup
		for _, way := range ways {
			group.Go(func() {
				err := way()
				switch {
				case err == nil:
					gone.Add(1)
				case !errors.Is(err, store.ErrNoAdminLeft) && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrForbidden):
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		group.Wait()
		left := w.number(`SELECT COUNT(*) FROM memberships WHERE space_id = $1 AND role = 'administrator'`, w.Space)
		if gone.Load() != 1 || left != 1 {
			t.Fatalf("round %d: %d went, %d administrators are left", round, gone.Load(), left)
		}
	}
}

// SEC-R1: the settings are in force on the connection that writes and on those
// that read, and what reads cannot write.
func TestPragmas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000", "foreign_keys": "1",
		"trusted_schema": "0", "cell_size_check": "1", "mmap_size": "0", "secure_delete": "2",
	} {
		for _, writer := range []bool{true, false} {
			got, lite, err := w.Store.Pragma(t.Context(), name, writer)
			w.do(err)
			if lite && got != want {
				t.Errorf("%s is %q (writer: %v), want %q", name, got, writer, want)
			}
		}
	}
	for writer, want := range map[bool]string{true: "0", false: "1"} {
		got, lite, err := w.Store.Pragma(t.Context(), "query_only", writer)
		w.do(err)
		if lite && got != want {
			t.Errorf("query_only is %q (writer: %v)", got, writer)
		}
	}
}

// SEC-R1: eight who write at once lose nothing, also where one connection reads.
func TestEightWriters(t *testing.T) {
	t.Parallel()
	const writers, each = 8, 20
	w := world{storetest.New(t, func(o *store.Options) { o.Readers = 1 }), t}
	threads, err := w.Store.Threads(t.Context(), w.Host, w.Space, "")
	w.do(err)
	thread := threads.Items[0].ID
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range each {
				if _, err := w.Store.AddComment(t.Context(), w.Editor, w.Space, thread, store.NewComment{Body: "And one more"}); err != nil {
					t.Error(err)
				}
				if _, err := w.Store.Conversation(t.Context(), w.GuestReader, w.Space, thread, store.Place{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	for what, query := range map[string]string{
		"comments":            `SELECT COUNT(*) FROM comments`,
		"the thread's count":  `SELECT comment_count FROM threads WHERE id = $1`,
		"the space's counter": `SELECT activity_count FROM spaces s JOIN threads t ON t.space_id = s.id WHERE t.id = $1`,
	} {
		var args []any
		if what != "comments" {
			args = []any{thread}
		}
		if n := w.number(query, args...); n != writers*each {
			t.Errorf("%s: %d, want %d", what, n, writers*each)
		}
	}
}
