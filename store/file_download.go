package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"guesthouse/store/picture"
)

// downloadsKept is how long it is known who fetched what.
const downloadsKept = 365 * Day

// OpenFile opens the newest version of a file, or the version of a number that is
// not 0, for somebody who may download here. That they fetched it is noted, once a
// day; where there is no room to note it they get the file all the same. It is
// asked anew for each range of a file (SEC-S4). The caller closes it.
func (s *Store) OpenFile(ctx context.Context, actor Account, space, id ID, version int) (Content, error) {
	f, kept, noted, err := s.download(ctx, actor, space, id, version)
	if err != nil {
		return Content{}, err
	}
	content, err := s.openContent(ctx, kept.Hash, f.Name)
	if err != nil || noted {
		return content, err
	}
	if err := s.noteFetched(ctx, actor, space, id); err != nil {
		return Content{}, errors.Join(err, content.Close())
	}
	return content, nil
}

// noteFetched notes that a file is fetched, where there is room to note it.
func (s *Store) noteFetched(ctx context.Context, actor Account, space, id ID) error {
	if err := s.NoteDownloads(ctx, actor, space, []ID{id}); !errors.Is(err, ErrDiskFull) {
		return err
	}
	return nil
}

// download finds the content of a file that the actor may have, and whether it was
// noted today that they fetched it.
func (s *Store) download(ctx context.Context, actor Account, space, id ID, version int) (f File, kept keptContent, noted bool, err error) {
	err = s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToDownload)
		if err != nil {
			return err
		}
		if f, err = tx.file(ctx, actor, sp, id); err != nil {
			return err
		}
		kept = keptContent{Hash: f.hash, Size: f.Size, Type: f.Type}
		if version != 0 && version != f.Version {
			if kept, err = tx.fileVersion(ctx, actor, f, version); err != nil {
				return err
			}
		}
		return tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM file_downloads WHERE file_id = $1 AND account_id = $2 AND day = $3)`,
			id, actor.ID, dayOf(tx.now)).Scan(&noted)
	})
	return f, kept, noted, err
}

// OpenNotedFile opens a file of which NoteDownloads has noted that it is fetched:
// one of many in a ZIP. It asks anew whether the actor may have it.
func (s *Store) OpenNotedFile(ctx context.Context, actor Account, space, id ID) (Content, error) {
	f, kept, _, err := s.download(ctx, actor, space, id, 0)
	if err != nil {
		return Content{}, err
	}
	return s.openContent(ctx, kept.Hash, f.Name)
}

// dayOf is the number of the day (UTC) of a moment.
func dayOf(t time.Time) int64 { return t.Unix() / int64(Day/time.Second) }

// NoteDownloads notes that the actor fetches files now: one row for a person, a
// file and a day. Of files that the actor may not see nothing is noted.
func (s *Store) NoteDownloads(ctx context.Context, actor Account, space ID, files []ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToDownload)
		if err != nil {
			return err
		}
		for _, id := range files {
			_, err := tx.exec(ctx, `
				INSERT INTO file_downloads (space_id, file_id, file_name, version, account_id, day, first_at)
				SELECT f.space_id, f.id, f.name, f.version, me.id, $4, $5`+filesSeen+` AND f.id = $3 AND f.deleted_at IS NULL
				ON CONFLICT DO NOTHING`, actor.ID, sp.ID, id, dayOf(tx.now), at(tx.now))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// FileDownload says that somebody fetched a file on a day.
type FileDownload struct {
	ID       ID
	File     ID
	FileName string // as it was called then
	Version  int
	By       Account // what others see of them
	FirstAt  time.Time
}

// Downloads are who fetched what in a space, the last first: for its
// administrators (S4-14).
func (s *Store) Downloads(ctx context.Context, actor Account, space ID, from string) (sp Space, page Page[FileDownload], err error) {
	err = s.read(ctx, func(tx tx) (err error) {
		if sp, err = tx.space(ctx, actor, space, ToManage); err != nil {
			return err
		}
		page, err = tx.downloads(ctx, sp.ID, 0, from)
		return err
	})
	return sp, page, err
}

// downloads are those of a space, or of one of its files.
func (tx tx) downloads(ctx context.Context, space, file ID, from string) (Page[FileDownload], error) {
	id := lastID
	after(from, &id)
	one := ""
	args := []any{space, id, PageSize + 1}
	if file != 0 {
		one, args = ` AND l.file_id = $4`, append(args, file)
	}
	rows, err := tx.query(ctx, `
		SELECT l.id, l.file_id, l.file_name, l.version, l.first_at, `+personColumns+`
		FROM file_downloads l
		JOIN accounts a ON a.id = l.account_id
		WHERE l.space_id = $1 AND l.id < $2`+one+`
		ORDER BY l.id DESC
		LIMIT $3`, args...)
	list, err := all(rows, err, func(row scanner) (FileDownload, error) {
		var d FileDownload
		err := row.Scan(append([]any{&d.ID, &d.File, &d.FileName, &d.Version, moment{&d.FirstAt}}, d.By.scanPerson()...)...)
		return d, err
	})
	if err != nil {
		return Page[FileDownload]{}, err
	}
	return pageOf(list, PageSize, func(d FileDownload) []any { return []any{d.ID} }), nil
}

// previewBounds is as large as a page shows a picture.
var previewBounds = picture.Options{MaxWidth: 1600, MaxHeight: 1600}

// FilePicture is a picture in the drive, made anew and without what it tells
// besides (SEC-I5). known is the ETag that the browser has: when it still fits
// nothing is decoded and the picture has no reader. Errors: those of OpenFile and
// of pictures, of the field "file".
func (s *Store) FilePicture(ctx context.Context, actor Account, space, id ID, known string) (Picture, error) {
	content, err := s.OpenFile(ctx, actor, space, id, 0)
	if err != nil {
		return Picture{}, err
	}
	defer func() { _ = content.Close() }() // it was only read
	p := Picture{Hash: "p-" + content.Hash}
	if known == p.Hash {
		return p, nil
	}
	made, err := s.pictures.Prepare(ctx, content, previewBounds)
	switch {
	case errors.Is(err, picture.ErrBusy):
		return Picture{}, ErrBusy
	case errors.Is(err, picture.ErrTooLarge), errors.Is(err, picture.ErrNotAPicture):
		return Picture{}, ErrNotFound // the page offers the file itself
	case err != nil:
		return Picture{}, err
	}
	p.Type, p.ReadSeekCloser = made.Type, inMemory{bytes.NewReader(made.Data)}
	return p, nil
}

// inMemory is a small content that needs no closing.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

// previewText is how much of a text a page shows.
const previewText = 256 << 10

// FileText is the beginning of a file as text, and whether there is more.
// ErrNotFound when it is none.
func (s *Store) FileText(ctx context.Context, actor Account, space, id ID) (text string, more bool, err error) {
	content, err := s.OpenFile(ctx, actor, space, id, 0)
	if err != nil {
		return "", false, err
	}
	defer func() { _ = content.Close() }() // it was only read
	if content.Type != textType {
		return "", false, ErrNotFound
	}
	head, err := io.ReadAll(io.LimitReader(content, previewText))
	return showable(head), content.Size > previewText, err
}

const textType = "text/plain; charset=utf-8"

// showable is text as a page may hold it: what is no character and what steers
// is shown as a sign for it.
func showable(head []byte) string {
	runes := bytes.Map(func(r rune) rune {
		if forbidden(r) && r != '\n' && r != '\t' && r != '\r' {
			return '\uFFFD'
		}
		return r
	}, bytes.ToValidUTF8(head, []byte("\uFFFD")))
	return string(runes)
}
