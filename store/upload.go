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

// MaxPicture is the largest file that is decoded as a picture.
const MaxPicture = picture.MaxBytes

// Why an uploaded picture is refused. Args of ErrPictureTooLarge: Megabytes.
var (
	ErrPictureTooLarge = &Error{Kind: Invalid, Code: "picture_too_large"}
	ErrNotAPicture     = &Error{Kind: Invalid, Code: "not_a_picture"}
)

// keepPicture makes an uploaded picture fit to be shown and puts it into the
// folder of files. Decoding is slow: it is called before the transaction.
// Errors: ErrPictureTooLarge, ErrNotAPicture of the field, ErrBusy, ErrDiskFull.
func (s *Store) keepPicture(ctx context.Context, field string, upload io.Reader, options picture.Options) (keptContent, error) {
	made, err := s.pictures.Prepare(ctx, upload, options)
	switch {
	case errors.Is(err, picture.ErrTooLarge):
		return keptContent{}, ErrPictureTooLarge.With(field, "Megabytes", picture.MaxBytes>>20)
	case errors.Is(err, picture.ErrNotAPicture):
		return keptContent{}, ErrNotAPicture.With(field)
	case errors.Is(err, picture.ErrBusy):
		return keptContent{}, ErrBusy
	case err != nil:
		return keptContent{}, err
	}
	hash, size, err := s.Files.Put(ctx, bytes.NewReader(made.Data), int64(len(made.Data)))
	if errors.Is(err, blob.ErrNoSpace) {
		return keptContent{}, ErrDiskFull
	}
	return keptContent{Hash: hash, Type: made.Type, Size: size}, err
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

// SweepFiles takes away the files that no row refers to, and the rows of
// contents that nothing refers to.
func (s *Store) SweepFiles(ctx context.Context) error {
	if err := s.sweepBlobs(ctx); err != nil {
		return err
	}
	has := func(query string) func(string) (bool, error) {
		return func(name string) (has bool, err error) {
			err = s.read(ctx, func(tx tx) error { return tx.row(ctx, query, name).Scan(&has) })
			return has, err
		}
	}
	_, err := s.Files.Sweep(ctx, blob.Keep{
		Content: has(`SELECT EXISTS (SELECT 1 FROM blobs WHERE hash = $1)`),
		Part:    has(`SELECT EXISTS (SELECT 1 FROM uploads WHERE part = $1 AND part <> '')`),
	}, s.Now().Add(-time.Hour))
	return err
}
