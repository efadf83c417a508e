package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// unaffiliatedRoutes are inviting guests into the organisation alone (S3-07).
func (s *Server) unaffiliatedRoutes() []*route {
	return []*route{
		get(views.AdminNewGuestURL, administrators, s.newUnaffiliated),
		get(views.UnaffiliatedURL, administrators, s.listUnaffiliated),
		post(views.UnaffiliatedURL, administrators, s.createUnaffiliated),
		post(views.UnaffiliatedURL+"/:invitation/resend", administrators, s.resendUnaffiliated),
		post(views.UnaffiliatedURL+"/:invitation/delete", administrators, s.cancelUnaffiliated),
		get(views.UnaffiliatedURL+"/:invitation/link", administrators, s.showUnaffiliatedLink),
		post(views.UnaffiliatedURL+"/:invitation/link", administrators, s.copyUnaffiliatedLink),
	}
}

// unaffiliatedForm is the form that invites into no space.
type unaffiliatedForm struct {
	Emails   string `form:"emails"`
	Message  string `form:"message"`
	Company  string `form:"company"`
	Category string `form:"category"`
	Days     string `form:"ends_in_days"`
	On       string `form:"ends_on"`
	Locale   string `form:"locale"`
}

func (s *Server) newUnaffiliated(c echo.Context) error {
	if err := s.Store.MayInviteUnaffiliated(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	return s.showUnaffiliatedForm(c, http.StatusOK, unaffiliatedForm{Locale: "auto"}, nil, nil)
}

func (s *Server) showUnaffiliatedForm(c echo.Context, status int, form unaffiliatedForm, checked []store.AddressResult, problems views.Problems) error {
	p, err := s.adminPage(c, views.AdminGuestsURL, "unaffiliated.new")
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.NewUnaffiliated(views.UnaffiliatedForm{
		Page: p, Emails: form.Emails, Message: form.Message, Company: form.Company, Category: form.Category,
		Days: form.Days, On: form.On, Locale: form.Locale, Checked: checked,
	}))
}

// createUnaffiliated invites all addresses, or none while one of them is not good.
func (s *Server) createUnaffiliated(c echo.Context) error {
	var form unaffiliatedForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	results, err := s.Store.InviteUnaffiliated(c.Request().Context(), actor(c), store.Invite{
		Emails: form.Emails, Message: form.Message, Company: form.Company, Category: form.Category, Locale: form.Locale,
		Access: store.AccessText{Days: form.Days, On: form.On},
	})
	if err != nil {
		problems, other := reshow(err)
		if other != nil {
			return other
		}
		return s.showUnaffiliatedForm(c, formStatus(c, err), form, nil, problems)
	}
	bad := slices.IndexFunc(results, func(r store.AddressResult) bool { return !r.Verdict.Good() })
	if bad >= 0 {
		problems := views.Problems{problemOfVerdicts(results[bad:])}
		return s.showUnaffiliatedForm(c, http.StatusUnprocessableEntity, form, results, problems)
	}
	s.flash(c, "flash.unaffiliated_invited", "N", len(results))
	return s.redirect(c, views.UnaffiliatedURL)
}

// beforeForm says where a page of a list begins that is read backwards.
type beforeForm struct {
	Before string `query:"before"`
}

func (s *Server) listUnaffiliated(c echo.Context) error {
	return s.showUnaffiliatedList(c, http.StatusOK, nil)
}

func (s *Server) showUnaffiliatedList(c echo.Context, status int, problems views.Problems) error {
	var form beforeForm
	if safe(c.Request().Method) {
		if err := c.Bind(&form); err != nil {
			return err
		}
	}
	p, err := s.adminPage(c, views.AdminGuestsURL, "unaffiliated.title")
	if err != nil {
		return err
	}
	p.Errors = problems
	m := views.UnaffiliatedPage{Page: p}
	ctx := c.Request().Context()
	m.Invites = s.Store.MayInviteUnaffiliated(ctx, actor(c)) == nil
	var more bool
	if m.Invitations, more, err = s.Store.UnaffiliatedInvitations(ctx, actor(c), store.ParseID(form.Before)); err != nil {
		return err
	}
	if form.Before != "" {
		m.First = views.UnaffiliatedURL
	}
	if more {
		last := m.Invitations[len(m.Invitations)-1].ID
		m.Next = views.WithQuery(views.UnaffiliatedURL, "before", last.String())
	}
	return s.render(c, status, views.ShowUnaffiliated(m))
}

// unaffiliatedFailed shows the list with what was not possible.
func (s *Server) unaffiliatedFailed(c echo.Context, err error) error {
	var refusal *store.Error
	if !errors.As(err, &refusal) || refusal.Kind != store.Conflict && refusal.Kind != store.TooMany && refusal.Kind != store.Invalid {
		return err
	}
	status := statuses[refusal.Kind]
	setRetryAfter(c, refusal.RetryAfter)
	return s.showUnaffiliatedList(c, status, views.Problems{{Code: refusal.Code, Args: refusal.Args}})
}

func (s *Server) resendUnaffiliated(c echo.Context) error {
	inv, err := s.Store.ResendInvitation(c.Request().Context(), actor(c), store.NoSpace, invitationID(c))
	if err != nil {
		return s.unaffiliatedFailed(c, err)
	}
	s.flash(c, "flash.invitation_resent", "Email", inv.Login())
	return s.redirect(c, views.UnaffiliatedURL)
}

func (s *Server) cancelUnaffiliated(c echo.Context) error {
	inv, err := s.Store.CancelInvitation(c.Request().Context(), actor(c), store.NoSpace, invitationID(c))
	if err != nil {
		return s.unaffiliatedFailed(c, err)
	}
	s.flashUndo(c, views.UnaffiliatedResendURL(inv.ID), "flash.invitation_cancelled", "Email", inv.Login())
	return s.redirect(c, views.UnaffiliatedURL)
}

// showUnaffiliatedLink shows the link; copyUnaffiliatedLink leads here, and
// writes down that it was shown.
func (s *Server) showUnaffiliatedLink(c echo.Context) error {
	_, inv, token, err := s.Store.InvitationLink(c.Request().Context(), actor(c), store.NoSpace, invitationID(c))
	if err != nil {
		return s.unaffiliatedFailed(c, err)
	}
	p, err := s.adminPage(c, views.AdminGuestsURL, "guest.copy_link")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ShowUnaffiliatedLink(views.LinkPage{
		GuestsPage: views.GuestsPage{Page: p}, Invitation: inv, Link: s.base() + views.InvitationURL(token),
	}))
}

func (s *Server) copyUnaffiliatedLink(c echo.Context) error {
	id := invitationID(c)
	if err := s.Store.NoteLinkCopied(c.Request().Context(), actor(c), store.NoSpace, id); err != nil {
		return s.unaffiliatedFailed(c, err)
	}
	return s.redirect(c, views.UnaffiliatedLinkURL(id))
}
