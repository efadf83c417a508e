package web_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/web/api"
	"guesthouse/web/webtest"
)

// The page about the API names every call, and leads to where each is told of.
func TestPrograms(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	page := w.As("host").Get("/k/docs").Want(http.StatusOK)
	for _, call := range api.Calls() {
		if !strings.Contains(page.Text("#calls ~ div table"), call.Method+" "+call.Resource+".json") {
			t.Errorf("the page does not name %s %s", call.Method, call.Resource)
		}
	}
	w.As("host").Get("/k/docs/nothing").Want(http.StatusNotFound)
}

// Each call is told of with its words, its parameters and examples, and with a
// form that makes it; no key of the catalogue is left without words.
func TestProgramGroups(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, group := range api.Describe().Groups {
		page := w.As("host").Get("/k/docs/" + group.Name).Want(http.StatusOK)
		if strings.Contains(page.Text("main"), "programs.") {
			t.Errorf("%s: words are missing in %s", group.Name, page.Text("main"))
		}
		for _, call := range group.Calls {
			article := `article[aria-labelledby="` + call.Name + `"]`
			text := page.Text(article)
			for _, parameter := range call.Parameters {
				if !strings.Contains(text, parameter.Path) {
					t.Errorf("%s is told of without %s", call.Name, parameter.Path)
				}
			}
			if !strings.Contains(text, "curl -X "+call.Method) || !strings.Contains(text, "client."+call.Client+"(") || call.Answer == "" != (call.Name == "downloadFile") {
				t.Errorf("%s is told of without examples: %s", call.Name, text)
			}
			if !page.Exists(article + ` details.needs-js form[data-try="` + call.Name + `"]`) {
				t.Errorf("%s cannot be tried", call.Name)
			}
		}
	}
}

// The English words are those of the description.
func TestProgramWords(t *testing.T) {
	t.Parallel()
	english := locale.For("en", nil)
	same := func(key, want string) {
		t.Helper()
		if got := english.T(key); got != want {
			t.Errorf("%s is %q in the catalogue and %q in openapi.yaml", key, got, want)
		}
	}
	for _, group := range api.Describe().Groups {
		same("programs.group."+group.Name+"_text", group.Text)
		for _, call := range group.Calls {
			same("programs.call."+call.Name, call.Title)
			same("programs.call."+call.Name+"_text", call.Text)
			for _, parameter := range call.Parameters {
				same("programs.parameter."+parameter.Key, parameter.Text)
			}
		}
	}
}

// With ?space= the scripts stand in a guest space, if the reader is inside.
func TestProgramsInASpace(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	page := w.As("host").Get("/k/docs?space=" + w.Space.String()).Want(http.StatusOK)
	if space := page.Attr(`meta[name="guest-space"]`, "content"); space != w.Space.String() {
		t.Errorf("its scripts stand in the space %q, want %s", space, w.Space)
	}
	script := page.Attr(`script[src*="kintone"]`, "src")
	if body := w.Anonymous().Get(script).Want(http.StatusOK).Body; !strings.Contains(body, "getRequestToken") {
		t.Error("the script of the page defines no kintone.getRequestToken")
	}
	for who, space := range map[string]string{"outsider": w.Space.String(), "host": "", "editor": "12345"} {
		if w.As(who).Get("/k/docs?space=" + space).Want(http.StatusOK).Exists(`meta[name="guest-space"]`) {
			t.Errorf("%s with space=%q stands in a guest space", who, space)
		}
	}
}

// S1-20: documented samples run in every page of somebody who may call anything,
// and in a guest space by its guest form.
func TestScriptsOfPages(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	inside := "/spaces/" + w.Space.String()
	for _, test := range []struct{ who, path, space string }{
		{"host", "/", ""},
		{"host", inside, w.Space.String()},
		{"host", inside + "/guests", w.Space.String()},
		{"host", "/spaces/" + w.Spaces[store.OpenSpace].String(), ""},
		{"outsider", "/spaces/" + w.Spaces[store.OpenSpace].String(), ""},
	} {
		page := w.As(test.who).Get(test.path).Want(http.StatusOK)
		if !page.Exists(`script[src*="kintone"]`) || !page.Exists(`meta[name="request-token"]`) {
			t.Errorf("%s finds no kintone.api in %s", test.who, test.path)
		}
		var space string
		if page.Exists(`meta[name="guest-space"]`) {
			space = page.Attr(`meta[name="guest-space"]`, "content")
		}
		if space != test.space {
			t.Errorf("%s in %s is in the guest space %q, want %q", test.who, test.path, space, test.space)
		}
	}
	guest := func() bool { return w.As("guest").Get(inside).Want(http.StatusOK).Exists(`script[src*="kintone"]`) }
	if guest() {
		t.Error("a guest, who may call nothing, loads the script")
	}
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{"api.guests": "read_own"}}); err != nil {
		t.Fatal(err)
	}
	if !guest() {
		t.Error("a guest who may read by calls finds no script") // C18
	}
}

// Reference, 7.12: a picture is shown as wide as the program wants it.
func TestWidthOfPictures(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	key, err := w.Upload(w.Host, w.Space, "face.png", bytes.NewReader(picture(t, 800, 600).Content))
	if err != nil {
		t.Fatal(err)
	}
	threads, err := w.Store.Threads(t.Context(), w.Host, w.Space, "")
	if err != nil {
		t.Fatal(err)
	}
	thread := threads.Items[0].ID
	_, err = w.Store.AddPlainComment(t.Context(), w.Host, w.Space, thread, store.PlainComment{Files: []store.KeyedFile{{Key: key, Width: 640}}})
	if err != nil {
		t.Fatal(err)
	}
	page := w.As("host").Get("/spaces/" + w.Space.String() + "/threads/" + thread.String()).Want(http.StatusOK)
	if width := page.Attr("img.attachment__sized", "width"); width != "640" {
		t.Errorf("the picture is %s wide", width)
	}
}

// C18: guests are told of what they may call, and of nothing where they may not.
func TestProgramsForGuests(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, path := range []string{"/k/docs", "/k/docs/guests", "/k/docs/spaces"} {
		w.As("guest").Get(path).Want(http.StatusNotFound)
	}
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{store.GuestsCall: "read_own"}}); err != nil {
		t.Fatal(err)
	}
	if page := w.As("guest").Get("/k/docs").Want(http.StatusOK); strings.Contains(page.Text("#calls ~ div table"), "POST") {
		t.Errorf("guests are told of what changes something: %s", page.Text("#calls ~ div table"))
	}
	page := w.As("guest").Get("/k/docs/spaces").Want(http.StatusOK)
	if !page.Exists(`form[data-try="getSpace"]`) || page.Exists(`form[data-try="deleteSpace"]`) {
		t.Error("guests can try another thing than reading")
	}
	w.As("guest").Get("/k/docs/guests").Want(http.StatusNotFound) // there is nothing in it for them
}

// The description of the API is anybody's, and a browser asks whether it changed.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	got := w.Anonymous().Get("/k/openapi.yaml").Want(http.StatusOK)
	if got.Header.Get("Content-Type") != "application/yaml" || !strings.HasPrefix(got.Body, "openapi: 3.1.0\n") {
		t.Errorf("the type is %q, and it begins with %.20q", got.Header.Get("Content-Type"), got.Body)
	}
	again := w.Anonymous().Request(http.MethodGet, "/k/openapi.yaml", nil)
	again.Header.Set("If-None-Match", got.Header.Get("Etag"))
	if kept := w.Anonymous().Do(again).Want(http.StatusNotModified); kept.Body != "" {
		t.Errorf("what did not change is sent again: %.20q", kept.Body)
	}
}
