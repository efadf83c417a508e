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
