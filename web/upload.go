package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// uploadRoutes are files on their way: sent in pieces by the script, and those
// of comments.
func (s *Server) uploadRoutes() []*route {
	const uploads, files = "/spaces/:space/uploads", "/spaces/:space/threads/:thread/comments/:comment/files"
	return []*route{
		post(uploads, somebody, s.json(s.createUpload)),
		get(uploads+"/:upload", somebody, s.json(s.showUpload)),
		post(uploads+"/:upload", somebody, s.json(s.createPiece)).takesFiles(),
		post(uploads+"/:upload/delete", somebody, s.json(s.deleteUpload)),

		get(files+"/:file", somebody, s.showAttachment),
		get(files+"/:file/preview", somebody, s.showAttachmentPreview),
	}
}

func uploadID(c echo.Context) store.ID { return store.ParseID(c.Param("upload")) }

// uploadAnswer is an upload as the script reads it.
type uploadAnswer struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	Offset int64  `json:"offset"`
	Whole  bool   `json:"whole"`
}

func answerUpload(c echo.Context, status int, u store.Upload) error {
	return c.JSON(status, uploadAnswer{ID: u.ID.String(), Name: u.Name, Size: u.Size, Offset: u.Received, Whole: u.Whole})
}

// json answers what a person can read, and a script too.
func (s *Server) json(handler echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := handler(c)
		var known *store.Error
		if !errors.As(err, &known) || known.Kind == store.Unauthorized {
			return err
		}
		page, pageErr := s.page(c, "")
		if pageErr != nil {
			return err
		}
		a := answerTo(err)
		setRetryAfter(c, a.retryAfter)
		return c.JSON(a.status, map[string]string{"code": a.code, "text": page.Error(a.code, a.args)})
	}
}

// createUpload announces a file that will come in pieces.
func (s *Server) createUpload(c echo.Context) error {
	var form struct {
		Name string `form:"name"`
		Size string `form:"size"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	size, err := strconv.ParseInt(form.Size, 10, 64)
	if err != nil {
		size = -1 // the store says that there is no such file
	}
	u, err := s.Store.BeginUpload(c.Request().Context(), actor(c), spaceID(c), form.Name, size)
	if err != nil {
		return err
	}
	return answerUpload(c, http.StatusCreated, u)
}

// showUpload says where an upload of one's own stands.
func (s *Server) showUpload(c echo.Context) error {
	u, err := s.Store.Upload(c.Request().Context(), actor(c), spaceID(c), uploadID(c))
	if err != nil {
		return err
	}
	return answerUpload(c, http.StatusOK, u)
}

// createPiece takes the next piece of an upload as it comes.
func (s *Server) createPiece(c echo.Context) error {
	offset, err := strconv.ParseInt(c.QueryParam("offset"), 10, 64)
	if err != nil {
		offset = -1 // where no upload stands
	}
	u, err := s.Store.AddPiece(c.Request().Context(), actor(c), spaceID(c), uploadID(c), offset, c.Request().Body)
	if err != nil {
		return err
	}
	return answerUpload(c, http.StatusOK, u)
}

// deleteUpload forgets an upload of one's own.
func (s *Server) deleteUpload(c echo.Context) error {
	if err := s.Store.DropUpload(c.Request().Context(), actor(c), spaceID(c), uploadID(c)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// sentFiles are the files of a form that was received.
type sentFiles struct {
	ids     []store.ID
	refused []views.Refused
	failed  *store.Error // the first of the reasons
}

// receiveFiles reads a form with files and lets each wait as an upload of the
// actor. One that is not taken does not keep the others from it: the form is
// then shown again with what was taken and what was wrong.
func (s *Server) receiveFiles(c echo.Context) (sentFiles, error) {
	var sent sentFiles
	ctx, me, space := c.Request().Context(), actor(c), spaceID(c)
	err := receive(c, func(field, name string, r io.Reader) error {
		if field != "files" || len(sent.ids)+len(sent.refused) > store.MaxAttachments {
			return nil // too many is told when the comment is sent
		}
		u, err := s.Store.KeepUpload(ctx, me, space, name, r)
		switch problem := refusal(err); {
		case err == nil:
			sent.ids = append(sent.ids, u.ID)
		case problem == nil:
			return err
		default:
			sent.refused = append(sent.refused, views.Refused{Name: store.CleanFileName(name), Problem: views.ProblemOf(problem)})
			if sent.failed == nil {
				sent.failed = problem
			}
		}
		return nil
	})
	return sent, err
}

// refusal is why one file was not taken, where the form can say so.
func refusal(err error) *store.Error {
	var problem *store.Error
	if !errors.As(err, &problem) || problem.Kind != store.Invalid && problem.Kind != store.Full || errors.Is(err, store.ErrFileCut) {
		return nil
	}
	return problem
}

// errFilesRefused: some files of a form were not taken; each says why.
var errFilesRefused = &store.Error{Kind: store.Invalid, Code: "files_refused", Field: "files"}

// err is what keeps the form from being sent: nil when all files were taken.
func (f sentFiles) err() error {
	if f.failed == nil {
		return nil
	}
	return errFilesRefused
}

// uploadIDs are the uploads that a form names and those that came with it.
func (f sentFiles) uploadIDs(named []string) []store.ID {
	var list []store.ID
	for _, id := range named {
		list = append(list, store.ParseID(id))
	}
	return append(list, f.ids...)
}

// shown is what a form that is shown again says of its files.
func (s *Server) shown(c echo.Context, f sentFiles, named []string) (views.Sent, error) {
	ids := f.uploadIDs(named)
	if len(ids) == 0 {
		return views.Sent{Refused: f.refused}, nil
	}
	kept, err := s.Store.Uploads(c.Request().Context(), actor(c), spaceID(c), ids)
	return views.Sent{Kept: kept, Refused: f.refused}, err
}

// showAttachment is a file of a comment, for those who may read the comment.
func (s *Server) showAttachment(c echo.Context) error {
	file, err := s.Store.Attachment(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c), store.ParseID(c.Param("file")))
	if err != nil {
		return err
	}
	return s.serveContent(c, file, true)
}

// showAttachmentPreview is the small picture of such a file.
func (s *Server) showAttachmentPreview(c echo.Context) error {
	file, err := s.Store.AttachmentPreview(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c), store.ParseID(c.Param("file")))
	if err != nil {
		return err
	}
	return s.serveContent(c, file, true)
}

// removeAttachments takes files out of a comment; one that is out already is fine.
func (s *Server) removeAttachments(c echo.Context, files []string) error {
	for _, id := range files {
		err := s.Store.RemoveAttachment(c.Request().Context(), actor(c), spaceID(c), threadID(c), commentID(c), store.ParseID(id))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}
