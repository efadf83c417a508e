package blob_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"guesthouse/store/blob"
)

// A part grows piece by piece; a piece that was cut leaves nothing behind that
// the next one does not write over (SEC-I6).
func TestAppend(t *testing.T) {
	t.Parallel()
	f, _ := folder(t)
	ctx := t.Context()
	add := func(offset int64, r io.Reader, limit int64) int64 {
		t.Helper()
		n, err := f.Append(ctx, "p1", offset, r, limit)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if _, err := f.Append(ctx, "p1", 3, strings.NewReader("x"), 9); !errors.Is(err, blob.ErrBadOffset) {
		t.Errorf("a piece in the middle of nothing: %v", err)
	}
	if n := add(0, strings.NewReader("one "), 4); n != 4 {
		t.Errorf("after the first piece: %d", n)
	}
	cut := errors.New("cut")
	if _, err := f.Append(ctx, "p1", 4, io.MultiReader(strings.NewReader("tw"), iotest.ErrReader(cut)), 9); !errors.Is(err, cut) {
		t.Errorf("a cut piece: %v", err)
	}
	if _, err := f.Append(ctx, "p1", 4, strings.NewReader("too long"), 3); !errors.Is(err, blob.ErrTooLarge) {
		t.Errorf("a piece over its limit: %v", err)
	}
	if _, err := f.Append(ctx, "p1", 400, strings.NewReader("x"), 9); !errors.Is(err, blob.ErrBadOffset) {
		t.Errorf("a piece after the end: %v", err)
	}
	if n := add(4, strings.NewReader("two"), 3); n != 7 {
		t.Errorf("after the last piece: %d", n)
	}
	whole, err := f.Examine(ctx, "p1")
	sum := sha256.Sum256([]byte("one two"))
	if err != nil || whole.Size != 7 || whole.Hash != hex.EncodeToString(sum[:]) {
		t.Fatalf("it is %+v, %v", whole, err)
	}
	for range 2 { // a second time finds it where it belongs
		if err := f.Settle("p1", whole.Hash); err != nil {
			t.Fatal(err)
		}
	}
	file, err := f.Open(whole.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if text, err := io.ReadAll(file); err != nil || string(text) != "one two" {
		t.Errorf("it holds %q, %v", text, err)
	}
	if err := f.Settle("p2", strings.Repeat("0", 64)); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("settling what is not there: %v", err)
	}
	for _, name := range []string{"", ".", "..", "../x", "a/b"} {
		if _, err := f.Append(ctx, name, 0, strings.NewReader("x"), 9); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("a part called %q: %v", name, err)
		}
	}
}

// While one writes a part nobody else does, nor settles it: a late piece must
// not reach what is a content already.
func TestPartIsHeld(t *testing.T) {
	t.Parallel()
	f, _ := folder(t)
	r, w := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := f.Append(t.Context(), "p", 0, r, 9)
		done <- err
	}()
	if _, err := w.Write([]byte("a")); err != nil { // it is being read: the part is held
		t.Fatal(err)
	}
	_, again := f.Append(t.Context(), "p", 0, strings.NewReader("b"), 9)
	_, examine := f.Examine(t.Context(), "p")
	for name, err := range map[string]error{
		"append": again, "examine": examine, "settle": f.Settle("p", strings.Repeat("0", 64)), "forget": f.Forget("p"),
	} {
		if !errors.Is(err, blob.ErrPartBusy) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := errors.Join(w.Close(), <-done); err != nil {
		t.Fatal(err)
	}
	if err := f.Forget("p"); err != nil {
		t.Error(err)
	}
}

// The sweep takes parts that nobody waits for.
func TestSweepOfParts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	old := time.Now().Add(-2 * time.Hour)
	for _, name := range []string{"wanted", "left", "young"} {
		if _, err := f.Append(t.Context(), name, 0, strings.NewReader(name), 9); err != nil {
			t.Fatal(err)
		}
		if name == "young" {
			continue
		}
		if err := os.Chtimes(filepath.Join(dir, "parts", name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	swept, err := f.Sweep(t.Context(), blob.Keep{
		Content: func(string) (bool, error) { return false, nil },
		Part:    func(name string) (bool, error) { return name == "wanted", nil },
	}, time.Now().Add(-time.Hour))
	if err != nil || swept.Files != 1 || swept.Bytes != 4 {
		t.Errorf("swept %+v, %v", swept, err)
	}
	for name, there := range map[string]bool{"wanted": true, "left": false, "young": true} {
		if _, err := os.Stat(filepath.Join(dir, "parts", name)); (err == nil) != there {
			t.Errorf("%s: %v", name, err)
		}
	}
}
