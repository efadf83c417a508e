package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// spaceID is the space of the address; 0, which is unknown, when it is no ID.
func spaceID(c echo.Context) store.ID { return store.ParseID(c.Param("space")) }

// showSpace is the page of a space. Who knows of it and may not open it sees
// how to get in.
func (s *Server) showSpace(c echo.Context) error {
	overview, err := s.Store.SpaceOverview(c.Request().Context(), actor(c), spaceID(c), place(c))
	if errors.Is(err, store.ErrForbidden) {
		return s.showSpaceDoor(c)
	}
	if err != nil {
		return err
	}
	page, err := s.page(c, "")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ShowSpace(views.NewSpacePage(page, overview)))
}

// showSpaceDoor is a space from outside, with the status of a refusal.
func (s *Server) showSpaceDoor(c echo.Context) error {
	ctx, id := c.Request().Context(), spaceID(c)
	sp, err := s.Store.Space(ctx, actor(c), id, store.ToKnow)
	if err != nil {
		return err
	}
	asked, err := s.Store.Asked(ctx, actor(c), id)
	if err != nil {
		return err
	}
	page, err := s.page(c, "")
	if err != nil {
		return err
	}
	page.Title, page.Current = sp.Name, views.NavSpaces
	return s.render(c, http.StatusForbidden, views.ShowSpaceDoor(views.SpaceDoor{Page: page, Space: sp, Asked: asked}))
}

// overSpace is a dialog over the page of a space, or over its door for those
// who are not in it. The script gets the dialog alone.
func (s *Server) overSpace(c echo.Context, status int, page views.Page, sp store.Space, dialog templ.Component) error {
	if page.Fragment {
		return s.render(c, status, dialog)
	}
	if !sp.Can(store.ToOpen) {
		return s.render(c, status, views.DialogPage(page, dialog, func(p views.Page) templ.Component {
			p.Current = views.NavSpaces
			return views.ShowSpaceDoor(views.SpaceDoor{Page: p, Space: sp})
		}))
	}
	overview, err := s.Store.SpaceOverview(c.Request().Context(), actor(c), sp.ID, store.Place{})
	if err != nil {
		return err
	}
	return s.render(c, status, views.DialogPage(page, dialog, func(p views.Page) templ.Component {
		p.Errors = nil // they are the dialog's
		return views.ShowSpace(views.NewSpacePage(p, overview))
	}))
}

// showSpaceCover sends the uploaded cover of a space to those who may know of it.
func (s *Server) showSpaceCover(c echo.Context) error {
	picture, err := s.Store.SpaceCover(c.Request().Context(), actor(c), spaceID(c))
	if err != nil {
		return err
	}
	return sendPicture(c, picture)
}

// confirmDeleteSpace asks before a space is deleted.
func (s *Server) confirmDeleteSpace(c echo.Context) error {
	return s.confirmSpace(c, store.ToDelete, "space.delete_title", views.ConfirmSpaceDelete)
}

// deleteSpace deletes a space and all that is in it.
func (s *Server) deleteSpace(c echo.Context) error {
	ctx := c.Request().Context()
	sp, err := s.Store.Space(ctx, actor(c), spaceID(c), store.ToDelete)
	if err != nil {
		return err
	}
	if err := s.Store.DeleteSpace(ctx, actor(c), sp.ID); err != nil {
		return err
	}
	s.flash(c, "flash.space_deleted", "Space", sp.Name)
	return s.redirect(c, views.HomeURL)
}

// confirmLeaveSpace asks before one leaves a space.
func (s *Server) confirmLeaveSpace(c echo.Context) error {
	return s.confirmSpace(c, store.ToLeave, "space.leave_title", views.ConfirmSpaceLeave)
}

func (s *Server) confirmSpace(c echo.Context, op store.Operation, title string, dialog func(views.SpaceConfirm) templ.Component) error {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), op)
	if err != nil {
		return err
	}
	page, err := s.page(c, title, "Space", sp.Name)
	if err != nil {
		return err
	}
	return s.overSpace(c, http.StatusOK, page, sp, dialog(views.SpaceConfirm{Page: page, Space: sp}))
}

// leaveSpace takes oneself out of a space.
func (s *Server) leaveSpace(c echo.Context) error {
	ctx := c.Request().Context()
	sp, err := s.Store.Space(ctx, actor(c), spaceID(c), store.ToLeave)
	if err != nil {
		return err
	}
	if err := s.Store.Leave(ctx, actor(c), sp.ID); err != nil {
		return s.reshowLeave(c, sp, err)
	}
	s.flash(c, "flash.space_left", "Space", sp.Name)
	return s.redirect(c, views.HomeURL)
}

func (s *Server) reshowLeave(c echo.Context, sp store.Space, err error) error {
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	page, err := s.page(c, "space.leave_title", "Space", sp.Name)
	if err != nil {
		return err
	}
	for i := range problems {
		problems[i].Field = "" // there is no field to go to in this dialog
	}
	page.Errors = problems
	return s.overSpace(c, http.StatusUnprocessableEntity, page, sp, views.ConfirmSpaceLeave(views.SpaceConfirm{Page: page, Space: sp}))
}

// joinSpace lets oneself into an open space, or asks to be let into a private
// one. A system administrator gets into any space, which its administrators are told.
func (s *Server) joinSpace(c echo.Context) error {
	ctx := c.Request().Context()
	sp, err := s.Store.Space(ctx, actor(c), spaceID(c), store.ToKnow)
	if err != nil {
		return err
	}
	if sp.Can(store.ToAskToJoin) {
		if err := s.Store.AskToJoin(ctx, actor(c), sp.ID); err != nil {
			return err
		}
		s.flash(c, "flash.asked_to_join", "Space", sp.Name)
		return s.redirect(c, views.SpaceURL(sp.ID))
	}
	if err := s.Store.Join(ctx, actor(c), sp.ID); err != nil {
		return err
	}
	s.flash(c, "flash.joined", "Space", sp.Name)
	return s.redirect(c, views.SpaceURL(sp.ID))
}

// favouriteSpace puts a space first in one's own lists, or no more.
func (s *Server) favouriteSpace(c echo.Context) error {
	var form struct {
		Favourite string `form:"favourite"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.Favourite(c.Request().Context(), actor(c), spaceID(c), form.Favourite == "on"); err != nil {
		return err
	}
	return s.redirect(c, views.SpaceURL(spaceID(c)))
}
