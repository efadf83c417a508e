package store_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"testing"

	"guesthouse/store"
)

// A comment has its files with its readers: whoever must not read it gets
// nothing of them (SEC-A1, SEC-A5, S4-10).
func TestWhoGetsAttachments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, thread := t.Context(), firstThread(t, w.World, w.Space)
	say := func(audience store.Audience) (store.ID, store.ID) {
		u := w.keep(w.Editor, "plan.txt", "the plan "+string(audience))
		c, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: "See", Audience: audience, Uploads: []store.ID{u.ID}})
		w.do(err)
		conversation, err := w.Store.Conversation(ctx, w.Editor, w.Space, thread, store.Place{Newest: true})
		w.do(err)
		return c.ID, conversation.Comments[len(conversation.Comments)-1].Files[0].ID
	}
	open, openFile := say(store.Everyone)
	team, teamFile := say(store.TeamOnly)
	for name, test := range map[string]struct {
		actor         store.Account
		comment, file store.ID
		err           error
	}{
		"a guest":                        {w.GuestEditor, open, openFile, nil},
		"a read-only guest":              {w.GuestReader, open, openFile, nil},
		"a member":                       {w.Host, team, teamFile, nil},
		"a guest, of the team":           {w.GuestEditor, team, teamFile, store.ErrNotFound},
		"a guest, through another":       {w.GuestEditor, open, teamFile, store.ErrNotFound},
		"a member outside":               {w.Outsider, open, openFile, store.ErrNotFound},
		"a guest outside":                {w.GuestOutside, open, openFile, store.ErrNotFound},
		"a system administrator outside": {w.Root, open, openFile, store.ErrForbidden},
		"an ID that nothing has":         {w.Host, open, teamFile + 100, store.ErrNotFound},
	} {
		file, err := w.Store.Attachment(ctx, test.actor, w.Space, thread, test.comment, test.file)
		if !errors.Is(err, test.err) {
			t.Errorf("%s: %v, want %v", name, err, test.err)
		}
		if err == nil {
			_ = file.Close()
		}
		if _, err := w.Store.AttachmentPreview(ctx, test.actor, w.Space, thread, test.comment, test.file); err == nil {
			t.Errorf("%s gets a picture of a text", name)
		}
	}
	foreign := firstThread(t, w.World, w.Spaces[store.OpenSpace])
	for name, address := range map[string][2]store.ID{"another space": {w.Spaces[store.OpenSpace], foreign}, "its thread": {w.Space, foreign}} {
		if _, err := w.Store.Attachment(ctx, w.Host, address[0], address[1], open, openFile); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("through %s: %v", name, err)
		}
	}
}

// Deleting a comment hides its files, undoing it brings them back, and once it
// cannot be undone the sweep gives their bytes back.
func TestAttachmentsOfDeletedComments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, thread := t.Context(), firstThread(t, w.World, w.Space)
	u := w.keep(w.GuestEditor, "a.txt", "hello")
	c, err := w.Store.AddComment(ctx, w.GuestEditor, w.Space, thread, store.NewComment{Body: "x", Uploads: []store.ID{u.ID}})
	w.do(err)
	if w.stored() != 5 {
		t.Errorf("the space counts %d", w.stored())
	}
	w.do(w.Store.DeleteComment(ctx, w.GuestEditor, w.Space, thread, c.ID))
	if got := w.attached(w.Host, c.ID); len(got) != 0 {
		t.Errorf("of a deleted comment %d files are left", len(got))
	}
	file := store.ID(w.number(`SELECT id FROM attachments`))
	if _, err := w.Store.Attachment(ctx, w.GuestEditor, w.Space, thread, c.ID, file); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("its writer gets: %v", err)
	}
	w.sweepAll()
	w.do(w.Store.RestoreComment(ctx, w.GuestEditor, w.Space, thread, c.ID))
	if got := w.attached(w.GuestReader, c.ID); len(got) != 1 || got[0] != "hello" {
		t.Errorf("undone: %q", got)
	}
	w.do(w.Store.DeleteComment(ctx, w.GuestEditor, w.Space, thread, c.ID))
	w.Clock.Advance(2 * 60 * 60 * 1e9)
	w.sweepAll()
	if w.stored() != 0 || w.blobs() != 0 || w.number(`SELECT COUNT(*) FROM attachments`) != 0 {
		t.Errorf("after the sweep: %d bytes, %d contents", w.stored(), w.blobs())
	}
}

// People take files out of their own comments, administrators out of
// everybody's, which the audit log tells.
func TestRemoveAttachment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, thread := t.Context(), firstThread(t, w.World, w.Space)
	one, two := w.keep(w.GuestEditor, "1.txt", "one"), w.keep(w.GuestEditor, "2.txt", "three")
	c, err := w.Store.AddComment(ctx, w.GuestEditor, w.Space, thread, store.NewComment{Body: "x", Uploads: []store.ID{one.ID, two.ID}})
	w.do(err)
	_, shown, err := w.Store.Comment(ctx, w.GuestEditor, w.Space, thread, c.ID)
	if w.do(err); len(shown.Files) != 2 || shown.Files[0].Name != "1.txt" {
		t.Fatalf("the form shows %+v", shown.Files)
	}
	remove := func(actor store.Account, file store.ID) error {
		return w.Store.RemoveAttachment(ctx, actor, w.Space, thread, c.ID, file)
	}
	wantErr(t, remove(w.Editor, shown.Files[0].ID), store.ErrForbidden)
	wantErr(t, remove(w.GuestReader, shown.Files[0].ID), store.ErrForbidden)
	wantErr(t, remove(w.GuestOutside, shown.Files[0].ID), store.ErrNotFound)
	w.do(remove(w.GuestEditor, shown.Files[0].ID))
	wantErr(t, remove(w.GuestEditor, shown.Files[0].ID), store.ErrNotFound)
	if got := w.attached(w.Host, c.ID); len(got) != 1 || got[0] != "three" || w.stored() != 5 {
		t.Errorf("left: %q, %d bytes", got, w.stored())
	}
	w.do(remove(w.Host, shown.Files[1].ID))
	if n := w.number(`SELECT COUNT(*) FROM audit WHERE action = 'comment.moderated'`); n != 1 {
		t.Errorf("the audit log tells %d", n)
	}
}

// A comment takes so many files; one more, or one that is gone, and nothing is
// written or used up.
func TestAttachmentsAllOrNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, thread := t.Context(), firstThread(t, w.World, w.Space)
	var ids []store.ID
	for range store.MaxAttachments + 1 {
		ids = append(ids, w.keep(w.Editor, "a", "a").ID)
	}
	add := func(ids ...store.ID) error {
		_, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: "x", Uploads: ids})
		return err
	}
	wantErr(t, add(ids...), store.ErrTooManyFiles)
	wantErr(t, add(ids[0], 999_999), store.ErrUploadGone)
	wantErr(t, add(ids[0], ids[0]), store.ErrUploadGone)
	if n := w.number(`SELECT COUNT(*) FROM uploads`); n != len(ids) || w.number(`SELECT COUNT(*) FROM comments`) != 0 {
		t.Errorf("%d uploads are left of %d", n, len(ids))
	}
	w.do(add(ids[1:]...))
	wantErr(t, add(ids[1]), store.ErrUploadGone)
}

// SEC-I5: the small picture of a picture was made anew; what only says that it
// is one has none, and is still a file.
func TestAttachmentPreview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, thread := t.Context(), firstThread(t, w.World, w.Space)
	var picture bytes.Buffer
	w.do(png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 1000, 500))))
	real, fake := w.keep(w.Editor, "real.png", picture.String()), w.keep(w.Editor, "fake.png", "\x89PNG\r\n\x1a\nbut no more")
	if !real.HasPreview || fake.HasPreview {
		t.Errorf("previews: %v and %v", real.HasPreview, fake.HasPreview)
	}
	c, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: "x", Uploads: []store.ID{real.ID, fake.ID}})
	w.do(err)
	_, shown, err := w.Store.Comment(ctx, w.Editor, w.Space, thread, c.ID)
	w.do(err)
	preview, err := w.Store.AttachmentPreview(ctx, w.GuestReader, w.Space, thread, c.ID, shown.Files[0].ID)
	w.do(err)
	defer func() { _ = preview.Close() }()
	made, _, err := image.DecodeConfig(preview)
	if err != nil || made.Width != 480 || made.Height != 240 {
		t.Errorf("the preview is %d × %d, %v", made.Width, made.Height, err)
	}
	_, err = w.Store.AttachmentPreview(ctx, w.GuestReader, w.Space, thread, c.ID, shown.Files[1].ID)
	wantErr(t, err, store.ErrNotFound)
}

// What went with a deleted space is swept.
func TestFilesOfADeletedSpace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.keep(w.Editor, "a", "attached")
	_, err := w.Store.AddComment(t.Context(), w.Editor, w.Space, firstThread(t, w.World, w.Space), store.NewComment{Body: "x", Uploads: []store.ID{u.ID}})
	w.do(err)
	w.keep(w.Editor, "b", "waiting")
	w.do(w.Store.DeleteSpace(t.Context(), w.Root, w.Space))
	w.Clock.Advance(15 * store.Day) // a day longer than a deleted space can be brought back
	w.sweepAll()
	if n := w.blobs(); n != 0 {
		t.Errorf("%d contents are left", n)
	}
}
