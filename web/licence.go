package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/views"
)

// licenceRoutes are the page of the places.
func (s *Server) licenceRoutes() []*route {
	return []*route{get(views.AdminLicencesURL, administrators, s.showLicences)}
}

// showLicences tells how many places there are and who takes them.
func (s *Server) showLicences(c echo.Context) error {
	var form struct {
		From string `query:"from"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminLicencesURL, "admin.licences")
	if err != nil {
		return err
	}
	m := views.LicencesPage{Page: p}
	if m.Report, err = s.Store.PlaceReport(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	holders, err := s.Store.LicenceHolders(c.Request().Context(), actor(c), form.From)
	if err != nil {
		return err
	}
	for _, holder := range holders.Items {
		person := views.PersonOf(holder.Account)
		person.URL = views.AdminGuestURL(holder.Account.ID)
		m.Holders = append(m.Holders, views.LicenceHolder{Person: person, Spaces: holder.Spaces})
	}
	if form.From != "" {
		m.First = views.AdminLicencesURL
	}
	if holders.Next != "" {
		m.Next = views.WithQuery(views.AdminLicencesURL, "from", holders.Next)
	}
	return s.render(c, http.StatusOK, views.Licences(m))
}
