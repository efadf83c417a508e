package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// showHome is the portal home: what ends soon, and the spaces one is in.
func (s *Server) showHome(c echo.Context) error {
	page, err := s.page(c, "nav.home")
	if err != nil {
		return err
	}
	home, err := s.home(c, page)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ShowHome(home))
}

func (s *Server) home(c echo.Context, page views.Page) (views.HomePage, error) {
	reader := actor(c)
	page.Current = views.NavHome
	m := views.HomePage{Page: page, Show: c.QueryParam("show"), MailHost: !s.noMailLeaves(), EndsAt: reader.EndsAt}
	kinds, ok := homeKinds[m.Show]
	if !ok {
		m.Show = ""
	}
	home, err := s.Store.Home(c.Request().Context(), reader, c.QueryParam("after"), kinds...)
	if err != nil {
		return m, err
	}
	m.Spaces = views.NewSpaceCards(home.Spaces.Items)
	if home.Spaces.Next != "" {
		m.Pager.Next = views.WithQuery(views.HomeURL, "show", m.Show, "after", home.Spaces.Next)
	}
	if c.QueryParam("after") != "" {
		m.Pager.Previous = views.WithQuery(views.HomeURL, "show", m.Show)
	}
	m.TwoStep = visitOf(c).Environment.Policy.On("twostep.guests")
	m.Notices, m.Recent = home.Notices, home.Recent
	m.Requests, m.Reviews, m.Host = home.Requests, home.Reviews, views.PersonOf(home.Host)
	for _, e := range home.Ending {
		ending := views.Ending{Ending: e}
		if e.Guest.ID != 0 {
			ending.Person = views.PersonOf(e.Guest)
		}
		m.Ending = append(m.Ending, ending)
	}
	return m, nil
}

var homeKinds = map[string][]store.SpaceKind{
	"":         nil,
	"guest":    {store.GuestSpace},
	"internal": {store.OpenSpace, store.PrivateSpace, store.SecretSpace},
}
