package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// SEC-R10: nothing that a test started outlives it.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// program calls the API as a script does, with the password of somebody of the
// cast; "" calls without any.
type program struct {
	w     *webtest.World
	t     testing.TB
	as    store.Account
	proof string // instead of the header that as would send
	token string // an API token
}

func as(t testing.TB, w *webtest.World, account store.Account) program {
	return program{w: w, t: t, as: account}
}

// credentials are the value of the header with a login and a password.
func credentials(login, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(login + ":" + password))
}

// answer is what came back. Every answer of the API is a JSON object.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
	object map[string]any
}

// call sends a call with a JSON body; nil sends none.
func (p program) call(method, path string, body any, change ...func(*http.Request)) answer {
	p.t.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.w.URL+path, reader)
	if err != nil {
		p.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	p.introduce(r)
	for _, f := range change {
		f(r)
	}
	return p.send(r)
}

// introduce says who calls.
func (p program) introduce(r *http.Request) {
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	if p.proof == "" && p.as.Login != "" {
		p.proof = credentials(p.as.Login, storetest.Password)
	}
	if p.proof != "" {
		r.Header.Set("X-Cybozu-Authorization", p.proof)
	}
}

// send sends a request and reads what every answer must hold.
func (p program) send(r *http.Request) answer {
	p.t.Helper()
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	a := answer{t: p.t, status: response.StatusCode, header: response.Header, body: string(text)}
	p.compare(r, a)
	if kind := a.header.Get("Content-Type"); kind != "application/json;charset=utf-8" {
		if a.status != http.StatusOK || !strings.HasSuffix(r.URL.Path, "/file.json") {
			p.t.Fatalf("%s %s answers %d with the type %q\n%s", r.Method, r.URL.Path, a.status, kind, a.body)
		}
		return a
	}
	if err := json.Unmarshal(text, &a.object); err != nil || a.object == nil {
		p.t.Fatalf("%s %s answers %d with %q, which is no object", r.Method, r.URL.Path, a.status, a.body)
	}
	a.check()
	return a
}

// compare fails the test when the description of the API does not describe what
// was sent and answered.
func (p program) compare(r *http.Request, a answer) {
	p.t.Helper()
	e := exchange{method: r.Method, path: r.URL.RequestURI(), header: r.Header, status: a.status, answered: a.header, answer: []byte(a.body)}
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			p.t.Fatal(err)
		}
		if e.body, err = io.ReadAll(body); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := theContract(p.t).check(e); err != nil {
		p.t.Errorf("%s %s, answered %d %.300s, is not described: %v", r.Method, r.URL.Path, a.status, a.body, err)
	}
}

// check looks at what every answer that is no success must hold.
func (a answer) check() {
	a.t.Helper()
	if a.header.Get("X-ConcurrencyLimit-Limit") != "100" || a.header.Get("X-ConcurrencyLimit-Running") == "" {
		a.t.Errorf("an answer without X-ConcurrencyLimit-*: %v", a.header)
	}
	if a.header.Get("WWW-Authenticate") != "" || a.header.Get("Location") != "" {
		a.t.Errorf("an answer that asks for a dialog or leads elsewhere: %v", a.header)
	}
	if a.status == http.StatusOK {
		return
	}
	id, _ := a.object["id"].(string)
	message, _ := a.object["message"].(string)
	if len(id) != 20 || message == "" || strings.HasPrefix(message, "api.") || a.code() == "" {
		a.t.Errorf("an answer without code, id or message: %s", a.body)
	}
	if a.header.Get("X-Cybozu-Error") != a.code() {
		a.t.Errorf("X-Cybozu-Error is %q, the code %q", a.header.Get("X-Cybozu-Error"), a.code())
	}
}

func (a answer) code() string {
	code, _ := a.object["code"].(string)
	return code
}

// want fails the test when the answer has another status or code.
func (a answer) want(status int, code string) answer {
	a.t.Helper()
	if a.status != status || a.status != http.StatusOK && a.code() != code {
		a.t.Fatalf("the answer is %d %s, want %d %s", a.status, a.body, status, code)
	}
	return a
}

// ok fails the test when the call did not succeed.
func (a answer) ok() answer {
	a.t.Helper()
	return a.want(http.StatusOK, "")
}

// problems are the parameters that are at fault.
func (a answer) problems() map[string][]string {
	a.t.Helper()
	var body struct {
		Errors map[string]struct{ Messages []string }
	}
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		a.t.Fatal(err)
	}
	all := map[string][]string{}
	for path, one := range body.Errors {
		all[path] = one.Messages
	}
	return all
}
