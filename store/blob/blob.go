// Package blob keeps the contents of files in a folder, under their SHA-256, so
// that the names people give to files never reach a path and the same content is
// kept once.
package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

var (
	// ErrNotFound says that nothing is kept under a hash, or that it is none.
	ErrNotFound = errors.New("blob: no such content")
	// ErrTooLarge says that the content is longer than its limit.
	ErrTooLarge = errors.New("blob: content over its limit")
	// ErrNoSpace says that the disk, or the owner's share of it, is full.
	ErrNoSpace = errors.New("blob: no space left")
)

// incoming is the sub-folder of contents that have not arrived whole.
const incoming = "incoming"

// Folder is a folder of contents. Use [Open].
type Folder struct {
	root *os.Root // nothing outside is reachable, not even by a link

	// settling keeps a sweep from removing what is just being kept again.
	settling sync.Mutex

	busy sync.Map // names of parts that somebody is writing
}

// Open opens a folder of contents and makes it when it is not there.
func Open(dir string) (*Folder, error) {
	for _, sub := range []string{incoming, parts} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, fmt.Errorf("open blob folder: %w", full(err))
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open blob folder: %w", err)
	}
	return &Folder{root: root}, nil
}

// Close lets go of the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Put keeps what r gives, up to limit bytes, and returns the SHA-256 in hex under
// which it is found. When it returns, the content lasts through a power cut. After
// an error nothing is kept. Content that is kept already is kept once.
func (f *Folder) Put(ctx context.Context, r io.Reader, limit int64) (hash string, size int64, err error) {
	name := filepath.Join(incoming, rand.Text())
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", 0, fmt.Errorf("keep content: %w", full(err))
	}
	defer func() {
		_ = file.Close() // for the ways out on which its content does not count
		if err != nil {
			_ = f.root.Remove(name) // the sweep takes what is left
		}
	}()

	sum := sha256.New()
	// One byte more than allowed tells content that fits from content that does not.
	size, err = io.Copy(io.MultiWriter(file, sum), io.LimitReader(&reader{ctx, r}, limit+1))
	if err != nil {
		return "", 0, fmt.Errorf("keep content: %w", full(err))
	}
	if size > limit {
		return "", 0, ErrTooLarge
	}
	if err = errors.Join(file.Sync(), file.Close()); err != nil {
		return "", 0, fmt.Errorf("keep content: %w", full(err))
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	if err = f.settle(name, hash); err != nil {
		return "", 0, fmt.Errorf("keep content: %w", full(err))
	}
	return hash, size, nil
}

// settle gives whole content its place. The rename also makes content young that
// was there, so that a sweep spares it.
func (f *Folder) settle(name, hash string) error {
	f.settling.Lock()
	defer f.settling.Unlock()
	place := path(hash)
	err := f.root.Mkdir(filepath.Dir(place), 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	made := err == nil
	if err := f.root.Rename(name, place); err != nil {
		return err
	}
	if made {
		if err := f.sync("."); err != nil {
			return err
		}
	}
	return f.sync(filepath.Dir(place))
}

// Open opens the content of a hash, or returns [ErrNotFound]. The caller closes it.
func (f *Folder) Open(hash string) (*os.File, error) {
	if !valid(hash) {
		return nil, ErrNotFound
	}
	file, err := f.root.Open(path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("open content: %w", err)
	}
	return file, nil
}

// Delete forgets the content of a hash. It is no error if there is none.
func (f *Folder) Delete(hash string) error {
	if !valid(hash) {
		return ErrNotFound
	}
	if err := f.root.Remove(path(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete content: %w", err)
	}
	return nil
}

// valid accepts a SHA-256 in lower-case hex and nothing that could be a path.
func valid(hash string) bool {
	if len(hash) != 2*sha256.Size {
		return false
	}
	for i := range len(hash) {
		if (hash[i] < '0' || hash[i] > '9') && (hash[i] < 'a' || hash[i] > 'f') {
			return false
		}
	}
	return true
}

// path is where the content of a valid hash lies. 256 folders keep each small.
func path(hash string) string { return filepath.Join(hash[:2], hash[2:]) }

// sync makes the names in a sub-folder last through a power cut.
func (f *Folder) sync(dir string) error {
	folder, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// full marks the errors of a disk or share that is full.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrNoSpace, err)
	}
	return err
}

// reader stops reading when the request that it reads from has ended.
type reader struct {
	ctx context.Context // of one Put
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(p)
}
