package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"guesthouse/static"
	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// invitationForm is the sign-up form. The address is not in it (SEC-T8).
type invitationForm struct {
	DisplayName string `form:"display_name"`
	Password    string `form:"password"`
	Locale      string `form:"locale"`
	TimeZone    string `form:"timezone"`
	Terms       tick   `form:"terms"`
	TermsRead   string `form:"terms_version"` // the version whose text was on the page
}

// showInvitation is the page of an invitation. It uses nothing up (S0-30, SEC-T4).
func (s *Server) showInvitation(c echo.Context) error {
	open, err := s.Store.Invitation(c.Request().Context(), c.Param("token"))
	if err != nil {
		return s.invitationFailed(c, open, err)
	}
	return s.showOpenInvitation(c, http.StatusOK, open, nil, nil)
}

// showOpenInvitation is the page with what was typed; form is nil for nothing.
func (s *Server) showOpenInvitation(c echo.Context, status int, open store.OpenInvitation, form *invitationForm, problems views.Problems) error {
	if reader := signedIn(c); reader != nil && !open.For(*reader) {
		return s.invitationFailed(c, open, store.ErrOtherAccount)
	}
	m, err := s.invitationPage(c, open, "invitation.title", "Space", open.SpaceName)
	if err != nil {
		return err
	}
	m.Errors = problems
	if form != nil {
		m.DisplayName, m.Locale, m.TimeZone, m.GuessZone = form.DisplayName, form.Locale, form.TimeZone, false
		m.Terms = bool(form.Terms)
	}
	return s.render(c, status, views.ShowInvitation(m))
}

func (s *Server) invitationPage(c echo.Context, open store.OpenInvitation, title string, args ...any) (views.InvitationPage, error) {
	p, err := s.gatePage(c, title, args...)
	if err != nil {
		return views.InvitationPage{}, err
	}
	return views.InvitationPage{
		Page: p, Token: c.Param("token"), Open: open, Cover: outsideCover(open.SpaceCover),
		DisplayName: open.Name, Locale: p.Lang(), TimeZone: p.Zone().String(), GuessZone: true,
	}, nil
}

// outsideCover is the cover for who is not inside the space yet: uploaded
// pictures are for who is.
func outsideCover(cover string) string {
	if name, ok := strings.CutPrefix(cover, "preset:"); ok {
		return static.Cover(name)
	}
	return static.Cover("harbour")
}

// invitationFailed answers what can go wrong with an invitation: the page with
// the way out for a dead link and for another account that is signed in.
func (s *Server) invitationFailed(c echo.Context, open store.OpenInvitation, err error) error {
	switch {
	case errors.Is(err, store.ErrInvitationGone):
		return s.showGoneInvitation(c)
	case errors.Is(err, store.ErrOtherAccount) && signedIn(c) != nil:
		return s.showOtherAccount(c, open)
	}
	return err
}

// showGoneInvitation is GAIA_IR01: the same page whatever became of the link (SEC-T5).
func (s *Server) showGoneInvitation(c echo.Context) error {
	m := views.GoneInvitationPage{
		ErrorPage: s.errorPage(c, store.ErrInvitationGone.Code, "clock"), Token: c.Param("token"),
	}
	return s.render(c, http.StatusGone, views.ShowGoneInvitation(m))
}

// showOtherAccount is GAIA_AL01: the link stays as it is (S2-01).
func (s *Server) showOtherAccount(c echo.Context, open store.OpenInvitation) error {
	m := views.OtherAccountPage{
		ErrorPage: s.errorPage(c, store.ErrOtherAccount.Code, "accounts"), Token: c.Param("token"),
		Masked: store.MaskLogin(open.Login()),
	}
	return s.render(c, http.StatusConflict, views.ShowOtherAccount(m))
}

func (s *Server) errorPage(c echo.Context, code, art string) views.ErrorPage {
	p := s.errorFrame(c)
	p.Title = p.T("error_title." + code)
	return views.ErrorPage{Page: p, Code: code, Text: p.T("error_text." + code), Art: art}
}

// acceptInvitation makes the guest's account and leads into the space (S0-33).
func (s *Server) acceptInvitation(c echo.Context) error {
	var form invitationForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx, token := c.Request().Context(), c.Param("token")
	open, err := s.Store.Invitation(ctx, token)
	if err != nil {
		return s.invitationFailed(c, open, err)
	}
	if reader := signedIn(c); reader != nil {
		return s.joinInvitation(c)
	}
	joined, err := s.Store.AcceptInvitation(ctx, token, store.SignUp{
		DisplayName: form.DisplayName, Password: form.Password, Locale: s.languageOr(c, form.Locale), TimeZone: form.TimeZone,
		Terms: bool(form.Terms), TermsRead: int(store.ParseID(form.TermsRead)), TermsLocale: s.languageOr(c, ""),
		Replaces: s.sessionToken(c), Agent: c.Request().UserAgent(), Next: views.JoinedURL(open.Space),
	})
	if errors.Is(err, store.ErrHasAccount) {
		return s.redirect(c, views.InvitationURL(token)) // which asks to sign in
	}
	if err != nil {
		problems, other := reshow(err)
		if other != nil {
			return s.invitationFailed(c, open, other)
		}
		return s.showOpenInvitation(c, http.StatusUnprocessableEntity, open, &form, problems)
	}
	s.flash(c, "flash.invitation_joined", "Space", open.SpaceName)
	if joined.Session.Stage == store.StageVerification { // what the second step asks for is enrolled first
		return s.enter(c, store.Entry{Token: joined.Token, Session: joined.Session}, views.VerificationURL)
	}
	s.setSession(c, joined.Token, store.Session{})
	return s.redirect(c, views.JoinedURL(joined.Space))
}

// joinInvitation joins with the account that is signed in. Who is not, signs in
// first and comes back here.
func (s *Server) joinInvitation(c echo.Context) error {
	ctx, token := c.Request().Context(), c.Param("token")
	open, err := s.Store.Invitation(ctx, token)
	if err != nil {
		return s.invitationFailed(c, open, err)
	}
	if signedIn(c) == nil {
		return s.redirect(c, views.LoginNextURL(views.InvitationURL(token)))
	}
	if actor(c).MustChangePassword && open.For(actor(c)) {
		return s.redirect(c, views.ProfilePasswordURL) // SEC-P5; the link waits
	}
	joined, err := s.Store.JoinInvitation(ctx, actor(c), token)
	if errors.Is(err, store.ErrTermsFirst) {
		return s.redirect(c, views.TermsNextURL(views.InvitationURL(token))) // SEC-P9; the link waits
	}
	if err != nil {
		return s.invitationFailed(c, open, err)
	}
	s.flash(c, "flash.invitation_joined", "Space", open.SpaceName)
	return s.redirect(c, views.JoinedURL(joined.Space))
}

// switchAccount signs out and comes back to the invitation, whose link is as
// good as before (S2-01).
func (s *Server) switchAccount(c echo.Context) error {
	if token := s.sessionToken(c); token != "" {
		if err := s.Store.SignOut(c.Request().Context(), token); err != nil {
			return err
		}
	}
	s.clearSession(c)
	return s.redirect(c, views.InvitationURL(c.Param("token")))
}

// newDecline asks before an invitation is declined.
func (s *Server) newDecline(c echo.Context) error {
	open, err := s.Store.Invitation(c.Request().Context(), c.Param("token"))
	if err != nil {
		return s.invitationFailed(c, open, err)
	}
	m, err := s.invitationPage(c, open, "invitation.decline_title")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.DeclineInvitation(m))
}

// declineInvitation closes the invitation for good.
func (s *Server) declineInvitation(c echo.Context) error {
	if err := s.Store.DeclineInvitation(c.Request().Context(), c.Param("token")); err != nil {
		return s.invitationFailed(c, store.OpenInvitation{}, err)
	}
	return s.redirect(c, views.InvitationDeclinedURL)
}

// askForRenewal tells the inviter. The answer is the same for every link (SEC-P6).
func (s *Server) askForRenewal(c echo.Context) error {
	if err := s.Store.AskForRenewal(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	return s.redirect(c, views.InvitationAskedURL)
}

func (s *Server) showDeclined(c echo.Context) error {
	return s.showDone(c, "invitation.declined_title", "invitation.declined_text")
}

func (s *Server) showAsked(c echo.Context) error {
	return s.showDone(c, "invitation.asked_title", "error.renewal_asked")
}

func (s *Server) showDone(c echo.Context, title, text string) error {
	p, err := s.gatePage(c, title)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.InvitationDone(p, p.T(text)))
}

// languageOr is the language that a form names, or that of the page where it
// names none.
func (s *Server) languageOr(c echo.Context, lang string) string {
	if lang != "" {
		return lang
	}
	environment, err := s.environment(c)
	if err != nil {
		return locale.Languages[0]
	}
	return s.words(c, environment).Lang()
}
