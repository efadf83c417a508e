package store

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
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

// keyedThing is what a download key names.
type keyedThing struct {
	kind string
	id   ID
}

// thingOf reads a download key, if it is one of ours.
func (s *Store) thingOf(key string) (keyedThing, error) {
	name, _, _ := strings.Cut(key, "-")
	if len(name) < 2 {
		return keyedThing{}, ErrNotFound
	}
	thing := keyedThing{kind: name[:1], id: ParseID(name[1:])}
	if thing.id == 0 || subtle.ConstantTimeCompare([]byte(s.downloadKey(thing.kind, thing.id)), []byte(key)) != 1 {
		return keyedThing{}, ErrNotFound
	}
	return thing, nil
}

// OpenByKey opens the file of a download key for somebody who may see it now,
// and says in which space it is. What is not there, not theirs to see, or the key
// of an upload is ErrNotFound. fits judges the space for somebody who may see the
// file; only what it lets pass is sent, and noted as fetched.
func (s *Store) OpenByKey(ctx context.Context, actor Account, key string, fits func(Space) error) (Content, Space, error) {
	thing, err := s.thingOf(key)
	if err != nil {
		return Content{}, Space{}, err
	}
	file, in, noted, err := s.openThing(ctx, actor, thing)
	if err != nil {
		return Content{}, Space{}, err
	}
	sp, err := s.Space(ctx, actor, in, ToKnow)
	if err == nil {
		err = fits(sp)
	}
	if err == nil && !noted {
		err = s.noteFetched(ctx, actor, in, thing.id)
	}
	if err != nil {
		return Content{}, Space{}, errors.Join(err, file.Close())
	}
	return file, sp, nil
}

// openThing opens what a key names, and says in which space it is. noted is false
// where that it is fetched has to be noted yet.
func (s *Store) openThing(ctx context.Context, actor Account, thing keyedThing) (file Content, in ID, noted bool, err error) {
	switch thing.kind {
	case keyOfAttachment:
		file, in, err = s.openAttachment(ctx, actor, thing.id)
	case keyOfCover:
		in = thing.id
		file, err = s.openCover(ctx, actor, thing.id)
	case keyOfFile:
		return s.openDriveFile(ctx, actor, thing.id)
	default:
		err = ErrNotFound
	}
	return file, in, true, err
}

func (s *Store) openAttachment(ctx context.Context, actor Account, id ID) (file Content, in ID, err error) {
	var thread, comment ID
	err = s.read(ctx, func(tx tx) error {
		return missing(tx.row(ctx, `SELECT space_id, thread_id, comment_id FROM attachments WHERE id = $1`, id).Scan(&in, &thread, &comment),
			ErrNotFound)
	})
	if err != nil {
		return Content{}, 0, err
	}
	file, err = s.Attachment(ctx, actor, in, thread, comment, id)
	return file, in, err
}

func (s *Store) openCover(ctx context.Context, actor Account, space ID) (Content, error) {
	cover, err := s.SpaceCover(ctx, actor, space)
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

func (s *Store) openDriveFile(ctx context.Context, actor Account, id ID) (file Content, in ID, noted bool, err error) {
	err = s.read(ctx, func(tx tx) error {
		return missing(tx.row(ctx, `SELECT space_id FROM files WHERE id = $1`, id).Scan(&in), ErrNotFound)
	})
	if err != nil {
		return Content{}, 0, false, err
	}
	f, kept, noted, err := s.download(ctx, actor, in, id, 0)
	if err != nil {
		return Content{}, 0, false, err
	}
	file, err = s.openContent(ctx, kept.Hash, f.Name)
	return file, in, noted, err
}
