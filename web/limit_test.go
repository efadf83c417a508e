package web

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
)

func TestClientOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7":                 "192.0.2.7",
		"::ffff:192.0.2.7":          "192.0.2.7",
		"2001:db8:1:2:3:4:5:6":      "2001:db8:1:2::",
		"2001:db8:1:2:ffff:ffff::1": "2001:db8:1:2::",
		"fe80::1%eth0":              "fe80::",
		"nonsense":                  "nonsense",
	} {
		if got := store.ClientOf(address); got != want {
			t.Errorf("ClientOf(%q) = %q, want %q", address, got, want)
		}
	}
}

// SEC-R7
func TestDoor(t *testing.T) {
	t.Parallel()
	d := newDoor(doorLimits{all: 4, each: 2, proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	for _, step := range []struct {
		client string
		want   bool
	}{{"192.0.2.1", true}, {"192.0.2.1", true}, {"192.0.2.1", false}, {"192.0.2.2", true}, {"10.0.0.1", true}, {"192.0.2.3", false}} {
		if got := d.enter(step.client); got != step.want {
			t.Errorf("%s comes in: %v", step.client, got)
		}
	}
	d.leave("192.0.2.1")
	if !d.enter("10.0.0.1") {
		t.Error("nobody made room")
	}
	d.leave("192.0.2.2")
	if !d.enter("10.0.0.1") {
		t.Error("a proxy stands for many clients")
	}
}

// SEC-R7: who finds no room is told so.
func TestTurnedAway(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	guarded := newDoor(doorLimits{all: 1}).guard(listener)
	accepted := make(chan net.Conn)
	go func() {
		for {
			conn, err := guarded.Accept()
			if err != nil {
				close(accepted)
				return
			}
			accepted <- conn
		}
	}()
	dial := func() net.Conn {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	first := dial()
	inside := <-accepted
	second := dial()
	line, err := bufio.NewReader(second).ReadString('\n')
	if err != nil || !strings.Contains(line, "503") {
		t.Errorf("the second is told %q, %v", line, err)
	}
	_ = inside.Close()
	third := dial()
	(<-accepted).Close()
	for _, conn := range []net.Conn{first, second, third} {
		_ = conn.Close()
	}
	_ = listener.Close()
	<-accepted
}

// SEC-R7: a hundred requests of one client at a time, wherever they come through.
func TestCrowd(t *testing.T) {
	t.Parallel()
	arrived, leave := make(chan struct{}), make(chan struct{})
	in := newInside(t, get("/slow", anybody, func(c echo.Context) error {
		arrived <- struct{}{}
		<-leave
		return c.NoContent(http.StatusNoContent)
	}))
	in.clients.limit = 2
	done := make(chan int)
	for range 2 {
		go func() { done <- in.ask("", http.MethodGet, "/slow", "").Code }()
		<-arrived
	}
	if w := in.ask("", http.MethodGet, "/healthz", ""); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("the third at a time: %d", w.Code)
	}
	close(leave)
	for range 2 {
		if code := <-done; code != http.StatusNoContent {
			t.Errorf("one of the first two: %d", code)
		}
	}
	if w := in.ask("", http.MethodGet, "/healthz", ""); w.Code != http.StatusOK {
		t.Errorf("afterwards: %d", w.Code)
	}
}

// SEC-R8: a stop lets the requests that are under way come to their end.
func TestStop(t *testing.T) {
	t.Parallel()
	arrived, leave := make(chan struct{}), make(chan struct{})
	in := newInside(t, get("/slow", anybody, func(c echo.Context) error {
		close(arrived)
		<-leave
		return c.String(http.StatusOK, "done")
	}))
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- in.Serve(ctx, listener) }()
	answered := make(chan int, 1)
	go func() {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/slow", nil)
		r.Host = "portal.example"
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			answered <- 0
			return
		}
		_ = response.Body.Close()
		answered <- response.StatusCode
	}()
	select {
	case <-arrived:
	case code := <-answered:
		t.Fatalf("the request is answered with %d before it arrives", code)
	}
	stop()
	for in.ask("", http.MethodGet, readyPath, "").Code != http.StatusServiceUnavailable {
		// until the stop has come through
	}
	close(leave)
	if code := <-answered; code != http.StatusOK {
		t.Errorf("the request under way: %d", code)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Serve returns %v", err)
	}
}
