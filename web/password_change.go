package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

type passwordForm struct {
	Current  string `form:"current_password"`
	Password string `form:"password"`
}

// editPassword is the page to choose another password; the only one for who
// must choose one (SEC-P5).
func (s *Server) editPassword(c echo.Context) error {
	return s.showPasswordForm(c, http.StatusOK, nil)
}

// updatePassword changes the own password. Other browsers are signed out.
func (s *Server) updatePassword(c echo.Context) error {
	var form passwordForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	entry, err := s.Store.ChangePassword(c.Request().Context(), store.PasswordChange{
		Token: s.sessionToken(c), Current: form.Current, Password: form.Password, Agent: c.Request().UserAgent(),
	})
	if err != nil {
		return s.refusePassword(c, err, s.showPasswordForm)
	}
	s.flash(c, "flash.password_changed")
	if actor(c).MustChangePassword {
		return s.enter(c, entry, views.HomeURL)
	}
	return s.enter(c, entry, views.ProfilePasswordURL)
}

// refusePassword shows a form that asks for the own password again with what
// went wrong. After too many wrong ones it says how long to wait.
func (s *Server) refusePassword(c echo.Context, err error, show func(echo.Context, int, views.Problems) error) error {
	var refused *store.Error
	if errors.As(err, &refused) && refused.Kind == store.TooMany {
		retryAfter(c, refused.RetryAfter)
		return show(c, http.StatusTooManyRequests, views.Problems{{Field: "current_password", Code: refused.Code}})
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	return show(c, http.StatusUnprocessableEntity, problems)
}

func (s *Server) showPasswordForm(c echo.Context, status int, problems views.Problems) error {
	visit := visitOf(c)
	must := visit.Account.MustChangePassword
	frame, title := s.page, "profile.title"
	if must {
		frame, title = s.gatePage, "reset.title"
	}
	p, err := frame(c, title)
	if err != nil {
		return err
	}
	p.Current, p.Errors = views.NavProfile, problems
	return s.render(c, status, views.ShowPassword(views.PasswordPage{
		Page: p, Must: must, Login: visit.Account.Login, Rules: ownRules(*visit),
	}))
}
