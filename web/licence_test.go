package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

func limit(t *testing.T, w *webtest.World, preset string, settings map[string]string) {
	t.Helper()
	policy, _ := store.PresetPolicy(preset)
	for name, value := range settings {
		policy[name] = value
	}
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: policy}); err != nil {
		t.Fatal(err)
	}
}

// C2, S4-05: the page says how many there are, who takes them, and what happens over the limit.
func TestLicencesPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	page := root.Get("/admin/licences").Want(http.StatusOK)
	if page.Exists("[data-gauge]") || page.Exists(".banner--danger") {
		t.Error("a limit without a quota")
	}
	limit(t, w, "groups", map[string]string{"quota.licences": "5"})
	page = root.Get("/admin/licences")
	if page.Count("[data-gauge]") != 2 || page.Count("tbody tr") != 2 || !page.Exists(".banner--danger") || // 4 members and 2 guests of several spaces
		page.Text("[data-places=multi]") != "2" || page.Text("[data-places=single]") != "1" || page.Text("[data-places=members]") != "4" {
		t.Errorf("%v", page.Texts("dd"))
	}
	if !root.Get("/admin").Exists(".banner--danger a[href='/admin/licences']") {
		t.Error("no banner for administrators")
	}
}

// C2: who invites sees what is left, and who does not fit.
func TestInvitingAtTheLimit(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	limit(t, w, "guesthouse", map[string]string{"quota.model": "fixed", "quota.guests": "4"})
	host, space := w.As("host"), "/spaces/"+w.Space.String()
	if text := host.Get(space + "/invitations/new").Text("[data-gauge] strong"); text != "1 place left" {
		t.Errorf("the dialog says %q", text)
	}
	if !host.Get(space + "/guests").Exists("[data-gauge]") {
		t.Error("Manage Guests says nothing")
	}
	sent := host.Post(space+"/invitations", url.Values{"emails": {"a@new.example, b@new.example"}, "permission": {"edit"}}).
		Want(http.StatusSeeOther).Follow()
	if sent.Count("tr[data-verdict=invited]") != 1 || sent.Count("tr[data-verdict=no_place]") != 1 {
		t.Errorf("%v", sent.Texts("tr"))
	}
	again := host.Post(space+"/invitations", url.Values{"emails": {"c@new.example"}, "permission": {"edit"}}).Want(http.StatusUnprocessableEntity)
	if again.Problem("emails") != "no_place" {
		t.Errorf("%q", again.Problem("emails"))
	}
}

// C2, C1: an invitation that meets no place, or another space, says whom to ask.
func TestJoiningWithoutAPlace(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	limit(t, w, "guesthouse", map[string]string{"quota.model": "fixed", "quota.guests": "3", "quota.counts": "active"})
	path := invite(t, w, url.Values{"emails": {"jan@new.example"}, "permission": {"edit"}})
	page := w.Anonymous().Post(path, url.Values{"display_name": {"Jan"}, "password": {"nine lives of a cat"}}).Want(http.StatusConflict)
	if page.Code() != "no_place_yet" {
		t.Errorf("%q", page.Code())
	}
	w.Anonymous().Get(path).Want(http.StatusOK)
}
