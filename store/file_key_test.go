package store_test

import (
	"io"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// The key of an upload is its owner's, for its space, used once, for three days,
// and opens nothing.
func TestFileKeys(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	open := w.Spaces[store.OpenSpace]
	thread := firstThread(t, w, w.Space)
	keep := func(actor store.Account, space store.ID) string {
		key, err := w.Upload(actor, space, "Plan \"A\".txt", strings.NewReader("the plan"))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	attach := func(actor store.Account, key string) error {
		_, err := w.Store.AddComment(t.Context(), actor, w.Space, thread, store.NewComment{Body: "See", Keys: []store.KeyedFile{{Key: key}}})
		return err
	}
	key := keep(w.Editor, w.Space)
	if _, _, err := w.Store.OpenByKey(t.Context(), w.Editor, key, anySpace); !is(err, store.ErrNotFound) {
		t.Errorf("the key of an upload opens: %v", err)
	}
	for name, test := range map[string]struct{ got, want error }{
		"somebody else's":  {attach(w.Host, key), store.ErrUploadGone},
		"of another space": {attach(w.Editor, keep(w.Editor, open)), store.ErrKeyElsewhere},
		"unknown":          {attach(w.Editor, "x"), store.ErrUploadGone},
		"of no space":      {attach(w.Editor, keep(w.Editor, 0)), nil},
		"of the space":     {attach(w.Editor, key), nil},
		"a second time":    {attach(w.Editor, key), store.ErrUploadGone},
	} {
		if !is(test.got, test.want) {
			t.Errorf("%s: %v, want %v", name, test.got, test.want)
		}
	}
	old := keep(w.Editor, w.Space)
	w.Clock.Advance(3 * store.Day)
	if err := attach(w.Editor, old); !is(err, store.ErrUploadGone) {
		t.Errorf("after three days: %v", err)
	}
	if err := w.Store.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if rows := w.Dump()["file_keys"]; len(rows) != 0 {
		t.Errorf("%d rows are left", len(rows))
	}
	if n := number(t, w, `SELECT stored_bytes FROM spaces WHERE id = `+w.Space.String()); n != 2*len("the plan") {
		t.Errorf("%d bytes are counted", n)
	}
	if n := number(t, w, `SELECT stored_bytes FROM spaces WHERE id = `+open.String()); n != 0 {
		t.Errorf("%d bytes are counted where nothing is", n)
	}
}

// SEC-A1: who may upload, and where.
func TestUploadByKeyMatrix(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for standing, want := range map[string][2]error{ // into the guest space, into none
		"SA": {store.ErrForbidden, nil}, "SpA": {nil, nil}, "M": {nil, nil}, "m": {store.ErrNotFound, nil},
		"GE": {nil, store.ErrForbidden}, "GR": {store.ErrForbidden, store.ErrForbidden}, "g": {store.ErrNotFound, store.ErrForbidden},
	} {
		for i, space := range []store.ID{w.Space, 0} {
			if _, err := w.Upload(as(w, standing), space, "x", strings.NewReader("x")); !is(err, want[i]) {
				t.Errorf("%s into %d: %v, want %v", standing, space, err, want[i])
			}
		}
	}
}

// A file's own key is for everybody who may see the file, as long as they may.
func TestDownloadKeys(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	upload, err := w.Upload(w.Editor, w.Space, "plan.txt", strings.NewReader("the plan"))
	if err != nil {
		t.Fatal(err)
	}
	comment, err := w.Store.AddComment(t.Context(), w.Editor, w.Space, firstThread(t, w, w.Space), store.NewComment{
		Body: "See", Keys: []store.KeyedFile{{Key: upload}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, kept, err := w.Store.Comment(t.Context(), w.Editor, w.Space, firstThread(t, w, w.Space), comment.ID)
	if err != nil || len(kept.Files) != 1 {
		t.Fatalf("%d files, %v", len(kept.Files), err)
	}
	drive := addFile(t, w, w.Host, w.Space, store.NewFile{}, "drive.pdf", "In the drive")
	if err := w.Store.UpdateSpace(t.Context(), w.Host, w.Space, store.SpaceSettings{Name: "Covered", Upload: pngOf(t).Bytes()}); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		w.Store.AttachmentKey(kept.Files[0].ID): "the plan", w.Store.DriveKey(drive.ID): "In the drive", w.Store.CoverKey(w.Space): "",
	} {
		for actor, allowed := range map[*store.Account]bool{&w.Host: true, &w.GuestReader: true, &w.Outsider: false, &w.GuestOutside: false} {
			content, in, err := w.Store.OpenByKey(t.Context(), *actor, key, anySpace)
			if !allowed {
				if !is(err, store.ErrNotFound) {
					t.Errorf("%s for %s: %v", key[:1], actor.Name, err)
				}
				continue
			}
			if err != nil || in.ID != w.Space {
				t.Errorf("%s for %s is in %d, %v", key[:1], actor.Name, in.ID, err)
				continue
			}
			text, err := io.ReadAll(content)
			if err != nil || int64(len(text)) != content.Size || want != "" && string(text) != want {
				t.Errorf("%s is %q of %d, %v", key[:1], text, content.Size, err)
			}
			_ = content.Close()
		}
		for _, forged := range []string{key + "x", key[:len(key)-1], "a1-", "", "z" + key[1:]} {
			if _, _, err := w.Store.OpenByKey(t.Context(), w.Host, forged, anySpace); !is(err, store.ErrNotFound) {
				t.Errorf("a forged key: %v", err)
			}
		}
	}
}

func anySpace(store.Space) error { return nil }
