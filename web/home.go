package web

import (
	"errors"
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
	ctx, reader := c.Request().Context(), actor(c)
	page.Current = views.NavHome
	m := views.HomePage{Page: page, Show: c.QueryParam("show"), MailHost: !s.noMailLeaves(), EndsAt: reader.EndsAt}
	kinds, ok := homeKinds[m.Show]
	if !ok {
		m.Show = ""
	}
	spaces, err := s.Store.SpacesOf(ctx, reader, c.QueryParam("after"), kinds...)
	if err != nil {
		return m, err
	}
	m.Spaces = views.NewSpaceCards(spaces.Items)
	if spaces.Next != "" {
		m.Pager.Next = views.WithQuery(views.HomeURL, "show", m.Show, "after", spaces.Next)
	}
	if c.QueryParam("after") != "" {
		m.Pager.Previous = views.WithQuery(views.HomeURL, "show", m.Show)
	}
	if reader.IsGuest() {
		return m, s.host(c, &m)
	}
	if m.Requests, err = s.Store.WaitingRequests(ctx, reader); err != nil {
		return m, err
	}
	m.TwoStep = visitOf(c).Environment.Policy.On("twostep.guests")
	if m.Reviews, err = s.Store.ReviewsWaiting(ctx, reader); err != nil {
		return m, err
	}
	return m, s.ending(c, &m)
}

var homeKinds = map[string][]store.SpaceKind{
	"":         nil,
	"guest":    {store.GuestSpace},
	"internal": {store.OpenSpace, store.PrivateSpace, store.SecretSpace},
}

// host is who answers for the guest who reads.
func (s *Server) host(c echo.Context, m *views.HomePage) error {
	host, err := s.Store.HostOf(c.Request().Context(), actor(c))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	m.Host = views.PersonOf(host)
	return err
}

func (s *Server) ending(c echo.Context, m *views.HomePage) error {
	endings, err := s.Store.EndingSoon(c.Request().Context(), actor(c))
	for _, e := range endings {
		ending := views.Ending{Ending: e}
		if e.Guest.ID != 0 {
			ending.Person = views.PersonOf(e.Guest)
		}
		m.Ending = append(m.Ending, ending)
	}
	return err
}
