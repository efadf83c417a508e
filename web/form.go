package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
)

// binder reads forms and nothing else into the struct of a handler: fields
// with a `form` tag from the body, with a `param` tag from the path, with a
// `query` tag from the address of a GET. What has no tag is never set (SEC-A4).
type binder struct{}

// Bind implements echo.Binder.
func (binder) Bind(into any, c echo.Context) error {
	var inner echo.DefaultBinder
	if err := inner.BindPathParams(c, into); err != nil {
		return store.ErrNotFound // an ID that is none is like one that nothing has
	}
	if safe(c.Request().Method) {
		if err := single(into, "query", c.QueryParams()); err != nil {
			return err
		}
		if err := inner.BindQueryParams(c, into); err != nil {
			return errBadRequest
		}
		return nil
	}
	if err := parseForm(c); err != nil {
		return err
	}
	if err := single(into, "form", c.Request().PostForm); err != nil {
		return err
	}
	if len(c.Request().PostForm) == 0 {
		return nil
	}
	if err := inner.BindBody(c, into); err != nil {
		return errBadRequest
	}
	return nil
}

// parseForm reads the body once. Anything but a form is refused, and so is a
// form with more fields than any page of ours has.
func parseForm(c echo.Context) error {
	r := c.Request()
	kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	switch {
	case r.ContentLength == 0:
		err = r.ParseForm()
	case err != nil:
		return errBadRequest
	case kind == echo.MIMEApplicationForm:
		err = r.ParseForm()
	case kind == echo.MIMEMultipartForm && streamed(c) && r.MultipartForm == nil:
		return receive(c, func(string, string, io.Reader) error { return nil }) // nobody wants its files
	case kind == echo.MIMEMultipartForm:
		err = r.ParseMultipartForm(formBytes)
	default:
		return errBadRequest
	}
	if err != nil {
		return formError(err)
	}
	fields := 0
	for _, values := range r.PostForm {
		fields += len(values)
	}
	if fields > formFields {
		return errTooLarge
	}
	return nil
}

func formError(err error) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return err
	}
	return errBadRequest
}

// single refuses a value that is given twice where one is meant: two readers
// of the same form must not see different things (SEC-P8).
func single(into any, tag string, values url.Values) error {
	t := reflect.TypeOf(into)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name := field.Tag.Get(tag)
		if name != "" && field.Type.Kind() != reflect.Slice && len(values[name]) > 1 {
			return errBadRequest
		}
	}
	return nil
}

// tick is a checkbox or switch in a form: a browser sends "on", or nothing.
type tick bool

// UnmarshalParam implements echo.BindUnmarshaler.
func (t *tick) UnmarshalParam(text string) error {
	*t = text == "on" || text == "true" || text == "1"
	return nil
}
