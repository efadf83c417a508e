package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// memberStandingRoutes are what becomes of members, and of guests who become some.
func (s *Server) memberStandingRoutes() []*route {
	const member = views.AdminMembersURL + "/:account"
	return []*route{
		get(member+"/suspension", administrators, s.newMemberSuspension),
		post(member+"/suspension", administrators, s.createMemberSuspension),
		post(member+"/suspension/delete", administrators, s.deleteMemberSuspension),
		post(member+"/department", administrators, s.updateDepartment),
		post(member+"/guests", administrators, s.handOverGuests),
		get(member+"/demotion", administrators, s.newDemotion).recently(),
		post(member+"/demotion", administrators, s.createDemotion).recently(),
		get(views.AdminGuestsURL+"/:account/conversion", administrators, s.newConversion).recently(),
		post(views.AdminGuestsURL+"/:account/conversion", administrators, s.createConversion).recently(),
	}
}

// standingForm is what an act on a person's standing is told.
type standingForm struct {
	Account  string `param:"account"`
	Reason   string `form:"reason"`
	Division string `form:"division"`
	Sponsor  string `form:"sponsor"` // the address of a member, as the next one
	To       string `form:"successor"`
}

func (f standingForm) account() store.ID { return store.ParseID(f.Account) }

// refused is an error that a dialog explains: a state of things stands against
// the act. It is nil for every other error.
func refused(err error) *store.Error {
	var known *store.Error
	if errors.As(err, &known) && (known.Kind == store.Conflict || known.Is(store.ErrLastAdministrator)) &&
		!known.Is(store.ErrMemberNow) && !known.Is(store.ErrGuestNow) {
		return known
	}
	return nil
}

// shown sorts out an error of an act: what the form is at fault for, what
// stands against it, or anything else.
func shown(err error) (problems views.Problems, why *store.Error, other error) {
	if why := refused(err); why != nil {
		return nil, why, nil
	}
	problems, other = reshow(err)
	return problems, nil, other
}

// statusOf is the status of a dialog that is shown again.
func statusOf(why *store.Error) int {
	if why != nil {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

func (s *Server) newMemberSuspension(c echo.Context) error {
	return s.askToDeactivate(c, http.StatusOK, standingForm{Account: c.Param("account")}, nil, nil)
}

func (s *Server) askToDeactivate(c echo.Context, status int, form standingForm, problems views.Problems, why *store.Error) error {
	m, err := s.memberPage(c, form.account())
	if err != nil {
		return err
	}
	m.Title, m.Errors, m.Refusal, m.Reason = m.T("deactivate.title"), problems, why, form.Reason
	return s.render(c, status, views.NewMemberSuspension(m))
}

func (s *Server) createMemberSuspension(c echo.Context) error {
	var form standingForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.DeactivateMember(c.Request().Context(), actor(c), form.account(), form.Reason); err != nil {
		problems, why, err := shown(err)
		if err != nil {
			return err
		}
		return s.askToDeactivate(c, statusOf(why), form, problems, why)
	}
	s.flash(c, "flash.member_deactivated")
	return s.redirect(c, views.AdminMemberURL(form.account()))
}

// deleteMemberSuspension lets a deactivated member in again.
func (s *Server) deleteMemberSuspension(c echo.Context) error {
	var form standingForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.ReactivateMember(c.Request().Context(), actor(c), form.account(), form.Reason); err != nil {
		return err
	}
	s.flash(c, "flash.member_reactivated")
	return s.redirect(c, views.AdminMemberURL(form.account()))
}

func (s *Server) updateDepartment(c echo.Context) error {
	var form standingForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.SetDepartment(c.Request().Context(), actor(c), form.account(), form.Division); err != nil {
		return s.memberAgain(c, form, err, func(m *views.MemberPage) { m.Member.Division = form.Division })
	}
	s.flash(c, "flash.department_saved")
	return s.redirect(c, views.AdminMemberURL(form.account()))
}

// memberAgain shows a member's page with what was typed and what is wrong with it.
func (s *Server) memberAgain(c echo.Context, form standingForm, fault error, fill func(*views.MemberPage)) error {
	problems, err := reshow(fault)
	if err != nil {
		return err
	}
	m, err := s.memberPage(c, form.account())
	if err != nil {
		return err
	}
	m.Errors = problems
	fill(&m)
	return s.render(c, http.StatusUnprocessableEntity, views.ShowMember(m))
}

// handOverGuests makes another member the sponsor of all guests of this one.
func (s *Server) handOverGuests(c echo.Context) error {
	var form standingForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx := c.Request().Context()
	to, err := s.Store.PersonByLogin(ctx, actor(c), form.To)
	if err != nil {
		return err
	}
	n, err := s.Store.HandOverGuests(ctx, actor(c), form.account(), to.ID)
	if err != nil {
		return s.memberAgain(c, form, err, func(m *views.MemberPage) { m.Successor = form.To })
	}
	s.flash(c, "flash.guests_handed_over", "N", n, "Name", to.Name)
	return s.redirect(c, views.AdminMemberURL(form.account()))
}

func (s *Server) newDemotion(c echo.Context) error {
	return s.askToDemote(c, http.StatusOK, standingForm{Account: c.Param("account"), Sponsor: actor(c).Login}, nil, nil)
}

func (s *Server) askToDemote(c echo.Context, status int, form standingForm, problems views.Problems, why *store.Error) error {
	m, err := s.memberPage(c, form.account())
	if err != nil {
		return err
	}
	d, err := s.Store.Demotion(c.Request().Context(), actor(c), form.account())
	if err != nil {
		return err
	}
	m.Title, m.Errors, m.Reason, m.Sponsor = m.T("demote.title"), problems, form.Reason, form.Sponsor
	if m.Refusal = why; why == nil {
		m.Refusal = refused(d.Refusal)
	}
	return s.render(c, status, views.NewDemotion(views.DemotionPage{MemberPage: m, Demotion: d}))
}

// createDemotion makes a member a guest.
func (s *Server) createDemotion(c echo.Context) error {
	var form standingForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx := c.Request().Context()
	in := store.DemotionForm{Reason: form.Reason}
	if form.Sponsor != "" {
		sponsor, err := s.Store.PersonByLogin(ctx, actor(c), form.Sponsor)
		if err != nil {
			return err
		}
		in.Sponsor = sponsor.ID
	}
	if err := s.Store.Demote(ctx, actor(c), form.account(), in); err != nil {
		problems, why, err := shown(err)
		if err != nil {
			return err
		}
		return s.askToDemote(c, statusOf(why), form, problems, why)
	}
	s.flash(c, "flash.member_demoted")
	return s.redirect(c, views.AdminGuestURL(form.account()))
}

func (s *Server) newConversion(c echo.Context) error {
	return s.askToConvert(c, http.StatusOK, standingForm{Account: c.Param("account")}, nil, nil)
}

func (s *Server) askToConvert(c echo.Context, status int, form standingForm, problems views.Problems, why *store.Error) error {
	conversion, err := s.Store.Conversion(c.Request().Context(), actor(c), form.account())
	if err != nil {
		return err
	}
	m, err := s.managedGuestPage(c, "convert.title")
	if err != nil {
		return err
	}
	m.Errors, m.Reason = problems, form.Reason
	if why == nil {
		why = refused(conversion.Refusal)
	}
	return s.render(c, status, views.NewConversion(views.ConversionPage{ManagedGuestPage: m, Conversion: conversion, Refusal: why}))
}

// createConversion makes a guest a member.
func (s *Server) createConversion(c echo.Context) error {
	var form standingForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.Convert(c.Request().Context(), actor(c), form.account(), form.Reason); err != nil {
		problems, why, err := shown(err)
		if err != nil {
			return err
		}
		return s.askToConvert(c, statusOf(why), form, problems, why)
	}
	s.flash(c, "flash.guest_converted")
	return s.redirect(c, views.AdminMemberURL(form.account()))
}
