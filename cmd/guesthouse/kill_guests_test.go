package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// Killed at moments that matter while a program adds a hundred guests: after the
// restart all are there, with everything that belongs to them, or none is; what
// was answered is not lost; and the same call, sent again under its key, makes
// them once (S1-01, SEC-R2, SEC-M1 for calls).
func TestKilledWhileAddingGuests(t *testing.T) {
	t.Parallel()
	k := &guestsKilled{data: t.TempDir(), database: storetest.Database(t)}
	args := []string{"--limits", "open", "--database", k.database}
	p := start(t, k.data, args...)
	setUp(t, p, p.visitor())

	batch := 0
	for _, moment := range []struct {
		name  string
		comes func(*sql.DB) bool
	}{
		{"passwords are hashed", k.signedIn(t)},
		{"rows are written", k.inTransaction(t)},
		{"the guests can be seen", k.visible(t, &batch)},
		{"the answer is there", func(*sql.DB) bool { return false }},
	} {
		answered := k.addUntil(t, p, batch, moment.comes)
		p = start(t, k.data, args...)
		there := k.guests(t, batch)
		if there != 0 && there != store.MaxBatch || answered && there == 0 {
			t.Fatalf("killed when %s (answered: %v), %d guests are there; %s", moment.name, answered, there, k.state(t))
		}
		t.Logf("killed when %s (answered: %v): %d guests", moment.name, answered, there)
		if there == 0 {
			continue // the next round sends the same call again, with its key
		}
		if status := k.add(t.Context(), p, batch); status != http.StatusOK {
			t.Errorf("the same call again is answered %d", status)
		}
		if again := k.guests(t, batch); again != store.MaxBatch {
			t.Errorf("after the same call again %d guests are there", again)
		}
		batch++
	}
	if batch == 0 {
		t.Error("no call was ever carried out: the test proves nothing")
	}
}

// guestsKilled is the portal that is killed while guests are added.
type guestsKilled struct{ data, database string }

// addUntil sends a batch and kills the portal when the moment comes, or when the
// call was answered; then answered is true.
func (k *guestsKilled) addUntil(t *testing.T, p *process, batch int, comes func(*sql.DB) bool) (answered bool) {
	t.Helper()
	db := k.open(t)
	status := make(chan int, 1)
	go func() { status <- k.add(context.WithoutCancel(t.Context()), p, batch) }()
	ended := 0
	for ended == 0 && !comes(db) {
		select {
		case ended = <-status:
		default:
		}
	}
	p.kill()
	if err := db.Close(); err != nil { // it only reads, and so leaves the log as the kill left it
		t.Error(err)
	}
	if ended == 0 {
		ended = <-status
	}
	if ended > 0 && ended != http.StatusOK {
		t.Errorf("the call was answered %d", ended)
	}
	return ended == http.StatusOK
}

// add sends a batch under its key and gives the status of the answer, -1 when
// none came.
func (k *guestsKilled) add(ctx context.Context, p *process, batch int) int {
	type guest map[string]string
	guests := make([]guest, store.MaxBatch)
	for i := range guests {
		guests[i] = guest{"name": "Guest", "code": address(batch, i), "password": "password", "timezone": "UTC", "company": "Partner"}
	}
	body, err := json.Marshal(map[string]any{"guests": guests})
	if err != nil {
		return -1
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.base+"/k/v1/guests.json", bytes.NewReader(body))
	if err != nil {
		return -1
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprintf("batch %d", batch))
	r.Header.Set("X-Cybozu-Authorization", base64.StdEncoding.EncodeToString([]byte("jane@works.example:"+hostPassword)))
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return -1
	}
	_ = response.Body.Close() // the status says it
	return response.StatusCode
}

func address(batch, i int) string { return fmt.Sprintf("guest-%d-%d@partner.example", batch, i) }

// open opens the database beside the portal, to look at it only.
func (k *guestsKilled) open(t *testing.T) *sql.DB {
	t.Helper()
	driver, source := "sqlite", "file:"+filepath.Join(k.data, "guesthouse.db")+"?mode=ro&_pragma=busy_timeout(5000)"
	if k.database != "" {
		driver, source = "pgx", k.database
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func count(t *testing.T, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// signedIn is the moment when it is noted who calls: hashing comes next.
func (k *guestsKilled) signedIn(t *testing.T) func(*sql.DB) bool {
	before := -1
	return func(db *sql.DB) bool {
		noted := count(t, db, `SELECT count(*) FROM audit WHERE action = 'session.api_started'`)
		if before < 0 {
			before = noted
		}
		return noted > before
	}
}

// inTransaction is a moment in the transaction: on PostgreSQL one of its
// statements; on SQLite, which writes when it commits, the midst of that.
func (k *guestsKilled) inTransaction(t *testing.T) func(*sql.DB) bool {
	signedIn, hashing := k.signedIn(t), false
	var before time.Time
	return func(db *sql.DB) bool {
		if k.database != "" {
			return count(t, db, `
				SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND query LIKE '%INSERT INTO accounts%'`) > 0
		}
		written, err := os.Stat(filepath.Join(k.data, "guesthouse.db-wal"))
		if err != nil {
			return false // there is none yet
		}
		if !hashing {
			hashing, before = signedIn(db), written.ModTime()
			return false
		}
		return written.ModTime().After(before)
	}
}

// visible is the moment after the commit.
func (k *guestsKilled) visible(t *testing.T, batch *int) func(*sql.DB) bool {
	return func(db *sql.DB) bool {
		return count(t, db, `SELECT count(*) FROM accounts WHERE login_key = $1`, address(*batch, store.MaxBatch-1)) > 0
	}
}

// state is what a failure is looked into with.
func (k *guestsKilled) state(t *testing.T) string {
	t.Helper()
	db := k.open(t)
	defer func() { _ = db.Close() }() // it was only read
	return fmt.Sprintf("%d accounts, %d entries in the log, %d calls, the last account is %d",
		count(t, db, `SELECT count(*) FROM accounts`), count(t, db, `SELECT count(*) FROM audit`),
		count(t, db, `SELECT count(*) FROM calls_once`), count(t, db, `SELECT max(id) FROM accounts`))
}

// guests are how many of a batch are there. What belongs to them is there as
// often: the password, the entry in the log, the note that the call was carried out.
func (k *guestsKilled) guests(t *testing.T, batch int) int {
	t.Helper()
	db := k.open(t)
	defer func() { _ = db.Close() }() // it was only read
	like := fmt.Sprintf("guest-%d-%%@partner.example", batch)
	n := count(t, db, `SELECT count(*) FROM accounts WHERE login_key LIKE $1 AND company = 'Partner' AND password_hash <> ''`, like)
	if logged := count(t, db, `
		SELECT count(*)
		FROM audit l JOIN accounts a ON a.id = l.account_id
		WHERE l.action = 'guest.created' AND a.login_key LIKE $1`, like); logged != n {
		t.Errorf("batch %d: %d guests and %d entries in the log", batch, n, logged)
	}
	if calls := count(t, db, `SELECT count(*) FROM calls_once`); calls != batch+n/store.MaxBatch {
		t.Errorf("batch %d: %d guests, and %d calls are noted as carried out", batch, n, calls)
	}
	return n
}
