package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// printedRoutes invite guests without e-mail (S4-25, C10).
func (s *Server) printedRoutes() []*route {
	const printed = "/spaces/:space/invitations/printed"
	return []*route{
		get(printed+"/new", somebody, s.newPrintedInvitation),
		post(printed, somebody, s.createPrintedInvitation),
	}
}

type printedInviteForm struct {
	Identifier string `form:"identifier"`
	Name       string `form:"name"`
	Company    string `form:"company"`
	Message    string `form:"message"`
	Permission string `form:"permission"`
	Days       string `form:"ends_in_days"`
	On         string `form:"ends_on"`
	Locale     string `form:"locale"`
}

// newPrintedInvitation is the form, with an identifier to begin with.
func (s *Server) newPrintedInvitation(c echo.Context) error {
	identifier, err := s.Store.SuggestIdentifier(c.Request().Context())
	if err != nil {
		return err
	}
	return s.showPrintedInvite(c, http.StatusOK, printedInviteForm{Identifier: identifier}, nil)
}

// createPrintedInvitation makes the invitation and leads to its page.
func (s *Server) createPrintedInvitation(c echo.Context) error {
	var form printedInviteForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	inv, err := s.Store.InvitePrinted(c.Request().Context(), actor(c), spaceID(c), store.PrintedInvite{
		Identifier: form.Identifier, Name: form.Name, Company: form.Company, Message: form.Message, Permission: form.Permission,
		Access: store.AccessText{Days: form.Days, On: form.On}, Locale: form.Locale,
	})
	if err != nil {
		problems, other := reshow(err)
		if other != nil {
			return other
		}
		return s.showPrintedInvite(c, formStatus(c, err), form, problems)
	}
	return s.redirect(c, views.InvitationLinkURL(inv.Space, inv.ID))
}

func (s *Server) showPrintedInvite(c echo.Context, status int, form printedInviteForm, problems views.Problems) error {
	if err := s.Store.MayInvitePrinted(c.Request().Context(), actor(c), spaceID(c)); err != nil {
		return err
	}
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToInvite)
	if err != nil {
		return err
	}
	p, err := s.page(c, "printed.title")
	if err != nil {
		return err
	}
	p.Errors = problems
	if !locale.Known(form.Locale) {
		form.Locale = p.Lang()
	}
	return s.overSpace(c, status, p, sp, views.NewPrintedInvitation(views.PrintedInvitePage{
		Page: p, Space: sp, Identifier: form.Identifier, Name: form.Name, Company: form.Company, Message: form.Message,
		Permission: form.Permission, Days: form.Days, On: form.On, Locale: form.Locale,
	}))
}

// showPrintedInvitation is the page to print and hand over.
func (s *Server) showPrintedInvitation(c echo.Context, sp store.Space, inv store.Invitation, token string) error {
	p, err := s.gatePage(c, "printed.title")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.PrintedInvitation(views.PrintedPage{
		Page: p, Space: sp, Invitation: inv, Inviter: actor(c).Name, Words: locale.For(inv.Locale, p.Zone()),
		Link: s.base() + views.InvitationURL(token), Door: s.base() + views.LoginURL,
	}))
}
