package store

import (
	"context"
	"errors"
	"slices"
)

// Errors of a comment's files. Args of ErrTooManyFiles: Max.
var (
	ErrUploadGone   = &Error{Kind: Invalid, Code: "upload_gone"}
	ErrTooManyFiles = &Error{Kind: Invalid, Code: "too_many_files"}
)

// MaxAttachments is how many files one comment has.
const MaxAttachments = 20

// Attachment is a file of a comment.
type Attachment struct {
	ID         ID
	Name       string
	Size       int64
	HasPreview bool
	Width      int // at which its picture is shown; 0 for as it comes

	comment ID
	space   ID
	hash    string
	preview string
}

const attachmentColumns = `f.id, f.comment_id, f.space_id, f.name, f.size_bytes, f.hash, f.preview, COALESCE(f.width, 0)`

func scanAttachment(row scanner) (f Attachment, err error) {
	err = row.Scan(&f.ID, &f.comment, &f.space, &f.Name, &f.Size, &f.hash, orZero[string]{&f.preview}, &f.Width)
	f.HasPreview = f.preview != ""
	return f, err
}

// attach makes uploads of the actor the files of a comment that was just
// written, beside those that it has. Errors of the field "files": ErrUploadGone,
// ErrTooManyFiles.
func (tx tx) attach(ctx context.Context, actor Account, sp Space, thread, comment ID, uploads []ID, has int) error {
	if has+len(uploads) > MaxAttachments {
		return ErrTooManyFiles.With(filesField, "Max", MaxAttachments)
	}
	for _, id := range uploads {
		u, err := tx.takeUpload(ctx, actor, sp, id)
		if errors.Is(err, ErrNotFound) {
			return ErrUploadGone.With(filesField)
		}
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			INSERT INTO attachments (space_id, thread_id, comment_id, name, size_bytes, hash, preview)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`, sp.ID, thread, comment, u.Name, u.Size, u.hash, orNone(u.preview))
		if err != nil {
			return err
		}
	}
	return nil
}

// withFiles fills in the files of comments of one thread, which stand in the
// order of their IDs.
func (tx tx) withFiles(ctx context.Context, thread ID, comments []Comment) error {
	if len(comments) == 0 {
		return nil
	}
	rows, err := tx.query(ctx, `
		SELECT `+attachmentColumns+`
		FROM attachments f
		WHERE f.thread_id = $1 AND f.comment_id >= $2 AND f.comment_id <= $3 AND f.gone_at IS NULL
		ORDER BY f.comment_id, f.id`, thread, comments[0].ID, comments[len(comments)-1].ID)
	files, err := all(rows, err, scanAttachment)
	if err != nil {
		return err
	}
	of := map[ID][]Attachment{}
	for _, f := range files {
		of[f.comment] = append(of[f.comment], f)
	}
	for i := range comments {
		comments[i].Files = of[comments[i].ID]
	}
	return nil
}

// filesOf are the files of one comment.
func (tx tx) filesOf(ctx context.Context, comment ID) ([]Attachment, error) {
	rows, err := tx.query(ctx, `
		SELECT `+attachmentColumns+`
		FROM attachments f
		WHERE f.comment_id = $1 AND f.gone_at IS NULL
		ORDER BY f.id`, comment)
	return all(rows, err, scanAttachment)
}

// Attachment opens a file of a comment for somebody who may read the comment.
func (s *Store) Attachment(ctx context.Context, actor Account, space, thread, comment, id ID) (Content, error) {
	f, err := s.attachment(ctx, actor, space, thread, comment, id)
	if err != nil {
		return Content{}, err
	}
	return s.openContent(ctx, f.hash, f.Name)
}

// AttachmentPreview opens the small picture of a file for somebody who may read
// its comment. ErrNotFound when it has none.
func (s *Store) AttachmentPreview(ctx context.Context, actor Account, space, thread, comment, id ID) (Content, error) {
	f, err := s.attachment(ctx, actor, space, thread, comment, id)
	if err != nil {
		return Content{}, err
	}
	if !f.HasPreview {
		return Content{}, ErrNotFound
	}
	return s.openContent(ctx, f.preview, f.Name)
}

// attachment finds a file through its comment, thread and space (SEC-A1).
func (s *Store) attachment(ctx context.Context, actor Account, space, thread, comment, id ID) (f Attachment, err error) {
	err = s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		_, c, err := tx.said(ctx, actor, sp, thread, comment)
		if err != nil {
			return err
		}
		if c.Deleted() {
			return ErrNotFound
		}
		f, err = scanAttachment(tx.row(ctx, `
			SELECT `+attachmentColumns+`
			FROM attachments f
			WHERE f.id = $1 AND f.comment_id = $2 AND f.gone_at IS NULL`, id, c.ID))
		return missing(err, ErrNotFound)
	})
	return f, err
}

// RemoveAttachment takes a file out of a comment that the actor may change, for
// good. Of somebody else's comment the audit log tells it.
func (s *Store) RemoveAttachment(ctx context.Context, actor Account, space, thread, comment, id ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		t, c, err := tx.said(ctx, actor, sp, thread, comment)
		if err != nil {
			return err
		}
		files, err := tx.filesOf(ctx, c.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(files, func(f Attachment) bool { return f.ID == id })
		if c.Deleted() || i < 0 {
			return ErrNotFound
		}
		if err := sp.edits(actor, c.Author.ID); err != nil {
			return err
		}
		if err := tx.forgetAttachment(ctx, files[i]); err != nil {
			return err
		}
		if err := tx.commentChanged(ctx, actor, t, c); err != nil || c.Author.ID == actor.ID {
			return err
		}
		return tx.audit(ctx, event{Action: "comment.moderated", Actor: actor.ID, Account: c.Author.ID, Space: sp.ID})
	})
}

// forgetAttachment deletes the row of a file and gives its bytes back.
func (tx tx) forgetAttachment(ctx context.Context, f Attachment) error {
	gone, err := tx.exec(ctx, `DELETE FROM attachments WHERE id = $1`, f.ID)
	if err != nil || gone == 0 {
		return err
	}
	if err := tx.giveBytesBack(ctx, f.space, f.Size); err != nil {
		return err
	}
	return tx.dropContents(ctx, f.hash, f.preview)
}

// hideFiles hides the files of a comment that was deleted.
func (tx tx) hideFiles(ctx context.Context, comment ID) error {
	_, err := tx.exec(ctx, `UPDATE attachments SET gone_at = $2 WHERE comment_id = $1`, comment, at(tx.now))
	return err
}

// showFiles brings the files back with their comment.
func (tx tx) showFiles(ctx context.Context, comment ID) error {
	_, err := tx.exec(ctx, `UPDATE attachments SET gone_at = NULL WHERE comment_id = $1`, comment)
	return err
}

// sweepAttachments forgets the files of comments that can no longer be brought
// back, and gives their bytes back.
func (s *Store) sweepAttachments(ctx context.Context) error {
	for {
		var swept int
		err := s.write(ctx, func(tx tx) error {
			rows, err := tx.query(ctx, `
				SELECT `+attachmentColumns+`
				FROM attachments f
				WHERE f.gone_at <= $1
				ORDER BY f.gone_at
				LIMIT $2`, at(tx.now.Add(-undoDelete)), sweptAtOnce)
			list, err := all(rows, err, scanAttachment)
			swept = len(list)
			for _, f := range list {
				if err := tx.forgetAttachment(ctx, f); err != nil {
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
