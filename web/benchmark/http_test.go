package benchmark

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// answer is a response writer that keeps nothing but the status and the size.
type answer struct {
	header http.Header
	status int
	size   int
}

func (a *answer) Header() http.Header    { return a.header }
func (a *answer) WriteHeader(status int) { a.status = status }
func (a *answer) Write(body []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	a.size += len(body)
	return len(body), nil
}

// request is the work of answering a request. Any other status than the wanted
// one fails the test.
func request(t testing.TB, handler http.Handler, make func() *http.Request, want int) func() int {
	return func() int {
		a := &answer{header: http.Header{}}
		r := make()
		handler.ServeHTTP(a, r)
		if a.status != want {
			t.Errorf("%s %s answers %d, want %d", r.Method, r.URL.Path, a.status, want)
		}
		return a.size
	}
}

const host = "localhost:8080"

func get(t testing.TB, path string) *http.Request {
	t.Helper()
	return httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+path, nil)
}

func post(t testing.TB, path string, form url.Values) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+host+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://"+host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}
