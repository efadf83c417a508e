package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// Beyond 12, SEC-P9: an administrator publishes terms; a guest who is inside
// is led to them, accepts and comes back to where they were going.
func TestTermsOfUse(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, guest := w.As("root"), w.As("guest")
	root.Get("/terms").Want(http.StatusNotFound) // there are none
	empty := root.Post("/admin/terms", url.Values{"text_ja": {"親切に。"}}).Want(http.StatusUnprocessableEntity)
	if empty.Problem("text_en") != "required" || empty.Value("text_ja") != "親切に。" {
		t.Errorf("problem %q, typed %q", empty.Problem("text_en"), empty.Value("text_ja"))
	}
	preview := root.Post("/admin/terms/new/preview", url.Values{"text_en": {"Be **kind**."}}).Want(http.StatusOK)
	if preview.Text("main .prose strong") != "kind" || preview.Value("text_en") != "Be **kind**." {
		t.Error("the preview does not show the words")
	}
	space := "/spaces/" + w.Space.String()
	guest.Get(space).Want(http.StatusOK) // a preview is no version
	root.Post("/admin/terms", url.Values{"text_en": {"Be **kind**."}}).Want(http.StatusSeeOther)

	led := guest.Get(space + "?x=1").Want(http.StatusSeeOther)
	page := led.Follow().Want(http.StatusOK)
	if page.Text(".prose") != "Be kind." || page.Exists("a[href='"+space+"']") {
		t.Error("the page shows something else than the terms")
	}
	if refused := guest.Post("/profile", url.Values{"display_name": {"x"}}).Want(http.StatusForbidden); refused.Code() != "accept_terms_first" {
		t.Errorf("an act: %s", refused.Code())
	}
	guest.Post("/language", url.Values{"locale": {"ja"}, "next": {"/terms"}}).Want(http.StatusSeeOther)
	action, form := page.Form("form#terms")
	if back := guest.Post(action, form).Want(http.StatusSeeOther).Location(); back != space+"?x=1" {
		t.Errorf("accepting leads to %q", back)
	}
	guest.Get(space).Want(http.StatusOK)
	w.As("host").Get(space).Want(http.StatusOK) // members are not asked
	list := root.Get("/admin/terms/1").Want(http.StatusOK)
	if !list.Exists(`tr[data-email="erika@partner.example"]`) || list.Count("tr[data-email]") != 1 {
		t.Error("who accepted is not in the list")
	}
}

// Beyond 12: the box stands on the invitation's page, and what was typed stays.
func TestTermsAtSignUp(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	_, err := w.Store.PublishTerms(t.Context(), w.Root, map[string]string{"en": "Be **kind**."})
	must(t, err)
	_, err = w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "new@partner.example"})
	must(t, err)
	var link string
	for _, mail := range w.Mails() {
		if mail.Kind == store.MailInvitation {
			link = "/invitations/" + mail.Secret
		}
	}
	c := w.Anonymous()
	page := c.Get(link).Want(http.StatusOK)
	if page.Text(".prose strong") != "kind" {
		t.Error("the words are not on the page")
	}
	action, form := page.Form("form[action='" + link + "']")
	form.Set("display_name", "New Guest")
	form.Set("password", "plenty of apples 4 winter")
	form.Del("terms")
	wrong := c.Post(action, form).Want(http.StatusUnprocessableEntity)
	if wrong.Problem("terms") != "terms_not_accepted" || wrong.Value("display_name") != "New Guest" {
		t.Errorf("problem %q, name %q", wrong.Problem("terms"), wrong.Value("display_name"))
	}
	form.Set("terms", "on")
	c.Post(action, form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
}
