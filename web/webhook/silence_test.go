package webhook

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"guesthouse/store"
)

// line is a receiver below HTTP: it hands each connection to talk, and says when
// the other side has hung up.
func line(t *testing.T, talk func(net.Conn)) (address string, hungUp <-chan struct{}) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed with the test
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{}, 10)
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			talk(conn)
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
			ended <- struct{}{}
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-served
	})
	return listener.Addr().String(), ended
}

// switches answers that it speaks something else from now on, and then nothing.
func switches(conn net.Conn) {
	_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
}

func mute(net.Conn) {}

// SEC-A6: an answer that hands the connection over has no body to wait for.
func TestSwitchedProtocols(t *testing.T) {
	t.Parallel()
	address, hungUp := line(t, switches)
	if try := sent(t, &Sender{Outgoing: loopback, Limit: time.Hour}, "http://"+address); try.Status != 101 || arrived(try) {
		t.Errorf("got %+v", try)
	}
	<-hungUp
}

// The same with a worker: it goes on, and stops when it is told.
func TestStopAfterSwitchedProtocols(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	address, hungUp := line(t, switches)
	w.webhook("http://" + address)
	w.worker.Start()
	w.suspend(w.GuestEditor)
	<-hungUp
	w.do(w.worker.Stop(t.Context()))
}

// Whoever has a connection in the end, it lasts no longer than the limit: also
// one that the transport does not watch any more.
func TestConnectionsEndByThemselves(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(status(200))
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	plain, _ := line(t, mute)
	believes := &Sender{Outgoing: loopback, Limit: time.Second, Roots: rootsOf(server)}
	for name, dial := range map[string]func() (net.Conn, error){
		"plain": func() (net.Conn, error) { return believes.dialPlain(context.Background(), "tcp", plain) },
		"encrypted": func() (net.Conn, error) {
			return believes.dialEncrypted(context.Background(), "tcp", server.Listener.Addr().String())
		},
	} {
		conn, err := dial()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var late net.Error
		if _, err := conn.Read(make([]byte, 1)); !errors.As(err, &late) || !late.Timeout() {
			t.Errorf("%s: reading ended with %v", name, err)
		}
		_ = conn.Close()
	}
}

// SEC-A6: one that never finishes the TLS handshake is hung up on, and leaves no
// goroutine behind; TestMain looks.
func TestHandshakeWithoutEnd(t *testing.T) {
	t.Parallel()
	address, hungUp := line(t, mute)
	if try := sent(t, &Sender{Outgoing: loopback, Limit: time.Second}, "https://"+address); try.Reason != store.TryTooSlow {
		t.Errorf("got %+v", try)
	}
	<-hungUp
}

// A resolver that does not answer is asked no longer than the limit either.
func TestLookupWithoutEnd(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	hangs := func(ctx context.Context, _ string) ([]netip.Addr, error) {
		defer close(ended)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	try := sent(t, &Sender{Outgoing: loopback, Limit: time.Second, Lookup: hangs}, "http://hooks.partner.example/")
	if try.Reason != store.TryTooSlow {
		t.Errorf("got %+v", try)
	}
	<-ended
}
