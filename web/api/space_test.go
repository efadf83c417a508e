package api_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"maps"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// in is the beginning of addresses in the guest form.
func in(space store.ID) string { return "/k/guest/" + space.String() + "/v1/" }

// paths are the parameters at fault, in order.
func (a answer) paths() []string { return slices.Sorted(maps.Keys(a.problems())) }

// Acceptance 12: string ids, nulls where there is one thread, body null when empty.
func TestGetSpace(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := as(t, w, w.Host)
	id := w.Space.String()
	get := func() object {
		t.Helper()
		return host.call("GET", in(w.Space)+"space.json?id="+id, nil).ok().object
	}
	got := get()
	threads, err := w.Store.Threads(t.Context(), w.Host, w.Space, "")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"id": id, "name": "The guest space", "defaultThread": threads.Items[0].ID.String(), "isPrivate": true, "isGuest": true,
		"useMultiThread": false, "fixedMember": false, "memberCount": "4", "coverType": "PRESET", "coverKey": "harbour", "body": nil,
		"showAnnouncement": nil, "showThreadList": nil, "showAppList": nil, "showMemberList": nil, "showRelatedLinkList": nil,
	} {
		value, present := got[key]
		if !present || value != want {
			t.Errorf("%s is %v (%v), want %v", key, value, present, want)
		}
	}
	creator := object{"code": w.Host.Login, "name": w.Host.Name}
	for _, key := range []string{"creator", "modifier"} {
		if person, _ := got[key].(object); !maps.Equal(person, creator) {
			t.Errorf("%s is %v, want %v", key, got[key], creator)
		}
	}
	if apps, _ := got["attachedApps"].([]any); apps == nil || len(apps) != 0 {
		t.Errorf("attachedApps is %v", got["attachedApps"])
	}
	if permissions, _ := got["permissions"].(object); permissions["createApp"] != "EVERYONE" {
		t.Errorf("permissions are %v", got["permissions"])
	}
	if address, _ := got["coverUrl"].(string); !strings.HasPrefix(address, "http://") {
		t.Errorf("coverUrl is %q", address)
	}
	open := as(t, w, w.Outsider).call("GET", "/k/v1/space.json?id="+w.Spaces[store.OpenSpace].String(), nil).ok().object
	if open["isPrivate"] != false || open["isGuest"] != false {
		t.Errorf("the open space is %v", open)
	}
	if err := w.Store.UpdateSpace(t.Context(), w.Host, w.Space, store.SpaceSettings{Name: "Covered", Upload: picture(t)}); err != nil {
		t.Fatal(err)
	}
	got = get()
	key, _ := got["coverKey"].(string)
	if got["coverType"] != "BLOB" || key == "" {
		t.Errorf("the cover is %v %q", got["coverType"], key)
	}
	host.call("GET", in(w.Space)+"file.json?fileKey="+key, nil).ok()
}

// picture is a small one.
func picture(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Acceptance 13, S0-13, S0-14: what changes, what stays, and what cannot.
func TestUpdateSpace(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, path := as(t, w, w.Host), in(w.Space)+"space.json"
	put := func(body object) answer {
		t.Helper()
		body["id"] = w.Space
		return host.call("PUT", path, body)
	}
	get := func() object { return host.call("GET", path+"?id="+w.Space.String(), nil).ok().object }
	if a := put(object{"showMemberList": false, "isPrivate": true}).ok(); a.body != "{}" {
		t.Errorf("the answer is %s", a.body)
	}
	put(object{"useMultiThread": "true"}).ok()
	if got := get(); got["useMultiThread"] != true || got["showMemberList"] != true || got["name"] != "The guest space" {
		t.Errorf("the space is %v", got)
	}
	put(object{"useMultiThread": false, "showMemberList": false, "showAnnouncement": "false", "fixedMember": true, "permissions": object{"createApp": "ADMIN"}}).ok()
	got := get()
	permissions, _ := got["permissions"].(object)
	if got["useMultiThread"] != true || got["showMemberList"] != false || got["showAnnouncement"] != false || got["showThreadList"] != true ||
		got["fixedMember"] != true || permissions["createApp"] != "ADMIN" {
		t.Errorf("the space is %v", got)
	}
	for want, body := range map[string]object{
		"isPrivate":             {"isPrivate": false},
		"name":                  {"name": strings.Repeat("x", 129)},
		"permissions.createApp": {"permissions": object{"createApp": "NOBODY"}},
		"useMultiThread":        {"useMultiThread": "yes"},
	} {
		if got := put(body).want(400, "CB_VA01").paths(); !slices.Equal(got, []string{want}) {
			t.Errorf("%v: the problems are of %v", body, got)
		}
	}
	if got := put(object{"name": "  "}).want(400, "CB_VA01").paths(); !slices.Equal(got, []string{"name"}) {
		t.Errorf("a name of blanks: %v", got)
	}
}

// Acceptance 14: the text of a space with one thread is that of its thread.
func TestBodies(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, html := as(t, w, w.Host), `<p>Hello <b>@Richard Roe</b><script>alert(1)</script></p>`
	space := host.call("GET", in(w.Space)+"space.json?id="+w.Space.String(), nil).ok().object
	thread := space["defaultThread"]
	host.call("PUT", in(w.Space)+"space/body.json", object{"id": w.Space, "body": html}).want(400, "CB_VA01")
	host.call("PUT", in(w.Space)+"space/thread.json", object{"id": thread, "body": html}).ok()
	host.call("PUT", in(w.Space)+"space/thread.json", object{"id": thread, "name": "Another"}).want(400, "CB_VA01")
	host.call("POST", in(w.Space)+"space/thread.json", object{"space": w.Space, "name": "Second"}).want(400, "CB_VA01")
	host.call("PUT", in(w.Space)+"space.json", object{"id": w.Space, "useMultiThread": true}).ok()
	host.call("PUT", in(w.Space)+"space/body.json", object{"id": w.Space, "body": html}).ok()
	got := host.call("GET", in(w.Space)+"space.json?id="+w.Space.String(), nil).ok().object["body"]
	if got != "<p>Hello <strong>@Richard Roe</strong></p>\n" {
		t.Errorf("the text is %q", got)
	}
	second := host.call("POST", in(w.Space)+"space/thread.json", object{"space": w.Space.String(), "name": "Second"}).ok().object["id"]
	host.call("PUT", in(w.Space)+"space/thread.json", object{"id": second, "name": "Renamed", "body": "<ul><li>a</li></ul>"}).ok()
	kept := store.ParseID(fmt.Sprint(second))
	_, shown, err := w.Store.Thread(t.Context(), w.GuestReader, w.Space, kept)
	if err != nil || shown.Name != "Renamed" || shown.BodyHTML != "<ul>\n<li>a</li>\n</ul>\n" {
		t.Errorf("the thread is %+v, %v", shown, err)
	}
	host.call("PUT", in(w.Space)+"space/body.json", object{"id": w.Space, "body": ""}).ok()
	if got, there := host.call("GET", in(w.Space)+"space.json?id="+w.Space.String(), nil).ok().object["body"]; got != nil || !there {
		t.Errorf("the empty text is %v", got)
	}
	host.call("PUT", in(w.Space)+"space/body.json", object{"id": w.Space}).want(400, "CB_VA01")
	host.call("PUT", in(w.Space)+"space/body.json", object{"id": w.Space, "body": strings.Repeat("x", 65536)}).want(400, "CB_VA01")
	host.call("PUT", "/k/v1/space/thread.json", object{"id": thread, "name": "x"}).want(400, "GAIA_IL23")
	as(t, w, w.Outsider).call("PUT", in(w.Space)+"space/thread.json", object{"id": thread, "name": "x"}).want(403, "CB_NO02")
	as(t, w, w.Editor).call("PUT", in(w.Space)+"space/thread.json", object{"id": thread, "name": "x"}).want(403, "CB_NO02")
	if err := w.Store.MakeNotices(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := w.Store.UnseenNotices(t.Context(), w.Editor); err != nil || n != 0 {
		notices, _ := w.Store.Notices(t.Context(), w.Editor, "")
		for _, notice := range notices.Items {
			if notice.Kind == store.NoticeMention {
				t.Error("HTML mentions somebody")
			}
		}
	}
}

// Acceptance 15: five files, ten mentions with a guest among them; one more of
// each, and a width just outside, are refused.
func TestThreadComment(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := as(t, w, w.Host)
	thread := host.call("GET", in(w.Space)+"space.json?id="+w.Space.String(), nil).ok().object["defaultThread"]
	upload := func() string {
		t.Helper()
		key, err := w.Upload(w.Host, w.Space, "face.png", bytes.NewReader(picture(t)))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	files := make([]object, 5)
	for i := range files {
		files[i] = object{"fileKey": upload(), "width": []any{100, "750", 300, nil, 100}[i]}
	}
	mentions := []object{{"type": "USER", "code": "guest/" + string(w.GuestEditor.Email)}}
	for len(mentions) < 10 {
		mentions = append(mentions, object{"type": "USER", "code": w.Editor.Login})
	}
	say := func(comment object) answer {
		t.Helper()
		return host.call("POST", in(w.Space)+"space/thread/comment.json", object{"space": w.Space, "thread": thread, "comment": comment})
	}
	for want, comment := range map[string]object{
		"comment.files":            {"text": "x", "files": append(slices.Clone(files), files[0])},
		"comment.mentions":         {"text": "x", "mentions": append(slices.Clone(mentions), mentions[0])},
		"comment.files[0].width":   {"files": []object{{"fileKey": files[0]["fileKey"], "width": 99}}},
		"comment.files[1].width":   {"files": []object{files[0], {"fileKey": files[1]["fileKey"], "width": "751"}}},
		"comment.text":             {"text": ""},
		"comment.mentions[0].type": {"text": "x", "mentions": []object{{"type": "GROUP", "code": "g"}}},
		"comment.mentions[0].code": {"text": "x", "mentions": []object{{"type": "USER", "code": string(w.GuestEditor.Email)}}},
		"comment.files[0].fileKey": {"files": []object{{"width": 100}}},
		"comment":                  nil,
	} {
		if got := say(comment).want(400, "CB_VA01").paths(); !slices.Equal(got, []string{want}) {
			t.Errorf("the problems are of %v, want %s", got, want)
		}
	}
	elsewhere, err := w.Upload(w.Host, w.Spaces[store.OpenSpace], "face.png", bytes.NewReader(picture(t)))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := w.Upload(w.Editor, w.Space, "face.png", bytes.NewReader(picture(t)))
	if err != nil {
		t.Fatal(err)
	}
	say(object{"files": []object{{"fileKey": elsewhere}}}).want(403, "CB_NO02") // acceptance 16
	say(object{"files": []object{{"fileKey": theirs}}}).want(404, "GAIA_BL01")
	say(object{"files": []object{{"fileKey": "nothing"}}}).want(404, "GAIA_BL01")
	id := store.ParseID(fmt.Sprint(say(object{"text": "see *all*\nof it", "files": files, "mentions": mentions}).ok().object["id"]))
	_, comment, err := w.Store.Comment(t.Context(), w.Host, w.Space, store.ParseID(fmt.Sprint(thread)), id)
	if err != nil || len(comment.Files) != 5 || comment.Files[1].Width != 750 || comment.Files[3].Width != 0 {
		t.Fatalf("the comment is %+v, %v", comment, err)
	}
	shown := string(comment.BodyHTML)
	for _, part := range []string{`data-person="` + w.GuestEditor.ID.String() + `"`, `data-person="` + w.Editor.ID.String() + `"`, "see *all*<br>\nof it"} {
		if !strings.Contains(shown, part) {
			t.Errorf("%s is not in %s", part, shown)
		}
	}
	say(object{"text": "no person", "files": []object{}, "mentions": nil}).ok()
	host.call("POST", in(w.Space)+"space/thread/comment.json", object{"space": w.Space, "thread": 12345, "comment": object{"text": "x"}}).want(403, "CB_NO02")
}

// Members are replaced whole, guests are none.
func TestMembers(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, path := as(t, w, w.Host), in(w.Space)+"space/members.json"
	person := func(code string, admin any) object {
		return object{"entity": object{"type": "USER", "code": code}, "isAdmin": admin}
	}
	put := func(members ...object) answer {
		return host.call("PUT", path, object{"id": w.Space, "members": members})
	}
	put(person(w.Host.Login, "true"), person(w.Outsider.Login, false)).ok()
	list, _ := host.call("GET", path+"?id="+w.Space.String(), nil).ok().object["members"].([]any)
	if len(list) != 2 {
		t.Fatalf("the members are %v", list)
	}
	first, _ := list[0].(object)
	if who, _ := first["entity"].(object); who["type"] != "USER" || who["code"] != w.Host.Login || first["isAdmin"] != true {
		t.Errorf("the first is %v", first)
	}
	for want, members := range map[string][]object{
		"members":                {person(w.Host.Login, false)},
		"members[1].entity.code": {person(w.Host.Login, true), person(string(w.GuestEditor.Email), false)},
		"members[0].entity.type": {{"entity": object{"type": "ORGANIZATION", "code": "sales"}, "isAdmin": true}},
	} {
		if got := put(members...).want(400, "CB_VA01").paths(); !slices.Equal(got, []string{want}) {
			t.Errorf("the problems are of %v, want %s", got, want)
		}
	}
	host.call("PUT", path, object{"id": w.Space, "members": []object{}}).want(400, "CB_VA01")
	if _, err := w.Store.Space(t.Context(), w.GuestEditor, w.Space, store.ToOpen); err != nil {
		t.Errorf("a guest was taken out: %v", err)
	}
}

// A deleted space is gone for who calls; Statistics tell of what one may know.
func TestDeleteSpaceAndStatistics(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := as(t, w, w.Host)
	count := func(p program, query string) int {
		t.Helper()
		list, _ := p.call("GET", "/k/v1/spaces/statistics.json"+query, nil).ok().object["spaces"].([]any)
		return len(list)
	}
	if n := count(as(t, w, w.Root), ""); n != 4 {
		t.Errorf("%d of all", n)
	}
	if n := count(as(t, w, w.Outsider), "?limit=100&offset=0"); n != 1 {
		t.Errorf("%d of the public ones", n)
	}
	if n := count(host, "?offset=1&limit=2"); n != 2 {
		t.Errorf("%d of a part", n)
	}
	for _, bad := range []string{"?limit=0", "?limit=101", "?offset=-1", "?limit=x"} {
		host.call("GET", "/k/v1/spaces/statistics.json"+bad, nil).want(400, "CB_VA01")
	}
	as(t, w, w.Editor).call("DELETE", in(w.Space)+"space.json?id="+w.Space.String(), nil).want(403, "CB_NO02")
	if a := host.call("DELETE", in(w.Space)+"space.json?id="+w.Space.String(), nil).ok(); a.body != "{}" {
		t.Errorf("the answer is %s", a.body)
	}
	host.call("GET", in(w.Space)+"space.json?id="+w.Space.String(), nil).want(403, "CB_NO02")
	host.call("DELETE", in(w.Space)+"space.json", object{"id": w.Space}).want(403, "CB_NO02")
	if n := count(host, ""); n != 3 {
		t.Errorf("%d are left", n)
	}
}

// Acceptance 7, S0-08, S0-13: a template makes a guest space, which is private.
func TestTemplateSpace(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := as(t, w, w.Host)
	if err := w.Store.Join(t.Context(), w.Root, w.Space); err != nil {
		t.Fatal(err)
	}
	model, err := w.Store.SaveTemplate(t.Context(), w.Root, w.Space, "Model")
	if err != nil {
		t.Fatal(err)
	}
	body := func(change object) object {
		all := object{
			"id": model, "name": "Made", "isGuest": true, "isPrivate": false,
			"members": []object{{"entity": object{"type": "USER", "code": w.Host.Login}, "isAdmin": true}},
		}
		maps.Copy(all, change)
		return all
	}
	id, _ := host.call("POST", "/k/v1/template/space.json", body(nil)).ok().object["id"].(string)
	made := host.call("GET", "/k/guest/"+id+"/v1/space.json?id="+id, nil).ok().object
	if made["isPrivate"] != true || made["isGuest"] != true || made["name"] != "Made" {
		t.Errorf("the space is %v", made)
	}
	for want, change := range map[string]object{
		"id":      {"id": 999},
		"name":    {"name": ""},
		"members": {"members": []object{{"entity": object{"type": "USER", "code": w.Host.Login}}}},
	} {
		if got := host.call("POST", "/k/v1/template/space.json", body(change)).want(400, "CB_VA01").paths(); !slices.Equal(got, []string{want}) {
			t.Errorf("the problems are of %v, want %s", got, want)
		}
	}
	as(t, w, w.Editor).call("POST", "/k/v1/template/space.json", body(nil)).want(403, "CB_NO02") // S0-02
}
