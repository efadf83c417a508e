package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
)

// attach says something with a file.
func (w searchWorld) attach(author store.Account, text, name string, audience store.Audience) store.Comment {
	w.t.Helper()
	w.Clock.Advance(time.Second)
	u := world(w).keep(author, name, text+" "+name)
	c, err := w.Store.AddComment(w.t.Context(), author, w.Space, w.thread(w.Space), store.NewComment{Body: text, Audience: audience, Uploads: []store.ID{u.ID}})
	w.ok(err)
	return c
}

// files are the names of the files that the actor finds.
func (w searchWorld) files(actor store.Account, q store.SearchQuery) []string {
	w.t.Helper()
	q.Kind = store.FoundFile
	list := []string{}
	for _, found := range w.find(actor, q) {
		list = append(list, strings.TrimSuffix(strings.TrimPrefix(found, "file "), ":"))
	}
	return list
}

// Issue 4: files are found by their names, in three languages, those of a drive
// where they lie and those of comments where they hang.
func TestSearchFindsFiles(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	file := addFile(t, w.World, w.Host, w.Space, store.NewFile{}, "Quarterly_Report-2026.final.pdf", "numbers")
	addFile(t, w.World, w.Host, w.Space, store.NewFile{}, "会議の議事録.docx", "words")
	c := w.attach(w.GuestEditor, "see this", "交货计划 report.xlsx", store.Everyone)
	for query, want := range map[string]int{
		"report": 2, "quarterly": 1, "2026": 1, "pdf": 1, "final.pdf": 1, "议事": 0, "議事録": 1, "会議": 1, "计划": 1, "report 计划": 1, "numbers": 0,
	} {
		if got := w.files(w.GuestReader, store.SearchQuery{Text: query}); len(got) != want {
			t.Errorf("%q finds %q, want %d", query, got, want)
		}
	}
	w.index()
	found, err := w.Store.Search(t.Context(), w.GuestReader, store.SearchQuery{Text: "report"})
	w.ok(err)
	if len(found.Items) != 2 {
		t.Fatalf("found %+v", found.Items)
	}
	hangs, lies := found.Items[0], found.Items[1]
	if hangs.Kind != store.FoundFile || hangs.Comment != c.ID || hangs.Thread.ID != w.thread(w.Space) || hangs.Person.ID != w.GuestEditor.ID || hangs.Space.ID != w.Space {
		t.Errorf("the file of a comment is %+v", hangs)
	}
	if lies.Kind != store.FoundFile || lies.ID != file.ID || lies.Comment != 0 || lies.Person.ID != w.Host.ID || lies.Space.ID != w.Space {
		t.Errorf("the file of the drive is %+v", lies)
	}
	// Filters hold for both.
	for name, test := range map[string]struct {
		q    store.SearchQuery
		want int
	}{
		"space": {store.SearchQuery{Space: w.Space}, 2}, "another space": {store.SearchQuery{Space: w.Spaces[store.OpenSpace]}, 0},
		"person": {store.SearchQuery{Person: w.GuestEditor.ID}, 1}, "until": {store.SearchQuery{To: c.CreatedAt}, 1}, "from": {store.SearchQuery{From: c.CreatedAt}, 1},
	} {
		test.q.Text = "report"
		if got := w.files(w.Host, test.q); len(got) != test.want {
			t.Errorf("%s: found %q, want %d", name, got, test.want)
		}
	}
	if got := w.find(w.Host, store.SearchQuery{Text: "report", Kind: store.FoundComment}); len(got) != 0 {
		t.Errorf("comments are found by their files: %q", got)
	}
}

// S4-10, SEC-A5: the name of a file is found by nobody who may not read it, and
// by nobody who may no longer.
func TestSearchKeepsNamesOfFiles(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	addFile(t, w.World, w.Host, w.Space, store.NewFile{}, "canary for all.txt", "1")
	addFile(t, w.World, w.Host, w.Space, store.NewFile{Audience: store.TeamOnly}, "canary for the team.txt", "2")
	w.attach(w.Host, "hello", "canary attached.txt", store.Everyone)
	w.attach(w.Host, "hello", "canary attached for the team.txt", store.TeamOnly)
	for actor, want := range map[*store.Account]int{
		&w.Host: 4, &w.Editor: 4, &w.GuestEditor: 2, &w.GuestReader: 2, &w.Outsider: 0, &w.GuestOutside: 0, &w.Root: 0,
	} {
		if got := w.find(*actor, store.SearchQuery{Text: "canary"}); len(got) != want {
			t.Errorf("%s finds %q, want %d", actor.Name, got, want)
		}
	}
	if w.finds(w.GuestEditor, "team.txt") {
		t.Error("a guest finds a word of a name that is for the team")
	}
	// What moves into a folder of the team is taken from the guests.
	folder := addFolder(t, w.World, w.Host, store.NewFolder{Name: "Team", Audience: store.TeamOnly})
	moved := addFile(t, w.World, w.Host, w.Space, store.NewFile{}, "wanderer.txt", "3")
	if !w.finds(w.GuestReader, "wanderer") {
		t.Fatal("a file for everyone is not found")
	}
	w.ok(w.Store.MoveFile(t.Context(), w.Host, w.Space, moved.ID, folder.ID))
	found, err := w.Store.Search(t.Context(), w.GuestReader, store.SearchQuery{Text: "wanderer"}) // whatever the index holds
	w.ok(err)
	if len(found.Items) > 0 || w.finds(w.GuestReader, "wanderer") || !w.finds(w.Editor, "wanderer") {
		t.Errorf("after it was moved a guest finds %+v", found.Items)
	}
}

// Beyond 8: guests of different companies do not find each other's files.
func TestSearchKeepsFilesOfCompaniesApart(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	w.ok(w.Store.Seed(t.Context(), func(seed store.Seeder) error { return seed.Apart(w.Space) }))
	addFile(t, w.World, w.GuestEditor, w.Space, store.NewFile{}, "canary offer.txt", "1")
	w.attach(w.GuestEditor, "hello", "canary attached.txt", store.Everyone)
	for actor, want := range map[*store.Account]int{&w.Host: 2, &w.GuestEditor: 2, &w.GuestReader: 0} {
		if got := w.files(*actor, store.SearchQuery{Text: "canary"}); len(got) != want {
			t.Errorf("%s finds %q, want %d", actor.Name, got, want)
		}
	}
}

// What is deleted is not found, at once; what comes back or gets another name is
// found by the name that it has.
func TestSearchFollowsFiles(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	ctx := t.Context()
	now := func(text string) bool { // before anything is indexed
		t.Helper()
		found, err := w.Store.Search(ctx, w.GuestReader, store.SearchQuery{Text: text})
		w.ok(err)
		return len(found.Items) > 0
	}
	folder := addFolder(t, w.World, w.Host, store.NewFolder{Name: "Plans"})
	file := addFile(t, w.World, w.Host, w.Space, store.NewFile{Folder: folder.ID}, "parrot.txt", "1")
	if !w.finds(w.GuestReader, "parrot") {
		t.Fatal("the file is not found")
	}
	addFile(t, w.World, w.Host, w.Space, store.NewFile{Folder: folder.ID}, "parrot.txt", "2")
	if got := w.files(w.GuestReader, store.SearchQuery{Text: "parrot"}); !slices.Equal(got, []string{"parrot.txt"}) {
		t.Errorf("with a second version: %q", got)
	}
	w.ok(w.Store.RenameFile(ctx, w.Host, w.Space, file.ID, "pigeon.txt"))
	if now("parrot") || w.finds(w.GuestReader, "parrot") || !w.finds(w.GuestReader, "pigeon") {
		t.Error("it is not found by its new name alone")
	}
	w.ok(w.Store.MoveFile(ctx, w.Host, w.Space, file.ID, 0))
	w.ok(w.Store.DeleteFile(ctx, w.Host, w.Space, file.ID))
	if now("pigeon") || w.finds(w.Host, "pigeon") {
		t.Error("a deleted file is found")
	}
	_, err := w.Store.RestoreFile(ctx, w.Host, w.Space, file.ID)
	w.ok(err)
	if !w.finds(w.GuestReader, "pigeon") {
		t.Error("a file that was brought back is not found")
	}
	w.ok(w.Store.MoveFile(ctx, w.Host, w.Space, file.ID, folder.ID))
	w.ok(w.Store.DeleteFolder(ctx, w.Host, w.Space, folder.ID))
	if now("pigeon") || w.finds(w.Host, "pigeon") {
		t.Error("a file of a deleted folder is found")
	}
	_, err = w.Store.RestoreFolder(ctx, w.Host, w.Space, folder.ID)
	w.ok(err)
	if !w.finds(w.GuestReader, "pigeon") {
		t.Error("a file of a folder that was brought back is not found")
	}
	c := w.attach(w.Editor, "hello", "puffin.txt", store.Everyone)
	if !w.finds(w.GuestReader, "puffin") {
		t.Fatal("the file of a comment is not found")
	}
	w.ok(w.Store.DeleteComment(ctx, w.Editor, w.Space, w.thread(w.Space), c.ID))
	if now("puffin") || w.finds(w.Editor, "puffin") {
		t.Error("the file of a deleted comment is found")
	}
	w.ok(w.Store.RestoreComment(ctx, w.Editor, w.Space, w.thread(w.Space), c.ID))
	if !w.finds(w.GuestReader, "puffin") {
		t.Error("the file of a comment that was brought back is not found")
	}
	w.ok(w.Store.RemoveAttachment(ctx, w.Editor, w.Space, w.thread(w.Space), c.ID, store.ID(world(w).number(`SELECT id FROM attachments`))))
	if now("puffin") || w.finds(w.Editor, "puffin") {
		t.Error("a file that was taken out of its comment is found")
	}
	changePolicy(t, w.World, store.Policy{store.SpaceTrashDays: "0"}) // gone at once
	w.ok(w.Store.DeleteSpace(ctx, w.Host, w.Space))
	if w.finds(w.Host, "pigeon") || world(w).number(`SELECT COUNT(*) FROM search WHERE kind IN ('file', 'attachment')`) != 0 {
		t.Error("the index keeps files of a deleted space")
	}
}

// Files that were there before are found once the index is filled.
func TestSearchFillsItselfWithFiles(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	addFile(t, w.World, w.Host, w.Space, store.NewFile{}, "parrot one.txt", "1")
	w.attach(w.Host, "hello", "parrot two.txt", store.Everyone)
	w.ok(w.Store.Seed(t.Context(), func(seed store.Seeder) error { return seed.ForgetIndex() }))
	if found, err := w.Store.Search(t.Context(), w.Host, store.SearchQuery{Text: "parrot"}); err != nil || !found.Preparing || len(found.Items) > 0 {
		t.Errorf("before filling: %+v, %v", found, err)
	}
	if got := w.files(w.Host, store.SearchQuery{Text: "parrot"}); len(got) != 2 {
		t.Errorf("after filling: %q", got)
	}
}
