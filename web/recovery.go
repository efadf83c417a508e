package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// recoveryRoutes give a guest without e-mail the way back, for system
// administrators and the guest's sponsor: the store decides.
func (s *Server) recoveryRoutes() []*route {
	const recovery = "/guests/:account/recovery"
	return []*route{
		get(recovery, members, s.newRecovery),
		post(recovery, members, s.createRecovery).recently(),
		get(recovery+"/page", members, s.showRecovery).recently(),
	}
}

// newRecovery says what a new page ends, before it is made.
func (s *Server) newRecovery(c echo.Context) error {
	return s.showRecoveryForm(c, http.StatusOK, "", nil)
}

func (s *Server) showRecoveryForm(c echo.Context, status int, reason string, problems views.Problems) error {
	guest, err := s.Store.Recoverable(c.Request().Context(), actor(c), accountID(c))
	if err != nil {
		return err
	}
	p, err := s.gatePage(c, "recovery.title", "Name", guest.Name)
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.NewRecovery(views.RecoveryPage{Page: p, Recovery: store.Recovery{Guest: guest}, Reason: reason}))
}

// createRecovery ends what the guest had and leads to the new page.
func (s *Server) createRecovery(c echo.Context) error {
	var form struct {
		Reason string `form:"reason"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.RecoverGuest(c.Request().Context(), actor(c), accountID(c), form.Reason); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showRecoveryForm(c, http.StatusUnprocessableEntity, form.Reason, problems)
	}
	return s.redirect(c, views.RecoveryPageURL(accountID(c)))
}

// showRecovery is the page to print and hand over.
func (s *Server) showRecovery(c echo.Context) error {
	recovery, err := s.Store.Recovery(c.Request().Context(), actor(c), accountID(c))
	if err != nil {
		return err
	}
	p, err := s.gatePage(c, "recovery.title", "Name", recovery.Guest.Name)
	if err != nil {
		return err
	}
	lang := recovery.Guest.Locale
	if !locale.Known(lang) {
		lang = p.Lang()
	}
	return s.render(c, http.StatusOK, views.ShowRecovery(views.RecoveryPage{
		Page: p, Recovery: recovery, Words: locale.For(lang, p.Zone()),
		Link: s.base() + views.PasswordResetURL(recovery.Token), Door: s.base() + views.LoginURL,
	}))
}
