package web

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// ownDataRoutes are the export of one's own data.
func (s *Server) ownDataRoutes() []*route {
	return []*route{
		get(views.ProfileExportURL, somebody, s.showOwnData),
		post(views.ProfileExportURL, somebody, s.exportOwnData).recently(),
	}
}

// showOwnData says what the export holds.
func (s *Server) showOwnData(c echo.Context) error {
	p, err := s.page(c, "export.title")
	if err != nil {
		return err
	}
	p.Current = views.NavProfile
	return s.render(c, http.StatusOK, views.ShowOwnData(views.OwnDataPage{Page: p, HasPicture: actor(c).Picture != ""}))
}

// exportOwnData sends what the portal holds about who asks as a ZIP, file by
// file as it is read.
func (s *Server) exportOwnData(c echo.Context) error {
	environment, err := s.environment(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	data, err := s.Store.ExportOwnData(ctx, actor(c))
	if err != nil {
		return err
	}
	picture, err := s.Store.PersonPicture(ctx, data.Account, data.Account.ID)
	switch {
	case errors.Is(err, store.ErrNotFound): // there is none
	case err != nil:
		return err
	default:
		defer func() { _ = picture.Close() }() // it was only read
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/zip")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="my-data-`+data.At.Format(time.DateOnly)+`.zip"`)
	// A server without deadlines, as in tests, cannot set them: then none is needed.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(exportTime))
	out := ownArchive{Server: s, c: c, data: data, words: s.words(c, environment), zip: zip.NewWriter(c.Response())}
	if err := out.write(environment.Name, picture); err != nil {
		return broken(c, err)
	}
	return nil
}

// ownArchive is the ZIP of somebody's own data while it is sent.
type ownArchive struct {
	*Server
	c     echo.Context
	data  store.OwnData
	words locale.Printer
	zip   *zip.Writer
}

// write writes all files. A picture without a reader is none.
func (a ownArchive) write(organization string, picture store.Picture) error {
	name := ""
	if picture.ReadSeekCloser != nil {
		name = "picture" + pictureEnding(picture.Type)
	}
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"README.txt", func(w io.Writer) error { return a.readme(w, organization, name) }},
		{"profile.json", func(w io.Writer) error { return writeJSON(w, a.profile(name)) }},
		{"spaces.json", func(w io.Writer) error { return writeJSON(w, a.spaces()) }},
		{"writing.json", a.writing},
		{"sessions.json", func(w io.Writer) error { return writeJSON(w, a.sessions()) }},
		{"mails.json", a.mails},
		{"history.json", a.history},
		{name, func(w io.Writer) error {
			_, err := io.Copy(w, picture)
			return err
		}},
	}
	for _, file := range files {
		if file.name == "" {
			continue
		}
		w, err := a.zip.CreateHeader(&zip.FileHeader{Name: file.name, Method: zip.Deflate, Modified: a.data.At})
		if err != nil {
			return err
		}
		if err := file.write(w); err != nil {
			return err
		}
	}
	return a.zip.Close()
}

// readme says in the person's language what each file is.
func (a ownArchive) readme(w io.Writer, organization, picture string) error {
	lines := []string{
		a.words.T("export.readme_title", "Organization", organization),
		a.words.T("export.readme_made", "Name", a.data.Account.Name, "When", a.words.Exact(a.data.At)),
		"",
	}
	for _, file := range views.OwnFiles(picture) {
		lines = append(lines, file.Name, "    "+a.words.T(file.Key), "")
	}
	lines = append(lines, a.words.T("export.readme_format"), a.words.T("export.left_out"), "")
	_, err := io.WriteString(w, strings.Join(lines, "\r\n"))
	return err
}

// pictureEnding is how the name of a picture of a type ends.
func pictureEnding(mime string) string {
	switch mime {
	case "image/png":
		return ".png"
	case "image/webp":
		return ".webp"
	case "image/gif":
		return ".gif"
	}
	return ".jpg"
}

// jsonEncoder writes for people as much as for programs.
func jsonEncoder(w io.Writer) *json.Encoder {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder
}

func writeJSON(w io.Writer, value any) error {
	encoder := jsonEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// writeJSONList writes a list of any length, one line each. each calls what it
// is given with every item.
func writeJSONList(w io.Writer, each func(item func(any) error) error) error {
	if _, err := io.WriteString(w, "[\n"); err != nil {
		return err
	}
	encoder, first := jsonEncoder(w), true
	err := each(func(item any) error {
		if !first {
			if _, err := io.WriteString(w, ","); err != nil {
				return err
			}
		}
		first = false
		return encoder.Encode(item)
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "]\n")
	return err
}
