package mailtest

import (
	"bytes"
	"io"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one conversation.
type session struct {
	server *Server
	conn   *smtp.Conn
	known  bool // signed in
	from   string
	to     []string
}

func (s *Server) session(conn *smtp.Conn) (smtp.Session, error) {
	if err := s.misbehave(Hello, conn.Conn()); err != nil {
		return nil, err
	}
	return &session{server: s, conn: conn}, nil
}

func (c *session) Reset() { c.from, c.to = "", nil }

func (c *session) Logout() error { return nil }

func (c *session) AuthMechanisms() []string { return c.server.mechanisms }

func (c *session) Auth(string) (sasl.Server, error) {
	if err := c.server.misbehave(Auth, c.conn.Conn()); err != nil {
		return nil, err
	}
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != c.server.user || password != c.server.password {
			return smtp.ErrAuthFailed
		}
		c.known = true
		return nil
	}), nil
}

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	c.server.mu.Lock()
	c.server.envelopes++
	c.server.mu.Unlock()
	if c.server.user != "" && !c.known {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	c.from = from
	return c.server.misbehave(Mail, c.conn.Conn())
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = append(c.to, to)
	return c.server.misbehave(Rcpt, c.conn.Conn())
}

func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := c.server.misbehave(Content, c.conn.Conn()); err != nil {
		return err
	}
	for _, to := range c.to {
		message, err := parse(bytes.Clone(raw))
		if err != nil {
			return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.NoEnhancedCode, Message: err.Error()}
		}
		message.From, message.To, message.t = c.from, to, c.server.t
		message.Recipients = len(c.to)
		_, message.TLS = c.conn.TLSConnectionState()
		message.Hello = c.conn.Hostname()
		c.server.keep(message)
	}
	return c.server.misbehave(Accepted, c.conn.Conn())
}
