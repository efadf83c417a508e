package web_test

import (
	"net/http"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// A deleted space stands in the trash, from where an administrator brings it back.
func TestTrash(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	if page := root.Get("/admin/trash").Want(http.StatusOK); page.Exists("tbody tr") {
		t.Error("something is in the trash")
	}
	w.As("host").Post("/spaces/"+w.Space.String()+"/delete", nil).Want(http.StatusSeeOther)
	if page := root.Get("/admin/trash"); !page.Exists(`form[action="/admin/trash/` + w.Space.String() + `/restore"]`) {
		t.Fatal("the space is not in the trash")
	}
	root.Post("/admin/trash/"+w.Space.String()+"/restore", nil).Want(http.StatusSeeOther)
	if _, err := w.Store.Space(t.Context(), w.GuestReader, w.Space, store.ToOpen); err != nil {
		t.Errorf("its guest is outside: %v", err)
	}
	if page := root.Get("/admin/trash"); page.Exists("tbody tr") {
		t.Error("it is still in the trash")
	}
	root.Post("/admin/trash/"+w.Space.String()+"/restore", nil).Want(http.StatusNotFound)
}

// What a space with several threads does not show, its page does not; the
// settings say so and take it back.
func TestWhatASpaceShows(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, path := w.As("host"), "/spaces/"+w.Space.String()
	if host.Get(path + "/settings").Exists(`[name="shows"]`) {
		t.Error("a space with one thread asks what to show")
	}
	if err := w.Store.UpdateSpace(t.Context(), w.Host, w.Space, store.SpaceSettings{Name: "Several", Body: "What it is about", MultiThread: true}); err != nil {
		t.Fatal(err)
	}
	parts := []string{"#about", "#threads-title", "#people"}
	for _, part := range parts {
		if !host.Get(path).Exists(part) {
			t.Errorf("%s is not shown", part)
		}
	}
	_, form := host.Get(path + "/settings").Form(`form[action="` + path + `/settings"]`)
	form["shows"] = []string{""} // nothing is ticked
	host.Post(path+"/settings", form).Want(http.StatusSeeOther)
	for _, part := range parts {
		if host.Get(path).Exists(part) {
			t.Errorf("%s is shown", part)
		}
	}
	_, form = host.Get(path + "/settings").Form(`form[action="` + path + `/settings"]`)
	if len(form["shows"]) != 1 {
		t.Errorf("ticked are %v", form["shows"])
	}
	form["shows"] = []string{"", "threads"}
	host.Post(path+"/settings", form).Want(http.StatusSeeOther)
	if page := host.Get(path); !page.Exists("#threads-title") || page.Exists("#people") {
		t.Error("the threads alone are to be shown")
	}
}
