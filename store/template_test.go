package store_test

import (
	"maps"
	"strconv"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// S0-07 to S0-09: a template has the settings and texts of a space, no people
// and nothing that they said, and later changes of it change nothing else.
func TestTemplates(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	both := administratorOfAll(t, w)
	err := w.Store.UpdateSpace(ctx, both, w.Space, store.SpaceSettings{
		Name: "Model", Body: "Rules for @Jane Roe", MultiThread: true, FixedMembership: true, Upload: pngOf(t).Bytes(),
		Publishing: store.PublishAdministrators, Shows: &store.Shows{Announcement: true, Threads: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.CreateThread(ctx, both, w.Space, store.NewThread{Name: "Questions", Body: "Ask *here*"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.CreateThread(ctx, both, w.Space, store.NewThread{Name: "Among us", Body: "Secret", Audience: store.TeamOnly}); err != nil {
		t.Fatal(err)
	}
	model, err := w.Store.SaveTemplate(ctx, both, w.Space, "Project")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.SaveTemplate(ctx, both, w.Space, " PROJECT "); !is(err, store.ErrTemplateExists) {
		t.Errorf("the name twice: %v", err)
	}
	list, err := w.Store.Templates(ctx, w.Outsider)
	if err != nil || len(list) != 1 || list[0].Name != "Project" || list[0].Threads != 2 {
		t.Errorf("the templates are %+v, %v", list, err)
	}
	if err := w.Store.DeleteSpace(ctx, both, w.Space); err != nil {
		t.Fatal(err)
	}
	id, err := w.Store.CreateSpaceFromTemplate(ctx, w.Host, store.FromTemplate{
		Template: model, Name: "Made", Kind: store.GuestSpace, Members: []store.MemberEntry{{Code: w.Editor.Login, Administrator: true}, {Code: w.Outsider.Login}},
	})
	if err != nil {
		t.Fatal(err)
	}
	sp, err := w.Store.Space(ctx, w.Host, id, store.ToOpen)
	if err != nil || sp.Name != "Made" || sp.Kind != store.GuestSpace || !sp.MultiThread || !sp.FixedMembership || sp.MemberCount != 3 || sp.GuestCount != 0 ||
		sp.Body != "Rules for @Jane Roe" || sp.Publishing != store.PublishAdministrators || sp.Shows.Members || sp.ThreadCount != 2 || sp.Standing != store.MemberInside {
		t.Errorf("the space is %+v, %v", sp, err)
	}
	threads, err := w.Store.Threads(ctx, w.Host, id, "")
	if err != nil || len(threads.Items) != 2 {
		t.Fatalf("the threads are %+v, %v", threads.Items, err)
	}
	if rows := number(t, w, `SELECT COUNT(*) FROM mentions WHERE space_id = `+id.String()); rows != 0 {
		t.Error("the template mentions somebody")
	}
	if err := w.Store.SweepFiles(ctx); err != nil {
		t.Fatal(err)
	}
	cover, err := w.Store.SpaceCover(ctx, w.Host, id)
	if err != nil {
		t.Fatalf("the cover: %v", err)
	}
	_ = cover.Close()
	for name, test := range map[string]struct {
		in   store.FromTemplate
		want map[string]string
	}{
		"no such template": {store.FromTemplate{Template: 999, Name: "x", Kind: store.OpenSpace, Members: []store.MemberEntry{{Code: w.Host.Login, Administrator: true}}},
			map[string]string{"id": "unknown_template"}},
		"nobody administers": {store.FromTemplate{Template: model, Name: "x", Kind: store.OpenSpace, Members: []store.MemberEntry{{Code: w.Host.Login}}},
			map[string]string{"members": "no_admin_left"}},
		"a guest": {store.FromTemplate{Template: model, Name: "x", Kind: store.OpenSpace, Members: []store.MemberEntry{{Code: string(w.GuestEditor.Email), Administrator: true}}},
			map[string]string{"members[0].entity.code": "no_such_member"}},
		"no name": {store.FromTemplate{Template: model, Kind: store.OpenSpace}, map[string]string{"name": "required"}},
	} {
		_, err := w.Store.CreateSpaceFromTemplate(ctx, w.Host, test.in)
		if got := fields(t, err); !maps.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if err := w.Store.DeleteTemplate(ctx, w.Root, model); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.DeleteTemplate(ctx, w.Root, model); !is(err, store.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}

// S0-02, SEC-A1: who saves and deletes templates, and who makes spaces of them.
func TestTemplatesMatrix(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	both := administratorOfAll(t, w)
	model, err := w.Store.SaveTemplate(t.Context(), both, w.Space, "Model")
	if err != nil {
		t.Fatal(err)
	}
	for _, standing := range standings {
		actor := as(w, standing)
		if _, err := w.Store.SaveTemplate(t.Context(), actor, w.Space, "By "+standing); !is(err, store.ErrForbidden) { // SA stands outside
			t.Errorf("%s saves: %v", standing, err)
		}
		var delete, list, create error
		if standing != "SA" {
			delete = store.ErrForbidden
		}
		if actor.IsGuest() {
			list = store.ErrForbidden
		}
		if standing != "SA" && standing != "SpA" { // who has the right to make guest spaces
			create = store.ErrForbidden
		}
		if _, err := w.Store.Templates(t.Context(), actor); !is(err, list) {
			t.Errorf("%s lists: %v, want %v", standing, err, list)
		}
		_, err := w.Store.CreateSpaceFromTemplate(t.Context(), actor, store.FromTemplate{
			Template: model, Name: "x", Kind: store.GuestSpace, Members: []store.MemberEntry{{Code: w.Host.Login, Administrator: true}},
		})
		if !is(err, create) {
			t.Errorf("%s makes a guest space: %v, want %v", standing, err, create)
		}
		if standing == "SA" {
			continue // the others are to find it there
		}
		if err := w.Store.DeleteTemplate(t.Context(), actor, model); !is(err, delete) {
			t.Errorf("%s deletes: %v, want %v", standing, err, delete)
		}
	}
}

// S0-07: as many templates are kept as the list shows; one that it would not
// show is refused.
func TestTemplatesEnd(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	both := administratorOfAll(t, w)
	var last store.ID
	for i := range 200 {
		id, err := w.Store.SaveTemplate(t.Context(), both, w.Space, "Model "+strconv.Itoa(i))
		if err != nil {
			t.Fatal(err)
		}
		last = id
	}
	if _, err := w.Store.SaveTemplate(t.Context(), both, w.Space, "One more"); !is(err, store.ErrTooManyTemplates) {
		t.Errorf("one more: %v", err)
	}
	if list, err := w.Store.Templates(t.Context(), both); err != nil || len(list) != 200 {
		t.Errorf("%d templates are listed, %v", len(list), err)
	}
	if err := w.Store.DeleteTemplate(t.Context(), both, last); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.SaveTemplate(t.Context(), both, w.Space, "One more"); err != nil {
		t.Errorf("after one was deleted: %v", err)
	}
}
