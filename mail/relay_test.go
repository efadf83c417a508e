package mail_test

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/mail"
	"guesthouse/mail/mailtest"
	"guesthouse/store"
)

func envelope(to string) mail.Envelope {
	return mail.Envelope{Kind: store.MailTest, MessageID: "one@portal.example.com", From: env.From, To: to,
		Date: queuedAt, Message: mail.Message{Subject: "Test", Text: "Test\n", HTML: "<p>Test</p>"}}
}

// handOver sends one mail on a line of its own.
func handOver(t *testing.T, r mail.Transport, e mail.Envelope) (string, error) {
	t.Helper()
	line, err := r.Connect(t.Context())
	if err != nil {
		return "", err
	}
	reply, err := line.Send(t.Context(), e)
	_ = line.Close() // some of these servers have gone
	return reply, err
}

// SEC-M2: what a server can do wrong at each step, and what that means.
func TestMisbehaviour(t *testing.T) {
	t.Parallel()
	const sent, again, never = "sent", "temporary", "permanent"
	for _, c := range []struct {
		name   string
		step   mailtest.Step
		fault  mailtest.Fault
		want   string
		twice  bool // it arrived although it will be sent again
		server []mailtest.Option
		tls    string
	}{
		{name: "no fault", want: sent},
		{name: "greeting 421", step: mailtest.Greeting, fault: mailtest.Reply(421, "busy"), want: again},
		{name: "greeting 554", step: mailtest.Greeting, fault: mailtest.Reply(554, "no service"), want: again},
		{name: "greeting of something else", step: mailtest.Greeting, fault: mailtest.Fault{Garbage: true}, want: again},
		{name: "no greeting", step: mailtest.Greeting, fault: mailtest.Hang, want: again},
		{name: "hangs up instead of a greeting", step: mailtest.Greeting, fault: mailtest.Drop, want: again},
		{name: "hello hangs", step: mailtest.Hello, fault: mailtest.Hang, want: again},
		{name: "hangs up at hello", step: mailtest.Hello, fault: mailtest.Drop, want: again},
		{name: "STARTTLS stripped", tls: "?tls=starttls", want: again},
		{name: "STARTTLS stripped, TLS required", tls: "?tls=required", want: again},
		{name: "STARTTLS refused", step: mailtest.StartTLS, fault: mailtest.Reply(454, "not now"), want: again,
			server: []mailtest.Option{mailtest.WithTLS()}, tls: "?tls=starttls"},
		{name: "STARTTLS hangs", step: mailtest.StartTLS, fault: mailtest.Hang, want: again,
			server: []mailtest.Option{mailtest.WithTLS()}, tls: "?tls=starttls"},
		{name: "login refused", step: mailtest.Auth, fault: mailtest.Reply(535, "wrong password"), want: again,
			server: []mailtest.Option{mailtest.WithLogin("guesthouse", "hunter2")}},
		{name: "login hangs", step: mailtest.Auth, fault: mailtest.Hang, want: again,
			server: []mailtest.Option{mailtest.WithLogin("guesthouse", "hunter2")}},
		{name: "sender 450", step: mailtest.Mail, fault: mailtest.Reply(450, "later"), want: again},
		{name: "sender 550", step: mailtest.Mail, fault: mailtest.Reply(550, "not you"), want: again},
		{name: "sender hangs", step: mailtest.Mail, fault: mailtest.Hang, want: again},
		{name: "hangs up at the sender", step: mailtest.Mail, fault: mailtest.Drop, want: again},
		{name: "recipient 450", step: mailtest.Rcpt, fault: mailtest.Reply(450, "greylisted"), want: again},
		{name: "recipient 421", step: mailtest.Rcpt, fault: mailtest.Fault{Code: 421, Message: "closing", Close: true}, want: again},
		{name: "recipient 550", step: mailtest.Rcpt, fault: mailtest.Reply(550, "no such user"), want: never},
		{name: "recipient 550 in lines", step: mailtest.Rcpt, fault: mailtest.Reply(550, "no such user\nask somebody"), want: never},
		{name: "recipient 553 and hangs up", step: mailtest.Rcpt, fault: mailtest.Fault{Code: 553, Message: "no", Close: true}, want: never},
		{name: "recipient hangs", step: mailtest.Rcpt, fault: mailtest.Hang, want: again},
		{name: "hangs up at the recipient", step: mailtest.Rcpt, fault: mailtest.Drop, want: again},
		{name: "recipient answered with something else", step: mailtest.Rcpt, fault: mailtest.Fault{Garbage: true}, want: again},
		{name: "data 451", step: mailtest.Data, fault: mailtest.Reply(451, "disk full"), want: again},
		{name: "data 554", step: mailtest.Data, fault: mailtest.Reply(554, "no valid recipients"), want: never},
		{name: "data hangs", step: mailtest.Data, fault: mailtest.Hang, want: again},
		{name: "hangs up at data", step: mailtest.Data, fault: mailtest.Drop, want: again},
		{name: "content 452", step: mailtest.Content, fault: mailtest.Reply(452, "later"), want: again},
		{name: "content 554", step: mailtest.Content, fault: mailtest.Reply(554, "looks like spam"), want: never},
		{name: "content hangs", step: mailtest.Content, fault: mailtest.Hang, want: again},
		{name: "hangs up after the content", step: mailtest.Content, fault: mailtest.Drop, want: again},
		{name: "accepted and the answer lost", step: mailtest.Accepted, fault: mailtest.Drop, want: again, twice: true},
		{name: "accepted and no answer", step: mailtest.Accepted, fault: mailtest.Hang, want: again, twice: true},
		{name: "reset 500", step: mailtest.Reset, fault: mailtest.Reply(500, "what"), want: sent},
		{name: "hangs up at reset", step: mailtest.Reset, fault: mailtest.Drop, want: sent},
		{name: "reset hangs", step: mailtest.Reset, fault: mailtest.Hang, want: sent},
		{name: "quit 500", step: mailtest.Quit, fault: mailtest.Reply(500, "what"), want: sent},
		{name: "hangs up at quit", step: mailtest.Quit, fault: mailtest.Drop, want: sent},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := mailtest.NewServer(t, c.server...)
			if c.step != "" {
				server.Fail(c.step, c.fault)
			}
			r := relay(t, server, c.tls)
			if c.fault.Hang {
				r.ConnectTimeout, r.MailTimeout = 150*time.Millisecond, 150*time.Millisecond
			}
			reply, err := handOver(t, r, envelope("erika@partner.example"))
			got := sent
			var failure *mail.Failure
			switch {
			case errors.As(err, &failure) && failure.Permanent:
				got = never
			case err != nil:
				got = again
			case !strings.HasPrefix(reply, "250 "):
				t.Errorf("the server's answer is %q", reply)
			}
			if got != c.want {
				t.Errorf("%s (%v), want %s", got, err, c.want)
			}
			arrived := len(server.Messages()) == 1
			if arrived != (c.want == sent || c.twice) {
				t.Errorf("arrived: %v", arrived)
			}
			if failure != nil && c.fault.Message != "" && !strings.Contains(failure.Reply, strings.Split(c.fault.Message, "\n")[0]) {
				t.Errorf("the reply %q does not hold the server's words", failure.Reply)
			}
			if failure != nil && strings.Contains(failure.Reply, "one@portal") {
				t.Errorf("the reply %q holds the library's words", failure.Reply)
			}
			if err != nil && strings.Contains(err.Error(), "@") {
				t.Errorf("the error %q holds an address", err)
			}
		})
	}
}

// SEC-M4: encryption, the certificate and the login.
func TestSecurity(t *testing.T) {
	t.Parallel()
	withTLS, withLogin := mailtest.WithTLS(), mailtest.WithLogin("guesthouse", "hunter2")
	for _, c := range []struct {
		name      string
		server    []mailtest.Option
		change    func(*mail.SMTP)
		delivered bool
		encrypted bool
	}{
		{"plain to loopback", nil, nil, true, false},
		{"STARTTLS", []mailtest.Option{withTLS}, func(s *mail.SMTP) { s.Security = mail.StartTLS }, true, true},
		{"STARTTLS and login", []mailtest.Option{withTLS, withLogin}, func(s *mail.SMTP) { s.Security = mail.StartTLS }, true, true},
		{"self-signed certificate", []mailtest.Option{withTLS}, func(s *mail.SMTP) { s.Security, s.Roots = mail.StartTLS, nil }, false, false},
		{"login in clear where none is written", []mailtest.Option{withLogin}, nil, true, false},
		{"wrong password", []mailtest.Option{withLogin}, func(s *mail.SMTP) { s.Password = "other" }, false, false},
		{"login needed and none set", []mailtest.Option{withLogin}, func(s *mail.SMTP) { s.User, s.Password = "", "" }, false, false},
		{"login set and none offered", nil, func(s *mail.SMTP) { s.User, s.Password = "guesthouse", "hunter2" }, false, false},
		{"TLS from the start to a plain server", nil, func(s *mail.SMTP) { s.Security = mail.ImplicitTLS }, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := mailtest.NewServer(t, c.server...)
			r := relay(t, server, "")
			if c.change != nil {
				c.change(&r.Server)
			}
			_, err := handOver(t, r, envelope("erika@partner.example"))
			if (err == nil) != c.delivered {
				t.Fatalf("error %v, want delivered: %v", err, c.delivered)
			}
			var failure *mail.Failure
			if err != nil && (!errors.As(err, &failure) || failure.Permanent) {
				t.Errorf("%v is final, want another try", err)
			}
			if err != nil && strings.Contains(fmt.Sprint(err, failure.Reply), "hunter2") {
				t.Errorf("the error %v holds the password", err)
			}
			if c.delivered && server.Messages()[0].TLS != c.encrypted {
				t.Errorf("encrypted: %v, want %v", !c.encrypted, c.encrypted)
			}
		})
	}
}

// Nobody is there, and somebody else stops us.
func TestConnectFails(t *testing.T) {
	t.Parallel()
	closed := mail.Relay{Server: mail.SMTP{Host: "127.0.0.1", Port: 1, Security: mail.NoTLS}, Hello: "portal.example.com"}
	var failure *mail.Failure
	if _, err := closed.Connect(t.Context()); !errors.As(err, &failure) || failure.Permanent {
		t.Errorf("a closed port: %v, want another try", err)
	}
	server := mailtest.NewServer(t)
	server.Fail(mailtest.Greeting, mailtest.Hang)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := relay(t, server, "").Connect(ctx); err == nil {
		t.Error("a connection was made for a stopped worker")
	}
}

// SEC-M4, architecture section 6: what the header holds and what it does not.
func TestHeader(t *testing.T) {
	t.Parallel()
	server := mailtest.NewServer(t)
	e := envelope("erika@partner.example")
	e.Kind, e.ReplyTo, e.Subject = store.MailInvitation, "jane.roe@example.com", "招待: Grüße aus “A”"
	e.From = netmail.Address{Name: "Example, Works", Address: "guesthouse@portal.example.com"}
	if _, err := handOver(t, relay(t, server, ""), e); err != nil {
		t.Fatal(err)
	}
	m := server.WaitFor("erika@partner.example", store.MailInvitation)
	for name, want := range map[string]string{
		"From":              `"Example, Works" <guesthouse@portal.example.com>`,
		"To":                "<erika@partner.example>",
		"Reply-To":          "<jane.roe@example.com>",
		"Message-Id":        "<one@portal.example.com>",
		"Date":              "Thu, 17 Sep 2026 08:20:00 +0000",
		"Auto-Submitted":    "auto-generated",
		"X-Guesthouse-Mail": "invitation",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if m.Subject != e.Subject || m.Text != e.Text || m.HTML != e.HTML {
		t.Errorf("%q %q %q arrived", m.Subject, m.Text, m.HTML)
	}
	if m.Hello != "portal.example.com" || m.From != e.From.Address || m.Recipients != 1 {
		t.Errorf("came from %q as %q to %d", m.Hello, m.From, m.Recipients)
	}
	for _, library := range []string{"go-mail", "wneessen", "User-Agent", "X-Mailer", "Bcc"} {
		if strings.Contains(string(m.Raw), library) {
			t.Errorf("the mail holds %q:\n%s", library, m.Raw)
		}
	}
	for line := range strings.Lines(string(m.Raw)) {
		if len(line) > 1000 || strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("a line is not fit to travel: %q", line)
		}
	}
}

// S0-22: no text becomes a header of its own, and no address a second one.
func TestHeaderInjection(t *testing.T) {
	t.Parallel()
	server := mailtest.NewServer(t)
	known := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To",
		"X-Auto-Response-Suppress", "X-Guesthouse-Mail"}
	for i, text := range []string{"a\r\nBcc: eve@evil.example", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\u2028X-Evil: 1",
		"a\x00b", "=?utf-8?q?a=0D=0ABcc:_eve@evil.example?=", strings.Repeat("long ", 100) + "\r\n\r\nbody"} {
		e := envelope(fmt.Sprintf("erika%d@partner.example", i))
		e.Subject, e.From.Name = text, text
		if _, err := handOver(t, relay(t, server, ""), e); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		m := server.WaitFor(e.To, "")
		for name := range m.Header {
			if !slices.Contains(known, name) {
				t.Errorf("%q made the header %s", text, name)
			}
		}
		if m.Text != e.Text {
			t.Errorf("%q got into the body: %q", text, m.Text)
		}
	}
	for _, address := range []string{"a@b.example\r\nRCPT TO:<eve@evil.example>", "a@b.example> <eve@evil.example", "a b@c.example"} {
		if _, err := handOver(t, relay(t, server, ""), envelope(address)); err == nil {
			t.Errorf("a mail to %q was sent", address)
		}
	}
}
