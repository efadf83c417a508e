package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
)

// listen opens the address. The host "localhost" means every loopback address
// it resolves to, because browsers and clients differ in which they try first;
// port 0 picks one port that all of them share.
func listen(ctx context.Context, address string) ([]net.Listener, int, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, 0, fmt.Errorf("--addr %q is not of the form host:port", address)
	}
	hosts := []string{host}
	if host == "localhost" {
		if hosts, err = net.DefaultResolver.LookupHost(ctx, host); err != nil {
			hosts = []string{"127.0.0.1"}
		}
	}
	var listeners []net.Listener
	var refused []error
	for _, host := range hosts {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(host, port))
		if err != nil {
			refused = append(refused, err)
			continue
		}
		listeners = append(listeners, listener)
		if port == "0" { // the others take the port that the first one got
			port = strconv.Itoa(portOf(listener))
		}
	}
	if len(listeners) == 0 || anyInUse(refused) {
		closeAll(listeners)
		return nil, 0, fmt.Errorf("listen on %s: %w", address, errors.Join(refused...))
	}
	return listeners, portOf(listeners[0]), nil
}

// anyInUse tells "another program has this port" from "this machine has no
// IPv6", which is no reason not to start.
func anyInUse(refused []error) bool {
	for _, err := range refused {
		if isAddressInUse(err) {
			return true
		}
	}
	return false
}

func portOf(listener net.Listener) int {
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return 0
	}
	return address.Port
}

func closeAll(listeners []net.Listener) {
	for _, listener := range listeners {
		_ = listener.Close() // it has served nobody
	}
}
