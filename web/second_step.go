package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// secondStepRoutes are the second step of who has no mailbox, and the browsers
// in which it is not asked for.
func (s *Server) secondStepRoutes() []*route {
	return []*route{
		get(views.ProfileSecondStepURL, somebody, s.showSecondStep).recently(),
		post(views.ProfileSecondStepURL, somebody, s.createSecondStep).recently(),
		post(views.ProfileSecondStepConfirmURL, somebody, s.confirmSecondStep).recently(),
		post(views.ProfileSessionsURL+"/browsers/:browser/delete", somebody, s.deleteRememberedBrowser),
	}
}

// showSecondStep is what is enrolled, and what is being enrolled.
func (s *Server) showSecondStep(c echo.Context) error {
	return s.showSecondStepForm(c, http.StatusOK, "", nil)
}

func (s *Server) showSecondStepForm(c echo.Context, status int, code string, problems views.Problems) error {
	own, err := s.Store.OwnFactor(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	p, err := s.page(c, "profile.title")
	if err != nil {
		return err
	}
	p.Current, p.Errors = views.NavProfile, problems
	return s.render(c, status, views.ShowSecondStep(views.SecondStepPage{Page: p, Own: own, Code: code}))
}

// createSecondStep offers a new app key, or new printed codes.
func (s *Server) createSecondStep(c echo.Context) error {
	if err := s.Store.OfferFactor(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	return s.redirect(c, views.ProfileSecondStepURL)
}

// confirmSecondStep enrols what was offered.
func (s *Server) confirmSecondStep(c echo.Context) error {
	var form verificationForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.ConfirmFactor(c.Request().Context(), actor(c), form.Code); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showSecondStepForm(c, http.StatusUnprocessableEntity, form.Code, problems)
	}
	s.flash(c, "flash.second_step_enrolled")
	return s.redirect(c, views.ProfileSecondStepURL)
}

// fewCodes reports whether somebody who just gave a printed code should print
// new ones now, and says so on the next page.
func (s *Server) fewCodes(c echo.Context, account store.Account) (bool, error) {
	own, err := s.Store.OwnFactor(c.Request().Context(), account)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil // a code is mailed to them
	}
	if err != nil || !own.Few() {
		return false, err
	}
	if own.Left == 0 {
		s.flash(c, "flash.no_codes")
	} else {
		s.flash(c, "flash.few_codes", "N", own.Left)
	}
	return true, nil
}

// deleteRememberedBrowser asks for a code in a browser again (C11).
func (s *Server) deleteRememberedBrowser(c echo.Context) error {
	err := s.Store.ForgetBrowser(c.Request().Context(), actor(c), store.ParseID(c.Param("browser")))
	if err != nil {
		return err
	}
	s.flash(c, "flash.browser_forgotten")
	return s.redirect(c, views.ProfileSessionsURL)
}
