package store

import "context"

// folderTree names the IDs of a living folder $2 of space $1 and of all living
// folders below it.
const folderTree = `
	WITH RECURSIVE tree (id) AS (
		SELECT d.id FROM folders d WHERE d.space_id = $1 AND d.id = $2
		UNION ALL
		SELECT d.id FROM tree JOIN folders d ON d.space_id = $1 AND d.parent_id = tree.id AND d.deleted_at IS NULL
	)`

// RenameFile gives a file another name. People rename their own files,
// administrators of the space everybody's.
func (s *Store) RenameFile(ctx context.Context, actor Account, space, id ID, name string) error {
	_, problem := CleanName("name", name, maxFileName)
	clean := CleanFileName(name)
	return s.changeFile(ctx, actor, space, id, func(tx tx, sp Space, f File) error {
		if problem != nil || clean == f.Name {
			return problem
		}
		_, err := tx.exec(ctx, `UPDATE files SET name = $2, name_key = $3 WHERE id = $1`, f.ID, clean, fileKey(clean))
		if tx.db.taken(err) {
			return ErrFileNameTaken
		}
		if err != nil {
			return err
		}
		return tx.fileModerated(ctx, actor, f.Owner, sp.ID, f.Name, "renamed")
	})
}

// changeFile finds a file that the actor may change, changes it and tells open pages.
func (s *Store) changeFile(ctx context.Context, actor Account, space, id ID, change func(tx, Space, File) error) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		f, err := tx.file(ctx, actor, sp, id)
		if err != nil {
			return err
		}
		if err := sp.edits(actor, f.Owner); err != nil {
			return err
		}
		if err := change(tx, sp, f); err != nil {
			return err
		}
		return tx.fileChanged(ctx, actor, sp.ID, f.ID, f.Owner, f.Audience)
	})
}

// MoveFile puts a file into another folder; 0 is the top. Whom the folder leaves
// out can read it no more; nobody is let in by moving (S4-10).
func (s *Store) MoveFile(ctx context.Context, actor Account, space, id, folder ID) error {
	return s.changeFile(ctx, actor, space, id, func(tx tx, sp Space, f File) error {
		to, err := tx.target(ctx, actor, sp, folder)
		if err != nil || to.ID == f.Folder {
			return err
		}
		if err := tx.countFiles(ctx, sp.ID, f.Folder, -1, -oneIf(f.shared)); err != nil {
			return err
		}
		if err := tx.placeFile(ctx, f, to, f.Name); err != nil {
			return err
		}
		return tx.fileModerated(ctx, actor, f.Owner, sp.ID, f.Name, "moved")
	})
}

// placeFile lets a file that counts nowhere lie in a folder.
func (tx tx) placeFile(ctx context.Context, f File, to Folder, name string) error {
	if audience := f.Audience.Within(to.Audience); audience != f.Audience {
		f.Audience, f.realm, f.shared = audience, string(audience), false
	}
	_, err := tx.exec(ctx, `
		UPDATE files
		SET folder_id = $2, name = $3, name_key = $4, audience = $5, realm = $6, shared = $7,
			deleted_at = NULL, deleted_by = NULL, deleted_with = 0
		WHERE id = $1`, f.ID, to.ID, name, fileKey(name), f.Audience, f.realm, f.shared)
	if tx.db.taken(err) {
		return ErrFileNameTaken.With("folder")
	}
	if err != nil {
		return err
	}
	return tx.countFiles(ctx, f.Space, to.ID, 1, oneIf(f.shared))
}

// MoveFolder puts a folder with all that is in it into another one; 0 is the top.
// Errors: those of the door, ErrFolderInItself, ErrFoldersTooDeep,
// ErrFolderOfOthers, ErrFileNameTaken of the field "folder".
func (s *Store) MoveFolder(ctx context.Context, actor Account, space, id, into ID) error {
	return s.changeFolder(ctx, actor, space, id, func(tx tx, sp Space, d Folder) error {
		to, err := tx.target(ctx, actor, sp, into)
		if err != nil || to.ID == d.Parent {
			return err
		}
		if d.Audience.Within(to.Audience) != d.Audience {
			if err := tx.othersInside(ctx, actor, sp, d); err != nil {
				return err
			}
		}
		if err := tx.placeFolder(ctx, sp, d, to, d.Name); err != nil {
			return err
		}
		return tx.fileModerated(ctx, actor, d.By.ID, sp.ID, d.Name, "moved")
	})
}

// othersInside refuses what would take things of others away, unless the actor
// may do so with each of them.
func (tx tx) othersInside(ctx context.Context, actor Account, sp Space, d Folder) error {
	if sp.Can(ToModerate) {
		return nil
	}
	var others bool
	err := tx.row(ctx, folderTree+`
		SELECT EXISTS (
			SELECT 1 FROM tree JOIN files f ON f.space_id = $1 AND f.folder_id = tree.id AND f.deleted_at IS NULL
			WHERE f.created_by <> $3)
		OR EXISTS (SELECT 1 FROM tree JOIN folders i ON i.id = tree.id WHERE i.created_by <> $3)`,
		sp.ID, d.ID, actor.ID).Scan(&others)
	if err == nil && others {
		err = ErrFolderOfOthers
	}
	return err
}

// placeFolder lets a folder with all living things in it lie in another one, for
// at most the readers of that one.
func (tx tx) placeFolder(ctx context.Context, sp Space, d, to Folder, name string) error {
	var inside bool
	var deepest int
	err := tx.row(ctx, folderTree+`
		SELECT EXISTS (SELECT 1 FROM tree WHERE id = $3), COALESCE(MAX(i.depth), 0)
		FROM folders i
		WHERE i.id IN (SELECT id FROM tree)`, sp.ID, d.ID, to.ID).Scan(&inside, &deepest)
	switch {
	case err != nil:
		return err
	case inside:
		return ErrFolderInItself
	case to.Depth+1+deepest-d.Depth > maxFolderDepth:
		return ErrFoldersTooDeep
	}
	if err := tx.narrowTree(ctx, sp, d, to.Audience); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, folderTree+`
		UPDATE folders SET depth = depth + $3 WHERE id IN (SELECT id FROM tree)`, sp.ID, d.ID, to.Depth+1-d.Depth); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE folders SET parent_id = $2, name = $3, name_key = $4, changed_at = $5 WHERE id = $1`,
		d.ID, to.ID, name, fileKey(name), at(tx.now))
	if tx.db.taken(err) {
		return ErrFileNameTaken.With("folder")
	}
	return err
}

// narrowTree takes everything in a folder from those whom the audience leaves out.
func (tx tx) narrowTree(ctx context.Context, sp Space, d Folder, audience Audience) error {
	if audience == Everyone {
		return nil
	}
	var hidden int
	err := tx.row(ctx, folderTree+`
		SELECT COUNT(*)
		FROM tree JOIN files f ON f.space_id = $1 AND f.folder_id = tree.id AND f.deleted_at IS NULL
		WHERE f.shared`, sp.ID, d.ID).Scan(&hidden)
	if err != nil {
		return err
	}
	const narrower = `CASE WHEN audience IN ('', $3) THEN $3 ELSE 'team' END`
	for _, query := range []string{
		`UPDATE files SET audience = ` + narrower + `, realm = ` + narrower + `, shared = FALSE
		WHERE space_id = $1 AND folder_id IN (SELECT id FROM tree) AND deleted_at IS NULL`,
		`UPDATE folders SET audience = ` + narrower + `, realm = ` + narrower + `, shared = FALSE, shared_file_count = 0
		WHERE id IN (SELECT id FROM tree)`,
	} {
		_, err := tx.exec(ctx, folderTree+query, sp.ID, d.ID, audience)
		if tx.db.taken(err) {
			return ErrFileNameTaken.With("folder")
		}
		if err != nil {
			return err
		}
	}
	return tx.countFiles(ctx, sp.ID, 0, 0, -hidden)
}
