package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// addFile puts a file with a text into a drive.
func addFile(t *testing.T, w *storetest.World, actor store.Account, space store.ID, in store.NewFile, name, text string) store.File {
	t.Helper()
	var err error
	if in.ReceivedFile, err = w.Store.ReceiveFile(t.Context(), actor, space, name, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	f, err := w.Store.AddFile(t.Context(), actor, space, in)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func addFolder(t *testing.T, w *storetest.World, actor store.Account, in store.NewFolder) store.Folder {
	t.Helper()
	d, err := w.Store.CreateFolder(t.Context(), actor, w.Space, in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// content is what somebody gets who downloads a file.
func content(ctx context.Context, w *storetest.World, actor store.Account, f store.File, version int) (string, error) {
	c, err := w.Store.OpenFile(ctx, actor, f.Space, f.ID, version)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(c)
	return string(text), errors.Join(err, c.Close())
}

// names are what somebody sees in a folder: folders with a slash.
func names(t *testing.T, w *storetest.World, actor store.Account, folder store.ID, sort store.FileSort) (list []string) {
	t.Helper()
	for after := ""; ; {
		page, err := w.Store.FilesIn(t.Context(), actor, w.Space, folder, sort, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.Folders {
			list = append(list, d.Name+"/")
		}
		for _, f := range page.Files {
			list = append(list, f.Name)
		}
		if after = page.Next; after == "" {
			return list
		}
	}
}

func number(t *testing.T, w *storetest.World, query string) int {
	t.Helper()
	n, err := w.Store.Number(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// S4-14: the same name becomes the next version; earlier ones are kept and can be
// brought back without costing room.
func TestFileVersions(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	first := addFile(t, w, w.GuestEditor, w.Space, store.NewFile{}, "Plan.txt", "one")
	second := addFile(t, w, w.Editor, w.Space, store.NewFile{}, "PLAN.txt", "two!")
	if second.ID != first.ID || second.Version != 2 || second.Name != "Plan.txt" {
		t.Fatalf("the second is %+v", second)
	}
	for version, want := range map[int]string{0: "two!", 1: "one", 2: "two!"} {
		if text, err := content(ctx, w, w.GuestReader, first, version); text != want || err != nil {
			t.Errorf("version %d: %q, %v", version, text, err)
		}
	}
	if _, err := content(ctx, w, w.Host, first, 3); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a version that is none: %v", err)
	}
	back, err := w.Store.RestoreFileVersion(ctx, w.GuestEditor, w.Space, first.ID, 1)
	if err != nil || back.Version != 3 {
		t.Fatalf("restored: %+v, %v", back, err)
	}
	if text, _ := content(ctx, w, w.Host, first, 0); text != "one" {
		t.Errorf("restored content: %q", text)
	}
	page, err := w.Store.FilePage(ctx, w.GuestReader, w.Space, first.ID)
	if err != nil || len(page.Versions) != 3 || page.Versions[0].Restores != 1 || page.Versions[1].By.ID != w.Editor.ID || page.Versions[2].Size != 3 {
		t.Errorf("versions %+v, %v", page.Versions, err)
	}
	if spent := number(t, w, `SELECT stored_bytes FROM spaces WHERE id = `+w.Space.String()); spent != 7 {
		t.Errorf("the space counts %d bytes", spent)
	}
	if n := number(t, w, `SELECT file_count FROM spaces WHERE id = `+w.Space.String()); n != 1 {
		t.Errorf("the space counts %d files", n)
	}
}

// S3-06, S4-13: who uploads, who changes what, who downloads.
func TestWhoMayDoWhatWithFiles(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	of := func(who store.Account) store.File {
		return addFile(t, w, who, w.Space, store.NewFile{}, who.Name+".txt", "text")
	}
	guests, members := of(w.GuestEditor), of(w.Editor)
	folder := addFolder(t, w, w.GuestEditor, store.NewFolder{Name: "Guest's"})
	acts := map[string]func(store.Account, store.File) error{
		"rename": func(who store.Account, f store.File) error {
			return w.Store.RenameFile(ctx, who, w.Space, f.ID, f.Name)
		},
		"move": func(who store.Account, f store.File) error {
			return w.Store.MoveFile(ctx, who, w.Space, f.ID, folder.ID)
		},
		"delete": func(who store.Account, f store.File) error { return w.Store.DeleteFile(ctx, who, w.Space, f.ID) },
	}
	for act, do := range acts {
		for who, account := range map[string]store.Account{"guest": w.GuestEditor, "reader": w.GuestReader, "member": w.Editor} {
			for whose, f := range map[string]store.File{"guest": guests, "member": members} {
				want := store.ErrForbidden
				if who == whose {
					continue
				}
				if err := do(account, f); !errors.Is(err, want) {
					t.Errorf("%s of the %s's file by the %s: %v", act, whose, who, err)
				}
			}
		}
		if err := do(w.GuestOutside, guests); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s by a stranger: %v", act, err)
		}
	}
	for who, account := range map[string]store.Account{"owner": w.GuestEditor, "administrator": w.Host} {
		f := addFile(t, w, w.GuestEditor, w.Space, store.NewFile{}, who, "x")
		for _, err := range []error{
			w.Store.RenameFile(ctx, account, w.Space, f.ID, "new "+who), w.Store.MoveFile(ctx, account, w.Space, f.ID, folder.ID),
			w.Store.DeleteFile(ctx, account, w.Space, f.ID),
		} {
			if err != nil {
				t.Errorf("the %s: %v", who, err)
			}
		}
	}
	if n := number(t, w, `SELECT COUNT(*) FROM audit WHERE action IN ('file.renamed', 'file.moved', 'file.deleted')`); n != 3 {
		t.Errorf("%d entries tell what the administrator did", n)
	}
	if _, err := w.Store.RestoreFileVersion(ctx, w.GuestReader, w.Space, members.ID, 1); !errors.Is(err, store.ErrForbidden) {
		t.Errorf("a reader brings a version back: %v", err)
	}
	if _, err := w.Store.CreateFolder(ctx, w.GuestReader, w.Space, store.NewFolder{Name: "x"}); !errors.Is(err, store.ErrForbidden) {
		t.Errorf("a reader makes a folder: %v", err)
	}
}

// S3-06: whether guests who only read download is the policy's, and each space's.
func TestReadersDownloadByPolicy(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	f := addFile(t, w, w.Host, w.Space, store.NewFile{}, "a.txt", "text")
	if _, err := content(ctx, w, w.GuestReader, f, 0); err != nil {
		t.Fatal(err)
	}
	err := w.Store.UpdateSpace(ctx, w.Host, w.Space, store.SpaceSettings{Name: "x", Own: map[string]string{store.ReadersDownload: "off"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := content(ctx, w, w.GuestReader, f, 0); !errors.Is(err, store.ErrReadersDownload) {
		t.Errorf("the space is stricter: %v", err)
	}
	for _, who := range []store.Account{w.GuestEditor, w.Editor} {
		if _, err := content(ctx, w, who, f, 0); err != nil {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
}

// SEC-A1: what lies in another space is not found, from wherever one asks.
func TestFilesOfOtherSpaces(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, other := t.Context(), w.Spaces[store.OpenSpace]
	here := addFile(t, w, w.Host, w.Space, store.NewFile{}, "a.txt", "x")
	f := addFile(t, w, w.Host, other, store.NewFile{}, "a.txt", "x")
	d, err := w.Store.CreateFolder(ctx, w.Host, other, store.NewFolder{Name: "There"})
	if err != nil {
		t.Fatal(err)
	}
	_, open := w.Store.OpenFile(ctx, w.Host, w.Space, f.ID, 0)
	_, page := w.Store.FilePage(ctx, w.Host, w.Space, f.ID)
	_, list := w.Store.FilesIn(ctx, w.Host, w.Space, d.ID, store.FilesByName, "")
	_, restore := w.Store.RestoreFile(ctx, w.Host, w.Space, f.ID)
	_, version := w.Store.RestoreFileVersion(ctx, w.Host, w.Space, f.ID, 1)
	for name, err := range map[string]error{
		"open": open, "page": page, "list": list, "restore": restore, "version": version,
		"rename": w.Store.RenameFile(ctx, w.Host, w.Space, f.ID, "x"), "delete": w.Store.DeleteFile(ctx, w.Host, w.Space, f.ID),
		"move": w.Store.MoveFile(ctx, w.Host, w.Space, f.ID, 0), "folder": w.Store.DeleteFolder(ctx, w.Host, w.Space, d.ID),
		"top": w.Store.DeleteFolder(ctx, w.Host, w.Space, 0),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.Store.MoveFile(ctx, w.Host, w.Space, here.ID, d.ID); !errors.Is(err, store.ErrUnknownFolder) {
		t.Errorf("into a folder of another space: %v", err)
	}
	if err := w.Store.NoteDownloads(ctx, w.Host, w.Space, []store.ID{f.ID}); err != nil || number(t, w, `SELECT COUNT(*) FROM file_downloads`) != 0 {
		t.Errorf("a download of another space is noted: %v", err)
	}
}

// Lists are found by key in each order, folders before files, and say the same
// page by page.
func TestFileOrders(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for i := range 53 {
		addFolder(t, w, w.Host, store.NewFolder{Name: fmt.Sprintf("Folder %02d", i)})
	}
	for i := range 60 {
		addFile(t, w, w.Host, w.Space, store.NewFile{}, fmt.Sprintf("%02d.txt", i), strings.Repeat("x", (i*7)%61))
		w.Clock.Advance(time.Second)
	}
	byName := names(t, w, w.GuestReader, 0, store.FilesByName)
	if len(byName) != 113 || byName[52] != "Folder 52/" || byName[53] != "00.txt" || !slices.IsSorted(byName[53:]) {
		t.Errorf("by name: %d, %v", len(byName), byName)
	}
	newest := names(t, w, w.GuestReader, 0, store.FilesByChange)
	if len(newest) != 113 || newest[53] != "59.txt" || newest[112] != "00.txt" {
		t.Errorf("the newest first: %v", newest)
	}
	largest := names(t, w, w.GuestReader, 0, store.FilesBySize)
	slices.Sort(largest[53:])
	if len(largest) != 113 || !slices.Equal(largest[53:], byName[53:]) {
		t.Errorf("the largest first: %v", largest)
	}
}

// S4-14: who fetched what is noted once for a person, a file and a day, and only
// the administrators of the space read it.
func TestDownloadsAreNoted(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	f := addFile(t, w, w.Host, w.Space, store.NewFile{}, "a.txt", "text")
	for _, who := range []store.Account{w.GuestReader, w.GuestReader, w.Editor} {
		if _, err := content(ctx, w, who, f, 0); err != nil {
			t.Fatal(err)
		}
	}
	w.Clock.Advance(24 * time.Hour)
	if _, err := content(ctx, w, w.GuestReader, f, 0); err != nil {
		t.Fatal(err)
	}
	_, list, err := w.Store.Downloads(ctx, w.Host, w.Space, "")
	if err != nil || len(list.Items) != 3 || list.Items[0].By.ID != w.GuestReader.ID || list.Items[1].By.ID != w.Editor.ID || list.Items[2].FileName != "a.txt" {
		t.Errorf("downloads %+v, %v", list.Items, err)
	}
	page, err := w.Store.FilePage(ctx, w.Host, w.Space, f.ID)
	if err != nil || len(page.Downloads.Items) != 3 {
		t.Errorf("on the page of the file: %+v, %v", page.Downloads, err)
	}
	for _, who := range []store.Account{w.Editor, w.GuestEditor} {
		if _, _, err := w.Store.Downloads(ctx, who, w.Space, ""); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s reads who downloaded: %v", who.Name, err)
		}
		if page, err := w.Store.FilePage(ctx, who, w.Space, f.ID); err != nil || len(page.Downloads.Items) != 0 {
			t.Errorf("the page tells %s: %v, %v", who.Name, page.Downloads.Items, err)
		}
	}
	w.Clock.Advance(366 * 24 * time.Hour)
	if err := w.Store.Sweep(ctx); err != nil || number(t, w, `SELECT COUNT(*) FROM file_downloads`) != 0 {
		t.Errorf("after a year it is not forgotten: %v", err)
	}
}

// SEC-I6, SEC-I2: names in every script, with slashes, signs and devices.
func TestHostileFileNames(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	seen := map[store.ID]bool{}
	for _, name := range []string{
		"../../etc/passwd", `C:\Windows\system.ini`, "見積書（最終）.xlsx", "报价单.pdf", "مستند.pdf", "ไฟล์.txt", "a\x00b.txt", "c\nd.txt",
		"evil\u202Efdp.exe", "CON", "con.txt", ".hidden", "...", "", " ", "\u200b", strings.Repeat("長", 300) + ".pdf",
		strings.Repeat("\ufdfa", 80), "=cmd|' /C calc'!A0.csv", "<script>.txt", "a/b/", "\xff\xfe.txt", "e\u0301.txt",
	} {
		f := addFile(t, w, w.GuestEditor, w.Space, store.NewFile{}, name, "x")
		if f.Name == "" || len(f.Name) > 255 || strings.ContainsAny(f.Name, "/\\\x00\n\u202e") || f.Name[0] == '.' {
			t.Errorf("%q became %q", name, f.Name)
		}
		seen[f.ID] = true
		if err := w.Store.RenameFile(t.Context(), w.GuestEditor, w.Space, f.ID, name); err != nil {
			var told *store.Error
			if !errors.As(err, &told) && !errors.As(err, new(store.Problems)) {
				t.Errorf("renamed to %q: %v", name, err)
			}
		}
		if _, err := w.Store.CreateFolder(t.Context(), w.GuestEditor, w.Space, store.NewFolder{Name: name}); err != nil {
			var told *store.Error
			if !errors.As(err, &told) {
				t.Errorf("a folder %q: %v", name, err)
			}
		}
	}
	empty := addFile(t, w, w.Host, w.Space, store.NewFile{}, "empty.txt", "")
	if text, err := content(t.Context(), w, w.GuestReader, empty, 0); text != "" || err != nil {
		t.Errorf("a file of 0 bytes: %q, %v", text, err)
	}
}
