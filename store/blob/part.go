package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// parts is the sub-folder of contents that arrive in pieces.
const parts = "parts"

var (
	// ErrPartBusy says that somebody else is writing the part right now.
	ErrPartBusy = errors.New("blob: the part is being written")
	// ErrBadOffset says that less of the part is there than the offset says.
	ErrBadOffset = errors.New("blob: no such offset")
)

// hold keeps others away from a part: of two who write at once, one could go on
// writing into what the other has made a content of already.
func (f *Folder) hold(name string) (release func(), err error) {
	if filepath.Base(name) != name || name == "." || name == ".." || name == "" {
		return nil, ErrNotFound
	}
	if _, busy := f.busy.LoadOrStore(name, true); busy {
		return nil, ErrPartBusy
	}
	return func() { f.busy.Delete(name) }, nil
}

// Append writes the next piece of a part at an offset, up to limit bytes of it,
// and returns how long the part is. When it returns, that lasts through a power
// cut. What stood after the offset came from a piece that was cut, and goes.
// An offset of 0 begins the part. name is ours, never of people's making.
func (f *Folder) Append(ctx context.Context, name string, offset int64, r io.Reader, limit int64) (int64, error) {
	release, err := f.hold(name)
	if err != nil {
		return 0, err
	}
	defer release()
	flags := os.O_WRONLY
	if offset == 0 {
		flags |= os.O_CREATE
	}
	file, err := f.root.OpenFile(filepath.Join(parts, name), flags, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, ErrBadOffset
	}
	if err != nil {
		return 0, fmt.Errorf("keep a part: %w", full(err))
	}
	defer func() { _ = file.Close() }() // synced when it counts
	if err := rewind(file, offset); err != nil {
		return 0, err
	}
	// One byte more than allowed tells a piece that fits from one that does not.
	n, err := io.Copy(file, io.LimitReader(&reader{ctx, r}, limit+1))
	if err != nil {
		return 0, fmt.Errorf("keep a part: %w", full(err))
	}
	if n > limit {
		return 0, ErrTooLarge
	}
	if err := file.Sync(); err != nil {
		return 0, fmt.Errorf("keep a part: %w", full(err))
	}
	if offset == 0 {
		err = f.sync(parts)
	}
	return offset + n, err
}

func rewind(file *os.File, offset int64) error {
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("keep a part: %w", err)
	}
	if info.Size() < offset {
		return ErrBadOffset
	}
	if err := file.Truncate(offset); err != nil {
		return fmt.Errorf("keep a part: %w", full(err))
	}
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return fmt.Errorf("keep a part: %w", err)
	}
	return nil
}

// Whole is what a part holds that has arrived whole.
type Whole struct {
	Hash string
	Size int64
}

// Examine reads a part that has arrived whole.
func (f *Folder) Examine(ctx context.Context, name string) (w Whole, err error) {
	release, err := f.hold(name)
	if err != nil {
		return w, err
	}
	defer release()
	file, err := f.root.Open(filepath.Join(parts, name))
	if errors.Is(err, fs.ErrNotExist) {
		return w, ErrNotFound
	}
	if err != nil {
		return w, fmt.Errorf("examine a part: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	sum := sha256.New()
	if w.Size, err = io.Copy(sum, &reader{ctx, file}); err != nil {
		return w, fmt.Errorf("examine a part: %w", err)
	}
	w.Hash = hex.EncodeToString(sum.Sum(nil))
	return w, nil
}

// Settle makes the part the content of its hash, which Examine told. A part that
// became one already is found there, and is young again. ErrNotFound: neither
// is there.
func (f *Folder) Settle(name, hash string) error {
	release, err := f.hold(name)
	if err != nil {
		return err
	}
	defer release()
	if !valid(hash) {
		return ErrNotFound
	}
	err = f.settle(filepath.Join(parts, name), hash)
	if errors.Is(err, fs.ErrNotExist) {
		err = f.renew(hash)
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("keep content: %w", full(err))
	}
	return err
}

// renew makes a content young, so that a sweep spares it until it has its row.
func (f *Folder) renew(hash string) error {
	f.settling.Lock()
	defer f.settling.Unlock()
	now := time.Now()
	err := f.root.Chtimes(path(hash), now, now)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	}
	return err
}

// Forget takes a part away. It is no error if there is none.
func (f *Folder) Forget(name string) error {
	release, err := f.hold(name)
	if err != nil {
		return err
	}
	defer release()
	if err := f.root.Remove(filepath.Join(parts, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget a part: %w", err)
	}
	return nil
}
