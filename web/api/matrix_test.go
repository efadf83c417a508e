package api_test

import (
	"crypto/rand"
	"net/http"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web/api"
	"guesthouse/web/webtest"
)

// roles are the columns of the matrix of rights: security rules, section 4.
var roles = []string{"guest", "reader", "elsewhere", "editor", "outsider", "host", "root"}

// may is a row: who comes through, in the order of the roles, when guests may
// read (C18), and a call that does something. y is let in, f is refused with
// 403, n must not know of it (a file: 404). In the guest space, Editor is a
// member, Host the administrator, the outsider and the root stand outside.
type may struct {
	rights string
	path   func(w *webtest.World) string
	body   func(t *testing.T, w *webtest.World) object
}

// inGuestSpace is the guest form of a resource.
func inGuestSpace(resource string) func(*webtest.World) string {
	return func(w *webtest.World) string { return "/k/guest/" + w.Space.String() + "/v1/" + resource + ".json" }
}

func plainly(resource string) func(*webtest.World) string {
	return func(*webtest.World) string { return "/k/v1/" + resource + ".json" }
}

// theSpace are parameters with the ID of the guest space and others.
func theSpace(more object) func(*testing.T, *webtest.World) object {
	return func(_ *testing.T, w *webtest.World) object {
		all := object{"id": w.Space}
		for name, value := range more {
			all[name] = value
		}
		return all
	}
}

func always(body object) func(*testing.T, *webtest.World) object {
	return func(*testing.T, *webtest.World) object { return body }
}

// matrix has a row for each call: one without a row fails.
var matrix = map[string]may{
	"POST guests": {"ffffffy", plainly("guests"), always(object{"guests": []object{
		{"name": "A", "code": "a@matrix.example", "password": "password", "timezone": "UTC"},
	}})},
	"DELETE guests":     {"ffffffy", plainly("guests"), always(object{"guests": []string{"kari@elsewhere.example"}})},
	"PUT space/guests":  {"fffffyf", inGuestSpace("space/guests"), theSpace(object{"guests": []string{}})},
	"GET space":         {"yyfyfyf", inGuestSpace("space"), theSpace(nil)},
	"PUT space":         {"fffffyf", inGuestSpace("space"), theSpace(object{"name": "New"})},
	"DELETE space":      {"fffffyy", inGuestSpace("space"), theSpace(nil)},
	"PUT space/body":    {"fffffyf", inGuestSpace("space/body"), withThreads(object{"body": "<b>New</b>"})},
	"GET space/members": {"yyfyfyf", inGuestSpace("space/members"), theSpace(nil)},
	"PUT space/members": {"fffffyf", inGuestSpace("space/members"), theSpace(object{"members": []object{
		{"entity": object{"type": "USER", "code": "host@works.example"}, "isAdmin": true},
	}})},
	"GET spaces/statistics":     {"yyyyyyy", plainly("spaces/statistics"), always(object{})}, // each sees their own list
	"POST template/space":       {"fffffyy", plainly("template/space"), aTemplate},
	"POST space/thread":         {"fffyfyf", inGuestSpace("space/thread"), withThreads(object{"name": "New"})},
	"PUT space/thread":          {"fffffyf", inGuestSpace("space/thread"), aThread(object{"body": "<b>New</b>"})},
	"POST space/thread/comment": {"fffyfyf", inGuestSpace("space/thread/comment"), aThread(object{"comment": object{"text": "New"}})},
	"POST search":               {"fffyyyy", plainly("search"), always(object{"query": []object{{"operator": "AND", "keywords": []string{"space"}}}})}, // each finds what they see
	"POST file":                 {"fffyfyf", inGuestSpace("file"), nil},
	"GET file":                  {"yynynyn", inGuestSpace("file"), aFile},
}

// withThreads lets the guest space have several threads.
func withThreads(more object) func(*testing.T, *webtest.World) object {
	return func(t *testing.T, w *webtest.World) object {
		t.Helper()
		if err := w.Store.UpdateSpace(t.Context(), w.Host, w.Space, store.SpaceSettings{Name: "Many", MultiThread: true}); err != nil {
			t.Fatal(err)
		}
		more := theSpace(more)(t, w)
		more["space"] = w.Space
		return more
	}
}

// aThread is the first thread of the guest space, which its administrator began.
func aThread(more object) func(*testing.T, *webtest.World) object {
	return func(t *testing.T, w *webtest.World) object {
		t.Helper()
		threads, err := w.Store.Threads(t.Context(), w.Host, w.Space, "")
		if err != nil {
			t.Fatal(err)
		}
		more := theSpace(more)(t, w)
		more["id"], more["space"], more["thread"] = threads.Items[0].ID, w.Space, threads.Items[0].ID
		return more
	}
}

// aTemplate is a guest space after a model, administered by who administers the
// space that the model was taken from.
func aTemplate(t *testing.T, w *webtest.World) object {
	t.Helper()
	_ = w.Store.Join(t.Context(), w.Root, w.Space) // for a later role they are inside already
	model, err := w.Store.SaveTemplate(t.Context(), w.Root, w.Space, rand.Text())
	if err != nil {
		t.Fatal(err)
	}
	return object{
		"id": model, "name": "Made", "isGuest": true,
		"members": []object{{"entity": object{"type": "USER", "code": w.Host.Login}, "isAdmin": true}},
	}
}

// aFile is a file in the guest space.
func aFile(t *testing.T, w *webtest.World) object {
	t.Helper()
	threads, err := w.Store.Threads(t.Context(), w.Host, w.Space, "")
	if err != nil {
		t.Fatal(err)
	}
	host := as(t, w, w.Host)
	key := host.upload(inGuestSpace("file")(w), []formPart{{"file", "a.txt", "a"}}).fileKey()
	thread := threads.Items[0].ID
	comment, err := w.Store.AddPlainComment(t.Context(), w.Host, w.Space, thread, store.PlainComment{Files: []store.KeyedFile{{Key: key}}})
	if err != nil {
		t.Fatal(err)
	}
	_, comment, err = w.Store.Comment(t.Context(), w.Host, w.Space, thread, comment.ID)
	if err != nil {
		t.Fatal(err)
	}
	return object{"fileKey": w.Store.AttachmentKey(comment.Files[0].ID)}
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, call := range api.Calls() {
		name := call.Method + " " + call.Resource
		known[name] = true
		row, ok := matrix[name]
		if !ok {
			t.Errorf("%s has no row in the matrix", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, role := range roles {
				row.try(t, call.Method, role, row.rights[i])
			}
			row.stranger(t, call.Method)
		})
	}
	for name := range matrix {
		if !known[name] {
			t.Errorf("the matrix has a row for %s, which is no call", name)
		}
	}
}

// try makes the call by the session of a role, in a world of its own, and by
// its password.
func (row may) try(t *testing.T, method, role string, right byte) {
	t.Helper()
	w := guestsMayRead(t)
	account := map[string]store.Account{
		"root": w.Root, "host": w.Host, "editor": w.Editor, "outsider": w.Outsider,
		"guest": w.GuestEditor, "reader": w.GuestReader, "elsewhere": w.GuestOutside,
	}[role]
	want := map[byte]int{'y': http.StatusOK, 'f': http.StatusForbidden, 'n': http.StatusNotFound}[right]
	b := inBrowser(t, w, account)
	if a := row.send(t, b.program, method, b.token, b.asScript); a.status != want {
		t.Errorf("%s by session: %d %s, want %d", role, a.status, a.body, want)
	}
	if account.IsGuest() { // never by a password
		want = http.StatusForbidden
	}
	w = guestsMayRead(t)
	if a := row.send(t, as(t, w, account), method, ""); a.status != want {
		t.Errorf("%s by password: %d %s, want %d", role, a.status, a.body, want)
	}
}

// stranger makes the call without saying who it is, and with a wrong password.
func (row may) stranger(t *testing.T, method string) {
	t.Helper()
	w := guestsMayRead(t)
	row.send(t, program{w: w, t: t}, method, "").want(401, "CB_AU01")
	row.send(t, program{w: w, t: t, proof: credentials(w.Root.Login, storetest.Password+"!")}, method, "").want(401, "CB_WA01")
}

func guestsMayRead(t *testing.T) *webtest.World {
	t.Helper()
	w := webtest.New(t)
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{store.GuestsCall: "read_own"}}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (row may) send(t *testing.T, p program, method, token string, change ...func(*http.Request)) answer {
	t.Helper()
	if row.body == nil {
		return p.upload(row.path(p.w), []formPart{{"__REQUEST_TOKEN__", "", token}, {"file", "a.txt", "a"}}, change...)
	}
	body := object{"__REQUEST_TOKEN__": token}
	for name, value := range row.body(t, p.w) {
		body[name] = value
	}
	return p.call(method, row.path(p.w), body, change...)
}
