package store

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Errors of addresses that programs are to be called at.
var (
	ErrBadTarget       = &Error{Kind: Invalid, Code: "bad_target", Field: "url"}
	ErrPlainTarget     = &Error{Kind: Invalid, Code: "plain_target", Field: "url"}
	ErrForbiddenTarget = &Error{Kind: Invalid, Code: "forbidden_target", Field: "url"}
)

// maxTarget is how long an address may be, in characters.
const maxTarget = 2000

// Outgoing says where the portal may send requests of its own: to public
// addresses with https, and to what the operator has named, also without
// (SEC-A6).
type Outgoing struct {
	Networks []netip.Prefix // the operator's, which may be private
}

// Target reads an address that somebody typed. What a name in it stands for is
// asked at each request, see [Outgoing.Allows]. Errors: ErrBadTarget,
// ErrPlainTarget, ErrForbiddenTarget.
func (o Outgoing) Target(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, ErrRequired.With("url")
	}
	target, err := url.Parse(text)
	if err != nil || len(text) > maxTarget || target.Hostname() == "" || target.User != nil || target.Opaque != "" || target.Fragment != "" {
		return nil, ErrBadTarget
	}
	plain := target.Scheme == "http"
	switch {
	case !plain && target.Scheme != "https":
		return nil, ErrBadTarget
	case plain && len(o.Networks) == 0:
		return nil, ErrPlainTarget
	case !usualPort(target.Port()):
		return nil, ErrForbiddenTarget
	}
	if address, err := netip.ParseAddr(target.Hostname()); err == nil && !o.Allows(address, !plain) {
		return nil, ErrForbiddenTarget
	}
	return target, nil
}

// usualPort reports whether a web service may be at a port: those below 1024
// but two belong to services that nobody calls with HTTP on purpose.
func usualPort(text string) bool {
	if text == "" || text == "80" || text == "443" {
		return true
	}
	port, err := strconv.Atoi(text)
	return err == nil && port >= 1024 && port <= 65535
}

// Allows reports whether a request may go to an address. It is asked of each
// address that a name has, and again of the one that is connected to.
func (o Outgoing) Allows(address netip.Addr, encrypted bool) bool {
	address = address.Unmap().WithZone("")
	for _, network := range o.Networks {
		if network.Contains(address) {
			return true
		}
	}
	return encrypted && public(address)
}

// public reports whether an address is one of the internet at large. An IPv6
// address that carries an IPv4 address within is judged by that one.
func public(address netip.Addr) bool {
	if address.Is4() {
		return !inside(address, special4)
	}
	if inner, ok := carried(address); ok {
		return public(inner)
	}
	return unicast6.Contains(address) && !inside(address, special6)
}

func inside(address netip.Addr, networks []netip.Prefix) bool {
	for _, network := range networks {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// carried is the IPv4 address that NAT64 and 6to4 lead to.
func carried(address netip.Addr) (netip.Addr, bool) {
	bytes := address.As16()
	switch {
	case nat64.Contains(address):
		return netip.AddrFrom4([4]byte(bytes[12:16])), true
	case sixToFour.Contains(address):
		return netip.AddrFrom4([4]byte(bytes[2:6])), true
	}
	return netip.Addr{}, false
}

// The networks that are not of the internet at large, as IANA's registers of
// special addresses have them.
var (
	special4 = prefixes(
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
		"192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	)
	unicast6 = netip.MustParsePrefix("2000::/3") // all else is loopback, local, multicast or not given out
	special6 = prefixes("2001::/23", "2001:db8::/32", "3fff::/20", "2620:4f:8000::/48")

	nat64     = netip.MustParsePrefix("64:ff9b::/96")
	sixToFour = netip.MustParsePrefix("2002::/16")
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}
