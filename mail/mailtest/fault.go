package mailtest

import (
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"
)

// Step is a moment of the conversation at which the server can misbehave.
type Step string

// The steps, in the order of a conversation.
const (
	Greeting Step = "greeting"
	Hello    Step = "EHLO"
	StartTLS Step = "STARTTLS"
	Auth     Step = "AUTH"
	Mail     Step = "MAIL"
	Rcpt     Step = "RCPT"
	Data     Step = "DATA"    // the command, before any content
	Content  Step = "content" // after the content, which is not kept
	Accepted Step = "accepted"
	Reset    Step = "RSET"
	Quit     Step = "QUIT"
)

// Fault is what the server does instead of the right answer.
type Fault struct {
	Code    int    // the reply, 400..599; 0 with neither of the others is a lost connection
	Message string // of the reply
	Hang    bool   // say nothing until the test ends
	Garbage bool   // an answer that is no SMTP
	Close   bool   // close the connection after the reply
}

// Drop closes the connection without an answer.
var Drop = Fault{}

// Hang never answers.
var Hang = Fault{Hang: true}

// Reply answers with a code of the server's choice.
func Reply(code int, message string) Fault { return Fault{Code: code, Message: message} }

// Fail makes the server misbehave at the step, once for each fault, in turn.
// At [Accepted] the mail has been kept; what goes wrong is the answer.
func (s *Server) Fail(step Step, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[step] = append(s.faults[step], faults...)
}

func (s *Server) fault(step Step) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting := s.faults[step]
	if len(waiting) == 0 {
		return Fault{}, false
	}
	s.faults[step] = waiting[1:]
	s.change()
	return waiting[0], true
}

// misbehave does what the step's next fault says, and returns the reply to
// give, if it is to be a reply.
func (s *Server) misbehave(step Step, conn net.Conn) error {
	fault, found := s.fault(step)
	if !found {
		return nil
	}
	switch {
	case fault.Hang:
		<-s.ended
	case fault.Garbage:
		_, _ = conn.Write([]byte("hello, this is no mail server\r\n")) // the client may be gone
	case fault.Code != 0 && !fault.Close:
		return &smtp.SMTPError{Code: fault.Code, EnhancedCode: smtp.NoEnhancedCode, Message: fault.Message}
	case fault.Code != 0:
		_, _ = conn.Write(fault.line())
	}
	_ = conn.Close() // the answer to come finds no connection
	return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.NoEnhancedCode, Message: "closed"}
}

func (f Fault) line() []byte {
	return []byte(fmt.Sprintf("%d %s\r\n", f.Code, f.Message))
}

// faultyListener gives each connection the faults of the steps that the SMTP
// library answers by itself.
type faultyListener struct {
	net.Listener
	server *Server
}

func (l *faultyListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.server.opened()
	return &faultyConn{Conn: conn, server: l.server}, nil
}

// faultyConn replaces answers that the library gives without asking.
type faultyConn struct {
	net.Conn
	server *Server
	once   sync.Once
}

// answers are how the library's own answers begin.
var answers = []struct {
	prefix string
	step   Step
}{
	{"220 mail.test", Greeting},
	{"220 2.0.0 Ready", StartTLS},
	{"354 ", Data},
	{"250 2.0.0 Session reset", Reset},
	{"221 ", Quit},
}

func (c *faultyConn) Write(b []byte) (int, error) {
	for _, answer := range answers {
		if !strings.HasPrefix(string(b), answer.prefix) {
			continue
		}
		fault, found := c.server.fault(answer.step)
		if !found {
			break
		}
		switch {
		case fault.Hang:
			<-c.server.ended
		case fault.Garbage:
			return c.instead(b, []byte("hello, this is no mail server\r\n"))
		case fault.Code != 0:
			return c.instead(b, fault.line())
		}
		return 0, c.Close()
	}
	return c.Conn.Write(b)
}

// instead writes another answer. The library believes in its own, and would
// misread what comes next: the connection ends with it.
func (c *faultyConn) instead(own, other []byte) (int, error) {
	if _, err := c.Conn.Write(other); err != nil {
		return 0, err
	}
	return len(own), c.Close()
}

func (c *faultyConn) Close() error {
	c.once.Do(c.server.closed)
	return c.Conn.Close()
}
