package views

import (
	"path"
	"strings"

	"guesthouse/store"
)

// FileRow is a file in a list.
type FileRow struct {
	store.File
	Person Person
	Lang   string // of its name
	Edits  bool   // the reader may rename, move and delete it
}

// FolderRow is a folder in a list.
type FolderRow struct {
	store.Folder
	Person Person
	Lang   string
	Edits  bool
}

func fileRows(p Page, sp store.Space, files []store.File) []FileRow {
	rows := make([]FileRow, len(files))
	for i, f := range files {
		rows[i] = FileRow{File: f, Person: PersonOf(f.By), Lang: LangOf(f.Name, f.By.Locale), Edits: edits(p, sp, f.Owner)}
	}
	return rows
}

func folderRows(p Page, sp store.Space, folders []store.Folder) []FolderRow {
	rows := make([]FolderRow, len(folders))
	for i, d := range folders {
		rows[i] = FolderRow{Folder: d, Person: PersonOf(d.By), Lang: LangOf(d.Name, d.By.Locale), Edits: edits(p, sp, d.By.ID)}
	}
	return rows
}

func edits(p Page, sp store.Space, owner store.ID) bool {
	return p.Account != nil && sp.Edits(*p.Account, owner)
}

// UploadResult is what became of one file of an upload.
type UploadResult struct {
	Name    string
	Version int      // 0 when it was not taken
	Problem *Problem // why it was not
}

// FilesPage is a folder of the drive.
type FilesPage struct {
	SpaceFrame
	List    store.FileList
	Folders []FolderRow
	Files   []FileRow
	Sort    store.FileSort
	Here    string // this part of the list
	First   string // the first page; "" on it
	Next    string
	Results []UploadResult // of files that were just sent, when not all were taken
	Off     bool           // the disk is nearly full: nothing can be sent
	Choice  string         // the audience that was chosen
	Places  []Option       // the audiences that may be chosen
}

// NewFilesPage shows a page of a folder.
func NewFilesPage(p Page, l store.FileList, sort store.FileSort, from string) FilesPage {
	m := FilesPage{
		SpaceFrame: NewSpaceFrame(p, l.Space, "files"), List: l, Sort: sort,
		Folders: folderRows(p, l.Space, l.Folders), Files: fileRows(p, l.Space, l.Files),
	}
	m.Places = m.AudienceOptions(l.Space, l.Audiences)
	m.Here = m.sorted(sort)
	if from != "" {
		m.First = m.Here
		m.Here = m.address("sort", string(sort), "after", from)
	}
	if l.Next != "" {
		m.Next = m.address("sort", string(sort), "after", l.Next)
	}
	return m
}

func (m FilesPage) address(pairs ...string) string {
	if m.List.Folder.ID != 0 {
		pairs = append(pairs, "folder", m.List.Folder.ID.String())
	}
	return WithQuery(FilesURL(m.Space.ID), pairs...)
}

// sorted is the folder in another order.
func (m FilesPage) sorted(sort store.FileSort) string {
	if sort == store.FilesByName {
		return m.address()
	}
	return m.address("sort", string(sort))
}

// direction is how a column is sorted for those who cannot see it.
func (m FilesPage) direction(sort store.FileSort) string {
	switch {
	case m.Sort != sort:
		return ""
	case sort == store.FilesByName:
		return "ascending"
	}
	return "descending"
}

func (m FilesPage) empty() bool { return len(m.Folders) == 0 && len(m.Files) == 0 }

// picks reports whether some of the files can be chosen for a download.
func (m FilesPage) picks() bool { return m.Space.Can(store.ToDownload) && !m.empty() }

func (m FilesPage) quota() int64 { return m.Space.Policy.SpaceQuota() }

func (m FilesPage) used() float64 {
	if m.quota() == 0 {
		return 0
	}
	return 100 * float64(m.List.Used) / float64(m.quota())
}

func (m FilesPage) meter() []MeterPart {
	return []MeterPart{{Percent: m.used(), Class: m.usedClass()}}
}

// usedClass warns of a drive that is nearly full.
func (m FilesPage) usedClass() string {
	switch used := m.used(); {
	case used >= 95:
		return "is-danger"
	case used >= 80:
		return "is-warn"
	}
	return ""
}

// fileReaders says who can open what is put into a folder of an audience.
func (p Page) fileReaders(sp store.Space, audience store.Audience) string {
	switch {
	case audience == store.TeamOnly:
		return p.T("file.readers_team")
	case audience.Company() != "":
		return p.T("file.readers_company")
	case p.Guest() && sp.CompaniesApart:
		return p.T("file.readers_own_company")
	case sp.GuestCount > 0:
		return p.T("file.readers_guests", "N", sp.GuestCount)
	case sp.Kind == store.OpenSpace:
		return p.T("file.readers_open", "Organization", p.Organization)
	}
	return p.T("file.readers")
}

// fileKind is the kind of file that its sign shows: its ending, and a class for
// the colour. What a browser is told comes from the content alone.
func fileKind(name string) (ending, class string) {
	ending = strings.ToUpper(strings.TrimPrefix(path.Ext(name), "."))
	if ending == "" || len(ending) > 4 || strings.ContainsFunc(ending, func(r rune) bool { return r > 'Z' || r < '0' || r > '9' && r < 'A' }) {
		return "", ""
	}
	switch ending {
	case "PDF":
		return ending, "filetype--pdf"
	case "XLS", "XLSX", "ODS", "CSV", "TSV":
		return ending, "filetype--xls"
	case "DOC", "DOCX", "ODT", "RTF", "TXT", "MD":
		return ending, "filetype--doc"
	case "JPG", "JPEG", "PNG", "GIF", "WEBP", "SVG", "TIF", "TIFF", "HEIC", "PSD", "AI":
		return ending, "filetype--img"
	}
	return ending, ""
}

// FilePage is the page of a file.
type FilePage struct {
	SpaceFrame
	store.FilePage
	Row      FileRow
	Text     string // its beginning, of a text
	More     bool   // of the text than is shown
	Replaces bool   // the reader may add a version
	Full     bool   // all downloads fit the page
}

// NewFilePage shows a file.
func NewFilePage(p Page, f store.FilePage) FilePage {
	p.Title = f.File.Name
	m := FilePage{SpaceFrame: NewSpaceFrame(p, f.Space, "files"), FilePage: f, Row: fileRows(p, f.Space, []store.File{f.File})[0]}
	m.Replaces = p.Account != nil && f.Space.Replaces(*p.Account, f.File)
	m.Full = f.Downloads.Next == ""
	return m
}

func (m FilePage) downloads() bool { return m.SpaceFrame.Space.Can(store.ToDownload) }

func (m FilePage) picture() bool {
	return m.downloads() && strings.HasPrefix(m.File.Type, "image/") && m.File.Size <= store.MaxPicture
}

func (m FilePage) pdf() bool { return m.downloads() && m.File.Type == "application/pdf" }

// FileForm renames a file or folder, or makes a folder.
type FileForm struct {
	Page
	Space    store.Space
	Action   string
	Close    string
	Name     string
	Label    string
	Create   bool
	Folder   store.ID // in which a new one is made
	Audience string
	Places   []Option
	Max      int
}

// NewFolderForm makes a folder in the folder of a list.
func NewFolderForm(p Page, l store.FileList) FileForm {
	sp, parent := l.Space, l.Folder
	return FileForm{
		Page: p, Space: sp, Action: NewFolderURL(sp.ID, 0), Close: FolderURL(sp.ID, parent.ID), Label: p.T("file.folder_name"),
		Create: true, Folder: parent.ID, Audience: "everyone", Places: p.AudienceOptions(sp, l.Audiences), Max: store.MaxName,
	}
}

// MoveForm chooses the folder into which something goes.
type MoveForm struct {
	SpaceFrame
	Name   string
	Action string // where the choice is posted, and the page itself
	Back   string
	At     store.FileList // the folder that one looks into
	Now    store.ID       // where it lies
	Self   store.ID       // the folder that is moved, which cannot be gone into
}

func (m MoveForm) into(folder store.ID) string { return WithQuery(m.Action, "at", folder.String()) }

func (m MoveForm) more() string {
	if m.At.Next == "" || len(m.At.Folders) == 0 {
		return ""
	}
	return WithQuery(m.Action, "at", m.At.Folder.ID.String(), "after", m.At.Next)
}

// DeletedPage is what was deleted from the drive lately.
type DeletedPage struct {
	SpaceFrame
	Things []store.DeletedThing
	First  string
	Next   string
}

func (m DeletedPage) restoreURL(t store.DeletedThing) string {
	if t.Folder {
		return FolderRestoreURL(m.Space.ID, t.ID)
	}
	return FileRestoreURL(m.Space.ID, t.ID)
}

// DownloadsPage is who fetched what.
type DownloadsPage struct {
	SpaceFrame
	Downloads []store.FileDownload
	First     string
	Next      string
}
