package store

import (
	"context"
	"errors"
	"io"
	"slices"

	"guesthouse/store/secret"
)

// maxFileKeys is how many files one person has waiting under keys: enough for
// the pictures of several batches of guests.
const maxFileKeys = 1000

// ErrKeyElsewhere: the file was uploaded into another space.
var ErrKeyElsewhere = &Error{Kind: Forbidden, Code: "key_elsewhere"}

// SentFile is a file that has arrived for a program and has no key yet. The
// sweep takes it away when it never gets one.
type SentFile struct {
	name          string
	kept, preview keptContent
}

// TakeSent takes a file for a program, which is known only after the file
// whether it is to be kept: KeepSent gives it its key. Errors: those of the door,
// ErrForbidden for guests outside of a space, ErrUploadsOff, ErrDiskFull, and of
// the field "file" ErrFileTooLarge and ErrFileCut.
func (s *Store) TakeSent(ctx context.Context, actor Account, space ID, name string, r io.Reader) (SentFile, error) {
	var policy Policy
	err := s.read(ctx, func(tx tx) (err error) { // before anything is read for somebody who may not
		policy, err = tx.mayKeepFile(ctx, actor, space)
		return err
	})
	if err != nil {
		return SentFile{}, err
	}
	kept, err := s.keepContent(ctx, keyField, r, policy.MaxFile())
	if err != nil {
		return SentFile{}, err
	}
	return SentFile{name: CleanFileName(name), kept: kept, preview: s.keepPreview(ctx, kept)}, nil
}

// KeepSent gives a file that was taken the key under which it can be attached to
// something within three days, once, and by who sent it only. With a space it
// counts there and is for that space alone; with a space of 0 it counts where it
// is attached. The key opens nothing: it is not for download. Errors: those of
// TakeSent, ErrSpaceFull and ErrTooManyUploads of the field "file".
func (s *Store) KeepSent(ctx context.Context, actor Account, space ID, file SentFile) (key string, err error) {
	key, hash := secret.Token()
	err = s.write(ctx, func(tx tx) error {
		policy, err := tx.mayKeepFile(ctx, actor, space)
		if err != nil {
			return err
		}
		if err := tx.nameUpload(ctx, file.kept, file.preview); err != nil {
			return err
		}
		if err := tx.spendKey(ctx, actor, space, policy, file.kept.Size); err != nil {
			return fieldError(err, keyField)
		}
		_, err = tx.exec(ctx, `
			INSERT INTO file_keys (key_hash, account_id, space_id, name, size_bytes, hash, preview, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			hash, actor.ID, space.orNull(), file.name, file.kept.Size, file.kept.Hash, orNone(file.preview.Hash), at(tx.now.Add(uploadLife)))
		return err
	})
	return key, err
}

// keyField is the parameter that holds an uploaded file.
const keyField = "file"

// mayKeepFile gives the policy under which the actor may upload: that of the
// space, if they may write in it, or the organisation's for its members.
func (tx tx) mayKeepFile(ctx context.Context, actor Account, space ID) (Policy, error) {
	if space != 0 {
		sp, err := tx.space(ctx, actor, space, ToWrite)
		return sp.Policy, err
	}
	fresh, err := tx.actor(ctx, actor)
	if err != nil {
		return nil, err
	}
	if fresh.IsGuest() || fresh.MustChangePassword {
		return nil, ErrForbidden
	}
	e, err := tx.environment(ctx)
	return e.Policy, err
}

// spendKey counts the bytes of a file in its space. Those without a space are
// bounded for each owner by what one space may hold.
func (tx tx) spendKey(ctx context.Context, actor Account, space ID, policy Policy, size int64) error {
	rows, err := tx.query(ctx, `SELECT space_id, size_bytes FROM file_keys WHERE account_id = $1 LIMIT $2`, actor.ID, maxFileKeys)
	type waiting struct {
		space ID
		size  int64
	}
	list, err := all(rows, err, func(row scanner) (w waiting, err error) { return w, row.Scan(nullID{&w.space}, &w.size) })
	if err != nil {
		return err
	}
	if len(list) >= maxFileKeys {
		return ErrTooManyUploads.With("", "Max", maxFileKeys)
	}
	if space != 0 {
		sp, err := tx.space(ctx, actor, space, ToWrite)
		if err != nil {
			return err
		}
		return tx.spendBytes(ctx, sp, size)
	}
	var used int64
	for _, w := range list {
		if w.space == 0 {
			used += w.size
		}
	}
	if quota := policy.SpaceQuota(); used+size > quota {
		return ErrSpaceFull.With("", "Quota", Size(quota), "Used", Size(used))
	}
	return nil
}

// keyedFile is a file that waits under a key.
type keyedFile struct {
	id      ID
	space   ID
	name    string
	size    int64
	hash    string
	preview string
}

// anySpace stands for a place that is no space, such as the picture of a person.
const anySpace ID = -1

// keyed finds a file by its key: the actor uploaded it, and into no other space.
// Errors: ErrUploadGone, ErrKeyElsewhere.
func (tx tx) keyed(ctx context.Context, actor Account, space ID, key string) (keyedFile, error) {
	var f keyedFile
	err := tx.row(ctx, `
		SELECT k.id, k.space_id, k.name, k.size_bytes, k.hash, k.preview
		FROM file_keys k
		WHERE k.key_hash = $1 AND k.account_id = $2 AND k.expires_at > $3`, secret.Hash(key), actor.ID, at(tx.now)).Scan(
		&f.id, nullID{&f.space}, &f.name, &f.size, &f.hash, orZero[string]{&f.preview})
	if err != nil {
		return keyedFile{}, missing(err, ErrUploadGone)
	}
	if space != anySpace && f.space != 0 && f.space != space {
		return keyedFile{}, ErrKeyElsewhere
	}
	return f, nil
}

// takeKey uses a key up: its row goes, and whoever takes it writes another that
// refers to its content in the same transaction. Its bytes are counted in the
// space from now on; of a file for no space they are given back.
func (tx tx) takeKey(ctx context.Context, actor Account, space ID, key string) (keyedFile, error) {
	f, err := tx.keyed(ctx, actor, space, key)
	if err != nil {
		return f, err
	}
	taken, err := tx.exec(ctx, `DELETE FROM file_keys WHERE id = $1`, f.id)
	switch {
	case err != nil:
		return f, err
	case taken == 0:
		return f, ErrUploadGone
	case space == anySpace && f.space != 0:
		return f, tx.giveBytesBack(ctx, f.space, f.size)
	case space == anySpace || f.space == space:
		return f, nil
	}
	sp, err := tx.space(ctx, actor, space, ToWrite)
	if err != nil {
		return f, err
	}
	return f, tx.spendBytes(ctx, sp, f.size)
}

// keyedPictures opens files by their keys and makes people's pictures of them,
// before the transaction that uses the keys up. Keys that are "" have none; the
// same key gives the same picture. The problems are those of the fields.
func (s *Store) keyedPictures(ctx context.Context, actor Account, keys []string, field func(int) string, problems *Problems) ([]keptContent, error) {
	kept, errs := make([]keptContent, len(keys)), make([]error, len(keys))
	for i, key := range keys {
		if key == "" {
			continue
		}
		if first := slices.Index(keys, key); first < i {
			kept[i], errs[i] = kept[first], errs[first]
		} else {
			kept[i], errs[i] = s.keyedPicture(ctx, actor, key)
		}
		err := errs[i]
		if errors.Is(err, ErrBusy) || errors.Is(err, ErrDiskFull) {
			return nil, err
		}
		if err := problems.Add(fieldError(err, field(i))); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

func (s *Store) keyedPicture(ctx context.Context, actor Account, key string) (keptContent, error) {
	var f keyedFile
	err := s.read(ctx, func(tx tx) (err error) {
		f, err = tx.keyed(ctx, actor, anySpace, key)
		return err
	})
	if err != nil {
		return keptContent{}, err
	}
	file, err := s.openContent(ctx, f.hash, f.name)
	if errors.Is(err, ErrNotFound) {
		return keptContent{}, ErrUploadGone
	}
	if err != nil {
		return keptContent{}, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return s.keepPicture(ctx, "", file, accountPictureOptions)
}

// sweepFileKeys forgets the files that waited too long under their keys.
func (s *Store) sweepFileKeys(ctx context.Context) error {
	for {
		var swept int
		err := s.write(ctx, func(tx tx) error {
			rows, err := tx.query(ctx, `
				SELECT k.id, k.space_id, k.size_bytes, k.hash, k.preview
				FROM file_keys k
				WHERE k.expires_at <= $1
				ORDER BY k.expires_at
				LIMIT $2`, at(tx.now), sweptAtOnce)
			list, err := all(rows, err, func(row scanner) (f keyedFile, err error) {
				return f, row.Scan(&f.id, nullID{&f.space}, &f.size, &f.hash, orZero[string]{&f.preview})
			})
			swept = len(list)
			for _, f := range list {
				if err := tx.forgetKey(ctx, f); err != nil {
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

func (tx tx) forgetKey(ctx context.Context, f keyedFile) error {
	gone, err := tx.exec(ctx, `DELETE FROM file_keys WHERE id = $1`, f.id)
	if err != nil || gone == 0 {
		return err
	}
	if f.space != 0 {
		if err := tx.giveBytesBack(ctx, f.space, f.size); err != nil {
			return err
		}
	}
	return tx.dropContents(ctx, f.hash, f.preview)
}
