package web

import (
	"net/http"
	"net/url"
	"strings"

	"guesthouse/views"
)

// pattern is a route cut at its slashes; a part that begins with a colon
// stands for anything.
type pattern []string

func patternFrom(path string) pattern { return strings.Split(strings.Trim(path, "/"), "/") }

func (p pattern) matches(segments []string) bool {
	if len(p) != len(segments) {
		return false
	}
	for i, part := range p {
		if !strings.HasPrefix(part, ":") && part != segments[i] {
			return false
		}
	}
	return true
}

// doors are pages that nobody wants to go on to after signing in.
var doors = map[string]bool{
	views.LoginURL: true, views.SetupURL: true, views.VerificationURL: true, views.ConfirmURL: true,
	views.PasswordForgottenURL: true, views.TermsURL: true,
}

// pagesOf are the pages among the routes of the table.
func pagesOf(routes []*route) []pattern {
	var pages []pattern
	for _, r := range routes {
		if r.method == http.MethodGet {
			pages = append(pages, patternFrom(r.pattern))
		}
	}
	return pages
}

// next is where to go on after signing in: raw, if it is the path of a page of
// this portal, built anew from its parts; else the home page (SEC-S6).
func (s *Server) next(raw string) string {
	page := s.back(raw)
	if path, _, _ := strings.Cut(page, "?"); doors[path] {
		return views.HomeURL
	}
	return page
}

// back is where to go back to after something small was changed on a page: as
// next, and the pages before one is inside are among them.
func (s *Server) back(raw string) string {
	if !ownPath(raw) || len(raw) > 2000 {
		return views.HomeURL
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return views.HomeURL
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return views.HomeURL
	}
	segments := strings.Split(strings.TrimPrefix(u.Path, "/"), "/")
	if !s.isPage(segments) {
		return views.HomeURL
	}
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	path := "/" + strings.Join(segments, "/")
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

func (s *Server) isPage(segments []string) bool {
	if len(segments) == 1 && segments[0] == "" {
		return true
	}
	for _, segment := range segments {
		if segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, `/\`) {
			return false
		}
	}
	for _, page := range s.known {
		if page.matches(segments) {
			return true
		}
	}
	return false
}

// ownPath reports whether text looks like a path of this portal and can be
// nothing else to any browser.
func ownPath(text string) bool {
	if !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") {
		return false
	}
	for _, r := range text {
		if r <= ' ' || r == 0x7f || r == '\\' || r == '\ufffd' {
			return false
		}
	}
	return true
}
