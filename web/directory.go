package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// peopleRoutes are the directory and the org chart.
func (s *Server) peopleRoutes() []*route {
	const department = views.AdminChartURL + "/:department"
	return []*route{
		get(views.PeopleURL, somebody, s.listPeople),
		get(views.ChartURL, somebody, s.showChart),
		get(views.AdminChartURL, administrators, s.editChart),
		post(views.AdminChartURL, administrators, s.createDepartment),
		get(views.AdminChartCSVURL, administrators, s.exportChart),
		get(views.AdminChartImportURL, administrators, s.newChartImport),
		post(views.AdminChartImportURL, administrators, s.createChartImport).takesPicture(), // a file; what is too long is told in the form
		get(views.AdminChartImportURL+"/:import", administrators, s.showChartImport),
		post(views.AdminChartImportURL+"/:import", administrators, s.applyChartImport),
		get(department, administrators, s.editDepartment),
		post(department, administrators, s.changeDepartment),
		post(department+"/move", administrators, s.moveDepartment),
		get(department+"/delete", administrators, s.confirmDeleteDepartment),
		post(department+"/delete", administrators, s.deleteDepartment),
		post(department+"/people", administrators, s.createDepartmentPerson),
		post(department+"/people/:account/delete", administrators, s.deleteDepartmentPerson),
	}
}

// directoryForm narrows the directory down.
type directoryForm struct {
	Query      string `query:"q"`
	Kind       string `query:"kind"`
	Company    string `query:"company"`
	Department string `query:"department"`
	From       string `query:"from"`
}

// listPeople is everybody whom one may see (S4-11, S4-16).
func (s *Server) listPeople(c echo.Context) error {
	var form directoryForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	filter := store.DirectoryFilter{Query: form.Query, Company: form.Company, Department: store.ParseID(form.Department)}
	if kind := store.AccountKind(form.Kind); kind == store.Member || kind == store.Guest {
		filter.Kind = kind
	}
	ctx := c.Request().Context()
	list, err := s.Store.Directory(ctx, actor(c), filter, form.From)
	if err != nil {
		return err
	}
	chart, err := s.Store.Chart(ctx, actor(c))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	p, err := s.page(c, "nav.people")
	if err != nil {
		return err
	}
	p.Current = views.NavPeople
	m := views.DirectoryPage{
		Page: p, Entries: list.Items, Query: form.Query, Kind: filter.Kind, Company: form.Company,
		Department: filter.Department, Departments: chart.All(),
	}
	if form.From != "" {
		m.First = m.URL()
	}
	if list.Next != "" {
		m.Next = m.URL("from", list.Next)
	}
	return s.render(c, http.StatusOK, views.Directory(m))
}
