package web_test

import (
	"net/http"
	netmail "net/mail"
	"net/url"
	"strings"
	"testing"

	"guesthouse/mail"
	"guesthouse/web"
	"guesthouse/web/webtest"
)

// fill puts an old mail and one with these bodies into a mailbox.
func fill(t *testing.T, box *mail.Mailbox, text, html string) {
	t.Helper()
	line, err := box.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	from := netmail.Address{Name: "Example Works", Address: "guesthouse@portal.example"}
	for _, envelope := range []mail.Envelope{
		{From: from, To: "root@works.example", MessageID: "1@portal.example", Message: mail.Message{Subject: "Older", Text: "older", HTML: "<html></html>"}},
		{From: from, To: "erika@partner.example", MessageID: "2@portal.example", Message: mail.Message{Subject: "An <b>invitation</b>", Text: text, HTML: html}},
	} {
		if _, err := line.Send(t.Context(), envelope); err != nil {
			t.Fatal(err)
		}
	}
}

func withMailbox(box *mail.Mailbox) func(*web.Config) {
	return func(config *web.Config) { config.Mailbox = box }
}

// SEC-S10: only where no mail leaves, and only on loopback.
func TestMailboxExistsOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	box := new(mail.Mailbox)
	for _, test := range []struct {
		name   string
		base   string
		box    *mail.Mailbox
		status int
	}{
		{"localhost", "http://localhost:8080", box, http.StatusOK},
		{"an address of loopback", "http://127.0.0.1:8080", box, http.StatusOK},
		{"loopback of IPv6", "http://[::1]:8080", box, http.StatusOK},
		{"a public host", "https://portal.example", box, http.StatusNotFound},
		{"a public host that begins like it", "https://localhost.example", box, http.StatusNotFound},
		{"an address of the network", "http://192.0.2.1:8080", box, http.StatusNotFound},
		{"mail leaves", "http://localhost:8080", nil, http.StatusNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			base, err := url.Parse(test.base)
			if err != nil {
				t.Fatal(err)
			}
			w := webtest.New(t, withMailbox(test.box), func(config *web.Config) { config.BaseURL = base })
			r := w.Anonymous().Request(http.MethodGet, "/dev/mailbox", nil)
			r.Host = base.Host // a proxy makes every peer loopback
			w.Anonymous().Do(r).Want(test.status)
		})
	}
}

func TestMailbox(t *testing.T) {
	t.Parallel()
	box := new(mail.Mailbox)
	w := webtest.New(t, withMailbox(box))
	fill(t, box, "Open it:\n"+w.URL+"/invitations/abc\nnot http://other.example/x",
		`<!DOCTYPE html><html><head><title>x</title></head><body><p>as HTML</p><script>alert(1)</script></body></html>`)

	for _, name := range []string{"stranger", "root", "guest"} { // a newcomer plays both
		c := w.As(name)
		list := c.Get("/dev/mailbox").Want(http.StatusOK)
		if got := strings.Join(list.Texts(".chat__item a"), ", "); got != "An <b>invitation</b>, Older" {
			t.Errorf("%s sees %q", name, got)
		}
		text := c.Get("/dev/mailbox/2").Want(http.StatusOK)
		if links := text.Texts("pre a"); len(links) != 1 || links[0] != w.URL+"/invitations/abc" || text.Attr("pre a", "href") != links[0] {
			t.Errorf("%s: links of the mail %q", name, links)
		}
		if text.Exists("iframe") || !strings.Contains(text.Body, "An &lt;b&gt;invitation") { // SEC-I3
			t.Errorf("%s: the text is not shown as text", name)
		}
	}
	c := w.Anonymous()
	if got := c.Get("/dev/mailbox?to=ROOT").Texts(".chat__item a"); len(got) != 1 || got[0] != "Older" {
		t.Errorf("mails to root: %q", got)
	}
	if source := c.Get("/dev/mailbox/2?part=source").Want(http.StatusOK).Text("pre"); !strings.Contains(source, "erika@partner.example") {
		t.Errorf("source %q", source)
	}
	for _, id := range []string{"3", "0", "-1", "x", "2x", "99999999999999999999"} {
		c.Get("/dev/mailbox/" + id).Want(http.StatusNotFound)
		c.Get("/dev/mailbox/" + id + "/html").Want(http.StatusNotFound)
	}
}

// The HTML of a mail is a site of its own that may do nothing but look.
func TestMailboxHTML(t *testing.T) {
	t.Parallel()
	box := new(mail.Mailbox)
	fill(t, box, "text", `<!DOCTYPE html><html><head></head><body><p>as HTML</p></body></html>`)
	w := webtest.New(t, withMailbox(box))
	c := w.Anonymous()
	page := c.Get("/dev/mailbox/2?part=html").Want(http.StatusOK)
	policy := page.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-src 'self'") || !strings.Contains(policy, "default-src 'none'") || page.Attr("iframe", "src") != "/dev/mailbox/2/html" ||
		strings.Contains(page.Attr("iframe", "sandbox"), "allow-scripts") {
		t.Errorf("policy %q, frame %q", policy, page.Attr("iframe", "src"))
	}
	if strings.Contains(c.Get("/dev/mailbox/2").Header.Get("Content-Security-Policy"), "frame-src") {
		t.Error("a page without a frame may have one")
	}
	inner := c.Get("/dev/mailbox/2/html").Want(http.StatusOK)
	policy = inner.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "sandbox allow-top-navigation-by-user-activation", "form-action 'none'", "frame-ancestors 'self'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("policy of the mail %q has no %s", policy, part)
		}
	}
	if strings.Contains(policy, "script-src") || inner.Text("p") != "as HTML" || inner.Attr("base", "target") != "_top" {
		t.Errorf("policy of the mail %q", policy)
	}
}
