package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Relay is the organisation's mail server as a [Transport].
type Relay struct {
	Server SMTP
	Hello  string // how the portal introduces itself: the host of its base URL
	// Limits for making a connection and for one mail; 10 s and 60 s if zero.
	// SEC-M3
	ConnectTimeout time.Duration
	MailTimeout    time.Duration
}

// Connect opens a connection, encrypts it and signs in, as the setting asks.
func (r *Relay) Connect(ctx context.Context) (Line, error) {
	limit := orDefault(r.ConnectTimeout, 10*time.Second)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	line := &relayLine{limit: orDefault(r.MailTimeout, time.Minute)}
	client, err := r.client(line, limit)
	if err != nil {
		return nil, fmt.Errorf("set up the mail client: %w", err)
	}
	line.client = client
	// The library watches the context only while it dials.
	stop := context.AfterFunc(ctx, line.cut)
	defer stop()
	line.smtp, err = client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		line.cut() // the library leaves the connection open
		return nil, connectFailure(err)
	}
	return line, nil
}

func (r *Relay) client(line *relayLine, limit time.Duration) (*gomail.Client, error) {
	roots := &tls.Config{ServerName: r.Server.Host, RootCAs: r.Server.Roots, MinVersion: tls.VersionTLS12}
	options := []gomail.Option{
		gomail.WithPort(r.Server.Port), gomail.WithHELO(helo(r.Hello)), gomail.WithTimeout(limit),
		gomail.WithTLSConfig(roots), gomail.WithTLSPolicy(gomail.NoTLS),
		// A mail to a dead connection finds out by itself.
		gomail.WithoutNoop(), gomail.WithoutSMTPUTF8(),
		gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			held := line.hold(conn, time.Now().Add(limit))
			if r.Server.Security == ImplicitTLS {
				return tls.Client(held, roots), nil
			}
			return held, nil
		}),
	}
	if r.Server.Security == StartTLS {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if r.Server.User != "" {
		options = append(options, gomail.WithUsername(r.Server.User), gomail.WithPassword(r.Server.Password),
			gomail.WithOpportunisticSMTPAuth(r.logins()...))
	}
	return gomail.NewClient(r.Server.Host, options...)
}

// logins are the ways to sign in, the best first. Without encryption the
// password goes in clear only where tls=none says so.
func (r *Relay) logins() []gomail.SMTPAuthType {
	ways := []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1}
	if r.Server.Security == NoTLS {
		return append(ways, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc)
	}
	return append(ways, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin)
}

// helo is a host as SMTP wants it: an address in brackets.
func helo(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	switch {
	case host == "":
		return "localhost"
	case ip == nil:
		return host
	case ip.To4() != nil:
		return "[" + ip.String() + "]"
	}
	return "[IPv6:" + ip.String() + "]"
}

// relayLine is one connection to the mail server.
type relayLine struct {
	client *gomail.Client
	smtp   *smtp.Client
	limit  time.Duration

	mu   sync.Mutex
	conn *heldConn // nil until there is one
}

// heldConn leaves the deadline to the line: the library would move it on with
// each step, and a slow server could take many times the limit.
type heldConn struct{ net.Conn }

func (heldConn) SetDeadline(time.Time) error { return nil }

// hold keeps the connection that is being made, with the time it has for that.
func (l *relayLine) hold(conn net.Conn, until time.Time) *heldConn {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = &heldConn{conn}
	_ = conn.SetDeadline(until) // fails only on a connection that is closed
	return l.conn
}

// allow gives what comes next so much time.
func (l *relayLine) allow(d time.Duration) {
	_ = l.conn.Conn.SetDeadline(time.Now().Add(d)) // a closed connection shows in the next step
}

// cut ends the connection at once. It may be called at any time.
func (l *relayLine) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		_ = l.conn.Close() // nothing more is said on it
	}
}

// Send hands over one mail. After a failure that leaves the conversation in
// doubt, the connection is closed.
func (l *relayLine) Send(ctx context.Context, e Envelope) (string, error) {
	m, err := e.msg()
	if err != nil {
		l.cut()
		return "", err
	}
	l.allow(l.limit)
	stop := context.AfterFunc(ctx, l.cut)
	defer stop()
	err = l.client.SendWithSMTPClient(l.smtp, m)
	// A connection that breaks after the answer to the mail has delivered it.
	if m.IsDelivered() {
		if err != nil {
			l.cut()
		}
		return "250 " + m.ServerResponse(), nil
	}
	failure := sendFailure(err, e)
	if !l.inStep(failure) {
		l.cut()
	}
	return "", failure
}

// inStep says whether another mail may follow on this connection, after what
// is left of the refused one has been taken back.
func (l *relayLine) inStep(f *Failure) bool {
	return f.Code >= 400 && f.Code != 421 && l.smtp.Reset() == nil
}

// Close says goodbye. A server that does not answer has had its mails anyway.
func (l *relayLine) Close() error {
	l.allow(5 * time.Second)
	err := l.smtp.Quit()
	l.cut()
	return err
}

// sendFailure reads what the library says about a mail that was not delivered.
func sendFailure(err error, e Envelope) *Failure {
	failure := &Failure{Step: "send", Reply: clean(err.Error()), cause: err}
	var sent *gomail.SendError
	if !errors.As(err, &sent) {
		return failure
	}
	failure.Step = sent.Reason.String()
	failure.Code = sent.ErrorCode()
	failure.Reply = reply(sent, e)
	// SEC-M2: only what the server says about the recipient or the mail is
	// final. Everything else can be another thing tomorrow.
	begun := sent.Reason != gomail.ErrConnCheck && sent.Reason != gomail.ErrSMTPMailFrom
	failure.Stale = !begun && (failure.Code == 0 || failure.Code == 421)
	refusable := sent.Reason == gomail.ErrSMTPRcptTo || sent.Reason == gomail.ErrSMTPData || sent.Reason == gomail.ErrSMTPDataClose
	failure.Permanent = refusable && failure.Code >= 500 && failure.Code <= 599
	return failure
}

// reply is what the server said, without what the library writes around it.
func reply(sent *gomail.SendError, e Envelope) string {
	text := strings.TrimPrefix(sent.Error(), sent.Reason.String()+": ")
	if code, words, found := strings.Cut(text, " "); found && strings.HasPrefix(words, `"`) {
		// net/textproto quotes the words.
		if quoted, err := strconv.QuotedPrefix(words); err == nil {
			if said, err := strconv.Unquote(quoted); err == nil {
				return clean(code + " " + said)
			}
		}
	}
	text, _, _ = strings.Cut(text, ", affected message ID: <"+e.MessageID)
	text, _, _ = strings.Cut(text, ", affected recipient(s): ")
	return clean(text)
}

func connectFailure(err error) *Failure {
	failure := &Failure{Step: stepConnection, Reply: clean(err.Error()), cause: err}
	var answer *textproto.Error
	if errors.As(err, &answer) {
		failure.Code = answer.Code
		failure.Reply = clean(fmt.Sprintf("%d %s", answer.Code, answer.Msg))
	}
	return failure
}

const longestReply = 500

// clean is what a server said as one line that fits a page.
func clean(text string) string {
	text = strings.ToValidUTF8(oneLine(text), "?")
	if len(text) > longestReply {
		text = strings.ToValidUTF8(text[:longestReply], "") + "…"
	}
	return text
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}
