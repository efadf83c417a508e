package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// S0-07, S0-08: an administrator saves a space as a model, and with it a new
// space is done with one click.
func TestTemplatePages(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	if page := w.As("host").Get("/spaces/new"); page.Exists(`[name="template"]`) {
		t.Error("the form offers templates that there are not")
	}
	if page := root.Get("/admin/templates").Want(http.StatusOK); page.Exists(`[name="space"]`) {
		t.Error("a space is offered that the administrator is not in")
	}
	root.Post("/spaces/"+w.Space.String()+"/join", nil).Want(http.StatusSeeOther)
	form := url.Values{"space": {w.Space.String()}, "name": {""}}
	root.Post("/admin/templates", form).Want(http.StatusUnprocessableEntity)
	if err := w.Store.UpdateSpace(t.Context(), w.Host, w.Space, store.SpaceSettings{Name: "Model", Body: "Our rules", MultiThread: true}); err != nil {
		t.Fatal(err)
	}
	form.Set("name", "Project")
	root.Post("/admin/templates", form).Want(http.StatusSeeOther)
	if page := root.Post("/admin/templates", form).Want(http.StatusUnprocessableEntity); !page.Exists(`[data-problem="template_exists"]`) {
		t.Error("the name was given twice")
	}
	templates, err := w.Store.Templates(t.Context(), w.Host)
	if err != nil || len(templates) != 1 {
		t.Fatalf("%d templates, %v", len(templates), err)
	}
	id := templates[0].ID.String()
	made := w.As("host").Post("/spaces", url.Values{"kind": {"guest"}, "name": {"Made"}, "template": {id}}).Want(http.StatusSeeOther)
	space := w.As("host").Get(made.Header.Get("Location")).Want(http.StatusOK)
	if !space.Exists("#about") || !space.Exists("#threads-title") {
		t.Error("the space is not as its template says")
	}
	w.As("host").Post("/spaces", url.Values{"kind": {"guest"}, "name": {"Made"}, "template": {"999"}}).Want(http.StatusUnprocessableEntity)
	root.Post("/admin/templates/"+id+"/delete", nil).Want(http.StatusSeeOther)
	if root.Get("/admin/templates").Exists("tbody tr") {
		t.Error("the template is still there")
	}
}
