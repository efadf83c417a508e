package store

import (
	"slices"
	"strings"
)

// pathSigns part the names in a path of departments; the first is how we write it.
const pathSigns = ">＞›"

// MaxChartRows is how many rows a list of departments and people may have.
const MaxChartRows = 5000

// The columns of a list of departments and people, as files and problems call them.
const (
	ColumnDepartment = "department"
	ColumnTitle      = "title"
	ColumnHead       = "head"
)

// ChartColumns are the columns in the order of the exported file. Other columns
// are read over, so that a file of another program can be taken as it is.
var ChartColumns = []string{ColumnDepartment, ColumnTitle, ColumnAddress, ColumnHead}

var chartColumnNames = map[string][]string{
	ColumnDepartment: {"department", "departments", "departmentpath", "path", "unit", "orgunit", "division", "部署", "部門", "部署名", "組織", "所属", "部门", "部门路径", "组织", "单位"},
	ColumnTitle:      {"title", "jobtitle", "position", "役職", "肩書", "肩書き", "职务", "职位", "头衔"},
	ColumnHead:       {"head", "leads", "manager", "長", "責任者", "部門長", "负责人", "主管", "领导"},
	ColumnAddress:    columnNames[ColumnAddress],
}

// headWords are what says that somebody heads a department; anything else and
// nothing says that they do not.
var headWords = []string{"x", "1", "yes", "y", "true", "on", "head", "はい", "○", "〇", "是"}

// ErrChartColumns: the first line does not name the columns that are needed.
var ErrChartColumns = &Error{Kind: Invalid, Code: "chart_columns", Field: "list"}

// ChartRow is one line of such a list: a department and, with an address,
// somebody in it.
type ChartRow struct {
	Line    int          `json:"line"`
	Path    []string     `json:"path,omitempty"`
	Title   string       `json:"title,omitempty"`
	Address string       `json:"address,omitempty"`
	Heads   bool         `json:"heads,omitempty"`
	Verdict ChartVerdict `json:"verdict"`
	Problem *CellProblem `json:"problem,omitempty"`
}

// ChartVerdict is what becomes of a row.
type ChartVerdict string

// The verdicts.
const (
	ChartAdded      ChartVerdict = "added"      // somebody comes into a department
	ChartChanged    ChartVerdict = "changed"    // the title there, or who heads it
	ChartSame       ChartVerdict = "same"       // it is so already
	ChartDepartment ChartVerdict = "department" // the row makes a department and names nobody
	ChartNobody     ChartVerdict = "nobody"     // no member has the address
	ChartTwice      ChartVerdict = "twice"      // an earlier row says it
	ChartBad        ChartVerdict = "bad"        // a cell cannot be read
)

// ChartVerdicts are all verdicts, in the order in which they are counted up.
var ChartVerdicts = []ChartVerdict{ChartAdded, ChartChanged, ChartDepartment, ChartSame, ChartTwice, ChartNobody, ChartBad}

// Good reports whether the row changes something.
func (v ChartVerdict) Good() bool {
	return v == ChartAdded || v == ChartChanged || v == ChartDepartment
}

// Wrong reports whether somebody has to look at the row.
func (v ChartVerdict) Wrong() bool { return v == ChartNobody || v == ChartBad }

// readChartRows cuts a list into rows. The first line names the columns.
func readChartRows(text string) ([]ChartRow, error) {
	records, err := cutRecords(text, delimiterOf(text), MaxChartRows)
	switch {
	case err != nil:
		return nil, err
	case len(records) < 2:
		return nil, ErrListEmpty
	case len(records)-1 > MaxChartRows:
		return nil, ErrListTooLong.With("list", "N", len(records)-1, "Max", MaxChartRows)
	}
	columns := make([]string, len(records[0].cells))
	for i, heading := range records[0].cells {
		column := chartColumn(heading)
		if column != "" && slices.Contains(columns, column) {
			return nil, ErrListTwice.With("list", "Text", shown(heading))
		}
		columns[i] = column
	}
	if !slices.Contains(columns, ColumnDepartment) {
		return nil, ErrChartColumns.With("list", "Text", shown(strings.Join(records[0].cells, ", ")))
	}
	rows := make([]ChartRow, 0, len(records)-1)
	for _, record := range records[1:] {
		rows = append(rows, chartRow(record, columns))
	}
	return rows, nil
}

func chartColumn(heading string) string {
	key := plainWord(heading)
	for column, names := range chartColumnNames {
		if slices.Contains(names, key) {
			return column
		}
	}
	return ""
}

func chartRow(record listRecord, columns []string) ChartRow {
	row := ChartRow{Line: record.line}
	for i, cell := range record.cells[:min(len(record.cells), len(columns))] {
		var err error
		switch columns[i] {
		case ColumnDepartment:
			row.Path, err = readPath(cell)
		case ColumnTitle:
			row.Title, err = CleanLine(ColumnTitle, strings.TrimPrefix(cell, "'"), maxDepartmentName)
		case ColumnAddress:
			var email Email
			if cell != "" {
				email, err = ParseEmail(cell)
			}
			row.Address = string(email)
		case ColumnHead:
			row.Heads = slices.Contains(headWords, strings.ToLower(cell))
		}
		if err != nil && row.Problem == nil {
			problem := problemOf(cell, err)
			row.Problem = &CellProblem{Column: columns[i], Code: problem.Code, Args: problem.Args}
		}
	}
	if row.Problem == nil && len(row.Path) == 0 {
		row.Problem = &CellProblem{Column: ColumnDepartment, Code: ErrRequired.Code}
	}
	return row
}

// readPath reads "Sales > Tokyo" from the top down.
func readPath(cell string) ([]string, error) {
	var path []string
	for _, part := range strings.FieldsFunc(strings.TrimPrefix(cell, "'"), func(r rune) bool { return strings.ContainsRune(pathSigns, r) }) {
		name, err := CleanName(ColumnDepartment, part, maxDepartmentName)
		if err != nil {
			return nil, err
		}
		path = append(path, name)
	}
	if len(path) > maxDepartmentDepth {
		return nil, ErrDepartmentTooDeep.With(ColumnDepartment, "Max", maxDepartmentDepth)
	}
	return path, nil
}

// PathText is a path as files hold it.
func PathText(path []string) string { return strings.Join(path, " > ") }
