package api_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web"
	"guesthouse/web/webtest"
)

// listening is a portal behind its own listener, with its limits of connections
// and its deadlines, and the folder of its data.
func listening(t *testing.T) (w *webtest.World, data string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := &url.URL{Scheme: "http", Host: listener.Addr().String()}
	inner := storetest.New(t, func(options *store.Options) { data = options.Data })
	w = webtest.On(t, inner, func(config *web.Config) { config.BaseURL = base })
	w.URL = base.String()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- w.Server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return w, data
}

// form is an upload of one file, from the first byte to the last.
func form(content string) string {
	return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n" + content + "\r\n--b--\r\n"
}

// Acceptance 21 through the real listener: of 130 uploads that come at once a
// hundred are asked for their file, and exactly the others are told, before
// they send it, that too many calls run. Pages answer meanwhile; what was let in
// comes to its end, and calls are welcome again.
func TestSurplusOfCalls(t *testing.T) {
	t.Parallel()
	const most, surplus = 100, 30
	w, _ := listening(t)
	transport := &http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: 1 << 40}
	wanted, release := make(chan struct{}), make(chan struct{})
	refused, done := make(chan http.Header, most+surplus), make(chan int, most+surplus)
	var all sync.WaitGroup
	for range most + surplus {
		all.Go(func() {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/k/v1/file.json",
				&held{Reader: strings.NewReader(form("a")), wanted: wanted, release: release})
			if err != nil {
				t.Error(err)
				return
			}
			r.ContentLength = int64(len(form("a")))
			r.Header.Set("Expect", "100-continue")
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			r.Header.Set("X-Cybozu-Authorization", credentials(w.Host.Login, storetest.Password))
			response, err := transport.RoundTrip(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = response.Body.Close() }() // its status says it
			if response.StatusCode == http.StatusTooManyRequests {
				refused <- response.Header
				return
			}
			done <- response.StatusCode
		})
	}
	for range most {
		<-wanted
	}
	for range surplus {
		h := <-refused
		if h.Get("X-ConcurrencyLimit-Limit") != "100" || h.Get("X-ConcurrencyLimit-Running") != "100" || h.Get("X-Cybozu-Error") != "GAIA_TO04" {
			t.Errorf("a surplus call is answered with %v", h)
		}
	}
	w.As("guest").Get("/").Want(200)
	w.Anonymous().Get("/login").Want(200)
	close(release)
	all.Wait()
	if len(done) != most || len(refused) != 0 {
		t.Fatalf("%d calls came through and %d more were refused, want %d and none", len(done), len(refused), most)
	}
	for range most {
		if status := <-done; status != http.StatusOK {
			t.Errorf("one of the hundred is answered %d", status)
		}
	}
	if a := as(t, w, w.Host).call("GET", "/k/v1/spaces/statistics.json", nil).ok(); a.header.Get("X-ConcurrencyLimit-Running") != "1" {
		t.Errorf("afterwards %s calls run", a.header.Get("X-ConcurrencyLimit-Running"))
	}
}

// A client that hangs up in the middle of an upload leaves nothing: no row, no
// file, and no fault in the log.
func TestHangUp(t *testing.T) {
	t.Parallel()
	w, data := listening(t)
	as(t, w, w.Host).call("GET", "/k/v1/spaces/statistics.json", nil).ok() // the password is known from here on
	before, folder := w.Dump(), filesUnder(t, data)
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(w.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(connection, "POST /k/v1/file.json HTTP/1.1\r\nHost: %s\r\nX-Cybozu-Authorization: %s\r\n"+
		"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n%s",
		strings.TrimPrefix(w.URL, "http://"), credentials(w.Host.Login, storetest.Password), form(strings.Repeat("a", 200_000))[:150_000])
	if err != nil {
		t.Fatal(err)
	}
	for maps.Equal(folder, filesUnder(t, data)) { // until a part of it has arrived
		runtime.Gosched()
	}
	if err := connection.Close(); err != nil {
		t.Fatal(err)
	}
	line := ""
	for line == "" { // until the call has ended
		for text := range strings.Lines(w.Log()) {
			if strings.Contains(text, `"/k/v1/file.json"`) && strings.Contains(text, `"msg":"request"`) {
				line = text
			}
		}
		runtime.Gosched()
	}
	if strings.Contains(line, `"status":5`) || strings.Contains(w.Log(), `"level":"ERROR"`) || strings.Contains(w.Log(), `"level":"WARN"`) {
		t.Errorf("the log speaks of a fault: %s", w.Log())
	}
	if left := filesUnder(t, data); !maps.Equal(left, folder) {
		t.Errorf("%v is left, %v was there", left, folder)
	}
	if after := w.Dump(); !reflect.DeepEqual(after, before) {
		for table := range after {
			if !reflect.DeepEqual(after[table], before[table]) {
				t.Errorf("the table %s has changed: %q, it was %q", table, after[table], before[table])
			}
		}
	}
}

// filesUnder are the files of the data folder that are not the database.
func filesUnder(t *testing.T, data string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := fs.WalkDir(os.DirFS(data), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !strings.HasPrefix(path, "guesthouse.db") {
			found[path] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// A body of 10 MB is refused before it was read to its end, and the connection
// goes on: the next call on it is answered (SEC-I2).
func TestLargeBodyOnOneConnection(t *testing.T) {
	t.Parallel()
	w, _ := listening(t)
	opened := 0
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		opened++
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	defer transport.CloseIdleConnections()
	for _, call := range []struct {
		id     string
		status int
	}{{strings.Repeat("a", 10<<20), 413}, {w.Spaces[store.OpenSpace].String(), 200}} {
		body, want := `{"id": "`+call.id+`"}`, call.status
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+"/k/v1/space.json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Cybozu-Authorization", credentials(w.Host.Login, storetest.Password))
		response, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close() // read to its end
		if err != nil || response.StatusCode != want || !strings.HasPrefix(string(text), "{") {
			t.Errorf("%d bytes are answered %d %s (%v), want %d", len(body), response.StatusCode, text, err, want)
		}
	}
	if opened != 1 {
		t.Errorf("%d connections were opened, want one", opened)
	}
}
