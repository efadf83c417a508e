package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// accessForm narrows the access sheet down.
type accessForm struct {
	Filter registerForm
	By     string `query:"by"`
}

// part is one part of the sheet in the order that the form asks for.
func (s *Server) accessPart(c echo.Context, form accessForm, filter store.GuestFilter, from string) (store.Page[store.Access], error) {
	ctx := c.Request().Context()
	switch {
	case form.By == views.AccessBySpace && filter.Space == 0:
		return s.Store.AccessBySpace(ctx, actor(c), from)
	case form.By == views.AccessByCompany:
		return s.Store.AccessSheet(ctx, actor(c), filter, store.ByCompany, from)
	}
	return s.Store.AccessSheet(ctx, actor(c), filter, store.ByName, from)
}

// showAccess shows who can see what.
func (s *Server) showAccess(c echo.Context) error {
	var form accessForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminAccessURL, "access.title")
	if err != nil {
		return err
	}
	filter, shown, err := s.registerFilter(c, form.Filter)
	if err != nil {
		return err
	}
	list, err := s.accessPart(c, form, filter, form.Filter.From)
	if err != nil {
		return err
	}
	m := views.AccessPage{Page: p, By: form.By, Filter: shown, Rows: list.Items}
	if form.Filter.From != "" {
		m.First = m.URL()
	}
	if list.Next != "" {
		m.Next = m.URL("from", list.Next)
	}
	return s.render(c, http.StatusOK, views.AccessSheet(m))
}

// accessColumns are the names of the columns of the sheet's file.
var accessColumns = []string{
	"guest_id", "name", "guest", "login", "company", "category", "space_id", "space", "permission", "since", "until",
	"sponsor", "last_sign_in",
}

// exportAccess sends the access sheet as a file.
func (s *Server) exportAccess(c echo.Context) error {
	var form accessForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	filter, _, err := s.registerFilter(c, form.Filter)
	if err != nil {
		return err
	}
	return s.sendAccess(c, 0, "access", func(from string) (store.Page[store.Access], error) {
		return s.accessPart(c, form, filter, from)
	})
}

func (s *Server) sendAccess(c echo.Context, space store.ID, name string, part func(string) (store.Page[store.Access], error)) error {
	if err := s.Store.NoteExport(c.Request().Context(), actor(c), store.ExportOfAccess, space); err != nil {
		return err
	}
	out := sheetOf(c, name+"-"+s.Store.Now().Format(time.DateOnly), accessColumns)
	for from := ""; ; {
		list, err := part(from)
		for i := 0; err == nil && i < len(list.Items); i++ {
			a := list.Items[i]
			err = out.row([]string{
				a.Guest.ID.String(), a.Guest.Name, "yes", a.Guest.Login, a.Guest.Company, a.Guest.Category, a.Space.String(), a.SpaceName,
				a.Role.Permission(), instant(a.Since), instant(a.Until), a.Sponsor.Name, instant(a.Guest.LastSignInAt),
			})
		}
		if from = list.Next; err != nil || from == "" {
			return out.end(err)
		}
	}
}

// showSpaceAccess shows the administrators of a space who can see it.
func (s *Server) showSpaceAccess(c echo.Context) error {
	from := c.QueryParam("from")
	sp, list, err := s.Store.SpaceAccess(c.Request().Context(), actor(c), spaceID(c), from)
	if err != nil {
		return err
	}
	p, err := s.page(c, "access.title")
	if err != nil {
		return err
	}
	m := views.AccessPage{Page: p, Space: sp, Rows: list.Items}
	if from != "" {
		m.First = m.URL()
	}
	if list.Next != "" {
		m.Next = m.URL("from", list.Next)
	}
	return s.render(c, http.StatusOK, views.SpaceAccess(m))
}

// exportSpaceAccess sends the sheet of one space as a file.
func (s *Server) exportSpaceAccess(c echo.Context) error {
	space := spaceID(c)
	return s.sendAccess(c, space, "access-"+space.String(), func(from string) (store.Page[store.Access], error) {
		_, list, err := s.Store.SpaceAccess(c.Request().Context(), actor(c), space, from)
		return list, err
	})
}

// registerRoutes are the register of guests, acts on several of them, and who
// can see what.
func (s *Server) registerRoutes() []*route {
	return []*route{
		get(views.AdminGuestsURL, administrators, s.listRegister),
		get(views.AdminGuestsCSVURL, administrators, s.exportGuests).recently(),
		get(views.NewGuestActURL, administrators, s.newGuestAct),
		post(views.GuestActsURL, administrators, s.createGuestAct),
		get(views.GuestActsURL+"/:act", administrators, s.showGuestActResults),
		get(views.AdminAccessURL, administrators, s.showAccess),
		get(views.AdminAccessCSVURL, administrators, s.exportAccess).recently(),
		get("/spaces/:space/access", somebody, s.showSpaceAccess),
		get("/spaces/:space/access.csv", somebody, s.exportSpaceAccess).recently(),
	}
}
