package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// secondStepRoutes are one's own second step, that of members as an
// administrator sees it, and the browsers in which it is not asked for.
func (s *Server) secondStepRoutes() []*route {
	const memberFactor = views.AdminMembersURL + "/:account/second-step/delete"
	return []*route{
		get(views.ProfileSecondStepURL, somebody, s.showSecondStep).recently(),
		post(views.ProfileSecondStepURL, somebody, s.createSecondStep).recently(),
		post(views.ProfileSecondStepConfirmURL, somebody, s.confirmSecondStep).recently(),
		post(views.ProfileSecondStepPutAwayURL, somebody, s.putAwaySecondStep),
		post(views.ProfileSecondStepCodesURL, somebody, s.createRecoveryCodes).recently(),
		post(views.ProfileSecondStepDeleteURL, somebody, s.deleteSecondStep), // takes the password itself
		get(memberFactor, administrators, s.newMemberFactorEnd).recently(),
		post(memberFactor, administrators, s.createMemberFactorEnd).recently(),
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
	if err := s.Store.ConfirmFactor(c.Request().Context(), actor(c), visitOf(c).Session.ID, form.Code, c.Request().UserAgent()); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showSecondStepForm(c, http.StatusUnprocessableEntity, form.Code, problems)
	}
	s.flash(c, "flash.second_step_enrolled")
	return s.redirect(c, views.ProfileSecondStepURL)
}

// putAwaySecondStep stops showing what is offered, or the new recovery codes.
func (s *Server) putAwaySecondStep(c echo.Context) error {
	if err := s.Store.PutAwayFactor(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	return s.redirect(c, views.ProfileSecondStepURL)
}

// createRecoveryCodes makes new recovery codes, which the page then shows.
func (s *Server) createRecoveryCodes(c echo.Context) error {
	if err := s.Store.RenewRecoveryCodes(c.Request().Context(), actor(c), c.Request().UserAgent()); err != nil {
		return err
	}
	s.flash(c, "flash.recovery_codes_made")
	return s.redirect(c, views.ProfileSecondStepURL)
}

// deleteSecondStep switches the own second step off.
func (s *Server) deleteSecondStep(c echo.Context) error {
	var form struct {
		Current string `form:"current_password"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.EndFactor(c.Request().Context(), s.sessionToken(c), form.Current, c.Request().UserAgent())
	if errors.Is(err, store.ErrFactorDemanded) {
		return err // the page offered no form
	}
	if err != nil {
		return s.refusePassword(c, err, func(c echo.Context, status int, problems views.Problems) error {
			return s.showSecondStepForm(c, status, "", problems)
		})
	}
	s.flash(c, "flash.second_step_ended")
	return s.redirect(c, views.ProfileSecondStepURL)
}

// leadToSecondStep reports whether somebody who just gave a code should see the
// page of the second step next, and says there why: their recovery codes are
// new, one was used, or it is time to print new codes.
func (s *Server) leadToSecondStep(c echo.Context, entry store.Entry) (bool, error) {
	own, err := s.Store.OwnFactor(c.Request().Context(), entry.Account)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil // a code is mailed to them
	}
	switch {
	case err != nil:
		return false, err
	case entry.Spent == store.FactorEnrolled:
		return len(own.Codes) > 0, nil
	case entry.Spent == store.RecoveryCodeSpent:
		s.flash(c, "flash.recovery_code_used", "N", own.Left)
		return true, nil
	case own.Factor != store.FactorPrintedCodes || !own.Few():
		return false, nil
	case own.Left == 0:
		s.flash(c, "flash.no_codes")
	default:
		s.flash(c, "flash.few_codes", "N", own.Left)
	}
	return true, nil
}

// newMemberFactorEnd asks before the second step of a member is switched off.
func (s *Server) newMemberFactorEnd(c echo.Context) error {
	return s.askToEndFactor(c, http.StatusOK, standingForm{Account: c.Param("account")}, nil, nil)
}

func (s *Server) askToEndFactor(c echo.Context, status int, form standingForm, problems views.Problems, why *store.Error) error {
	m, err := s.memberPage(c, form.account())
	if err != nil {
		return err
	}
	m.Title, m.Errors, m.Refusal, m.Reason = m.T("end_app.title"), problems, why, form.Reason
	return s.render(c, status, views.NewMemberFactorEnd(m))
}

// createMemberFactorEnd switches the second step of a member off.
func (s *Server) createMemberFactorEnd(c echo.Context) error {
	var form standingForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.EndMemberFactor(c.Request().Context(), actor(c), form.account(), form.Reason); err != nil {
		problems, why, err := shown(err)
		if err != nil {
			return err
		}
		return s.askToEndFactor(c, statusOf(why), form, problems, why)
	}
	s.flash(c, "flash.member_second_step_ended")
	return s.redirect(c, views.AdminMemberURL(form.account()))
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
