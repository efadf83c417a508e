package views

import (
	"strconv"
	"strings"

	"guesthouse/static"
	"guesthouse/store"
)

// ChartPage is the org chart, with one department opened beside it.
type ChartPage struct {
	Page
	store.Chart
	Open *store.DepartmentPeople // nil for none
	Next string                  // further people of it; "" for none
}

// opened reports whether a branch is open at first: the upper ones, and those
// that lead to the department that is looked at.
func (m ChartPage) opened(d store.Department) bool {
	if m.Open != nil {
		for _, above := range m.Open.Path {
			if above.ID == d.ID {
				return true
			}
		}
	}
	return d.Depth < 2
}

// current reports whether the department is the one that is looked at.
func (m ChartPage) current(d store.Department) bool {
	return m.Open != nil && m.Open.Department.ID == d.ID
}

// chartPerson is somebody in the chart; the name leads on where the reader may
// see the profile.
func chartPerson(p store.DepartmentPerson) Person {
	if p.Known {
		return linked(p.Account)
	}
	return PersonOf(p.Account)
}

// EditChartPage is where the departments are made and put in order.
type EditChartPage struct {
	Page
	store.Chart
	Name   string // of a new department, as typed
	Parent store.ID
}

func (m EditChartPage) parents() []Option {
	return departmentOptions(m.All(), Option{Label: m.T("chart.top")})
}

// DepartmentEditPage is where one department is changed.
type DepartmentEditPage struct {
	Page
	store.Chart
	People     store.DepartmentPeople
	Name       string // as typed
	Parent     store.ID
	Query      string // who is looked for
	Candidates []Candidate
	Next       string
	Post       DepartmentPost // what was typed for somebody and could not be kept
}

// DepartmentPost is what somebody is in a department, as it was typed.
type DepartmentPost struct {
	Account store.ID
	Title   string
	Heads   bool
}

// typed is what stands in the fields of somebody: what was typed, if it was for them.
func (m DepartmentEditPage) typed(p store.DepartmentPerson) DepartmentPost {
	if m.Post.Account == p.Account.ID {
		return m.Post
	}
	return DepartmentPost{Title: p.Title, Heads: p.Heads}
}

// titleField is the field of somebody's title.
func titleField(p store.DepartmentPerson) Field {
	return Field{Name: "title", ID: "title-" + p.Account.ID.String()}
}

// parents are where the department may hang: not below itself.
func (m DepartmentEditPage) parents() []Option {
	options := []Option{{Label: m.T("chart.top")}}
	inside, depth := false, 0
	for _, d := range m.All() {
		if inside && d.Depth > depth {
			continue
		}
		if inside = d.ID == m.People.Department.ID; inside {
			depth = d.Depth
			continue
		}
		options = append(options, departmentOptions([]store.Department{d})...)
	}
	return options
}

func (m DepartmentEditPage) id() store.ID { return m.People.Department.ID }

// ChartImportForm takes a list of departments and people.
type ChartImportForm struct {
	Page
	Encoding string
}

func (m ChartImportForm) encodings() []Option { return BulkPage{Page: m.Page}.encodings() }

// ChartListPage is such a list with a verdict for each row.
type ChartListPage struct {
	Page
	store.ChartImport
	From int
}

const chartListSize = 100

// Headline says what the list would do, or did.
func (m ChartListPage) Headline() string {
	if m.AppliedAt.IsZero() {
		return m.T("chart.import_check")
	}
	return m.T("chart.import_done")
}

// rows are those of this page.
func (m ChartListPage) rows() []store.ChartRow {
	from := min(m.From, len(m.Rows))
	return m.Rows[from:min(from+chartListSize, len(m.Rows))]
}

func (m ChartListPage) pager() Pager {
	at := func(from int) string { return WithQuery(AdminChartListURL(m.ID), "from", positive(from)) }
	total := len(m.Rows)
	pager := Pager{Text: m.T("bulk.rows_of", "From", min(m.From+1, total), "To", min(m.From+chartListSize, total), "Of", total)}
	if m.From > 0 {
		pager.Previous = at(max(m.From-chartListSize, 0))
	}
	if m.From+chartListSize < total {
		pager.Next = at(m.From + chartListSize)
	}
	return pager
}

// verdictText says what becomes of a row.
func (m ChartListPage) verdictText(row store.ChartRow) string {
	if row.Problem != nil {
		return m.Error(row.Problem.Code, row.Problem.Args)
	}
	return m.T("chart.verdict." + string(row.Verdict))
}

func verdictBadge(v store.ChartVerdict) (kind, icon string) {
	switch {
	case v.Wrong():
		return "danger", "alert"
	case v.Good():
		return "ok", "check"
	}
	return "", "minus"
}

func versionText(c store.Chart) string { return strconv.Itoa(c.Version) }

// pathAbove are the departments above one, as people write them.
func pathAbove(path []store.Department) string {
	names := make([]string, len(path)-1)
	for i := range names {
		names[i] = path[i].Name
	}
	return store.PathText(names)
}

func iconHref(name string) string { return static.Icon(name) }

// chartHeadings is the first line of a list of departments and people.
func chartHeadings() string { return strings.Join(store.ChartColumns, ",") }
