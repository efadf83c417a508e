package api_test

import (
	"net/http"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// Whatever is asked, the answer is a JSON object with code, id and message.
func TestEveryAnswerIsJSON(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := as(t, w, w.Root)
	for name, test := range map[string]struct {
		method, path string
		status       int
		code         string
	}{
		"unknown resource":           {"GET", "/k/v1/nothing.json", 404, "GH_NF01"},
		"no resource":                {"GET", "/k/v1/", 404, "GH_NF01"},
		"no slash":                   {"GET", "/k/v1", 404, "GH_NF01"},
		"no slash, guest form":       {"GET", "/k/guest/1/v1", 404, "GH_NF01"},
		"two slashes":                {"GET", "/k//v1/space.json?id=1", 404, "GH_NF01"},
		"two slashes at first":       {"GET", "//k/v1/space.json?id=1", 404, "GH_NF01"},
		"a slash at the end":         {"GET", "/k/v1/space.json/", 404, "GH_NF01"},
		"upwards":                    {"GET", "/k/v1/%2e%2e/space.json?id=1", 404, "GH_NF01"},
		"capitals":                   {"GET", "/K/V1/SPACE.JSON?id=1", 404, "GH_NF01"},
		"capitals, guest form":       {"GET", "/k/Guest/1/V1/space.json?id=1", 404, "GH_NF01"},
		"an ID that is empty":        {"GET", "/k/v1/space.json?id=", 400, "CB_VA01"},
		"without .json":              {"GET", "/k/v1/space?id=1", 404, "GH_NF01"},
		"unknown in the guest form":  {"GET", "/k/guest/1/v1/nothing.json", 404, "GH_NF01"},
		"guest form without number":  {"GET", "/k/guest/one/v1/space.json?id=1", 404, "GH_NF01"},
		"guest form with 0":          {"GET", "/k/guest/0/v1/space.json?id=1", 404, "GH_NF01"},
		"guest form with a minus":    {"GET", "/k/guest/-1/v1/space.json?id=1", 404, "GH_NF01"},
		"wrong method":               {"PATCH", "/k/v1/space.json", 405, "GH_ME01"},
		"a method of nobody":         {"BREW", "/k/v1/space.json", 405, "GH_ME01"},
		"options":                    {"OPTIONS", "/k/v1/space.json", 405, "GH_ME01"},
		"a query that is cut":        {"GET", "/k/v1/space.json?id=%4", 400, "CB_IL02"},
		"a query that is no UTF-8":   {"GET", "/k/v1/space.json?id=%ff", 400, "CB_IL02"},
		"a bracket that stays open":  {"GET", "/k/v1/space.json?id[=1", 400, "CB_IL02"},
		"too deep":                   {"GET", "/k/v1/space.json?id" + strings.Repeat("[a]", 40) + "=1", 400, "CB_IL02"},
		"too many fields":            {"GET", "/k/v1/space.json?" + strings.Repeat("a&", 1001), 413, "GH_LA01"},
		"nothing given":              {"GET", "/k/v1/space.json", 400, "CB_VA01"},
		"no number":                  {"GET", "/k/v1/space.json?id=one", 400, "CB_VA01"},
		"value and object at a time": {"GET", "/k/v1/space.json?id=1&id[a]=1", 400, "CB_VA01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := root
			p.t = t
			p.call(test.method, test.path, nil).want(test.status, test.code)
		})
	}
}

// Bodies that are hostile, or that two programs would read differently.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for name, test := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"no JSON":            {"hello", 400, "CB_IJ01"},
		"byte order mark":    {"\uFEFF{}", 400, "CB_VA01"}, // it may stand there
		"two of them":        {"\uFEFF\uFEFF{}", 400, "CB_IJ01"},
		"a list":             {"[1]", 400, "CB_IJ01"}, // S1-01
		"null":               {"null", 400, "CB_IJ01"},
		"a string":           {`"id"`, 400, "CB_IJ01"},
		"cut":                {`{"id": 1`, 400, "CB_IJ01"},
		"two objects":        {`{"id": 1}{"id": 2}`, 400, "CB_IJ01"},
		"a name twice":       {`{"id": 1, "id": 2}`, 400, "CB_IJ01"},
		"no UTF-8":           {"{\"id\": \"\xff\"}", 400, "CB_IJ01"},
		"1,000 deep":         {`{"id":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}", 400, "CB_IJ01"},
		"100,000 deep, open": {strings.Repeat("[", 100_000), 400, "CB_IJ01"},
		"10 MB":              {`{"id": "` + strings.Repeat("a", 10<<20) + `"}`, 413, "GH_LA01"},
		"a huge number":      {`{"id": 1e400}`, 400, "CB_VA01"},
		"a broken number":    {`{"id": 1.5}`, 400, "CB_VA01"},
		"a boolean":          {`{"id": true}`, 400, "CB_VA01"},
		"null as the value":  {`{"id": null}`, 400, "CB_VA01"},
		"NUL in it":          {`{"id": "1\u0000"}`, 400, "CB_VA01"},
		"empty":              {"", 400, "CB_VA01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			as(t, w, w.Root).call("GET", "/k/v1/space.json", test.body).want(test.status, test.code)
		})
	}
}

// The forms in which parameters come (reference, section 3; acceptance 18, 22).
func TestForms(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	p := as(t, w, w.Host)
	open := w.Spaces[store.OpenSpace]
	override := func(method string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-HTTP-Method-Override", method) }
	}
	for name, a := range map[string]answer{
		"query":                     p.call("GET", "/k/v1/space.json?id="+open.String(), nil),
		"body on GET, a number":     p.call("GET", "/k/v1/space.json", map[string]any{"id": int64(open)}),
		"body on GET, a string":     p.call("GET", "/k/v1/space.json", map[string]any{"id": open.String()}),
		"the body goes before":      p.call("GET", "/k/v1/space.json?id=1000", map[string]any{"id": open}),
		"override":                  p.call("POST", "/k/v1/space.json", map[string]any{"id": open}, override("GET")),
		"JSON with a charset":       p.call("GET", "/k/v1/space.json", map[string]any{"id": open}, contentType("application/json; charset=utf-8")),
		"a program without a type":  p.call("GET", "/k/v1/space.json", map[string]any{"id": open}, contentType("")),
		"what nobody knows is left": p.call("GET", "/k/v1/space.json?x[0][y]=1&id="+open.String(), nil),
	} {
		if a.ok().object["id"] != open.String() {
			t.Errorf("%s: the answer is %s", name, a.body)
		}
	}
	p.call("POST", "/k/v1/space.json", map[string]any{"id": open}, override("get")).want(405, "GH_ME01")
	p.call("GET", "/k/v1/space.json", "id="+open.String(), contentType("application/x-www-form-urlencoded")).want(400, "CB_IJ01")
}

func contentType(kind string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Del("Content-Type")
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
	}
}

// Acceptance 17: what is in a guest space is called by its guest form.
func TestGuestForm(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := as(t, w, w.Host)
	guest, open := w.Spaces[store.GuestSpace].String(), w.Spaces[store.OpenSpace].String()
	host.call("GET", "/k/guest/"+guest+"/v1/space.json?id="+guest, nil).ok()
	host.call("GET", "/k/v1/space.json?id="+guest, nil).want(400, "GAIA_IL23")
	host.call("GET", "/k/guest/"+open+"/v1/space.json?id="+guest, nil).want(403, "CB_NO02")
	host.call("GET", "/k/guest/"+guest+"/v1/space.json?id="+open, nil).want(403, "CB_NO02")
	host.call("GET", "/k/guest/"+open+"/v1/space.json?id="+open, nil).want(403, "CB_NO02")
	// Who may not know of a space learns nothing from the forms.
	outsider := as(t, w, w.Outsider)
	outsider.call("GET", "/k/v1/space.json?id="+guest, nil).want(403, "CB_NO02")
	outsider.call("GET", "/k/v1/space.json?id=12345", nil).want(403, "CB_NO02")
}

// The language of messages: the account's, else what is accepted, else the
// organisation's (reference, section 5).
func TestLanguage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	in := func(header string) string {
		a := program{w: w, t: t}.call("GET", "/k/v1/space.json", nil, func(r *http.Request) { r.Header.Set("Accept-Language", header) })
		message, _ := a.want(401, "CB_AU01").object["message"].(string)
		return message
	}
	for header, want := range map[string]string{
		"": "Please login.", "*": "Please login.", "en": "Please login.", "de": "Please login.",
		"ja": "ログインしてください。", "en;q=0.5, ja;q=0.9": "ログインしてください。", "*;q=1, zh-HK;q=0.2": "请登录。",
	} {
		if got := in(header); got != want {
			t.Errorf("%q is answered with %q, want %q", header, got, want)
		}
	}
}
