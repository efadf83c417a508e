package store

import (
	"context"
	"io"
)

// ReceivedFile is a file that has arrived and stands nowhere yet. What is never
// added is swept away.
type ReceivedFile struct {
	Name string // cleaned
	kept keptContent

	counted bool // in the quota of the space
}

// ReceiveFile keeps what somebody sends to a space while it comes. Errors: those
// of the door, and of the field "file" those of contents.
func (s *Store) ReceiveFile(ctx context.Context, actor Account, space ID, name string, content io.Reader) (ReceivedFile, error) {
	sp, err := s.Space(ctx, actor, space, ToUpload)
	if err != nil {
		return ReceivedFile{}, err
	}
	kept, err := s.keepContent(ctx, "file", content, sp.Policy.MaxFile())
	return ReceivedFile{Name: CleanFileName(name), kept: kept}, err
}

// NewFile is a file as it comes into a folder.
type NewFile struct {
	ReceivedFile
	Upload   ID // or a whole upload of the actor's, which is used up
	Folder   ID
	Audience Audience // of the folder, or a narrower one
}

// AddFile puts a file into a folder. Where the same readers have one of that name
// already it becomes the next version of it: File.Version is more than 1 then.
// Errors: those of the door, of the audience, ErrUnknownFolder, ErrSpaceFull.
func (s *Store) AddFile(ctx context.Context, actor Account, space ID, in NewFile) (File, error) {
	var f File
	err := s.write(ctx, func(tx tx) error {
		sp, author, err := tx.uploader(ctx, actor, space)
		if err != nil {
			return err
		}
		folder, err := tx.target(ctx, actor, sp, in.Folder)
		if err != nil {
			return err
		}
		in, preview, err := tx.useUpload(ctx, author, sp, in)
		if err != nil {
			return err
		}
		if f, err = tx.addFile(ctx, sp, author, folder, in); err != nil {
			return err
		}
		return tx.dropContents(ctx, preview) // a drive makes its own
	})
	return f, err
}

// useUpload takes the content of a file from the upload that it names, if it
// names one; its bytes are counted already.
func (tx tx) useUpload(ctx context.Context, actor Account, sp Space, in NewFile) (NewFile, string, error) {
	if in.Upload == 0 {
		return in, "", nil
	}
	u, err := tx.takeUpload(ctx, actor, sp, in.Upload)
	if err != nil {
		return in, "", err
	}
	in.Name, in.counted = CleanFileName(u.Name), true
	in.kept = keptContent{Hash: u.hash, Size: u.Size}
	err = tx.row(ctx, `SELECT type FROM blobs WHERE hash = $1`, u.hash).Scan(&in.kept.Type)
	return in, u.preview, err
}

// uploader is the space and the actor as they are now, if they may upload.
func (tx tx) uploader(ctx context.Context, actor Account, space ID) (Space, Account, error) {
	sp, err := tx.space(ctx, actor, space, ToUpload)
	if err != nil {
		return sp, Account{}, err
	}
	author, err := tx.actor(ctx, actor)
	return sp, author, err
}

func (tx tx) addFile(ctx context.Context, sp Space, author Account, folder Folder, in NewFile) (File, error) {
	audience, err := tx.audience(ctx, sp, author, in.Audience)
	if err != nil {
		return File{}, err
	}
	audience = audience.Within(folder.Audience)
	f := File{
		Space: sp.ID, Folder: folder.ID, Name: in.Name, Audience: audience, Version: 1, Size: in.kept.Size, Type: in.kept.Type,
		Owner: author.ID, By: author, ChangedAt: tx.now, hash: in.kept.Hash, realm: sp.realm(author, audience), shared: sp.shared(author, audience),
	}
	old, err := tx.namesake(ctx, author, sp, f)
	if err == nil {
		return tx.addVersion(ctx, sp, author, old, in.ReceivedFile, 0)
	}
	if err != ErrNotFound { //nolint:errorlint // namesake wraps nothing
		return f, err
	}
	err = tx.row(ctx, `
		INSERT INTO files (space_id, folder_id, name, name_key, audience, realm, shared, created_by, created_at,
			version, hash, size_bytes, type, changed_by, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '', 0, '', $8, $9)
		ON CONFLICT DO NOTHING
		RETURNING id`,
		sp.ID, folder.ID, f.Name, fileKey(f.Name), f.Audience, f.realm, f.shared, author.ID, at(tx.now)).Scan(&f.ID)
	if err != nil { // of two at once the database lets the second begin again, as a version
		return f, missing(err, ErrFileNameTaken)
	}
	if err := tx.countFiles(ctx, sp.ID, folder.ID, 1, oneIf(f.shared)); err != nil {
		return f, err
	}
	f.Version = 0
	return tx.addVersion(ctx, sp, author, f, in.ReceivedFile, 0)
}

// namesake is the file that has the same name for the same readers in the folder.
func (tx tx) namesake(ctx context.Context, actor Account, sp Space, f File) (File, error) {
	old, err := scanFile(tx.row(ctx, `
		SELECT `+fileColumns+filesSeen+`
			AND f.folder_id = $3 AND f.realm = $4 AND f.name_key = $5 AND f.deleted_at IS NULL`,
		actor.ID, sp.ID, f.Folder, f.realm, fileKey(f.Name)))
	return old, missing(err, ErrNotFound)
}

// addVersion puts a content on top of what a file was. restores is the version
// that it brings back, which costs no room, 0 for an upload.
func (tx tx) addVersion(ctx context.Context, sp Space, author Account, f File, in ReceivedFile, restores int) (File, error) {
	kept, spent := in.kept, in.kept.Size
	if restores > 0 {
		spent = 0
	} else if err := tx.nameContent(ctx, kept); err != nil {
		return f, err
	}
	if !in.counted {
		if err := tx.spendBytes(ctx, sp, spent); err != nil {
			return f, err
		}
	}
	kind := FileChanged
	if f.Version == 0 {
		kind = FileAdded
	}
	f.Version, f.hash, f.Size, f.Type, f.By, f.ChangedAt = f.Version+1, kept.Hash, kept.Size, kept.Type, author, tx.now
	_, err := tx.exec(ctx, `
		INSERT INTO file_versions (file_id, number, hash, size_bytes, spent_bytes, type, restores, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		f.ID, f.Version, f.hash, f.Size, spent, f.Type, restores, author.ID, at(tx.now))
	if err != nil {
		return f, err
	}
	_, err = tx.exec(ctx, `
		UPDATE files
		SET version = $2, hash = $3, size_bytes = $4, type = $5, changed_by = $6, changed_at = $7
		WHERE id = $1`, f.ID, f.Version, f.hash, f.Size, f.Type, author.ID, at(tx.now))
	if err != nil {
		return f, err
	}
	if err := tx.written(ctx, sp.ID, author, 0, f.shared); err != nil {
		return f, err
	}
	return f, tx.happened(ctx, happening{Kind: kind, Space: sp.ID, Thing: f.ID, Actor: author.ID, Author: f.Owner, Audience: f.Audience})
}

// AddFileVersion puts a new version on top of a file, whatever its name was.
// Everybody who may upload may: nothing is lost by it. In a space of companies
// apart guests do so where only their own company reads.
func (s *Store) AddFileVersion(ctx context.Context, actor Account, space, id ID, in ReceivedFile) (File, error) {
	return s.changeContent(ctx, actor, space, id, func(tx tx, sp Space, author Account, f File) (File, error) {
		return tx.addVersion(ctx, sp, author, f, in, 0)
	})
}

// RestoreFileVersion makes an earlier version the newest. What was newest stays
// among the versions.
func (s *Store) RestoreFileVersion(ctx context.Context, actor Account, space, id ID, number int) (File, error) {
	return s.changeContent(ctx, actor, space, id, func(tx tx, sp Space, author Account, f File) (File, error) {
		kept, err := tx.fileVersion(ctx, author, f, number)
		if err != nil || number == f.Version {
			return f, err
		}
		return tx.addVersion(ctx, sp, author, f, ReceivedFile{kept: kept}, number)
	})
}

func (s *Store) changeContent(ctx context.Context, actor Account, space, id ID, change func(tx, Space, Account, File) (File, error)) (File, error) {
	var f File
	err := s.write(ctx, func(tx tx) error {
		sp, author, err := tx.uploader(ctx, actor, space)
		if err != nil {
			return err
		}
		if f, err = tx.file(ctx, author, sp, id); err != nil {
			return err
		}
		if !sp.replaces(author, f) {
			return ErrForbidden
		}
		f, err = change(tx, sp, author, f)
		return err
	})
	return f, err
}

// replaces reports whether nobody would read what the author puts into the file
// who must not know of the author.
func (sp Space) replaces(author Account, f File) bool {
	if !sp.CompaniesApart || !author.IsGuest() {
		return true
	}
	return f.Owner == author.ID || f.Audience != Everyone && f.Audience.Company() == companyKey(author.Company)
}

// Replaces reports whether the actor may put a new version on top of the file.
func (sp Space) Replaces(actor Account, f File) bool {
	return sp.Can(ToUpload) && sp.replaces(actor, f)
}

// fileVersion is the content of one version by somebody whom the actor may see.
func (tx tx) fileVersion(ctx context.Context, actor Account, f File, number int) (keptContent, error) {
	var kept keptContent
	err := tx.row(ctx, `
		SELECT v.hash, v.size_bytes, v.type
		FROM file_versions v
		JOIN spaces s ON s.id = $4
		JOIN accounts me ON me.id = $1
		JOIN accounts a ON a.id = v.created_by
		WHERE v.file_id = $2 AND v.number = $3 AND `+seesPerson("a"),
		actor.ID, f.ID, number, f.Space).Scan(&kept.Hash, &kept.Size, &kept.Type)
	return kept, missing(err, ErrNotFound)
}
