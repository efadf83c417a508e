package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

func commentID(c echo.Context) store.ID { return store.ParseID(c.Param("comment")) }

// commentForm is a comment as it was typed.
type commentForm struct {
	Text     string `form:"text"`
	Audience string `form:"audience"`
	Preview  tick   `form:"preview"`

	Uploads []string `form:"uploads"` // files that were sent before
	sent    sentFiles
}

// createComment says something in a thread, or shows what it will look like.
func (s *Server) createComment(c echo.Context) error {
	sent, err := s.receiveFiles(c)
	if err != nil {
		return err
	}
	form := commentForm{sent: sent}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if form.Preview {
		return s.previewComment(c, form)
	}
	comment, err := s.addComment(c, form)
	if err == nil {
		return s.toConversation(c, comment.ID)
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	typed, err := s.typed(c, form)
	if err != nil {
		return err
	}
	return s.showConversation(c, http.StatusUnprocessableEntity, typed, problems)
}

func (s *Server) addComment(c echo.Context, form commentForm) (store.Comment, error) {
	audience, err := store.ParseAudience(form.Audience)
	if err != nil {
		if _, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToWrite); err != nil {
			return store.Comment{}, err // who may not write is told so, whatever was chosen
		}
		return store.Comment{}, err
	}
	if err := form.sent.err(); err != nil {
		return store.Comment{}, err
	}
	return s.Store.AddComment(c.Request().Context(), actor(c), spaceID(c), threadID(c), store.NewComment{
		Body: form.Text, Audience: audience, Uploads: form.sent.uploadIDs(form.Uploads),
	})
}

// typed is what the composer shows again: the words, and the files that wait.
func (s *Server) typed(c echo.Context, form commentForm) (views.Typed, error) {
	files, err := s.shown(c, form.sent, form.Uploads)
	return views.Typed{Text: form.Text, Audience: form.Audience, Sent: files}, err
}

// previewComment shows the page again with what the comment will look like.
func (s *Server) previewComment(c echo.Context, form commentForm) error {
	html, err := s.Store.Preview(c.Request().Context(), actor(c), spaceID(c), "text", form.Text)
	problems, err := reshowOrNil(err)
	if err != nil {
		return err
	}
	typed, err := s.typed(c, form)
	if err != nil {
		return err
	}
	typed.Preview = html
	return s.showConversation(c, unlessProblems(problems), typed, problems)
}

// reshowOrNil is reshow of what may be no error at all.
func reshowOrNil(err error) (views.Problems, error) {
	if err == nil {
		return nil, nil
	}
	return reshow(err)
}

// showPreview tells the script what a text will look like.
func (s *Server) showPreview(c echo.Context) error {
	var form struct {
		Text string `form:"text"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if _, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToOpen); err != nil {
		return err
	}
	html, err := s.Store.Preview(c.Request().Context(), actor(c), spaceID(c), "text", form.Text)
	problems, err := reshowOrNil(err)
	if err != nil {
		return err
	}
	page, err := s.gatePage(c, "")
	if err != nil {
		return err
	}
	m := views.PreviewPage{Page: page, HTML: html}
	for _, problem := range problems {
		m.Problem = problem.Text(page.Printer)
	}
	return s.render(c, http.StatusOK, views.ShowPreview(m))
}

// toConversation goes to where a comment is read: the page of a space with one
// thread, or the thread.
func (s *Server) toConversation(c echo.Context, comment store.ID) error {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToOpen)
	if err != nil {
		return err
	}
	if sp.MultiThread {
		return s.redirect(c, views.CommentURL(sp.ID, threadID(c), comment))
	}
	return s.redirect(c, views.CommentInURL(views.SpaceURL(sp.ID), comment))
}

// editComment shows a comment that one may change.
func (s *Server) editComment(c echo.Context) error {
	sp, comment, err := s.Store.Comment(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c))
	if err != nil {
		return err
	}
	return s.showCommentForm(c, http.StatusOK, sp, views.CommentForm{Text: comment.Body, Version: comment.Version, Files: comment.Files}, nil)
}

func (s *Server) showCommentForm(c echo.Context, status int, sp store.Space, m views.CommentForm, problems views.Problems) error {
	page, err := s.page(c, "comment.edit")
	if err != nil {
		return err
	}
	page.Errors = problems
	m.Page, m.Space, m.Thread, m.Comment = page, sp.ID, threadID(c), commentID(c)
	return s.overSpace(c, status, page, sp, views.EditComment(m))
}

// updateComment saves a comment. When somebody else saved it meanwhile, both
// texts are shown, and the next save is of who has seen both.
func (s *Server) updateComment(c echo.Context) error {
	var form struct {
		Text    string `form:"text"`
		Version int    `form:"version"`
		Preview tick   `form:"preview"`

		Remove []string `form:"remove"` // files to take out
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx, m := c.Request().Context(), views.CommentForm{Text: form.Text, Version: form.Version}
	var err error
	if form.Preview {
		m.Preview, err = s.Store.Preview(c.Request().Context(), actor(c), spaceID(c), "text", form.Text)
	} else {
		err = s.Store.EditComment(ctx, actor(c), spaceID(c), threadID(c), commentID(c), form.Version, form.Text)
		if err == nil {
			err = s.removeAttachments(c, form.Remove)
		}
		if err == nil {
			return s.toConversation(c, commentID(c))
		}
	}
	stale := errors.Is(err, store.ErrEditedMeanwhile)
	problems, err := reshowOrNil(err)
	if err != nil {
		return err
	}
	sp, comment, err := s.Store.Comment(ctx, actor(c), spaceID(c), threadID(c), commentID(c))
	if err != nil {
		return err
	}
	m.Files, m.Remove = comment.Files, form.Remove
	if stale {
		m.Now, m.Version = &comment, comment.Version
	}
	return s.showCommentForm(c, unlessProblems(problems), sp, m, problems)
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

// pinForm says whether to pin.
type pinForm struct {
	Pinned string `form:"pinned"`
}

// pinComment puts a comment to the top of its thread, or takes it down.
func (s *Server) pinComment(c echo.Context) error {
	var form pinForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.PinComment(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c), form.Pinned == "on")
	if err != nil {
		return err
	}
	return s.toConversation(c, commentID(c))
}

// commentHistory shows what a comment said before.
func (s *Server) commentHistory(c echo.Context) error {
	history, err := s.Store.CommentHistory(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c), before(c))
	if err != nil {
		return err
	}
	return s.showHistory(c, "history.comment", history)
}

// before is the version from which a history goes on.
func before(c echo.Context) int { return int(min(store.ParseID(c.QueryParam("before")), 1<<30)) }

func (s *Server) showHistory(c echo.Context, title string, history store.History) error {
	page, err := s.page(c, title)
	if err != nil {
		return err
	}
	return s.overSpace(c, http.StatusOK, page, history.Space, views.ShowHistory(views.NewHistoryPage(page, history)))
}
