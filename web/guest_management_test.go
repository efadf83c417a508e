package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

func guestPath(account store.Account) string { return "/admin/guests/" + account.ID.String() }

// S4-12: everybody from outside, by state and by what is searched for.
func TestGuestList(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	root.Post(guestPath(w.GuestReader)+"/suspension", url.Values{"reason": {"left"}}).Want(http.StatusSeeOther)
	for query, want := range map[string]string{
		"":                          "erika@partner.example kari@elsewhere.example mario@studio.example",
		"?status=active":            "erika@partner.example kari@elsewhere.example",
		"?status=suspended":         "mario@studio.example",
		"?status=ended":             "",
		"?status=nonsense":          "erika@partner.example kari@elsewhere.example mario@studio.example",
		"?q=ERIKA":                  "erika@partner.example",
		"?q=studio":                 "mario@studio.example",
		"?q=studio&status=active":   "",
		"?q=%00%3Cscript%3E&from":   "",
		"?sort=-name":               "mario@studio.example kari@elsewhere.example erika@partner.example",
		"?sort=nonsense&from=x":     "erika@partner.example kari@elsewhere.example mario@studio.example",
		"?licence=none":             "kari@elsewhere.example",
		"?company=Nobody":           "",
		"?sponsor=nobody@x.example": "",
		"?signed_in=never":          "erika@partner.example kari@elsewhere.example mario@studio.example",
		"?ends=7":                   "",
		"?space=Nowhere":            "",
	} {
		page := root.Get("/admin/guests" + query).Want(http.StatusOK)
		got := page.Texts("tbody tr .person__sub")
		if strings.Join(got, " ") != want {
			t.Errorf("%q lists %q, want %q", query, got, want)
		}
		if want == "" && !page.Exists(".empty a") {
			t.Errorf("%q: no way out of an empty list", query)
		}
	}
	page := root.Get("/admin/guests")
	row := `tr[data-email="mario@studio.example"]`
	if page.Attr(row, "data-status") != "suspended" || page.Count(row+" td .tag") != 3 || !page.Exists(row+" [data-guest]") { // S4-10
		t.Errorf("row %q", page.Text(row))
	}
}

// S2-09, S4-27: each act asks first and says what ends; the safe way comes first.
func TestActsOnAGuestAskFirst(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	for _, test := range []struct{ path, verb string }{
		{guestPath(w.GuestEditor) + "/suspension", "Suspend"},
		{guestPath(w.GuestEditor) + "/delete", "Delete account"},
		{guestPath(w.GuestEditor) + "/spaces/" + w.Space.String() + "/delete", "Remove from space"},
	} {
		page := root.Get(test.path).Want(http.StatusOK)
		foot := page.Texts(".dialog__foot .btn")
		if len(foot) != 2 || foot[1] != test.verb || !page.Exists(".dialog__foot .btn:first-child[data-safe]") {
			t.Errorf("%s: buttons %q", test.path, foot)
		}
		if page.Count(".dialog .is-bad") == 0 || page.Count(".dialog .is-ok") == 0 || !page.Exists(".dialog [data-guest]") {
			t.Errorf("%s does not say what ends and what stays", test.path)
		}
		if !page.Exists(".shell[inert]") || root.Fragment(test.path).Exists(".shell") {
			t.Errorf("%s is no dialog", test.path)
		}
		long := strings.Repeat("長", 201)
		if test.verb != "Remove from space" {
			again := root.Post(test.path, url.Values{"reason": {long}}).Want(http.StatusUnprocessableEntity)
			if again.Value("reason") != long || again.Problem("reason") == "" {
				t.Errorf("%s: the reason did not come back", test.path)
			}
		}
	}
	if root.Get(guestPath(w.GuestEditor)).Count("tr[data-space]") != 4 {
		t.Error("asking did something")
	}
}

// S4-27, SEC-S4: what is taken away is gone with the very next click.
func TestSuspendAndReactivate(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, path := w.As("root"), guestPath(w.GuestEditor)
	token := w.SignIn(w.GuestEditor)
	page := root.Post(path+"/suspension", url.Values{"reason": {"contract ended"}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if !strings.Contains(page.Body, "contract ended") || page.Exists(`a[href$="/suspension"]`) || !page.Exists(".checks .is-bad") {
		t.Error("the page does not say that the guest is suspended")
	}
	if _, err := w.Store.Visit(t.Context(), token); err == nil {
		t.Error("the session goes on")
	}
	page = root.Post(path+"/suspension/delete", nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if !page.Exists(`a[href$="/suspension"]`) || page.Count("tr[data-space]") != 4 {
		t.Error("the page does not say that the guest is active")
	}
}

// S2-08
func TestDeleteGuest(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, path := w.As("root"), guestPath(w.GuestEditor)
	if got := root.Post(path+"/delete", url.Values{"reason": {"asked for it"}}).Want(http.StatusSeeOther).Location(); got != "/admin/guests" {
		t.Errorf("leads to %q", got)
	}
	if got := root.Get("/admin/guests?status=deleted").Attr("tbody tr", "data-status"); got != "deleted" {
		t.Errorf("status %q", got)
	}
	page := root.Get(path).Want(http.StatusOK)
	if page.Exists(`.page-head a[href$="/delete"]`) || page.Text(".page-head [data-guest]") != "Former guest" {
		t.Error("the page of a former guest offers to delete them")
	}
	for _, act := range []string{"/delete", "/suspension", "/suspension/delete", "/sessions/delete"} {
		root.Post(path+act, nil).Want(http.StatusNotFound)
	}
	root.Get(path + "/delete").Want(http.StatusNotFound)
	root.Get(path + "/suspension").Want(http.StatusNotFound)
}

// S2-09: one space ends, the others and the account stay.
func TestRemoveGuestFromSpace(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, path := w.As("root"), guestPath(w.GuestEditor)
	act := path + "/spaces/" + w.Space.String() + "/delete"
	page := root.Post(act, nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if page.Count("tr[data-space]") != 3 {
		t.Errorf("%d spaces are left", page.Count("tr[data-space]"))
	}
	root.Get(act).Want(http.StatusNotFound)
	root.Post(act, nil).Want(http.StatusNotFound)
	root.Post(path+"/spaces/999999/delete", nil).Want(http.StatusNotFound)
}

func TestSignGuestOut(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, path := w.As("root"), guestPath(w.GuestEditor)
	if root.Get(path).Exists(`form[action$="/sessions/delete"]`) {
		t.Error("somebody who is not signed in can be signed out")
	}
	token := w.SignIn(w.GuestEditor)
	action, fields := root.Get(path).Form(`form[action$="/sessions/delete"]`)
	root.Post(action, fields).Want(http.StatusSeeOther)
	if _, err := w.Store.Visit(t.Context(), token); err == nil {
		t.Error("the session goes on")
	}
}

// A member is no guest, and an id that is none is nobody.
func TestGuestPagesOfOthers(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, id := range []string{w.Host.ID.String(), "0", "-1", "x", "999999", "99999999999999999999"} {
		for _, part := range []string{"", "/suspension", "/delete", "/spaces/1/delete"} {
			w.As("root").Get("/admin/guests/" + id + part).Want(http.StatusNotFound)
		}
	}
}
