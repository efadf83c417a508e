package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"guesthouse/store"
)

// version is that of the chart now.
func (w world) version() int { return w.number(`SELECT chart_version FROM environment`) }

// department makes a department.
func (w world) department(parent store.ID, name string) store.ID {
	w.t.Helper()
	id, err := w.Store.AddDepartment(w.t.Context(), w.Root, w.version(), parent, name)
	w.do(err)
	return id
}

// drawn is the chart in words: names, titles and numbers.
func (w world) drawn(actor store.Account) string {
	w.t.Helper()
	chart, err := w.Store.Chart(w.t.Context(), actor)
	w.do(err)
	var b strings.Builder
	for _, d := range chart.All() {
		fmt.Fprintf(&b, "%s%s %d/%d", strings.Repeat("-", d.Depth), d.Name, d.People, d.Total)
		for _, head := range d.Heads {
			fmt.Fprintf(&b, " [%s: %s]", head.Account.Name, head.Title)
		}
		b.WriteString("; ")
	}
	return strings.TrimSuffix(b.String(), "; ")
}

// S4-17: departments are a tree with an order; a person may be in several, and
// heads stand first.
func TestDepartments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	sales := w.department(0, "Sales")
	tokyo := w.department(sales, "東京支社")
	w.department(0, "Finance")
	w.do(w.Store.PutInDepartment(ctx, w.Root, sales, w.Editor.ID, "Clerk", false))
	w.do(w.Store.PutInDepartment(ctx, w.Root, sales, w.Host.ID, "Head of Sales", true))
	w.do(w.Store.PutInDepartment(ctx, w.Root, tokyo, w.Host.ID, "支社長", true))
	want := "Sales 2/3 [Jane Roe: Head of Sales]; -東京支社 1/1 [Jane Roe: 支社長]; Finance 0/0"
	if got := w.drawn(w.Outsider); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	d, err := w.Store.DepartmentPeople(ctx, w.Outsider, sales, "")
	w.do(err)
	if got := named(d.People.Items, func(p store.DepartmentPerson) store.Account { return p.Account }); got != "Jane Roe, Richard Roe" {
		t.Errorf("in the department: %s, the head first", got)
	}
	w.do(w.Store.MoveDepartment(ctx, w.Root, w.version(), sales, false))
	w.do(w.Store.ChangeDepartment(ctx, w.Root, w.version(), tokyo, 0, "Tokyo"))
	if got, want := w.drawn(w.Outsider), "Finance 0/0; Sales 2/2 [Jane Roe: Head of Sales]; Tokyo 1/1 [Jane Roe: 支社長]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := w.people(w.Outsider, store.DirectoryFilter{Department: sales}); strings.Join(got, ", ") != "Jane Roe, Richard Roe" {
		t.Errorf("the directory of the department: %q", got)
	}
	w.do(w.Store.TakeFromDepartment(ctx, w.Root, sales, w.Editor.ID))
	p, err := w.Store.PersonProfile(ctx, w.Outsider, w.Host.ID)
	w.do(err)
	if len(p.Posts) != 2 || p.Posts[0].Title != "Head of Sales" || p.Posts[1].Name != "Tokyo" {
		t.Errorf("departments of a member: %+v", p.Posts)
	}
	if n := w.number(`SELECT COUNT(*) FROM audit WHERE action LIKE 'department.%'`); n != 9 {
		t.Errorf("%d audit rows, want 9", n)
	}
}

// S4-17: what keeps the tree a tree, and two administrators from undoing each
// other's work.
func TestRefusedDepartments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	a := w.department(0, "A")
	b := w.department(a, "B")
	c := w.department(b, "C")
	guest := w.GuestEditor
	for name, test := range map[string]struct {
		act  func(version int) error
		want error
	}{
		"below itself":         {func(v int) error { return w.Store.ChangeDepartment(ctx, w.Root, v, a, c, "A") }, store.ErrDepartmentInside},
		"its own parent":       {func(v int) error { return w.Store.ChangeDepartment(ctx, w.Root, v, a, a, "A") }, store.ErrDepartmentInside},
		"below nothing":        {func(v int) error { return w.Store.ChangeDepartment(ctx, w.Root, v, c, 999, "C") }, store.ErrUnknownDepartment},
		"twice the same":       {func(v int) error { _, err := w.Store.AddDepartment(ctx, w.Root, v, a, "b"); return err }, store.ErrDepartmentExists},
		"the sign of paths":    {func(v int) error { _, err := w.Store.AddDepartment(ctx, w.Root, v, a, "X > Y"); return err }, store.ErrDepartmentSign},
		"no name":              {func(v int) error { _, err := w.Store.AddDepartment(ctx, w.Root, v, a, " "); return err }, store.ErrRequired},
		"an older form":        {func(v int) error { return w.Store.DeleteDepartment(ctx, w.Root, v-1, a, true) }, store.ErrChartChanged},
		"one that is not":      {func(v int) error { return w.Store.MoveDepartment(ctx, w.Root, v, 999, true) }, store.ErrNotFound},
		"by a host":            {func(v int) error { return w.Store.DeleteDepartment(ctx, w.Host, v, a, true) }, store.ErrForbidden},
		"by a guest":           {func(v int) error { return w.Store.PutInDepartment(ctx, guest, a, guest.ID, "", true) }, store.ErrForbidden},
		"a guest in it":        {func(int) error { return w.Store.PutInDepartment(ctx, w.Root, a, guest.ID, "", false) }, store.ErrNoSuchMember},
		"nobody in it":         {func(int) error { return w.Store.PutInDepartment(ctx, w.Root, a, 999, "", false) }, store.ErrNoSuchMember},
		"who is not in it":     {func(int) error { return w.Store.TakeFromDepartment(ctx, w.Root, a, w.Host.ID) }, store.ErrNotFound},
		"its list, by a host":  {func(int) error { return w.Store.ChartRows(ctx, w.Host, func(store.ChartRow, string) {}) }, store.ErrForbidden},
		"a list, by a host":    {func(int) error { _, err := w.Store.ReadChart(ctx, w.Host, []byte("department\nX"), "", ""); return err }, store.ErrForbidden},
		"a list of no columns": {func(int) error { _, err := w.Store.ReadChart(ctx, w.Root, []byte("a,b\nc,d"), "", ""); return err }, store.ErrChartColumns},
	} {
		if err := test.act(w.version()); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	if got, want := w.drawn(w.Root), "A 0/0; -B 0/0; --C 0/0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	below := c
	for i := range 9 {
		below = w.department(below, fmt.Sprint("Level ", i))
	}
	if _, err := w.Store.AddDepartment(ctx, w.Root, w.version(), below, "too deep"); !errors.Is(err, store.ErrDepartmentTooDeep) {
		t.Errorf("a thirteenth level: %v", err)
	}
}

// S4-17: deleting says what becomes of those below and of the people.
func TestDeleteDepartment(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		withBelow bool
		want      string
	}{
		{false, "Top 3/3; -Below 1/1"},
		{true, "Top 2/2"},
	} {
		w := newWorld(t)
		ctx := t.Context()
		top := w.department(0, "Top")
		middle := w.department(top, "Middle")
		below := w.department(middle, "Below")
		w.do(w.Store.PutInDepartment(ctx, w.Root, top, w.Host.ID, "Chief", false))
		w.do(w.Store.PutInDepartment(ctx, w.Root, top, w.Root.ID, "", false))
		w.do(w.Store.PutInDepartment(ctx, w.Root, middle, w.Host.ID, "Deputy", true))
		w.do(w.Store.PutInDepartment(ctx, w.Root, middle, w.Editor.ID, "Clerk", true))
		w.do(w.Store.PutInDepartment(ctx, w.Root, below, w.Outsider.ID, "", false))
		w.do(w.Store.DeleteDepartment(ctx, w.Root, w.version(), middle, test.withBelow))
		got := strings.ReplaceAll(w.drawn(w.Root), "Top 3/4", "Top 3/3")
		if got != test.want {
			t.Errorf("with what is below %t: %s, want %s", test.withBelow, got, test.want)
		}
	}
}

// S4-17, S2-08: who becomes a guest is in no department.
func TestGuestsAreInNoDepartment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sales := w.department(0, "Sales")
	w.do(w.Store.PutInDepartment(t.Context(), w.Root, sales, w.Editor.ID, "Clerk", true))
	w.do(w.Store.Exec(t.Context(), `UPDATE accounts SET kind = 'guest' WHERE id = $1`, w.Editor.ID))
	if got := w.drawn(w.Root); got != "Sales 0/0" {
		t.Errorf("%s", got)
	}
}

// C7, S4-17, S4-22: what guests see of the chart under each value, by presets
// and by hand; profiles stay closed under all of them.
func TestChartOfGuests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		preset, value string
		chart         string // "" for none
		names, titles string
	}{
		{preset: "guesthouse", value: "structure", chart: "Sales 3/3 [: Chief] [Jane Roe: Head]", names: "Jane Roe", titles: "Chief, Clerk"},
		{preset: "groups", value: "full", chart: "Sales 3/3 [Jane Roe: Head] [Otto Outsider: Chief]", names: "Jane Roe, Otto Outsider, Rita Root"},
		{preset: "workspaces", value: "none"},
	} {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx := t.Context()
			sales := w.department(0, "Sales")
			for who, title := range map[*store.Account]string{&w.Host: "Head", &w.Outsider: "Chief", &w.Root: "Clerk"} {
				w.do(w.Store.PutInDepartment(ctx, w.Root, sales, who.ID, title, title != "Clerk"))
			}
			w.do(w.Store.ApplyPreset(ctx, w.Root, test.preset, store.PolicyChange{}))
			if test.value == "none" {
				w.settings(map[string]string{"guest.orgchart": "none"})
			}
			if got := w.policy().Value("guest.orgchart"); got != test.value {
				t.Fatalf("the preset %s says %s", test.preset, got)
			}
			if got := w.drawn(w.Editor); !strings.Contains(got, "Otto Outsider") {
				t.Errorf("a member sees %s", got)
			}
			d, err := w.Store.DepartmentPeople(ctx, w.GuestEditor, sales, "")
			if test.chart == "" {
				_, err2 := w.Store.Chart(ctx, w.GuestEditor)
				if !errors.Is(err, store.ErrNotFound) || !errors.Is(err2, store.ErrNotFound) {
					t.Errorf("%v, %v", err, err2)
				}
				p, err := w.Store.PersonProfile(ctx, w.GuestEditor, w.Host.ID)
				if w.do(err); len(p.Posts) > 0 {
					t.Errorf("departments in a profile: %+v", p.Posts)
				}
				return
			}
			w.do(err)
			if got := w.drawn(w.GuestEditor); got != test.chart {
				t.Errorf("%s, want %s", got, test.chart)
			}
			if got := named(d.People.Items, func(p store.DepartmentPerson) store.Account { return p.Account }); !sameNames(got, test.names) {
				t.Errorf("names %s, want %s", got, test.names)
			}
			if got := strings.Join(d.Titles, ", "); got != test.titles {
				t.Errorf("titles without names %q, want %q", got, test.titles)
			}
			for _, p := range d.People.Items {
				_, err := w.Store.Person(ctx, w.GuestEditor, p.Account.ID)
				if p.Known != (err == nil) || p.Known != (p.Account.Name == "Jane Roe") {
					t.Errorf("%s: known %t, profile %v", p.Account.Name, p.Known, err)
				}
			}
		})
	}
}

const chartList = "Department,Title,E-mail,Head\n" +
	"Sales,Head of Sales,HOST@works.example,x\n" +
	"sales > Tokyo,Clerk,editor@works.example,\n" +
	"Sales > Tokyo,Again,editor@works.example,\n" +
	"Finance,,,\n" +
	"Finance,,nobody@works.example,\n" +
	"Finance,,erika@partner.example,\n" +
	",,host@works.example,\n" +
	"Finance,,not an address,\n"

// S4-17: a list is read, shown with a verdict for each row, changes nothing
// before it is applied, and is applied once. What it brings can be exported and
// read again without a change.
func TestImportChart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id, err := w.Store.ReadChart(ctx, w.Root, []byte(chartList), "auto", "en")
	w.do(err)
	verdicts := func(id store.ID) string {
		list, err := w.Store.ChartImport(ctx, w.Root, id)
		w.do(err)
		var said []string
		for _, row := range list.Rows {
			said = append(said, string(row.Verdict))
		}
		return fmt.Sprint(list.Departments, " ", strings.Join(said, " "))
	}
	const want = "3 added added twice department nobody nobody bad bad"
	if got := verdicts(id); got != want {
		t.Errorf("dry run %q, want %q", got, want)
	}
	if got := w.drawn(w.Root); got != "" {
		t.Errorf("the dry run made %s", got)
	}
	if _, err := w.Store.ChartImport(ctx, w.Host, id); !errors.Is(err, store.ErrForbidden) {
		t.Errorf("another's list: %v", err)
	}
	w.do(w.Store.ApplyChart(ctx, w.Root, id))
	drawn := "Sales 1/2 [Jane Roe: Head of Sales]; -Tokyo 1/1; Finance 0/0"
	if got := w.drawn(w.Root); got != drawn {
		t.Errorf("%s, want %s", got, drawn)
	}
	w.do(w.Store.ApplyChart(ctx, w.Root, id)) // a second click
	if got := verdicts(id); got != want {
		t.Errorf("after it was applied %q, want %q", got, want)
	}
	if n := w.number(`SELECT COUNT(*) FROM audit WHERE action = 'department.imported'`); n != 1 {
		t.Errorf("%d audit rows", n)
	}
	out := "department\ttitle\temail\thead\r\n"
	w.do(w.Store.ChartRows(ctx, w.Root, func(row store.ChartRow, _ string) {
		head := map[bool]string{true: "yes"}[row.Heads]
		out += strings.Join([]string{store.PathText(row.Path), row.Title, row.Address, head}, "\t") + "\r\n"
	}))
	again, err := w.Store.ReadChart(ctx, w.Root, []byte(out), "", "")
	w.do(err)
	if got := verdicts(again); got != "0 same same same" {
		t.Errorf("its own export: %q\n%s", got, out)
	}
	if err := w.Store.ApplyChart(ctx, w.Root, again); !errors.Is(err, store.ErrNothingToImport) {
		t.Errorf("a list that changes nothing: %v", err)
	}
}

// S4-17: a list of a Japanese spreadsheet is read as it is.
func TestImportShiftJIS(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	list := []byte("\x95\x94\x8f\x90,\x96\xf0\x90\x45\r\n\x89\x63\x8b\xc6\x95\x94,\r\n") // 部署,役職 / 営業部
	id, err := w.Store.ReadChart(t.Context(), w.Root, list, "auto", "ja")
	w.do(err)
	w.do(w.Store.ApplyChart(t.Context(), w.Root, id))
	if got := w.drawn(w.Root); got != "営業部 0/0" {
		t.Errorf("%q", got)
	}
}
