package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// inviteForm is the Invite Guests dialog.
type inviteForm struct {
	Emails     string `form:"emails"`
	Subject    string `form:"subject"`
	Message    string `form:"message"`
	Company    string `form:"company"`
	Permission string `form:"permission"`
	Days       string `form:"ends_in_days"`
	On         string `form:"ends_on"`
	Locale     string `form:"locale"`
}

func (f inviteForm) invite(ownSubject bool) store.Invite {
	in := store.Invite{
		Emails: f.Emails, Message: f.Message, Company: f.Company, Permission: f.Permission, Locale: f.Locale,
		Access: store.AccessText{Days: f.Days, On: f.On},
	}
	if ownSubject {
		in.Subject = f.Subject
	}
	return in
}

// newInvitation is the Invite Guests dialog before anything was typed.
func (s *Server) newInvitation(c echo.Context) error {
	m, err := s.invitePage(c, inviteForm{Permission: "edit", Locale: "auto"}, true)
	if err != nil {
		return err
	}
	return s.overSpace(c, http.StatusOK, m.Page, m.Space, views.NewInvitation(m))
}

// invitePage is the dialog with what was typed. A fresh one has the subject of
// the portal, to be edited (S0-22).
func (s *Server) invitePage(c echo.Context, form inviteForm, fresh bool) (views.InvitePage, error) {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToInvite)
	if err != nil {
		return views.InvitePage{}, err
	}
	p, err := s.page(c, "invite.title")
	if err != nil {
		return views.InvitePage{}, err
	}
	m := views.InvitePage{
		Page: p, Space: sp, Emails: form.Emails, Subject: form.Subject, Message: form.Message, Company: form.Company,
		Permission: form.Permission, Days: form.Days, On: form.On, Locale: form.Locale,
	}
	if !p.Fragment { // not while one types
		if m.Gauges, err = s.Store.PlacesLeft(c.Request().Context(), actor(c), sp.ID); err != nil {
			return views.InvitePage{}, err
		}
	}
	if fresh {
		m.Subject = subjectIn(p.Printer, sp, p.Organization)
	}
	m.Mail, err = s.mailPreview(c, m)
	return m, err
}

// subjectIn is the portal's own subject in a language.
func subjectIn(words locale.Printer, sp store.Space, organization string) string {
	return words.T("mail.invitation.subject", "Space", sp.Name, "Organization", organization)
}

// isOwnSubject reports whether a subject was written by a person: the portal's
// own, in whichever language, is filled in by each mail in the guest's.
func isOwnSubject(subject string, sp store.Space, organization string) bool {
	for _, lang := range locale.Languages {
		if subject == subjectIn(locale.For(lang, nil), sp, organization) {
			return false
		}
	}
	return true
}

// mailPreview is the mail as it would be written now.
func (s *Server) mailPreview(c echo.Context, m views.InvitePage) (views.MailPreview, error) {
	environment, err := s.environment(c)
	if err != nil {
		return views.MailPreview{}, err
	}
	words := m.Printer
	if locale.Known(m.Locale) {
		words = locale.For(m.Locale, m.Zone())
	}
	inviter := actor(c)
	preview := views.MailPreview{
		Words: words, From: s.Mail.From(), Sender: s.Mail.Sender.Address, ReplyTo: views.PersonOf(inviter),
		Subject: m.Subject, Message: m.Message,
		Title: words.T("mail.invitation.title", "Inviter", inviter.Name, "Space", m.Space.Name),
		Until: words.Exact(m.Now.Add(environment.Policy.InvitationLife())),
		Link:  s.base() + views.InvitationURL(""),
	}
	if m.Subject == "" || !isOwnSubject(m.Subject, m.Space, m.Organization) {
		preview.Subject = subjectIn(words, m.Space, m.Organization)
	}
	return preview, nil
}

// previewInvitation shows the verdicts and the mail before anything is sent: in
// the place of the old ones for the script, in the dialog for everybody else.
// It changes nothing.
func (s *Server) previewInvitation(c echo.Context) error {
	var form inviteForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	m, err := s.invitePage(c, form, false)
	if err != nil {
		return err
	}
	m.Checked, err = s.Store.CheckAddresses(c.Request().Context(), actor(c), m.Space.ID, form.Emails)
	if problems := views.ProblemsOf(err); problems != nil {
		m.Errors, err = problems, nil
	}
	if err != nil {
		return err
	}
	if m.Fragment {
		return s.render(c, http.StatusOK, views.InvitationParts(m))
	}
	return s.overSpace(c, http.StatusOK, m.Page, m.Space, views.NewInvitation(m))
}

// createInvitations sends the Invite Guests dialog. When nobody at all is on
// the way in by it, the form is shown again with a verdict per address.
func (s *Server) createInvitations(c echo.Context) error {
	var form inviteForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	m, err := s.invitePage(c, form, false)
	if err != nil {
		return err
	}
	in := form.invite(isOwnSubject(form.Subject, m.Space, m.Organization))
	sending, err := s.Store.InviteGuests(c.Request().Context(), actor(c), m.Space.ID, in)
	if err != nil {
		problems, other := reshow(err)
		if other != nil {
			return other
		}
		m.Errors = problems
		return s.showInviteAgain(c, m, formStatus(c, err))
	}
	if !sending.Sent() {
		m.Checked = sending.Results
		m.Errors = views.Problems{problemOfVerdicts(sending.Results)}
		return s.showInviteAgain(c, m, http.StatusUnprocessableEntity)
	}
	return s.redirect(c, views.SendingURL(m.Space.ID, sending.ID))
}

// formStatus is 422, or 429 when it was not the form but a limit.
func formStatus(c echo.Context, err error) int {
	var limit *store.Error
	if errors.As(err, &limit) && limit.Kind == store.TooMany {
		setRetryAfter(c, limit.RetryAfter)
		return http.StatusTooManyRequests
	}
	return http.StatusUnprocessableEntity
}

func (s *Server) showInviteAgain(c echo.Context, m views.InvitePage, status int) error {
	return s.overSpace(c, status, m.Page, m.Space, views.NewInvitation(m))
}

// refusals are the codes of errors for verdicts that let nobody in.
var refusals = map[store.Verdict]string{
	store.VerdictAlreadyMember: "already_member",
	store.VerdictSuspended:     "guest_suspended",
	store.VerdictTooOften:      "too_often",
	store.VerdictOtherSpace:    "other_space_address",
	store.VerdictNoPlace:       "no_place",
	store.VerdictNotAnAddress:  "not_an_address",

	store.VerdictOwnDomain:        store.ErrOwnDomain.Code,
	store.VerdictDomainRefused:    store.ErrDomainRefused.Code,
	store.VerdictDomainNotAllowed: store.ErrDomainNotAllowed.Code,
}

// problemOfVerdicts is what is wrong with the addresses when none is good. A
// single one is named with its reason; of several, each has its verdict below.
func problemOfVerdicts(results []store.AddressResult) views.Problem {
	first := results[0]
	problem := views.Problem{Field: "emails", Code: refusals[first.Verdict], Args: map[string]any{
		"Address": string(first.Email), "Domain": first.Email.Domain(), "Text": first.Text, "Guess": first.Guess,
	}}
	switch {
	case len(results) > 1:
		problem.Code = "nobody_invited"
	case first.Guess != "":
		problem.Code = "not_an_address_guess"
	}
	return problem
}

// showSending is what became of each address.
func (s *Server) showSending(c echo.Context) error {
	sp, sent, err := s.Store.Sending(c.Request().Context(), actor(c), spaceID(c), store.ParseID(c.Param("sending")))
	if err != nil {
		return err
	}
	p, err := s.page(c, "")
	if err != nil {
		return err
	}
	m := views.SendingPage{Page: p, Space: sp, Sent: sent}
	m.Title = m.Headline()
	return s.overSpace(c, http.StatusOK, m.Page, sp, views.ShowSending(m))
}
