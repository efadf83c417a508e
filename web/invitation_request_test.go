package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// C5: a member asks, an administrator of the space answers, the member reads
// the answer; in between the guest hears nothing.
func TestAskingForInvitations(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	policy(t, w, map[string]string{"invite.who": "members", "invite.approval": "space_admin"})
	member, host := w.As("editor"), w.As("host")
	requests := spacePath(w) + "/invitations/requests"
	dialog := member.Get(spacePath(w) + "/invitations/new").Want(http.StatusOK)
	if buttons := dialog.Texts(".dialog__foot button"); buttons[len(buttons)-1] != "Ask for approval" {
		t.Errorf("buttons %v", buttons)
	}
	sent := member.Post(spacePath(w)+"/invitations", url.Values{"emails": {"jan@new.example, kim@new.example"}, "permission": {"read"}}).Want(http.StatusSeeOther).Follow()
	if sent.Count("tr[data-verdict=requested]") != 2 || !strings.Contains(sent.Text("dialog h1"), "Asked for approval of 2 invitations") {
		t.Errorf("the result says %q", sent.Text("dialog h1"))
	}
	if own := member.Get(requests).Want(http.StatusOK); own.Count("tr[data-status=waiting]") != 2 || own.Exists("input[name=request]") {
		t.Error("the member does not see what they asked for")
	}
	if home := host.Get("/"); !strings.Contains(home.Text("main"), "2 requests in") {
		t.Error("the home page does not say that requests wait")
	}
	queue := host.Get(requests).Want(http.StatusOK)
	ids := []string{queue.Attr("tr[data-email='jan@new.example'] input", "value"), queue.Attr("tr[data-email='kim@new.example'] input", "value")}
	host.Post(requests, url.Values{"decision": {"approve"}}).Want(http.StatusUnprocessableEntity)
	host.Post(requests, url.Values{"request": ids[:1], "decision": {"approve"}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	host.Post(requests, url.Values{"request": ids[1:], "decision": {"refuse"}, "reason": {"No contract"}}).Want(http.StatusSeeOther)
	again := host.Post(requests, url.Values{"request": ids[:1], "decision": {"refuse"}}).Want(http.StatusConflict)
	if !again.Exists("[data-problem=request_decided]") {
		t.Error("who comes second is not told")
	}
	own := member.Get(requests).Want(http.StatusOK)
	if own.Count("tr[data-status=approved]") != 1 || own.Count("tr[data-status=refused]") != 1 || !strings.Contains(own.Text("tr[data-status=refused]"), "No contract") {
		t.Errorf("the member reads %q", own.Texts("tr[data-own]"))
	}
	w.Anonymous().Get(linkOf(t, w, "jan@new.example")).Want(http.StatusOK)
	list := member.Get(spacePath(w) + "/guests").Want(http.StatusOK)
	if list.Count("tr[data-email]") != 1 || strings.Contains(list.Body, "erika@partner.example") {
		t.Error("a member sees more than what they sent")
	}
}

// C5: system administrators answer for all spaces; who asked takes back.
func TestRequestsForSystemAdministrators(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	policy(t, w, map[string]string{"invite.approval": "sys_admin"})
	host, root := w.As("host"), w.As("root")
	for _, email := range []string{"jan@new.example", "kim@new.example"} {
		host.Post(spacePath(w)+"/invitations", url.Values{"emails": {email}}).Want(http.StatusSeeOther)
	}
	own := host.Get(spacePath(w) + "/invitations/requests").Want(http.StatusOK)
	withdraw, _ := own.Form("tr[data-own] form")
	host.Post(withdraw, nil).Want(http.StatusSeeOther)
	if !strings.Contains(root.Get("/").Text("main"), "1 request for system administrators") {
		t.Error("the home page does not say that a request waits")
	}
	queue := root.Get("/admin/requests").Want(http.StatusOK)
	if queue.Count("input[name=request]") != 1 {
		t.Fatalf("%d requests", queue.Count("input[name=request]"))
	}
	root.Post("/admin/requests", url.Values{"request": {queue.Attr("input[name=request]", "value")}, "decision": {"approve"}}).Want(http.StatusSeeOther)
	host.Get(spacePath(w) + "/guests?status=invited").Want(http.StatusOK)
	for _, who := range []string{"host", "editor", "outsider"} {
		w.As(who).Get("/admin/requests").Want(http.StatusForbidden)
	}
}

// S3-10, S3-11: the picker adds a guest of another space of the host; where a
// guest is in one space only it says so and names none.
func TestPicker(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		return seed.Membership(w.Spaces[store.SecretSpace], w.GuestOutside, store.Editor, store.Account{}.EndsAt)
	})
	if err != nil {
		t.Fatal(err)
	}
	host, picker := w.As("host"), spacePath(w)+"/guests/new"
	if page := host.Get(picker + "?q=erika").Want(http.StatusOK); page.Exists("input[name=account]") {
		t.Error("who is inside is offered")
	}
	account := w.GuestOutside.ID.String()
	if got := host.Get(picker+"?q=kari").Want(http.StatusOK).Attr("input[name=account]", "value"); got != account {
		t.Errorf("the picker offers %q", got)
	}
	policy(t, w, map[string]string{"guest.scope": "single"})
	page := host.Get(picker).Want(http.StatusOK)
	if !page.Exists("input[name=account][disabled]") || strings.Contains(page.Text("dialog"), "secret space") {
		t.Errorf("the picker says %q", page.Text("dialog"))
	}
	if refused := host.Post(spacePath(w)+"/guests", url.Values{"account": {account}}).Want(http.StatusConflict); !refused.Exists("[data-problem=other_space]") {
		t.Error("the refusal has no reason")
	}
	policy(t, w, map[string]string{"guest.scope": "multi"})
	host.Post(spacePath(w)+"/guests", url.Values{"account": {account}, "permission": {"read"}}).Want(http.StatusSeeOther)
	w.As("elsewhere").Get(spacePath(w)).Want(http.StatusOK)
}

// C6: a space that is no guest space and holds guests says so to its members.
func TestInternalSpaceShowsItsGuests(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	open := "/spaces/" + w.Spaces[store.OpenSpace].String()
	for _, who := range []string{"editor", "outsider"} {
		if page := w.As(who).Get(open).Want(http.StatusOK); !page.Exists(".audience--guests") || !strings.Contains(page.Text(".audience"), "2 guests") {
			t.Errorf("%s reads %q", who, page.Text(".audience"))
		}
	}
	w.As("host").Get(open + "/invitations/new").Want(http.StatusForbidden)
	if page := w.As("host").Get(open + "/guests").Want(http.StatusOK); !strings.Contains(page.Text("dialog"), "No new guests") {
		t.Error("Manage Guests does not say that nobody comes in")
	}
	policy(t, w, map[string]string{"guest.in_internal_spaces": "on"})
	w.As("host").Get(open + "/invitations/new").Want(http.StatusOK)
}
