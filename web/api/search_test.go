package api_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// hits are the types of what was found with the names of the things.
func (a answer) hits() []string {
	a.t.Helper()
	list, _ := a.ok().object["hits"].([]any)
	found := []string{}
	for _, one := range list {
		hit, _ := one.(object)
		kind, _ := hit["type"].(string)
		address, _ := hit["url"].(string)
		if u, err := url.Parse(address); err != nil || !strings.HasPrefix(u.Path, "/spaces/") {
			a.t.Errorf("the address of a hit is %q", address)
		}
		found = append(found, kind)
	}
	slices.Sort(found)
	return found
}

// Reference 7.14, SEC-A5: all of AND, one of OR, none of NOT; what one may not
// see is not found, and what is in a guest space is found by its own address.
func TestSearch(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	open := w.Spaces[store.OpenSpace]
	say := func(space store.ID, text string) {
		t.Helper()
		threads, err := w.Store.Threads(t.Context(), w.Host, space, "")
		if err != nil {
			t.Fatal(err)
		}
		key, err := w.Upload(w.Host, space, "heron.txt", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Store.AddPlainComment(t.Context(), w.Host, space, threads.Items[0].ID, store.PlainComment{Text: text, Files: []store.KeyedFile{{Key: key}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	say(open, "the grey heron stands still")
	say(open, "the heron has left")
	say(w.Space, "a heron among guests")
	for more := true; more; {
		var err error
		if more, err = w.Store.IndexNow(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	terms := func(operator string, words ...string) object { return object{"operator": operator, "keywords": words} }
	host, editor := as(t, w, w.Host), as(t, w, w.Editor)
	find := func(p program, path string, more object, query ...object) answer {
		t.Helper()
		body := object{"query": query}
		for name, value := range more {
			body[name] = value
		}
		return p.call("POST", path+"search.json", body)
	}
	comments := func(n int) []string { return slices.Repeat([]string{"THREAD_COMMENT"}, n) }
	talk := object{"types": []string{"THREAD_COMMENT"}}
	for name, test := range map[string]struct {
		got  answer
		want []string
	}{
		"and":             {find(host, "/k/v1/", talk, terms("AND", "heron", "grey")), comments(1)},
		"or":              {find(host, "/k/v1/", talk, terms("OR", "left", "grey")), comments(2)},
		"and with or":     {find(host, "/k/v1/", talk, terms("AND", "heron"), terms("OR", "left", "nothing")), comments(1)},
		"not":             {find(host, "/k/v1/", talk, terms("AND", "heron"), terms("NOT", "left")), comments(1)},
		"not alone":       {find(host, "/k/v1/", nil, terms("NOT", "left")), []string{}},
		"files":           {find(host, "/k/v1/", object{"types": []string{"ATTACHMENT"}}, terms("AND", "heron")), []string{"ATTACHMENT", "ATTACHMENT"}},
		"everything":      {find(host, "/k/v1/", nil, terms("AND", "heron")), append([]string{"ATTACHMENT", "ATTACHMENT"}, comments(2)...)},
		"a space":         {find(host, "/k/v1/", nil, terms("AND", "open space")), []string{"SPACE", "THREAD"}},
		"guest space":     {find(host, in(w.Space), talk, terms("AND", "heron")), comments(1)},
		"in spaces":       {find(host, "/k/v1/", object{"types": talk["types"], "scopes": []object{{"scope": "SPACE", "ids": []any{open}}}}, terms("AND", "heron")), comments(2)},
		"not in them":     {find(host, "/k/v1/", object{"excludeScopes": []object{{"scope": "SPACE", "ids": []any{open.String()}}}}, terms("AND", "heron")), []string{}},
		"by the host":     {find(editor, "/k/v1/", object{"types": talk["types"], "creators": []string{w.Host.Login}}, terms("AND", "heron")), comments(2)},
		"by somebody":     {find(editor, "/k/v1/", object{"creators": []string{"nobody@works.example"}}, terms("AND", "heron")), []string{}},
		"later":           {find(host, "/k/v1/", object{"createdAfter": "2100-01-01T00:00:00Z"}, terms("AND", "heron")), []string{}},
		"who is outside":  {find(as(t, w, w.Outsider), in(w.Space), talk, terms("AND", "heron")), []string{}},
		"who reads there": {find(as(t, w, w.Outsider), "/k/v1/", talk, terms("AND", "heron")), comments(2)},
	} {
		if got := test.got.hits(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	first := find(host, "/k/v1/", object{"limit": "1", "types": talk["types"], "sort": object{"by": "CREATED_AT", "order": "ASC"}}, terms("AND", "heron")).ok()
	token := first.object["nextPageToken"]
	second := find(host, "/k/v1/", object{"limit": 1, "types": talk["types"], "pageToken": token, "sort": object{"by": "CREATED_AT", "order": "ASC"}}, terms("AND", "heron")).ok()
	if token == nil || second.object["nextPageToken"] != nil || len(second.hits()) != 1 || first.body == second.body {
		t.Errorf("the pages are %s and %s", first.body, second.body)
	}
	for want, body := range map[string]object{
		"query":             {"query": []object{}},
		"query[0].operator": {"query": []object{terms("XOR", "a")}},
		"query[0].keywords": {"query": []object{{"operator": "AND", "keywords": []string{}}}},
		"types[0]":          {"query": []object{terms("AND", "a")}, "types": []string{"CAT"}},
		"sort.order":        {"query": []object{terms("AND", "a")}, "sort": object{"by": "RELEVANCE", "order": "ASC"}},
		"createdAfter":      {"query": []object{terms("AND", "a")}, "createdAfter": "yesterday"},
		"pageToken":         {"query": []object{terms("AND", "a")}, "pageToken": "-1"},
		"limit":             {"query": []object{terms("AND", "a")}, "limit": 0},
	} {
		if got := host.call("POST", "/k/v1/search.json", body).want(400, "CB_VA01").paths(); !slices.Equal(got, []string{want}) {
			t.Errorf("the problems are of %v, want %s", got, want)
		}
	}
}
