package web

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"
)

// streamed reports whether the route of a request reads files as they come.
func streamed(c echo.Context) bool {
	r, ok := c.Get(keyRoute).(*route)
	return ok && r.files
}

// multipartForm reports whether a request holds a form that may hold files.
func multipartForm(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	return err == nil && kind == echo.MIMEMultipartForm
}

// receive reads a form with files: each file is given to keep as it comes, with
// the field it was chosen in and the name that the browser says, and nothing of
// it is held in memory; the other fields are then bound as those of any form.
// What keep leaves unread is skipped. An error of keep ends the reading. A form
// of the other kind, which holds no files, is left as it is.
func receive(c echo.Context, keep func(field, name string, r io.Reader) error) error {
	r := c.Request()
	if !multipartForm(r) {
		return nil
	}
	reader, err := r.MultipartReader()
	if err != nil {
		return errBadRequest
	}
	form := &formReader{values: url.Values{}, left: textBytes, keep: keep}
	if err := form.read(reader); err != nil {
		return err
	}
	r.PostForm, r.Form = form.values, url.Values{}
	for _, values := range []url.Values{form.values, r.URL.Query()} {
		for name := range values {
			r.Form[name] = append(r.Form[name], values[name]...)
		}
	}
	r.MultipartForm = &multipart.Form{Value: form.values} // it was read: nobody reads it again
	return nil
}

// formReader reads a form part by part.
type formReader struct {
	values url.Values
	left   int64 // how much the other fields may still be
	fields int
	keep   func(field, name string, r io.Reader) error
}

func (f *formReader) read(reader *multipart.Reader) error {
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return formError(err)
		}
		if f.fields++; f.fields > formFields {
			return errTooLarge
		}
		if err := f.part(part); err != nil {
			return err
		}
	}
}

func (f *formReader) part(part *multipart.Part) error {
	name, isFile := fileName(part)
	if !isFile {
		return f.value(part)
	}
	if name != "" { // a field in which none was chosen has an empty one
		if err := f.keep(part.FormName(), name, part); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, part); err != nil {
		return formError(err)
	}
	return nil
}

// fileName is what the browser calls the file, unchanged: [multipart.Part.FileName]
// takes a backslash for a path on some systems only.
func fileName(part *multipart.Part) (name string, isFile bool) {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return "", false
	}
	name, isFile = params["filename"]
	return name, isFile
}

func (f *formReader) value(part *multipart.Part) error {
	var text bytes.Buffer
	n, err := io.Copy(&text, io.LimitReader(part, f.left+1))
	if err != nil {
		return formError(err)
	}
	if f.left -= n; f.left < 0 {
		return errTooLarge
	}
	if field := part.FormName(); field != "" {
		f.values[field] = append(f.values[field], text.String())
	}
	return nil
}

// A request that carries files may take long, as long as it moves: each pace of
// bytes gives it the time that a whole ordinary request has (SEC-R7).
const pace = 64 << 10

// moving is a body whose deadlines move on with it.
type moving struct {
	io.ReadCloser
	deadlines *http.ResponseController
	since     int // how much came since they were moved
}

// newMoving is the body of c's request with deadlines that move. Where they
// cannot be moved, as in some tests, the connection has none.
func newMoving(c echo.Context, body io.ReadCloser) *moving {
	m := &moving{ReadCloser: body, deadlines: http.NewResponseController(c.Response())}
	m.move()
	return m
}

func (m *moving) move() {
	now := time.Now()
	_ = m.deadlines.SetReadDeadline(now.Add(bodyTimeout))
	_ = m.deadlines.SetWriteDeadline(now.Add(bodyTimeout + answerTimeout))
	m.since = 0
}

// Read implements io.Reader.
func (m *moving) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.since += n
	if m.since >= pace || errors.Is(err, io.EOF) {
		m.move()
	}
	return n, err
}
