package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// reactionForm is one sign.
type reactionForm struct {
	Reaction string `form:"reaction"`
}

// createReaction reacts to a comment.
func (s *Server) createReaction(c echo.Context) error { return s.react(c, true) }

// deleteReaction takes a reaction back.
func (s *Server) deleteReaction(c echo.Context) error { return s.react(c, false) }

// react answers the script with the comment's reactions as they are then.
func (s *Server) react(c echo.Context, on bool) error {
	var form reactionForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx := c.Request().Context()
	err := s.Store.React(ctx, actor(c), spaceID(c), threadID(c), commentID(c), store.Reaction(form.Reaction), on)
	if err != nil {
		return err
	}
	if !fragment(c) {
		return s.toConversation(c, commentID(c))
	}
	sp, comment, _, err := s.Store.Reactors(ctx, actor(c), spaceID(c), threadID(c), commentID(c), "")
	if err != nil {
		return err
	}
	page, err := s.gatePage(c, "")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.Reactions(views.NewReactions(page, &sp, threadID(c), &comment)))
}

// listReactions tells who reacted to a comment.
func (s *Server) listReactions(c echo.Context) error {
	sp, comment, people, err := s.Store.Reactors(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c), c.QueryParam("after"))
	if err != nil {
		return err
	}
	page, err := s.page(c, "reaction.who_title")
	if err != nil {
		return err
	}
	return s.overSpace(c, http.StatusOK, page, sp, views.ListReactors(views.ReactorsPage{
		Page: page, Reactions: views.NewReactions(page, &sp, threadID(c), &comment), People: people,
		Close: views.CommentURL(sp.ID, threadID(c), comment.ID),
	}))
}
