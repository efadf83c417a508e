package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// C5, C13: a space's settings offer what is as strict or stricter than the
// organisation's, and keep what is chosen.
func TestSpaceNarrowsInItsSettings(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{"invite.who": "members_if_space_allows"}})
	if err != nil {
		t.Fatal(err)
	}
	host, path := w.As("host"), "/spaces/"+w.Space.String()+"/settings"
	page := host.Get(path)
	for id, offered := range map[string]bool{
		"invite.who-organization": true, "invite.who-space_admins": true, "invite.who-sys_admins": true, "invite.who-members": false,
		"twostep.guests-on": true, "twostep.guests-off": false, "invite.members": true,
	} {
		if page.Exists(`[id="`+id+`"]`) != offered {
			t.Errorf("%s is offered: %t, want %t", id, !offered, offered)
		}
	}
	_, form := page.Form("main form[enctype]")
	form.Set("twostep.guests", "on")
	form["invite.members"] = []string{"off", "on"}
	host.Post(path, form).Want(http.StatusSeeOther)
	_, saved := host.Get(path).Form("main form[enctype]")
	if saved.Get("twostep.guests") != "on" || saved.Get("invite.who") != "organization" || len(saved["invite.members"]) != 2 {
		t.Errorf("saved as %v", saved)
	}
	forged := url.Values{"name": {"Kept"}, "invite.who": {"members"}, "invite.approval": {"sys_admin"}}
	page = host.Post(path, forged).Want(http.StatusUnprocessableEntity)
	if page.Problem("invite.who") != "setting_wider" || page.Value("name") != "Kept" {
		t.Errorf("a wider value: %q", page.Problem("invite.who"))
	}
	if _, form := page.Form("main form[enctype]"); form.Get("invite.approval") != "sys_admin" {
		t.Error("what was chosen beside it is lost")
	}
	host.Post(path, form).Want(http.StatusConflict) // an old form loses nothing, and says what is there
}
