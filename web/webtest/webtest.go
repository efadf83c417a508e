// Package webtest talks to a portal as a browser without a script would: a
// real server on loopback, a real store beneath it, cookies, redirects, pages
// that are read by CSS selectors. An answer of 500 or above fails the test.
package webtest

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web"
)

// World is a portal with the cast of storetest.
type World struct {
	*storetest.World

	Server *web.Server
	URL    string // the base URL, without a slash at its end

	t   testing.TB
	log *safeBuffer
}

// New starts a portal with the usual cast. It stops when the test ends.
func New(t testing.TB, change ...func(*web.Config)) *World {
	t.Helper()
	return start(t, storetest.New(t), change)
}

// On starts a portal over a world that the test has made.
func On(t testing.TB, inner *storetest.World, change ...func(*web.Config)) *World {
	t.Helper()
	return start(t, inner, change)
}

// Empty starts a portal in which nobody is yet, as before /setup.
func Empty(t testing.TB, change ...func(*web.Config)) *World {
	t.Helper()
	return start(t, storetest.Empty(t), change)
}

func start(t testing.TB, inner *storetest.World, change []func(*web.Config)) *World {
	t.Helper()
	w := &World{World: inner, t: t, log: new(safeBuffer)}
	server := httptest.NewUnstartedServer(nil)
	w.URL = "http://" + server.Listener.Addr().String()
	base, err := url.Parse(w.URL)
	if err != nil {
		t.Fatal(err)
	}
	config := web.Config{
		Store: inner.Store, BaseURL: base, Version: "test",
		Log: slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&config)
	}
	if w.Server, err = web.New(config); err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = w.Server.Handler()
	server.Start()
	t.Cleanup(server.Close)
	return w
}

// Log is everything that the portal has logged so far.
func (w *World) Log() string { return w.log.String() }

// Anonymous is a browser in which nobody has signed in.
func (w *World) Anonymous() *Client {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &Client{
		world: w, t: w.t,
		http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// As is a browser in which somebody of the cast has signed in: root, host,
// editor, outsider, guest (can edit), reader (a guest), elsewhere (a guest of
// no space). "stranger" has not signed in.
func (w *World) As(name string) *Client {
	w.t.Helper()
	if name == "stranger" {
		return w.Anonymous()
	}
	account, ok := map[string]store.Account{
		"root": w.Root, "host": w.Host, "editor": w.Editor, "outsider": w.Outsider,
		"guest": w.GuestEditor, "reader": w.GuestReader, "elsewhere": w.GuestOutside,
	}[name]
	if !ok {
		w.t.Fatalf("webtest: nobody is called %q", name)
	}
	return w.SignedIn(account)
}

// Cast are the names that As knows.
var Cast = []string{"stranger", "root", "host", "editor", "outsider", "guest", "reader", "elsewhere"}

// SignedIn is a browser in which the account has signed in.
func (w *World) SignedIn(account store.Account) *Client {
	w.t.Helper()
	c := w.Anonymous()
	c.SetCookie("guesthouse", w.SignIn(account))
	return c
}

// safeBuffer takes the log lines of several goroutines.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
