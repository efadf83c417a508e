package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
)

// serveContent sends a stored file, or the range of it that was asked for, and
// closes it. The store gave it to somebody who may have it, as it does anew for
// each request (SEC-S4). inline lets a browser show what runs nothing of ours;
// everything else is saved (SEC-I6).
func (s *Server) serveContent(c echo.Context, file store.Content, inline bool) error {
	return sendContent(c.Response(), c.Request(), file, inline)
}

func sendContent(to http.ResponseWriter, r *http.Request, file store.Content, inline bool) error {
	defer func() { _ = file.Close() }() // it was only read
	inline = inline && file.Inline()
	h := to.Header()
	h.Set(echo.HeaderContentType, file.Type)
	h.Set(echo.HeaderContentDisposition, disposition(inline, file.Name))
	h.Set("Content-Security-Policy", contentPolicy(inline, file.Type))
	h.Set(echo.HeaderCacheControl, "private, no-cache")
	h.Set("ETag", `"`+file.Hash+`"`)
	w := &movingWriter{ResponseWriter: to, deadlines: http.NewResponseController(to)}
	w.move()
	http.ServeContent(w, r, "", time.Time{}, file)
	return nil
}

// contentPolicy lets a file do nothing. A browser's own reader of PDF does not
// open in a sandbox; it stands apart from our pages by itself.
func contentPolicy(inline bool, kind string) string {
	if inline && kind == "application/pdf" {
		return "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
	}
	return "default-src 'none'; sandbox"
}

// disposition is the header that names a file (RFC 6266): once in the letters
// that everybody understands, once as it is.
func disposition(inline bool, name string) string {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	name = store.CleanFileName(name)
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`%s; filename="%s"; filename*=UTF-8''%s`, kind, plain, extValue(name))
}

// extValue writes a name as RFC 8187 has it.
func extValue(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if letter := name[i]; 'a' <= letter && letter <= 'z' || 'A' <= letter && letter <= 'Z' || '0' <= letter && letter <= '9' ||
			strings.IndexByte("!#$&+-.^_`|~", letter) >= 0 {
			b.WriteByte(letter)
		} else {
			fmt.Fprintf(&b, "%%%02X", letter)
		}
	}
	return b.String()
}

// movingWriter gives a long download the time that it needs, as long as it moves.
type movingWriter struct {
	http.ResponseWriter
	deadlines *http.ResponseController
	since     int
}

// Unwrap is for [http.ResponseController].
func (w *movingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *movingWriter) move() {
	_ = w.deadlines.SetWriteDeadline(time.Now().Add(answerTimeout)) // where it cannot be moved there is none
	w.since = 0
}

// Write implements io.Writer.
func (w *movingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	if w.since += n; w.since >= pace {
		w.move()
	}
	return n, err
}
