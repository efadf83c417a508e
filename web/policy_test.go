package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/views"
	"guesthouse/web/webtest"
)

const policyPath = "/admin/policy"

// Every setting has a place on one page, with a control and an anchor.
func TestEverySettingHasAPlace(t *testing.T) {
	t.Parallel()
	root := webtest.New(t).As("root")
	rules, signIn := root.Get(policyPath), root.Get(authentication)
	for _, setting := range store.Settings {
		places := 0
		for _, page := range []*webtest.Page{rules, signIn} {
			if page.Exists(`[id="` + setting.Name + `"]`) {
				places++
			}
			if page.Exists(`[name="`+setting.Name+`"]`) != page.Exists(`[id="`+setting.Name+`"]`) {
				t.Errorf("%s has a control without an anchor, or the other way round", setting.Name)
			}
		}
		if places != 1 {
			t.Errorf("%s has %d places, want 1", setting.Name, places)
		}
		page := rules
		address, err := url.Parse(views.SettingURL(setting.Name))
		if err != nil || address.Fragment != setting.Name {
			t.Errorf("%s is reached at %v, %v", setting.Name, address, err)
			continue
		}
		if address.Path == authentication {
			page = signIn
		}
		if !page.Exists(`[id="` + setting.Name + `"]`) {
			t.Errorf("%s is not where its address leads", setting.Name)
		}
	}
}

// What the page shows, sent as it is, changes nothing.
func TestPolicySentAsItIs(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	before, err := w.Store.Environment(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range []string{"inviting", "addresses", "ends", "reviews", "unused", "deleting", "files", "programs", "places"} {
		_, form := root.Get(policyPath).Form("form#" + section)
		if len(form) < 2 {
			t.Errorf("%s has no settings", section)
		}
		root.Post(policyPath, form).Want(http.StatusSeeOther)
	}
	after, err := w.Store.Environment(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if changes := before.Policy.Changes(after.Policy); len(changes) > 0 {
		t.Errorf("changed %v", changes)
	}
	if page := root.Get("/admin/audit?action=policy."); page.Exists("tbody tr") {
		t.Error("the audit log tells of a change")
	}
}

// C2, C5, C8, C19: each form of value is read as a browser sends it.
func TestChangePolicyPage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		section string
		form    url.Values
		want    map[string]string
	}{
		"words and switches": {"inviting", url.Values{"invite.who": {"members"}, "guest.in_internal_spaces": {"off", "on"}, "guest.without_email": {"off"}},
			map[string]string{"invite.who": "members", "guest.in_internal_spaces": "on", "guest.without_email": "off", "guest.scope": "multi"}},
		"another number counts before the select": {"ends", url.Values{"guest.expiry_default": {"30", "45"}, "guest.expiry_max": {"365", ""}, "guest.expiry_notice_days": {"1 7"}},
			map[string]string{"guest.expiry_default": "45", "guest.expiry_max": "365", "guest.expiry_notice_days": "7,1"}},
		"domains": {"addresses", url.Values{"invite.own_domains": {"Works.example\r\n.lab.example"}},
			map[string]string{"invite.own_domains": ".lab.example\nworks.example"}},
		"factors": {"places", url.Values{"quota.single_space_factor": {"unlimited", ""}, "quota.model": {"licences"}, "quota.licences": {"15"}},
			map[string]string{"quota.single_space_factor": "unlimited", "quota.model": "licences", "quota.licences": "15"}},
		"settings of another section are left alone": {"deleting", url.Values{"delete.grace_days": {"14"}, "invite.who": {"members"}},
			map[string]string{"delete.grace_days": "14", "invite.who": "space_admins"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := webtest.New(t)
			root := w.As("root")
			test.form.Set("section", test.section)
			answer := root.Post(policyPath, test.form).Want(http.StatusSeeOther)
			if answer.Location() != policyPath+"#"+test.section {
				t.Errorf("leads to %s", answer.Location())
			}
			page := root.Get(policyPath)
			for name, want := range test.want {
				if got := setting(t, w, name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
				changed := page.Exists(`[data-setting="` + name + `"] .tag`)
				i := slices.IndexFunc(store.Settings, func(s store.Setting) bool { return s.Name == name })
				if differs := want != store.Settings[i].Default; changed != differs {
					t.Errorf("%s is shown as changed: %t, want %t", name, changed, differs)
				}
			}
		})
	}
}

// What is wrong stands beside its field, in its section, with what was typed.
func TestBadPolicy(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	page := root.Post(policyPath, url.Values{
		"section": {"ends"}, "guest.expiry_default": {"30", "1.5"}, "guest.expiry_max": {"60", ""}, "guest.expiry_notice_days": {"soon"},
	}).Want(http.StatusUnprocessableEntity)
	if page.Problem("guest.expiry_default") != "bad_days" || page.Problem("guest.expiry_notice_days") != "bad_day_list" {
		t.Errorf("problems %q, %q", page.Problem("guest.expiry_default"), page.Problem("guest.expiry_notice_days"))
	}
	_, form := page.Form("form#ends")
	if values := form["guest.expiry_default"]; !slices.Equal(values, []string{"never", "1.5"}) {
		t.Errorf("typed %q came back", values)
	}
	if form.Get("guest.expiry_max") != "60" || form.Get("guest.expiry_notice_days") != "soon" {
		t.Error("what was typed beside it is lost")
	}
	if page.Count(".error-summary") != 1 || !page.Exists("form#ends .error-summary") {
		t.Error("the summary is not in the form that was sent")
	}
	if setting(t, w, "guest.expiry_max") != "never" {
		t.Error("a part of the form was kept")
	}
	root.Post(policyPath, url.Values{"section": {"nonsense"}}).Want(http.StatusBadRequest)
}

// A preset's page says what changes; it is applied in one click.
func TestPresetPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	root.Post(policyPath, url.Values{"section": {"addresses"}, "invite.own_domains": {"works.example"}}).Want(http.StatusSeeOther)
	page := root.Get(policyPath + "/presets/groups").Want(http.StatusOK)
	if got := page.Texts("tbody th"); len(got) != 4 || page.Text(`tr[data-setting="quota.model"] strong`) != "Licences" {
		t.Errorf("changes %q", got)
	}
	root.Post(policyPath+"/presets/groups", nil).Want(http.StatusSeeOther)
	if setting(t, w, "invite.who") != "members" || setting(t, w, "invite.own_domains") != "works.example" {
		t.Error("the preset is not in force, or took the domains")
	}
	if page := root.Get(policyPath + "/presets/groups"); page.Exists("tbody tr") {
		t.Errorf("still changes %q", page.Texts("tbody th"))
	}
	row := root.Get("/admin/audit?action=policy.").Text(`tr[data-action="policy.preset_applied"]`)
	for _, words := range []string{"Preset applied", "Preset: Groups", "How places are counted: No limit → Licences"} {
		if !strings.Contains(row, words) {
			t.Errorf("the audit log does not say %q: %s", words, row)
		}
	}
	root.Get(policyPath + "/presets/nonsense").Want(http.StatusNotFound)
	root.Post(policyPath+"/presets/nonsense", nil).Want(http.StatusNotFound)
}

// C3: the preset that mails passwords is asked about first.
func TestPresetIsAcknowledged(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, preset := w.As("root"), policyPath+"/presets/guest-spaces"
	if !root.Get(preset).Exists("#acknowledge") || root.Get(policyPath+"/presets/groups").Exists("#acknowledge") {
		t.Error("the question stands where it should not, or the other way round")
	}
	page := root.Post(preset, nil).Want(http.StatusUnprocessableEntity)
	if page.Problem("signup.welcome_password") != "acknowledge_welcome_password" || setting(t, w, "password.preset") != "modern" {
		t.Error("nothing is asked")
	}
	root.Post(preset, url.Values{"acknowledge": {"on"}}).Want(http.StatusSeeOther)
	if setting(t, w, "password.preset") != "basic" || setting(t, w, "twostep.guests") != "on" { // SEC-P3
		t.Error("the preset is not in force")
	}
}

// A refusal names its setting to system administrators, and to nobody else.
func TestRefusalsNameTheirSetting(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{
		"invite.who": "sys_admins", "twostep.guests": "on", "invite.own_domains": "works.example",
	}}); err != nil {
		t.Fatal(err)
	}
	const told = `[data-decided-by="invite.who"] a[href="/admin/policy#invite.who"]`
	space := "/spaces/" + w.Space.String()
	page := w.As("host").Get(space + "/invitations/new").Want(http.StatusForbidden)
	if page.Exists("[data-decided-by]") {
		t.Error("somebody who is no system administrator is told of the policy")
	}
	if err := w.Store.AddSpaceMember(t.Context(), w.Host, w.Space, w.Root.ID, store.Editor); err != nil {
		t.Fatal(err)
	}
	page = w.As("root").Get(space + "/invitations/new").Want(http.StatusForbidden)
	if !page.Exists(told) {
		t.Errorf("the system administrator is not told: %s", page.Text("main"))
	}
}
