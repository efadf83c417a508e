package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// mentionRoutes are mentions, reactions and following.
func (s *Server) mentionRoutes() []*route {
	const thread = "/spaces/:space/threads/:thread"
	const reactions = thread + "/comments/:comment/reactions"
	return []*route{
		get("/spaces/:space/mentions", somebody, s.listMentions),
		post("/spaces/:space/follow", somebody, s.followSpace),
		post(thread+"/follow", somebody, s.followThread),
		get(reactions, somebody, s.listReactions),
		post(reactions, somebody, s.createReaction),
		post(reactions+"/delete", somebody, s.deleteReaction),
	}
}

// listMentions offers people to the box of mentions, which the script opens.
func (s *Server) listMentions(c echo.Context) error {
	audience, err := store.ParseAudience(c.QueryParam("audience"))
	if err != nil {
		return err
	}
	people, err := s.Store.Mentionables(c.Request().Context(), actor(c), spaceID(c),
		store.ParseID(c.QueryParam("thread")), audience, c.QueryParam("q"))
	if err != nil {
		return err
	}
	page, err := s.gatePage(c, "")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.MentionBox(views.MentionList{Page: page, People: people}))
}
