package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// newPasswordReset asks for the address to send a link to, and says afterwards
// what happens next.
func (s *Server) newPasswordReset(c echo.Context) error {
	var query struct {
		Sent string `query:"sent"`
	}
	if err := c.Bind(&query); err != nil {
		return err
	}
	return s.showForgotten(c, http.StatusOK, views.ForgottenPage{Sent: query.Sent != ""})
}

// createPasswordReset queues the mail. The answer is the same for every
// address (SEC-P6); two addresses are none (SEC-P8).
func (s *Server) createPasswordReset(c echo.Context) error {
	var form struct {
		Login string `form:"login"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.RequestReset(c.Request().Context(), form.Login, c.Request().UserAgent()); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		m := views.ForgottenPage{Login: form.Login}
		m.Errors = problems
		return s.showForgotten(c, http.StatusUnprocessableEntity, m)
	}
	return s.redirect(c, views.PasswordForgottenSentURL)
}

func (s *Server) showForgotten(c echo.Context, status int, m views.ForgottenPage) error {
	p, err := s.gatePage(c, "forgotten.title")
	if err != nil {
		return err
	}
	p.Errors = m.Errors
	m.Page = p
	return s.render(c, status, views.ShowForgotten(m))
}

type passwordLinkForm struct {
	Token    string `param:"token"`
	Password string `form:"password"`
}

// showPasswordLink is the page behind a mailed link. It uses nothing up.
func (s *Server) showPasswordLink(c echo.Context) error {
	return s.showReset(c, http.StatusOK, c.Param("token"), nil)
}

// createPassword sets the password by the link. After a reset one signs in; a
// new member is inside.
func (s *Server) createPassword(c echo.Context) error {
	var form passwordLinkForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	entry, err := s.Store.ResetPassword(c.Request().Context(), form.Token, form.Password, c.Request().UserAgent())
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showReset(c, http.StatusUnprocessableEntity, form.Token, problems)
	}
	if entry.Token == "" {
		s.flash(c, "flash.password_reset")
		return s.redirect(c, views.LoginURL)
	}
	if old := s.sessionToken(c); old != "" { // whoever was signed in here is not any more
		if err := s.Store.SignOut(c.Request().Context(), old); err != nil {
			return err
		}
	}
	return s.enter(c, entry, views.HomeURL)
}

func (s *Server) showReset(c echo.Context, status int, token string, problems views.Problems) error {
	link, err := s.Store.PasswordLink(c.Request().Context(), token)
	if err != nil {
		return err
	}
	title := "reset.title"
	if link.First {
		title = "reset.first_title"
	}
	p, err := s.gatePage(c, title)
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.ShowReset(views.ResetPage{
		Page: p, Token: token, Login: link.Account.Login, First: link.First, Recovery: link.Recovery, Rules: link.Rules,
		Administrator: link.Account.SystemAdmin && !link.Account.HasApp(),
	}))
}

// ownRules are the rules for the password of who is there.
func ownRules(visit store.Visit) store.PasswordPolicy {
	return visit.Environment.Policy.Passwords(visit.Account)
}
