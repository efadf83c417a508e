package store

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"guesthouse/store/picture"
)

// Errors of uploads that wait. Args of ErrTooManyUploads: Max.
var (
	ErrUploadOffset   = &Error{Kind: Conflict, Code: "upload_offset"} // the upload stands elsewhere: ask where
	ErrTooManyUploads = &Error{Kind: Invalid, Code: "too_many_uploads"}
)

const (
	// uploadLife is how long an upload waits to be used.
	uploadLife = 3 * Day
	// maxUploads is how many one person has waiting in one space.
	maxUploads = 100
	// previewWidth and previewHeight bound the small picture of a file.
	previewWidth, previewHeight = 480, 360
)

// filesField is the form field of files.
const filesField = "files"

// Upload is a file that somebody is sending or has sent and not used yet. Only
// they see it. It counts in its space from the beginning, so that nobody sends
// for an hour what finds no room.
type Upload struct {
	ID         ID
	Name       string
	Size       int64
	Received   int64 // how much of it lasts
	Whole      bool
	HasPreview bool
	ExpiresAt  time.Time

	part      string // the name of what has arrived; "" when it is whole
	wholeHash string // of all of it, right before it becomes a content
	hash      string
	preview   string
	owner     ID
}

const uploadColumns = `u.id, u.name, u.size_bytes, u.received_bytes, u.part, u.whole_hash, u.hash, u.preview, u.account_id, u.expires_at`

func scanUpload(row scanner) (u Upload, err error) {
	err = row.Scan(&u.ID, &u.Name, &u.Size, &u.Received, &u.part, &u.wholeHash,
		orZero[string]{&u.hash}, orZero[string]{&u.preview}, &u.owner, moment{&u.ExpiresAt})
	u.Whole, u.HasPreview = u.hash != "", u.preview != ""
	return u, err
}

// upload finds an upload of the actor in a space that was opened.
func (tx tx) upload(ctx context.Context, actor Account, sp Space, id ID) (Upload, error) {
	u, err := scanUpload(tx.row(ctx, `
		SELECT `+uploadColumns+`
		FROM uploads u
		WHERE u.id = $1 AND u.account_id = $2 AND u.space_id = $3 AND u.expires_at > $4`, id, actor.ID, sp.ID, at(tx.now)))
	return u, missing(err, ErrNotFound)
}

// Upload is one of the actor's own uploads in a space that they may write in.
func (s *Store) Upload(ctx context.Context, actor Account, space, id ID) (u Upload, err error) {
	err = s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToWrite)
		if err != nil {
			return err
		}
		u, err = tx.upload(ctx, actor, sp, id)
		return err
	})
	return u, err
}

// Uploads are those of the actor's own uploads that are whole, in the order of
// the IDs. Others are left out: a form may name what was swept.
func (s *Store) Uploads(ctx context.Context, actor Account, space ID, ids []ID) (list []Upload, err error) {
	err = s.read(ctx, func(tx tx) error {
		list = nil
		sp, err := tx.space(ctx, actor, space, ToWrite)
		if err != nil {
			return err
		}
		for _, id := range ids[:min(len(ids), maxUploads)] {
			u, err := tx.upload(ctx, actor, sp, id)
			switch {
			case err == nil && u.Whole:
				list = append(list, u)
			case err != nil && !errors.Is(err, ErrNotFound):
				return err
			}
		}
		return nil
	})
	return list, err
}

// KeepUpload takes a file whole, as a form sends it. Errors: those of the door,
// ErrUploadsOff, ErrDiskFull, and of the field "files" ErrFileTooLarge,
// ErrFileCut, ErrSpaceFull, ErrTooManyUploads.
func (s *Store) KeepUpload(ctx context.Context, actor Account, space ID, name string, r io.Reader) (Upload, error) {
	sp, err := s.Space(ctx, actor, space, ToWrite)
	if err != nil {
		return Upload{}, err // before anything is read for somebody who may not
	}
	kept, err := s.keepContent(ctx, filesField, r, sp.Policy.MaxFile())
	if err != nil {
		return Upload{}, err
	}
	preview := s.keepPreview(ctx, kept)
	u := Upload{Name: CleanFileName(name), Size: kept.Size, Received: kept.Size, Whole: true, hash: kept.Hash, preview: preview.Hash}
	err = s.write(ctx, func(tx tx) error {
		if err := tx.nameUpload(ctx, kept, preview); err != nil {
			return err
		}
		return tx.addUpload(ctx, actor, space, &u)
	})
	return u, err
}

// keepPreview makes a small picture of a file that is one. A file of which none
// can be made has none.
func (s *Store) keepPreview(ctx context.Context, kept keptContent) keptContent {
	if !strings.HasPrefix(kept.Type, "image/") || kept.Size > picture.MaxBytes {
		return keptContent{}
	}
	file, err := s.Files.Open(kept.Hash)
	if err != nil {
		return keptContent{}
	}
	defer func() { _ = file.Close() }() // it was only read
	preview, err := s.keepPicture(ctx, filesField, file, picture.Options{MaxWidth: previewWidth, MaxHeight: previewHeight})
	if err != nil {
		return keptContent{}
	}
	return preview
}

// nameUpload gives a content and its preview, if it has one, their rows.
func (tx tx) nameUpload(ctx context.Context, kept, preview keptContent) error {
	if preview.Hash != "" {
		if err := tx.nameContent(ctx, preview); err != nil {
			return err
		}
	}
	return tx.nameContent(ctx, kept)
}

// addUpload writes the row of an upload and counts its bytes in the space.
func (tx tx) addUpload(ctx context.Context, actor Account, space ID, u *Upload) error {
	sp, err := tx.space(ctx, actor, space, ToWrite)
	if err != nil {
		return err
	}
	rows, err := tx.query(ctx, `SELECT id FROM uploads WHERE account_id = $1 AND space_id = $2 LIMIT $3`, actor.ID, sp.ID, maxUploads)
	waiting, err := all(rows, err, scanID)
	if err != nil {
		return err
	}
	if len(waiting) >= maxUploads {
		return ErrTooManyUploads.With(filesField, "Max", maxUploads)
	}
	if err := tx.spendBytes(ctx, sp, u.Size); err != nil {
		return fieldError(err, filesField)
	}
	u.owner, u.ExpiresAt, u.HasPreview = actor.ID, tx.now.Add(uploadLife), u.preview != ""
	return tx.row(ctx, `
		INSERT INTO uploads (space_id, account_id, name, size_bytes, part, received_bytes, hash, preview, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		RETURNING id`, sp.ID, actor.ID, u.Name, u.Size, u.part, u.Received, orNone(u.hash), orNone(u.preview), at(u.ExpiresAt)).Scan(&u.ID)
}

// orNone is NULL for no text.
func orNone(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// takeUpload uses an upload of the actor up: its row goes, and whoever takes it
// writes another that refers to its content in the same transaction. Its bytes
// stay counted. ErrNotFound when it is not there, is somebody else's or not whole.
func (tx tx) takeUpload(ctx context.Context, actor Account, sp Space, id ID) (Upload, error) {
	u, err := tx.upload(ctx, actor, sp, id)
	if err != nil {
		return u, err
	}
	if !u.Whole {
		return u, ErrNotFound
	}
	taken, err := tx.exec(ctx, `DELETE FROM uploads WHERE id = $1`, u.ID)
	if err == nil && taken == 0 {
		err = ErrNotFound
	}
	return u, err
}

// DropUpload forgets an upload that the actor does not want any more. One that is
// gone already is no error.
func (s *Store) DropUpload(ctx context.Context, actor Account, space, id ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToWrite)
		if err != nil {
			return err
		}
		u, err := tx.upload(ctx, actor, sp, id)
		if err != nil {
			return err
		}
		return tx.forgetUpload(ctx, sp.ID, u)
	})
}

// forgetUpload deletes the row of an upload and gives its bytes back. The sweep
// of files takes what has arrived of it.
func (tx tx) forgetUpload(ctx context.Context, space ID, u Upload) error {
	gone, err := tx.exec(ctx, `DELETE FROM uploads WHERE id = $1`, u.ID)
	if err != nil || gone == 0 {
		return err
	}
	if err := tx.giveBytesBack(ctx, space, u.Size); err != nil {
		return err
	}
	return tx.dropContents(ctx, u.hash, u.preview)
}

// dropContents forgets contents that nobody refers to any more; "" is none.
func (tx tx) dropContents(ctx context.Context, hashes ...string) error {
	for _, hash := range hashes {
		if hash == "" {
			continue
		}
		if err := tx.dropBlob(ctx, hash); err != nil {
			return err
		}
	}
	return nil
}

// sweepUploads forgets the uploads that waited too long.
func (s *Store) sweepUploads(ctx context.Context) error {
	for {
		var swept int
		err := s.write(ctx, func(tx tx) error {
			type old struct {
				Upload
				space ID
			}
			rows, err := tx.query(ctx, `
				SELECT u.id, u.space_id, u.size_bytes, u.hash, u.preview
				FROM uploads u
				WHERE u.expires_at <= $1
				ORDER BY u.expires_at
				LIMIT $2`, at(tx.now), sweptAtOnce)
			list, err := all(rows, err, func(row scanner) (o old, err error) {
				return o, row.Scan(&o.ID, &o.space, &o.Size, orZero[string]{&o.hash}, orZero[string]{&o.preview})
			})
			swept = len(list)
			for _, o := range list {
				if err := tx.forgetUpload(ctx, o.space, o.Upload); err != nil {
					return err
				}
			}
			return err
		})
		if err != nil || swept == 0 {
			return err
		}
	}
}
