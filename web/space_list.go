package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// listSpaces are the spaces that one may see and is not in. A system
// administrator can look at all of them.
func (s *Server) listSpaces(c echo.Context) error {
	page, err := s.page(c, "spaces.title")
	if err != nil {
		return err
	}
	page.Current = views.NavSpaces
	m := views.SpacesPage{Page: page, All: c.QueryParam("show") == "all"}
	spaces, err := s.Store.SpacesToJoin(c.Request().Context(), actor(c), c.QueryParam("after"), m.All)
	if err != nil {
		return err
	}
	m.Spaces = spaces.Items
	show := ""
	if m.All {
		show = "all"
	}
	if spaces.Next != "" {
		m.Pager.Next = views.WithQuery(views.SpacesURL, "show", show, "after", spaces.Next)
	}
	if c.QueryParam("after") != "" {
		m.Pager.Previous = views.WithQuery(views.SpacesURL, "show", show)
	}
	return s.render(c, http.StatusOK, views.ListSpaces(m))
}

// rail are the spaces that stand on every page.
func rail(spaces []store.Space) []views.SpaceLink {
	links := make([]views.SpaceLink, len(spaces))
	for i, sp := range spaces {
		links[i] = views.SpaceLink{ID: sp.ID, Name: sp.Name, Cover: sp.Cover, Guest: sp.IsGuestSpace(), New: sp.New}
	}
	return links
}
