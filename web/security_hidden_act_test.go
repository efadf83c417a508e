package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guesthouse/web/webtest"
)

// SEC-A1, SEC-A5: who acts on what is hidden is answered as if it were not
// there, and changes nothing: every act, on each hidden thing that it can name.
func TestNobodyActsOnWhatIsHidden(t *testing.T) {
	t.Parallel()
	h, elsewhere := newHiding(t, among), newHiding(t, away)
	form := url.Values{
		"name": {"x"}, "text": {"x"}, "body": {"x"}, "version": {"1"}, "reaction": {"heart"}, "follow": {"1"}, "pinned": {"1"},
		"size": {"1"}, "folder": {"0"}, "role": {"reader"}, "muted": {"1"}, "file": {"1"},
	}
	before := h.Dump()
	for _, role := range []string{"AE", "AR"} {
		c, d := h.as(role), elsewhere.as(role)
		read := reading{t, hiddenWords[role], map[string]bool{}}
		for _, r := range h.Server.Table() {
			for _, path := range h.paths(r) {
				if r.Method != http.MethodPost || !h.hidden(path) {
					continue
				}
				page := c.Post(path, form)
				read.look(path, page)
				if page.Status < 400 {
					t.Errorf("%s: POST %s answers %d", role, path, page.Status)
				}
				if a, b := h.answer(t, page), elsewhere.answer(t, d.Post(path, form)); a != b {
					t.Errorf("%s: POST %s: %s", role, path, difference(a, b))
				}
			}
		}
	}
	if changed := changedTables(before, h.Dump()); len(changed) > 0 {
		t.Errorf("who was refused changed %v", changed)
	}
}

// SEC-A5, S4-10: nor does it help to name what is hidden in a form, or to ask
// for a piece of a file: names in texts, folders, uploads, audiences, people.
func TestNamingWhatIsHidden(t *testing.T) {
	t.Parallel()
	h, elsewhere := newHiding(t, among), newHiding(t, away)
	space := "/spaces/" + h.workshop.space.String()
	thread := space + "/threads/" + h.workshop.thread.String()
	var acts []named
	act := func(path string, fields ...string) {
		n := named{"path": path}
		for i := 0; i < len(fields); i += 2 {
			n[fields[i]] = fields[i+1]
		}
		acts = append(acts, n)
	}
	berta := h.people["BE"]
	for _, text := range []string{"@" + berta.Name, "@" + berta.Name + "#" + berta.ID.String(), "@" + strings.ToLower(berta.Name)} {
		act(space+"/preview", "text", text)
		act(thread+"/comments", "text", text)
		act(space+"/threads", "name", "Asking", "body", text)
	}
	for _, audience := range []string{"company:bilby gmbh", "company:nobody", "team"} {
		act(thread+"/comments", "text", "x", "audience", audience)
		act(space+"/files/folders/new", "name", "x", "audience", audience)
		act("/chats/"+h.workshop.chat.String(), "text", "x", "audience", audience)
	}
	for _, upload := range h.all(":upload") {
		act(thread+"/comments", "text", "x", "uploads", upload)
		act(space+"/files", "uploads", upload)
	}
	for _, folder := range append(h.all(":folder"), "987654321") {
		if folder != h.workshop.folder.String() {
			act(space+"/files/folders/new", "name", "x", "folder", folder)
		}
	}
	act("/chats/new", "account", berta.ID.String(), "text", "x")
	for _, name := range []string{quokka + " renamed.txt", quokka + " folder", potoroo + " folder", potoroo + " beside.txt"} {
		act(space+"/files/folders/new", "name", name, "folder", h.workshop.folder.String()) // is the name free?
		act(space+"/files/folders/new", "name", name)
	}
	c, d := h.as("AE"), elsewhere.as("AE")
	for _, n := range acts {
		form := url.Values{}
		for field, value := range n {
			if field != "path" {
				form.Set(field, value)
			}
		}
		if a, b := h.answer(t, c.Post(n["path"], form)), elsewhere.answer(t, d.Post(n["path"], form)); a != b {
			t.Errorf("%v: %s", n, difference(a, b))
		}
	}
	for _, path := range []string{thread + "?newest=1", space, space + "/files", "/", "/chats"} { // what was accepted
		if a, b := h.answer(t, c.Get(path)), elsewhere.answer(t, d.Get(path)); a != b {
			t.Errorf("%s: %s", path, difference(a, b))
		}
	}
}

// SEC-A5, SEC-S4: a piece of a hidden file is as little there as the whole, and
// one's own data hold nothing of others.
func TestPiecesAndOwnDataHoldNothingHidden(t *testing.T) {
	t.Parallel()
	h, elsewhere := newHiding(t, among), newHiding(t, away)
	for _, role := range []string{"AE", "AR", "removed", "m"} {
		read := reading{t, hiddenWords[role], map[string]bool{}}
		piece := func(h *hiding, path string) *webtest.Page {
			c := h.as(role)
			r := c.Request(http.MethodGet, path, nil)
			r.Header.Set("Range", "bytes=0-30")
			return c.Do(r)
		}
		for _, r := range h.Server.Table() {
			if r.Method != http.MethodGet || !strings.Contains(r.Pattern, ":file") {
				continue
			}
			for _, path := range h.paths(r) {
				page := piece(h, path)
				read.look(path, page)
				if a, b := h.answer(t, page), elsewhere.answer(t, piece(elsewhere, path)); a != b {
					t.Errorf("%s: %s: %s", role, path, difference(a, b))
				}
			}
		}
		a, b := h.as(role).Post("/profile/export", nil), elsewhere.as(role).Post("/profile/export", nil)
		read.look("/profile/export", a)
		if a, b := h.answer(t, a), elsewhere.answer(t, b); a != b {
			t.Errorf("%s takes their own data: %s", role, difference(a, b))
		}
		if role == "AE" && !read.found[egret] {
			t.Error("the own data lack what was written")
		}
	}
}

// hidden reports whether an address names a thing that guests of the first
// company must not know of.
func (h *hiding) hidden(path string) bool {
	for _, n := range h.concealed {
		whole := true
		for place, id := range n {
			kinds := map[string][]string{
				":thread": {"threads"}, ":comment": {"comments"}, ":folder": {"folders"}, ":upload": {"uploads"}, ":chat": {"chats"},
				":message": {"messages"}, ":file": {"files"}, ":space": {"spaces"}, ":version": {"versions"},
				":account": {"people", "guests", "members", "with"},
			}[place]
			whole = whole && slices.ContainsFunc(kinds, func(kind string) bool { return strings.Contains(path+"/", "/"+kind+"/"+id+"/") })
		}
		if whole {
			return true
		}
	}
	return false
}

// changedTables are those that differ, but for what only counts.
func changedTables(before, after map[string][]string) (names []string) {
	for name, rows := range before {
		if name != "throttles" && strings.Join(rows, "\n\n") != strings.Join(after[name], "\n\n") {
			names = append(names, name)
		}
	}
	return names
}
