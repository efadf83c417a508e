package web_test

import (
	"net/http"
	"net/mail"
	"strings"
	"testing"

	"guesthouse/web"
	"guesthouse/web/webtest"
)

// S0-29: who invites can tell the guests which address the mail comes from.
func TestSenderIsShown(t *testing.T) {
	t.Parallel()
	w := webtest.New(t, func(config *web.Config) {
		config.Mail.Sender = mail.Address{Name: "Guesthouse", Address: "post@portal.example"}
	})
	page := w.As("host").Get("/spaces/" + w.Space.String() + "/invitations/new").Want(http.StatusOK)
	if !strings.Contains(page.Body, "post@portal.example") {
		t.Error("the dialog does not show the sender's address")
	}
}
