package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// searchRoutes find what was written, shared and who is there.
func (s *Server) searchRoutes() []*route {
	return []*route{get(views.SearchURL, somebody, s.search)}
}

// searchForm is what is looked for.
type searchForm struct {
	Text   string `query:"q"`
	Kind   string `query:"kind"`
	Space  string `query:"space"`
	Person string `query:"person"` // the number of an account
	By     string `query:"by"`     // a name, when no person was chosen
	From   string `query:"from"`
	To     string `query:"to"`
	After  string `query:"after"`
}

// search shows what was found. What cannot be read in the form narrows nothing
// and says so beside its field.
func (s *Server) search(c echo.Context) error {
	var form searchForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	p, err := s.page(c, "search.title")
	if err != nil {
		return err
	}
	p.Current = views.NavSearch
	m := views.SearchPage{Page: p, Filter: views.SearchFilter{Text: form.Text, By: form.By, From: form.From, To: form.To}}
	q := store.SearchQuery{Text: form.Text, After: form.After}
	if kind := store.FoundKind(form.Kind); slices.Contains(store.FoundKinds, kind) {
		q.Kind, m.Filter.Kind = kind, kind
	}
	s.searchDays(&m, &q, form)
	if err := s.searchPlaces(c, &m, &q, form); err != nil {
		return err
	}
	if err := s.searchPerson(c, &m, &q, form); err != nil {
		return err
	}
	if len(m.Candidates) > 0 || len(m.Errors) > 0 {
		return s.render(c, http.StatusOK, views.Search(m))
	}
	found, err := s.Store.Search(c.Request().Context(), actor(c), q)
	if err != nil {
		return err
	}
	m.People, m.MorePeople = found.People, found.MorePeople
	m.Found, m.Preparing = found.Items, found.Preparing
	m.Asked = strings.TrimSpace(form.Text) != "" || q.Person != 0
	if form.After != "" {
		m.First = m.Filter.URL()
	}
	if found.Next != "" {
		m.Next = m.Filter.URL("after", found.Next)
	}
	return s.render(c, http.StatusOK, views.Search(m))
}

// searchDays reads the days, the last one included.
func (s *Server) searchDays(m *views.SearchPage, q *store.SearchQuery, form searchForm) {
	for _, day := range []struct {
		field, text string
		into        *time.Time
	}{{"from", form.From, &q.From}, {"to", form.To, &q.To}} {
		if strings.TrimSpace(day.text) == "" {
			continue
		}
		date, ok := parseDay(m.Printer, day.text)
		if !ok {
			m.Errors = append(m.Errors, views.Problem{Field: day.field, Code: "bad_day"})
		}
		*day.into = date
	}
	if !q.To.IsZero() {
		q.To = q.To.AddDate(0, 0, 1)
	}
}

// parseDay reads a day of the reader's zone.
func parseDay(words locale.Printer, text string) (time.Time, bool) {
	date, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(text), words.Zone())
	if err != nil || date.Year() < 1970 {
		return time.Time{}, false
	}
	return date, true
}

// searchPlaces are the spaces that can be chosen: the reader's first ones, and
// the one that was chosen, if it may be opened. Where one may not look nothing
// is found.
func (s *Server) searchPlaces(c echo.Context, m *views.SearchPage, q *store.SearchQuery, form searchForm) error {
	spaces, err := s.Store.SpacesOf(c.Request().Context(), actor(c), "")
	if err != nil {
		return err
	}
	for _, sp := range spaces.Items {
		m.Places = append(m.Places, views.Option{Value: sp.ID.String(), Label: sp.Name, Lang: views.LangOf(sp.Name, "")})
	}
	if form.Space == "" {
		return nil
	}
	q.Space = store.ParseID(form.Space)
	if q.Space == 0 {
		q.Space = store.NoSuch
	}
	sp, err := s.Store.Space(c.Request().Context(), actor(c), q.Space, store.ToOpen)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrForbidden) {
		m.Filter.Space = form.Space // as it was asked for: the answer is that there is nothing
		return nil
	}
	if err != nil {
		return err
	}
	m.Filter.Space = sp.ID.String()
	if !slices.ContainsFunc(m.Places, func(o views.Option) bool { return o.Value == m.Filter.Space }) {
		m.Places = append(m.Places, views.Option{Value: m.Filter.Space, Label: sp.Name, Lang: views.LangOf(sp.Name, "")})
	}
	return nil
}

// maxNamesakes is how many people are offered for a name.
const maxNamesakes = 8

// searchPerson finds whom the reader means: by number, or by a name that only
// one person has whom they may know of. Of several they choose one.
func (s *Server) searchPerson(c echo.Context, m *views.SearchPage, q *store.SearchQuery, form searchForm) error {
	ctx := c.Request().Context()
	if form.Person != "" {
		q.Person = store.ParseID(form.Person)
		person, err := s.Store.Person(ctx, actor(c), q.Person)
		if errors.Is(err, store.ErrNotFound) {
			m.Filter.Person, q.Person = form.Person, store.NoSuch
			return nil
		}
		if err == nil {
			m.By(person)
		}
		return err
	}
	if strings.TrimSpace(form.By) == "" {
		return nil
	}
	people, err := s.namesakes(ctx, actor(c), form.By)
	switch {
	case err != nil:
		return err
	case len(people) == 0:
		m.Errors = append(m.Errors, views.Problem{Field: "by", Code: "search_nobody"})
	case len(people) == 1:
		q.Person = people[0].ID
		m.By(people[0])
	default:
		for _, person := range people {
			m.Candidates = append(m.Candidates, views.PersonOf(person))
		}
	}
	return nil
}

// namesakes are the people whom a name may mean; one alone when it is exactly theirs.
func (s *Server) namesakes(ctx context.Context, actor store.Account, name string) ([]store.Account, error) {
	found, err := s.Store.Search(ctx, actor, store.SearchQuery{Text: name, Kind: store.FoundPerson, Limit: maxNamesakes})
	if err != nil {
		return nil, err
	}
	var people, exact []store.Account
	for _, f := range found.Items {
		people = append(people, f.Person)
		if store.FoldKey(f.Person.Name) == store.FoldKey(name) {
			exact = append(exact, f.Person)
		}
	}
	if len(exact) == 1 {
		return exact, nil
	}
	return people, nil
}
