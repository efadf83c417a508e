package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"guesthouse/store"
)

// fileCalls send and fetch files. There are two sorts of keys: that of an
// upload, which is for attaching it to something, and that of a stored file.
func (a *API) fileCalls() []*call {
	upload := with(store.APIContent, http.MethodPost, "file", a.keepFile)
	upload.upload = true
	return []*call{
		upload,
		with(store.APIRead, http.MethodGet, "file", a.showFile),
	}
}

// Limits of an upload (SEC-I2). The file itself is limited while it is read.
const (
	formFields = 100
	fieldBytes = 4 << 10
)

type noInput struct{}

// keyInput is the key of a stored file.
type keyInput struct {
	FileKey string `api:"fileKey,required,max=200"`
}

// showFile sends a file to somebody who may see it now (SEC-S4). Only they are
// told that the address has the wrong form for it.
func (a *API) showFile(q *request, in keyInput) (any, error) {
	var form error
	file, _, err := a.Store.OpenByKey(q.Context(), q.actor(), in.FileKey, func(sp store.Space) error {
		form = q.formFits(sp)
		return form
	})
	if form != nil {
		return nil, form
	}
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrForbidden) {
		return nil, noFile
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

// fileAnswer is the key under which an upload can be attached.
type fileAnswer struct {
	FileKey string `json:"fileKey"`
}

// keepFile takes the one file of a form. It gets its key after all parts were
// read, because a browser's request token may come behind the file.
func (a *API) keepFile(q *request, _ noInput) (any, error) {
	tree, err := readQuery(q.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	reader, err := q.MultipartReader()
	if err != nil {
		return nil, illegalRequest
	}
	form := &upload{q: q, token: paramsOf(tree).token}
	if err := form.read(reader); err != nil {
		return nil, err
	}
	if err := q.checkToken(form.token); err != nil {
		return nil, err
	}
	if form.files != 1 {
		return nil, problems{{path: "file", key: "api.one_file"}}
	}
	key, err := a.Store.KeepSent(q.Context(), q.actor(), q.guestSpace, form.file)
	return fileAnswer{FileKey: key}, err
}

// upload is a form with a file while it is read.
type upload struct {
	q     *request
	token string
	files int
	file  store.SentFile
}

func (u *upload) read(reader *multipart.Reader) error {
	for fields := 1; ; fields++ {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return cut(err)
		}
		if fields > formFields {
			return tooLarge
		}
		if err := u.part(part); err != nil {
			return err
		}
	}
}

func (u *upload) part(part *multipart.Part) error {
	name, isFile := fileName(part)
	if isFile && part.FormName() == "file" {
		if u.files++; u.files > 1 {
			return problems{{path: "file", key: "api.one_file"}}
		}
		var err error
		u.file, err = u.q.api.Store.TakeSent(u.q.Context(), u.q.actor(), u.q.guestSpace, name, part)
		return err
	}
	var text bytes.Buffer
	n, err := io.Copy(&text, io.LimitReader(part, fieldBytes+1))
	switch {
	case err != nil:
		return cut(err)
	case n > fieldBytes:
		return tooLarge
	case part.FormName() == tokenName:
		u.token = text.String()
	}
	return nil
}

// cut is an upload that broke off, or is no form.
func cut(err error) error { return errors.Join(illegalRequest, err) }

// nameEscapes are the only three signs that clients write otherwise in a name.
var nameEscapes = strings.NewReplacer("%22", `"`, "%0D", "\r", "%0d", "\r", "%0A", "\n", "%0a", "\n")

// fileName is what the client calls the file.
func fileName(part *multipart.Part) (name string, isFile bool) {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return "", false
	}
	name, isFile = params["filename"]
	return nameEscapes.Replace(name), isFile
}
