package store

import "context"

// FileSort is the order of the files in a list.
type FileSort string

// The orders of files: by name, the newest first, the largest first. Folders
// stand before them by name.
const (
	FilesByName   FileSort = "name"
	FilesByChange FileSort = "changed"
	FilesBySize   FileSort = "size"
)

// FileSorts are all orders, the usual one first.
var FileSorts = []FileSort{FilesByName, FilesByChange, FilesBySize}

// FileList is one page of what lies in a folder.
type FileList struct {
	Space   Space
	Folder  Folder   // its ID is 0 at the top
	Crumbs  []Folder // from the top to the folder itself
	Folders []Folder
	Files   []File
	Next    string // for the page that follows; "" when this is the last
	Used    int64  // bytes that the files of the space take; only members are told

	Audiences []AudienceChoice // for whom the actor may put something into the folder
}

// FilesIn are what lies in a folder of the drive, as far as the actor may see
// it; 0 is the top. Errors: those of the door, ErrNotFound for the folder.
func (s *Store) FilesIn(ctx context.Context, actor Account, space, folder ID, sort FileSort, from string) (FileList, error) {
	var l FileList
	err := s.read(ctx, func(tx tx) (err error) {
		l = FileList{}
		if l.Space, err = tx.space(ctx, actor, space, ToOpen); err != nil {
			return err
		}
		if l.Folder, err = tx.folder(ctx, actor, l.Space, folder); err != nil {
			return err
		}
		if l.Crumbs, err = tx.crumbs(ctx, actor, l.Space, folder); err != nil {
			return err
		}
		if err = tx.inFolder(ctx, actor, &l, sort, from); err != nil || actor.IsGuest() {
			return err
		}
		if l.Audiences, err = tx.audiences(ctx, l.Space, l.Folder.Audience); err != nil {
			return err
		}
		return tx.row(ctx, `SELECT stored_bytes FROM spaces WHERE id = $1`, l.Space.ID).Scan(&l.Used)
	})
	return l, err
}

// filePlace is where a page of a folder begins: after a folder, or after a file.
type filePlace struct {
	files  bool
	key    string // of sorting by name
	number int64  // of sorting by change and size
	id     ID
}

func (p filePlace) cursor() string { return cursor([]any{p.files, p.key, p.number, p.id}) }

// begin is the place before the first file of an order.
func (sort FileSort) begin() filePlace {
	if sort == FilesByChange || sort == FilesBySize {
		return filePlace{files: true, number: lastMoment, id: lastID}
	}
	return filePlace{files: true}
}

// inFolder reads one page: folders, and then files.
func (tx tx) inFolder(ctx context.Context, actor Account, l *FileList, sort FileSort, from string) (err error) {
	var at filePlace
	after(from, &at.files, &at.key, &at.number, &at.id)
	if !at.files {
		if l.Folders, err = tx.foldersIn(ctx, actor, l.Space, l.Folder.ID, at); err != nil {
			return err
		}
		if len(l.Folders) > PageSize {
			l.Folders = l.Folders[:PageSize]
			last := l.Folders[PageSize-1]
			l.Next = filePlace{key: fileKey(last.Name), id: last.ID}.cursor()
			return nil
		}
		at = sort.begin()
	}
	room := PageSize - len(l.Folders)
	if l.Files, err = tx.filesIn(ctx, actor, l.Space, l.Folder.ID, sort, at, room+1); err != nil {
		return err
	}
	if len(l.Files) > room {
		l.Files = l.Files[:room]
		if room > 0 {
			last := l.Files[room-1]
			at = filePlace{files: true, id: last.ID}
			switch sort {
			case FilesByChange:
				at.number = last.ChangedAt.UnixMilli()
			case FilesBySize:
				at.number = last.Size
			case FilesByName:
				at.key = fileKey(last.Name)
			default:
				at.key = fileKey(last.Name)
			}
		}
		l.Next = at.cursor()
	}
	return nil
}

func (tx tx) foldersIn(ctx context.Context, actor Account, sp Space, parent ID, at filePlace) ([]Folder, error) {
	rows, err := tx.query(ctx, `
		SELECT `+folderColumns+foldersSeen+`
			AND d.parent_id = $3 AND (d.name_key, d.id) > ($4, $5) AND d.deleted_at IS NULL
		ORDER BY d.name_key, d.id
		LIMIT $6`, actor.ID, sp.ID, parent, at.key, at.id, PageSize+1)
	return all(rows, err, scanFolder)
}

func (tx tx) filesIn(ctx context.Context, actor Account, sp Space, folder ID, sort FileSort, at filePlace, limit int) ([]File, error) {
	inside := ` AND f.folder_id = $3 AND f.deleted_at IS NULL AND `
	query, key := inside+`(f.name_key, f.id) > ($4, $5) ORDER BY f.name_key, f.id LIMIT $6`, any(at.key)
	switch sort {
	case FilesByChange:
		query, key = inside+`(f.changed_at, f.id) < ($4, $5) ORDER BY f.changed_at DESC, f.id DESC LIMIT $6`, at.number
	case FilesBySize:
		query, key = inside+`(f.size_bytes, f.id) < ($4, $5) ORDER BY f.size_bytes DESC, f.id DESC LIMIT $6`, at.number
	case FilesByName:
	}
	rows, err := tx.query(ctx, `SELECT `+fileColumns+filesSeen+query, actor.ID, sp.ID, folder, key, at.id, limit)
	return all(rows, err, scanFile)
}

// fewFiles is how many files stand on the page of a space.
const fewFiles = 5

// latestFiles are those of a space that changed last.
func (tx tx) latestFiles(ctx context.Context, actor Account, sp Space) ([]File, error) {
	shared := ""
	if actor.IsGuest() {
		shared = ` AND f.audience <> 'team'` // visible says so too; this finds the index
	}
	rows, err := tx.query(ctx, `
		SELECT `+fileColumns+filesSeen+shared+` AND f.deleted_at IS NULL
		ORDER BY f.changed_at DESC, f.id DESC
		LIMIT $3`, actor.ID, sp.ID, fewFiles)
	return all(rows, err, scanFile)
}
