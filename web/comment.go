package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

func commentID(c echo.Context) store.ID { return store.ParseID(c.Param("comment")) }

// commentForm is a comment as it was typed.
type commentForm struct {
	Text string `form:"text"`
}

// createComment says something in a thread.
func (s *Server) createComment(c echo.Context) error {
	var form commentForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	comment, err := s.Store.AddComment(c.Request().Context(), actor(c), spaceID(c), threadID(c), store.NewComment{Body: form.Text})
	if err == nil {
		return s.toConversation(c, comment.ID)
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	return s.showConversation(c, http.StatusUnprocessableEntity, form.Text, problems)
}

// toConversation goes to where a comment is read: the page of a space with one
// thread, or the thread.
func (s *Server) toConversation(c echo.Context, comment store.ID) error {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToOpen)
	if err != nil {
		return err
	}
	address := views.SpaceURL(sp.ID)
	if sp.MultiThread {
		address = views.ThreadURL(sp.ID, threadID(c))
	}
	return s.redirect(c, address+"#comment-"+comment.String())
}

// editComment shows a comment that one may change.
func (s *Server) editComment(c echo.Context) error {
	_, comment, err := s.Store.Comment(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c))
	if err != nil {
		return err
	}
	return s.showCommentForm(c, http.StatusOK, comment.Body, nil)
}

func (s *Server) showCommentForm(c echo.Context, status int, text string, problems views.Problems) error {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToOpen)
	if err != nil {
		return err
	}
	page, err := s.page(c, "comment.edit")
	if err != nil {
		return err
	}
	page.Errors = problems
	return s.overSpace(c, status, page, sp, views.EditComment(views.CommentForm{
		Page: page, Space: sp.ID, Thread: threadID(c), Comment: commentID(c), Text: text,
	}))
}

// updateComment saves a comment.
func (s *Server) updateComment(c echo.Context) error {
	var form commentForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.EditComment(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c), form.Text)
	if err == nil {
		return s.toConversation(c, commentID(c))
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	return s.showCommentForm(c, http.StatusUnprocessableEntity, form.Text, problems)
}

// deleteComment takes a comment back; the next page offers to undo it.
func (s *Server) deleteComment(c echo.Context) error {
	err := s.Store.DeleteComment(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c))
	if err != nil {
		return err
	}
	s.flashUndo(c, views.CommentRestoreURL(spaceID(c), threadID(c), commentID(c)), "flash.comment_deleted")
	return s.toConversation(c, commentID(c))
}

// restoreComment brings a comment back that was just deleted.
func (s *Server) restoreComment(c echo.Context) error {
	err := s.Store.RestoreComment(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c))
	if err != nil {
		return err
	}
	return s.toConversation(c, commentID(c))
}
