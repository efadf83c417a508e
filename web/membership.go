package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// showPeople is who is in a space.
func (s *Server) showPeople(c echo.Context) error {
	ctx, reader, query := c.Request().Context(), actor(c), c.QueryParam("q")
	sp, err := s.Store.Space(ctx, reader, spaceID(c), store.ToOpen)
	if err != nil {
		return err
	}
	members, err := s.Store.MembersOf(ctx, reader, sp.ID, store.Member, query, c.QueryParam("members"))
	if err != nil {
		return err
	}
	guests, err := s.Store.MembersOf(ctx, reader, sp.ID, store.Guest, query, c.QueryParam("guests"))
	if err != nil {
		return err
	}
	page, err := s.page(c, "space.people")
	if err != nil {
		return err
	}
	m := views.PeoplePage{
		SpaceFrame: views.NewSpaceFrame(page, sp, "people"), Query: query,
		Members: views.InsideRows(page, members.Items), Guests: views.InsideRows(page, guests.Items),
	}
	for _, rows := range [][]views.InsideRow{m.Members, m.Guests} {
		for i := range rows {
			rows[i].Person.URL = views.PersonURL(rows[i].Person.ID)
		}
	}
	if members.Next != "" {
		m.MorePeople = views.WithQuery(views.SpacePeopleURL(sp.ID), "q", query, "members", members.Next)
	}
	if guests.Next != "" {
		m.MoreGuests = views.WithQuery(views.SpacePeopleURL(sp.ID), "q", query, "guests", guests.Next)
	}
	return s.render(c, http.StatusOK, views.ShowPeople(m))
}

// listSpaceMembers is the Members tab for a space's administrators, and who is in
// the space for everybody else.
func (s *Server) listSpaceMembers(c echo.Context) error {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToOpen)
	if err != nil {
		return err
	}
	if !sp.Can(store.ToManage) {
		return s.showPeople(c)
	}
	return s.showMembers(c, http.StatusOK, sp, nil)
}

func (s *Server) showMembers(c echo.Context, status int, sp store.Space, problems views.Problems) error {
	ctx, reader := c.Request().Context(), actor(c)
	page, err := s.page(c, "space.manage_members")
	if err != nil {
		return err
	}
	page.Errors = problems
	m := views.ManageMembers{Page: page, Space: sp, Query: c.QueryParam("q")}
	members, err := s.Store.MembersOf(ctx, reader, sp.ID, store.Member, "", c.QueryParam("after"))
	if err != nil {
		return err
	}
	m.Members, m.Next = views.InsideRows(page, members.Items), members.Next
	found, err := s.Store.MemberCandidates(ctx, reader, sp.ID, m.Query)
	if err != nil {
		return err
	}
	m.Candidates = views.NewCandidates(found)
	if m.Requests, err = s.Store.JoinRequests(ctx, reader, sp.ID); err != nil {
		return err
	}
	return s.overSpace(c, status, page, sp, views.ShowManageMembers(m))
}

// createSpaceMember puts a member of the organisation into a space.
func (s *Server) createSpaceMember(c echo.Context) error {
	var form struct {
		Account string `form:"account"`
		Role    string `form:"role"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	role := store.Role(form.Role)
	if form.Role == "" {
		role = store.Editor
	}
	err := s.Store.AddSpaceMember(c.Request().Context(), actor(c), spaceID(c), store.ParseID(form.Account), role)
	return s.membersChanged(c, err, "flash.space_member_added")
}

// updateSpaceMember changes what a member of a space is there.
func (s *Server) updateSpaceMember(c echo.Context) error {
	var form struct {
		Role string `form:"role"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.ChangeRole(c.Request().Context(), actor(c), spaceID(c), accountID(c), store.Role(form.Role))
	return s.membersChanged(c, err, "flash.role_changed")
}

func accountID(c echo.Context) store.ID { return store.ParseID(c.Param("account")) }

// confirmRemoveSpaceMember asks before a member is taken out of a space.
func (s *Server) confirmRemoveSpaceMember(c echo.Context) error {
	ctx := c.Request().Context()
	sp, err := s.Store.Space(ctx, actor(c), spaceID(c), store.ToManage)
	if err != nil {
		return err
	}
	member, err := s.Store.SpaceMember(ctx, actor(c), sp.ID, accountID(c))
	if err != nil {
		return err
	}
	page, err := s.page(c, "space.remove_title")
	if err != nil {
		return err
	}
	rows := views.InsideRows(page, []store.Membership{member})
	return s.overSpace(c, http.StatusOK, page, sp, views.ConfirmRemoveMember(views.RemoveMember{Page: page, Space: sp, Member: rows[0]}))
}

// deleteSpaceMember takes a member out of a space.
func (s *Server) deleteSpaceMember(c echo.Context) error {
	err := s.Store.RemoveSpaceMember(c.Request().Context(), actor(c), spaceID(c), accountID(c))
	return s.membersChanged(c, err, "flash.member_removed")
}

// acceptJoinRequest lets somebody in who asked.
func (s *Server) acceptJoinRequest(c echo.Context) error {
	err := s.Store.AcceptJoin(c.Request().Context(), actor(c), spaceID(c), accountID(c))
	return s.membersChanged(c, err, "flash.space_member_added")
}

// refuseJoinRequest says no to somebody who asked.
func (s *Server) refuseJoinRequest(c echo.Context) error {
	err := s.Store.RefuseJoin(c.Request().Context(), actor(c), spaceID(c), accountID(c))
	return s.membersChanged(c, err, "flash.join_refused")
}

// membersChanged ends every change of who is in a space: the list again, with
// what went wrong if something did. Who gave their own role away is led to the space.
func (s *Server) membersChanged(c echo.Context, err error, flash string) error {
	if err == nil {
		s.flash(c, flash)
		return s.redirect(c, views.MembersURL(spaceID(c)))
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToManage)
	if errors.Is(err, store.ErrForbidden) {
		return s.redirect(c, views.SpaceURL(spaceID(c)))
	}
	if err != nil {
		return err
	}
	return s.showMembers(c, http.StatusUnprocessableEntity, sp, problems)
}
