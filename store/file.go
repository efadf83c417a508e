package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Why something in the drive of a space is refused. Args: Max, a depth.
var (
	ErrFileNameTaken   = &Error{Kind: Conflict, Code: "file_name_taken", Field: "name"}
	ErrFoldersTooDeep  = &Error{Kind: Invalid, Code: "folders_too_deep", Field: "folder", Args: map[string]any{"Max": maxFolderDepth}}
	ErrFolderInItself  = &Error{Kind: Invalid, Code: "folder_in_itself", Field: "folder"}
	ErrFolderOfOthers  = &Error{Kind: Forbidden, Code: "folder_of_others"}
	ErrUnknownFolder   = &Error{Kind: Invalid, Code: "unknown_folder", Field: "folder"}
	ErrNothingSelected = &Error{Kind: Invalid, Code: "nothing_selected"}
)

// File is a file in the drive of a space: its newest version.
type File struct {
	ID        ID
	Space     ID
	Folder    ID // 0 at the top
	Name      string
	Audience  Audience
	Version   int
	Size      int64 // in bytes
	Type      string
	Owner     ID      // who uploaded the first version
	By        Account // what others see of who uploaded the newest; of the owner, for who must not know of them
	ChangedAt time.Time
	DeletedAt time.Time // zero when it was not

	hash   string
	realm  string
	shared bool
	with   ID // the folder whose deletion took it along
}

const fileColumns = `f.id, f.space_id, f.folder_id, f.name, f.audience, f.version, f.size_bytes, f.type, f.created_by,
	f.changed_at, f.deleted_at, f.hash, f.realm, f.shared, f.deleted_with, ` + personColumns

func scanFile(row scanner) (File, error) {
	var f File
	err := row.Scan(append([]any{
		&f.ID, &f.Space, &f.Folder, &f.Name, &f.Audience, &f.Version, &f.Size, &f.Type, &f.Owner,
		moment{&f.ChangedAt}, moment{&f.DeletedAt}, &f.hash, &f.realm, &f.shared, &f.with,
	}, f.By.scanPerson()...)...)
	return f, err
}

// filesSeen is where files are read from: those of space $2 that the person $1
// may see, with the owner o and the person a to whom the newest version is put down.
var filesSeen = `
	FROM files f
	JOIN spaces s ON s.id = f.space_id
	JOIN accounts me ON me.id = $1
	JOIN accounts o ON o.id = f.created_by
	JOIN accounts c ON c.id = f.changed_by
	JOIN accounts a ON a.id = CASE WHEN ` + seesPerson("c") + ` THEN c.id ELSE o.id END
	WHERE f.space_id = $2 AND ` + visible("f", "o")

// file finds a living file through its space, as the actor may see it (SEC-A1, SEC-A5).
func (tx tx) file(ctx context.Context, actor Account, sp Space, id ID) (File, error) {
	f, err := scanFile(tx.row(ctx, `SELECT `+fileColumns+filesSeen+` AND f.id = $3 AND f.deleted_at IS NULL`, actor.ID, sp.ID, id))
	return f, missing(err, ErrNotFound)
}

// FileVersion is one of the contents that a file had.
type FileVersion struct {
	Number    int
	Size      int64
	Restores  int     // the version that this one brought back; 0 for an upload
	By        Account // what others see of who uploaded it
	CreatedAt time.Time
}

// FilePage is a file with all that its page shows.
type FilePage struct {
	Space     Space
	File      File
	Crumbs    []Folder // from the top to the folder that it lies in
	Versions  []FileVersion
	Downloads Page[FileDownload] // for administrators of the space
}

// versionsShown is more than a page of a file lists.
const versionsShown = 100

// FilePage is a file of a space with its versions and, for administrators of
// the space, who fetched it. Errors: those of the door.
func (s *Store) FilePage(ctx context.Context, actor Account, space, id ID) (FilePage, error) {
	var p FilePage
	err := s.read(ctx, func(tx tx) (err error) {
		if p.Space, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		if p.File, err = tx.file(ctx, actor, p.Space, id); err != nil {
			return err
		}
		if p.Crumbs, err = tx.crumbs(ctx, actor, p.Space, p.File.Folder); err != nil {
			return err
		}
		if p.Versions, err = tx.fileVersions(ctx, actor, p.File); err != nil || !p.Space.Can(ToManage) {
			return err
		}
		p.Downloads, err = tx.downloads(ctx, p.Space.ID, id, "")
		return err
	})
	return p, err
}

// File is a file of a space that the actor may see, and the space.
func (s *Store) File(ctx context.Context, actor Account, space, id ID) (sp Space, f File, err error) {
	err = s.read(ctx, func(tx tx) (err error) {
		if sp, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		f, err = tx.file(ctx, actor, sp, id)
		return err
	})
	return sp, f, err
}

// fileVersions are the versions of a file by people whom the actor may see, the
// newest first.
func (tx tx) fileVersions(ctx context.Context, actor Account, f File) ([]FileVersion, error) {
	rows, err := tx.query(ctx, `
		SELECT v.number, v.size_bytes, v.restores, v.created_at, `+personColumns+`
		FROM file_versions v
		JOIN spaces s ON s.id = $3
		JOIN accounts me ON me.id = $1
		JOIN accounts a ON a.id = v.created_by
		WHERE v.file_id = $2 AND `+seesPerson("a")+`
		ORDER BY v.number DESC
		LIMIT $4`, actor.ID, f.ID, f.Space, versionsShown)
	return all(rows, err, func(row scanner) (FileVersion, error) {
		var v FileVersion
		err := row.Scan(append([]any{&v.Number, &v.Size, &v.Restores, moment{&v.CreatedAt}}, v.By.scanPerson()...)...)
		return v, err
	})
}

// longestKey is as much of a folded name as an index keeps; the rest is in a hash.
const longestKey = 480

// fileKey is the key under which names in one folder are compared and sorted.
func fileKey(name string) string {
	key := FoldKey(name)
	if key == "" {
		key = name
	}
	if len(key) <= longestKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	end := longestKey
	for key[end]&0xC0 == 0x80 { // not in the middle of a character
		end--
	}
	return key[:end] + "~" + hex.EncodeToString(sum[:8])
}

// realm tells whose names must differ: those of things with the same readers. A
// guest of no company in a space of companies apart has one of their own.
func (sp Space) realm(author Account, audience Audience) string {
	if sp.CompaniesApart && author.IsGuest() && audience == Everyone {
		return "#" + author.ID.String()
	}
	return string(audience)
}

// countFiles keeps the counters of a folder and its space true.
func (tx tx) countFiles(ctx context.Context, space, folder ID, n, shared int) error {
	_, err := tx.exec(ctx, `
		UPDATE spaces SET file_count = file_count + $2, shared_file_count = shared_file_count + $3
		WHERE id = $1`, space, n, shared)
	if err != nil || folder == 0 {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE folders SET file_count = file_count + $3, shared_file_count = shared_file_count + $4
		WHERE space_id = $1 AND id = $2`, space, folder, n, shared)
	return err
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// fileChanged tells open pages; nobody is sent a notice of it.
func (tx tx) fileChanged(ctx context.Context, actor Account, space, thing, owner ID, audience Audience) error {
	return tx.happened(ctx, happening{Kind: FileChanged, Space: space, Thing: thing, Actor: actor.ID, Author: owner, Audience: audience, Quiet: true})
}

// fileModerated records that an administrator changed what was somebody else's.
func (tx tx) fileModerated(ctx context.Context, actor Account, owner, space ID, name, what string) error {
	if owner == actor.ID {
		return nil
	}
	return tx.audit(ctx, event{
		Action: "file." + what, Actor: actor.ID, Account: owner, Space: space, Subject: name,
	})
}
