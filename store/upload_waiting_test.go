package store_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/iotest"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

func (w world) keep(actor store.Account, name, content string) store.Upload {
	w.t.Helper()
	u, err := w.Store.KeepUpload(w.t.Context(), actor, w.Space, name, strings.NewReader(content))
	w.do(err)
	return u
}

func (w world) stored() int {
	return w.number(`SELECT stored_bytes FROM spaces WHERE id = $1`, w.Space)
}

func (w world) blobs() int { return w.number(`SELECT COUNT(*) FROM blobs`) }

// sweepAll runs both sweeps.
func (w world) sweepAll() {
	w.t.Helper()

	w.do(w.Store.Sweep(w.t.Context()))
	w.do(w.Store.SweepFiles(w.t.Context()))
}

// SEC-A1, S3-06: who may write in a space may upload there, nobody else.
func TestWhoUploads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, test := range map[string]struct {
		actor store.Account
		err   error
	}{
		"administrator":        {w.Host, nil},
		"member":               {w.Editor, nil},
		"guest":                {w.GuestEditor, nil},
		"read-only guest":      {w.GuestReader, store.ErrForbidden},
		"member outside":       {w.Outsider, store.ErrNotFound},
		"guest outside":        {w.GuestOutside, store.ErrNotFound},
		"system administrator": {w.Root, store.ErrForbidden},
	} {
		read := &bytes.Buffer{}
		_, err := w.Store.KeepUpload(t.Context(), test.actor, w.Space, "a.txt", io.TeeReader(strings.NewReader("text"), read))
		wantErr(t, err, test.err)
		if err != nil && read.Len() > 0 {
			t.Errorf("%s: %d bytes were read for somebody who may not", name, read.Len())
		}
		_, err = w.Store.BeginUpload(t.Context(), test.actor, w.Space, "a.txt", 4)
		wantErr(t, err, test.err)
	}
}

// SEC-A1: only its owner sees a waiting upload, and only in its space.
func TestUploadIsItsOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	u, err := w.Store.BeginUpload(ctx, w.GuestEditor, w.Space, "secret name.txt", 4)
	w.do(err)
	for name, try := range map[string]func() error{
		"open": func() error { _, err := w.Store.Upload(ctx, w.Host, w.Space, u.ID); return err },
		"piece": func() error {
			_, err := w.Store.AddPiece(ctx, w.Host, w.Space, u.ID, 0, strings.NewReader("x"))
			return err
		},
		"drop": func() error { return w.Store.DropUpload(ctx, w.Host, w.Space, u.ID) },
		"in other space": func() error {
			_, err := w.Store.Upload(ctx, w.GuestEditor, w.Spaces[store.OpenSpace], u.ID)
			return err
		},
	} {
		if err := try(); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, err := w.Store.Uploads(ctx, w.Host, w.Space, []store.ID{u.ID}); err != nil || len(list) != 0 {
		t.Errorf("another finds %d, %v", len(list), err)
	}
	thread := firstThread(t, w.World, w.Space)
	mine := w.keep(w.GuestEditor, "mine.txt", "mine")
	_, err = w.Store.AddComment(ctx, w.Host, w.Space, thread, store.NewComment{Body: "x", Uploads: []store.ID{mine.ID}})
	wantErr(t, err, store.ErrUploadGone)
	if n := w.number(`SELECT COUNT(*) FROM comments`); n != 0 {
		t.Errorf("%d comments were written", n)
	}
}

// A file in pieces: each lasts, the next goes on where the upload stands, one
// that was cut costs only itself, and the last one makes it whole (SEC-I6, SEC-R2).
func TestUploadInPieces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	content := strings.Repeat("0123456789", 300)
	u, err := w.Store.BeginUpload(ctx, w.Editor, w.Space, `C:\dir\Plan.txt`, int64(len(content)))
	w.do(err)
	if u.Name != "Plan.txt" || w.stored() != len(content) {
		t.Errorf("it is called %q, and the space counts %d", u.Name, w.stored())
	}
	piece := func(offset, end int) error {
		_, err := w.Store.AddPiece(ctx, w.Editor, w.Space, u.ID, int64(offset), strings.NewReader(content[offset:end]))
		return err
	}
	w.do(piece(0, 1000))
	wantErr(t, piece(0, 1000), store.ErrUploadOffset) // its answer was lost, and it is sent again
	_, err = w.Store.AddPiece(ctx, w.Editor, w.Space, u.ID, 1000,
		io.MultiReader(strings.NewReader("garbage"), iotest.ErrReader(io.ErrUnexpectedEOF)))
	wantErr(t, err, store.ErrFileCut)
	if now, err := w.Store.Upload(ctx, w.Editor, w.Space, u.ID); err != nil || now.Received != 1000 || now.Whole {
		t.Errorf("after a cut it stands at %d, %v", now.Received, err)
	}
	_, err = w.Store.AddPiece(ctx, w.Editor, w.Space, u.ID, 1000, strings.NewReader(content))
	wantErr(t, err, store.ErrFileTooLarge)
	w.do(w.Store.SweepFiles(ctx)) // does not touch what is on its way
	w.do(piece(1000, len(content)))
	w.do(piece(1000, len(content))) // it is whole: nothing more to do
	now, err := w.Store.Upload(ctx, w.Editor, w.Space, u.ID)
	if w.do(err); !now.Whole || w.stored() != len(content) || w.blobs() != 1 {
		t.Fatalf("it is %+v; the space counts %d, %d contents", now, w.stored(), w.blobs())
	}
	comment, err := w.Store.AddComment(ctx, w.Editor, w.Space, firstThread(t, w.World, w.Space), store.NewComment{Body: "Here", Uploads: []store.ID{u.ID}})
	w.do(err)
	if got := w.attached(w.GuestReader, comment.ID); len(got) != 1 || got[0] != content {
		t.Errorf("the reader gets %d files", len(got))
	}
}

// attached are the contents of a comment's files, as somebody gets them.
func (w world) attached(actor store.Account, comment store.ID) (contents []string) {
	w.t.Helper()
	thread := firstThread(w.t, w.World, w.Space)
	conversation, err := w.Store.Conversation(w.t.Context(), actor, w.Space, thread, store.Place{})
	w.do(err)
	for _, c := range conversation.Comments {
		if c.ID != comment {
			continue
		}
		for _, f := range c.Files {
			file, err := w.Store.Attachment(w.t.Context(), actor, w.Space, thread, comment, f.ID)
			w.do(err)
			content, err := io.ReadAll(file)
			w.do(errors.Join(err, file.Close()))
			contents = append(contents, string(content))
		}
	}
	return contents
}

// An empty file is a file.
func TestEmptyFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	if u := w.keep(w.Editor, "empty.txt", ""); !u.Whole || u.Size != 0 {
		t.Errorf("as a whole: %+v", u)
	}
	u, err := w.Store.BeginUpload(ctx, w.Editor, w.Space, "empty.txt", 0)
	w.do(err)
	if u, err = w.Store.AddPiece(ctx, w.Editor, w.Space, u.ID, 0, strings.NewReader("")); err != nil || !u.Whole {
		t.Errorf("in pieces: %+v, %v", u, err)
	}
}

// The limit of one file is kept to the byte, and nothing over it stays.
func TestFileLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.settings(map[string]string{"files.max_mb": "1"})
	_, err := w.Store.KeepUpload(ctx, w.Editor, w.Space, "a", io.LimitReader(zeros{}, 1<<20))
	w.do(err)
	_, err = w.Store.KeepUpload(ctx, w.Editor, w.Space, "a", io.LimitReader(zeros{}, 1<<20+1))
	wantErr(t, err, store.ErrFileTooLarge)
	_, err = w.Store.BeginUpload(ctx, w.Editor, w.Space, "a", 1<<20)
	w.do(err)
	for _, size := range []int64{1<<20 + 1, -1} {
		_, err = w.Store.BeginUpload(ctx, w.Editor, w.Space, "a", size)
		wantErr(t, err, store.ErrFileTooLarge)
	}
	if w.stored() != 2<<20 || w.blobs() != 1 {
		t.Errorf("the space counts %d, %d contents", w.stored(), w.blobs())
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// SEC-A3: thirty who want the last megabyte of a space at once: one gets it.
func TestSpaceQuota(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.settings(map[string]string{"files.space_quota_mb": "1"})
	var kept, full atomic.Int32
	var group sync.WaitGroup
	for i := range 30 {
		group.Go(func() {
			content := strings.Repeat(string(rune('a'+i)), 600<<10)
			_, err := w.Store.KeepUpload(ctx, w.Editor, w.Space, "a", strings.NewReader(content))
			switch {
			case err == nil:
				kept.Add(1)
			case errors.Is(err, store.ErrSpaceFull):
				full.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	group.Wait()
	if kept.Load() != 1 || full.Load() != 29 || w.stored() != 600<<10 {
		t.Errorf("%d were kept, %d refused, the space counts %d", kept.Load(), full.Load(), w.stored())
	}
	var problem *store.Error
	_, err := w.Store.BeginUpload(ctx, w.Editor, w.Space, "a", 600<<10)
	if !errors.As(err, &problem) || problem.Args["Quota"] != store.Size(1<<20) || problem.Args["Used"] != store.Size(600<<10) || problem.Field != "files" {
		t.Errorf("the refusal says %+v", problem)
	}
}

// A cut upload leaves no row, and an upload that waited too long goes with its
// bytes and its file.
func TestWhatIsLeftOfUploads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.Store.KeepUpload(ctx, w.Editor, w.Space, "cut", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(syscall.ECONNRESET)))
	wantErr(t, err, store.ErrFileCut)
	if n := w.number(`SELECT COUNT(*) FROM uploads`); n != 0 || w.blobs() != 0 || w.stored() != 0 {
		t.Errorf("a cut upload left %d rows, %d contents, %d bytes", n, w.blobs(), w.stored())
	}
	whole := w.keep(w.Editor, "whole", "whole")
	w.keep(w.GuestEditor, "same", "whole") // the same content counts for each
	begun, err := w.Store.BeginUpload(ctx, w.Editor, w.Space, "begun", 9)
	w.do(err)
	_, err = w.Store.AddPiece(ctx, w.Editor, w.Space, begun.ID, 0, strings.NewReader("begun"))
	w.do(err)
	if w.stored() != 5+5+9 {
		t.Errorf("the space counts %d", w.stored())
	}
	w.do(w.Store.DropUpload(ctx, w.Editor, w.Space, whole.ID))
	if w.stored() != 5+9 || w.blobs() != 1 {
		t.Errorf("after one was dropped: %d bytes, %d contents", w.stored(), w.blobs())
	}
	w.Clock.Advance(3*store.Day + 1)
	for range 2 { // a second sweep finds nothing
		w.sweepAll()
		if n := w.number(`SELECT COUNT(*) FROM uploads`); n != 0 || w.blobs() != 0 || w.stored() != 0 {
			t.Errorf("after three days: %d rows, %d contents, %d bytes", n, w.blobs(), w.stored())
		}
	}
}

// SEC-R4: with less than 5 % or 200 MiB free no file is taken, with words that
// say why; what people write still is.
func TestUploadsOff(t *testing.T) {
	t.Parallel()
	var free atomic.Int64
	w := world{storetest.New(t, func(o *store.Options) {
		o.Disk = func() (int64, int64, error) { return free.Load(), 10 << 30, nil }
	}), t}
	for _, test := range []struct {
		free int64
		off  bool
	}{{1 << 30, false}, {513 << 20, false}, {511 << 20, true}, {100 << 20, true}, {1 << 30, false}} {
		free.Store(test.free)
		_, err := w.Store.KeepUpload(t.Context(), w.Editor, w.Space, "a", strings.NewReader("a"))
		_, begin := w.Store.BeginUpload(t.Context(), w.Editor, w.Space, "a", 10)
		var want error
		if test.off {
			want = store.ErrUploadsOff
		}
		wantErr(t, err, want)
		wantErr(t, begin, want)
		if w.Store.UploadsOff() != test.off {
			t.Errorf("with %d free it says %v", test.free, !test.off)
		}
	}
	free.Store(600 << 20)
	_, err := w.Store.BeginUpload(t.Context(), w.Editor, w.Space, "large", 99<<20)
	wantErr(t, err, store.ErrUploadsOff) // it would fill the disk
}

// A disk that is full in the midst of an upload (SEC-R4).
func TestDiskFullWhileUploading(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.Store.KeepUpload(t.Context(), w.Editor, w.Space, "a", io.MultiReader(strings.NewReader("a"), iotest.ErrReader(syscall.ENOSPC)))
	wantErr(t, err, store.ErrDiskFull)
	if n := w.number(`SELECT COUNT(*) FROM uploads`); n != 0 || w.stored() != 0 {
		t.Errorf("%d rows, %d bytes", n, w.stored())
	}
}
