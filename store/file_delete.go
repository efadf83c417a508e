package store

import (
	"context"
	"path"
	"strconv"
	"strings"
	"time"
)

// filesKept is how long what was deleted from a drive can be brought back.
const filesKept = 7 * Day

// DeleteFile takes a file out of the drive. For a week it can be brought back;
// until then it counts in the space's quota. People delete their own files,
// administrators of the space everybody's.
func (s *Store) DeleteFile(ctx context.Context, actor Account, space, id ID) error {
	return s.changeFile(ctx, actor, space, id, func(tx tx, sp Space, f File) error {
		_, err := tx.exec(ctx, `UPDATE files SET deleted_at = $2, deleted_by = $3 WHERE id = $1`, f.ID, at(tx.now), actor.ID)
		if err != nil {
			return err
		}
		if err := tx.countFiles(ctx, sp.ID, f.Folder, -1, -oneIf(f.shared)); err != nil {
			return err
		}
		return tx.fileModerated(ctx, actor, f.Owner, sp.ID, f.Name, "deleted")
	})
}

// DeleteFolder takes a folder with all that is in it out of the drive. For a week
// it can be brought back. Who does not administer the space deletes no folder in
// which others have something: ErrFolderOfOthers.
func (s *Store) DeleteFolder(ctx context.Context, actor Account, space, id ID) error {
	return s.changeFolder(ctx, actor, space, id, func(tx tx, sp Space, d Folder) error {
		if err := tx.othersInside(ctx, actor, sp, d); err != nil {
			return err
		}
		if err := tx.countTree(ctx, sp, d, -1); err != nil {
			return err
		}
		for _, query := range []string{
			`UPDATE files SET deleted_at = $3, deleted_by = $4, deleted_with = $2
			WHERE space_id = $1 AND folder_id IN (SELECT id FROM tree) AND deleted_at IS NULL`,
			`UPDATE folders SET deleted_at = $3, deleted_by = $4, deleted_with = CASE WHEN id = $2 THEN 0 ELSE $2 END
			WHERE id IN (SELECT id FROM tree)`,
		} {
			if _, err := tx.exec(ctx, folderTree+query, sp.ID, d.ID, at(tx.now), actor.ID); err != nil {
				return err
			}
		}
		return tx.fileModerated(ctx, actor, d.By.ID, sp.ID, d.Name, "deleted")
	})
}

// countTree adds the living files in a folder and below to the space's counters,
// or takes them off.
func (tx tx) countTree(ctx context.Context, sp Space, d Folder, sign int) error {
	var files, shared int
	err := tx.row(ctx, folderTree+`
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN f.shared THEN 1 ELSE 0 END), 0)
		FROM tree JOIN files f ON f.space_id = $1 AND f.folder_id = tree.id AND f.deleted_at IS NULL`,
		sp.ID, d.ID).Scan(&files, &shared)
	if err != nil {
		return err
	}
	return tx.countFiles(ctx, sp.ID, 0, sign*files, sign*shared)
}

// DeletedThing is a file or folder that can be brought back.
type DeletedThing struct {
	ID        ID
	Folder    bool
	Name      string
	By        Account // who deleted it
	DeletedAt time.Time
	GoneAt    time.Time // when it goes for good
}

// DeletedFiles are what the actor deleted in a space and can bring back, what was
// deleted last first; administrators of the space see what everybody deleted.
func (s *Store) DeletedFiles(ctx context.Context, actor Account, space ID, from string) (sp Space, page Page[DeletedThing], err error) {
	err = s.read(ctx, func(tx tx) (err error) {
		if sp, err = tx.space(ctx, actor, space, ToEditOwn); err != nil {
			return err
		}
		page, err = tx.deletedFiles(ctx, actor, sp, from)
		return err
	})
	return sp, page, err
}

func (tx tx) deletedFiles(ctx context.Context, actor Account, sp Space, from string) (Page[DeletedThing], error) {
	when, folder, id := int64(lastMoment), 1, lastID
	after(from, &when, &folder, &id)
	part := func(kind, columns, source, alias string) string {
		return `SELECT ` + columns + `, ` + kind + ` AS folder` + source + `
			AND ` + alias + `.deleted_with = 0 AND ` + alias + `.deleted_at IS NOT NULL AND ` + alias + `.deleted_at > $3
			AND ($4 OR ` + alias + `.deleted_by = me.id)
			AND (` + alias + `.deleted_at, ` + kind + `, ` + alias + `.id) < ($5, $6, $7)`
	}
	rows, err := tx.query(ctx, `
		SELECT t.id, t.folder, t.name, t.deleted_at, `+personColumns+`
		FROM (`+
		part("0", `f.id AS id, f.name AS name, f.deleted_at AS deleted_at, f.deleted_by AS deleted_by`, filesSeen, "f")+`
			UNION ALL `+
		part("1", `d.id AS id, d.name AS name, d.deleted_at AS deleted_at, d.deleted_by AS deleted_by`, foldersSeen, "d")+`
		) t
		JOIN accounts a ON a.id = t.deleted_by
		ORDER BY t.deleted_at DESC, t.folder DESC, t.id DESC
		LIMIT $8`,
		actor.ID, sp.ID, at(tx.now.Add(-filesKept)), sp.Can(ToModerate), when, folder, id, PageSize+1)
	list, err := all(rows, err, func(row scanner) (DeletedThing, error) {
		var t DeletedThing
		var folder int
		err := row.Scan(append([]any{&t.ID, &folder, &t.Name, moment{&t.DeletedAt}}, t.By.scanPerson()...)...)
		t.Folder, t.GoneAt = folder == 1, t.DeletedAt.Add(filesKept)
		return t, err
	})
	if err != nil {
		return Page[DeletedThing]{}, err
	}
	return pageOf(list, PageSize, func(t DeletedThing) []any { return []any{t.DeletedAt.UnixMilli(), oneIf(t.Folder), t.ID} }), nil
}

// RestoreFile brings a deleted file back: to where it was or, when that folder is
// gone, to the top; under another name when its own was taken meanwhile. People
// bring back what they deleted, administrators of the space everything.
// ErrNotFound when there is nothing to bring back.
func (s *Store) RestoreFile(ctx context.Context, actor Account, space, id ID) (File, error) {
	var f File
	err := s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToEditOwn)
		if err != nil {
			return err
		}
		f, err = scanFile(tx.row(ctx, `
			SELECT `+fileColumns+filesSeen+`
				AND f.id = $3 AND f.deleted_with = 0 AND f.deleted_at > $4 AND ($5 OR f.deleted_by = me.id)`,
			actor.ID, sp.ID, id, at(tx.now.Add(-filesKept)), sp.Can(ToModerate)))
		if err != nil {
			return missing(err, ErrNotFound)
		}
		to, err := tx.home(ctx, actor, sp, f.Folder)
		if err != nil {
			return err
		}
		f.Folder = to.ID
		name, err := tx.freeName(ctx, "files", "folder_id", sp.ID, to, f.realmIn(to), f.Name)
		if err != nil {
			return err
		}
		if err := tx.placeFile(ctx, f, to, name); err != nil {
			return err
		}
		return tx.fileChanged(ctx, actor, sp.ID, f.ID, f.Owner, f.Audience)
	})
	return f, err
}

// RestoreFolder brings a deleted folder back with what was in it when it was deleted.
func (s *Store) RestoreFolder(ctx context.Context, actor Account, space, id ID) (Folder, error) {
	var d Folder
	err := s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToEditOwn)
		if err != nil {
			return err
		}
		d, err = scanFolder(tx.row(ctx, `
			SELECT `+folderColumns+foldersSeen+`
				AND d.id = $3 AND d.deleted_with = 0 AND d.deleted_at > $4 AND ($5 OR d.deleted_by = me.id)`,
			actor.ID, sp.ID, id, at(tx.now.Add(-filesKept)), sp.Can(ToModerate)))
		if err != nil {
			return missing(err, ErrNotFound)
		}
		to, err := tx.home(ctx, actor, sp, d.Parent)
		if err != nil {
			return err
		}
		name, err := tx.freeName(ctx, "folders", "parent_id", sp.ID, to, d.realmIn(to), d.Name)
		if err != nil {
			return err
		}
		if err := tx.reviveFolder(ctx, sp, d, name); err != nil {
			return err
		}
		if err := tx.countTree(ctx, sp, d, 1); err != nil {
			return err
		}
		if err := tx.placeFolder(ctx, sp, d, to, name); err != nil {
			return err
		}
		d.Parent = to.ID
		return tx.fileChanged(ctx, actor, sp.ID, d.ID, d.By.ID, d.Audience)
	})
	return d, err
}

// reviveFolder lets a folder and what went with it live again, where they were.
func (tx tx) reviveFolder(ctx context.Context, sp Space, d Folder, name string) error {
	_, err := tx.exec(ctx, `
		UPDATE folders SET deleted_at = NULL, deleted_by = NULL, parent_id = -id, name = $2, name_key = $3
		WHERE id = $1`, d.ID, name, fileKey(name))
	if err != nil {
		return err
	}
	for _, table := range []string{"folders", "files"} {
		_, err := tx.exec(ctx, `
			UPDATE `+table+` SET deleted_at = NULL, deleted_by = NULL, deleted_with = 0
			WHERE space_id = $1 AND deleted_with = $2 AND deleted_at IS NOT NULL`, sp.ID, d.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// home is the folder to which something comes back: the top when it is gone.
func (tx tx) home(ctx context.Context, actor Account, sp Space, folder ID) (Folder, error) {
	to, err := tx.folder(ctx, actor, sp, folder)
	if err == ErrNotFound { //nolint:errorlint // folder wraps nothing
		return Folder{Space: sp.ID}, nil
	}
	return to, err
}

func (f File) realmIn(to Folder) string   { return realmIn(f.realm, f.Audience, to) }
func (d Folder) realmIn(to Folder) string { return realmIn(d.realm, d.Audience, to) }

func realmIn(realm string, audience Audience, to Folder) string {
	if narrowed := audience.Within(to.Audience); narrowed != audience {
		return string(narrowed)
	}
	return realm
}

// freeName is the name, or the first with a number that nothing for the same
// readers has in the folder.
func (tx tx) freeName(ctx context.Context, table, column string, space ID, to Folder, realm, name string) (string, error) {
	ending := path.Ext(name)
	if table == "folders" {
		ending = ""
	}
	free := name
	for n := 2; ; n++ {
		var taken bool
		err := tx.row(ctx, `
			SELECT EXISTS (SELECT 1 FROM `+table+` WHERE space_id = $1 AND `+column+` = $2 AND realm = $3 AND name_key = $4 AND deleted_at IS NULL)`,
			space, to.ID, realm, fileKey(free)).Scan(&taken)
		if err != nil || !taken {
			return free, err
		}
		number := " (" + strconv.Itoa(n) + ")"
		free = clip(strings.TrimSuffix(name, ending), maxFileName/4) + number + ending
	}
}

// sweepFiles takes away for good what was deleted a week ago: its rows, its
// bytes in the quota, and what of its contents nothing else refers to. What is
// taken within one transaction is bounded.
func (s *Store) sweepFiles(ctx context.Context) error {
	for {
		var gone int
		err := s.write(ctx, func(tx tx) (err error) {
			gone, err = tx.sweepFiles(ctx, at(tx.now.Add(-filesKept)))
			return err
		})
		if err != nil || gone == 0 {
			return err
		}
	}
}

func (tx tx) sweepFiles(ctx context.Context, before any) (gone int, err error) {
	rows, err := tx.query(ctx, `
		SELECT f.id, f.space_id FROM files f
		WHERE f.deleted_at <= $1 AND f.deleted_at IS NOT NULL
		ORDER BY f.deleted_at, f.id
		LIMIT $2`, before, sweptAtOnce)
	type due struct{ id, space ID }
	list, err := all(rows, err, func(row scanner) (d due, err error) { return d, row.Scan(&d.id, &d.space) })
	if err != nil {
		return 0, err
	}
	for _, d := range list {
		if err := tx.forgetFile(ctx, d.space, d.id); err != nil {
			return 0, err
		}
	}
	if len(list) > 0 {
		return len(list), nil
	}
	folders, err := tx.exec(ctx, `
		DELETE FROM folders
		WHERE id IN (SELECT id FROM folders WHERE deleted_at <= $1 AND deleted_at IS NOT NULL ORDER BY deleted_at, id LIMIT $2)`, before, sweptAtOnce)
	return int(folders), err
}

// forgetFile deletes a file with its versions for good.
func (tx tx) forgetFile(ctx context.Context, space, id ID) error {
	rows, err := tx.query(ctx, `SELECT hash, spent_bytes FROM file_versions WHERE file_id = $1`, id)
	type content struct {
		hash  string
		spent int64
	}
	list, err := all(rows, err, func(row scanner) (c content, err error) { return c, row.Scan(&c.hash, &c.spent) })
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `DELETE FROM files WHERE id = $1`, id); err != nil {
		return err
	}
	var spent int64
	for _, c := range list {
		spent += c.spent
		if err := tx.dropBlob(ctx, c.hash); err != nil {
			return err
		}
	}
	return tx.giveBytesBack(ctx, space, spent)
}
