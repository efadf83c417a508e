package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"guesthouse/store/blob"
)

// PieceBytes is how long one piece of an upload may be: what a cut connection
// costs at most.
const PieceBytes = 4 * megabyte

// BeginUpload announces a file that will be sent in pieces. Errors as of
// KeepUpload, before anything is sent.
func (s *Store) BeginUpload(ctx context.Context, actor Account, space ID, name string, size int64) (Upload, error) {
	sp, err := s.Space(ctx, actor, space, ToWrite)
	if err != nil {
		return Upload{}, err
	}
	if limit := sp.Policy.MaxFile(); size < 0 || size > limit {
		return Upload{}, ErrFileTooLarge.With(filesField, "Megabytes", limit/megabyte)
	}
	if err := s.roomFor(size); err != nil {
		return Upload{}, err
	}
	u := Upload{Name: CleanFileName(name), Size: size, part: strings.ToLower(rand.Text())}
	err = s.write(ctx, func(tx tx) error { return tx.addUpload(ctx, actor, space, &u) })
	return u, err
}

// AddPiece takes the piece of an upload that begins at an offset, which is where
// the upload stands. When it returns, the piece lasts. The piece that ends the
// file makes it whole. Errors: those of the door, ErrNotFound, ErrUploadOffset,
// ErrBusy while another piece is on its way, ErrFileCut, ErrFileTooLarge, ErrDiskFull.
func (s *Store) AddPiece(ctx context.Context, actor Account, space, id ID, offset int64, r io.Reader) (Upload, error) {
	u, err := s.Upload(ctx, actor, space, id)
	if err != nil || u.Whole {
		return u, err // the answer to the last piece may have been lost
	}
	if offset != u.Received {
		return u, ErrUploadOffset
	}
	if u.wholeHash == "" {
		if u, err = s.appendPiece(ctx, actor, space, u, r); err != nil || u.Received < u.Size {
			return u, err
		}
	}
	return s.finishUpload(ctx, actor, space, u)
}

func (s *Store) appendPiece(ctx context.Context, actor Account, space ID, u Upload, r io.Reader) (Upload, error) {
	if err := s.roomFor(0); err != nil {
		return u, err
	}
	piece := &sniffer{r: r}
	offset := u.Received
	received, err := s.Files.Append(ctx, u.part, offset, piece, min(u.Size-offset, PieceBytes))
	switch {
	case errors.Is(err, blob.ErrBadOffset):
		return u, s.beginAgain(ctx, u)
	case errors.Is(err, blob.ErrPartBusy):
		return u, ErrBusy
	case errors.Is(err, blob.ErrTooLarge):
		return u, ErrFileTooLarge.With(filesField, "Megabytes", u.Size/megabyte)
	case errors.Is(err, blob.ErrNoSpace):
		return u, ErrDiskFull
	case piece.failed != nil:
		return u, errors.Join(ErrFileCut.With(filesField), fmt.Errorf("read a piece: %w", piece.failed))
	case err != nil:
		return u, err
	}
	err = s.write(ctx, func(tx tx) error {
		if _, err := tx.space(ctx, actor, space, ToWrite); err != nil {
			return err
		}
		moved, err := tx.exec(ctx, `
			UPDATE uploads
			SET received_bytes = $3, expires_at = $4
			WHERE id = $1 AND part = $2 AND received_bytes = $5`, u.ID, u.part, received, at(tx.now.Add(uploadLife)), offset)
		if err == nil && moved == 0 {
			err = ErrUploadOffset
		}
		return err
	})
	u.Received = received
	return u, err
}

// beginAgain is for an upload of which what had arrived is lost.
func (s *Store) beginAgain(ctx context.Context, u Upload) error {
	err := s.write(ctx, func(tx tx) error {
		_, err := tx.exec(ctx, `UPDATE uploads SET received_bytes = 0, whole_hash = '' WHERE id = $1 AND part = $2`, u.ID, u.part)
		return err
	})
	return errors.Join(ErrUploadOffset, err)
}

// finishUpload makes an upload that has arrived whole a content. A crash between
// any two steps leaves an upload that the same call finishes: the hash is
// written down before the part takes its place, and the content has its row
// only once it is there.
func (s *Store) finishUpload(ctx context.Context, actor Account, space ID, u Upload) (Upload, error) {
	if err := s.noteWhole(ctx, &u); err != nil {
		return u, err
	}
	err := s.Files.Settle(u.part, u.wholeHash)
	switch {
	case errors.Is(err, blob.ErrNotFound):
		return u, s.beginAgain(ctx, u)
	case errors.Is(err, blob.ErrPartBusy):
		return u, ErrBusy
	case errors.Is(err, blob.ErrNoSpace):
		return u, ErrDiskFull
	case err != nil:
		return u, err
	}
	kept := keptContent{Hash: u.wholeHash, Size: u.Size}
	if kept.Type, err = s.typeOfContent(kept.Hash); err != nil {
		return u, err
	}
	preview := s.keepPreview(ctx, kept)
	err = s.write(ctx, func(tx tx) error {
		if _, err := tx.space(ctx, actor, space, ToWrite); err != nil {
			return err
		}
		if err := tx.nameUpload(ctx, kept, preview); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `
			UPDATE uploads
			SET hash = $3, preview = $4, part = '', whole_hash = ''
			WHERE id = $1 AND part = $2`, u.ID, u.part, kept.Hash, orNone(preview.Hash))
		return err
	})
	if err != nil {
		return u, err
	}
	return s.Upload(ctx, actor, space, u.ID)
}

// noteWhole writes the hash of what has arrived into the upload's row.
func (s *Store) noteWhole(ctx context.Context, u *Upload) error {
	if u.wholeHash != "" {
		return nil
	}
	whole, err := s.Files.Examine(ctx, u.part)
	switch {
	case errors.Is(err, blob.ErrPartBusy):
		return ErrBusy
	case errors.Is(err, blob.ErrNotFound), err == nil && whole.Size != u.Size:
		return s.beginAgain(ctx, *u)
	case err != nil:
		return err
	}
	u.wholeHash = whole.Hash
	return s.write(ctx, func(tx tx) error {
		_, err := tx.exec(ctx, `UPDATE uploads SET whole_hash = $3 WHERE id = $1 AND part = $2`, u.ID, u.part, whole.Hash)
		return err
	})
}

// typeOfContent looks at how a content begins.
func (s *Store) typeOfContent(hash string) (string, error) {
	file, err := s.Files.Open(hash)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }() // it was only read
	head, err := io.ReadAll(io.LimitReader(file, headBytes))
	return typeOf(head), err
}
