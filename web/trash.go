package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/views"
)

// trashRoutes are the deleted spaces that can be brought back.
func (s *Server) trashRoutes() []*route {
	return []*route{
		get(views.AdminTrashURL, administrators, s.showTrash),
		post(views.AdminTrashURL+"/:space/restore", administrators, s.restoreSpace).recently(),
	}
}

// showTrash lists the deleted spaces.
func (s *Server) showTrash(c echo.Context) error {
	var form struct {
		From string `query:"from"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminTrashURL, "admin.trash")
	if err != nil {
		return err
	}
	list, err := s.Store.TrashedSpaces(c.Request().Context(), actor(c), form.From)
	if err != nil {
		return err
	}
	m := views.TrashPage{Page: p, Spaces: list.Items}
	if form.From != "" {
		m.First = views.AdminTrashURL
	}
	if list.Next != "" {
		m.Next = views.WithQuery(views.AdminTrashURL, "from", list.Next)
	}
	return s.render(c, http.StatusOK, views.Trash(m))
}

// restoreSpace brings a deleted space back.
func (s *Server) restoreSpace(c echo.Context) error {
	if err := s.Store.RestoreSpace(c.Request().Context(), actor(c), spaceID(c)); err != nil {
		return err
	}
	s.flash(c, "flash.space_restored")
	return s.redirect(c, views.AdminTrashURL)
}
