package store

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"strings"
)

// Kinds of things that a download key opens.
const (
	keyOfAttachment = "a" // of a comment
	keyOfCover      = "c" // of a space
	keyOfFile       = "f" // in a drive
)

// downloadKeyBytes is how much of the mark stands in a key.
const downloadKeyBytes = 16

// downloadKey names a stored file to programs. It cannot be guessed, and opens
// nothing by itself: whoever brings it is asked what they may see.
func (s *Store) downloadKey(kind string, id ID) string {
	mark := s.key.MAC("download-key", []byte(kind), []byte(id.String()))[:downloadKeyBytes]
	return kind + id.String() + "-" + base64.RawURLEncoding.EncodeToString(mark)
}

// AttachmentKey is the download key of a comment's file.
func (s *Store) AttachmentKey(id ID) string { return s.downloadKey(keyOfAttachment, id) }

// DriveKey is the download key of a file in a drive.
func (s *Store) DriveKey(id ID) string { return s.downloadKey(keyOfFile, id) }

// CoverKey is the download key of a space's uploaded cover.
func (s *Store) CoverKey(space ID) string { return s.downloadKey(keyOfCover, space) }

// OpenByKey opens the file of a download key for somebody who may see it now.
// With a space the file is looked for there only. What is not there, not theirs
// to see, or the key of an upload is ErrNotFound.
func (s *Store) OpenByKey(ctx context.Context, actor Account, space ID, key string) (Content, error) {
	name, _, _ := strings.Cut(key, "-")
	if len(name) < 2 {
		return Content{}, ErrNotFound
	}
	kind, id := name[:1], ParseID(name[1:])
	if id == 0 || subtle.ConstantTimeCompare([]byte(s.downloadKey(kind, id)), []byte(key)) != 1 {
		return Content{}, ErrNotFound
	}
	switch kind {
	case keyOfAttachment:
		return s.openAttachment(ctx, actor, space, id)
	case keyOfCover:
		return s.openCover(ctx, actor, space, id)
	case keyOfFile:
		return s.openDriveFile(ctx, actor, space, id)
	}
	return Content{}, ErrNotFound
}

func (s *Store) openAttachment(ctx context.Context, actor Account, space, id ID) (Content, error) {
	var in, thread, comment ID
	err := s.read(ctx, func(tx tx) error {
		return missing(tx.row(ctx, `SELECT space_id, thread_id, comment_id FROM attachments WHERE id = $1`, id).Scan(&in, &thread, &comment),
			ErrNotFound)
	})
	if err != nil {
		return Content{}, err
	}
	if space != 0 && space != in {
		return Content{}, ErrNotFound
	}
	return s.Attachment(ctx, actor, in, thread, comment, id)
}

func (s *Store) openCover(ctx context.Context, actor Account, space, id ID) (Content, error) {
	if space != 0 && space != id {
		return Content{}, ErrNotFound
	}
	cover, err := s.SpaceCover(ctx, actor, id)
	if err != nil {
		return Content{}, err
	}
	size, err := sizeOf(cover)
	return Content{Name: "cover", Hash: cover.Hash, Type: cover.Type, Size: size, ReadSeekCloser: cover.ReadSeekCloser}, err
}

func sizeOf(p Picture) (int64, error) {
	size, err := p.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	_, err = p.Seek(0, io.SeekStart)
	return size, err
}

func (s *Store) openDriveFile(ctx context.Context, actor Account, space, id ID) (Content, error) {
	var in ID
	err := s.read(ctx, func(tx tx) error {
		return missing(tx.row(ctx, `SELECT space_id FROM files WHERE id = $1`, id).Scan(&in), ErrNotFound)
	})
	if err != nil {
		return Content{}, err
	}
	if space != 0 && space != in {
		return Content{}, ErrNotFound
	}
	return s.OpenFile(ctx, actor, in, id, 0)
}
