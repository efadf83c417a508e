package benchmark

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestReport measures every row and writes docs/performance.md. It runs when
// BENCH is set, because it takes minutes and says little on a busy machine.
// BENCH_GUESTS is the number of guests in the larger environment, BENCH_COMMENTS
// that of the comments in it that are searched.
func TestReport(t *testing.T) {
	if os.Getenv("BENCH") == "" {
		t.Skip("set BENCH=1, or run make bench")
	}
	large := 100_000
	if text := os.Getenv("BENCH_GUESTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		large = n
	}
	r := &report{t: t, only: os.Getenv("BENCH_ONLY")}
	if r.only == "" || strings.HasPrefix(r.only, bigSpace) {
		r.spaces()
	}
	if strings.HasPrefix(r.only, bigSpace) {
		return
	}
	r.hundred, r.small, r.large, r.floor = build(t, 100), build(t, 1000), build(t, large), newFloor(t, 1000)
	r.pages()
	r.addGuests()
	if r.only != "" {
		return
	}
	r.signIn()
	r.crowd()
	r.mails()
	r.search()
	r.program()
	r.write()
}

func build(t *testing.T, people int) *town {
	t.Helper()
	began := time.Now()
	w := newTown(t, people)
	t.Log("built:", w.built(began))
	return w
}

// report collects the lines of the tables.
type report struct {
	t            *testing.T
	only         string
	hundred      *town // where what was asked for is the growth from a hundred guests
	small, large *town
	floor        *floor
	rows, others []string
	spaceRows    []string // of the spaces in which little and much was written
	each         bool     // what is measured there counts for each person of the space
	missed       []string
}

// mayGrow is how much dearer a page may be where there is a thousand times as much.
const mayGrow = 1.25

// row is a piece of work that is measured beside its floor in both towns.
type row struct {
	work   string
	goal   time.Duration
	path   func(*town) string // a page that this version may not have yet
	token  func(*town) string
	act    func(*town) func() int // what is done, if it is not showing the page
	rows   int                    // of the floor's list
	floor  func(*floor) func() int
	writes bool
	few    bool // beside an environment of a hundred guests, not of a thousand
}

func (r *report) measure(row row) {
	r.t.Helper()
	if !strings.HasPrefix(row.work, r.only) {
		return
	}
	small := r.small
	if row.few {
		small, row.work = r.hundred, row.work+" ¹"
	}
	if row.path != nil && !r.small.has(row.path(r.small), row.token(r.small)) {
		r.t.Logf("%s: not in this version", row.work)
		return
	}
	act := row.act
	if act == nil {
		act = func(w *town) func() int { return w.page(row.path(w), row.token(w)) }
	}
	atSmall := measure(r.t, act(small))
	atLarge := measure(r.t, act(r.large))
	bottom := row.floor
	if bottom == nil {
		bottom = func(f *floor) func() int { return f.page(row.rows, atSmall.bytes) }
	}
	r.add(row, measure(r.t, bottom(r.floor)), atSmall, atLarge)
}

func (r *report) add(row row, bottom, small, large figure) {
	growth := float64(large.cpu) / float64(small.cpu)
	size := "–"
	if small.bytes > 0 && !row.writes {
		size = fmt.Sprintf("%.1f KB", float64(small.bytes)/1000)
	}
	if large.cpu > row.goal {
		r.missed = append(r.missed, fmt.Sprintf("%s: %s instead of %s", row.work, ms(large.cpu), ms(row.goal)))
	}
	if growth > mayGrow {
		r.missed = append(r.missed, fmt.Sprintf("%s: grows × %.2f instead of × %.2f", row.work, growth, mayGrow))
	}
	line := fmt.Sprintf("| %s | %s | %s | %s | %s | %s | × %.1f | × %.2f |", row.work, size, ms(row.goal), ms(bottom.cpu),
		ms(small.cpu), ms(large.cpu), float64(large.cpu)/float64(bottom.cpu), growth)
	r.t.Log(line)
	r.rows = append(r.rows, line)
}

// other is a line of the second table.
func (r *report) other(work, goal, figure string, reached bool) {
	line := fmt.Sprintf("| %s | %s | %s |", work, goal, figure)
	r.t.Log(line)
	r.others = append(r.others, line)
	if !reached {
		r.missed = append(r.missed, fmt.Sprintf("%s: %s instead of %s", work, figure, goal))
	}
}

// ms is a duration as the tables show it.
func ms(d time.Duration) string {
	value := float64(d) / float64(time.Millisecond)
	switch {
	case value < 1:
		return fmt.Sprintf("%.3f ms", value)
	case value < 10:
		return fmt.Sprintf("%.2f ms", value)
	}
	return fmt.Sprintf("%.0f ms", value)
}

func (r *report) write() {
	var b strings.Builder
	fmt.Fprintf(&b, head, strings.TrimSpace(commit(r.t)), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, strings.TrimPrefix(runtime.Version(), "go"),
		sqliteVersion(r.t), load(), r.large.people, r.small.people, r.large.people)
	b.WriteString(strings.Join(r.rows, "\n"))
	fmt.Fprintf(&b, inSpaces, muchWritten.comments, muchWritten.files, muchWritten.people, littleWritten.comments, littleWritten.files, littleWritten.people)
	b.WriteString(strings.Join(r.spaceRows, "\n"))
	b.WriteString(others)
	b.WriteString(strings.Join(r.others, "\n"))
	b.WriteString("\n\n## Below the goal\n\n")
	if len(r.missed) == 0 {
		b.WriteString("Nothing.\n")
	}
	for _, missed := range r.missed {
		b.WriteString("- " + missed + "\n")
	}
	b.WriteString(foot)
	path := filepath.Join("..", "..", "docs", "performance.md")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		r.t.Fatal(err)
	}
	r.t.Log("wrote", path)
}

func commit(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", "rev-parse", "--short=10", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	return string(out)
}

// sqliteVersion is the version of the module that is SQLite.
func sqliteVersion(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}}", "modernc.org/sqlite").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// load is how many programs wanted a processor during the last five minutes.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(text))[1]
}

const head = `# Performance

Written by ` + "`make bench`" + `; do not edit. Commit %s, %d cores, %s/%s, Go %s, modernc.org/sqlite %s,
SQLite with ` + "`synchronous=FULL`" + `, the log written, limits open.
The load of the machine was %s: figures by the clock (all of the second table but sizes) say little
where it is above the number of cores.
` + "`BENCH_GUESTS=1000000 make bench`" + ` measures with a million guests instead of %d, ` + "`BENCH_COMMENTS=1000000`" + ` searches
among a million comments.

The figures are **processor time** of one piece of work, server and database together: it moves
little on a machine that does other things too. Of five batches the cheapest counts. The
**floor** is the smallest honest program of the same stack (Echo, templ, a signed cookie, prepared
statements on SQLite) that shows as many rows in as much HTML, and checks nothing: it is measured
in the same run. Pages are asked for without compression. What is measured is the same in both
environments (a member with 50 spaces; a space with 50 threads, 100 guests and a thread of 50
comments); everything around it grows: a guest has a session, an invitation, its mail, an entry in
the audit log and two comments, and a hundred guests have a space.

| work | HTML | goal | floor | %d guests | %d guests | × floor | growth |
|---|---|---|---|---|---|---|---|
`

const inSpaces = `

¹ The smaller environment has 100 guests here.

## A space in which much was written

A space with %d comments, %d files and %d people beside one with %d, %d and %d: what a member and a
guest of it pay for its pages, measured in turns. Most comments stand in one long thread, and as many
messages in the chat; a tenth as much of everything is the team's alone. The two who look have a notice
of every comment and have opened none of them.

| work | reader | HTML | little | much | growth |
|---|---|---|---|---|---|
`

const others = `

| other | goal | figure |
|---|---|---|
`

const foot = `
## Habits that keep it so

- What a statement costs is looked at by a test: the store's tests explain every statement that
  ran and fail on one that reads a whole table which grows, or sorts it, without a reason
  (` + "`store/plan_test.go`" + `).
- Statements are prepared once. Session, account and policy of a request are one statement; the
  door of a space is one more; a list is one.
- Lists go on from a key and never from an offset. Nothing is counted in a request: counters are
  kept by the transaction that changes them, numbers for administrators end at "999+".
- One connection writes, a few read. What is slow (password hashes, Markdown, pictures) happens
  before a transaction begins.
- A page is rendered once into a pooled buffer; pages are compressed at the cheapest level.
`
