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

// Keep says what a sweep leaves alone.
type Keep struct {
	Content func(hash string) (bool, error)
	Part    func(name string) (bool, error) // nil: no part is kept
}

// Sweep takes away what nobody refers to: contents and parts that keep does not
// want, and uploads that were cut off. Only what was last written before olderThan is
// touched, so that a content whose row is just being written stays; choose it an
// hour or more in the past. It goes on over errors and returns them in the end.
func (f *Folder) Sweep(ctx context.Context, keep Keep, olderThan time.Time) (Swept, error) {
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
func (f *Folder) sweep(name string, keep Keep, olderThan time.Time) (int64, error) {
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
	if wanted, err := keep.wants(filepath.Clean(dir), base); err != nil || wanted {
		return -1, err
	}
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return -1, err
	}
	return info.Size(), nil
}

// wants reports whether a file is to stay. What is not ours stays: an operator
// put it there.
func (k Keep) wants(dir, base string) (bool, error) {
	switch {
	case dir == incoming:
		return false, nil
	case dir == parts && k.Part != nil:
		return k.Part(base)
	case dir == parts:
		return false, nil
	case valid(dir + base):
		return k.Content(dir + base)
	}
	return true, nil
}
