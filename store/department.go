package store

import (
	"context"
	"slices"
	"strings"
)

// Limits of the departments: all of them are read to draw one chart.
const (
	maxDepartments     = 2000
	maxDepartmentDepth = 12
)

// The values of the setting guest.orgchart (C7).
const (
	ChartStructure = "structure" // units and titles, names only of people one shares a space with
	ChartFull      = "full"      // all names; profiles stay closed
	ChartNone      = "none"
)

// Department is a unit of the organisation with those below it.
type Department struct {
	ID     ID
	Parent ID // 0 at the top
	Name   string
	Depth  int // 0 at the top
	People int // in itself
	Total  int // in itself and below; who is in two counts twice
	Heads  []DepartmentPerson
	Below  []Department
}

// DepartmentPerson is somebody's place in a department.
type DepartmentPerson struct {
	Account Account // its ID is 0 when the reader is not told who it is
	Known   bool    // the reader may open the profile
	Title   string
	Heads   bool
}

// Chart is the departments as one person may see them.
type Chart struct {
	Version     int
	Departments []Department // those at the top
	Structure   bool         // names are left out
	MayEdit     bool
}

// chartView is what of the chart somebody sees.
type chartView struct {
	me    Account
	names string // a value of guest.orgchart; ChartFull for members
}

// chartView is the door to the org chart: it is ErrNotFound for guests where the
// policy says that there is none for them (C7).
func (tx tx) chartView(ctx context.Context, actor Account) (chartView, error) {
	me, err := tx.actor(ctx, actor)
	if err != nil {
		return chartView{}, err
	}
	view, err := tx.viewOfChart(ctx, me)
	if err == nil && view.names == ChartNone {
		err = ErrNotFound
	}
	return view, err
}

// viewOfChart is all of the chart for members, and for guests what the policy says.
func (tx tx) viewOfChart(ctx context.Context, me Account) (chartView, error) {
	if !me.IsGuest() {
		return chartView{me, ChartFull}, nil
	}
	e, err := tx.environment(ctx)
	return chartView{me, e.Policy.Value("guest.orgchart")}, err
}

// people joins the accounts of the places p, as far as the reader is told who
// they are: a name that is not for the reader is not read. $1 is the reader, $2
// the moment.
func (v chartView) people() string {
	known := v.known()
	if v.names == ChartFull {
		known = `TRUE`
	}
	return `JOIN accounts me ON me.id = $1 LEFT JOIN accounts a ON a.id = p.account_id AND ` + known
}

// known is whether the reader may open the profile of a.
func (v chartView) known() string { return acquainted("a", "$2") }

func (v chartView) columns() string {
	return `p.title, p.heads, CASE WHEN a.id IS NOT NULL AND ` + v.known() + ` THEN 1 ELSE 0 END,
		a.id, a.kind, a.display_name, a.company, a.division, a.picture, a.locale, a.status`
}

func (p *DepartmentPerson) scan(known *int) []any {
	return append([]any{&p.Title, &p.Heads, known}, p.Account.scanPersonOrNone()...)
}

// fit takes what is not for the reader: a picture is part of the profile.
func (p *DepartmentPerson) fit(known int) {
	if p.Known = known == 1; !p.Known {
		p.Account.Picture, p.Account.Division = "", ""
	}
}

// Chart is the org chart as the actor may see it, with the heads of each
// department (S4-17, C7). It is ErrNotFound for guests where there is none for them.
func (s *Store) Chart(ctx context.Context, actor Account) (Chart, error) {
	var c Chart
	err := s.read(ctx, func(tx tx) error {
		view, err := tx.chartView(ctx, actor)
		if err != nil {
			return err
		}
		c, err = tx.chart(ctx)
		if err != nil {
			return err
		}
		c.Structure, c.MayEdit = view.names == ChartStructure, view.me.SystemAdmin
		heads, err := tx.departmentHeads(ctx, view)
		if err != nil {
			return err
		}
		each(c.Departments, func(d *Department) { d.Heads = heads[d.ID] })
		return nil
	})
	return c, err
}

// chart is the tree without its people.
func (tx tx) chart(ctx context.Context) (c Chart, err error) {
	if err := tx.row(ctx, `SELECT e.chart_version FROM environment e`).Scan(&c.Version); err != nil {
		return c, err
	}
	rows, err := tx.query(ctx, `SELECT d.id, d.parent_id, d.name, d.people_count FROM departments d ORDER BY d.parent_id, d.place, d.id`)
	list, err := all(rows, err, func(row scanner) (d Department, err error) {
		return d, row.Scan(&d.ID, nullID{&d.Parent}, &d.Name, &d.People)
	})
	below := map[ID][]Department{}
	for _, d := range list {
		below[d.Parent] = append(below[d.Parent], d)
	}
	c.Departments = grow(below, 0, 0)
	return c, err
}

// grow hangs departments below their parents.
func grow(below map[ID][]Department, parent ID, depth int) []Department {
	list := below[parent]
	for i := range list {
		d := &list[i]
		d.Depth, d.Total = depth, d.People
		d.Below = grow(below, d.ID, depth+1)
		for _, child := range d.Below {
			d.Total += child.Total
		}
	}
	return list
}

// each visits departments from the top down.
func each(list []Department, visit func(*Department)) {
	for i := range list {
		visit(&list[i])
		each(list[i].Below, visit)
	}
}

// Find is the department with those above it, the topmost first; nil when
// there is none.
func (c Chart) Find(id ID) []Department { return find(c.Departments, id) }

func find(list []Department, id ID) []Department {
	for _, d := range list {
		if d.ID == id {
			return []Department{d}
		}
		if path := find(d.Below, id); path != nil {
			return append([]Department{d}, path...)
		}
	}
	return nil
}

// All are the departments in the order in which they are drawn.
func (c Chart) All() (list []Department) {
	each(c.Departments, func(d *Department) { list = append(list, *d) })
	return list
}

// within are a department and all below it.
func (c Chart) within(id ID) (ids []ID) {
	path := c.Find(id)
	if path == nil {
		return nil
	}
	each(path[len(path)-1:], func(d *Department) { ids = append(ids, d.ID) })
	return ids
}

func (tx tx) departmentHeads(ctx context.Context, view chartView) (map[ID][]DepartmentPerson, error) {
	rows, err := tx.query(ctx, `
		SELECT p.department_id, `+view.columns()+`
		FROM department_people p
		`+view.people()+`
		WHERE p.heads`, view.me.ID, at(tx.now))
	heads := map[ID][]DepartmentPerson{}
	_, err = all(rows, err, func(row scanner) (none struct{}, err error) {
		var p DepartmentPerson
		var department ID
		var known int
		err = row.Scan(append([]any{&department}, p.scan(&known)...)...)
		p.fit(known)
		heads[department] = append(heads[department], p)
		return none, err
	})
	for _, list := range heads {
		slices.SortFunc(list, func(a, b DepartmentPerson) int {
			return strings.Compare(FoldKey(a.Account.Name)+a.Title, FoldKey(b.Account.Name)+b.Title)
		})
	}
	return heads, err
}

// DepartmentPeople is who is in one department, its heads first.
type DepartmentPeople struct {
	Department Department
	Path       []Department // from the top to itself
	People     Page[DepartmentPerson]
	Titles     []string // of people whom the reader is not told of
	Unnamed    int      // how many those are
}

// maxTitles is how many titles of people without names are shown.
const maxTitles = 50

// DepartmentPeople lists who is in a department, as far as the actor may know.
// Errors: those of Chart, ErrNotFound.
func (s *Store) DepartmentPeople(ctx context.Context, actor Account, id ID, from string) (DepartmentPeople, error) {
	var d DepartmentPeople
	err := s.read(ctx, func(tx tx) error {
		view, err := tx.chartView(ctx, actor)
		if err != nil {
			return err
		}
		chart, err := tx.chart(ctx)
		if err != nil {
			return err
		}
		if d.Path = chart.Find(id); d.Path == nil {
			return ErrNotFound
		}
		d.Department = d.Path[len(d.Path)-1]
		if d.People, err = tx.departmentPeople(ctx, view, id, from); err != nil || view.names != ChartStructure {
			return err
		}
		return tx.unnamed(ctx, view, &d)
	})
	return d, err
}

// departmentPeople are those whom the reader is told of.
func (tx tx) departmentPeople(ctx context.Context, view chartView, id ID, from string) (Page[DepartmentPerson], error) {
	rank, name, account := -1, "", ID(0)
	after(from, &rank, &name, &account)
	rows, err := tx.query(ctx, `
		SELECT a.name_key, `+view.columns()+`
		FROM department_people p
		`+view.people()+`
		WHERE p.department_id = $3 AND a.id IS NOT NULL
			AND (CASE WHEN p.heads THEN 0 ELSE 1 END, a.name_key, a.id) > ($4, $5, $6)
		ORDER BY CASE WHEN p.heads THEN 0 ELSE 1 END, a.name_key, a.id
		LIMIT $7`, view.me.ID, at(tx.now), id, rank, name, account, PageSize+1)
	type keyed struct {
		DepartmentPerson
		key string
	}
	list, err := all(rows, err, func(row scanner) (k keyed, err error) {
		var known int
		err = row.Scan(append([]any{&k.key}, k.scan(&known)...)...)
		k.fit(known)
		return k, err
	})
	page := pageOf(list, PageSize, func(k keyed) []any {
		rank := 1
		if k.Heads {
			rank = 0
		}
		return []any{rank, k.key, k.Account.ID}
	})
	people := Page[DepartmentPerson]{Next: page.Next}
	for _, k := range page.Items {
		people.Items = append(people.Items, k.DepartmentPerson)
	}
	return people, err
}

// unnamed counts those whom the reader is not told of, with their titles.
func (tx tx) unnamed(ctx context.Context, view chartView, d *DepartmentPeople) error {
	rows, err := tx.query(ctx, `
		SELECT p.title, COUNT(*)
		FROM department_people p
		`+view.people()+`
		WHERE p.department_id = $3 AND a.id IS NULL
		GROUP BY p.title
		ORDER BY p.title`, view.me.ID, at(tx.now), d.Department.ID)
	_, err = all(rows, err, func(row scanner) (none struct{}, err error) {
		var title string
		var n int
		err = row.Scan(&title, &n)
		if d.Unnamed += n; title != "" && len(d.Titles) < maxTitles {
			d.Titles = append(d.Titles, title)
		}
		return none, err
	})
	return err
}

// Post is a department that somebody is in, with the title there.
type Post struct {
	Department ID
	Name       string
	Title      string
}

// posts are the departments of people, as far as the reader sees the chart.
func (tx tx) posts(ctx context.Context, view chartView, accounts []ID) (map[ID][]Post, error) {
	found := map[ID][]Post{}
	if view.names == ChartNone {
		return found, nil
	}
	err := tx.eachOf(ctx, `
		SELECT p.account_id, d.id, d.name, p.title
		FROM department_people p
		JOIN departments d ON d.id = p.department_id
		WHERE p.account_id IN (`, accounts, func(row scanner) error {
		var id ID
		var p Post
		err := row.Scan(&id, &p.Department, &p.Name, &p.Title)
		found[id] = append(found[id], p)
		return err
	})
	for _, list := range found {
		slices.SortFunc(list, func(a, b Post) int { return int(a.Department - b.Department) })
	}
	return found, err
}
