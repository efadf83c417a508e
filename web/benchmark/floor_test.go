package benchmark

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/gorilla/securecookie"
	"github.com/labstack/echo/v4"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// floor is the smallest honest program of the same stack: Echo, templ, a signed
// cookie, prepared statements on SQLite with the same durability, and as much
// HTML as the portal's page. It asks for a session and its account, reads as
// many rows as the page shows, and checks nothing else.
type floor struct {
	t       testing.TB
	echo    *echo.Echo
	cookies *securecookie.SecureCookie
	cookie  string
	writer  *sql.DB

	session, list *sql.Stmt
	insert        []*sql.Stmt // of each kind of row that an invitation takes, and of a comment
	serial        int
}

// theOne is the token of the session that is measured.
var theOne = []byte("the one who is measured")

const floorSchema = `
	PRAGMA journal_mode = WAL;
	PRAGMA synchronous = FULL;
	CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, locale TEXT NOT NULL, admin INTEGER NOT NULL) STRICT;
	CREATE TABLE sessions (hash BLOB PRIMARY KEY, account_id INTEGER NOT NULL, seen_at INTEGER NOT NULL) STRICT;
	CREATE TABLE items (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, name TEXT NOT NULL, about TEXT NOT NULL,
		kind TEXT NOT NULL, email TEXT NOT NULL, cover TEXT NOT NULL, guests INTEGER NOT NULL, created_at INTEGER NOT NULL, ends_at INTEGER, active_at INTEGER NOT NULL) STRICT;
	CREATE INDEX items_owner ON items (owner_id, active_at, id);
	CREATE TABLE comments (id INTEGER PRIMARY KEY, thread_id INTEGER NOT NULL, author_id INTEGER NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
	CREATE INDEX comments_thread ON comments (thread_id, id);
	CREATE TABLE invitations (id INTEGER PRIMARY KEY, space_id INTEGER NOT NULL, email TEXT NOT NULL, hash BLOB NOT NULL, UNIQUE (space_id, email)) STRICT;
	CREATE TABLE outbox (id INTEGER PRIMARY KEY, recipient TEXT NOT NULL, data TEXT NOT NULL, next_try_at INTEGER NOT NULL) STRICT;
	CREATE INDEX outbox_due ON outbox (next_try_at, id);
	CREATE TABLE audit (id INTEGER PRIMARY KEY, action TEXT NOT NULL, subject TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;`

func newFloor(t testing.TB, people int) *floor {
	t.Helper()
	path := filepath.Join(t.TempDir(), "floor.db")
	f := &floor{t: t, echo: echo.New(), cookies: securecookie.New([]byte(strings.Repeat("k", 32)), nil)}
	f.writer = f.open(path)
	f.exec(floorSchema)
	for _, fill := range []string{
		`INSERT INTO accounts SELECT i, 'Person ' || i, 'en', 0 FROM n`,
		`INSERT INTO sessions SELECT CAST('session' || i AS BLOB), i, 0 FROM n`,
		`INSERT INTO items SELECT i, i / 100, 'Item ' || i, 'What was said last in it, & by whom.',
			'guest', 'person' || i || '@works.example', 'preset:harbour', i, i, NULL, i FROM n`,
	} {
		f.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ` + strconv.Itoa(people) + `) ` + fill)
	}
	hash := sha256.Sum256(theOne)
	f.exec(`INSERT INTO sessions VALUES ($1, 1, 0)`, hash[:])
	var err error
	f.cookie, err = f.cookies.Encode("session", theOne)
	f.must(err)
	reader := f.open(path)
	reader.SetMaxOpenConns(4)
	f.session = f.prepare(reader, `SELECT a.id, a.name, a.locale, a.admin, s.seen_at FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.hash = $1`)
	f.list = f.prepare(reader, `SELECT id, name, about, kind, email, cover, guests, created_at, ends_at, active_at FROM items WHERE owner_id = $1 AND active_at < $2 ORDER BY active_at DESC, id DESC LIMIT $3`)
	for _, insert := range []string{
		`INSERT INTO comments (thread_id, author_id, body, created_at) VALUES (1, 1, $1, $2)`,
		`INSERT INTO invitations (space_id, email, hash) VALUES (1, $1, $2)`,
		`INSERT INTO outbox (recipient, data, next_try_at) VALUES ($1, $2, $3)`,
		`INSERT INTO audit (action, subject, created_at) VALUES ('invited', $1, $2)`,
	} {
		f.insert = append(f.insert, f.prepare(f.writer, insert))
	}
	f.echo.GET("/hello/:bytes", f.hello)
	f.echo.GET("/list/:rows/:bytes", f.showList)
	return f
}

func (f *floor) open(path string) *sql.DB {
	f.t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
	f.must(err)
	db.SetMaxOpenConns(1)
	f.t.Cleanup(func() { _ = db.Close() })
	return db
}

func (f *floor) exec(query string, args ...any) {
	f.t.Helper()
	_, err := f.writer.ExecContext(f.t.Context(), query, args...)
	f.must(err)
}

func (f *floor) prepare(db *sql.DB, query string) *sql.Stmt {
	f.t.Helper()
	statement, err := db.PrepareContext(f.t.Context(), query)
	f.must(err)
	return statement
}

func (f *floor) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// page is the work of showing a page with so many rows; none is a page for
// somebody who is not signed in.
func (f *floor) page(rows, size int) func() int {
	path := "/hello/" + strconv.Itoa(size)
	if rows > 0 {
		path = "/list/" + strconv.Itoa(rows) + "/" + strconv.Itoa(size)
	}
	return request(f.t, f.echo, func() *http.Request {
		r := get(f.t, path)
		r.AddCookie(&http.Cookie{Name: "session", Value: f.cookie})
		return r
	}, http.StatusOK)
}

func (f *floor) hello(c echo.Context) error {
	size, err := strconv.Atoi(c.Param("bytes"))
	if err != nil {
		return err
	}
	return floorSend(c, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, padding[:size])
		return err
	}))
}

type floorItem struct {
	id, guests, created, active     int64
	ends                            sql.NullInt64
	name, about, kind, email, cover string
}

func (f *floor) showList(c echo.Context) error {
	rows, err := strconv.Atoi(c.Param("rows"))
	if err != nil {
		return err
	}
	size, err := strconv.Atoi(c.Param("bytes"))
	if err != nil {
		return err
	}
	cookie, err := c.Cookie("session")
	if err != nil {
		return err
	}
	var token []byte
	if err := f.cookies.Decode("session", cookie.Value, &token); err != nil {
		return err
	}
	account, name, err := f.who(c.Request().Context(), token)
	if err != nil {
		return err
	}
	items, err := f.items(c.Request().Context(), account, rows)
	if err != nil {
		return err
	}
	return floorSend(c, floorList(name, items, size))
}

// who is who has the session of a token.
func (f *floor) who(ctx context.Context, token []byte) (account int64, name string, err error) {
	hash := sha256.Sum256(token)
	var admin, seen int64
	var locale string
	err = f.session.QueryRowContext(ctx, hash[:]).Scan(&account, &name, &locale, &admin, &seen)
	return account, name, err
}

func (f *floor) visit() int {
	_, _, err := f.who(f.t.Context(), theOne)
	f.must(err)
	return 0
}

func (f *floor) items(ctx context.Context, account int64, limit int) ([]floorItem, error) {
	rows, err := f.list.QueryContext(ctx, account, int64(1)<<60, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var items []floorItem
	for rows.Next() {
		var item floorItem
		if err := rows.Scan(&item.id, &item.name, &item.about, &item.kind, &item.email, &item.cover,
			&item.guests, &item.created, &item.ends, &item.active); err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, rows.Err()
}

// padding is HTML that never changes, as most of a page is.
var padding = strings.Repeat(`<div class="card"><span class="badge">Guest</span></div>`+"\n", 4000)

// floorList writes what templ generates for a loop: constant pieces, and
// escaped words between them.
func floorList(name string, items []floorItem, size int) templ.Component {
	each := size / (len(items) + 1)
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, padding[:each]+templ.EscapeString(name)); err != nil {
			return err
		}
		for _, item := range items {
			if err := item.write(w, each); err != nil {
				return err
			}
		}
		return nil
	})
}

// write writes an item in so many bytes.
func (i floorItem) write(w io.Writer, size int) error {
	id, guests := strconv.FormatInt(i.id, 10), strconv.FormatInt(i.guests, 10)
	created, active := floorTime(i.created), floorTime(i.active)
	for _, piece := range []string{
		`<a href="/items/`, id, `" data-kind="`, templ.EscapeString(i.kind), `"><img src="/covers/`, templ.EscapeString(i.cover), `">`,
		templ.EscapeString(i.name), `</a><p>`, templ.EscapeString(i.about), `</p><i>`, templ.EscapeString(i.email),
		`</i><b>`, guests, `</b><time>`, created, `</time><time>`, active, `</time>`,
	} {
		if _, err := io.WriteString(w, piece); err != nil {
			return err
		}
		size -= len(piece)
	}
	_, err := io.WriteString(w, padding[:max(0, size)])
	return err
}

func floorTime(milliseconds int64) string {
	return time.UnixMilli(milliseconds).UTC().Format("2006-01-02 15:04")
}

var floorBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func floorSend(c echo.Context, page templ.Component) error {
	buffer := floorBuffers.Get().(*bytes.Buffer) //nolint:forcetypeassert // the pool holds nothing else
	defer floorBuffers.Put(buffer)
	buffer.Reset()
	if err := page.Render(c.Request().Context(), buffer); err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, buffer.Bytes())
}

// comment commits one comment.
func (f *floor) comment() int {
	_, err := f.insert[0].ExecContext(f.t.Context(), "The floor plan of room 4 is in the drive now.", time.Now().UnixMilli())
	f.must(err)
	return 0
}

// invite commits the three rows of each of n invitations.
func (f *floor) invite(n int) func() int {
	return func() int {
		tx, err := f.writer.BeginTx(f.t.Context(), nil)
		f.must(err)
		for range n {
			f.serial++
			email := "floor" + strconv.Itoa(f.serial) + "@partner.example"
			hash := sha256.Sum256([]byte(email))
			for i, args := range [][]any{{email, hash[:]}, {email, `{"space":"Harbour"}`, f.serial}, {email, f.serial}} {
				_, err := tx.StmtContext(f.t.Context(), f.insert[1+i]).ExecContext(f.t.Context(), args...) //nolint:sqlclosecheck // the transaction closes its copies
				f.must(err)
			}
		}
		f.must(tx.Commit())
		return 0
	}
}
