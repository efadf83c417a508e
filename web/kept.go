package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// showKept answers a form that was sent after the session had ended: what was
// typed stays on the page, to be sent again after signing in elsewhere.
// Passwords and files are not kept.
func (s *Server) showKept(c echo.Context) error {
	return s.showKeptFor(c, fault{http.StatusUnauthorized, store.ErrSignIn.Code}, views.LoginURL, "error_action.sign_in_new_tab")
}

// showKeptFor keeps a form for a step that comes first, in another tab.
func (s *Server) showKeptFor(c echo.Context, why fault, step, label string) error {
	p := s.errorFrame(c)
	p.Title = errorTitle(p, answer{status: why.status, code: why.code})
	m := views.KeptForm{
		ErrorPage: views.ErrorPage{Page: p, Code: why.code, Text: p.Error(why.code, nil), Art: "clock"},
		Action:    c.Request().URL.RequestURI(),
		Step:      views.ErrorStep{URL: step, Label: p.T(label)},
	}
	if err := parseForm(c); err != nil {
		return s.render(c, why.status, views.ErrorWithSteps(m.ErrorPage, []views.ErrorStep{m.Step}))
	}
	m.Fields = keptFields(c.Request())
	return s.render(c, why.status, views.ShowKeptForm(m))
}

// secret tells the fields that never come back to a browser. A name with a dot
// is a setting such as password.preset: a rule about passwords and none itself.
func secret(name string) bool {
	return strings.Contains(name, "password") && !strings.Contains(name, ".") || name == "code" || name == "setup_code"
}

func keptFields(r *http.Request) []views.KeptField {
	var fields []views.KeptField
	for name, values := range r.PostForm {
		if secret(name) {
			continue
		}
		for _, value := range values {
			fields = append(fields, views.KeptField{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(fields, func(a, b views.KeptField) int { return strings.Compare(a.Name, b.Name) })
	return fields
}
