package storetest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

// ran collects every statement that any store of this test program ran.
var ran struct {
	mu   sync.Mutex
	text map[string]bool
}

func collect(texts []string) {
	ran.mu.Lock()
	defer ran.mu.Unlock()
	if ran.text == nil {
		ran.text = map[string]bool{}
	}
	for _, text := range texts {
		ran.text[text] = true
	}
}

// Reason says why one statement may read a whole table or sort: it is known by
// a piece of its text and by the step of its plan.
type Reason struct {
	Statement string // a piece of its text, however its lines are broken
	Step      string // the step of the plan, or the beginning of it
	Why       string
}

// MainWithPlans runs the tests, and then asks SQLite how it would run each
// statement that they ran. A step that reads a whole table which grows, or that
// sorts rows, fails the run unless one of the reasons covers it; so does a
// reason that covers nothing in a run of all tests (performance.md). Goroutines
// that outlive their tests fail the run as well.
func MainWithPlans(m *testing.M, reasons []Reason) {
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 { // SEC-R10
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if code == 0 && os.Getenv("TEST_DSN") == "" {
		complaints, err := complaints(reasons)
		if err != nil {
			complaints = append(complaints, err.Error())
		}
		for _, complaint := range complaints {
			fmt.Fprintln(os.Stderr, complaint)
			code = 1
		}
	}
	os.Exit(code)
}

func complaints(reasons []Reason) (list []string, err error) {
	plans, err := plans()
	if err != nil {
		return nil, err
	}
	used := make([]bool, len(reasons))
	for _, plan := range plans {
		for _, step := range plan.dear() {
			if i := slices.IndexFunc(reasons, func(r Reason) bool { return r.covers(plan.text, step) }); i >= 0 {
				used[i] = true
				continue
			}
			list = append(list, "query plan: "+step+" in:\n"+plan.text)
		}
	}
	if everything() {
		for i, reason := range reasons {
			if !used[i] {
				list = append(list, "query plan: no statement needs the reason for "+reason.Statement)
			}
		}
	}
	return list, nil
}

// everything reports whether no flag narrowed the tests down.
func everything() bool {
	for _, name := range []string{"test.run", "test.skip"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	short := flag.Lookup("test.short")
	return short == nil || short.Value.String() != "true"
}

func (r Reason) covers(text, step string) bool {
	return strings.HasPrefix(step, r.Step) && strings.Contains(oneLine(text), oneLine(r.Statement))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

type queryPlan struct {
	text  string
	steps []string
}

func plans() ([]queryPlan, error) {
	ran.mu.Lock()
	defer ran.mu.Unlock()
	if len(ran.text) == 0 {
		return nil, nil
	}
	s, drop, err := sqliteStore()
	if err != nil {
		return nil, err
	}
	defer drop()
	var list []queryPlan
	for text := range ran.text {
		steps, err := s.QueryPlan(context.Background(), text)
		if err != nil {
			return nil, fmt.Errorf("explain %s: %w", text, err)
		}
		list = append(list, queryPlan{text: text, steps: steps})
	}
	slices.SortFunc(list, func(a, b queryPlan) int { return strings.Compare(a.text, b.text) })
	return list, nil
}

// Tables that stay small however many people there are.
var smallTables = []string{"environment", "leases", "sqlite_schema", "webhooks"}

var (
	aliases    = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?`)
	subqueries = regexp.MustCompile(`(?i)(?:\)\s+AS|\bWITH\s+RECURSIVE|\bWITH)\s+(\w+)`)
)

// dear are the steps that cost more as tables grow.
func (p queryPlan) dear() (list []string) {
	for _, step := range p.steps {
		table, scan := strings.CutPrefix(step, "SCAN ")
		scan = scan && !strings.Contains(step, "CONSTANT ROW")
		if scan && p.grows(strings.Fields(table)[0]) || strings.HasPrefix(step, "USE TEMP B-TREE") {
			list = append(list, step)
		}
	}
	return list
}

// grows reports whether what a step scans is a table that grows. An INSERT
// lists the tables that refer to its own, which it reads only while deferred
// constraints are broken: never. A subquery has steps of its own.
func (p queryPlan) grows(name string) bool {
	text, insert := strings.CutPrefix(strings.TrimSpace(p.text), "INSERT INTO")
	known := !insert
	for _, match := range aliases.FindAllStringSubmatch(text, -1) {
		if name != match[1] && name != match[2] {
			continue
		}
		if slices.Contains(smallTables, match[1]) {
			return false
		}
		known = true
	}
	for _, match := range subqueries.FindAllStringSubmatch(p.text, -1) {
		if name == match[1] {
			return false
		}
	}
	return known
}
