package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

type profileForm struct {
	DisplayName string `form:"display_name"`
	Locale      string `form:"locale"`
	TimeZone    string `form:"timezone"`

	SurNameReading   string `form:"sur_name_reading"`
	GivenNameReading string `form:"given_name_reading"`
	Company          string `form:"company"`
	Division         string `form:"division"`
	Phone            string `form:"phone"`
	CallTo           string `form:"callto"`
}

func (f profileForm) details() *store.ProfileDetails {
	return &store.ProfileDetails{
		SurNameReading: f.SurNameReading, GivenNameReading: f.GivenNameReading, Company: f.Company,
		Division: f.Division, Phone: f.Phone, CallTo: f.CallTo,
	}
}

// showProfile is what one says about oneself.
func (s *Server) showProfile(c echo.Context) error {
	return s.showProfileForm(c, http.StatusOK, ownProfile(c), nil)
}

func ownProfile(c echo.Context) profileForm {
	me := actor(c)
	return profileForm{
		DisplayName: me.Name, Locale: me.Locale, TimeZone: me.TimeZone,
		SurNameReading: me.SurNameReading, GivenNameReading: me.GivenNameReading, Company: me.Company,
		Division: me.Division, Phone: me.Phone, CallTo: me.CallTo,
	}
}

// updateProfile saves what one says about oneself. A name, language and zone are
// in every form; what else is not in it stays as it is.
func (s *Server) updateProfile(c echo.Context) error {
	form := ownProfile(c)
	form.DisplayName, form.Locale, form.TimeZone = "", "", ""
	if err := c.Bind(&form); err != nil {
		return err
	}
	_, err := s.Store.UpdateProfile(c.Request().Context(), actor(c), store.Profile{
		Name: form.DisplayName, Locale: form.Locale, TimeZone: form.TimeZone, Details: form.details(),
	})
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showProfileForm(c, http.StatusUnprocessableEntity, form, problems)
	}
	s.flash(c, "flash.profile_saved")
	return s.redirect(c, views.ProfileURL)
}

func (s *Server) showProfileForm(c echo.Context, status int, form profileForm, problems views.Problems) error {
	p, err := s.page(c, "profile.title")
	if err != nil {
		return err
	}
	p.Current, p.Errors = views.NavProfile, problems
	me := actor(c)
	fixed, err := s.Store.CompanyFixed(c.Request().Context(), me)
	if err != nil {
		return err
	}
	if fixed {
		form.Company = me.Company
	}
	email := ""
	if me.Email != "" {
		email = me.Shown()
	}
	return s.render(c, status, views.ShowProfile(views.ProfilePage{
		Page: p, Person: views.PersonOf(me), DisplayName: form.DisplayName, Email: email,
		Locale: form.Locale, TimeZone: form.TimeZone, HasPicture: me.Picture != "", Details: *form.details(), CompanyFixed: fixed,
	}))
}

// updatePicture takes an uploaded picture of oneself.
func (s *Server) updatePicture(c echo.Context) error {
	if err := c.Bind(&struct{}{}); err != nil {
		return err
	}
	file, _, err := c.Request().FormFile("picture")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return s.showProfileForm(c, http.StatusUnprocessableEntity, ownProfile(c),
			views.Problems{{Field: "picture", Code: store.ErrRequired.Code}})
	}
	if err != nil {
		return errBadRequest
	}
	defer func() { _ = file.Close() }() // it was only read
	if err := s.Store.SetPicture(c.Request().Context(), actor(c), file); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showProfileForm(c, http.StatusUnprocessableEntity, ownProfile(c), problems)
	}
	s.flash(c, "flash.picture_saved")
	return s.redirect(c, views.ProfileURL)
}

// deletePicture takes the own picture away.
func (s *Server) deletePicture(c echo.Context) error {
	if err := s.Store.RemovePicture(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	s.flash(c, "flash.picture_deleted")
	return s.redirect(c, views.ProfileURL)
}

// showPerson is the profile of somebody, for those who may see them (S4-22).
func (s *Server) showPerson(c echo.Context) error {
	person, err := s.Store.PersonProfile(c.Request().Context(), actor(c), store.ParseID(c.Param("account")))
	if err != nil {
		return err
	}
	p, err := s.page(c, "")
	if err != nil {
		return err
	}
	p.Title, p.Current = person.Account.Name, views.NavPeople
	return s.render(c, http.StatusOK, views.ShowPerson(views.PersonPage{Page: p, Person: views.PersonOf(person.Account), Who: person}))
}

// showPersonPicture is the picture of somebody, for those who may see them.
func (s *Server) showPersonPicture(c echo.Context) error {
	picture, err := s.Store.PersonPicture(c.Request().Context(), actor(c), store.ParseID(c.Param("account")))
	if err != nil {
		return err
	}
	return sendPicture(c, picture)
}
