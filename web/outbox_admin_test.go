package web_test

import (
	"net/http"
	"net/mail"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/web"
	"guesthouse/web/webtest"
)

func TestTestMail(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	if got := root.Get("/admin/mail").Value("email"); got != "root@works.example" {
		t.Errorf("the form begins with %q", got)
	}
	page := root.Post("/admin/mail/test", url.Values{"email": {"nobody at all"}}).Want(http.StatusUnprocessableEntity)
	if page.Value("email") != "nobody at all" || page.Problem("email") != "not_an_address" {
		t.Errorf("a bad address: %q", page.Problem("email"))
	}
	page = root.Post("/admin/mail/test", url.Values{"email": {"Somebody@works.example"}}).Want(http.StatusSeeOther).Follow()
	if page.Attr("tr[data-mail]", "data-email") != "somebody@works.example" || page.Attr("tr[data-mail]", "data-state") != "queued" {
		t.Errorf("row %q", page.Text("tr[data-mail]"))
	}
	if mails := w.Mails(); len(mails) != 1 || mails[0].Kind != "test" {
		t.Errorf("%d mails", len(mails))
	}
}

// SEC-M3: state and the server's reply, retry and cancel.
func TestMailQueue(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	for _, address := range []string{"one@works.example", "two@works.example", "three@works.example"} {
		root.Post("/admin/mail/test", url.Values{"email": {address}}).Want(http.StatusSeeOther)
	}
	mails := w.Mails()
	for i, err := range []error{
		w.Store.MailSent(t.Context(), mails[0], "250 queued as 77"),
		w.Store.MailRefused(t.Context(), mails[1], "550 <b>no such mailbox</b>"),
		w.Store.MailDeferred(t.Context(), mails[2], "451 try later", w.Clock.Now().Add(time.Hour)),
	} {
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	page := root.Get("/admin/mail").Want(http.StatusOK)
	for address, want := range map[string][2]string{
		"one@works.example": {"sent", "250 queued as 77"}, "two@works.example": {"refused", "550 <b>no such mailbox</b>"}, "three@works.example": {"queued", "451 try later"},
	} {
		row := `tr[data-email="` + address + `"]`
		if page.Attr(row, "data-state") != want[0] || page.Text(row+" .note-cell") != want[1] {
			t.Errorf("%s: %q", address, page.Text(row))
		}
		if waits := page.Exists(row + " form"); waits != (want[0] == "queued") {
			t.Errorf("%s: buttons %v", address, waits)
		}
	}
	for state, want := range map[string]int{"queued": 1, "sent": 1, "refused": 1, "cancelled": 0, "nonsense": 3} {
		if got := root.Get("/admin/mail?state=" + state).Count("tr[data-mail]"); got != want {
			t.Errorf("%s: %d rows, want %d", state, got, want)
		}
	}
	if !strings.Contains(root.Get("/admin").Text(".banner--danger"), "1 mail") {
		t.Error("the overview says nothing of the refused mail")
	}

	action, fields := page.Form(`form[action$="/retry"]`)
	root.Post(action, fields).Want(http.StatusSeeOther)
	if len(w.Mails()) != 1 {
		t.Error("the mail is not due")
	}
	action, fields = page.Form(`tr form[action$="/delete"]`)
	root.Post(action, fields).Want(http.StatusSeeOther)
	root.Post(action, fields).Want(http.StatusNotFound)
	if root.Get("/admin/mail?state=cancelled").Count("tr[data-mail]") != 1 {
		t.Error("the mail was not cancelled")
	}
}

// The settings in force are shown; a password is never among them.
func TestMailSettings(t *testing.T) {
	t.Parallel()
	settings := web.MailSettings{Server: "mail.works.example:587", Encryption: "starttls", Login: "portal", Sender: mail.Address{Name: "見本, Works", Address: "portal@works.example"}}
	w := webtest.New(t, func(config *web.Config) { config.Mail = settings })
	for _, lang := range []string{"en", "ja", "zh"} {
		c := w.As("root")
		c.Language = lang
		page := c.Get("/admin/mail").Want(http.StatusOK)
		text := page.Text(`section[aria-labelledby="server"]`)
		for _, want := range []string{settings.Server, settings.Login, "見本, Works <portal@works.example>", "STARTTLS"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q has no %q", lang, text, want)
			}
		}
	}
}
