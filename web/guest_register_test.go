package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

func entryOf(account store.Account) string { return (2 * account.ID).String() }

// Bulk acts without a script: tick, look at what would happen, do it, read
// what became of each.
func TestSeveralGuestsAtOnce(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	list := root.Get("/admin/guests").Want(http.StatusOK)
	if list.Count(`input[name="guest"][form="selection"]`) != 3 {
		t.Fatal("the guests cannot be ticked")
	}
	root.Get("/admin/guest-acts/new?act=suspend").Want(http.StatusSeeOther) // nobody was ticked
	root.Get("/admin/guest-acts/new?act=promote&guest=2").Want(http.StatusNotFound)

	page := root.Get("/admin/guest-acts/new?act=reactivate&guest=" + entryOf(w.GuestReader)).Want(http.StatusOK)
	if page.Exists("main form[method=post]") || page.Attr("tbody tr", "data-skip") != store.SkipDone {
		t.Error("who is active can be reactivated")
	}
	page = root.Get("/admin/guest-acts/new?act=suspend&guest=" + entryOf(w.GuestReader) + "&guest=" + entryOf(w.GuestEditor)).Want(http.StatusOK)
	if page.Count(`input[type=hidden][name="guest"]`) != 2 || page.Count("tbody tr") != 2 || !page.Exists("[data-safe]") {
		t.Errorf("confirmation %q", page.Text("main"))
	}
	form := url.Values{"act": {"suspend"}, "guest": {entryOf(w.GuestReader), entryOf(w.GuestEditor)}, "reason": {"over"}}
	page = root.Post("/admin/guest-acts", form).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if page.Count(`tr[data-status="suspended"]`) != 2 || !strings.Contains(page.Text(".banner"), "2 guests suspended") {
		t.Errorf("results %q", page.Text("main"))
	}

	page = root.Get("/admin/guest-acts/new?act=remove&all=on").Want(http.StatusOK)
	if !page.Exists(`select[name="out_of"]`) || page.Exists("main form[method=post]") {
		t.Error("the space was not asked for")
	}
	form = url.Values{"act": {"extend"}, "guest": {entryOf(w.GuestOutside)}, "ends_on": {"2020-01-01"}, "ends_in_days": {""}, "reason": {"because"}}
	page = root.Post("/admin/guest-acts", form).Want(http.StatusUnprocessableEntity)
	if page.Attr(`input[name="reason"]`, "value") != "because" || page.Attr(`input[name="ends_on"]`, "value") != "2020-01-01" {
		t.Error("what was typed is lost")
	}
}

// SEC-I4, S4-12: the file holds whom the filter leaves; nothing in it is a formula.
func TestGuestsAsAFile(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		_, err := seed.Account(store.SeedAccount{Kind: store.Guest, Email: "evil@partner.example", Name: "=HYPERLINK(1)", Company: "+1"}, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	body := root.Get("/admin/guests.csv?q=evil").Want(http.StatusOK).Body
	if !strings.HasPrefix(body, "\ufeffid,status,") || strings.Count(body, "\n") != 2 || !strings.Contains(body, ",'=HYPERLINK(1),yes,evil@partner.example,'+1,") {
		t.Errorf("file %q", body)
	}
	body = root.Get("/admin/guests.csv?guest=" + entryOf(w.GuestReader)).Want(http.StatusOK).Body
	if strings.Count(body, "\n") != 2 || !strings.Contains(body, w.GuestReader.Login) {
		t.Errorf("file of one %q", body)
	}
	response := root.Get("/admin/guest-acts/new?act=export&q=evil&all=on&guest=2").Want(http.StatusSeeOther)
	if location := response.Header.Get("Location"); location != "/admin/guests.csv?all=on&q=evil" {
		t.Errorf("the export of a selection is %q", location)
	}
	w.Clock.Advance(11 * time.Minute) // SEC-S3
	if root.Get("/admin/guests.csv").Want(http.StatusSeeOther).Header.Get("Location") == "" {
		t.Error("a list was exported without a recent password")
	}
}

// Beyond 16: who can see what, in each order, for administrators and for those of a space.
func TestAccessPages(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, host := w.As("root"), w.As("host")
	for query, want := range map[string]int{"": 8, "?by=company": 8, "?by=space": 8, "?q=erika": 4, "?by=space&space=Nowhere": 0, "?by=nonsense": 8} {
		if n := root.Get("/admin/access" + query).Want(http.StatusOK).Count("tbody tr"); n != want {
			t.Errorf("%q: %d lines, want %d", query, n, want)
		}
	}
	body := root.Get("/admin/access.csv?by=space").Want(http.StatusOK).Body
	if strings.Count(body, "\n") != 9 {
		t.Errorf("file %q", body)
	}
	path := "/spaces/" + w.Space.String() + "/access"
	page := host.Get(path).Want(http.StatusOK)
	if page.Count("tbody tr") != 2 || page.Count("tbody [data-guest]") != 2 { // S4-10
		t.Errorf("the space's sheet %q", page.Text("main"))
	}
	if body := host.Get(path + ".csv").Want(http.StatusOK).Body; strings.Count(body, "\n") != 3 {
		t.Errorf("the space's file %q", body)
	}
}
