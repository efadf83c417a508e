package web

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"guesthouse/views"
)

func text(size int) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, strings.Repeat("a", size))
		return err
	})
}

func TestCompression(t *testing.T) {
	t.Parallel()
	in := newInside(t)
	for _, r := range []*route{
		get("/long", anybody, func(c echo.Context) error { return in.render(c, http.StatusOK, text(20000)) }),
		get("/short", anybody, func(c echo.Context) error { return in.render(c, http.StatusOK, text(1000)) }),
	} {
		in.add(r, in.guarded(r))
	}
	for _, test := range []struct {
		name, path, accept string
		size               int
		squeezed           bool
	}{
		{"long", "/long", "br, gzip;q=0.8", 20000, true},
		{"long, for a reader who does not know it", "/long", "", 20000, false},
		{"long, for a reader who does not want it", "/long", "gzip;q=0", 20000, false},
		{"short", "/short", "gzip", 1000, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := in.ask("", http.MethodGet, test.path, "", "Accept-Encoding", test.accept)
			var body io.Reader = w.Body
			if squeezed := w.Header().Get("Content-Encoding") == "gzip"; squeezed != test.squeezed {
				t.Fatalf("compressed: %v", squeezed)
			}
			if test.squeezed {
				unzipped, err := gzip.NewReader(w.Body)
				if err != nil {
					t.Fatal(err)
				}
				body = unzipped
			}
			if got, err := io.ReadAll(body); err != nil || len(got) != test.size {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if vary := w.Header().Get("Vary"); !strings.Contains(vary, "Accept-Encoding") || !strings.Contains(vary, "HX-Request") {
				t.Errorf("Vary is %q", vary)
			}
		})
	}
	if w := in.ask("", http.MethodHead, "/long", ""); w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("Content-Length") != "20000" {
		t.Errorf("HEAD: %d, %d bytes, Content-Length %s", w.Code, w.Body.Len(), w.Header().Get("Content-Length"))
	}
}

// A page arrives whole or as an error page.
func TestHalfAPage(t *testing.T) {
	t.Parallel()
	in := newInside(t)
	broken := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "half a page")
		return errors.New("the other half")
	})
	r := get("/half", anybody, func(c echo.Context) error { return in.render(c, http.StatusOK, broken) })
	in.add(r, in.guarded(r))
	w := in.ask("", http.MethodGet, "/half", "")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "half a page") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

func TestRedirectForTheScript(t *testing.T) {
	t.Parallel()
	in := newInside(t)
	r := post("/desk", anybody, func(c echo.Context) error { return in.redirect(c, views.SpacesURL) })
	in.add(r, in.guarded(r))
	if w := in.ask("", http.MethodPost, "/desk", ""); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/spaces" {
		t.Errorf("a browser: %d %q", w.Code, w.Header().Get("Location"))
	}
	if w := in.ask("", http.MethodPost, "/desk", "", "HX-Request", "true"); w.Code != http.StatusNoContent || w.Header().Get("HX-Redirect") != "/spaces" {
		t.Errorf("the script: %d %q", w.Code, w.Header().Get("HX-Redirect"))
	}
}

// What was done is said once, in the reader's words, and nobody can put words
// of their own into it.
func TestFlash(t *testing.T) {
	t.Parallel()
	in := newInside(t)
	for _, r := range []*route{
		post("/desk", anybody, func(c echo.Context) error {
			in.flashUndo(c, "/desk/undo", "flash.test", "N", 3, "Name", "Erika <b>")
			return in.redirect(c, "/desk")
		}),
		get("/desk", anybody, func(c echo.Context) error {
			p, err := in.page(c, "nav.home")
			if err != nil {
				return err
			}
			if p.Flash == nil {
				return c.String(http.StatusOK, "nothing")
			}
			if p.Flash.Args[1] != int64(3) || p.Flash.Args[3] != "Erika <b>" || p.Flash.Undo != "/desk/undo" {
				t.Errorf("the flash is %+v", p.Flash)
			}
			return c.String(http.StatusOK, p.Flash.Key)
		}),
	} {
		in.add(r, in.guarded(r))
	}
	cookie := in.ask("", http.MethodPost, "/desk", "").Header().Get("Set-Cookie")
	value, _, _ := strings.Cut(cookie, ";")
	for _, test := range []struct{ name, cookie, hx, want string }{
		{"the script does not use it up", value, "true", "nothing"},
		{"the page says it", value, "", "flash.test"},
		{"garbage", "guesthouse-flash=!!!", "", "nothing"},
		{"another key", "guesthouse-flash=eyJrIjoibmF2LmhvbWUifQ", "", "nothing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := in.ask("", http.MethodGet, "/desk", "", "Cookie", test.cookie, "HX-Request", test.hx)
			if got := w.Body.String(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
			if forgotten := strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0"); forgotten != (test.hx == "") {
				t.Errorf("forgotten: %v", forgotten)
			}
		})
	}
}
