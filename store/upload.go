package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"guesthouse/store/blob"
	"guesthouse/store/picture"
)

// Why an uploaded picture is refused. Args of ErrPictureTooLarge: Megabytes.
var (
	ErrPictureTooLarge = &Error{Kind: Invalid, Code: "picture_too_large"}
	ErrNotAPicture     = &Error{Kind: Invalid, Code: "not_a_picture"}
)

// keptPicture is a picture that was made anew and lies in the folder of files.
// It has no row yet: the sweep takes it away when the transaction fails.
type keptPicture struct {
	Hash string
	Type string
	Size int64
}

// keepPicture makes an uploaded picture fit to be shown and puts it into the
// folder of files. Decoding is slow: it is called before the transaction.
// Errors: ErrPictureTooLarge, ErrNotAPicture of the field, ErrBusy, ErrDiskFull.
func (s *Store) keepPicture(ctx context.Context, field string, upload io.Reader, options picture.Options) (keptPicture, error) {
	made, err := s.pictures.Prepare(ctx, upload, options)
	switch {
	case errors.Is(err, picture.ErrTooLarge):
		return keptPicture{}, ErrPictureTooLarge.With(field, "Megabytes", picture.MaxBytes>>20)
	case errors.Is(err, picture.ErrNotAPicture):
		return keptPicture{}, ErrNotAPicture.With(field)
	case errors.Is(err, picture.ErrBusy):
		return keptPicture{}, ErrBusy
	case err != nil:
		return keptPicture{}, err
	}
	hash, size, err := s.Files.Put(ctx, bytes.NewReader(made.Data), int64(len(made.Data)))
	if errors.Is(err, blob.ErrNoSpace) {
		return keptPicture{}, ErrDiskFull
	}
	return keptPicture{Hash: hash, Type: made.Type, Size: size}, err
}

// nameBlob gives a kept content its row.
func (tx tx) nameBlob(ctx context.Context, kept keptPicture) error {
	_, err := tx.exec(ctx, `
		INSERT INTO blobs (hash, size_bytes, type, created_at)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (hash) DO NOTHING`, kept.Hash, kept.Size, kept.Type, at(tx.now))
	return err
}

// dropBlob forgets a content that nobody refers to any more. The sweep takes
// the file away, so that somebody who uploads the same again keeps it.
func (tx tx) dropBlob(ctx context.Context, hash string) error {
	_, err := tx.exec(ctx, `
		DELETE FROM blobs
		WHERE hash = $1
			AND NOT EXISTS (SELECT 1 FROM spaces WHERE cover = $2)
			AND NOT EXISTS (SELECT 1 FROM accounts WHERE picture = $1 AND picture <> '')`, hash, "blob:"+hash)
	return err
}

// Picture is a kept picture that somebody may see, open for reading.
type Picture struct {
	Hash string
	Type string
	io.ReadSeekCloser
}

// openPicture opens a picture by its hash. ErrNotFound when there is none.
func (s *Store) openPicture(ctx context.Context, hash string) (Picture, error) {
	p := Picture{Hash: hash}
	err := s.read(ctx, func(tx tx) error {
		return missing(tx.row(ctx, `SELECT type FROM blobs WHERE hash = $1`, hash).Scan(&p.Type), ErrNotFound)
	})
	if err != nil {
		return Picture{}, err
	}
	file, err := s.Files.Open(hash)
	if errors.Is(err, blob.ErrNotFound) {
		return Picture{}, ErrNotFound
	}
	if err != nil {
		return Picture{}, fmt.Errorf("open a picture: %w", err)
	}
	p.ReadSeekCloser = file
	return p, nil
}

// SweepFiles takes away the files that no row refers to.
func (s *Store) SweepFiles(ctx context.Context) error {
	_, err := s.Files.Sweep(ctx, func(hash string) (bool, error) {
		var kept bool
		err := s.read(ctx, func(tx tx) error {
			return tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM blobs WHERE hash = $1)`, hash).Scan(&kept)
		})
		return kept, err
	}, s.Now().Add(-time.Hour))
	return err
}
