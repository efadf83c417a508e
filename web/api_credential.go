package web

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// apiCredentialRoutes are the API passwords and tokens of system
// administrators, and those of a colleague, which others may end.
func (s *Server) apiCredentialRoutes() []*route {
	return []*route{
		get(views.ProfileProgramsURL, administrators, s.listAPICredentials),
		post(views.ProfileProgramsURL, administrators, s.createAPICredential).recently(),
		post(views.ProfileProgramsURL+"/:credential/delete", administrators, s.deleteAPICredential),
		post(views.ProfileProgramsDeleteURL, administrators, s.deleteAPICredentials),
		post(views.AdminMembersURL+"/:account/programs/delete", administrators, s.deleteMemberAPICredentials),
	}
}

type apiCredentialForm struct {
	Name   string   `form:"name"`
	Kind   string   `form:"kind"`
	Scopes []string `form:"scope"`
	Days   string   `form:"ends_in_days"`
	On     string   `form:"ends_on"`
}

// listAPICredentials shows what programs call with, and once the value of one
// that was just made.
func (s *Server) listAPICredentials(c echo.Context) error {
	form := apiCredentialForm{Kind: string(store.APIPassword), Days: strconv.Itoa(store.DefaultAPIDays)}
	return s.showAPICredentials(c, http.StatusOK, form, nil)
}

func (s *Server) showAPICredentials(c echo.Context, status int, form apiCredentialForm, problems views.Problems) error {
	list, err := s.Store.APICredentials(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	p, err := s.page(c, "profile.title")
	if err != nil {
		return err
	}
	p.Current, p.Errors = views.NavProfile, problems
	return s.render(c, status, views.ShowAPICredentials(views.APICredentialsPage{
		Page: p, List: list, Shown: s.takeShown(c, list), Form: views.APICredentialForm(form),
	}))
}

// createAPICredential makes one and leads to the page that shows it once.
func (s *Server) createAPICredential(c echo.Context) error {
	var form apiCredentialForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	made, value, err := s.Store.MakeAPICredential(c.Request().Context(), actor(c), store.NewAPICredential{
		Kind: form.Kind, Name: form.Name, Scopes: form.Scopes, Days: form.Days, On: form.On, Agent: c.Request().UserAgent(),
	})
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showAPICredentials(c, http.StatusUnprocessableEntity, form, problems)
	}
	if err := s.keepShown(c, store.ShownAPICredential{ID: made.ID, Value: value}); err != nil {
		return err
	}
	return s.redirect(c, views.ProfileProgramsURL)
}

// shownCookie carries a value to its page: sealed, for the session that made it.
const (
	shownCookie = "guesthouse-made"
	shownLife   = time.Minute
)

func (s *Server) keepShown(c echo.Context, shown store.ShownAPICredential) error {
	sealed, err := s.Store.SealAPICredential(visitOf(c).Session, shown)
	if err != nil {
		return err
	}
	s.setCookie(c, shownCookie, base64.RawURLEncoding.EncodeToString(sealed), shownLife)
	return nil
}

// takeShown is the value on its way to this page, which is forgotten with it.
func (s *Server) takeShown(c echo.Context, list []store.APICredential) *views.ShownAPICredential {
	cookie := s.cookie(c.Request(), shownCookie)
	if cookie == "" {
		return nil
	}
	s.clearCookie(c, shownCookie)
	sealed, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil {
		return nil // none that we wrote
	}
	shown, ok := s.Store.OpenAPICredential(visitOf(c).Session, sealed)
	if !ok {
		return nil
	}
	for _, one := range list {
		if one.ID == shown.ID {
			return &views.ShownAPICredential{APICredential: one, Value: shown.Value}
		}
	}
	return nil
}

// deleteAPICredential revokes one.
func (s *Server) deleteAPICredential(c echo.Context) error {
	err := s.Store.RevokeAPICredential(c.Request().Context(), actor(c), store.ParseID(c.Param("credential")))
	if err != nil {
		return err
	}
	s.flash(c, "flash.api_credential_revoked")
	return s.redirect(c, views.ProfileProgramsURL)
}

// deleteAPICredentials revokes all of one's own.
func (s *Server) deleteAPICredentials(c echo.Context) error {
	return s.revokeAll(c, actor(c).ID, views.ProfileProgramsURL)
}

// deleteMemberAPICredentials revokes all of a colleague's.
func (s *Server) deleteMemberAPICredentials(c echo.Context) error {
	return s.revokeAll(c, accountID(c), views.AdminMemberURL(accountID(c)))
}

func (s *Server) revokeAll(c echo.Context, of store.ID, next string) error {
	if _, err := s.Store.RevokeAPICredentials(c.Request().Context(), actor(c), of); err != nil {
		return err
	}
	s.flash(c, "flash.api_credentials_revoked")
	return s.redirect(c, next)
}
