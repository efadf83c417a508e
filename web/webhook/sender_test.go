package webhook

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"guesthouse/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	loopback = store.Outgoing{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	here     = netip.MustParseAddr("127.0.0.1")
	private  = netip.MustParseAddr("10.0.0.1")
	public   = netip.MustParseAddr("8.8.8.8")
)

func delivery(target string, key []byte, id, payload string) store.Delivery {
	return store.Delivery{URL: target, MessageID: id, Payload: []byte(payload), Secrets: [][]byte{key}, Attempts: 1, Tries: 1}
}

func sent(t *testing.T, s *Sender, target string) store.Try {
	t.Helper()
	return s.Send(t.Context(), delivery(target, []byte("key"), "msg_1", "{}"), time.Now())
}

// names answers as a resolver would: each question gets the next answer, the
// last one from then on.
func names(answers ...[]netip.Addr) func(context.Context, string) ([]netip.Addr, error) {
	var asked atomic.Int64
	return func(context.Context, string) ([]netip.Addr, error) {
		return answers[min(int(asked.Add(1)), len(answers))-1], nil
	}
}

// receiver counts what comes.
func receiver(t *testing.T, handle http.HandlerFunc) (target string, hits *atomic.Int64) {
	t.Helper()
	hits = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		handle(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, hits
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// What is sent is signed as the receivers' libraries want it, with every secret
// that is valid.
func TestSignedRequest(t *testing.T) {
	t.Parallel()
	secrets := [][]byte{[]byte("the new secret of this webhook.."), []byte("the one before, for another day.")}
	type request struct {
		header http.Header
		body   []byte
		method string
	}
	got := make(chan request, 1)
	target, _ := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- request{r.Header, body, r.Method}
	})
	d := delivery(target+"/in?a=b", nil, "msg_7", `{"type":"ping"}`)
	d.Secrets = secrets
	if try := (&Sender{Outgoing: loopback}).Send(t.Context(), d, time.Now()); try.Status != 200 || !arrived(try) || try.Took <= 0 || try.At.IsZero() {
		t.Fatalf("%+v", try)
	}
	r := <-got
	for i, secret := range secrets {
		if !verify("whsec_"+base64.StdEncoding.EncodeToString(secret), r.header, r.body) {
			t.Errorf("secret %d did not sign", i)
		}
	}
	if verify("whsec_"+base64.StdEncoding.EncodeToString([]byte("another")), r.header, r.body) {
		t.Error("any secret will do")
	}
	if verify("whsec_"+base64.StdEncoding.EncodeToString(secrets[0]), r.header, append(r.body, ' ')) {
		t.Error("any body will do")
	}
	if r.method != http.MethodPost || r.header.Get("Content-Type") != "application/json" || r.header.Get("webhook-id") != "msg_7" || string(r.body) != `{"type":"ping"}` {
		t.Errorf("%s %v %s", r.method, r.header, r.body)
	}
}

// SEC-A6: whatever a receiver answers, its status decides, and nothing is
// followed, read at length or waited for.
func TestAnswers(t *testing.T) {
	t.Parallel()
	elsewhere, followed := receiver(t, status(200))
	for _, test := range []struct {
		name   string
		handle http.HandlerFunc
		want   store.Try
		in     bool
	}{
		{"200", status(200), store.Try{Status: 200, Reason: store.TryAnswered}, true},
		{"204", status(204), store.Try{Status: 204, Reason: store.TryAnswered}, true},
		{"410", status(410), store.Try{Status: 410, Reason: store.TryAnswered}, false},
		{"500", status(500), store.Try{Status: 500, Reason: store.TryAnswered}, false},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		},
			store.Try{Status: 307, Reason: store.TryRedirect}, false},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, store.Try{Reason: store.TryNoHTTP}, false},
		{"a header without end", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 1<<20)) },
			store.Try{Reason: store.TryNoHTTP}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			target, _ := receiver(t, test.handle)
			try := sent(t, &Sender{Outgoing: loopback}, target)
			if try.Status != test.want.Status || try.Reason != test.want.Reason || arrived(try) != test.in {
				t.Errorf("got %+v", try)
			}
		})
	}
	t.Cleanup(func() {
		if followed.Load() != 0 {
			t.Error("a redirect was followed")
		}
	})
}

// A receiver that says nothing costs the limit and no more.
func TestHangingReceiver(t *testing.T) {
	t.Parallel()
	target, hits := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server notices that the sender has gone
		<-r.Context().Done()
	})
	if try := sent(t, &Sender{Outgoing: loopback, Limit: time.Second}, target); try.Reason != store.TryTooSlow || try.Status != 0 || hits.Load() != 1 {
		t.Errorf("got %+v after %d requests", try, hits.Load())
	}
}

// One that took the event and then dribbles its answer has taken it.
func TestDribblingReceiver(t *testing.T) {
	t.Parallel()
	target, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	if try := sent(t, &Sender{Outgoing: loopback, Limit: time.Second}, target); try.Status != 200 || !arrived(try) {
		t.Errorf("got %+v", try)
	}
}

// Of an answer without end 256 KiB are read, and what the connection holds.
func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	written := make(chan int, 1)
	target, _ := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		n, piece := 0, make([]byte, 64<<10)
		for {
			m, err := w.Write(piece)
			n += m
			if err != nil || n > 1<<30 {
				written <- n
				return
			}
		}
	})
	if try := sent(t, &Sender{Outgoing: loopback}, target); try.Status != 200 {
		t.Errorf("got %+v", try)
	}
	if n := <-written; n > 64<<20 {
		t.Errorf("the receiver could write %d bytes", n)
	}
}

// SEC-A6: the addresses of a name are judged each time, and one that is
// forbidden among them is enough.
func TestNamesAndAddresses(t *testing.T) {
	t.Parallel()
	target, hits := receiver(t, status(200))
	named := strings.Replace(target, "127.0.0.1", "hooks.partner.example", 1)
	closed, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed at once
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	for _, test := range []struct {
		name   string
		sender *Sender
		target string
		want   []string
		hits   int64
	}{
		{"named by the operator", &Sender{Outgoing: loopback, Lookup: names([]netip.Addr{here})}, named, []string{store.TryAnswered}, 1},
		{"mapped into IPv6", &Sender{Outgoing: loopback, Lookup: names([]netip.Addr{netip.MustParseAddr("::ffff:127.0.0.1")})}, named, []string{store.TryAnswered}, 1},
		{"public and private", &Sender{Outgoing: loopback, Lookup: names([]netip.Addr{here, private})}, named, []string{store.TryForbidden}, 0},
		{"private and public", &Sender{Lookup: names([]netip.Addr{private, public})}, "https://hooks.partner.example/", []string{store.TryForbidden}, 0},
		{"rebound between two tries", &Sender{Outgoing: loopback, Lookup: names([]netip.Addr{here}, []netip.Addr{private})}, named,
			[]string{store.TryAnswered, store.TryForbidden}, 1},
		{"loopback that nobody named", &Sender{Lookup: names([]netip.Addr{here})}, strings.Replace(named, "http:", "https:", 1), []string{store.TryForbidden}, 0},
		{"plain to what nobody named", &Sender{Outgoing: loopback, Lookup: names([]netip.Addr{public})}, named, []string{store.TryForbidden}, 0},
		{"an address that was saved before the settings changed", &Sender{}, target, []string{store.TryForbidden}, 0},
		{"no such name", &Sender{Outgoing: loopback, Lookup: func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("NXDOMAIN") }},
			named, []string{store.TryNoName}, 0},
		{"a name without addresses", &Sender{Outgoing: loopback, Lookup: names(nil)}, named, []string{store.TryNoName}, 0},
		{"nobody listens", &Sender{Outgoing: loopback}, "http://" + closed.Addr().String(), []string{store.TryNoLine}, 0},
	} {
		before := hits.Load()
		for _, want := range test.want {
			if try := sent(t, test.sender, test.target); try.Reason != want {
				t.Errorf("%s: %+v, want %s", test.name, try, want)
			}
		}
		if got := hits.Load() - before; got != test.hits {
			t.Errorf("%s: %d requests came", test.name, got)
		}
	}
}

// SEC-A6: what the system connects to is judged too, whatever was asked for.
func TestControlJudgesTheSocket(t *testing.T) {
	t.Parallel()
	control := (&Sender{}).control(true)
	for address, allowed := range map[string]bool{"8.8.8.8:443": true, "127.0.0.1:443": false, "[::1]:443": false, "[fe80::1%eth0]:443": false, "nonsense": false} {
		if err := control("tcp", address, nil); (err == nil) != allowed {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TLS is verified: who signed, and for whom.
func TestCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(status(200))
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	roots := rootsOf(server)
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	for name, test := range map[string]struct {
		sender *Sender
		target string
		want   string
	}{
		"believed":               {&Sender{Outgoing: loopback, Roots: roots}, server.URL, store.TryAnswered},
		"for the name":           {&Sender{Outgoing: loopback, Roots: roots, Lookup: names([]netip.Addr{here})}, "https://example.com" + port, store.TryAnswered},
		"signed by somebody":     {&Sender{Outgoing: loopback}, server.URL, store.TryNoTLS},
		"for another name":       {&Sender{Outgoing: loopback, Roots: roots, Lookup: names([]netip.Addr{here})}, "https://hooks.partner.example" + port, store.TryNoTLS},
		"no encryption at all":   {&Sender{Outgoing: loopback, Roots: roots}, strings.Replace(plainServer(t), "http:", "https:", 1), store.TryNoTLS},
		"the secret is damaged":  {&Sender{Outgoing: loopback, Roots: roots}, "", store.TryBadKey},
		"no address of a target": {&Sender{Outgoing: loopback}, "https://", store.TryForbidden},
	} {
		d := delivery(test.target, []byte("key"), "msg_1", "{}")
		if test.want == store.TryBadKey {
			d.Secrets = nil
		}
		if try := test.sender.Send(t.Context(), d, time.Now()); try.Reason != test.want {
			t.Errorf("%s: %+v, want %s", name, try, test.want)
		}
	}
}

func rootsOf(server *httptest.Server) *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return roots
}

func plainServer(t *testing.T) string {
	t.Helper()
	target, _ := receiver(t, status(200))
	return target
}
