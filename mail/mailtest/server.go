// Package mailtest is an SMTP server for tests. It listens on loopback, keeps
// what arrives, and misbehaves on demand.
package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// Server is a mail server that runs until the test ends.
type Server struct {
	t        testing.TB
	listener net.Listener
	smtp     *smtp.Server
	ended    chan struct{} // closed with the test; lets hanging connections go

	user, password string
	mechanisms     []string
	pool           *x509.CertPool

	mu          sync.Mutex
	faults      map[Step][]Fault
	messages    []*Message
	changed     chan struct{} // closed and replaced when a mail arrives or a fault is used up
	connections int
	open, most  int
	envelopes   int
}

// Option changes what the server offers.
type Option func(*Server)

// WithTLS makes the server offer STARTTLS with a certificate of its own
// making, which only [Server.Pool] trusts.
func WithTLS() Option { return func(s *Server) { s.useTLS() } }

// WithLogin makes the server ask for a name and a password.
func WithLogin(user, password string) Option {
	return func(s *Server) { s.user, s.password, s.mechanisms = user, password, []string{"PLAIN"} }
}

// NewServer starts a mail server on a free port of the loopback interface.
func NewServer(t testing.TB, options ...Option) *Server {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, listener: listener, ended: make(chan struct{}), changed: make(chan struct{}),
		faults: map[Step][]Fault{}}
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain = "mail.test"
	s.smtp.AllowInsecureAuth = true
	s.smtp.MaxLineLength = 1000
	s.smtp.MaxMessageBytes = 10 << 20
	s.smtp.ErrorLog = log.New(io.Discard, "", 0) // refused connections are what tests ask for
	for _, option := range options {
		option(s)
	}
	served := make(chan error, 1)
	go func() { served <- s.smtp.Serve(&faultyListener{listener, s}) }()
	t.Cleanup(func() {
		close(s.ended)
		if err := s.smtp.Close(); err != nil {
			t.Error(err)
		}
		_ = listener.Close() // a test may end before the library knows its listener
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return s
}

// Addr is the address that the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL is the server as the setting --smtp names it, with the login if there is
// one.
func (s *Server) URL() string {
	u := url.URL{Scheme: "smtp", Host: s.Addr()}
	if s.user != "" {
		u.User = url.UserPassword(s.user, s.password)
	}
	return u.String()
}

// Pool trusts the server's certificate; nil without TLS.
func (s *Server) Pool() *x509.CertPool { return s.pool }

// Connections is how many connections were made so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

// MostOpen is how many connections were open at the same time at most.
func (s *Server) MostOpen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

// Envelopes is how many mails were begun, finished or not.
func (s *Server) Envelopes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.envelopes
}

// Messages is all that arrived, the oldest first.
func (s *Server) Messages() []*Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Message(nil), s.messages...)
}

// WaitFor waits for a mail to the address, of the kind that X-Guesthouse-Mail
// names or of any kind if it is empty. Each mail is given out once, so that a
// second call waits for the next mail.
func (s *Server) WaitFor(to, kind string) *Message {
	s.t.Helper()
	for {
		s.mu.Lock()
		for _, m := range s.messages {
			if !m.given && m.To == to && (kind == "" || m.Kind == kind) {
				m.given = true
				s.mu.Unlock()
				return m
			}
		}
		changed := s.changed
		s.mu.Unlock()
		s.await(changed, "a mail of kind "+kind)
	}
}

// WaitForFaults waits until the server has misbehaved as often as it was told.
func (s *Server) WaitForFaults() {
	s.t.Helper()
	for {
		s.mu.Lock()
		left, changed := 0, s.changed
		for _, faults := range s.faults {
			left += len(faults)
		}
		s.mu.Unlock()
		if left == 0 {
			return
		}
		s.await(changed, "the last fault")
	}
}

func (s *Server) await(changed <-chan struct{}, what string) {
	s.t.Helper()
	select {
	case <-changed:
	case <-s.t.Context().Done():
		s.t.Fatalf("the test ended before %s", what)
	}
}

// change tells those who wait to look again. The server is locked.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Server) keep(m *Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	s.change()
}

func (s *Server) opened() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connections++
	s.open++
	s.most = max(s.most, s.open)
}

func (s *Server) closed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
}

func (s *Server) useTLS() {
	certificate, pool := newCertificate(s.t)
	s.smtp.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	s.pool = pool
}
