package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

const teamSecret = "CANARY-secret-file"

// hide puts a folder and files for the team into the drive, beside what everybody sees.
func hide(t *testing.T, w *storetest.World) (secret store.File, folder store.Folder) {
	t.Helper()
	folder = addFolder(t, w, w.Host, store.NewFolder{Name: teamSecret + " folder", Audience: store.TeamOnly})
	addFile(t, w, w.Host, w.Space, store.NewFile{Folder: folder.ID}, teamSecret+" inside.txt", "x") // the folder's audience
	return addFile(t, w, w.Host, w.Space, store.NewFile{Audience: store.TeamOnly}, teamSecret+".txt", "secret"), folder
}

// S4-10, SEC-A5: guests see nothing of what is for the team, not even in a count.
func TestTeamOnlyFiles(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	secret, folder := hide(t, w)
	addFile(t, w, w.Host, w.Space, store.NewFile{}, "open.txt", "x")
	if got := names(t, w, w.Editor, 0, store.FilesByName); len(got) != 3 {
		t.Errorf("a member sees %v", got)
	}
	for _, sort := range store.FileSorts {
		if got := names(t, w, w.GuestEditor, 0, sort); !slices.Equal(got, []string{"open.txt"}) {
			t.Errorf("a guest sees %v", got)
		}
	}
	_, open := w.Store.OpenFile(ctx, w.GuestEditor, w.Space, secret.ID, 0)
	_, page := w.Store.FilePage(ctx, w.GuestEditor, w.Space, secret.ID)
	_, list := w.Store.FilesIn(ctx, w.GuestEditor, w.Space, folder.ID, store.FilesByName, "")
	_, version := w.Store.AddFileVersion(ctx, w.GuestEditor, w.Space, secret.ID, store.ReceivedFile{})
	_, _, text := w.Store.FileText(ctx, w.GuestEditor, w.Space, secret.ID)
	for name, err := range map[string]error{"open": open, "page": page, "list": list, "version": version, "text": text} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	overview, err := w.Store.SpaceOverview(ctx, w.GuestReader, w.Space, store.Place{})
	if err != nil || overview.Space.FileCount != 1 || len(overview.Files) != 1 || overview.Files[0].Name != "open.txt" {
		t.Errorf("the page of the space: %d files, %v, %v", overview.Space.FileCount, overview.Files, err)
	}
	all, err := w.Store.FilesIn(ctx, w.GuestReader, w.Space, 0, store.FilesByName, "")
	if err != nil || all.Used != 0 {
		t.Errorf("a guest is told of %d bytes, %v", all.Used, err)
	}
	// The same name for other readers is another file, and says nothing of the first.
	mine := addFile(t, w, w.GuestEditor, w.Space, store.NewFile{}, teamSecret+".txt", "mine")
	if mine.ID == secret.ID || mine.Version != 1 {
		t.Errorf("the guest's became %+v", mine)
	}
	if _, err := w.Store.AddFile(ctx, w.GuestEditor, w.Space, store.NewFile{Audience: store.TeamOnly}); !errors.Is(err, store.ErrUnknownAudience) {
		t.Errorf("a guest writes for the team: %v", err)
	}
}

// S4-10: by moving nobody is let in, and whom the new folder leaves out is out.
func TestMovingOnlyNarrows(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	secret, hidden := hide(t, w)
	public := addFolder(t, w, w.Host, store.NewFolder{Name: "Public"})
	inner := addFolder(t, w, w.Host, store.NewFolder{Name: "Inner", Parent: public.ID})
	f := addFile(t, w, w.Host, w.Space, store.NewFile{Folder: inner.ID}, "deep.txt", "x")
	for _, err := range []error{
		w.Store.MoveFile(ctx, w.Host, w.Space, secret.ID, public.ID),
		w.Store.MoveFolder(ctx, w.Host, w.Space, public.ID, hidden.ID),
		w.Store.MoveFolder(ctx, w.Host, w.Space, public.ID, 0),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := names(t, w, w.GuestEditor, 0, store.FilesByName); len(got) != 0 {
		t.Errorf("a guest sees %v", got)
	}
	for _, id := range []store.ID{secret.ID, f.ID} {
		if _, err := w.Store.OpenFile(ctx, w.GuestEditor, w.Space, id, 0); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a guest opens it: %v", err)
		}
	}
	if n := number(t, w, `SELECT shared_file_count FROM spaces WHERE id = `+w.Space.String()); n != 0 {
		t.Errorf("guests are told of %d files", n)
	}
}

// S4-14: a folder comes back with what was in it, a file under another name when
// its own was taken; what went for good gives its bytes back.
func TestDeleteAndRestore(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	outer := addFolder(t, w, w.Editor, store.NewFolder{Name: "Outer"})
	inner := addFolder(t, w, w.Editor, store.NewFolder{Name: "Inner", Parent: outer.ID})
	f := addFile(t, w, w.Editor, w.Space, store.NewFile{Folder: inner.ID}, "a.txt", "12345")
	if err := w.Store.DeleteFolder(ctx, w.Editor, w.Space, outer.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.OpenFile(ctx, w.Editor, w.Space, f.ID, 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what went with its folder: %v", err)
	}
	if _, err := w.Store.RestoreFile(ctx, w.Editor, w.Space, f.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it comes back without its folder: %v", err)
	}
	addFolder(t, w, w.Host, store.NewFolder{Name: "outer"})
	for who, want := range map[*store.Account]int{&w.Editor: 1, &w.Host: 1, &w.GuestEditor: 0} {
		if _, page, err := w.Store.DeletedFiles(ctx, *who, w.Space, ""); err != nil || len(page.Items) != want {
			t.Errorf("%s can bring back %v, %v", who.Name, page.Items, err)
		}
	}
	if _, err := w.Store.RestoreFolder(ctx, w.GuestEditor, w.Space, outer.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody else brings it back: %v", err)
	}
	if _, err := w.Store.RestoreFolder(ctx, w.Editor, w.Space, outer.ID); err != nil {
		t.Fatal(err)
	}
	if got := names(t, w, w.Editor, 0, store.FilesByName); !slices.Equal(got, []string{"outer/", "Outer (2)/"}) {
		t.Errorf("after coming back: %v", got)
	}
	if text, err := content(ctx, w, w.Editor, f, 0); text != "12345" || err != nil {
		t.Errorf("its file: %q, %v", text, err)
	}
	if n := number(t, w, `SELECT file_count FROM spaces WHERE id = `+w.Space.String()); n != 1 {
		t.Errorf("the space counts %d files", n)
	}
	if err := w.Store.DeleteFile(ctx, w.Editor, w.Space, f.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.DeleteFolder(ctx, w.Editor, w.Space, outer.ID); err != nil {
		t.Fatal(err)
	}
	if back, err := w.Store.RestoreFile(ctx, w.Editor, w.Space, f.ID); err != nil || back.Folder != 0 {
		t.Errorf("without its folder it comes to the top: %+v, %v", back, err)
	}
	if err := w.Store.DeleteFile(ctx, w.Editor, w.Space, f.ID); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(7*24*time.Hour + time.Second)
	if _, err := w.Store.RestoreFile(ctx, w.Editor, w.Space, f.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after a week: %v", err)
	}
	if err := w.Store.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		`SELECT COUNT(*) FROM files`, `SELECT COUNT(*) FROM file_versions`, `SELECT COUNT(*) FROM folders WHERE deleted_at IS NOT NULL`,
		`SELECT COUNT(*) FROM blobs WHERE size_bytes = 5`, `SELECT stored_bytes FROM spaces WHERE id = ` + w.Space.String(),
		`SELECT file_count FROM spaces WHERE id = ` + w.Space.String(),
	} {
		if n := number(t, w, query); n != 0 {
			t.Errorf("%s: %d", query, n)
		}
	}
}

// Nobody takes away what others put into their folder but administrators.
func TestFoldersWithThingsOfOthers(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	d := addFolder(t, w, w.GuestEditor, store.NewFolder{Name: "Proofs"})
	addFile(t, w, w.Editor, w.Space, store.NewFile{Folder: d.ID, Audience: store.TeamOnly}, "hidden.txt", "x")
	if err := w.Store.DeleteFolder(ctx, w.GuestEditor, w.Space, d.ID); !errors.Is(err, store.ErrFolderOfOthers) {
		t.Errorf("the guest: %v", err)
	}
	if err := w.Store.DeleteFolder(ctx, w.Host, w.Space, d.ID); err != nil {
		t.Errorf("the administrator: %v", err)
	}
}

// A folder goes into no folder below it, nor deeper than folders go.
func TestFolderCyclesAndDepth(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	var chain []store.ID
	parent := store.ID(0)
	for i := range 20 {
		d := addFolder(t, w, w.Host, store.NewFolder{Name: fmt.Sprint(i), Parent: parent})
		chain, parent = append(chain, d.ID), d.ID
	}
	if _, err := w.Store.CreateFolder(ctx, w.Host, w.Space, store.NewFolder{Name: "x", Parent: parent}); !errors.Is(err, store.ErrFoldersTooDeep) {
		t.Errorf("the 21st: %v", err)
	}
	for _, into := range []store.ID{chain[0], chain[1], chain[19]} {
		if err := w.Store.MoveFolder(ctx, w.Host, w.Space, chain[0], into); !errors.Is(err, store.ErrFolderInItself) {
			t.Errorf("into itself: %v", err)
		}
	}
	other := addFolder(t, w, w.Host, store.NewFolder{Name: "other"})
	if err := w.Store.MoveFolder(ctx, w.Host, w.Space, chain[0], other.ID); !errors.Is(err, store.ErrFoldersTooDeep) {
		t.Errorf("too deep: %v", err)
	}
	if err := w.Store.MoveFolder(ctx, w.Host, w.Space, chain[1], other.ID); err != nil {
		t.Errorf("just deep enough: %v", err)
	}
	list, err := w.Store.FilesIn(ctx, w.GuestReader, w.Space, chain[19], store.FilesByName, "")
	if err != nil || len(list.Crumbs) != 20 || list.Crumbs[0].ID != other.ID || list.Folder.Depth != 20 {
		t.Errorf("%d crumbs, depth %d, %v", len(list.Crumbs), list.Folder.Depth, err)
	}
}

// Two people move two folders into each other at once: one of them is refused.
func TestFoldersMovedIntoEachOther(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for range 5 {
		a := addFolder(t, w, w.Host, store.NewFolder{Name: fmt.Sprint("a", time.Now().UnixNano())})
		b := addFolder(t, w, w.Host, store.NewFolder{Name: fmt.Sprint("b", time.Now().UnixNano())})
		var group sync.WaitGroup
		errs := make([]error, 2)
		group.Go(func() { errs[0] = w.Store.MoveFolder(t.Context(), w.Host, w.Space, a.ID, b.ID) })
		group.Go(func() { errs[1] = w.Store.MoveFolder(t.Context(), w.Host, w.Space, b.ID, a.ID) })
		group.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), store.ErrFolderInItself) {
			t.Fatalf("both moved: %v", errs)
		}
	}
}

// The same name twice at once is one file with two versions; of two moves to one
// name one is refused.
func TestSameNameAtOnce(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			in, err := w.Store.ReceiveFile(ctx, w.Editor, w.Space, "same.txt", strings.NewReader(fmt.Sprint(i)))
			if err == nil {
				_, err = w.Store.AddFile(ctx, w.Editor, w.Space, store.NewFile{ReceivedFile: in})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if files, versions := number(t, w, `SELECT COUNT(*) FROM files`), number(t, w, `SELECT COUNT(*) FROM file_versions`); files != 1 || versions != 8 {
		t.Errorf("%d files, %d versions", files, versions)
	}
	d := addFolder(t, w, w.Editor, store.NewFolder{Name: "d"})
	addFile(t, w, w.Editor, w.Space, store.NewFile{Folder: d.ID}, "same.txt", "x")
	list, err := w.Store.FilesIn(ctx, w.Editor, w.Space, 0, store.FilesByName, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.MoveFile(ctx, w.Editor, w.Space, list.Files[0].ID, d.ID); !errors.Is(err, store.ErrFileNameTaken) {
		t.Errorf("a name that is taken: %v", err)
	}
}

// Beyond 8: where companies are apart, guests of one see no file of the other, and
// nobody replaces what others read without knowing them.
func TestFilesOfCompaniesApart(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	one := newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "one@one.example", Name: "One", Company: "One Ltd"})
	two := newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "two@two.example", Name: "Two", Company: "Two Ltd"})
	member(t, w, w.Space, one, store.Editor)
	member(t, w, w.Space, two, store.Editor)
	if err := w.Store.Exec(ctx, `UPDATE spaces SET companies_apart = TRUE WHERE id = $1`, w.Space); err != nil {
		t.Fatal(err)
	}
	hosts := addFile(t, w, w.Host, w.Space, store.NewFile{}, "plan.txt", "host")
	ones := addFile(t, w, one, w.Space, store.NewFile{}, "plan.txt", "one")
	twos := addFile(t, w, two, w.Space, store.NewFile{}, "plan.txt", "two")
	if ones.ID == hosts.ID || twos.ID == ones.ID || ones.Version != 1 {
		t.Fatalf("files %d, %d, %d", hosts.ID, ones.ID, twos.ID)
	}
	if got := names(t, w, two, 0, store.FilesByName); len(got) != 2 {
		t.Errorf("the second company sees %v", got)
	}
	if _, err := w.Store.OpenFile(ctx, two, w.Space, ones.ID, 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it opens the first's: %v", err)
	}
	in, err := w.Store.ReceiveFile(ctx, one, w.Space, "x", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.AddFileVersion(ctx, one, w.Space, hosts.ID, in); !errors.Is(err, store.ErrForbidden) {
		t.Errorf("a guest replaces what the other company reads: %v", err)
	}
	if _, err := w.Store.AddFileVersion(ctx, one, w.Space, ones.ID, in); err != nil {
		t.Errorf("a guest replaces their own: %v", err)
	}
}
