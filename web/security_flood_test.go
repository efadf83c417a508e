package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"guesthouse/web"
	"guesthouse/web/webtest"
)

// SEC-R10: nothing that a test started outlives it.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// served is a portal as the program serves it, with its limits, and its address.
func served(t *testing.T) (w *webtest.World, address string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	w = webtest.New(t, func(config *web.Config) { config.BaseURL, _ = url.Parse("http://" + address) })
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- w.Server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Errorf("Serve returns %v", err)
		}
	})
	return w, address
}

// talk says something on a new connection and gives the first line of the answer.
func talk(t *testing.T, address string, parts ...string) (conn net.Conn, line string) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	for _, part := range parts {
		if _, err := io.WriteString(conn, part); err != nil {
			break // the server has hung up, which is its answer
		}
	}
	line, _ = bufio.NewReader(conn).ReadString('\n') // a server that hangs up says nothing
	return conn, strings.TrimSpace(line)
}

// SEC-R7, SEC-I2: what no browser sends is answered with a refusal or with
// nothing, and everybody else is served meanwhile.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	w, address := served(t)
	head := "POST /login HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for name, test := range map[string]struct {
		request string
		want    []string // beginnings of the answer; "" for none
	}{
		"no HTTP":                       {"hello\r\n\r\n", []string{"HTTP/1.1 400", ""}},
		"TLS":                           {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", []string{"HTTP/1.1 400", "HTTP/1.0 400", ""}},
		"no host":                       {"GET / HTTP/1.1\r\n\r\n", []string{"HTTP/1.1 400"}},
		"two hosts":                     {"GET / HTTP/1.1\r\nHost: " + address + "\r\nHost: evil.example\r\n\r\n", []string{"HTTP/1.1 400"}},
		"40 KiB of headers":             {"GET / HTTP/1.1\r\nHost: " + address + "\r\nX: " + strings.Repeat("a", 40<<10) + "\r\n\r\n", []string{"HTTP/1.1 431", ""}},
		"an address of 40 KiB":          {"GET /" + strings.Repeat("a", 40<<10) + " HTTP/1.1\r\nHost: " + address + "\r\n\r\n", []string{"HTTP/1.1 431", "HTTP/1.1 414", "HTTP/1.1 404", ""}},
		"two megabytes are announced":   {head + "Content-Length: 2097152\r\n\r\nlogin=a", []string{"HTTP/1.1 413"}},
		"two megabytes come in pieces":  {head + "Transfer-Encoding: chunked\r\n\r\n200000\r\n" + strings.Repeat("a", 2<<20) + "\r\n0\r\n\r\n", []string{"HTTP/1.1 413", ""}},
		"two lengths":                   {head + "Content-Length: 1\r\nContent-Length: 7\r\n\r\nlogin=a", []string{"HTTP/1.1 400"}},
		"a length and pieces":           {head + "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", []string{"HTTP/1.1 400", "HTTP/1.1 422"}},
		"a negative length":             {head + "Content-Length: -1\r\n\r\n", []string{"HTTP/1.1 400"}},
		"another method":                {"BREW / HTTP/1.1\r\nHost: " + address + "\r\n\r\n", []string{"HTTP/1.1 405", "HTTP/1.1 403"}},
		"a whole address":               {"GET http://evil.example/ HTTP/1.1\r\nHost: " + address + "\r\n\r\n", []string{"HTTP/1.1 421", "HTTP/1.1 400"}},
		"a tunnel":                      {"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", []string{"HTTP/1.1 405", "HTTP/1.1 421", "HTTP/1.1 400", "HTTP/1.1 403"}},
		"dots on the way":               {"GET /static/../../../etc/passwd HTTP/1.1\r\nHost: " + address + "\r\n\r\n", []string{"HTTP/1.1 404", "HTTP/1.1 400", "HTTP/1.1 303"}},
		"encoded dots":                  {"GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: " + address + "\r\n\r\n", []string{"HTTP/1.1 404", "HTTP/1.1 400"}},
		"NUL in the address":            {"GET /spaces/%00 HTTP/1.1\r\nHost: " + address + "\r\n\r\n", []string{"HTTP/1.1 404", "HTTP/1.1 303", "HTTP/1.1 400"}},
		"broken characters":             {"GET /spaces/%ff?q=%ff HTTP/1.1\r\nHost: " + address + "\r\n\r\n", []string{"HTTP/1.1 404", "HTTP/1.1 303", "HTTP/1.1 400"}},
		"a header that breaks the line": {"GET / HTTP/1.1\r\nHost: " + address + "\r\nX\n\n: a\r\n\r\n", []string{"HTTP/1.1 400", "HTTP/1.1 303"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, line := talk(t, address, test.request)
			for _, want := range test.want {
				if want == "" && line == "" || want != "" && strings.HasPrefix(line, want) {
					return
				}
			}
			t.Errorf("answers %q, want one of %q", line, test.want)
		})
	}
	t.Cleanup(func() {
		if strings.Contains(w.Log(), "request failed") {
			t.Error("one of them was a fault of ours")
		}
	})
}

// SEC-R7: a client that holds all its connections open and says nothing leaves
// the portal to the others: it finds no room for one more, and the others do.
func TestIdleConnections(t *testing.T) {
	t.Parallel()
	_, address := served(t)
	const each = 250 // docs/adr/0008
	var group sync.WaitGroup
	for range each {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		group.Go(func() { _, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: ") }) // and no more
	}
	group.Wait()
	if _, line := talk(t, address, "GET /login HTTP/1.1\r\nHost: "+address+"\r\n\r\n"); !strings.HasPrefix(line, "HTTP/1.1 429") && !strings.HasPrefix(line, "HTTP/1.1 503") {
		t.Errorf("one more from there is told %q", line)
	}
	// Another client of this machine has an address of its own.
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	conn, err := dialer.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Skipf("this machine has one loopback address only: %v", err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "GET /login HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", address); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("somebody else gets %d", answer.StatusCode)
	}
}
