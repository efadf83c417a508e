package store

import (
	"context"
	"slices"
	"time"
)

// maxFolderDepth is how many folders may lie in one another.
const maxFolderDepth = 20

// Folder is a folder in the drive of a space. That of ID 0 is the top.
type Folder struct {
	ID        ID
	Space     ID
	Parent    ID // 0 at the top
	Depth     int
	Name      string
	Audience  Audience
	Files     int     // right inside, as far as the reader may know
	By        Account // what others see of who made it
	ChangedAt time.Time
	DeletedAt time.Time // zero when it was not

	realm  string
	shared bool
	with   ID
}

const folderColumns = `d.id, d.space_id, d.parent_id, d.depth, d.name, d.audience,
	CASE WHEN me.kind = 'member' THEN d.file_count ELSE d.shared_file_count END,
	d.changed_at, d.deleted_at, d.realm, d.shared, d.deleted_with, ` + personColumns

func scanFolder(row scanner) (Folder, error) {
	var d Folder
	err := row.Scan(append([]any{
		&d.ID, &d.Space, &d.Parent, &d.Depth, &d.Name, &d.Audience, &d.Files,
		moment{&d.ChangedAt}, moment{&d.DeletedAt}, &d.realm, &d.shared, &d.with,
	}, d.By.scanPerson()...)...)
	return d, err
}

// foldersSeen is where folders are read from: those of space $2 that the person
// $1 may see.
var foldersSeen = `
	FROM folders d
	JOIN spaces s ON s.id = d.space_id
	JOIN accounts me ON me.id = $1
	JOIN accounts a ON a.id = d.created_by
	WHERE d.space_id = $2 AND ` + visible("d", "a")

// folder finds a living folder through its space, as the actor may see it. 0 is
// the top.
func (tx tx) folder(ctx context.Context, actor Account, sp Space, id ID) (Folder, error) {
	if id == 0 {
		return Folder{Space: sp.ID}, nil
	}
	d, err := scanFolder(tx.row(ctx, `SELECT `+folderColumns+foldersSeen+` AND d.id = $3 AND d.deleted_at IS NULL`, actor.ID, sp.ID, id))
	return d, missing(err, ErrNotFound)
}

// target is the folder of a form, into which something is to come.
func (tx tx) target(ctx context.Context, actor Account, sp Space, id ID) (Folder, error) {
	d, err := tx.folder(ctx, actor, sp, id)
	if err == ErrNotFound { //nolint:errorlint // folder wraps nothing
		err = ErrUnknownFolder
	}
	return d, err
}

// crumbs are the folders from the top to one, as far as the actor may see them.
func (tx tx) crumbs(ctx context.Context, actor Account, sp Space, id ID) ([]Folder, error) {
	var list []Folder
	for id != 0 && len(list) <= maxFolderDepth {
		d, err := tx.folder(ctx, actor, sp, id)
		if err == ErrNotFound { //nolint:errorlint // folder wraps nothing
			break // what lies above is not for them
		}
		if err != nil {
			return nil, err
		}
		list, id = append(list, d), d.Parent
	}
	slices.Reverse(list)
	return list, nil
}

// NewFolder is a folder as somebody makes it.
type NewFolder struct {
	Parent   ID
	Name     string
	Audience Audience
}

// CreateFolder makes a folder. Errors: those of the door, of the name, of the
// audience, ErrUnknownFolder, ErrFoldersTooDeep, ErrFileNameTaken.
func (s *Store) CreateFolder(ctx context.Context, actor Account, space ID, in NewFolder) (Folder, error) {
	name, err := cleanFolderName(in.Name)
	if err != nil {
		if _, err := s.Space(ctx, actor, space, ToUpload); err != nil {
			return Folder{}, err // who may not is told so, whatever was typed
		}
		return Folder{}, err
	}
	var d Folder
	err = s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToUpload)
		if err != nil {
			return err
		}
		parent, err := tx.target(ctx, actor, sp, in.Parent)
		if err != nil {
			return err
		}
		if parent.Depth >= maxFolderDepth {
			return ErrFoldersTooDeep
		}
		author, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		audience, err := tx.audience(ctx, sp, author, in.Audience)
		if err != nil {
			return err
		}
		d, err = tx.createFolder(ctx, sp, author, parent, name, audience.Within(parent.Audience))
		return err
	})
	return d, err
}

func (tx tx) createFolder(ctx context.Context, sp Space, author Account, parent Folder, name string, audience Audience) (Folder, error) {
	d := Folder{
		Space: sp.ID, Parent: parent.ID, Depth: parent.Depth + 1, Name: name, Audience: audience, By: author, ChangedAt: tx.now,
		realm: sp.realm(author, audience), shared: sp.shared(author, audience),
	}
	err := tx.row(ctx, `
		INSERT INTO folders (space_id, parent_id, depth, name, name_key, audience, realm, shared, created_by, created_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
		ON CONFLICT DO NOTHING
		RETURNING id`,
		sp.ID, parent.ID, d.Depth, name, fileKey(name), audience, d.realm, d.shared, author.ID, at(tx.now)).Scan(&d.ID)
	if err != nil {
		return d, missing(err, ErrFileNameTaken)
	}
	return d, tx.fileChanged(ctx, author, sp.ID, d.ID, author.ID, audience)
}

// RenameFolder gives a folder another name. People change their own,
// administrators of the space everybody's.
func (s *Store) RenameFolder(ctx context.Context, actor Account, space, id ID, name string) error {
	clean, problem := cleanFolderName(name)
	return s.changeFolder(ctx, actor, space, id, func(tx tx, sp Space, d Folder) error {
		if problem != nil || clean == d.Name {
			return problem
		}
		_, err := tx.exec(ctx, `UPDATE folders SET name = $2, name_key = $3, changed_at = $4 WHERE id = $1`,
			d.ID, clean, fileKey(clean), at(tx.now))
		if tx.db.taken(err) {
			return ErrFileNameTaken
		}
		if err != nil {
			return err
		}
		return tx.fileModerated(ctx, actor, d.By.ID, sp.ID, d.Name, "renamed")
	})
}

// Folder is a folder that the actor may change, with the space, for the forms.
func (s *Store) Folder(ctx context.Context, actor Account, space, id ID) (sp Space, d Folder, err error) {
	err = s.read(ctx, func(tx tx) (err error) {
		sp, d, err = tx.ownFolder(ctx, actor, space, id)
		return err
	})
	return sp, d, err
}

// ownFolder finds a folder that the actor may change.
func (tx tx) ownFolder(ctx context.Context, actor Account, space, id ID) (Space, Folder, error) {
	sp, err := tx.space(ctx, actor, space, ToOpen)
	if err != nil {
		return sp, Folder{}, err
	}
	d, err := tx.folder(ctx, actor, sp, id)
	if err != nil {
		return sp, d, err
	}
	if d.ID == 0 {
		return sp, d, ErrNotFound // the top is nobody's
	}
	return sp, d, sp.edits(actor, d.By.ID)
}

// changeFolder finds a folder that the actor may change, changes it and tells
// open pages.
func (s *Store) changeFolder(ctx context.Context, actor Account, space, id ID, change func(tx, Space, Folder) error) error {
	return s.write(ctx, func(tx tx) error {
		sp, d, err := tx.ownFolder(ctx, actor, space, id)
		if err != nil {
			return err
		}
		if err := change(tx, sp, d); err != nil {
			return err
		}
		return tx.fileChanged(ctx, actor, sp.ID, d.ID, d.By.ID, d.Audience)
	})
}

// cleanFolderName is a name that every system can give a folder of a ZIP.
func cleanFolderName(name string) (string, error) {
	if _, err := CleanName("name", name, MaxName); err != nil {
		return "", err
	}
	return CleanName("name", CleanFileName(name), MaxName)
}
