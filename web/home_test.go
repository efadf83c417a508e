package web_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// Issue 4: the first page names the spaces that somebody used last; who has one
// space is not told so.
func TestHomeNamesRecentSpaces(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	client := w.As("editor")
	names := func() []string { return client.Get("/").Want(http.StatusOK).Texts("[data-recent] a") }
	client.Get("/spaces/" + w.Space.String()).Want(http.StatusOK)
	if got := names(); len(got) > 0 {
		t.Errorf("after one space: %q", got)
	}
	w.Clock.Advance(time.Minute)
	client.Get("/spaces/" + w.Spaces[store.OpenSpace].String()).Want(http.StatusOK)
	if got := names(); !slices.Equal(got, []string{"The open space", "The guest space"}) {
		t.Errorf("after two spaces: %q", got)
	}
}
