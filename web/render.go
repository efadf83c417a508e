package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// buffers hold pages while they are rendered, so that a page arrives whole or
// as an error page.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const (
	keepBuffer = 1 << 20 // a larger buffer is not kept for the next page
	worthGzip  = 1500    // below it, gzip costs more than it saves
)

// render sends a page or a part of one.
func (s *Server) render(c echo.Context, status int, component templ.Component) error {
	page := takeBuffer()
	defer giveBuffer(page)
	if err := component.Render(c.Request().Context(), page); err != nil {
		return err
	}
	return send(c, status, echo.MIMETextHTMLCharsetUTF8, page.Bytes())
}

// send answers with a body, compressed where that is worth it.
func send(c echo.Context, status int, mime string, body []byte) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, mime)
	h.Set(echo.HeaderVary, "Accept-Encoding, HX-Request")
	if len(body) > worthGzip && acceptsGzip(c.Request()) {
		small := takeBuffer()
		defer giveBuffer(small)
		if err := squeeze(small, body); err != nil {
			return err
		}
		h.Set(echo.HeaderContentEncoding, "gzip")
		body = small.Bytes()
	}
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	c.Response().WriteHeader(status)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err := c.Response().Write(body)
	return err
}

// squeezers are the only writers that compress pages: one keeps about a
// megabyte, and without a bound a crowd would fill the memory with them.
var squeezers = func() chan *gzip.Writer {
	n := 2 * runtime.GOMAXPROCS(0)
	pool := make(chan *gzip.Writer, n)
	for range n {
		pool <- nil // made when it is needed
	}
	return pool
}()

func squeeze(to *bytes.Buffer, body []byte) error {
	w := <-squeezers
	defer func() { squeezers <- w }()
	if w == nil {
		w, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed) // fails for unknown levels only
	}
	w.Reset(to)
	if _, err := w.Write(body); err != nil {
		return err
	}
	return w.Close()
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get(echo.HeaderAcceptEncoding), ",") {
		coding, params, weighted := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		_, weight, _ := strings.Cut(params, "=")
		q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		return !weighted || (err == nil && q > 0)
	}
	return false
}

func takeBuffer() *bytes.Buffer {
	b := buffers.Get().(*bytes.Buffer) //nolint:forcetypeassert // the pool holds nothing else
	b.Reset()
	return b
}

func giveBuffer(b *bytes.Buffer) {
	if b.Cap() <= keepBuffer {
		buffers.Put(b)
	}
}

// redirect sends the reader on after a POST. The browser's script is told in a
// header, so that it opens the page instead of fetching it.
func (s *Server) redirect(c echo.Context, address string) error {
	if fragment(c) {
		c.Response().Header().Set("HX-Redirect", address)
		return c.NoContent(http.StatusNoContent)
	}
	return c.Redirect(http.StatusSeeOther, address)
}
