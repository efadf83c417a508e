package api

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"guesthouse/store"
)

// searchCalls find things.
func (a *API) searchCalls() []*call {
	return []*call{with(store.APIRead, http.MethodPost, "search", a.search)}
}

// searchInput is what is looked for.
type searchInput struct {
	Query         []searchTerms `api:"query,required,min=1,max=10"`
	Types         []string      `api:"types,max=8,enum=RECORD|RECORD_COMMENT|SPACE|THREAD|THREAD_COMMENT|PEOPLE_COMMENT|MESSAGE_COMMENT|ATTACHMENT"`
	Scopes        []searchScope `api:"scopes,max=100"`
	ExcludeScopes []searchScope `api:"excludeScopes,max=100"`
	CreatedAfter  string        `api:"createdAfter,max=40"`
	CreatedBefore string        `api:"createdBefore,max=40"`
	Creators      []string      `api:"creators,max=100"`
	Sort          *searchSort   `api:"sort"`
	Limit         *int          `api:"limit,min=1,max=100"`
	PageToken     string        `api:"pageToken,max=20"`
}

// searchTerms are words of which all, one or none must be found.
type searchTerms struct {
	Operator string   `api:"operator,required,enum=AND|OR|NOT"`
	Keywords []string `api:"keywords,required,min=1,max=10"`
}

// searchScope is where to look: in spaces; nothing is found elsewhere yet.
type searchScope struct {
	Scope string     `api:"scope,required,enum=SPACE|APP|PEOPLE|MESSAGE"`
	IDs   []store.ID `api:"ids"`
	Codes []string   `api:"codes"`
}

type searchSort struct {
	By    string `api:"by,enum=RELEVANCE|CREATED_AT"`
	Order string `api:"order,enum=ASC|DESC"`
}

// Limits of one call. So many things are gathered at most before they are
// sorted and cut into pages; a header says when there are more.
const (
	searchDefault  = 20
	searchGathered = 500
	searchPart     = 100
)

const (
	scopeSpace = "SPACE"
	tooManyHit = "Filter aborted because of too many search results"
)

// searchAnswer is a page of what was found.
type searchAnswer struct {
	Hits          []object `json:"hits"`
	NextPageToken *string  `json:"nextPageToken"`
}

// object is a part of an answer whose names depend on what it tells.
type object = map[string]any

// lookup is a search as it is carried out.
type lookup struct {
	q             *request
	in            searchInput
	after, before time.Time
	creators      []store.ID // 0 for who is not there
	cut           bool       // there is more than was gathered
}

// search finds what the caller may see: with the words of every AND, one of each
// OR and none of a NOT.
func (a *API) search(q *request, in searchInput) (any, error) {
	l := &lookup{q: q, in: in}
	if err := l.check(); err != nil {
		return nil, err
	}
	var err error
	if l.creators, err = a.Store.AccountsByCode(q.Context(), q.actor(), in.Creators); err != nil {
		return nil, err
	}
	found, err := l.found()
	if err != nil {
		return nil, err
	}
	if in.Sort != nil && in.Sort.Order == "ASC" {
		slices.Reverse(found)
	}
	start, _ := strconv.Atoi(in.PageToken) // check let nothing else in
	limit := searchDefault
	if in.Limit != nil {
		limit = *in.Limit
	}
	page := found[min(start, len(found)):min(start+limit, len(found))]
	authors := make([]store.ID, len(page))
	for i, thing := range page {
		authors[i] = thing.Person.ID
	}
	codes, err := a.Store.Codes(q.Context(), q.actor(), authors)
	if err != nil {
		return nil, err
	}
	answer := searchAnswer{Hits: []object{}}
	for _, thing := range page {
		answer.Hits = append(answer.Hits, q.hit(thing, user{Code: codes[thing.Person.ID], Name: thing.Person.Name}))
	}
	if start+limit < len(found) {
		next := strconv.Itoa(start + limit)
		answer.NextPageToken = &next
	}
	if l.cut {
		q.w.Header().Set("X-Cybozu-Warning", tooManyHit)
	}
	return answer, nil
}

func (l *lookup) check() error {
	var wrong problems
	for _, moment := range []struct {
		path, text string
		into       *time.Time
	}{{"createdAfter", l.in.CreatedAfter, &l.after}, {"createdBefore", l.in.CreatedBefore, &l.before}} {
		if moment.text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339Nano, moment.text)
		if err != nil {
			wrong.add(moment.path, "api.bad_moment")
		}
		*moment.into = at
	}
	if sort := l.in.Sort; sort != nil && sort.Order == "ASC" && sort.By != "CREATED_AT" {
		wrong.add("sort.order", "api.not_among", "Values", "DESC")
	}
	if n, err := strconv.Atoi(l.in.PageToken); l.in.PageToken != "" && (err != nil || n < 0 || n > searchGathered) {
		wrong.add("pageToken", "api.bad_text")
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// found are all things that fit, the newest first.
func (l *lookup) found() ([]store.Found, error) {
	alternatives, not := l.words()
	if len(alternatives) == 0 {
		return nil, nil
	}
	known := map[string]store.Found{}
	for _, words := range alternatives {
		if err := l.gather(words, func(thing store.Found) { known[nameOf(thing)] = thing }); err != nil {
			return nil, err
		}
		for _, word := range not {
			if err := l.gather(words+" "+word, func(thing store.Found) { delete(known, nameOf(thing)) }); err != nil {
				return nil, err
			}
		}
	}
	list := make([]store.Found, 0, len(known))
	for _, thing := range known {
		if l.wanted(thing) {
			list = append(list, thing)
		}
	}
	slices.SortFunc(list, func(a, b store.Found) int {
		return cmp.Or(b.At.Compare(a.At), strings.Compare(nameOf(a), nameOf(b)))
	})
	if len(list) > searchGathered {
		list, l.cut = list[:searchGathered], true
	}
	return list, nil
}

// nameOf tells things of all kinds apart.
func nameOf(thing store.Found) string {
	return string(thing.Kind) + thing.Comment.String() + "/" + thing.ID.String()
}

// maxAlternatives bounds how many searches one call is.
const maxAlternatives = 20

// words are the searches that the query means, and what must not be found. With
// neither AND nor OR there is none.
func (l *lookup) words() (alternatives, not []string) {
	var and string
	var ors [][]string
	for _, terms := range l.in.Query {
		var quoted []string
		for _, word := range terms.Keywords {
			quoted = append(quoted, `"`+strings.ReplaceAll(word, `"`, " ")+`"`)
		}
		switch terms.Operator {
		case "AND":
			and += " " + strings.Join(quoted, " ")
		case "OR":
			ors = append(ors, quoted)
		case "NOT":
			not = append(not, quoted...)
		}
	}
	if and == "" && len(ors) == 0 {
		return nil, nil
	}
	alternatives = []string{and}
	for _, words := range ors {
		var longer []string
		for _, before := range alternatives {
			for _, word := range words {
				longer = append(longer, before+" "+word)
			}
		}
		if len(longer) > maxAlternatives {
			longer, l.cut = longer[:maxAlternatives], true
		}
		alternatives = longer
	}
	return alternatives, not
}

// gather goes through what one search finds, up to a bound.
func (l *lookup) gather(words string, take func(store.Found)) error {
	query := store.SearchQuery{Text: words, From: l.after, To: l.before, Limit: searchPart, Space: l.q.guestSpace}
	for range searchGathered / searchPart {
		found, err := l.q.api.Store.Search(l.q.Context(), l.q.actor(), query)
		if err != nil {
			return err
		}
		for _, thing := range found.Items {
			take(thing)
		}
		if query.After = found.Next; query.After == "" {
			return nil
		}
	}
	l.cut = true
	return nil
}

// wanted reports whether a thing is of a type, in a space and by somebody that
// the call asks for.
func (l *lookup) wanted(thing store.Found) bool {
	kind := hitTypes[thing.Kind]
	if kind == "" || len(l.in.Types) > 0 && !slices.Contains(l.in.Types, kind) {
		return false
	}
	here := func(s searchScope) bool {
		return s.Scope == scopeSpace && (s.IDs == nil || slices.Contains(s.IDs, thing.Space.ID))
	}
	if len(l.in.Scopes) > 0 && !slices.ContainsFunc(l.in.Scopes, here) || slices.ContainsFunc(l.in.ExcludeScopes, here) {
		return false
	}
	if !l.q.guestForm && thing.Space.IsGuestSpace() { // what is in a guest space is found by its own address
		return false
	}
	return len(l.creators) == 0 || slices.Contains(l.creators, thing.Person.ID)
}

// hitTypes are the kinds of things as answers call them.
var hitTypes = map[store.FoundKind]string{
	store.FoundSpace: "SPACE", store.FoundThread: "THREAD", store.FoundComment: "THREAD_COMMENT", store.FoundFile: "ATTACHMENT",
}

// hit is one thing that was found.
func (q *request) hit(thing store.Found, creator user) object {
	at := stamp(thing.At)
	space := object{"spaceId": thing.Space.ID.String(), "spaceName": thing.Space.Name, "createdAt": at, "creator": creator}
	thread := joined(space, object{"threadId": thing.Thread.ID.String(), "threadName": thing.Thread.Name})
	snippets := []string{}
	if text := thing.Snippet.String(); text != "" {
		snippets = append(snippets, text)
	}
	hit := object{"type": hitTypes[thing.Kind], "snippets": snippets, "url": q.api.Base + q.api.FoundURL(thing)}
	switch thing.Kind {
	case store.FoundSpace:
		hit["space"] = space
	case store.FoundThread:
		hit["thread"] = thread
	case store.FoundComment:
		hit["threadComment"] = joined(thread, object{"commentId": thing.ID.String()})
	case store.FoundFile:
		file := object{"name": thing.Title.String(), "createdAt": at, "creator": creator}
		if thing.Comment != 0 {
			file["attachedTo"], file["fileKey"] = "THREAD_COMMENT", q.api.Store.AttachmentKey(thing.ID)
			hit["threadComment"] = joined(thread, object{"commentId": thing.Comment.String()})
		} else {
			file["attachedTo"], file["fileKey"] = scopeSpace, q.api.Store.DriveKey(thing.ID)
			hit["space"] = space
		}
		hit["attachment"] = file
	case store.FoundPerson:
	}
	return hit
}

// joined is an object with the members of another one.
func joined(base, more object) object {
	all := maps.Clone(base)
	maps.Copy(all, more)
	return all
}
