package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// chartImportKept is how long a list and what became of it can be looked at.
const chartImportKept = 7 * Day

// ErrNothingToImport: no row of the list changes anything.
var ErrNothingToImport = &Error{Kind: Conflict, Code: "nothing_to_import"}

// ChartImport is a list of departments and people that was read, before and
// after it was applied. Nothing changes before its owner says so.
type ChartImport struct {
	ID        ID        `json:"-"`
	CreatedAt time.Time `json:"-"`
	AppliedAt time.Time `json:"-"` // zero while it is a dry run

	Encoding    string     `json:"encoding"`
	Rows        []ChartRow `json:"rows"`
	Departments int        `json:"departments"` // that are made
}

// Count is the number of rows with a verdict.
func (c ChartImport) Count(v ChartVerdict) (n int) {
	for _, row := range c.Rows {
		if row.Verdict == v {
			n++
		}
	}
	return n
}

// Good reports whether any row changes something.
func (c ChartImport) Good() bool {
	return slices.ContainsFunc(c.Rows, func(row ChartRow) bool { return row.Verdict.Good() })
}

// ReadChart reads a list of departments and people and keeps it for the dry
// run; it changes nothing. Errors: ErrForbidden, those of the list as a whole.
func (s *Store) ReadChart(ctx context.Context, actor Account, file []byte, encoding, language string) (ID, error) {
	var id ID
	err := s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		if len(file) == 0 {
			return ErrRequired.With("file")
		}
		text, found, err := decodeList(file, encoding, language)
		if err != nil {
			return err
		}
		list := ChartImport{Encoding: found}
		if list.Rows, err = readChartRows(text); err != nil {
			return fieldError(err, "file")
		}
		kept, err := json.Marshal(list)
		if err != nil {
			return fmt.Errorf("keep a list of departments: %w", err)
		}
		return tx.row(ctx, `
			INSERT INTO chart_imports (account_id, list, created_at)
			VALUES ($1, $2, $3)
			RETURNING id`, actor.ID, string(kept), at(tx.now)).Scan(&id)
	})
	return id, err
}

// ChartImport is a list that the actor has read: what would become of each row
// now or, once it was applied, what became of it.
func (s *Store) ChartImport(ctx context.Context, actor Account, id ID) (ChartImport, error) {
	var list ChartImport
	err := s.read(ctx, func(tx tx) (err error) {
		if list, err = tx.chartImport(ctx, actor, id); err != nil || !list.AppliedAt.IsZero() {
			return err
		}
		return tx.runImport(ctx, &list, false)
	})
	return list, err
}

func (tx tx) chartImport(ctx context.Context, actor Account, id ID) (ChartImport, error) {
	actor, err := tx.administrator(ctx, actor)
	if err != nil {
		return ChartImport{}, err
	}
	list := ChartImport{ID: id}
	var text string
	err = tx.row(ctx, `SELECT list, created_at, applied_at FROM chart_imports WHERE id = $1 AND account_id = $2`,
		id, actor.ID).Scan(&text, moment{&list.CreatedAt}, moment{&list.AppliedAt})
	if err != nil {
		return ChartImport{}, missing(err, ErrNotFound)
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return ChartImport{}, fmt.Errorf("read the list of departments %s: %w", id, err)
	}
	return list, nil
}

// ApplyChart does what the dry run says, all in one transaction. A list is
// applied once; asking again changes nothing. Errors: ErrForbidden, ErrNotFound,
// ErrNothingToImport.
func (s *Store) ApplyChart(ctx context.Context, actor Account, id ID) error {
	return s.write(ctx, func(tx tx) error {
		list, err := tx.chartImport(ctx, actor, id)
		if err != nil || !list.AppliedAt.IsZero() {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE environment SET chart_version = chart_version + 1`); err != nil {
			return err
		}
		if err := tx.runImport(ctx, &list, true); err != nil {
			return err
		}
		if !list.Good() {
			return ErrNothingToImport
		}
		kept, err := json.Marshal(list)
		if err != nil {
			return fmt.Errorf("keep what became of a list of departments: %w", err)
		}
		claimed, err := tx.exec(ctx, `UPDATE chart_imports SET applied_at = $2, list = $3 WHERE id = $1 AND applied_at IS NULL`,
			id, at(tx.now), string(kept))
		if err != nil || claimed == 0 {
			return err
		}
		return tx.audit(ctx, event{Action: "department.imported", Actor: actor.ID, Details: map[string]string{
			"departments": itoa(list.Departments), "added": itoa(list.Count(ChartAdded)), "changed": itoa(list.Count(ChartChanged)),
		}})
	})
}

// chartRun is one reading of a list against what is there.
type chartRun struct {
	tx      tx
	apply   bool
	ids     map[string]ID // by folded path; negative for what a dry run would make
	members map[string]ID // by address
	posts   map[ID][]chartPlace
	said    map[chartPlace]bool
	list    *ChartImport
}

// chartPlace is somebody in a department.
type chartPlace struct {
	department, account ID
	title               string
	heads               bool
}

// runImport says what becomes of each row and, with apply, does it.
func (tx tx) runImport(ctx context.Context, list *ChartImport, apply bool) error {
	run := chartRun{tx: tx, apply: apply, list: list, ids: map[string]ID{}, said: map[chartPlace]bool{}}
	chart, err := tx.chart(ctx)
	if err != nil {
		return err
	}
	run.know(chart.Departments, "")
	if err := run.loadMembers(ctx); err != nil {
		return err
	}
	list.Departments = 0
	for i := range list.Rows {
		if err := run.row(ctx, &list.Rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// know learns the paths of the departments that are there.
func (r *chartRun) know(list []Department, above string) {
	for _, d := range list {
		path := above + pathKey(d.Name)
		r.ids[path] = d.ID
		r.know(d.Below, path)
	}
}

func pathKey(name string) string { return FoldKey(name) + pathSigns[:1] }

// loadMembers finds who has the addresses of the list, and where they are.
func (r *chartRun) loadMembers(ctx context.Context) error {
	r.members, r.posts = map[string]ID{}, map[ID][]chartPlace{}
	seen := map[string]bool{}
	var addresses []string
	for _, row := range r.list.Rows {
		if row.Address != "" && !seen[row.Address] {
			seen[row.Address] = true
			addresses = append(addresses, row.Address)
		}
	}
	var ids []ID
	for chunk := range slices.Chunk(addresses, listSizes[len(listSizes)-1]) {
		list, args := inList(1, chunk)
		rows, err := r.tx.query(ctx, `
			SELECT a.login_key, a.id FROM accounts a
			WHERE a.login_key IN (`+list+`) AND a.kind = 'member' AND a.deleted_at IS NULL`, args...)
		_, err = all(rows, err, func(row scanner) (none struct{}, err error) {
			var login string
			var id ID
			err = row.Scan(&login, &id)
			r.members[login], ids = id, append(ids, id)
			return none, err
		})
		if err != nil {
			return err
		}
	}
	return r.tx.eachOf(ctx, `
		SELECT p.department_id, p.account_id, p.title, p.heads
		FROM department_people p
		WHERE p.account_id IN (`, ids, func(row scanner) error {
		var p chartPlace
		err := row.Scan(&p.department, &p.account, &p.title, &p.heads)
		r.posts[p.account] = append(r.posts[p.account], p)
		return err
	})
}

func (r *chartRun) row(ctx context.Context, row *ChartRow) error {
	if row.Problem != nil {
		row.Verdict = ChartBad
		return nil
	}
	made := r.list.Departments
	department, err := r.department(ctx, row.Path)
	var refused *Error
	if errors.As(err, &refused) {
		row.Verdict, row.Problem = ChartBad, &CellProblem{Column: ColumnDepartment, Code: refused.Code, Args: refused.Args}
		return nil
	}
	if err != nil {
		return err
	}
	account, known := r.members[row.Address]
	switch {
	case row.Address == "" && r.list.Departments > made:
		row.Verdict = ChartDepartment
		return nil
	case row.Address == "":
		row.Verdict = ChartSame
		return nil
	case !known:
		row.Verdict = ChartNobody
		return nil
	}
	p := chartPlace{department: department, account: account}
	if r.said[p] {
		row.Verdict = ChartTwice
		return nil
	}
	r.said[p] = true
	p.title, p.heads = row.Title, row.Heads
	row.Verdict = r.verdict(p)
	if !r.apply || row.Verdict == ChartSame {
		return nil
	}
	_, err = r.tx.putIn(ctx, p.department, p.account, p.title, p.heads)
	return err
}

func (r *chartRun) verdict(p chartPlace) ChartVerdict {
	for _, was := range r.posts[p.account] {
		switch {
		case was == p:
			return ChartSame
		case was.department == p.department:
			return ChartChanged
		}
	}
	return ChartAdded
}

// department is the department of a path; what is missing on the way is made.
func (r *chartRun) department(ctx context.Context, path []string) (ID, error) {
	var parent ID
	var key strings.Builder
	for _, name := range path {
		key.WriteString(pathKey(name))
		id, known := r.ids[key.String()]
		if !known {
			if len(r.ids) >= maxDepartments {
				return 0, ErrTooManyDepartments.With("", "Max", maxDepartments)
			}
			var err error
			if id, err = r.make(ctx, parent, name); err != nil {
				return 0, err
			}
			r.ids[key.String()] = id
			r.list.Departments++
		}
		parent = id
	}
	return parent, nil
}

func (r *chartRun) make(ctx context.Context, parent ID, name string) (ID, error) {
	if !r.apply {
		return -ID(len(r.ids) + 1), nil
	}
	return r.tx.insertDepartment(ctx, parent, name)
}

// ChartRows are all departments and who is in them, as a list that ReadChart
// reads, for a system administrator. It calls row for each line.
func (s *Store) ChartRows(ctx context.Context, actor Account, row func(ChartRow, string)) error {
	return s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		chart, err := tx.chart(ctx)
		if err != nil {
			return err
		}
		for _, d := range chart.All() {
			var path []string
			for _, above := range chart.Find(d.ID) {
				path = append(path, above.Name)
			}
			if d.People == 0 {
				row(ChartRow{Path: path}, "")
				continue
			}
			if err := tx.rowsOf(ctx, d.ID, path, row); err != nil {
				return err
			}
		}
		return nil
	})
}

func (tx tx) rowsOf(ctx context.Context, department ID, path []string, row func(ChartRow, string)) error {
	rows, err := tx.query(ctx, `
		SELECT p.title, p.heads, a.login_key, a.display_name
		FROM department_people p
		JOIN accounts a ON a.id = p.account_id
		WHERE p.department_id = $1
		ORDER BY p.heads DESC, a.name_key, a.id`, department)
	_, err = all(rows, err, func(r scanner) (none struct{}, err error) {
		line := ChartRow{Path: path}
		var name string
		err = r.Scan(&line.Title, &line.Heads, &line.Address, &name)
		row(line, name)
		return none, err
	})
	return err
}
