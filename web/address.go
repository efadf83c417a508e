package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// addressRoutes are changing one's own address (S2-13).
func (s *Server) addressRoutes() []*route {
	return []*route{
		get(views.ProfileAddressURL, somebody, s.editAddress).recently(),
		post(views.ProfileAddressURL, somebody, s.updateAddress).recently(),
		get("/address/:token", anybody, s.showAddressLink),
		post("/address/:token", anybody, s.confirmAddress),
	}
}

// editAddress asks for another address, and says afterwards what happens next.
func (s *Server) editAddress(c echo.Context) error {
	var query struct {
		Sent string `query:"sent"`
	}
	if err := c.Bind(&query); err != nil {
		return err
	}
	return s.showAddressForm(c, http.StatusOK, views.AddressPage{Sent: query.Sent != ""})
}

// updateAddress queues the mail with the link. The answer is the same for an
// address that somebody has (SEC-P6).
func (s *Server) updateAddress(c echo.Context) error {
	var form struct {
		Email string `form:"email"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.RequestAddress(c.Request().Context(), actor(c), form.Email); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		m := views.AddressPage{Typed: form.Email}
		m.Errors = problems
		return s.showAddressForm(c, http.StatusUnprocessableEntity, m)
	}
	return s.redirect(c, views.ProfileAddressSentURL)
}

// showAddressForm is not for guests without e-mail: they have nothing to change.
func (s *Server) showAddressForm(c echo.Context, status int, m views.AddressPage) error {
	me := actor(c)
	if me.Email == "" {
		return store.ErrNotFound
	}
	p, err := s.gatePage(c, "address.title")
	if err != nil {
		return err
	}
	p.Errors = m.Errors
	m.Page, m.Current = p, me.Shown()
	return s.render(c, status, views.EditAddress(m))
}

// showAddressLink is the page behind a mailed link. It uses nothing up.
func (s *Server) showAddressLink(c echo.Context) error {
	token := c.Param("token")
	link, err := s.Store.AddressLink(c.Request().Context(), token)
	if err != nil {
		return err
	}
	p, err := s.gatePage(c, "address.confirm_title")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ConfirmAddress(views.AddressLinkPage{
		Page: p, Token: token, Before: string(link.Before), After: string(link.After),
	}))
}

// confirmAddress changes the address. All sessions end; one signs in with the
// new address.
func (s *Server) confirmAddress(c echo.Context) error {
	if err := s.Store.ConfirmAddress(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	s.flash(c, "flash.address_confirmed")
	return s.redirect(c, views.LoginURL)
}
