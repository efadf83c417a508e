package views

import (
	"strconv"

	"guesthouse/store"
)

// FilesURL is the drive of a space.
func FilesURL(space store.ID) string { return SpaceURL(space) + "/files" }

// FolderURL is a folder of the drive; 0 is its top.
func FolderURL(space, folder store.ID) string {
	if folder == 0 {
		return FilesURL(space)
	}
	return WithQuery(FilesURL(space), "folder", folder.String())
}

// The acts with folders; what an act needs of a page stands at the same address.
const (
	filesDeletedPart   = "/deleted"
	filesDownloadsPart = "/downloads"
	filesZIPPart       = "/zip"
	foldersPart        = "/folders"
)

// FoldersURL is what the addresses of folders begin with.
func FoldersURL(space store.ID) string { return FilesURL(space) + foldersPart }

// NewFolderURL is the form for a folder in another one, and makes it.
func NewFolderURL(space, parent store.ID) string {
	address := FoldersURL(space) + "/new"
	if parent == 0 {
		return address
	}
	return WithQuery(address, "folder", parent.String())
}

// FolderEditURL gives a folder another name.
func FolderEditURL(space, folder store.ID) string { return FoldersURL(space) + "/" + folder.String() }

// FolderMoveURL chooses where a folder is to lie.
func FolderMoveURL(space, folder store.ID) string { return FolderEditURL(space, folder) + "/move" }

// FolderDeleteURL deletes a folder with what is in it.
func FolderDeleteURL(space, folder store.ID) string { return FolderEditURL(space, folder) + "/delete" }

// FolderRestoreURL brings a deleted folder back.
func FolderRestoreURL(space, folder store.ID) string {
	return FolderEditURL(space, folder) + "/restore"
}

// FilesDeletedURL is what was deleted from the drive lately.
func FilesDeletedURL(space store.ID) string { return FilesURL(space) + filesDeletedPart }

// FilesDownloadsURL is who fetched what.
func FilesDownloadsURL(space store.ID) string { return FilesURL(space) + filesDownloadsPart }

// FilesDownloadsCSVURL is the same for a spreadsheet.
func FilesDownloadsCSVURL(space store.ID) string { return FilesDownloadsURL(space) + ".csv" }

// FilesZIPURL sends several files in one; those of a folder with what is below it.
func FilesZIPURL(space store.ID) string { return FilesURL(space) + filesZIPPart }

// FolderZIPURL sends a folder.
func FolderZIPURL(space, folder store.ID) string {
	return WithQuery(FilesZIPURL(space), "folder", folder.String())
}

// FileURL is the page of a file.
func FileURL(space, file store.ID) string { return FilesURL(space) + "/" + file.String() }

// FileEditURL gives a file another name.
func FileEditURL(space, file store.ID) string { return FileURL(space, file) + "/edit" }

// FileMoveURL chooses where a file is to lie.
func FileMoveURL(space, file store.ID) string { return FileURL(space, file) + "/move" }

// FileDeleteURL deletes a file.
func FileDeleteURL(space, file store.ID) string { return FileURL(space, file) + "/delete" }

// FileRestoreURL brings a deleted file back.
func FileRestoreURL(space, file store.ID) string { return FileURL(space, file) + "/restore" }

// FileVersionsURL takes a new version of a file.
func FileVersionsURL(space, file store.ID) string { return FileURL(space, file) + "/versions" }

// FileVersionRestoreURL makes an earlier version the newest.
func FileVersionRestoreURL(space, file store.ID, version int) string {
	return FileVersionsURL(space, file) + "/" + strconv.Itoa(version) + "/restore"
}

// FileDownloadURL sends a file; version is 0 for the newest.
func FileDownloadURL(space, file store.ID, version int) string {
	address := FileURL(space, file) + "/download"
	if version == 0 {
		return address
	}
	return WithQuery(address, "version", strconv.Itoa(version))
}

// FileOpenURL shows a file in the browser, where it is of a kind that runs nothing.
func FileOpenURL(space, file store.ID) string { return FileURL(space, file) + "/open" }

// FilePictureURL is a picture in the drive, made anew to be shown.
func FilePictureURL(space, file store.ID) string { return FileURL(space, file) + "/picture" }
