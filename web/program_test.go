package web_test

import (
	"net/http"
	"strings"
	"testing"

	"guesthouse/web/webtest"
)

// The page about the API names every call, and its scripts can make them; where
// the reader is in the guest space, by its guest form.
func TestPrograms(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	page := w.As("host").Get("/k/docs?space=" + w.Space.String()).Want(http.StatusOK)
	for _, want := range []string{"/k/v1/guests.json", "/k/v1/file.json", "/k/v1/space/guests.json"} {
		if !strings.Contains(page.Text("table"), want) {
			t.Errorf("the page does not name %s", want)
		}
	}
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
	if w.As("host").Get("/").Exists(`script[src*="kintone"]`) {
		t.Error("other pages load the script too")
	}
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
