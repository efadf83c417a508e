package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/web/webtest"
)

// SEC-A1: every page and act of the administration, tried by everybody.
func TestAdministrationIsForAdministrators(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	guest, member := "/admin/guests/"+w.GuestOutside.ID.String(), w.Editor.ID.String()
	pages := []string{
		"/admin", "/admin/members", "/admin/members/new", "/admin/members/" + member,
		"/admin/guests", guest, guest + "/suspension", guest + "/delete",
		"/admin/guests/" + w.GuestEditor.ID.String() + "/spaces/" + w.Space.String() + "/delete", "/admin/mail", "/admin/audit", "/admin/audit.csv", "/admin/audit?format=csv", "/admin/authentication",
	}
	acts := map[string]url.Values{
		"/admin/members":                     {"display_name": {"New"}, "email": {"new@works.example"}},
		"/admin/members/" + member:           {"system_admin": {"on"}},
		"/admin/members/" + member + "/link": {"delivery": {"link"}},
		guest + "/suspension":                nil, guest + "/suspension/delete": nil, guest + "/delete": nil, guest + "/sessions/delete": nil,
		"/admin/guests/" + w.GuestEditor.ID.String() + "/spaces/" + w.Space.String() + "/delete": nil,
		"/admin/authentication": {"twostep.guests": {"on"}},
		"/admin/mail/test":      {"email": {"a@works.example"}}, "/admin/mail/1/retry": nil, "/admin/mail/1/delete": nil,
	}
	for _, name := range webtest.Cast {
		c := w.As(name)
		want := map[string]int{
			"root": http.StatusOK, "host": http.StatusForbidden, "editor": http.StatusForbidden, "outsider": http.StatusForbidden,
			"guest": http.StatusNotFound, "reader": http.StatusNotFound, "elsewhere": http.StatusNotFound, "stranger": http.StatusSeeOther,
		}[name]
		for _, path := range pages {
			if got := c.Get(path).Status; got != want {
				t.Errorf("%s: GET %s answers %d, want %d", name, path, got, want)
			}
		}
		if name == "root" {
			continue
		}
		if name == "stranger" {
			want = http.StatusUnauthorized
		}
		for path, form := range acts {
			if got := c.Post(path, form).Status; got != want {
				t.Errorf("%s: POST %s answers %d, want %d", name, path, got, want)
			}
		}
	}
	if got := w.As("root").Get("/admin/members").Count("tbody tr"); got != 4 {
		t.Errorf("%d members after all refusals, want 4", got)
	}
}

func TestAddMemberByMail(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	page := root.Post("/admin/members", url.Values{
		"display_name": {"山田 太郎"}, "email": {"Taro@Works.example"}, "locale": {"ja"},
		"system_admin": {"on"}, "may_create_guest_spaces": {"on"}, "delivery": {"mail"},
	}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	row := `tr[data-email="Taro@Works.example"]`
	if page.Attr(row, "data-status") != "invited" || page.Text(row+" .name") != "山田 太郎" || page.Count(row+" .tag") != 2 {
		t.Errorf("row %q", page.Text(row))
	}
	if !strings.Contains(page.Text(".flash"), "山田 太郎") {
		t.Errorf("flash %q", page.Text(".flash"))
	}
	mails := w.Mails()
	if len(mails) != 1 || mails[0].To != "taro@works.example" || mails[0].Locale != "ja" {
		t.Fatalf("mails %+v", len(mails))
	}
}

// The link of a new member is shown once, in the answer, and nowhere else.
func TestAddMemberByLink(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	page := root.Post("/admin/members", url.Values{"display_name": {"Ada"}, "email": {"ada@works.example"}, "delivery": {"link"}}).Want(http.StatusOK)
	link := page.Value("link")
	if !strings.HasPrefix(link, w.URL+"/password/reset/") || page.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("link %q", link)
	}
	token := strings.TrimPrefix(link, w.URL+"/password/reset/")
	for _, path := range []string{"/admin/members", "/admin/audit"} {
		if strings.Contains(root.Get(path).Body, token) {
			t.Errorf("%s holds the link", path)
		}
	}
	if strings.Contains(w.Log(), token) { // SEC-I7
		t.Error("the log holds the link")
	}
	if len(w.Mails()) != 0 {
		t.Error("a mail was sent too")
	}
}

func TestAddMemberMistakes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	for _, test := range []struct {
		name, display, email string
		problems             map[string]string
	}{
		{"nothing typed", "", "", map[string]string{"display_name": "required", "email": "required"}},
		{"no address", "Ada", "ada at works", map[string]string{"email": "not_an_address"}},
		{"address of a guest", "Erika", "erika@partner.example", map[string]string{"email": "address_taken"}},
	} {
		form := url.Values{"display_name": {test.display}, "email": {test.email}, "locale": {"zh"}, "system_admin": {"on"}, "delivery": {"link"}}
		page := root.Post("/admin/members", form).Want(http.StatusUnprocessableEntity)
		for field, code := range test.problems {
			if got := page.Problem(field); got != code {
				t.Errorf("%s: %s is %q, want %q", test.name, field, got, code)
			}
		}
		for field, want := range map[string]string{"display_name": test.display, "email": test.email, "locale": "zh", "system_admin": "on", "delivery": "link"} {
			if got := page.Value(field); got != want {
				t.Errorf("%s: %s came back as %q", test.name, field, got)
			}
		}
		if !strings.HasPrefix(page.Title(), "Error: ") || !page.Exists("dialog .error-summary") {
			t.Errorf("%s: title %q", test.name, page.Title())
		}
	}
}

func TestMemberRights(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, path := w.As("root"), "/admin/members/"+w.Host.ID.String()
	if page := root.Get(path); page.Value("system_admin") != "" || page.Value("may_create_guest_spaces") != "on" {
		t.Error("the page shows other rights than the host has")
	}
	page := root.Post(path, url.Values{"system_admin": {"on"}}).Want(http.StatusSeeOther).Follow()
	if page.Value("system_admin") != "on" || page.Value("may_create_guest_spaces") != "" || page.Count(".timeline li") == 0 {
		t.Error("the rights were not saved, or are not in the history")
	}
	own := "/admin/members/" + w.Root.ID.String()
	if got := root.Post(own, url.Values{}).Want(http.StatusSeeOther).Location(); got != "/" {
		t.Errorf("who gives the administration up is led to %q", got)
	}
	root.Get("/admin").Want(http.StatusForbidden)
	page = w.As("host").Post(path, url.Values{"may_create_guest_spaces": {"on"}}).Want(http.StatusUnprocessableEntity)
	if page.Value("may_create_guest_spaces") != "on" || page.Attr(".error-summary [data-problem]", "data-problem") != "last_administrator" {
		t.Error("the last administrator could go, or does not learn why not")
	}
	for _, id := range []string{w.GuestEditor.ID.String(), "0", "x", "999999"} {
		w.As("host").Get("/admin/members/" + id).Want(http.StatusNotFound)
	}
}

func TestRenewMemberLink(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	root.Post("/admin/members", url.Values{"display_name": {"Ada"}, "email": {"ada@works.example"}, "delivery": {"mail"}}).Want(http.StatusSeeOther)
	path := root.Get("/admin/members").Attr(`tr[data-email="ada@works.example"] a`, "href")
	page := root.Get(path)
	if page.Count(`form[action$="/link"]`) != 2 {
		t.Fatal("no way to a new link")
	}
	root.Post(path+"/link", url.Values{"delivery": {"mail"}}).Want(http.StatusSeeOther)
	if link := root.Post(path+"/link", url.Values{"delivery": {"link"}}).Want(http.StatusOK).Value("link"); link == "" {
		t.Error("no link")
	}
	root.Post("/admin/members/"+w.Host.ID.String()+"/link", url.Values{}).Want(http.StatusConflict)
}
