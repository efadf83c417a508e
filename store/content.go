package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"guesthouse/store/blob"
)

// Why a file is not taken. Args of ErrFileTooLarge: Megabytes. Args of
// ErrSpaceFull: Quota and Used in bytes, as a Size.
var (
	ErrFileTooLarge = &Error{Kind: Invalid, Code: "file_too_large"}
	ErrFileCut      = &Error{Kind: Invalid, Code: "file_cut"} // it did not arrive whole
	ErrSpaceFull    = &Error{Kind: Invalid, Code: "space_full", Setting: "files.space_quota_mb"}
	ErrUploadsOff   = &Error{Kind: Full, Code: "uploads_off"} // the disk is nearly full (SEC-R4)
)

// Size is a number of bytes; pages write it in the unit that suits it.
type Size int64

// Bytes is the number.
func (s Size) Bytes() int64 { return int64(s) }

const megabyte = 1 << 20

// Below this the disk is nearly full: files are refused, and what is left is
// for what people write (SEC-R4).
const (
	leastFree        = 200 * megabyte
	leastFreePercent = 5
)

// MaxFile is how large one file may be.
func (p Policy) MaxFile() int64 { return int64(p.Number("files.max_mb")) * megabyte }

// SpaceQuota is how much the files of one space may take.
func (p Policy) SpaceQuota() int64 { return int64(p.Number("files.space_quota_mb")) * megabyte }

// keptContent is the content of a file that lies in the folder of files. It has
// no row yet: the sweep takes it away when the transaction fails.
type keptContent struct {
	Hash string
	Type string // one of inlineTypes, or anyType
	Size int64
}

// keepContent puts the content of a file into the folder of files while it is
// read, up to limit bytes. It takes as long as the upload and is called before
// the transaction. Errors: ErrUploadsOff, and of the field ErrFileTooLarge,
// ErrFileCut; ErrDiskFull.
func (s *Store) keepContent(ctx context.Context, field string, r io.Reader, limit int64) (keptContent, error) {
	if err := s.roomFor(0); err != nil {
		return keptContent{}, err
	}
	upload := &sniffer{r: r}
	hash, size, err := s.Files.Put(ctx, upload, limit)
	switch {
	case errors.Is(err, blob.ErrTooLarge):
		return keptContent{}, ErrFileTooLarge.With(field, "Megabytes", limit/megabyte)
	case errors.Is(err, blob.ErrNoSpace):
		return keptContent{}, ErrDiskFull
	case upload.failed != nil:
		return keptContent{}, errors.Join(ErrFileCut.With(field), fmt.Errorf("read an upload: %w", upload.failed))
	case err != nil:
		return keptContent{}, err
	}
	return keptContent{Hash: hash, Type: typeOf(upload.head), Size: size}, nil
}

// roomFor refuses files while the disk is nearly full, and one that would fill it.
func (s *Store) roomFor(size int64) error {
	free, total, err := s.disk()
	if err != nil {
		return fmt.Errorf("look how full the disk is: %w", err)
	}
	if free-size < leastFree || free-size < total/100*leastFreePercent {
		return ErrUploadsOff
	}
	return nil
}

// UploadsOff reports whether files are refused because the disk is nearly full.
func (s *Store) UploadsOff() bool { return s.roomFor(0) != nil }

// nameContent gives a kept content its row, before the row that refers to it.
func (tx tx) nameContent(ctx context.Context, kept keptContent) error {
	_, err := tx.exec(ctx, `
		INSERT INTO blobs (hash, size_bytes, type, created_at)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (hash) DO NOTHING`, kept.Hash, kept.Size, kept.Type, at(tx.now))
	return err
}

// spendBytes counts n bytes more in a space, or less when n is negative. It is
// called in the transaction that writes or deletes the row of the file: each
// file counts for itself, also when another one has the same content. The
// statement itself looks at the quota (SEC-A3). Error: ErrSpaceFull.
func (tx tx) spendBytes(ctx context.Context, sp Space, n int64) error {
	quota := sp.Policy.SpaceQuota()
	changed, err := tx.exec(ctx, `
		UPDATE spaces
		SET stored_bytes = stored_bytes + $2
		WHERE id = $1 AND ($2 <= 0 OR stored_bytes + $2 <= $3)`, sp.ID, n, quota)
	if err != nil || changed > 0 {
		return err
	}
	var used int64
	if err := tx.row(ctx, `SELECT stored_bytes FROM spaces WHERE id = $1`, sp.ID).Scan(&used); err != nil {
		return missing(err, ErrNotFound)
	}
	return ErrSpaceFull.With("", "Quota", Size(quota), "Used", Size(used))
}

// giveBytesBack takes bytes off a space's count, where a sweep has no actor.
func (tx tx) giveBytesBack(ctx context.Context, space ID, n int64) error {
	_, err := tx.exec(ctx, `UPDATE spaces SET stored_bytes = stored_bytes - $2 WHERE id = $1`, space, n)
	return err
}

// Content is a stored file that somebody may have, open for reading.
type Content struct {
	Name string // as people call it
	Hash string
	Type string // safe to be said to a browser; what is not known is application/octet-stream
	Size int64
	io.ReadSeekCloser
}

// Inline reports whether a browser may show the file: it is of a kind that runs
// nothing of ours.
func (c Content) Inline() bool { return c.Type != anyType }

// openContent opens a content by its hash, for somebody whose right to it was
// just checked. ErrNotFound when there is none.
func (s *Store) openContent(ctx context.Context, hash, name string) (Content, error) {
	c := Content{Hash: hash, Name: name}
	err := s.read(ctx, func(tx tx) error {
		return missing(tx.row(ctx, `SELECT type, size_bytes FROM blobs WHERE hash = $1`, hash).Scan(&c.Type, &c.Size), ErrNotFound)
	})
	if err != nil {
		return Content{}, err
	}
	file, err := s.Files.Open(hash)
	if errors.Is(err, blob.ErrNotFound) {
		return Content{}, ErrNotFound
	}
	if err != nil {
		return Content{}, fmt.Errorf("open a file: %w", err)
	}
	c.ReadSeekCloser = file
	return c, nil
}

// referers are all places that refer to a content $1. Whatever else comes to
// refer to contents stands here, or the sweep takes them away.
var referers = []string{
	`SELECT 1 FROM spaces WHERE cover = 'blob:' || blobs.hash`,
	`SELECT 1 FROM templates WHERE cover = 'blob:' || blobs.hash`,
	`SELECT 1 FROM accounts WHERE picture = blobs.hash AND picture <> ''`,
	`SELECT 1 FROM uploads WHERE hash = blobs.hash`,
	`SELECT 1 FROM file_versions WHERE hash = blobs.hash`,
	`SELECT 1 FROM uploads WHERE preview = blobs.hash`,
	`SELECT 1 FROM attachments WHERE hash = blobs.hash`,
	`SELECT 1 FROM attachments WHERE preview = blobs.hash`,
	`SELECT 1 FROM file_keys WHERE hash = blobs.hash`,
	`SELECT 1 FROM file_keys WHERE preview = blobs.hash`,
}

// unreferred is the condition that nothing refers to a row of blobs.
var unreferred = `NOT EXISTS (` + strings.Join(referers, `) AND NOT EXISTS (`) + `)`

// dropBlob forgets a content that nobody refers to any more. The sweep takes
// the file away, so that somebody who uploads the same again keeps it.
func (tx tx) dropBlob(ctx context.Context, hash string) error {
	_, err := tx.exec(ctx, `DELETE FROM blobs WHERE hash = $1 AND `+unreferred, hash)
	return err
}

// sweptAtOnce bounds one transaction of a sweep.
const sweptAtOnce = 200

// sweepBlobs forgets contents that nothing refers to: what dropBlob forgets at
// once, and what went with a space that was deleted.
func (s *Store) sweepBlobs(ctx context.Context) error {
	for last := ""; ; {
		var hashes []string
		err := s.write(ctx, func(tx tx) error {
			rows, err := tx.query(ctx, `
				SELECT hash FROM blobs
				WHERE hash > $1
				ORDER BY hash
				LIMIT $2`, last, sweptAtOnce)
			hashes, err = all(rows, err, func(row scanner) (hash string, err error) { return hash, row.Scan(&hash) })
			if err != nil || len(hashes) == 0 {
				return err
			}
			_, err = tx.exec(ctx, `DELETE FROM blobs WHERE hash > $1 AND hash <= $2 AND `+unreferred, last, hashes[len(hashes)-1])
			return err
		})
		if err != nil || len(hashes) == 0 {
			return err
		}
		last = hashes[len(hashes)-1]
	}
}
