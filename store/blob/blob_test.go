package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"guesthouse/store/blob"
)

func folder(t *testing.T) (*blob.Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	f, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f, dir
}

// files are the names of all files in the folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func put(t *testing.T, f *blob.Folder, text string) string {
	t.Helper()
	hash, size, err := f.Put(t.Context(), strings.NewReader(text), 1<<20)
	if err != nil || size != int64(len(text)) {
		t.Fatalf("Put: %d bytes, %v", size, err)
	}
	return hash
}

// SEC-I6
func TestContentIsKeptUnderItsHash(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	hash := put(t, f, "hello")
	if want := "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; hash != want {
		t.Errorf("hash %s, want %s", hash, want)
	}
	if got := files(t, dir); len(got) != 1 || got[0] != hash[:2]+"/"+hash[2:] {
		t.Errorf("files %q", got)
	}
	file, err := f.Open(hash)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if text, err := io.ReadAll(file); err != nil || string(text) != "hello" {
		t.Errorf("content %q, %v", text, err)
	}
	if info, err := file.Stat(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}

	if err := f.Delete(hash); err != nil {
		t.Fatal(err)
	}
	if err := f.Delete(hash); err != nil {
		t.Errorf("deleting twice: %v", err)
	}
	if _, err := f.Open(hash); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("deleted content: %v, want ErrNotFound", err)
	}
}

// SEC-I6: a cut, overlong or abandoned upload leaves no file.
func TestWhatDoesNotArriveLeavesNothing(t *testing.T) {
	t.Parallel()
	cut := errors.New("connection reset")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name  string
		ctx   context.Context
		r     io.Reader
		limit int64
		want  error
	}{
		{"cut at once", t.Context(), iotest.ErrReader(cut), 100, cut},
		{"cut in the middle", t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(cut)), 100, cut},
		{"one byte too long", t.Context(), strings.NewReader("12345"), 4, blob.ErrTooLarge},
		{"endless", t.Context(), zeros{}, 1 << 20, blob.ErrTooLarge},
		{"request ended", ended, strings.NewReader("12345"), 100, context.Canceled},
		{"disk full", t.Context(), iotest.ErrReader(&fs.PathError{Op: "write", Err: syscall.ENOSPC}), 100, blob.ErrNoSpace},
		{"share full", t.Context(), iotest.ErrReader(&fs.PathError{Op: "write", Err: syscall.EDQUOT}), 100, blob.ErrNoSpace},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, dir := folder(t)
			hash, size, err := f.Put(test.ctx, test.r, test.limit)
			if hash != "" || size != 0 || !errors.Is(err, test.want) {
				t.Errorf("Put = %q, %d, %v; want %v", hash, size, err, test.want)
			}
			if left := files(t, dir); len(left) != 0 {
				t.Errorf("left %q", left)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestLimitIsTheLastByteThatFits(t *testing.T) {
	t.Parallel()
	f, _ := folder(t)
	if _, size, err := f.Put(t.Context(), strings.NewReader("1234"), 4); err != nil || size != 4 {
		t.Errorf("4 of 4: %d, %v", size, err)
	}
	if _, size, err := f.Put(t.Context(), strings.NewReader(""), 0); err != nil || size != 0 {
		t.Errorf("nothing: %d, %v", size, err)
	}
}

func TestSameContentAtTheSameTimeIsKeptOnce(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	content := bytes.Repeat([]byte("same"), 50_000)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			hash, _, err := f.Put(t.Context(), bytes.NewReader(content), 1<<20)
			if err != nil {
				t.Error(err)
				return
			}
			file, err := f.Open(hash)
			if err != nil {
				t.Error(err)
				return
			}
			defer file.Close()
			if got, err := io.ReadAll(file); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
	group.Wait()
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("%d files, want 1", len(got))
	}
}

// SEC-I6: names never reach a path.
func TestOnlyHashesOpen(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(dir), "outside"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	hash := put(t, f, "hello")
	for _, name := range []string{
		"", ".", "..", "../outside", "/etc/passwd", "incoming", hash[:63], hash + "0", strings.ToUpper(hash),
		hash[:2] + "/" + hash[2:], ".." + strings.Repeat("/", 62), strings.Repeat(".", 64), hash[:63] + "\x00", hash[:63] + "é",
		strings.Repeat("g", 64), "../" + hash[3:], strings.Repeat("../", 21) + "x",
	} {
		if file, err := f.Open(name); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("Open(%q) = %v, %v; want ErrNotFound", name, file, err)
		}
		if err := f.Delete(name); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("Delete(%q) = %v, want ErrNotFound", name, err)
		}
	}
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("files %q", got)
	}
}

// SEC-I6: the sweep takes orphans and cut uploads, once they are old enough.
func TestSweep(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	wanted, orphan, doubtful, fresh := put(t, f, "wanted"), put(t, f, "orphan"), put(t, f, "doubtful"), put(t, f, "fresh")
	cut := filepath.Join(dir, "incoming", "CUT")
	foreign := filepath.Join(dir, "README")
	for _, path := range []string{cut, foreign} {
		if err := os.WriteFile(path, []byte("left over"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	for _, hash := range []string{wanted, orphan, doubtful} {
		age(t, filepath.Join(dir, hash[:2], hash[2:]), now.Add(-2*time.Hour))
	}
	age(t, cut, now.Add(-2*time.Hour))
	age(t, foreign, now.Add(-2*time.Hour))

	unknown := errors.New("database is closed")
	keep := func(hash string) (bool, error) {
		if hash == doubtful {
			return false, unknown
		}
		return hash == wanted, nil
	}
	swept, err := f.Sweep(t.Context(), blob.Keep{Content: keep}, now.Add(-time.Hour))
	if !errors.Is(err, unknown) {
		t.Errorf("Sweep hides that it could not ask: %v", err)
	}
	if want := (blob.Swept{Files: 2, Bytes: int64(len("orphan") + len("left over"))}); swept != want {
		t.Errorf("swept %+v, want %+v", swept, want)
	}
	for name, hash := range map[string]string{"wanted": wanted, "doubtful": doubtful, "fresh": fresh} {
		file, err := f.Open(hash)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		file.Close()
	}
	if _, err := f.Open(orphan); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("orphan: %v, want ErrNotFound", err)
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Errorf("a file that is not ours: %v", err)
	}

	// Keeping old content again makes it young: its new row may not be there yet.
	put(t, f, "doubtful")
	nobody := func(string) (bool, error) { return false, nil }
	if _, err := f.Sweep(t.Context(), blob.Keep{Content: nobody}, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if file, err := f.Open(doubtful); err != nil {
		t.Errorf("kept again: %v", err)
	} else {
		file.Close()
	}
}

func age(t *testing.T, path string, at time.Time) {
	t.Helper()
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}
