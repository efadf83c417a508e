package web_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/web"
	"guesthouse/web/webtest"
)

// listener is an open stream, read line by line.
type listener struct {
	t    *testing.T
	body *bufio.Reader
}

func listen(t *testing.T, w *webtest.World, account store.Account, path string) listener {
	t.Helper()
	c := w.SignedIn(account)
	r := c.Request(http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/event-stream")
	r.AddCookie(&http.Cookie{Name: "guesthouse", Value: c.Cookie("guesthouse")})
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %s", response.StatusCode, response.Header.Get("Content-Type"))
	}
	return listener{t, bufio.NewReader(response.Body)}
}

// next is the next message: its kind and its data. At the end of the stream
// both are "".
func (l listener) next() (kind, data string) {
	l.t.Helper()
	for {
		line, err := l.body.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return "", ""
		}
		if err != nil {
			l.t.Fatal(err)
		}
		line = strings.TrimSuffix(line, "\n")
		if text, ok := strings.CutPrefix(line, "event: "); ok {
			kind = text
		}
		if text, ok := strings.CutPrefix(line, "data: "); ok {
			return kind, text
		}
	}
}

func quick(c *web.Config) { c.LookEvery = time.Millisecond }

// SEC-S4: whoever loses access is out of an open page; the stream ends.
func TestStreamEndsWithTheAccess(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(context.Context, *webtest.World) error{
		"suspended": func(ctx context.Context, w *webtest.World) error {
			return w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, "")
		},
		"deleted": func(ctx context.Context, w *webtest.World) error {
			return w.Store.DeleteGuest(ctx, w.Root, w.GuestEditor.ID, "")
		},
		"signed out": func(ctx context.Context, w *webtest.World) error {
			return w.Store.EndGuestSessions(ctx, w.Root, w.GuestEditor.ID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := webtest.New(t, quick)
			l := listen(t, w, w.GuestEditor, "/live?space="+w.Space.String())
			if kind, mark := l.next(); kind != "here" || mark == "" {
				t.Fatalf("first %q %q", kind, mark)
			}
			if err := act(t.Context(), w); err != nil {
				t.Fatal(err)
			}
			if kind, _ := l.next(); kind != "gone" {
				t.Errorf("then %q, want gone", kind)
			}
			if kind, _ := l.next(); kind != "" {
				t.Errorf("and %q after the end", kind)
			}
		})
	}
}

// S3-09, S3-19, SEC-S4: a lowered permission and a removal are told at once.
func TestStreamTellsThatRightsChanged(t *testing.T) {
	t.Parallel()
	w := webtest.New(t, quick)
	l := listen(t, w, w.GuestEditor, "/live?space="+w.Space.String())
	_, before := l.next()
	read := "read"
	if err := w.Store.ChangeGuest(t.Context(), w.Host, w.Space, w.GuestEditor.ID, store.GuestChange{Permission: &read}); err != nil {
		t.Fatal(err)
	}
	kind, lowered := l.next()
	if kind != "here" || lowered == before {
		t.Errorf("after the permission was lowered: %q %q, before %q", kind, lowered, before)
	}
	if err := w.Store.RemoveGuest(t.Context(), w.Host, w.Space, w.GuestEditor.ID, ""); err != nil {
		t.Fatal(err)
	}
	if kind, mark := l.next(); kind != "here" || mark == before || mark == lowered {
		t.Errorf("after the removal: %q %q", kind, mark)
	}
}

// SEC-S4: a stream tells nobody whether a space exists that is not theirs.
func TestStreamOfAForeignSpace(t *testing.T) {
	t.Parallel()
	w := webtest.New(t, quick)
	_, foreign := listen(t, w, w.GuestOutside, "/live?space="+w.Space.String()).next()
	_, unknown := listen(t, w, w.GuestOutside, "/live?space=987654").next()
	if foreign != unknown {
		t.Errorf("a foreign space is %q, none is %q", foreign, unknown)
	}
}

// SEC-R7: one reader has so many streams and no more.
func TestStreamsOfOneReaderAreCounted(t *testing.T) {
	t.Parallel()
	w := webtest.New(t, quick)
	c := w.SignedIn(w.Editor)
	statuses := map[int]int{}
	for range 21 {
		r := c.Request(http.MethodGet, "/live", nil)
		r.Header.Set("Accept", "text/event-stream")
		r.AddCookie(&http.Cookie{Name: "guesthouse", Value: c.Cookie("guesthouse")})
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }() // the streams stay open together
		statuses[response.StatusCode]++
	}
	if statuses[http.StatusOK] != 20 || statuses[http.StatusServiceUnavailable] != 1 {
		t.Errorf("answers: %v", statuses)
	}
}

// SEC-R8: streams do not hold up a stop.
func TestStreamEndsWhenThePortalStops(t *testing.T) {
	t.Parallel()
	w := webtest.New(t, quick)
	ctx, stop := context.WithCancel(t.Context())
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- w.Server.Serve(ctx, inner) }()
	host := strings.TrimPrefix(w.URL, "http://")
	w.URL = "http://" + inner.Addr().String()
	c := w.SignedIn(w.Editor)
	r := c.Request(http.MethodGet, "/live", nil)
	r.Host = host
	r.Header.Set("Accept", "text/event-stream")
	r.AddCookie(&http.Cookie{Name: "guesthouse", Value: c.Cookie("guesthouse")})
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	l := listener{t, bufio.NewReader(response.Body)}
	if kind, _ := l.next(); kind != "here" {
		t.Fatalf("first %q", kind)
	}
	stop()
	if kind, _ := l.next(); kind != "" {
		t.Errorf("%q after the stop", kind)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
