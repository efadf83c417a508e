package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

type verificationForm struct {
	Code     string `form:"code"`
	Remember tick   `form:"remember"`
}

// newVerification is Enter Verification Code. Looking sends nothing (S0-36).
func (s *Server) newVerification(c echo.Context) error {
	return s.showVerification(c, http.StatusOK, verificationForm{}, nil)
}

// createVerification ends the second step.
func (s *Server) createVerification(c echo.Context) error {
	var form verificationForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	entry, err := s.Store.EnterCode(c.Request().Context(), store.CodeEntry{
		Token: s.sessionToken(c), Code: form.Code, Agent: c.Request().UserAgent(),
		Remember: bool(form.Remember), Browsers: s.cookie(c.Request(), browsersCookie),
	})
	if err != nil {
		return s.refuseVerification(c, form, err)
	}
	next := s.next(entry.Session.Next)
	lead, err := s.leadToSecondStep(c, entry)
	if err != nil {
		return err
	}
	if lead {
		next = views.ProfileSecondStepURL
	}
	return s.enter(c, entry, next)
}

// resendVerification mails a new code.
func (s *Server) resendVerification(c echo.Context) error {
	if err := s.Store.ResendCode(c.Request().Context(), s.sessionToken(c)); err != nil {
		return s.refuseVerification(c, verificationForm{}, err)
	}
	s.flash(c, "flash.code_sent")
	return s.redirect(c, views.VerificationURL)
}

// refuseVerification shows the page again with what went wrong.
func (s *Server) refuseVerification(c echo.Context, form verificationForm, err error) error {
	var refused *store.Error
	if !errors.As(err, &refused) || (refused.Kind != store.Invalid && refused.Kind != store.TooMany) {
		return err
	}
	retryAfter(c, refused.RetryAfter)
	return s.showVerification(c, statuses[refused.Kind], form,
		views.Problems{{Field: refused.Field, Code: refused.Code, Args: refused.Args}})
}

func (s *Server) showVerification(c echo.Context, status int, form verificationForm, problems views.Problems) error {
	challenge, err := s.Store.Verification(c.Request().Context(), s.sessionToken(c))
	if err != nil {
		return err
	}
	p, err := s.gatePage(c, "verify.title")
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.ShowVerification(views.VerificationPage{
		Page: p, Challenge: challenge, Code: form.Code, Remember: bool(form.Remember), Sender: s.Mail.Sender.Address,
	}))
}
