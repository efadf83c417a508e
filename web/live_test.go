package web_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
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

// SEC-S4: whose session has ended is not led from a stream to a page, and their
// browser does not ask for it again and again.
func TestStreamWithoutASession(t *testing.T) {
	t.Parallel()
	w := webtest.New(t, quick)
	r := w.Anonymous().Request(http.MethodGet, "/live", nil)
	r.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusNoContent {
		t.Errorf("%s to %q", response.Status, response.Header.Get("Location"))
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

func happens(t *testing.T, w *webtest.World, thing store.ID, audience store.Audience) {
	t.Helper()
	err := w.Store.Seed(t.Context(), func(s store.Seeder) error {
		return s.Happened(store.CommentAdded, w.Space, thing, w.Host, audience)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Comments appear in a page that is open. S4-10: what is not for the
// reader does not, not even that it is there.
func TestStreamTellsWhatHappened(t *testing.T) {
	t.Parallel()
	w := webtest.New(t, quick)
	guest := listen(t, w, w.GuestEditor, "/live?space="+w.Space.String())
	outside := listen(t, w, w.GuestOutside, "/live?space="+w.Space.String())
	member := listen(t, w, w.Editor, "/live?space="+w.Space.String())
	for _, l := range []listener{guest, outside, member} {
		if kind, _ := l.next(); kind != "here" {
			t.Fatalf("first %q", kind)
		}
	}
	happens(t, w, 1, store.TeamOnly)
	happens(t, w, 2, store.Everyone)
	for _, want := range []string{`"thing":1`, `"thing":2`} {
		if kind, data := member.next(); kind != "news" || !strings.Contains(data, want) {
			t.Errorf("a member is told %q %s, want %s", kind, data, want)
		}
	}
	if kind, data := guest.next(); kind != "news" || !strings.Contains(data, `"thing":2`) {
		t.Errorf("a guest is told %q %s, want only the second", kind, data)
	}
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestOutside.ID, ""); err != nil {
		t.Fatal(err)
	}
	if kind, data := outside.next(); kind != "gone" {
		t.Errorf("somebody outside is told %q %s", kind, data)
	}
}

// Who comes again after a while goes on from where they were.
func TestStreamGoesOn(t *testing.T) {
	t.Parallel()
	w := webtest.New(t, quick)
	happens(t, w, 1, store.Everyone)
	first, err := w.Store.LastHappening(t.Context(), w.Store.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	happens(t, w, 2, store.Everyone)
	address := "/live?space=" + w.Space.String() + "&after=" + first.String()
	l := listen(t, w, w.Editor, address)
	_, _ = l.next()
	if kind, data := l.next(); kind != "news" || !strings.Contains(data, `"thing":2`) {
		t.Errorf("then %q %s", kind, data)
	}
	w.Clock.Advance(time.Minute) // what happened then is settled
	late := listen(t, w, w.Editor, address)
	_, _ = late.next()
	if kind, data := late.next(); kind != "news" || !strings.Contains(data, `"thing":2`) {
		t.Errorf("a page of a minute ago is told %q %s", kind, data)
	}
	for thing := range store.ID(600) {
		happens(t, w, thing, store.Everyone)
	}
	w.Clock.Advance(time.Minute)
	later := listen(t, w, w.Editor, address)
	_, _ = later.next()
	if kind, data := later.next(); kind != "news" || !strings.Contains(data, "missed") {
		t.Errorf("a page of two minutes ago is told %q %s", kind, data)
	}
}

// A page names its stream, from where it goes on, and the space that it shows.
func TestPageNamesItsStream(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	happens(t, w, 1, store.Everyone)
	page := w.As("editor").Get("/spaces/" + w.Space.String())
	address, err := url.Parse(page.Attr(`meta[name="live"]`, "content"))
	if err != nil {
		t.Fatal(err)
	}
	if q := address.Query(); address.Path != "/live" || q.Get("space") != w.Space.String() || q.Get("after") == "" {
		t.Errorf("the stream of the space's page is %s", address)
	}
}
