package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// showChart is the org chart, with one department opened beside it (S4-17, C7).
func (s *Server) showChart(c echo.Context) error {
	ctx := c.Request().Context()
	chart, err := s.Store.Chart(ctx, actor(c))
	if err != nil {
		return err
	}
	p, err := s.page(c, "nav.orgchart")
	if err != nil {
		return err
	}
	p.Current = views.NavChart
	m := views.ChartPage{Page: p, Chart: chart}
	if id := c.QueryParam("department"); id != "" {
		open, err := s.Store.DepartmentPeople(ctx, actor(c), store.ParseID(id), c.QueryParam("from"))
		if err != nil {
			return err
		}
		m.Open = &open
		if open.People.Next != "" {
			m.Next = views.WithQuery(views.ChartURL, "department", id, "from", open.People.Next) + "#department"
		}
	}
	return s.render(c, http.StatusOK, views.ShowChart(m))
}

// departmentForm is a department as it was typed.
type departmentForm struct {
	Version int    `form:"version"`
	Name    string `form:"name"`
	Parent  string `form:"parent"`
}

// editChart is where the departments are made and put in order.
func (s *Server) editChart(c echo.Context) error {
	return s.showEditChart(c, http.StatusOK, departmentForm{}, nil)
}

func (s *Server) showEditChart(c echo.Context, status int, form departmentForm, problems views.Problems) error {
	chart, err := s.Store.Chart(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	p, err := s.page(c, "nav.orgchart")
	if err != nil {
		return err
	}
	p.Current, p.Errors = views.AdminChartURL, problems
	return s.render(c, status, views.EditChart(views.EditChartPage{Page: p, Chart: chart, Name: form.Name, Parent: store.ParseID(form.Parent)}))
}

// chartProblems is what a form about departments shows of an error: also that
// somebody else has changed them, which the form then shows as they are now.
func chartProblems(err error) (problems views.Problems, status int, other error) {
	if errors.Is(err, store.ErrChartChanged) {
		return views.Problems{{Code: store.ErrChartChanged.Code}}, http.StatusConflict, nil
	}
	problems, other = reshow(err)
	return problems, http.StatusUnprocessableEntity, other
}

func (s *Server) createDepartment(c echo.Context) error {
	var form departmentForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	_, err := s.Store.AddDepartment(c.Request().Context(), actor(c), form.Version, store.ParseID(form.Parent), form.Name)
	if err != nil {
		problems, status, err := chartProblems(err)
		if err != nil {
			return err
		}
		return s.showEditChart(c, status, form, problems)
	}
	s.flash(c, "flash.chart_saved")
	return s.redirect(c, views.AdminChartURL)
}

func departmentID(c echo.Context) store.ID { return store.ParseID(c.Param("department")) }

// moveDepartment puts a department one place up or down.
func (s *Server) moveDepartment(c echo.Context) error {
	var form struct {
		Version int    `form:"version"`
		Way     string `form:"way"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.MoveDepartment(c.Request().Context(), actor(c), form.Version, departmentID(c), form.Way == "up")
	if err != nil {
		problems, status, err := chartProblems(err)
		if err != nil {
			return err
		}
		return s.showEditChart(c, status, departmentForm{}, problems)
	}
	return s.redirect(c, views.AdminChartURL)
}

func (s *Server) editDepartment(c echo.Context) error {
	return s.showDepartment(c, http.StatusOK, nil, nil)
}

func (s *Server) departmentPage(c echo.Context, form *departmentForm, problems views.Problems) (views.DepartmentEditPage, error) {
	ctx, m := c.Request().Context(), views.DepartmentEditPage{Query: c.QueryParam("q")}
	var err error
	if m.Chart, err = s.Store.Chart(ctx, actor(c)); err != nil {
		return m, err
	}
	if m.People, err = s.Store.DepartmentPeople(ctx, actor(c), departmentID(c), c.QueryParam("from")); err != nil {
		return m, err
	}
	found, err := s.Store.MemberCandidates(ctx, actor(c), 0, m.Query)
	if err != nil {
		return m, err
	}
	m.Candidates = views.NewCandidates(found)
	if m.Page, err = s.page(c, ""); err != nil {
		return m, err
	}
	department := m.People.Department
	m.Title, m.Current, m.Errors = department.Name, views.AdminChartURL, problems
	m.Name, m.Parent = department.Name, department.Parent
	if form != nil {
		m.Name, m.Parent = form.Name, store.ParseID(form.Parent)
	}
	if m.People.People.Next != "" {
		m.Next = views.WithQuery(views.AdminDepartmentURL(department.ID), "from", m.People.People.Next)
	}
	return m, nil
}

func (s *Server) showDepartment(c echo.Context, status int, form *departmentForm, problems views.Problems) error {
	m, err := s.departmentPage(c, form, problems)
	if err != nil {
		return err
	}
	return s.render(c, status, views.EditDepartment(m))
}

// changeDepartment renames a department or hangs it below another one.
func (s *Server) changeDepartment(c echo.Context) error {
	var form departmentForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.ChangeDepartment(c.Request().Context(), actor(c), form.Version, departmentID(c), store.ParseID(form.Parent), form.Name)
	if err != nil {
		problems, status, err := chartProblems(err)
		if err != nil {
			return err
		}
		return s.showDepartment(c, status, &form, problems)
	}
	s.flash(c, "flash.chart_saved")
	return s.redirect(c, views.AdminDepartmentURL(departmentID(c)))
}

// confirmDeleteDepartment asks what becomes of those below and of the people.
func (s *Server) confirmDeleteDepartment(c echo.Context) error {
	return s.showDeleteDepartment(c, http.StatusOK, nil)
}

func (s *Server) showDeleteDepartment(c echo.Context, status int, problems views.Problems) error {
	m, err := s.departmentPage(c, nil, problems)
	if err != nil {
		return err
	}
	m.Title = m.T("chart.delete_title", "Name", m.People.Department.Name)
	dialog := views.ConfirmDepartmentDelete(m)
	if m.Fragment {
		return s.render(c, status, dialog)
	}
	return s.render(c, status, views.DialogPage(m.Page, dialog, func(p views.Page) templ.Component {
		beneath := m
		beneath.Page, beneath.Errors = p, nil
		return views.EditDepartment(beneath)
	}))
}

func (s *Server) deleteDepartment(c echo.Context) error {
	var form struct {
		Version int    `form:"version"`
		Below   string `form:"below"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.DeleteDepartment(c.Request().Context(), actor(c), form.Version, departmentID(c), form.Below == "delete")
	if err != nil {
		problems, status, err := chartProblems(err)
		if err != nil {
			return err
		}
		return s.showDeleteDepartment(c, status, problems)
	}
	s.flash(c, "flash.department_deleted")
	return s.redirect(c, views.AdminChartURL)
}

// createDepartmentPerson puts somebody into a department, or changes the title there.
func (s *Server) createDepartmentPerson(c echo.Context) error {
	var form struct {
		Account string `form:"account"`
		Title   string `form:"title"`
		Heads   string `form:"heads"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.PutInDepartment(c.Request().Context(), actor(c), departmentID(c), store.ParseID(form.Account), form.Title, form.Heads != "")
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		m, err := s.departmentPage(c, nil, problems)
		if err != nil {
			return err
		}
		m.Post = views.DepartmentPost{Account: store.ParseID(form.Account), Title: form.Title, Heads: form.Heads != ""}
		return s.render(c, http.StatusUnprocessableEntity, views.EditDepartment(m))
	}
	s.flash(c, "flash.chart_saved")
	return s.redirect(c, views.AdminDepartmentURL(departmentID(c)))
}

func (s *Server) deleteDepartmentPerson(c echo.Context) error {
	if err := s.Store.TakeFromDepartment(c.Request().Context(), actor(c), departmentID(c), accountID(c)); err != nil {
		return err
	}
	s.flash(c, "flash.chart_saved")
	return s.redirect(c, views.AdminDepartmentURL(departmentID(c)))
}

// newChartImport takes a list of departments and people.
func (s *Server) newChartImport(c echo.Context) error {
	return s.showChartImportForm(c, http.StatusOK, store.Encodings[0], nil)
}

func (s *Server) showChartImportForm(c echo.Context, status int, encoding string, problems views.Problems) error {
	p, err := s.page(c, "chart.import")
	if err != nil {
		return err
	}
	p.Current, p.Errors = views.AdminChartURL, problems
	return s.render(c, status, views.NewChartImport(views.ChartImportForm{Page: p, Encoding: encoding}))
}

// createChartImport reads a list and leads to its dry run. It changes nothing.
func (s *Server) createChartImport(c echo.Context) error {
	var form struct {
		Encoding string `form:"encoding"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	file, err := uploadedList(c)
	if err != nil {
		return err
	}
	id, err := s.Store.ReadChart(c.Request().Context(), actor(c), file, form.Encoding, s.languageOr(c, ""))
	if err != nil {
		problems, other := reshow(err)
		if other != nil {
			return other
		}
		return s.showChartImportForm(c, http.StatusUnprocessableEntity, form.Encoding, problems)
	}
	return s.redirect(c, views.AdminChartListURL(id))
}

func (s *Server) showChartImport(c echo.Context) error {
	return s.showChartList(c, http.StatusOK, nil)
}

func (s *Server) showChartList(c echo.Context, status int, problems views.Problems) error {
	list, err := s.Store.ChartImport(c.Request().Context(), actor(c), store.ParseID(c.Param("import")))
	if err != nil {
		return err
	}
	p, err := s.page(c, "")
	if err != nil {
		return err
	}
	p.Current, p.Errors = views.AdminChartURL, problems
	m := views.ChartListPage{Page: p, ChartImport: list}
	m.From, _ = strconv.Atoi(c.QueryParam("from")) // what is no number begins at the start
	m.From = max(m.From, 0)
	m.Title = m.Headline()
	return s.render(c, status, views.ShowChartImport(m))
}

// applyChartImport does what the dry run says, once.
func (s *Server) applyChartImport(c echo.Context) error {
	id := store.ParseID(c.Param("import"))
	err := s.Store.ApplyChart(c.Request().Context(), actor(c), id)
	if errors.Is(err, store.ErrNothingToImport) {
		return s.showChartList(c, http.StatusConflict, views.Problems{{Code: store.ErrNothingToImport.Code}})
	}
	if err != nil {
		return err
	}
	return s.redirect(c, views.AdminChartListURL(id))
}

// exportChart is all departments and their people as a file that can be read again.
func (s *Server) exportChart(c echo.Context) error {
	records := [][]string{append(append([]string{}, store.ChartColumns...), "name")}
	err := s.Store.ChartRows(c.Request().Context(), actor(c), func(row store.ChartRow, name string) {
		head := ""
		if row.Heads {
			head = "x"
		}
		records = append(records, []string{store.PathText(row.Path), row.Title, row.Address, head, name})
	})
	if err != nil {
		return err
	}
	return sendCSV(c, "orgchart.csv", records)
}
