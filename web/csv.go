package web

import (
	"encoding/csv"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// sheet is an answer that is a table for a spreadsheet, sent as it is written.
type sheet struct {
	c     echo.Context
	out   *csv.Writer
	name  string
	heads []string
}

// sheetOf is a sheet that begins with its first row, so that what goes wrong
// before still is an error page.
func sheetOf(c echo.Context, name string, columns []string) *sheet {
	return &sheet{c: c, name: name, heads: columns}
}

// row writes a row. Cells that a spreadsheet would take for a formula become
// texts (SEC-I4).
func (s *sheet) row(cells []string) error {
	if err := s.begin(); err != nil {
		return err
	}
	for i, cell := range cells {
		cells[i] = harmless(cell)
	}
	return s.out.Write(cells)
}

func (s *sheet) begin() error {
	if s.out != nil {
		return nil
	}
	h := s.c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+s.name+`.csv"`)
	// A server without deadlines, as in tests, cannot set them: then none is needed.
	_ = http.NewResponseController(s.c.Response()).SetWriteDeadline(time.Now().Add(exportTime))
	if _, err := s.c.Response().Write([]byte("\ufeff")); err != nil { // SEC-I4
		return err
	}
	s.out = csv.NewWriter(s.c.Response())
	return s.out.Write(s.heads)
}

// end sends what is left. fault is what went wrong on the way.
func (s *sheet) end(fault error) error {
	if fault != nil {
		return broken(s.c, fault)
	}
	if err := s.begin(); err != nil {
		return err
	}
	s.out.Flush()
	return s.out.Error()
}

// instant is a moment for programs; "" for none.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
