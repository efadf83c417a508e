package web_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/mail"
	"guesthouse/store"
	"guesthouse/views"
	"guesthouse/web/webtest"
)

// By the contract's addresses and fields: a guest space is made, opened, and
// written in.
func TestMakeASpaceAndWrite(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	form := host.Get("/spaces/new?kind=guest").Want(http.StatusOK)
	if !form.Exists("input#private[checked][disabled]") { // S0-13
		t.Error("the privacy box is not fixed")
	}
	_, fields := form.Form("dialog form")
	fields.Set("name", "  Autumn catalogue ")
	fields.Set("cover", "preset:dunes")
	fields.Set("isPrivate", "false") // forged
	fields.Add("members", w.Editor.ID.String())
	created := host.Post("/spaces", fields).Want(http.StatusSeeOther)
	page := created.Follow().Want(http.StatusOK)
	if page.Text("h1") != "Autumn catalogue" || !strings.Contains(page.Text(".audience"), "visible only to its 2 members") {
		t.Errorf("the page says %q, %q", page.Text("h1"), page.Text(".audience"))
	}
	if page.Text(".flash span") != "Autumn catalogue is ready." {
		t.Errorf("flash %q", page.Text(".flash span"))
	}
	if src := page.Attr(".cover img", "src"); !strings.Contains(src, "dunes") {
		t.Errorf("cover %q", src)
	}
	action, fields := page.Form("form.composer")
	fields.Set("text", "Hello **everybody** <script>x</script>")
	page = host.Post(action, fields).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if page.Text(".comment .prose strong") != "everybody" {
		t.Error("the comment is not rendered")
	}
	if strings.Contains(page.Body, "<script>x") { // SEC-I3
		t.Error("a script came through")
	}
	if w.As("outsider").Get(page.URL.Path).Want(http.StatusNotFound).Code() != "not_found" { // S0-04
		t.Error("an outsider knows of it")
	}
}

// S0-12, S0-18: an error comes back with everything that was typed, on its tab.
func TestMakeASpaceWithMistakes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	page := host.Post("/spaces", url.Values{
		"kind": {"guest"}, "name": {" \u202e "}, "cover": {"preset:tiles"}, "fixed_membership": {"on"},
		"members": {w.Host.ID.String(), w.Editor.ID.String()},
	}).Want(http.StatusUnprocessableEntity)
	if page.Problem("name") != "text_control" {
		t.Errorf("name: %q", page.Problem("name"))
	}
	if page.Problem("administrators") != "no_admin_left" || !page.Exists(`.tabs a[href="#members"][aria-current]`) {
		t.Errorf("administrators: %q", page.Problem("administrators"))
	}
	if page.Value("cover") != "preset:tiles" || page.Value("fixed_membership") != "on" ||
		!page.Exists(`[name="members"][value="`+w.Editor.ID.String()+`"][checked]`) {
		t.Error("what was chosen is lost")
	}
	if !strings.HasPrefix(page.Title(), "Error: ") {
		t.Errorf("title %q", page.Title())
	}
	for name, fields := range map[string]url.Values{
		"a guest as a member":         {"kind": {"open"}, "name": {"x"}, "administrators": {w.Host.ID.String()}, "members": {w.GuestEditor.ID.String()}},
		"a guest as administrator":    {"kind": {"open"}, "name": {"x"}, "administrators": {w.GuestEditor.ID.String()}},
		"no kind":                     {"name": {"x"}},
		"an unknown cover":            {"kind": {"open"}, "name": {"x"}, "cover": {"preset:../x"}},
		"somebody else's blob":        {"kind": {"open"}, "name": {"x"}, "cover": {"blob:" + strings.Repeat("a", 64)}},
		"a name of 129 characters":    {"kind": {"open"}, "name": {strings.Repeat("x", 129)}},
		"a member who does not exist": {"kind": {"open"}, "name": {"x"}, "members": {"999999"}, "administrators": {w.Host.ID.String()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if page := host.Post("/spaces", fields).Want(http.StatusUnprocessableEntity); !page.Exists(".error-summary") {
				t.Error("nothing says what is wrong")
			}
		})
	}
}

// S0-02: who may not make guest spaces does not find the way and is refused.
func TestWhoMakesGuestSpaces(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	fields := url.Values{"kind": {"guest"}, "name": {"Mine"}}
	for name, want := range map[string]int{
		"root": http.StatusSeeOther, "host": http.StatusSeeOther, "editor": http.StatusForbidden,
		"guest": http.StatusNotFound, "elsewhere": http.StatusNotFound,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := w.As(name)
			client.Post("/spaces", fields).Want(want)
			home := client.Get("/").Want(http.StatusOK)
			if found := strings.Contains(home.Body, "kind=guest"); found != (want == http.StatusSeeOther) {
				t.Errorf("the home page leads to the form: %v", found)
			}
			if want == http.StatusForbidden {
				client.Get("/spaces/new?kind=guest").Want(want)
			}
		})
	}
}

func aPicture(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for x := range 40 {
		img.Set(x, x/2, color.RGBA{R: uint8(x * 5), A: 255}) //nolint:gosec // below 256
	}
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

// S0-16: an uploaded cover is shown to who may know of the space, and gone
// when it is replaced.
func TestUploadACover(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, space := w.As("host"), views.SpaceURL(w.Space)
	fields := url.Values{"name": {"With a picture"}}
	host.PostFiles(space+"/settings", fields, map[string]webtest.File{"cover": {Name: "x.png", Content: aPicture(t)}}).Want(http.StatusSeeOther)
	address := host.Get(space).Attr(".cover img", "src")
	picture := w.As("reader").Get(address).Want(http.StatusOK)
	if got := picture.Header.Get("Cache-Control"); got != "private, no-cache" || !strings.HasPrefix(picture.Header.Get("Content-Type"), "image/") {
		t.Errorf("sent as %q, %q", picture.Header.Get("Content-Type"), got)
	}
	w.As("outsider").Get(address).Want(http.StatusNotFound) // S0-04
	w.As("elsewhere").Get(address).Want(http.StatusNotFound)
	bad := host.PostFiles(space+"/settings", fields, map[string]webtest.File{"cover": {Name: "x.svg", Content: []byte("<svg/>")}}).Want(http.StatusUnprocessableEntity)
	if bad.Problem("cover") != "not_a_picture" || bad.Value("name") != "With a picture" {
		t.Errorf("cover: %q", bad.Problem("cover"))
	}
	host.Post(space+"/settings", url.Values{"name": {"Plain"}, "cover": {"preset:night"}}).Want(http.StatusSeeOther)
	host.Get(address).Want(http.StatusNotFound)
}

// S0-14: two administrators save at once; the second sees what the first saved,
// and neither loses anything.
func TestTwoAdministratorsSave(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, space := w.As("host"), views.SpaceURL(w.Space)
	_, first := host.Get(space + "/settings").Form("main form[enctype]")
	_, second := host.Get(space + "/settings").Form("main form[enctype]")
	first.Set("name", "The first name")
	host.Post(space+"/settings", first).Want(http.StatusSeeOther)
	second.Set("name", "The second name")
	page := host.Post(space+"/settings", second).Want(http.StatusConflict)
	if page.Value("name") != "The second name" || !strings.Contains(page.Text(".banner"), "The first name") {
		t.Errorf("field %q, banner %q", page.Value("name"), page.Text(".banner"))
	}
	_, again := page.Form("main form[enctype]")
	host.Post(space+"/settings", again).Want(http.StatusSeeOther)
	if name := host.Get(space).Text("h1"); name != "The second name" {
		t.Errorf("name %q", name)
	}
}

// A foreign ID and one that nothing has give the same answer, in every address.
func TestForeignAndUnknownSpaces(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, name := range []string{"outsider", "elsewhere"} {
		client := w.As(name)
		for _, part := range []string{"", "/cover", "/settings", "/delete", "/leave", "/people", "/members", "/members/1/delete", "/threads", "/threads/1", "/threads/new", "/threads/1/edit", "/threads/1/comments/1"} {
			foreign := client.Get(views.SpaceURL(w.Space) + part).Want(http.StatusNotFound)
			unknown := client.Get("/spaces/987654" + part).Want(http.StatusNotFound)
			if withoutReference(foreign, w) != withoutReference(unknown, w) {
				t.Errorf("%s, %s: the answers differ", name, part)
			}
		}
		for _, part := range []string{"/settings", "/delete", "/join", "/leave", "/favourite", "/members", "/members/1", "/members/1/delete", "/requests/1", "/threads", "/threads/1", "/threads/1/comments", "/threads/1/comments/1", "/threads/1/comments/1/delete"} {
			fields := url.Values{"name": {"x"}, "text": {"x"}, "role": {"editor"}, "account": {"1"}}
			foreign := client.Post(views.SpaceURL(w.Space)+part, fields).Want(http.StatusNotFound)
			unknown := client.Post("/spaces/987654"+part, fields).Want(http.StatusNotFound)
			if withoutReference(foreign, w) != withoutReference(unknown, w) {
				t.Errorf("%s, POST %s: the answers differ", name, part)
			}
		}
	}
}

// withoutReference is a page without what differs in every answer.
func withoutReference(p *webtest.Page, w *webtest.World) string {
	body := strings.ReplaceAll(p.Body, "/spaces/987654", "/spaces/N")
	body = strings.ReplaceAll(body, views.SpaceURL(w.Space), "/spaces/N")
	if p.Exists("#reference") {
		reference := p.Attr("#reference [data-copy]", "data-copy")
		body = strings.ReplaceAll(body, strings.Fields(reference)[0], "R")
	}
	return body
}

// SEC-A5, S0-04: what a guest must not know of never shows on their pages.
func TestCanaries(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	for _, kind := range []string{"guest", "open", "private", "secret"} {
		host.Post("/spaces", url.Values{"kind": {kind}, "name": {"Canary " + kind}}).Want(http.StatusSeeOther)
	}
	for _, name := range []string{"guest", "reader", "elsewhere"} {
		client := w.As(name)
		addresses := []string{"/", "/?show=internal", "/?show=guest", "/spaces", "/spaces/new", "/spaces?show=all", "/spaces/new?q=Ott"}
		for _, space := range w.Spaces {
			for _, part := range []string{"", "/people", "/members", "/people?q=Ott", "/members?q=Ott", "/threads", "/leave", "/settings"} {
				addresses = append(addresses, views.SpaceURL(space)+part)
			}
		}
		for _, address := range addresses {
			page := client.Get(address)
			for _, canary := range []string{"Canary", "Otto", "Rita", "Kari", "works.example", "studio.example"} {
				if strings.Contains(page.Body, canary) && (name != "elsewhere" || canary != "Kari") {
					t.Errorf("%s sees %q on %s", name, canary, address)
				}
			}
		}
	}
}

// S4-10: the badge stands beside every guest's name.
func TestBadgeBesideEveryGuest(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	guest, space := w.As("guest"), views.SpaceURL(w.Space)
	action, _ := guest.Get(space).Form("form.composer")
	guest.Post(action, url.Values{"text": {"Good morning"}}).Want(http.StatusSeeOther)
	for _, address := range []string{"/", space, space + "/people", space + "/threads"} {
		page := w.As("host").Get(address).Want(http.StatusOK)
		selector := `[data-person="` + w.GuestEditor.ID.String() + `"]`
		if page.Count(selector) == 0 || page.Count(selector) != page.Count(selector+" [data-guest]") {
			t.Errorf("%s: %d names, %d badges", address, page.Count(selector), page.Count(selector+" [data-guest]"))
		}
	}
}

// A system administrator outside sees the door, joins, and the space's
// administrator gets a mail.
func TestAdministratorJoins(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root, space := w.As("root"), views.SpaceURL(w.Space)
	if door := root.Get(space).Want(http.StatusForbidden); door.Exists(".comment") || !door.Exists(`form[action="`+space+`/join"]`) {
		t.Error("the door shows too much, or no way in")
	}
	root.Post(space+"/join", nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	mails := w.Mails()
	if len(mails) != 1 || mails[0].To != w.Host.Email || mails[0].Kind != store.MailNotification {
		t.Fatalf("mails %v", mails)
	}
	letter, err := mail.Render(mails[0], mail.Environment{BaseURL: w.URL, Organization: "Example Works", Now: w.Clock.Now()})
	if err != nil || letter.Subject != "Rita Root joined The guest space as administrator" || !strings.Contains(letter.Text, w.URL+space) {
		t.Errorf("the mail is %q, %v", letter.Subject, err)
	}
}

// A member asks to join a private space; its administrator lets them in.
func TestAskToJoin(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	outsider, space := w.As("outsider"), views.SpaceURL(w.Spaces[store.PrivateSpace])
	outsider.Get(space).Want(http.StatusForbidden)
	outsider.Post(space+"/join", nil).Want(http.StatusSeeOther)
	if page := outsider.Get(space).Want(http.StatusForbidden); page.Text("#door") != "You asked to join" {
		t.Errorf("the door says %q", page.Text("#door"))
	}
	host := w.As("host")
	action, _ := host.Get(space + "/members").Want(http.StatusOK).Form(`form[action*="/requests/"]`)
	host.Post(action, nil).Want(http.StatusSeeOther)
	outsider.Get(space).Want(http.StatusOK)
}

// Members are added, given a role, and removed; the last administrator stays.
func TestManageMembers(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, members := w.As("host"), views.MembersURL(w.Space)
	found := host.Get(members + "?q=otto").Want(http.StatusOK)
	if !found.Exists(`button[name="account"][value="` + w.Outsider.ID.String() + `"]`) {
		t.Fatal("Otto is not offered")
	}
	if host.Get(members + "?q=erika").Exists(`button[name="account"]`) { // S0-18
		t.Error("a guest is offered")
	}
	host.Post(members, url.Values{"account": {w.Outsider.ID.String()}, "role": {"editor"}}).Want(http.StatusSeeOther)
	w.As("outsider").Get(views.SpaceURL(w.Space)).Want(http.StatusOK)
	again := host.Post(members, url.Values{"account": {w.Outsider.ID.String()}}).Want(http.StatusUnprocessableEntity)
	if !again.Exists(".error-summary") {
		t.Error("nothing says that Otto is inside already")
	}
	demoted := host.Post(members+"/"+w.Host.ID.String(), url.Values{"role": {"editor"}}).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(demoted.Text(".error-summary"), "at least one member") {
		t.Errorf("the summary says %q", demoted.Text(".error-summary"))
	}
	host.Get(members + "/" + w.Outsider.ID.String() + "/delete").Want(http.StatusOK)
	host.Post(members+"/"+w.Outsider.ID.String()+"/delete", nil).Want(http.StatusSeeOther)
	w.As("outsider").Get(views.SpaceURL(w.Space)).Want(http.StatusNotFound)
	w.As("editor").Post(members, url.Values{"account": {w.Outsider.ID.String()}}).Want(http.StatusForbidden)
}

// What was typed into the composer comes back when it cannot be kept.
func TestCommentMistakes(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	editor, space := w.As("editor"), views.SpaceURL(w.Space)
	action, _ := editor.Get(space).Form("form.composer")
	if page := editor.Post(action, url.Values{"text": {" "}}).Want(http.StatusUnprocessableEntity); page.Problem("text") != "required" {
		t.Errorf("empty: %q", page.Problem("text"))
	}
	long := strings.Repeat("x", store.MaxText+1)
	if page := editor.Post(action, url.Values{"text": {long}}).Want(http.StatusUnprocessableEntity); page.Problem("text") != "text_too_long" || page.Value("text") != long {
		t.Errorf("too long: %q", page.Problem("text"))
	}
	w.As("reader").Post(action, url.Values{"text": {"x"}}).Want(http.StatusForbidden) // S3-06
	if w.As("reader").Get(space).Exists("form.composer") {
		t.Error("a reader gets a composer")
	}
}

// Deleting a comment can be undone; deleting a space asks first.
func TestDelete(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, space := w.As("host"), views.SpaceURL(w.Space)
	action, _ := host.Get(space).Form("form.composer")
	host.Post(action, url.Values{"text": {"Not so"}}).Want(http.StatusSeeOther)
	remove, _ := host.Get(space).Form(`.comment form[action$="/delete"]`)
	page := host.Post(remove, nil).Want(http.StatusSeeOther).Follow()
	if strings.Contains(page.Text("#comments"), "Not so") {
		t.Error("the comment is still there")
	}
	undo, _ := page.Form(".flash form")
	if page := host.Post(undo, nil).Want(http.StatusSeeOther).Follow(); !strings.Contains(page.Text("#comments"), "Not so") {
		t.Error("the comment did not come back")
	}
	if page := host.Get(space + "/delete").Want(http.StatusOK); !strings.Contains(page.Text("dialog"), "2 members and 2 guests lose access") {
		t.Errorf("the question says %q", page.Text("dialog"))
	}
	if host.Post(space+"/delete", nil).Want(http.StatusSeeOther).Location() != "/" {
		t.Error("not led home")
	}
	host.Get(space).Want(http.StatusNotFound)
}

// Threads begin only where there are several, and their forms keep what was typed.
func TestThreads(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, editor, space := w.As("host"), w.As("editor"), views.SpaceURL(w.Space)
	editor.Post(space+"/threads", url.Values{"name": {"Second"}}).Want(http.StatusForbidden)
	host.Post(space+"/settings", url.Values{"name": {"Many"}, "multi_thread": {"on"}}).Want(http.StatusSeeOther)
	host.Post(space+"/settings", url.Values{"name": {"Many"}}).Want(http.StatusSeeOther) // S0-14: it stays
	if page := editor.Post(space+"/threads", url.Values{"name": {""}, "body": {"kept"}}).Want(http.StatusUnprocessableEntity); page.Value("body") != "kept" || page.Problem("name") != "required" {
		t.Errorf("name: %q", page.Problem("name"))
	}
	thread := editor.Post(space+"/threads", url.Values{"name": {"Second"}, "body": {"# Plan"}}).Want(http.StatusSeeOther)
	page := thread.Follow().Want(http.StatusOK)
	if page.Text("#thread-title") != "Second" || page.Count("h1") != 1 || page.Text(".prose h3") != "Plan" {
		t.Error("the thread is not shown as written")
	}
	w.As("guest").Post(thread.Location(), url.Values{"name": {"Mine"}}).Want(http.StatusForbidden)
	editor.Post(thread.Location(), url.Values{"name": {"Third"}, "version": {"1"}}).Want(http.StatusSeeOther)
	if list := host.Get(space + "/threads").Texts(".rows__title"); len(list) != 2 || list[0] != "Third" {
		t.Errorf("threads %q", list)
	}
}

// Dialogs are pages, and alone for the script.
func TestSpaceDialogs(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, space := w.As("host"), views.SpaceURL(w.Space)
	for _, address := range []string{"/spaces/new", space + "/delete", space + "/members", space + "/members/" + w.Editor.ID.String() + "/delete"} {
		if page := host.Get(address).Want(http.StatusOK); !page.Exists(".dialog-layer dialog[open]") || !page.Exists(".shell[inert]") {
			t.Errorf("%s is no dialog over a page", address)
		}
		if part := host.Fragment(address).Want(http.StatusOK); !part.Exists("dialog") || part.Exists(".shell") {
			t.Errorf("%s is not the dialog alone", address)
		}
	}
}

// The colour of guests stands at spaces with guests and at no others (ui.md 1).
func TestColourOfGuests(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	for kind, want := range map[string]int{"guest": 2, "open": 0, "private": 0, "secret": 0} {
		page := host.Post("/spaces", url.Values{"name": {"Space " + kind}, "kind": {kind}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
		if page.Count(".audience") != 2 || page.Count(".audience--guests") != want {
			t.Errorf("%s: %d of %d notes are of guests, want %d", kind, page.Count(".audience--guests"), page.Count(".audience"), want)
		}
	}
}
