package views

// OwnDataPage says what the export of one's own data holds.
type OwnDataPage struct {
	Page
	HasPicture bool
}

// OwnFile is a file of the export with the key of what it is.
type OwnFile struct {
	Name, Key string
}

// OwnFiles are the files of the export besides the one that explains them.
// picture is the name of the picture's file, "" for none.
func OwnFiles(picture string) []OwnFile {
	files := []OwnFile{
		{"profile.json", "export.file_profile"},
		{"spaces.json", "export.file_spaces"},
		{"writing.json", "export.file_writing"},
		{"sessions.json", "export.file_sessions"},
		{"mails.json", "export.file_mails"},
		{"history.json", "export.file_history"},
	}
	if picture != "" {
		files = append(files, OwnFile{picture, "export.file_picture"})
	}
	return files
}

// files are those of the person who reads the page.
func (m OwnDataPage) files() []OwnFile {
	if m.HasPicture {
		return OwnFiles(m.T("profile.picture"))
	}
	return OwnFiles("")
}
