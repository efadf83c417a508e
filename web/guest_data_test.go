package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// S3-20: the second of two administrators sees what the first did, keeps what
// was typed, and can save again.
func TestTwoAdministratorsEditOneGuest(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, path := w.As("root"), guestPath(w.GuestEditor)
	action, fields := root.Get(path + "/data").Want(http.StatusOK).Form(`.dialog form`)
	first := url.Values{}
	for name, values := range fields {
		first[name] = append([]string(nil), values...)
	}
	first.Set("company", "First Works")
	root.Post(action, first).Want(http.StatusSeeOther)
	fields.Set("company", "Second Works")
	fields.Set("phone", "+49 30 1234-56")
	fields.Set("callto", "https://call.example/erika")
	page := root.Post(action, fields).Want(http.StatusConflict)
	if !strings.Contains(page.Text("#meanwhile"), "Partner → First Works") || !strings.Contains(page.Text("#meanwhile"), "Rita Root") {
		t.Errorf("what changed: %q", page.Text("#meanwhile"))
	}
	if page.Value("company") != "Second Works" || page.Value("phone") != "+49 30 1234-56" {
		t.Error("what was typed is gone")
	}
	_, again := page.Form(`.dialog form`)
	page = root.Post(action, again).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if page.Attr(`a[href^="tel:"]`, "href") != "tel:+4930123456" { // S1-18
		t.Errorf("phone %q", page.Attr(`a[href^="tel:"]`, "href"))
	}
	if page.Attr(`a[href="https://call.example/erika"]`, "rel") != "noopener noreferrer nofollow" { // S1-19, SEC-I3
		t.Error("the call handle is no safe link")
	}
	again.Set("callto", "javascript:alert(1)")
	again.Set("display_name", "")
	again.Set("version", "3")
	page = root.Post(action, again).Want(http.StatusUnprocessableEntity)
	if page.Problem("callto") != "unsafe_call" || page.Problem("display_name") != "required" || page.Value("callto") != "javascript:alert(1)" {
		t.Errorf("problems %q, %q", page.Problem("callto"), page.Problem("display_name"))
	}
}

// C8: the page of a planned deletion says when, and offers the way back.
func TestPlannedDeletion(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, path := w.As("root"), guestPath(w.GuestEditor)
	err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{"delete.grace_days": "14"}})
	if err != nil {
		t.Fatal(err)
	}
	if dialog := root.Get(path + "/delete").Want(http.StatusOK); !dialog.Exists(`input[name="now"]`) || !strings.Contains(dialog.Text(".dialog"), "14 days") {
		t.Errorf("the dialog says %q", dialog.Text(".dialog"))
	}
	page := root.Post(path+"/delete", url.Values{"reason": {"left"}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if !strings.Contains(page.Text(".banner--danger"), "Deletion on 1 Oct 2026") || page.Attr("#findings li", "data-finding") != "deletion_pending" {
		t.Errorf("the page says %q", page.Text(".banner--danger"))
	}
	root.Post(path+"/suspension/delete", nil).Want(http.StatusConflict)
	row := root.Get("/admin/guests").Text(`tr[data-email="erika@partner.example"]`)
	if !strings.Contains(row, "Deletion on 1 Oct 2026") || !strings.Contains(row, "Undo the deletion") {
		t.Errorf("the list says %q", row)
	}
	link := page.Attr(`.page-head a[href$="/undo"]`, "href")
	action, _ := root.Get(link).Want(http.StatusOK).Form(`.dialog form[action$="/undo"]`)
	page = root.Post(action, nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if page.Exists("#findings") || page.Count("tr[data-space]") != 4 {
		t.Error("the guest is not what they were")
	}
	root.Post(path+"/delete", url.Values{"now": {"on"}}).Want(http.StatusSeeOther)
	root.Post(action, nil).Want(http.StatusNotFound)
}

// Beyond 15: after the erasure no page names the person; what was written is
// by a former guest.
func TestErasedGuest(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, path := w.As("root"), guestPath(w.GuestEditor)
	if !root.Get(path + "/erasure").Want(http.StatusOK).Exists(".dialog [data-guest]") {
		t.Error("the question does not name the guest with the badge")
	}
	page := root.Post(path+"/erasure", nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if page.Text(".page-head [data-guest]") != "Former guest" || page.Text(".page-head h1") != "#"+w.GuestEditor.ID.String() {
		t.Errorf("head %q", page.Text(".page-head"))
	}
	for _, where := range []string{path, "/admin/guests?status=deleted", "/admin/audit"} {
		if body := root.Get(where).Want(http.StatusOK).Body; strings.Contains(body, "Erika") || strings.Contains(body, "erika@") {
			t.Errorf("%s names the person", where)
		}
	}
	root.Get(path + "/erasure").Want(http.StatusNotFound)
	for _, part := range []string{"/data", "/sponsor", "/address"} {
		root.Get(path + part).Want(http.StatusNotFound)
		root.Post(path+part, url.Values{"display_name": {"x"}, "locale": {"en"}, "timezone": {"UTC"}, "sponsor": {"0"}, "email": {"x@y.example"}}).Want(http.StatusNotFound)
	}
}

// Beyond 7, S2-13: sponsor and address are changed on the page.
func TestSponsorAndAddressOfAGuest(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, path := w.As("root"), guestPath(w.GuestEditor)
	page := root.Get(path + "/sponsor?q=jane").Want(http.StatusOK)
	if !page.Exists(`input[name="sponsor"][value="` + w.Host.ID.String() + `"]`) {
		t.Error("the member is not found")
	}
	root.Post(path+"/sponsor", nil).Want(http.StatusUnprocessableEntity)
	root.Post(path+"/sponsor", url.Values{"sponsor": {w.GuestReader.ID.String()}}).Want(http.StatusUnprocessableEntity)
	page = root.Post(path+"/sponsor", url.Values{"sponsor": {w.Host.ID.String()}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if !strings.Contains(page.Text("aside"), "Jane Roe") {
		t.Error("the page does not name the sponsor")
	}
	again := root.Post(path+"/address", url.Values{"email": {"mario@studio.example"}, "reason": {"moved"}}).Want(http.StatusUnprocessableEntity)
	if again.Problem("email") != "address_taken" || again.Value("email") != "mario@studio.example" || again.Value("reason") != "moved" {
		t.Errorf("problem %q", again.Problem("email"))
	}
	page = root.Post(path+"/address", url.Values{"email": {"erika@new.example"}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if !strings.Contains(page.Text("aside"), "erika@new.example") {
		t.Error("the page does not show the address")
	}
	// S2-15: whoever tries the old address is told from a stranger.
	page = root.Get("/admin/guests/diagnosis?address=erika%40partner.example").Want(http.StatusOK)
	if page.Attr("#findings li", "data-finding") != "address_changed" {
		t.Errorf("findings %q", page.Text("#findings"))
	}
}

// S2-14: each cause has its sentence, its help and a way on.
func TestDiagnosisPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	page := root.Get("/admin/guests/diagnosis?address=eriak%40partner.example").Want(http.StatusOK)
	if page.Attr("#findings li", "data-finding") != "not_invited" || page.Text("#similar") != "erika@partner.example" {
		t.Errorf("findings %q, similar %q", page.Text("#findings"), page.Text("#similar"))
	}
	page = root.Get("/admin/guests/diagnosis?address=erika%40partner.example").Want(http.StatusOK)
	if page.Exists("#findings") || page.Count(".checks .is-ok") != 2 {
		t.Error("something stands in the way of who can sign in")
	}
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, "contract ended"); err != nil {
		t.Fatal(err)
	}
	page = root.Get("/admin/guests/diagnosis?address=ERIKA%40partner.example").Want(http.StatusOK)
	text := page.Text("#findings")
	for _, want := range []string{"suspended since", "Rita Root", "contract ended"} {
		if !strings.Contains(text, want) {
			t.Errorf("findings %q lack %q", text, want)
		}
	}
	ask := root.Get(page.Attr("#findings a.btn", "href")).Want(http.StatusOK)
	action, form := ask.Form("dialog form")
	form.Set("reason", "the contract goes on")
	if page := root.Post(action, form).Want(http.StatusSeeOther).Follow(); page.Exists("#findings") {
		t.Error("the cure does not help")
	}
	path := guestPath(w.GuestEditor)
	root.Post(path+"/password-reset", nil).Want(http.StatusSeeOther)
	root.Post(path+"/limits/delete", nil).Want(http.StatusSeeOther)
	for _, strange := range []string{"", "%20", "%00", "a", strings.Repeat("x", 2000), "%3Cscript%3E"} {
		if status := root.Get("/admin/guests/diagnosis?address=" + strange).Status; status != http.StatusOK && status != http.StatusUnprocessableEntity {
			t.Errorf("%.20q: %d", strange, status)
		}
	}
}

// The history of a guest leads on to its earlier entries.
func TestHistoryOfAGuestHasPages(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, path := w.As("root"), guestPath(w.GuestEditor)
	for range 6 {
		root.Post(path+"/suspension", nil).Want(http.StatusSeeOther)
		root.Post(path+"/suspension/delete", nil).Want(http.StatusSeeOther)
	}
	page := root.Get(path).Want(http.StatusOK)
	if n := page.Count(`section[aria-labelledby="history"] li`); n != 10 {
		t.Errorf("%d entries", n)
	}
	page = root.Get(strings.TrimSuffix(page.Attr(`.pager a[rel="next"]`, "href"), "#history")).Want(http.StatusOK)
	if n := page.Count(`section[aria-labelledby="history"] li`); n != 2 || page.Exists(`.pager a[rel="next"]`) {
		t.Errorf("%d earlier entries", n)
	}
}
