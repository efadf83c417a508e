// Package api is the REST API: the dialect that scripts and clients for guests
// and spaces already speak. Everything under its addresses answers JSON,
// whatever happens: never a redirect, never a page. Its rules are those of the
// store; what stands here is how calls are read and answered.
package api

import (
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"

	"guesthouse/store"
)

// Config is what the portal around the API tells it.
type Config struct {
	Store *store.Store
	Log   *slog.Logger
	Base  string // the base URL, without a slash at its end

	Session func(*http.Request) string // the token of the session cookie; "" when there is none
	OurHost func(*http.Request) bool   // whether the request is for our host (SEC-S7)
	OurPage func(*http.Request) bool   // whether no other site made the browser send it (SEC-S5)

	FoundURL func(store.Found) string                                      // the page of a thing that was found, behind Base
	Download func(http.ResponseWriter, *http.Request, store.Content) error // sends a stored file, and closes it
}

// API answers the calls of one environment.
type API struct {
	Config

	calls   map[string]map[string]*call // by resource and method
	running atomic.Int64
	keys    running // of calls that are sent again
}

// New makes the API that config describes.
func New(config Config) *API {
	a := &API{Config: config, calls: map[string]map[string]*call{}}
	for _, c := range a.table() {
		if a.calls[c.resource] == nil {
			a.calls[c.resource] = map[string]*call{}
		}
		a.calls[c.resource][c.method] = c
	}
	return a
}

// concurrent is how many calls run at a time, the next is refused. Pages do not
// count here, and calls not among the pages, so that neither starves the other.
const concurrent = 100

// Owns reports whether an address is the API's.
func Owns(path string) bool {
	_, ok := split(path)
	return ok
}

// address is what an address of the API says.
type address struct {
	space    string // of the guest form: what stands where the guest space's ID belongs
	guest    bool   // it is the guest form
	resource string // what is asked for, without .json; "" when there is no such form
}

// split reads /k/v1/RESOURCE.json and /k/guest/SPACE/v1/RESOURCE.json. Addresses
// that a program has only mistyped are the API's too, so that none of them is
// answered with a page: there is nothing there.
func split(path string) (address, bool) {
	if rest, ok := strings.CutPrefix(path, "/k/v1/"); ok {
		return address{resource: resourceOf(rest)}, true
	}
	if rest, ok := strings.CutPrefix(path, "/k/guest/"); ok {
		space, rest, _ := strings.Cut(rest, "/")
		if rest, ok = strings.CutPrefix(rest, "v1/"); ok {
			return address{space: space, guest: true, resource: resourceOf(rest)}, true
		}
	}
	return address{}, mistyped.MatchString(path)
}

// mistyped are the beginnings of our addresses with a slash too many or too few,
// or in capital letters.
var mistyped = regexp.MustCompile(`(?i)^/+k/+(guest/+[^/]*/+)?v1(/|$)`)

func resourceOf(rest string) string {
	resource, ok := strings.CutSuffix(rest, ".json")
	if !ok {
		return ""
	}
	return resource
}

// Pattern is the address of a request as the log names it: without the IDs, and
// "" where there is no such resource.
func (a *API) Pattern(path string) string {
	to, _ := split(path)
	switch {
	case a.calls[to.resource] == nil:
		return ""
	case to.guest:
		return "/k/guest/:space/v1/" + to.resource + ".json"
	}
	return Address(to.resource)
}

// Address is the plain address of a resource.
func Address(resource string) string { return "/k/v1/" + resource + ".json" }

// ServeHTTP answers one call.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = &body{ReadCloser: r.Body}
	q := &request{Request: r, w: w, api: a}
	if err := a.limited(q); err != nil {
		a.fail(q, err)
	}
}

// limited lets a call run if there is room for it.
func (a *API) limited(q *request) error {
	running := a.running.Add(1)
	defer a.running.Add(-1)
	q.w.Header().Set("X-ConcurrencyLimit-Limit", strconv.Itoa(concurrent))
	q.w.Header().Set("X-ConcurrencyLimit-Running", strconv.FormatInt(min(running, concurrent), 10))
	if running > concurrent {
		return tooManyCalls
	}
	return a.guarded(q)
}

// guarded turns a panic into an error.
func (a *API) guarded(q *request) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = panicked(reason)
		}
	}()
	return a.answer(q)
}

// answer finds the call and who makes it, runs it and sends what it gives.
func (a *API) answer(q *request) error {
	if !a.OurHost(q.Request) {
		return otherHost
	}
	if err := a.find(q); err != nil {
		return err
	}
	if err := a.authenticate(q); err != nil {
		return err
	}
	if err := q.admit(); err != nil {
		return err
	}
	if !q.call.upload {
		if err := q.read(); err != nil {
			return err
		}
		if err := q.checkToken(q.params.token); err != nil {
			return err
		}
	}
	result, err := q.run()
	if err != nil {
		return err
	}
	if file, ok := result.(store.Content); ok {
		return a.Download(q.w, q.Request, file)
	}
	return q.send(http.StatusOK, result)
}

// find looks the call up by the address and the method that is meant.
func (a *API) find(q *request) error {
	to, _ := split(q.URL.Path)
	calls := a.calls[to.resource]
	if calls == nil {
		return noResource
	}
	if to.guest {
		q.guestForm = true
		if q.guestSpace = store.ParseID(to.space); q.guestSpace == 0 {
			return noResource
		}
	}
	if q.call = calls[method(q.Request)]; q.call == nil {
		var allowed []string
		for _, name := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			if calls[name] != nil {
				allowed = append(allowed, name)
			}
		}
		q.w.Header().Set("Allow", strings.Join(allowed, ", "))
		return noMethod
	}
	return nil
}

// method is the method that is meant: long addresses are avoided by sending
// their parameters in the body of a POST.
func method(r *http.Request) string {
	if r.Method != http.MethodPost {
		return r.Method
	}
	switch meant := r.Header.Get("X-HTTP-Method-Override"); meant {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete:
		return meant
	}
	return r.Method
}
