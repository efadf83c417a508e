package web

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
)

// clients counts the requests that each client has under way, so that behind a
// proxy, too, nobody takes all the room (SEC-R7).
type clients struct {
	mu    sync.Mutex
	busy  map[string]int
	limit int
}

func newClients(limit int) *clients {
	return &clients{busy: map[string]int{}, limit: limit}
}

func (cs *clients) enter(client string) bool {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.busy[client] >= cs.limit {
		return false
	}
	cs.busy[client]++
	return true
}

func (cs *clients) leave(client string) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.busy[client]--; cs.busy[client] <= 0 {
		delete(cs.busy, client)
	}
}

// crowd refuses a request of a client that has too many under way.
func (s *Server) crowd(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.Store.OpenLimits() {
			return next(c)
		}
		client := store.ClientOf(c.RealIP())
		if !s.clients.enter(client) {
			return store.ErrTooMany.After(5 * time.Second)
		}
		defer s.clients.leave(client)
		return next(c)
	}
}

// doorLimits are how many connections there may be; 0 is any number.
type doorLimits struct {
	all, each int
	proxies   []netip.Prefix // may have as many as they like
}

// door counts the open connections of all listeners.
type door struct {
	limits doorLimits
	mu     sync.Mutex
	all    int
	each   map[string]int
}

func newDoor(limits doorLimits) *door {
	return &door{limits: limits, each: map[string]int{}}
}

// guard is the listener with the door's limits.
func (d *door) guard(listener net.Listener) net.Listener {
	return &guardedListener{Listener: listener, door: d}
}

func (d *door) enter(client string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.limits.all > 0 && d.all >= d.limits.all {
		return false
	}
	if d.limits.each > 0 && d.each[client] >= d.limits.each && !d.proxy(client) {
		return false
	}
	d.all++
	d.each[client]++
	return true
}

func (d *door) leave(client string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all--
	if d.each[client]--; d.each[client] <= 0 {
		delete(d.each, client)
	}
}

func (d *door) proxy(client string) bool {
	ip, err := netip.ParseAddr(client)
	if err != nil {
		return false
	}
	for _, prefix := range d.limits.proxies {
		if prefix.Contains(ip) {
			return true
		}
	}
	return false
}

type guardedListener struct {
	net.Listener
	door *door
}

// Accept gives the next connection for which there is room. The others are
// told to come back, without costing more than that.
func (l *guardedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		client := conn.RemoteAddr().String()
		if host, _, err := net.SplitHostPort(client); err == nil {
			client = store.ClientOf(host)
		}
		if l.door.enter(client) {
			return &guardedConn{Conn: conn, leave: func() { l.door.leave(client) }}, nil
		}
		go turnAway(conn)
	}
}

const noRoom = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

// turnAway says that there is no room. Whether the client hears it is its own affair.
func turnAway(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	_, _ = conn.Write([]byte(noRoom))
	_ = conn.Close()
}

type guardedConn struct {
	net.Conn
	once  sync.Once
	leave func()
}

// Close makes room for the next one.
func (c *guardedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.leave)
	return err
}
