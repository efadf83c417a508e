package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"guesthouse/store"
)

// Queries are what clients and forms write them as.
func TestQueries(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]any{
		"":                              map[string]any{},
		"a=1&b=x+y%21":                  map[string]any{"a": fromQuery("1"), "b": fromQuery("x y!")},
		"a[0]=x&a[1]=y":                 map[string]any{"a": []any{fromQuery("x"), fromQuery("y")}},
		"a%5B1%5D=y&a%5B0%5D=x":         map[string]any{"a": []any{fromQuery("x"), fromQuery("y")}},
		"a[]=x&a[]=y":                   map[string]any{"a": []any{fromQuery("x"), fromQuery("y")}},
		"a[5]=x&a[]=y":                  map[string]any{"a": []any{fromQuery("x"), fromQuery("y")}},
		"a=x&a=y":                       map[string]any{"a": []any{fromQuery("x"), fromQuery("y")}},
		"a[0][b]=x&a[0][c]=y&a[1][b]=z": map[string]any{"a": []any{map[string]any{"b": fromQuery("x"), "c": fromQuery("y")}, map[string]any{"b": fromQuery("z")}}},
		"a[01]=x":                       map[string]any{"a": map[string]any{"01": fromQuery("x")}},
		"a=x&a[b]=y":                    map[string]any{"a": mixed{}},
		"a&b=":                          map[string]any{"a": fromQuery(""), "b": fromQuery("")},
		"0=x":                           nil,
		"a[b=x":                         nil,
		"a[b]c=x":                       nil,
		"=x":                            nil,
		"a[=x":                          nil,
		"a[][=x":                        nil,
	} {
		got, err := readQuery(raw)
		if want == nil {
			if err == nil {
				t.Errorf("%q is read as %v", raw, got)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as %#v (%v), want %#v", raw, got, err, want)
		}
	}
}

// everything has a parameter of each sort.
type everything struct {
	ID     store.ID `api:"id,required"`
	Text   string   `api:"text,max=5,min=2"`
	Word   string   `api:"word,enum=a|b"`
	Mail   string   `api:"mail,email"`
	Zone   string   `api:"zone,zone"`
	On     *bool    `api:"on"`
	Number int      `api:"number,min=3,max=7"`
	List   []string `api:"list,max=3"`
	Inner  struct {
		Deep []struct {
			Name string `api:"name,required,max=3"`
		} `api:"deep"`
	} `api:"inner"`
}

// Each sort of parameter, and what is wrong with it.
func TestParameters(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]map[string]string{
		`{"id": 1}`:                    {},
		`{"id": "12"}`:                 {},
		`{"id": 0}`:                    {"id": "api.bad_id"},
		`{"id": "+1"}`:                 {"id": "api.bad_id"},
		`{"id": ["1"]}`:                {"id": "api.bad_id"},
		`{"id": 99999999999999999999}`: {"id": "api.bad_id"},
		`{}`:                           {"id": "api.required"},
		`{"id": 1, "text": "あいうえお"}`:   {},
		`{"id": 1, "text": "あいうえおか", "word": "c"}`:             {"text": "api.too_long", "word": "api.not_among"},
		`{"id": 1, "text": "a", "mail": "a", "zone": "X"}`:     {"text": "api.too_short", "mail": "api.bad_email", "zone": "api.bad_zone"},
		`{"id": 1, "on": "true", "number": "5"}`:               {},
		`{"id": 1, "on": "yes", "number": 8}`:                  {"on": "api.bad_boolean", "number": "api.too_big"},
		`{"id": 1, "on": 1, "number": 2}`:                      {"on": "api.bad_boolean", "number": "api.too_small"},
		`{"id": 1, "number": 4.5}`:                             {"number": "api.bad_number"},
		`{"id": 1, "list": ["a", null, 3]}`:                    {"list[1]": "api.required", "list[2]": "api.bad_text"},
		`{"id": 1, "list": ["a","b","c","d"]}`:                 {"list": "api.too_many"},
		`{"id": 1, "list": "a"}`:                               {"list": "api.bad_list"},
		`{"id": 1, "inner": 5}`:                                {"inner": "api.bad_object"},
		`{"id": 1, "inner": {"deep": [{"name": "abcd"}, {}]}}`: {"inner.deep[0].name": "api.too_long", "inner.deep[1].name": "api.required"},
	} {
		tree, err := readJSON([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		var in everything
		got := map[string]string{}
		for _, one := range problemsOf(paramsOf(tree).into(&in)) {
			got[one.path] = one.key
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the problems are %v, want %v", body, got, want)
		}
	}
}

// What clients write for null in a query is left out, but for texts.
func TestEmptyParameters(t *testing.T) {
	t.Parallel()
	tree, err := readQuery("id=1&number=&on=&list=&text=&inner=")
	if err != nil {
		t.Fatal(err)
	}
	var in everything
	if err := paramsOf(tree).into(&in); err != nil || in.On != nil || in.List != nil {
		t.Errorf("the parameters are %+v, the problems %v", in, problemsOf(err))
	}
	var again everything
	if wrong := problemsOf(paramsOf(map[string]any{"id": fromQuery("")}).into(&again)); len(wrong) != 1 || wrong[0].key != "api.required" {
		t.Errorf("an empty ID is %v", wrong)
	}
}

// Whatever is sent is read or refused, and never a fault of ours; what was read
// reads the same again.
func FuzzParams(f *testing.F) {
	for _, seed := range [][2]string{
		{"id=1&list[0]=a&list[1]=b", ""}, {"list[]=a&inner[deep][0][name]=b", "{}"}, {"a=1&a[b]=2", `{"id": 1}`},
		{"", `{"id": "1", "text": "\u0000", "on": "true", "number": 1e9, "list": [null], "inner": {"deep": [{}]}}`},
		{"%5B=1&a[%5D]=2", `[[[[`}, {"__REQUEST_TOKEN__=a", `{"__REQUEST_TOKEN__": ["a"]}`}, {"a[999999]=1&a[]=2", `{"id":1,"id":2}`},
		{"list=a&list=b&list[0]=c", `{"id": 1, "list": "a"}`}, {"inner[deep][][name]=a&inner[deep][][name]=b&id=2", ""},
		{"id=+1&number=0x5&on=TRUE", `{"id": -0, "number": 1E1, "on": "false"}`}, {"id=%00&text=%ff&zone=Asia%2FTokyo", "{\"text\": \"\xff\"}"},
		{"id" + strings.Repeat("[a]", 1000) + "=1", `{"id": ` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`},
		{strings.Repeat("a&", 1001), `{"id": 99999999999999999999, "number": 1e400}`}, {"mail=a@b.example&word=a", "[1]"},
		{"id=9223372036854775808", `{"text": "\ud800", "word": "b", "mail": "a@\u3042.example", "zone": "Local"}`}, {"a;b=1", `null`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, query, body string) {
		r := httptest.NewRequest(http.MethodPost, "/k/v1/space.json", strings.NewReader(body))
		r.URL.RawQuery = query
		q := &request{Request: r, w: httptest.NewRecorder()}
		err := q.read()
		if err == nil {
			if _, again := json.Marshal(q.params.tree); again != nil {
				t.Fatalf("what was read cannot be written: %v", again)
			}
			var in everything
			err = q.params.into(&in)
			if err == nil && (in.ID < 1 || strings.ContainsRune(in.Text, 0) || len(in.List) > 3) {
				t.Fatalf("what no rule allows was let in: %+v", in)
			}
		}
		if err != nil {
			if answer := answerTo(err); answer.status < 400 || answer.status >= 500 {
				t.Fatalf("%q %q is answered %d: %v", query, body, answer.status, err)
			}
		}
	})
}
