package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
	"guesthouse/web/api"
)

// programRoutes are the pages about the REST API. The API itself is no route: see
// programs.
func (s *Server) programRoutes() []*route {
	return []*route{
		get(views.ProgramsURL, somebody, s.showPrograms),
		get(views.ProgramsURL+"/:group", somebody, s.showProgramGroup),
	}
}

// showPrograms says what holds for every call, and which there are.
func (s *Server) showPrograms(c echo.Context) error {
	p, groups, err := s.programPage(c, "programs.title")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.Programs(views.ProgramsPage{Page: p, Groups: groups, Common: programRefusals(api.Describe().Common)}))
}

// showProgramGroup tells of the calls of one group, and lets them be tried.
func (s *Server) showProgramGroup(c echo.Context) error {
	name := c.Param("group")
	known := slices.ContainsFunc(api.Describe().Groups, func(group api.ManualGroup) bool { return group.Name == name })
	if !known {
		return store.ErrNotFound
	}
	p, groups, err := s.programPage(c, "programs.group."+name)
	if err != nil {
		return err
	}
	m := views.ProgramGroupPage{Page: p, Groups: groups}
	for _, group := range groups {
		if group.Name == name {
			m.Group = group
		}
	}
	if m.Group.Name == "" {
		return store.ErrNotFound // nothing in it is for guests
	}
	return s.render(c, http.StatusOK, views.ProgramGroupOf(m))
}

// programPage is the frame of the pages about the API with the calls that the
// reader may make, and no page for guests who may make none (C18). With ?space=
// its scripts stand in a guest space of the reader.
func (s *Server) programPage(c echo.Context, title string) (views.Page, []views.ProgramGroup, error) {
	var query struct {
		Space store.ID `query:"space"`
	}
	if err := c.Bind(&query); err != nil {
		return views.Page{}, nil, err
	}
	p, err := s.page(c, title)
	if err != nil {
		return p, nil, err
	}
	if !p.Calls() {
		return p, nil, store.ErrNotFound
	}
	for _, space := range p.Spaces {
		if space.ID == query.Space && space.Guest {
			p.GuestSpace = space.ID
		}
	}
	return p, programGroups(p), nil
}

// programGroups are the calls that the reader may make, in their groups.
func programGroups(p views.Page) []views.ProgramGroup {
	var groups []views.ProgramGroup
	for _, group := range api.Describe().Groups {
		shown := views.ProgramGroup{Name: group.Name}
		for _, call := range group.Calls {
			if !p.Guest() || call.ForGuests() {
				shown.Calls = append(shown.Calls, programCall(call))
			}
		}
		if len(shown.Calls) > 0 {
			groups = append(groups, shown)
		}
	}
	return groups
}

func programCall(call api.ManualCall) views.ProgramCall {
	shown := views.ProgramCall{
		Name: call.Name, Method: call.Method, Resource: call.Resource, Who: call.Who, Form: call.Form, Client: call.Client, Scope: call.Scope,
		Upload: call.Upload, Example: call.Example, Answer: call.Answer, Errors: programRefusals(call.Errors),
	}
	for _, parameter := range call.Parameters {
		shown.Parameters = append(shown.Parameters, views.ProgramParameter{
			Path: parameter.Path, Key: parameter.Key, Kind: parameter.Kind, Required: parameter.Required,
			Min: parameter.Min, Max: parameter.Max, Format: parameter.Format, Values: parameter.Values,
		})
	}
	return shown
}

func programRefusals(list []api.Refusal) []views.ProgramRefusal {
	shown := make([]views.ProgramRefusal, len(list))
	for i, one := range list {
		shown[i] = views.ProgramRefusal(one)
	}
	return shown
}

// showOpenAPI sends the description of the API to whoever asks: it holds nothing
// of this portal, and programs that read it have no session.
func (s *Server) showOpenAPI(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Content-Type", "application/yaml") // RFC 9512
	h.Set("Cache-Control", "public, no-cache")
	h.Set("Etag", openAPITag())
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(api.OpenAPI()))
	return nil
}

var openAPITag = sync.OnceValue(func() string {
	sum := sha256.Sum256(api.OpenAPI())
	return `"` + hex.EncodeToString(sum[:8]) + `"`
})

// newAPI is the REST API of this portal.
func (s *Server) newAPI() *api.API {
	return api.New(api.Config{
		Store: s.Store, Log: s.Log, Base: s.base(),
		Session:  func(r *http.Request) string { return s.cookie(r, sessionCookie) },
		OurHost:  s.ourHost,
		OurPage:  s.sentByUs,
		FoundURL: views.FoundURL,
		Download: func(w http.ResponseWriter, r *http.Request, file store.Content) error {
			return sendContent(w, r, file, false)
		},
	})
}

// programs answers the calls of programs before anything that is for browsers
// looks at them: no page, no redirect and no form is ever their answer.
func (s *Server) programs(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if !api.Owns(r.URL.Path) {
			return next(c)
		}
		c.Set(keyRoute, &route{pattern: s.api.Pattern(r.URL.Path)})
		r.Body = newMoving(c, r.Body)
		s.api.ServeHTTP(c.Response(), r)
		return nil
	}
}
