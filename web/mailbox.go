package web

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"

	"guesthouse/mail"
	"guesthouse/store"
	"guesthouse/views"
)

// noMailLeaves reports whether the built-in mailbox keeps the mails.
func (s *Server) noMailLeaves() bool { return s.Mailbox != nil }

// hasMailbox reports whether there is a page of the built-in mailbox: only
// where no mail leaves, and only where nobody but this machine can come to it.
// The base URL decides, because a proxy makes every peer loopback (SEC-S10).
func (s *Server) hasMailbox() bool {
	return s.noMailLeaves() && loopback(s.BaseURL.Hostname())
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// mailboxRoutes are the built-in mailbox, which needs no sign-in. Where there
// is none, there is no page either.
func (s *Server) mailboxRoutes() []*route {
	if !s.hasMailbox() {
		return nil
	}
	return []*route{
		get(views.MailboxURL, anybody, s.listMailbox),
		get(views.MailboxURL+"/:mail", anybody, s.showMailboxMail),
		get(views.MailboxURL+"/:mail/html", anybody, s.showMailboxHTML),
	}
}

type mailboxForm struct {
	Mail string `param:"mail"`
	To   string `query:"to"`
	Part string `query:"part"`
}

func (s *Server) listMailbox(c echo.Context) error {
	var form mailboxForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	m, err := s.mailboxPage(c, form)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.Mailbox(m))
}

// showMailboxMail shows one mail: its text, its HTML in a frame, or its source.
func (s *Server) showMailboxMail(c echo.Context) error {
	var form mailboxForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	kept, err := s.kept(form.Mail)
	if err != nil {
		return err
	}
	m, err := s.mailboxPage(c, form)
	if err != nil {
		return err
	}
	open := keptMail(kept)
	m.Open, m.Title = &open, kept.Subject
	if form.Part == "html" {
		c.Response().Header().Set("Content-Security-Policy", contentSecurityPolicy+"; frame-src 'self'")
	}
	return s.render(c, http.StatusOK, views.Mailbox(m))
}

// mailPolicy is for the HTML of a mail alone: it may have the styles that
// mails need, and nothing else; the sandbox makes it a site of its own.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; " +
	"frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"

func (s *Server) showMailboxHTML(c echo.Context) error {
	var form mailboxForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	kept, err := s.kept(form.Mail)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", mailPolicy)
	// A link in the mail opens in the window and not in the frame.
	body := strings.Replace(kept.HTML, "<head>", `<head><base target="_top">`, 1)
	return send(c, http.StatusOK, echo.MIMETextHTMLCharsetUTF8, []byte(body))
}

func (s *Server) mailboxPage(c echo.Context, form mailboxForm) (views.MailboxPage, error) {
	p, err := s.page(c, "mailbox.title")
	if err != nil {
		return views.MailboxPage{}, err
	}
	p.NoMailLeaves = false // this page says so itself
	m := views.MailboxPage{Page: p, To: form.To, Part: form.Part}
	for _, kept := range s.Mailbox.List(form.To) {
		m.Mails = append(m.Mails, keptMail(kept))
	}
	return m, nil
}

func (s *Server) kept(id string) (mail.Kept, error) {
	kept, ok := s.Mailbox.Get(int64(store.ParseID(id)))
	if !ok {
		return mail.Kept{}, store.ErrNotFound
	}
	return kept, nil
}

func keptMail(kept mail.Kept) views.KeptMail {
	return views.KeptMail{
		ID: store.ID(kept.ID), At: kept.At, From: kept.From, To: kept.To,
		Subject: kept.Subject, Text: kept.Text, Source: kept.Source,
	}
}
