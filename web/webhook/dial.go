package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"

	"guesthouse/store"
)

// leastShare is how long each address of a name is tried at least, while there is
// time at all.
const leastShare = time.Second

// refusal is a try that did not come to a request, with one of the store's
// reasons.
type refusal struct {
	reason string
	cause  error
}

func (r *refusal) Error() string { return r.reason }
func (r *refusal) Unwrap() error { return r.cause }

// dial connects to a host whose addresses may all be called, and no other: a
// name that has a forbidden one beside a public one is a trick. It asks for
// the addresses itself and connects to what it has judged, so that the name
// cannot stand for something else a moment later.
func (s *Sender) dial(ctx context.Context, hostPort string, encrypted bool) (net.Conn, error) {
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil, &refusal{store.TryNoName, err}
	}
	addresses, err := s.addresses(ctx, host)
	if err != nil || len(addresses) == 0 {
		return nil, &refusal{store.TryNoName, err}
	}
	for _, address := range addresses {
		if !s.Outgoing.Allows(address, encrypted) {
			return nil, &refusal{store.TryForbidden, nil}
		}
	}
	for i, address := range addresses {
		var line net.Conn
		if line, err = s.connect(ctx, net.JoinHostPort(address.Unmap().String(), port), encrypted, len(addresses)-i); err == nil {
			return line, nil
		}
	}
	return nil, &refusal{store.TryNoLine, err}
}

// connect tries one address, the first of those left, for its share of the time:
// one that swallows everything leaves some for the others. The connection ends
// with the limit by itself, whoever has it then.
func (s *Sender) connect(ctx context.Context, address string, encrypted bool, left int) (net.Conn, error) {
	end, _ := ctx.Deadline() // both ways to dial set one
	ctx, cancel := context.WithTimeout(ctx, max(time.Until(end)/time.Duration(left), leastShare))
	defer cancel()
	dialer := net.Dialer{Control: s.control(encrypted)}
	line, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if err := line.SetDeadline(end); err != nil {
		return nil, errors.Join(err, line.Close())
	}
	return line, nil
}

func (s *Sender) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if address, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{address}, nil
	}
	if s.Lookup != nil {
		return s.Lookup(ctx, host)
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// control judges the address of a socket right before it connects: what the
// system makes of an address counts, not what we meant.
func (s *Sender) control(encrypted bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		connected, err := netip.ParseAddrPort(address)
		if err != nil || !s.Outgoing.Allows(connected.Addr(), encrypted) {
			return &refusal{store.TryForbidden, err}
		}
		return nil
	}
}

// dialPlain connects. The transport takes the end of the request from the
// context that it dials with, so that dialing needs a limit of its own.
func (s *Sender) dialPlain(ctx context.Context, _, hostPort string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.limit())
	defer cancel()
	return s.dial(ctx, hostPort, false)
}

// dialEncrypted connects and verifies whose certificate it is, within a limit of
// its own as dialPlain does.
func (s *Sender) dialEncrypted(ctx context.Context, _, hostPort string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.limit())
	defer cancel()
	line, err := s.dial(ctx, hostPort, true)
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(hostPort) // dial has read it already
	encrypted := tls.Client(line, &tls.Config{ServerName: host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12})
	if err := encrypted.HandshakeContext(ctx); err != nil {
		_ = line.Close() // nothing was said on it
		return nil, &refusal{store.TryNoTLS, err}
	}
	return encrypted, nil
}
