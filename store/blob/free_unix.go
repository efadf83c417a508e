//go:build unix

package blob

import (
	"fmt"
	"path/filepath"
	"syscall"
)

// Room says how many bytes the disk of the folder has free for us, and how many
// in all.
func (f *Folder) Room() (free, total int64, err error) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(filepath.Clean(f.root.Name()), &stat); err != nil {
		return 0, 0, fmt.Errorf("room for contents: %w", err)
	}
	block := int64(stat.Bsize)                                         //nolint:unconvert // its type differs between systems
	return int64(stat.Bavail) * block, int64(stat.Blocks) * block, nil //nolint:gosec // no disk has 8 EiB
}
