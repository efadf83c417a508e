package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"
)

// Swept says what a sweep has taken away.
type Swept struct {
	Files int
	Bytes int64
}

// Sweep takes away what nobody refers to: contents that keep does not want, and
// uploads that were cut off. Only what was last written before olderThan is
// touched, so that a content whose row is just being written stays; choose it an
// hour or more in the past. It goes on over errors and returns them in the end.
func (f *Folder) Sweep(ctx context.Context, keep func(hash string) (bool, error), olderThan time.Time) (Swept, error) {
	var swept Swept
	var problems []error
	err := fs.WalkDir(f.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			problems = append(problems, err)
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if entry.IsDir() {
			return nil
		}
		size, err := f.sweep(name, keep, olderThan)
		if err != nil {
			problems = append(problems, err)
		} else if size >= 0 {
			swept.Files++
			swept.Bytes += size
		}
		return nil
	})
	if err = errors.Join(append(problems, err)...); err != nil {
		return swept, fmt.Errorf("sweep contents: %w", err)
	}
	return swept, nil
}

// sweep removes one file if it is to go, and returns its size, or -1 if it stays.
func (f *Folder) sweep(name string, keep func(string) (bool, error), olderThan time.Time) (int64, error) {
	f.settling.Lock()
	defer f.settling.Unlock()
	info, err := f.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil // gone since the folder was listed
	}
	if err != nil {
		return -1, err
	}
	if !info.ModTime().Before(olderThan) {
		return -1, nil
	}
	dir, base := filepath.Split(filepath.FromSlash(name))
	if filepath.Clean(dir) != incoming {
		hash := filepath.Clean(dir) + base
		if !valid(hash) {
			return -1, nil // not ours: an operator put it there
		}
		if wanted, err := keep(hash); err != nil || wanted {
			return -1, err
		}
	}
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return -1, err
	}
	return info.Size(), nil
}
