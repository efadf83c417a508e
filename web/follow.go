package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/views"
)

// followForm is a switch: on or off.
type followForm struct {
	Follow string `form:"follow"`
}

// followSpace follows a space or stops.
func (s *Server) followSpace(c echo.Context) error {
	var form followForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	follow := form.Follow == "on"
	if err := s.Store.FollowSpace(c.Request().Context(), actor(c), spaceID(c), follow); err != nil {
		return err
	}
	if follow {
		s.flash(c, "flash.space_followed")
	} else {
		s.flash(c, "flash.space_unfollowed")
	}
	return s.redirect(c, views.SpaceURL(spaceID(c)))
}

// followThread follows a thread or stops. The script has shown it already and
// wants no page.
func (s *Server) followThread(c echo.Context) error {
	var form followForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.FollowThread(c.Request().Context(), actor(c), spaceID(c), threadID(c), form.Follow == "on")
	if err != nil {
		return err
	}
	if fragment(c) {
		return c.NoContent(http.StatusNoContent)
	}
	return s.redirect(c, views.ThreadURL(spaceID(c), threadID(c)))
}
