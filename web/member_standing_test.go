package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"guesthouse/web/webtest"
)

func memberPath(w *webtest.World, who string) string {
	if who == "host" {
		return "/admin/members/" + w.Host.ID.String()
	}
	return "/admin/members/" + w.Editor.ID.String()
}

// A deactivated member is out with the next request, stands among the inactive,
// and comes back.
func TestDeactivatingAMember(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, editor := w.As("root"), w.As("editor")
	path := memberPath(w, "editor")
	if page := root.Get(path + "/suspension").Want(http.StatusOK); page.Count(".checks li") < 4 {
		t.Error("the dialog does not list what ends and stays")
	}
	root.Post(path+"/suspension", url.Values{"reason": {"on leave"}}).Want(http.StatusSeeOther)
	if to := editor.Get("/").Want(http.StatusSeeOther).Location(); to != "/login" {
		t.Errorf("led to %q", to)
	}
	if list := root.Get("/admin/members?status=suspended"); list.Count("tbody tr") != 1 || !list.Exists("tr[data-status=suspended]") {
		t.Errorf("%v", list.Texts("tbody tr"))
	}
	root.Post(path+"/suspension/delete", nil).Want(http.StatusSeeOther)
	if list := root.Get("/admin/members?status=suspended"); list.Exists("tbody tr") {
		t.Error("still among the inactive")
	}
	// The only administrator of spaces hands over first: the page names them.
	page := root.Post(memberPath(w, "host")+"/suspension", url.Values{"reason": {"kept"}}).Want(http.StatusConflict)
	if page.Attr("[data-refusal]", "data-refusal") != "only_administrator" || page.Value("reason") != "kept" {
		t.Errorf("%v", page.Texts("[data-refusal]"))
	}
}

// S3-12, S4-29: both ways, each after a page that lists what changes.
func TestConvertingBothWays(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, guest := w.As("root"), w.As("guest")
	path := guestPath(w.GuestEditor)
	if !root.Get(path).Exists("a[href$='/conversion']") {
		t.Error("the guest's page does not lead to it")
	}
	root.Get(path + "/conversion").Want(http.StatusOK)
	member := root.Post(path+"/conversion", url.Values{"reason": {"hired"}}).Want(http.StatusSeeOther).Location()
	guest.Get("/").Want(http.StatusSeeOther) // signed out
	root.Get(member).Want(http.StatusOK)
	again := root.Post(path+"/suspension", nil).Want(http.StatusConflict)
	if again.Code() != "member_now" {
		t.Errorf("%q", again.Code())
	}
	ask := root.Get(member + "/demotion").Want(http.StatusOK)
	if ask.Value("sponsor") != "root@works.example" {
		t.Errorf("the sponsor begins as %q", ask.Value("sponsor"))
	}
	wrong := root.Post(member+"/demotion", url.Values{"sponsor": {"nobody@works.example"}, "reason": {"left"}}).Want(http.StatusUnprocessableEntity)
	if wrong.Problem("sponsor") != "no_such_sponsor" || wrong.Value("reason") != "left" {
		t.Errorf("%q", wrong.Problem("sponsor"))
	}
	to := root.Post(member+"/demotion", url.Values{"sponsor": {"host@works.example"}}).Want(http.StatusSeeOther).Location()
	if to != path {
		t.Errorf("led to %q", to)
	}
	root.Get(to).Want(http.StatusOK)
}

// A member's department and guests are changed on the member's page.
func TestMembersPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	path := memberPath(w, "editor")
	root.Post(path+"/department", url.Values{"division": {"Sales"}}).Want(http.StatusSeeOther)
	if list := root.Get("/admin/members?q=sales"); list.Count("tbody tr") != 1 {
		t.Errorf("%v", list.Texts("tbody tr"))
	}
	root.Post(path+"/demotion", nil).Want(http.StatusSeeOther) // the actor answers for the guest
	if !root.Get("/admin/members/" + w.Root.ID.String()).Exists("form[action$='/guests']") {
		t.Error("whom the administrator answers for is not listed")
	}
	root.Post("/admin/members/"+w.Root.ID.String()+"/guests", url.Values{"successor": {"x"}}).Want(http.StatusUnprocessableEntity)
	root.Post("/admin/members/"+w.Root.ID.String()+"/guests", url.Values{"successor": {"host@works.example"}}).Want(http.StatusSeeOther)
}
