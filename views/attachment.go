package views

import "guesthouse/store"

// UploadsURL is where files are sent in pieces.
func UploadsURL(space store.ID) string { return SpaceURL(space) + "/uploads" }

// AttachmentURL is a file of a comment.
func AttachmentURL(space, thread, comment, file store.ID) string {
	return CommentEditURL(space, thread, comment) + "/files/" + file.String()
}

// AttachmentPreviewURL is the small picture of a file of a comment.
func AttachmentPreviewURL(space, thread, comment, file store.ID) string {
	return AttachmentURL(space, thread, comment, file) + "/preview"
}

// AttachedFiles are the files of one comment as they stand below it.
type AttachedFiles struct {
	Space, Thread, Comment store.ID
	Files                  []store.Attachment
}

func (m AttachedFiles) url(f store.Attachment) string {
	return AttachmentURL(m.Space, m.Thread, m.Comment, f.ID)
}

func (m AttachedFiles) previewURL(f store.Attachment) string {
	return AttachmentPreviewURL(m.Space, m.Thread, m.Comment, f.ID)
}

// Refused is a file of a form that was not taken, and why.
type Refused struct {
	Name    string
	Problem Problem
}

// Sent are the files that came with a form which is shown again: those that were
// taken wait, and the others say what was wrong with them.
type Sent struct {
	Kept    []store.Upload
	Refused []Refused
}

// FileField is where files are added to a form.
type FileField struct {
	Space store.Space
	Sent  Sent
	Off   bool // the disk is nearly full
}

func (m FileField) maxSize() store.Size { return store.Size(m.Space.Policy.MaxFile()) }
