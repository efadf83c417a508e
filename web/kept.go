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
	p := s.errorFrame(c)
	p.Title = p.T("error_title.unauthorized")
	m := views.KeptForm{
		ErrorPage: views.ErrorPage{Page: p, Code: store.ErrSignIn.Code, Text: p.Error(store.ErrSignIn.Code, nil), Art: "clock"},
		Action:    c.Request().URL.RequestURI(),
	}
	if err := parseForm(c.Request()); err != nil {
		return s.render(c, http.StatusUnauthorized, views.ErrorWithSteps(m.ErrorPage, []views.ErrorStep{
			{URL: views.LoginURL, Label: p.T("error_action.sign_in")},
		}))
	}
	m.Fields = keptFields(c.Request())
	return s.render(c, http.StatusUnauthorized, views.ShowKeptForm(m))
}

func keptFields(r *http.Request) []views.KeptField {
	var fields []views.KeptField
	for name, values := range r.PostForm {
		if strings.Contains(name, "password") || name == "code" || name == "setup_code" {
			continue
		}
		for _, value := range values {
			fields = append(fields, views.KeptField{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(fields, func(a, b views.KeptField) int { return strings.Compare(a.Name, b.Name) })
	return fields
}
