package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// listForm narrows a list down and says where its page begins.
type listForm struct {
	Query  string `query:"q"`
	Status string `query:"status"`
	Key    string `query:"key"`
	After  string `query:"after"`
}

func (f listForm) cursor() store.Cursor {
	return store.Cursor{Key: f.Key, ID: store.ParseID(f.After)}
}

// members is the list's filter; a state that there is none of means all.
func (f listForm) members() store.MemberFilter {
	filter := store.MemberFilter{Query: f.Query}
	if status := store.MemberStatus(f.Status); slices.Contains(store.MemberStatuses, status) {
		filter.Status = status
	}
	return filter
}

func (s *Server) listMembers(c echo.Context) error {
	var form listForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	m, err := s.membersPage(c, form)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.Members(m))
}

func (s *Server) membersPage(c echo.Context, form listForm) (views.MembersPage, error) {
	p, err := s.adminPage(c, views.AdminMembersURL, "admin.members")
	if err != nil {
		return views.MembersPage{}, err
	}
	list, more, err := s.Store.Members(c.Request().Context(), actor(c), form.members(), form.cursor())
	if err != nil {
		return views.MembersPage{}, err
	}
	counts, err := s.Store.MemberCounts(c.Request().Context(), actor(c))
	if err != nil {
		return views.MembersPage{}, err
	}
	status := form.members().Status
	m := views.MembersPage{Page: p, Query: form.Query, Status: status, Counts: counts}
	for _, member := range list {
		m.Members = append(m.Members, views.MemberRowOf(member))
	}
	if form.After != "" {
		m.First = views.WithQuery(views.AdminMembersURL, "status", string(status), "q", form.Query)
	}
	if more {
		last := list[len(list)-1].Cursor()
		m.Next = views.WithQuery(views.AdminMembersURL, "status", string(status), "q", form.Query, "key", last.Key, "after", last.ID.String())
	}
	return m, nil
}

// memberForm is the form of a new member.
type memberForm struct {
	Name      string `form:"display_name"`
	Email     string `form:"email"`
	Locale    string `form:"locale"`
	Admin     string `form:"system_admin"`
	MayCreate string `form:"may_create_guest_spaces"`
	Delivery  string `form:"delivery"`
}

func (f memberForm) member() store.NewMember {
	return store.NewMember{
		Name: f.Name, Email: f.Email, Locale: chosenLocale(f.Locale),
		SystemAdmin: f.Admin == "on", MayCreateGuestSpaces: f.MayCreate == "on", ByMail: f.Delivery != byLink,
	}
}

// byLink is the delivery of a link by hand.
const byLink = "link"

func (s *Server) newMember(c echo.Context) error {
	return s.showNewMember(c, http.StatusOK, memberForm{Locale: "auto"}, nil)
}

func (s *Server) showNewMember(c echo.Context, status int, form memberForm, problems views.Problems) error {
	list, err := s.membersPage(c, listForm{})
	if err != nil {
		return err
	}
	list.Title, list.Errors = list.T("members.new"), problems
	return s.render(c, status, views.NewMember(views.NewMemberPage{
		MembersPage: list, Name: form.Name, Email: form.Email, Locale: chosenLocale(form.Locale),
		Admin: form.Admin == "on", MayCreate: form.MayCreate == "on", ByLink: form.Delivery == byLink,
	}))
}

// createMember adds a member. The link is mailed, or shown here and now,
// because it is not kept anywhere.
func (s *Server) createMember(c echo.Context) error {
	var form memberForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	member, token, err := s.Store.AddMember(c.Request().Context(), actor(c), form.member())
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showNewMember(c, http.StatusUnprocessableEntity, form, problems)
	}
	if token != "" {
		return s.showMemberLink(c, member, token)
	}
	s.flash(c, "flash.member_added", "Name", member.Name)
	return s.redirect(c, views.AdminMembersURL)
}

func (s *Server) showMemberLink(c echo.Context, member store.Account, token string) error {
	list, err := s.membersPage(c, listForm{})
	if err != nil {
		return err
	}
	list.Title = list.T("members.link_title")
	return s.render(c, http.StatusOK, views.MemberLink(views.MemberLinkPage{
		MembersPage: list, Member: views.PersonOf(member),
		Link: s.base() + views.PasswordResetURL(token), Life: store.MemberLinkLife,
	}))
}

type memberRightsForm struct {
	Account   string `param:"account"`
	Admin     string `form:"system_admin"`
	MayCreate string `form:"may_create_guest_spaces"`
	Delivery  string `form:"delivery"`
}

func (s *Server) showMember(c echo.Context) error {
	var form memberRightsForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	m, err := s.memberPage(c, store.ParseID(form.Account))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ShowMember(m))
}

func (s *Server) memberPage(c echo.Context, id store.ID) (views.MemberPage, error) {
	p, err := s.adminPage(c, views.AdminMembersURL, "")
	if err != nil {
		return views.MemberPage{}, err
	}
	member, err := s.Store.MemberAccount(c.Request().Context(), actor(c), id)
	if err != nil {
		return views.MemberPage{}, err
	}
	history, err := s.history(c, p, id)
	if err != nil {
		return views.MemberPage{}, err
	}
	sponsored, err := s.Store.GuestsOfSponsor(c.Request().Context(), actor(c), id)
	if err != nil {
		return views.MemberPage{}, err
	}
	programs, err := s.Store.APICredentialsOf(c.Request().Context(), actor(c), id)
	p.Title = member.Name
	return views.MemberPage{
		Page: p, Member: member, History: history, Sponsored: sponsored, Programs: programs,
		Demanded: visitOf(c).Environment.Policy.DemandsApp(member),
	}, err
}

// historyLength is how many entries of the audit log the page of a person shows.
const historyLength = 10

func (s *Server) history(c echo.Context, p views.Page, person store.ID) ([]views.AuditLine, error) {
	entries, _, err := s.Store.AuditLog(c.Request().Context(), actor(c), store.AuditFilter{Person: person}, 0)
	return views.AuditLines(p.Printer, entries[:min(historyLength, len(entries))]), err
}

func (s *Server) updateMember(c echo.Context) error {
	var form memberRightsForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	id := store.ParseID(form.Account)
	err := s.Store.SetMemberRights(c.Request().Context(), actor(c), id, form.Admin == "on", form.MayCreate == "on")
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		m, err := s.memberPage(c, id)
		if err != nil {
			return err
		}
		m.Errors = problems
		m.Member.SystemAdmin, m.Member.MayCreateGuestSpaces = form.Admin == "on", form.MayCreate == "on"
		return s.render(c, http.StatusUnprocessableEntity, views.ShowMember(m))
	}
	s.flash(c, "flash.rights_saved")
	if id == actor(c).ID && form.Admin != "on" {
		return s.redirect(c, views.HomeURL) // the administration is closed now
	}
	return s.redirect(c, views.AdminMemberURL(id))
}

// renewMemberLink makes a new link for a member who has no password yet.
func (s *Server) renewMemberLink(c echo.Context) error {
	var form memberRightsForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	id := store.ParseID(form.Account)
	token, err := s.Store.RenewMemberLink(c.Request().Context(), actor(c), id, form.Delivery != byLink)
	if err != nil {
		return err
	}
	member, err := s.Store.MemberAccount(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	if token != "" {
		return s.showMemberLink(c, member, token)
	}
	s.flash(c, "flash.member_link_sent", "Name", member.Name)
	return s.redirect(c, views.AdminMemberURL(id))
}

// chosenLocale is the language of a form, or "auto" for anything else.
func chosenLocale(text string) string {
	if locale.Known(text) {
		return text
	}
	return "auto"
}
