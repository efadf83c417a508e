package webhook

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"guesthouse/store"
)

// blackHole makes an address that swallows whoever connects: a queue that is
// full and that nobody empties.
func blackHole(t *testing.T, address [4]byte, port int) {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(socket) })
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Addr: address, Port: port}); err != nil {
		t.Skip("the port is taken at the other address: ", err)
	}
	if err := syscall.Listen(socket, 0); err != nil {
		t.Fatal(err)
	}
	dialer := net.Dialer{Timeout: 100 * time.Millisecond}
	for {
		conn, err := dialer.DialContext(t.Context(), "tcp", net.JoinHostPort(netip.AddrFrom4(address).String(), strconv.Itoa(port)))
		if err != nil {
			return
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
}

// One address of a name that swallows everything does not use up the time of the
// next.
func TestSwallowingAddress(t *testing.T) {
	t.Parallel()
	target, hits := receiver(t, status(200))
	_, digits, _ := strings.Cut(strings.TrimPrefix(target, "http://"), ":")
	port, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatal(err)
	}
	blackHole(t, [4]byte{127, 0, 0, 2}, port)
	s := &Sender{Outgoing: loopback, Limit: 3 * time.Second, Lookup: names([]netip.Addr{netip.MustParseAddr("127.0.0.2"), here})}
	if try := sent(t, s, strings.Replace(target, "127.0.0.1", "hooks.partner.example", 1)); try.Reason != store.TryAnswered || hits.Load() != 1 {
		t.Errorf("got %+v after %d requests", try, hits.Load())
	}
}
