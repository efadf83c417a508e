package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/views"
)

// flashLife is how long a message waits for the page that shows it.
const flashLife = time.Minute

// kept is a flash in its cookie: a key of the catalogue and its arguments, so
// that nobody can put words of their own on a page.
type kept struct {
	Key  string `json:"k"`
	Args []any  `json:"a,omitempty"`
	Undo string `json:"u,omitempty"`
}

// flash says on the next page what was just done. The key begins with
// "flash."; arguments are pairs of a name and a text or a whole number.
func (s *Server) flash(c echo.Context, key string, args ...any) {
	s.keepFlash(c, kept{Key: key, Args: args})
}

// flashUndo is a flash with a button that takes back what was done by a POST.
func (s *Server) flashUndo(c echo.Context, undo, key string, args ...any) {
	s.keepFlash(c, kept{Key: key, Args: args, Undo: undo})
}

func (s *Server) keepFlash(c echo.Context, k kept) {
	text, err := json.Marshal(k)
	if err != nil || len(text) > 2000 {
		return // too long for a cookie: the page itself shows what is there now
	}
	s.setCookie(c, flashCookie, base64.RawURLEncoding.EncodeToString(text), flashLife)
}

// takeFlash reads the message and forgets it.
func (s *Server) takeFlash(c echo.Context) *views.Flash {
	value := s.cookie(c.Request(), flashCookie)
	if value == "" {
		return nil
	}
	s.clearCookie(c, flashCookie)
	text, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return nil
	}
	var k kept
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&k); err != nil || !strings.HasPrefix(k.Key, "flash.") {
		return nil
	}
	if !ownPath(k.Undo) {
		k.Undo = ""
	}
	return &views.Flash{Key: k.Key, Args: numbers(k.Args), Undo: k.Undo}
}

// numbers gives whole numbers their type back, which the catalogue needs.
func numbers(args []any) []any {
	for i, arg := range args {
		if number, ok := arg.(json.Number); ok {
			n, err := number.Int64()
			if err != nil {
				n = 0 // none that we wrote
			}
			args[i] = n
		}
	}
	return args
}
