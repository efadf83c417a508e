package api_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"

	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// held is a body that is sent when it is released, and says when it is wanted.
type held struct {
	io.Reader
	once    sync.Once
	wanted  chan<- struct{}
	release <-chan struct{}
}

func (h *held) Read(p []byte) (int, error) {
	h.once.Do(func() {
		h.wanted <- struct{}{}
		<-h.release
	})
	return h.Reader.Read(p)
}

// Acceptance 21: a hundred calls run at a time; the next is refused, pages
// answer, and the hundred come to their end.
func TestCallsAtOnce(t *testing.T) {
	t.Parallel()
	const most = 100
	w := webtest.New(t)
	var form bytes.Buffer
	to := multipart.NewWriter(&form)
	part, err := to.CreateFormFile("file", "a.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(part, "a"); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: 1 << 40}
	wanted, release, statuses := make(chan struct{}), make(chan struct{}), make(chan int, most)
	var all sync.WaitGroup
	for range most {
		all.Go(func() {
			body := &held{Reader: strings.NewReader(form.String()), wanted: wanted, release: release}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/k/v1/file.json", body)
			if err != nil {
				t.Error(err)
				return
			}
			r.ContentLength = int64(form.Len())
			r.Header.Set("Expect", "100-continue")
			r.Header.Set("Content-Type", to.FormDataContentType())
			r.Header.Set("X-Cybozu-Authorization", credentials(w.Host.Login, storetest.Password))
			response, err := transport.RoundTrip(r)
			if err != nil {
				t.Error(err)
				return
			}
			_ = response.Body.Close()
			statuses <- response.StatusCode
		})
	}
	for range most {
		<-wanted // the server reads the body: the call is running
	}
	for range 3 {
		a := as(t, w, w.Root).call("POST", "/k/v1/guests.json", object{"guests": sample()}).want(429, "GAIA_TO04")
		if a.header.Get("X-ConcurrencyLimit-Running") != "100" {
			t.Errorf("%s calls are said to run", a.header.Get("X-ConcurrencyLimit-Running"))
		}
	}
	w.As("guest").Get("/").Want(200)
	close(release)
	all.Wait()
	for range most {
		if status := <-statuses; status != http.StatusOK {
			t.Fatalf("one of the hundred is answered %d", status)
		}
	}
	as(t, w, w.Root).call("POST", "/k/v1/guests.json", object{"guests": sample()}).ok()
}
