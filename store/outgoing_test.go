package store

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// SEC-A6: which addresses the portal may call by itself, in every spelling that
// an address has.
func TestOutgoingAddresses(t *testing.T) {
	t.Parallel()
	none := Outgoing{}
	for _, address := range []string{
		"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.32.0.1", "198.20.0.1", "223.255.255.255",
		"2606:4700:4700::1111", "2a00:1450::1", "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8",
	} {
		if !none.Allows(netip.MustParseAddr(address), true) {
			t.Errorf("%s is public", address)
		}
		if none.Allows(netip.MustParseAddr(address), false) {
			t.Errorf("%s is called without encryption", address)
		}
	}
	for _, address := range []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.8", "192.0.2.1", "192.168.1.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1", "2001::1", "2001:2::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1", "4000::1",
		"::ffff:127.0.0.1", "::ffff:10.1.2.3", "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::8.8.8.8", "2002:7f00:1::1", "2002:a00:1::", "2002:c0a8:101::",
	} {
		if none.Allows(netip.MustParseAddr(address), true) {
			t.Errorf("%s may be called", address)
		}
	}
	named := Outgoing{Networks: prefixes("10.0.0.0/8", "fd00::/8")}
	for address, want := range map[string]bool{
		"10.1.2.3": true, "::ffff:10.1.2.3": true, "fd00::1": true, "127.0.0.1": false, "fc00::1": false,
		"64:ff9b::10.1.2.3": false, // by way of a translator it is not the network that was named
	} {
		if got := named.Allows(netip.MustParseAddr(address), false); got != want {
			t.Errorf("%s: %v with named networks", address, got)
		}
	}
}

func TestOutgoingTargets(t *testing.T) {
	t.Parallel()
	none, named := Outgoing{}, Outgoing{Networks: prefixes("127.0.0.0/8")}
	for _, test := range []struct {
		text        string
		none, named error
	}{
		{"https://hooks.partner.example/a?b=c", nil, nil},
		{" https://hooks.partner.example:8443 ", nil, nil},
		{"https://8.8.8.8/", nil, nil},
		{"https://[2606:4700::1]/", nil, nil},
		{"http://hooks.partner.example/", ErrPlainTarget, nil},
		{"http://127.0.0.1:3000/", ErrPlainTarget, nil},
		{"http://8.8.8.8/", ErrPlainTarget, ErrForbiddenTarget},
		{"https://127.0.0.1/", ErrForbiddenTarget, nil},
		{"https://10.0.0.1/", ErrForbiddenTarget, ErrForbiddenTarget},
		{"https://[::1]/", ErrForbiddenTarget, ErrForbiddenTarget},
		{"https://[::ffff:10.0.0.1]/", ErrForbiddenTarget, ErrForbiddenTarget},
		{"https://hooks.partner.example:25/", ErrForbiddenTarget, ErrForbiddenTarget},
		{"https://hooks.partner.example:70000/", ErrForbiddenTarget, ErrForbiddenTarget},
		{"https://user:password@hooks.partner.example/", ErrBadTarget, ErrBadTarget},
		{"https://hooks.partner.example/#part", ErrBadTarget, ErrBadTarget},
		{"https:///path", ErrBadTarget, ErrBadTarget},
		{"https:hooks.partner.example", ErrBadTarget, ErrBadTarget},
		{"ftp://hooks.partner.example/", ErrBadTarget, ErrBadTarget},
		{"hooks.partner.example", ErrBadTarget, ErrBadTarget},
		{"https://hooks.partner.example/\x00", ErrBadTarget, ErrBadTarget},
		{"https://hooks.partner.example/" + strings.Repeat("a", 2000), ErrBadTarget, ErrBadTarget},
		{"", ErrRequired, ErrRequired},
	} {
		if _, err := none.Target(test.text); !errors.Is(err, test.none) {
			t.Errorf("%q: %v, want %v", test.text, err, test.none)
		}
		if _, err := named.Target(test.text); !errors.Is(err, test.named) {
			t.Errorf("%q with named networks: %v, want %v", test.text, err, test.named)
		}
	}
}
