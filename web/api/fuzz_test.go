package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web"
	"guesthouse/web/api"
)

// callers are who sends a fuzzed call: nobody, two by password, and two by the
// session of a browser.
const callers = 5

// fuzzed is a portal to which anything is sent.
type fuzzed struct {
	*storetest.World
	handler http.Handler
	faults  faults

	root, guest string            // the tokens of two sessions
	request     map[string]string // from them to their request tokens
	words       *strings.Replacer // for what a fuzzed call cannot guess
}

// faults is a log that keeps nothing but what an operator would look into.
type faults struct{ lines []string }

func (f *faults) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }
func (f *faults) WithAttrs([]slog.Attr) slog.Handler               { return f }
func (f *faults) WithGroup(string) slog.Handler                    { return f }
func (f *faults) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool {
		line += " " + a.String()
		return true
	})
	f.lines = append(f.lines, line)
	return nil
}

func newFuzzed(f *testing.F) *fuzzed {
	f.Helper()
	w := &fuzzed{World: storetest.New(f)}
	base, err := url.Parse("http://portal.example")
	if err != nil {
		f.Fatal(err)
	}
	server, err := web.New(web.Config{Store: w.Store, BaseURL: base, Log: slog.New(&w.faults)})
	if err != nil {
		f.Fatal(err)
	}
	w.handler = server.Handler()
	if err := w.Store.ChangePolicy(f.Context(), w.Root, store.PolicyChange{Settings: map[string]string{"api.guests": "read_own"}}); err != nil {
		f.Fatal(err)
	}
	w.root, w.guest, w.request = w.SignIn(w.Root), w.SignIn(w.GuestEditor), map[string]string{}
	for _, token := range []string{w.root, w.guest} {
		visit, err := w.Store.Visit(f.Context(), token)
		if err != nil {
			f.Fatal(err)
		}
		w.request[token] = w.Store.RequestToken(visit.Session)
	}
	w.furnish(f)
	return w
}

// furnish makes a guest space for the calls, at the start and whenever one of
// them was to delete it.
func (w *fuzzed) furnish(t testing.TB) {
	t.Helper()
	var space store.ID
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) (err error) {
		if space, err = seed.Space(store.GuestSpace, "Fuzzed", w.Host); err != nil {
			return err
		}
		return seed.Membership(space, w.GuestEditor, store.Editor, time.Time{})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.UpdateSpace(t.Context(), w.Host, space, store.SpaceSettings{Name: "Fuzzed", MultiThread: true}); err != nil {
		t.Fatal(err)
	}
	thread, err := w.Store.CreateThread(t.Context(), w.Host, space, store.NewThread{Name: "Fuzzed"})
	if err != nil {
		t.Fatal(err)
	}
	w.words = strings.NewReplacer("$space", space.String(), "$open", w.Spaces[store.OpenSpace].String(), "$thread", thread.ID.String())
}

// credentialsOf are the headers of a caller, and their request token.
func (w *fuzzed) credentialsOf(caller byte) (headers, token string) {
	password := func(account store.Account) string {
		return "X-Cybozu-Authorization: " + credentials(account.Login, storetest.Password) + "\r\n"
	}
	session := func(token string) (string, string) {
		return "Cookie: guesthouse=" + token + "\r\nX-Requested-With: XMLHttpRequest\r\nSec-Fetch-Site: same-origin\r\n", w.request[token]
	}
	switch caller % callers {
	case 1:
		return password(w.Root), ""
	case 2:
		return password(w.Host), ""
	case 3:
		return session(w.root)
	case 4:
		return session(w.guest)
	}
	return "", ""
}

// FuzzCalls sends whole requests: whatever comes, there is no panic and no fault
// of ours, and what is refused is refused with a code, an ID and a message.
func FuzzCalls(f *testing.F) {
	seedCalls(f)
	w := newFuzzed(f)
	f.Fuzz(func(t *testing.T, caller byte, method, target, headers string, body []byte) {
		proof, token := w.credentialsOf(caller)
		fill := strings.NewReplacer("$token", token)
		sent := fill.Replace(w.words.Replace(string(body)))
		raw := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: portal.example\r\n%s%s\r\nContent-Length: %d\r\n\r\n%s",
			method, fill.Replace(w.words.Replace(target)), proof, headers, len(sent), sent)
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil || !api.Owns(r.URL.Path) {
			t.Skip("net/http refuses it, or it is for another part of the portal")
		}
		defer func() { _ = r.Body.Close() }() // it was only read
		answered := httptest.NewRecorder()
		r.RemoteAddr = "192.0.2.1:49152"
		w.handler.ServeHTTP(answered, r.WithContext(t.Context()))
		w.judge(t, r, answered.Result())
		if answered.Code == http.StatusOK && (r.Method == http.MethodDelete || r.Header.Get("X-HTTP-Method-Override") == http.MethodDelete) {
			w.furnish(t)
		}
	})
}

// judge looks at an answer.
func (w *fuzzed) judge(t *testing.T, r *http.Request, a *http.Response) {
	t.Helper()
	defer func() { _ = a.Body.Close() }() // it is in memory
	if len(w.faults.lines) > 0 {
		lines := w.faults.lines
		w.faults.lines = nil
		t.Fatalf("the log speaks of a fault: %q", lines)
	}
	if a.StatusCode >= http.StatusInternalServerError {
		t.Fatalf("the answer is %d", a.StatusCode)
	}
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.Method == http.MethodHead || a.StatusCode == http.StatusOK && strings.HasSuffix(r.URL.Path, "/file.json") {
		return
	}
	var said struct{ Code, ID, Message string }
	if kind := a.Header.Get("Content-Type"); kind != "application/json;charset=utf-8" || json.Unmarshal(text, &said) != nil || text[0] != '{' {
		t.Fatalf("%d %s is no JSON object: %q", a.StatusCode, kind, text)
	}
	if a.StatusCode != http.StatusOK && (said.Code == "" || len(said.ID) != 20 || said.Message == "" || strings.HasPrefix(said.Message, "api.")) {
		t.Fatalf("%d without code, ID or message: %s", a.StatusCode, text)
	}
}

// seedCalls are calls of every sort, and what was hostile to other programs.
func seedCalls(f *testing.F) {
	const asJSON = "Content-Type: application/json"
	deep := strings.Repeat("[", 1000) + strings.Repeat("]", 1000)
	for _, seed := range []struct {
		caller                        byte
		method, target, headers, body string
	}{
		{0, "GET", "/k/v1/space.json?id=1", "", ""},
		{1, "POST", "/k/v1/guests.json", asJSON, `{"guests": [{"name": "A", "code": "a@fuzz.example", "password": "password", "timezone": "Asia/Tokyo", "locale": "ja", "surNameReading": "あ", "company": "C", "callto": "c"}]}`},
		{1, "POST", "/k/v1/guests.json", asJSON + "\r\nIdempotency-Key: one", `{"guests": [{"name": "B\u0000", "code": 5, "password": true, "timezone": null, "image": "x"}]}`},
		{3, "POST", "/k/v1/guests.json", asJSON, `{"__REQUEST_TOKEN__": "$token", "guests": []}`},
		{3, "DELETE", "/k/v1/guests.json?guests[0]=a%40fuzz.example&__REQUEST_TOKEN__=$token", "", ""},
		{1, "DELETE", "/k/v1/guests.json", asJSON, `{"guests": ["a@fuzz.example", "kari@elsewhere.example"]}`},
		{1, "POST", "/k/v1/guests.json?guests[0]=a%40fuzz.example", "X-HTTP-Method-Override: DELETE", ""},
		{2, "PUT", "/k/guest/$space/v1/space/guests.json", asJSON, `{"id": $space, "guests": ["erika@partner.example"]}`},
		{2, "GET", "/k/guest/$space/v1/space.json?id=$space", "", ""},
		{2, "GET", "/k/v1/space.json", asJSON, `{"id": "$open"}`},
		{2, "PUT", "/k/guest/$space/v1/space.json", asJSON, `{"id": "$space", "name": "N", "isPrivate": "true", "useMultiThread": true, "permissions": {"createApp": "ADMIN"}}`},
		{2, "DELETE", "/k/guest/$space/v1/space.json?id=$space", "", ""},
		{2, "PUT", "/k/guest/$space/v1/space/body.json", asJSON, `{"id": $space, "body": "<b>B</b><script>x</script>"}`},
		{2, "GET", "/k/guest/$space/v1/space/members.json?id=$space", "", ""},
		{2, "PUT", "/k/guest/$space/v1/space/members.json", asJSON, `{"id": $space, "members": [{"entity": {"type": "USER", "code": "host@works.example"}, "isAdmin": true, "includeSubs": false}]}`},
		{4, "GET", "/k/v1/spaces/statistics.json?offset=0&limit=100", "", ""},
		{1, "GET", "/k/v1/spaces/statistics.json?offset=-9223372036854775808&limit=1e9", "", ""},
		{2, "POST", "/k/v1/template/space.json", asJSON, `{"id": 1, "name": "T", "members": [{"entity": {"type": "USER", "code": "host@works.example"}, "isAdmin": true}], "isGuest": true}`},
		{2, "POST", "/k/guest/$space/v1/space/thread.json", asJSON, `{"space": $space, "name": "T"}`},
		{2, "PUT", "/k/guest/$space/v1/space/thread.json", asJSON, `{"id": $thread, "name": "T", "body": "<p>a</p>"}`},
		{2, "POST", "/k/guest/$space/v1/space/thread/comment.json", asJSON, `{"space": $space, "thread": $thread, "comment": {"text": "C", "files": [{"fileKey": "x", "width": "100"}], "mentions": [{"type": "USER", "code": "guest/erika@partner.example"}]}}`},
		{2, "POST", "/k/v1/search.json", asJSON, `{"query": [{"operator": "AND", "keywords": ["a", "あ"]}, {"operator": "NOT", "keywords": ["b"]}], "types": ["SPACE", "THREAD_COMMENT"], "scopes": [{"scope": "SPACE", "ids": [$space], "codes": ["host@works.example"]}], "createdAfter": "2026-01-01T00:00:00Z", "creators": ["host@works.example"], "sort": {"by": "CREATED_AT", "order": "ASC"}, "limit": 10, "pageToken": "10"}`},
		{2, "POST", "/k/v1/file.json", "Content-Type: multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b.txt\"\r\n\r\nhello\r\n--b--\r\n"},
		{3, "POST", "/k/v1/file.json", "Content-Type: multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data; name=\"__REQUEST_TOKEN__\"\r\n\r\n$token\r\n--b--\r\n"},
		{2, "GET", "/k/v1/file.json?fileKey=a.1", "Range: bytes=0-1", ""},
		{1, "GET", "/k/v1/space.json?id[]=1&id[a][0][]=%00&id=%ff", "", ""},
		{1, "GET", "/k/v1/space.json", asJSON, `{"id":` + deep + `}`},
		{1, "GET", "/k/v1/space.json", asJSON, `{"id": 1, "id": 99999999999999999999e400, "\ud800": "\u0000"}`},
		{1, "PUT", "/k/v1/space.json", asJSON, "{\"id\": \"\xff\", \"name\": [[]]}"},
		{1, "OPTIONS", "/k/guest/99999999999999999999/v1/.json", "Accept-Language: ja;q=0.1, *", "[]"},
		{1, "HEAD", "/k/v1/%73pace.json?id=1&id=2", "Expect: 100-continue", ""},
		{0, "POST", "/k/v1/space.json", "X-Cybozu-Authorization: OjpceA==\r\nAuthorization: Bearer x\r\nX-Cybozu-API-Token: a,b", "null"},
		{0, "GET", "/k/v1/space.json", "X-Cybozu-API-Token: a", ""},
		{0, "GET", "http://other.example/k/v1/space.json", "Authorization: Bearer a", ""},
	} {
		f.Add(seed.caller, seed.method, seed.target, seed.headers, []byte(seed.body))
	}
}
