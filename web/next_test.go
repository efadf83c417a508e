package web

import (
	"testing"

	"github.com/labstack/echo/v4"

	"guesthouse/views"
)

// SEC-S6
func TestNext(t *testing.T) {
	t.Parallel()
	show := func(echo.Context) error { return nil }
	s := &Server{known: pagesOf([]*route{
		get(views.LoginURL, anybody, show),
		get(views.SpacesURL, somebody, show),
		get("/spaces/:space", somebody, show),
		get("/invitations/:token", anybody, show),
		post("/logout", anybody, show),
	})}
	for _, test := range []struct{ name, raw, want string }{
		{"a page", "/spaces/7", "/spaces/7"},
		{"with a query", "/spaces?kind=guest&page=2", "/spaces?kind=guest&page=2"},
		{"a token", "/invitations/abc_-9", "/invitations/abc_-9"},
		{"home", "/", "/"},
		{"built anew", "/spaces/%37#x", "/spaces/7"},
		{"nothing", "", "/"},
		{"the sign-in page itself", "/login?next=/spaces", "/"},
		{"an act", "/logout", "/"},
		{"no page of ours", "/nowhere", "/"},
		{"another site", "https://evil.example/spaces/7", "/"},
		{"another site without a scheme", "//evil.example/spaces/7", "/"},
		{"three slashes", "///evil.example", "/"},
		{"backslash", `/\evil.example`, "/"},
		{"backslashes", `\\evil.example\spaces`, "/"},
		{"backslash inside", `/spaces\..\..\evil`, "/"},
		{"encoded slashes", "/%2f%2fevil.example", "/"},
		{"encoded slash in a part", "/spaces/7%2f..%2f..", "/"},
		{"encoded backslash", "/spaces/%5c%5cevil.example", "/"},
		{"a script", "javascript:alert(1)", "/"},
		{"data", "data:text/html,x", "/"},
		{"tab in front", "\t//evil.example", "/"},
		{"tab between", "/\t/evil.example", "/"},
		{"line break", "/spaces/7\r\nSet-Cookie: a=b", "/"},
		{"encoded line break stays encoded", "/spaces/7%0d%0aX", "/spaces/7%0D%0AX"},
		{"user in front", "//portal.example@evil.example/", "/"},
		{"two dots", "/spaces/../evil", "/"},
		{"empty part", "/spaces//7", "/"},
		{"relative", "spaces/7", "/"},
		{"bad escape", "/spaces/%zz", "/"},
		{"bad query", "/spaces?a=%zz", "/"},
		{"not UTF-8", "/spaces/\xff", "/"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := s.next(test.raw); got != test.want {
				t.Errorf("next(%q) = %q, want %q", test.raw, got, test.want)
			}
		})
	}
}
