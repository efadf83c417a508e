package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// Who may come to the pages of a space's guests.
func TestWhoManagesGuests(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for who, want := range map[string]int{
		"host": http.StatusOK, "editor": http.StatusForbidden, "outsider": http.StatusNotFound, "root": http.StatusForbidden,
		"guest": http.StatusForbidden, "reader": http.StatusForbidden, "elsewhere": http.StatusNotFound, "stranger": http.StatusSeeOther,
	} {
		c := w.As(who)
		c.Get(spacePath(w) + "/guests").Want(want)
		c.Get(spacePath(w) + "/invitations/new").Want(want)
		c.Get(spacePath(w) + "/guests/" + w.GuestEditor.ID.String()).Want(want)
		c.Get(spacePath(w) + "/guests/" + w.GuestEditor.ID.String() + "/delete").Want(want)
		post := want
		switch who {
		case "host":
			post = http.StatusUnprocessableEntity
		case "stranger":
			post = http.StatusUnauthorized
		}
		c.Post(spacePath(w)+"/invitations", url.Values{"emails": {"not an address"}}).Want(post)
		for _, page := range []*webtest.Page{c.Get("/spaces/9999/guests"), c.Get("/spaces/x/invitations/new")} {
			if who != "stranger" && page.Status != http.StatusNotFound {
				t.Errorf("%s: an unknown space answers %d", who, page.Status)
			}
		}
	}
}

// S0-21, S0-22: mistakes stand beside their fields, what was typed stays.
func TestInviteProblems(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	page := host.Post(spacePath(w)+"/invitations", url.Values{
		"emails": {""}, "subject": {"Hi\r\nBcc: evil@example.org"}, "message": {"Hello"}, "permission": {"owner"},
		"ends_on": {"tomorrow"}, "locale": {"xx"},
	}).Want(http.StatusUnprocessableEntity)
	for field, want := range map[string]string{
		"emails": "required", "subject": "text_control", "permission": "bad_permission", "ends_on": "bad_date",
	} {
		if got := page.Problem(field); got != want {
			t.Errorf("%s: problem %q, want %q", field, got, want)
		}
	}
	if page.Value("message") != "Hello" || page.Value("ends_on") != "tomorrow" {
		t.Error("what was typed did not stay")
	}
	for text, want := range map[string]string{
		"editor@works.example": "already_member", "max@partner,example": "not_an_address_guess", "@": "not_an_address",
		"@, editor@works.example": "nobody_invited",
	} {
		page := host.Post(spacePath(w)+"/invitations", url.Values{"emails": {text}}).Want(http.StatusUnprocessableEntity)
		if page.Problem("emails") != want || page.Value("emails") != text {
			t.Errorf("%s: problem %q, text %q", text, page.Problem("emails"), page.Value("emails"))
		}
	}
	if mails := w.Mails(); len(mails) != 0 {
		t.Errorf("%d mails were queued", len(mails))
	}
	// Twice the same button: the second click finds everybody invited (S0-23).
	for _, want := range []string{"invited", "already_invited"} {
		page := host.Post(spacePath(w)+"/invitations", url.Values{"emails": {"jan@new.example"}}).Want(http.StatusSeeOther).Follow()
		if got := page.Attr("tr[data-email='jan@new.example']", "data-verdict"); got != want {
			t.Errorf("verdict %q, want %q", got, want)
		}
	}
}

// The check and the preview while typing write nothing.
func TestInvitePreview(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	form := url.Values{
		"emails": {"jan@new.example, erika@partner.example, editor@works.example"}, "message": {"<b>Hello</b>"}, "locale": {"ja"},
		"subject": {"Invitation to “The guest space” at Example Works"},
	}
	page := host.Post(spacePath(w)+"/invitations/preview", form).Want(http.StatusOK)
	if page.Count("li[data-verdict]") != 3 || page.Count("li[data-verdict=invited]") != 1 || page.Value("message") != "<b>Hello</b>" {
		t.Errorf("verdicts %v", page.Texts("li[data-verdict]"))
	}
	if !strings.Contains(page.Text("#mail-preview"), "招待") || page.Attr("#mail-preview", "lang") != "ja" || strings.Contains(page.Body, "<b>Hello") {
		t.Errorf("the preview: %s", page.Text("#mail-preview"))
	}
	if button := page.Texts(".dialog__foot button"); button[len(button)-1] != "Send 1 invitation" {
		t.Errorf("buttons %v", button)
	}
	if mails := w.Mails(); len(mails) != 0 {
		t.Errorf("%d mails were queued", len(mails))
	}
	w.As("editor").Post(spacePath(w)+"/invitations/preview", form).Want(http.StatusForbidden)
}

// S0-26, S2-12: resend, copy the link, cancel and take it back, on the list.
func TestRowsOfInvitations(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	link := invite(t, w, url.Values{"emails": {"jan@new.example"}})
	row := "tr[data-email='jan@new.example'] "
	list := host.Get(spacePath(w) + "/guests").Want(http.StatusOK)
	copying, _ := list.Form(row + "form[action$='/link']")
	if shown := host.Post(copying, nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK).Attr("#link", "value"); shown != w.URL+link {
		t.Error("the link that is copied is another one than was mailed")
	}
	resend, _ := list.Form(row + "form[action$='/resend']")
	early := host.Post(resend, nil).Want(http.StatusTooManyRequests) // SEC-M6
	if early.Header.Get("Retry-After") != "300" || !early.Exists("[data-problem=resend_too_soon]") || !early.Exists(row) {
		t.Errorf("resending too soon: %s", early.Header.Get("Retry-After"))
	}
	cancel, _ := list.Form(row + "form[action$='/delete']")
	after := host.Post(cancel, nil).Want(http.StatusSeeOther).Follow()
	if after.Exists(row) {
		t.Error("a cancelled invitation is still listed")
	}
	w.Anonymous().Get(link).Want(http.StatusGone)
	undo, _ := after.Form(".flash form")
	host.Post(undo, nil).Want(http.StatusSeeOther)
	w.Anonymous().Get(link).Want(http.StatusOK)
	w.Clock.Advance(8 * store.Day)
	host = w.As("host") // the session has ended too
	if status := host.Get(spacePath(w)+"/guests?status=expired").Attr(row, "data-status"); status != "expired" {
		t.Errorf("status %q", status)
	}
	host.Post(resend, nil).Want(http.StatusSeeOther)
	w.Anonymous().Get(linkOf(t, w, "jan@new.example")).Want(http.StatusOK)
}

// S3-09, S3-13: permission and end of access, by select and by form.
func TestGuestsAccess(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	row := "tr[data-email='erika@partner.example'] "
	list := host.Get(spacePath(w) + "/guests").Want(http.StatusOK)
	action, fields := list.Form(row + "form")
	if fields.Get("permission") != "edit" {
		t.Errorf("fields %v", fields)
	}
	host.Post(action, url.Values{"permission": {"read"}}).Want(http.StatusSeeOther)
	w.As("guest").Get(spacePath(w)).Want(http.StatusOK)
	if page := host.Get(spacePath(w) + "/guests"); page.Attr(row+"option[selected]", "value") != "read" {
		t.Error("the permission did not change")
	}
	edit := host.Get(action).Want(http.StatusOK)
	form, fields := edit.Form("form[action='" + action + "']")
	fields.Set("ends_in_days", "")
	fields.Set("ends_on", "2026-12-31")
	host.Post(form, fields).Want(http.StatusSeeOther)
	if page := host.Get(action); page.Value("ends_on") != "2026-12-31" || page.Value("permission") != "read" {
		t.Errorf("the form shows %q", page.Value("ends_on"))
	}
	fields.Set("ends_on", "31.12.2026")
	bad := host.Post(form, fields).Want(http.StatusUnprocessableEntity)
	if bad.Problem("ends_on") != "bad_date" || bad.Value("ends_on") != "31.12.2026" {
		t.Errorf("problem %q", bad.Problem("ends_on"))
	}
	host.Post(action, url.Values{"ends_in_days": {"1"}}).Want(http.StatusSeeOther)
	w.Clock.Advance(store.Day)
	w.As("guest").Get(spacePath(w)).Want(http.StatusNotFound)
	if status := w.As("host").Get(spacePath(w)+"/guests").Attr(row, "data-status"); status != "ended" {
		t.Errorf("status %q", status)
	}
	// S3-10: an existing guest is added by the account, one whom the host does not see is not.
	w.As("host").Post(spacePath(w)+"/guests", url.Values{"account": {w.GuestOutside.ID.String()}}).Want(http.StatusUnprocessableEntity)
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		return seed.Membership(w.Spaces[store.OpenSpace], w.GuestOutside, store.Reader, store.Account{}.EndsAt)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.As("host").Post(spacePath(w)+"/guests", url.Values{"account": {w.GuestOutside.ID.String()}, "permission": {"read"}}).Want(http.StatusSeeOther)
	w.As("elsewhere").Get(spacePath(w)).Want(http.StatusOK)
	w.As("host").Post(spacePath(w)+"/guests", url.Values{"account": {"99999"}}).Want(http.StatusUnprocessableEntity)
}
