package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// guestPageRoutes are what is done on the page of one guest besides the four
// verbs, and the question why somebody can't sign in.
func (s *Server) guestPageRoutes() []*route {
	const guest = views.AdminGuestsURL + "/:account"
	return []*route{
		get(views.AdminDiagnosisURL, administrators, s.showDiagnosis),
		get(guest+"/data", administrators, s.editGuestData),
		post(guest+"/data", administrators, s.updateGuestData),
		get(guest+"/sponsor", administrators, s.editSponsor),
		post(guest+"/sponsor", administrators, s.updateSponsor),
		get(guest+"/address", administrators, s.editGuestAddress).recently(),
		post(guest+"/address", administrators, s.updateGuestAddress).recently(),
		post(guest+"/password-reset", administrators, s.createGuestReset),
		post(guest+"/limits/delete", administrators, s.deleteGuestLimits),
		get(guest+"/delete/undo", administrators, s.newUndo),
		post(guest+"/delete/undo", administrators, s.undoDeletion),
		get(guest+"/erasure", administrators, s.newErasure).recently(),
		post(guest+"/erasure", administrators, s.createErasure).recently(),
	}
}

// guestDataForm is what is known of a guest.
type guestDataForm struct {
	Account          string `param:"account"`
	Version          int    `form:"version"`
	Loaded           int64  `form:"loaded"` // when the form was filled, in milliseconds
	Name             string `form:"display_name"`
	SurNameReading   string `form:"sur_name_reading"`
	GivenNameReading string `form:"given_name_reading"`
	Company          string `form:"company"`
	Division         string `form:"division"`
	Phone            string `form:"phone"`
	CallTo           string `form:"callto"`
	Category         string `form:"category"`
	Locale           string `form:"locale"`
	TimeZone         string `form:"timezone"`
}

func (f guestDataForm) data() store.PersonalData {
	return store.PersonalData{
		Name: f.Name, SurNameReading: f.SurNameReading, GivenNameReading: f.GivenNameReading, Company: f.Company,
		Division: f.Division, Phone: f.Phone, CallTo: f.CallTo, Category: f.Category, Locale: f.Locale, TimeZone: f.TimeZone,
	}
}

// guestDialog is the page of a living guest under a dialog.
func (s *Server) guestDialog(c echo.Context, title string, problems views.Problems) (views.ManagedGuestPage, error) {
	m, err := s.managedGuestPage(c, title)
	if err == nil && m.Former() {
		err = store.ErrNotFound
	}
	m.Errors = problems
	return m, err
}

func (s *Server) editGuestData(c echo.Context) error {
	m, err := s.guestDialog(c, "guest_data.title", nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.EditGuestData(views.GuestDataPage{
		ManagedGuestPage: m, Data: store.PersonalDataOf(m.Guest.Account), Version: m.Guest.Version, Loaded: m.Now.UnixMilli(),
	}))
}

// updateGuestData changes what is known of a guest (S3-20). When somebody else
// has changed the guest meanwhile, the form comes back with what they did and
// can be saved again.
func (s *Server) updateGuestData(c echo.Context) error {
	var form guestDataForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	id := store.ParseID(form.Account)
	err := s.Store.ChangeGuestData(c.Request().Context(), actor(c), id, form.Version, form.data())
	if err == nil {
		s.flash(c, "flash.guest_saved")
		return s.redirect(c, views.AdminGuestURL(id))
	}
	status, meanwhile := http.StatusUnprocessableEntity, errors.Is(err, store.ErrChangedMeanwhile)
	problems := views.Problems{{Code: store.ErrChangedMeanwhile.Code}}
	if meanwhile {
		status = http.StatusConflict
	} else if problems, err = reshow(err); err != nil {
		return err
	}
	m, err := s.guestDialog(c, "guest_data.title", problems)
	if err != nil {
		return err
	}
	page := views.GuestDataPage{ManagedGuestPage: m, Data: form.data(), Version: form.Version, Loaded: form.Loaded}
	if meanwhile {
		since := time.UnixMilli(form.Loaded)
		for _, line := range m.History {
			if !line.At.Before(since) {
				page.Changed = append(page.Changed, line)
			}
		}
		page.Version, page.Loaded = m.Guest.Version, m.Now.UnixMilli()
	}
	return s.render(c, status, views.EditGuestData(page))
}

// sponsorForm chooses who answers for a guest.
type sponsorForm struct {
	Account string `param:"account"`
	Query   string `query:"q"`
	Sponsor string `form:"sponsor"`
	Reason  string `form:"reason"`
}

func (s *Server) editSponsor(c echo.Context) error {
	var form sponsorForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	return s.showSponsor(c, http.StatusOK, form, nil)
}

func (s *Server) showSponsor(c echo.Context, status int, form sponsorForm, problems views.Problems) error {
	m, err := s.guestDialog(c, "sponsor.title", problems)
	if err != nil {
		return err
	}
	page := views.GuestSponsorPage{ManagedGuestPage: m, Query: form.Query, Chosen: m.Guest.SponsorAccount.ID}
	if page.Found, err = s.Store.MemberCandidates(c.Request().Context(), actor(c), 0, form.Query); err != nil {
		return err
	}
	return s.render(c, status, views.ChooseSponsor(page))
}

func (s *Server) updateSponsor(c echo.Context) error {
	var form sponsorForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	id, sponsor := store.ParseID(form.Account), store.ParseID(form.Sponsor)
	var err error = store.ErrNoSuchSponsor
	if sponsor != 0 || form.Sponsor == "0" { // nothing chosen is not nobody
		err = s.Store.ChangeSponsor(c.Request().Context(), actor(c), id, sponsor, form.Reason)
	}
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showSponsor(c, http.StatusUnprocessableEntity, form, problems)
	}
	s.flash(c, "flash.sponsor_changed")
	return s.redirect(c, views.AdminGuestURL(id))
}

// guestAddressForm gives a guest another address.
type guestAddressForm struct {
	Account string `param:"account"`
	Email   string `form:"email"`
	Reason  string `form:"reason"`
}

func (s *Server) editGuestAddress(c echo.Context) error {
	return s.showGuestAddress(c, http.StatusOK, guestAddressForm{}, nil)
}

func (s *Server) showGuestAddress(c echo.Context, status int, form guestAddressForm, problems views.Problems) error {
	m, err := s.guestDialog(c, "address_change.title", problems)
	if err != nil {
		return err
	}
	m.Reason = form.Reason
	return s.render(c, status, views.NewAddress(views.GuestAddressPage{ManagedGuestPage: m, Email: form.Email}))
}

func (s *Server) updateGuestAddress(c echo.Context) error {
	var form guestAddressForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	id := store.ParseID(form.Account)
	err := s.Store.ChangeGuestAddress(c.Request().Context(), actor(c), id, form.Email, form.Reason)
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showGuestAddress(c, http.StatusUnprocessableEntity, form, problems)
	}
	s.flash(c, "flash.address_changed")
	return s.redirect(c, views.AdminGuestURL(id))
}
