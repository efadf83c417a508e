package web

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

func fileID(c echo.Context) store.ID   { return store.ParseID(c.Param("file")) }
func folderID(c echo.Context) store.ID { return store.ParseID(c.Param("folder")) }

// fileRoutes are the drive of a space (S4-14).
func (s *Server) fileRoutes() []*route {
	const files = "/spaces/:space/files"
	const folders, file = files + "/folders", files + "/:file"
	return []*route{
		get(files, somebody, s.listFiles),
		post(files, somebody, s.createFiles).takesFiles(),
		get(files+"/zip", somebody, s.sendZIP),
		get(files+"/deleted", somebody, s.listDeletedFiles),
		get(files+"/downloads", somebody, s.listDownloads),
		get(files+"/downloads.csv", somebody, s.exportDownloads),

		post(folders+"/new", somebody, s.createFolder),
		get(folders+"/new", somebody, s.newFolder),
		get(folders+"/:folder", somebody, s.editFolder),
		post(folders+"/:folder", somebody, s.updateFolder),
		get(folders+"/:folder/move", somebody, s.chooseFolderPlace),
		post(folders+"/:folder/move", somebody, s.moveFolder),
		post(folders+"/:folder/delete", somebody, s.deleteFolder),
		post(folders+"/:folder/restore", somebody, s.restoreFolder),

		get(file, somebody, s.showFile),
		get(file+"/edit", somebody, s.editFile),
		post(file+"/edit", somebody, s.updateFile),
		get(file+"/move", somebody, s.chooseFilePlace),
		post(file+"/move", somebody, s.moveFile),
		post(file+"/delete", somebody, s.deleteFile),
		post(file+"/restore", somebody, s.restoreFile),
		get(file+"/download", somebody, s.downloadFile),
		get(file+"/open", somebody, s.openFile),
		get(file+"/picture", somebody, s.showFilePicture),
		post(file+"/versions", somebody, s.createFileVersion).takesFiles(),
		post(file+"/versions/:version/restore", somebody, s.restoreFileVersion),
	}
}

// folderForm says which part of the drive is asked for.
type folderForm struct {
	Folder string `query:"folder"`
	Sort   string `query:"sort"`
	After  string `query:"after"`
}

func (f folderForm) sort() store.FileSort {
	if sort := store.FileSort(f.Sort); slices.Contains(store.FileSorts, sort) {
		return sort
	}
	return store.FilesByName
}

// folderOf is the folder of a query or form: 0, the top, for nothing; one that
// nothing has for what is no ID.
func folderOf(text string) store.ID {
	if id := store.ParseID(text); id != 0 || text == "" || text == "0" {
		return id
	}
	return -1
}

// listFiles shows a folder of the drive.
func (s *Server) listFiles(c echo.Context) error {
	var form folderForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	return s.showFiles(c, http.StatusOK, form, sentToDrive{})
}

func (s *Server) showFiles(c echo.Context, status int, form folderForm, sent sentToDrive) error {
	list, err := s.Store.FilesIn(c.Request().Context(), actor(c), spaceID(c), folderOf(form.Folder), form.sort(), form.After)
	if err != nil {
		return err
	}
	page, err := s.page(c, "space.files")
	if err != nil {
		return err
	}
	page.Errors = sent.problems
	m := views.NewFilesPage(page, list, form.sort(), form.After)
	m.Results, m.Choice, m.Off = sent.results, sent.audience, s.Store.UploadsOff()
	return s.render(c, status, views.ListFiles(m))
}

// uploadForm is where files are to lie and who is to open them.
type uploadForm struct {
	Folder   string   `form:"folder"`
	Audience string   `form:"audience"`
	Uploads  []string `form:"uploads"`
}

// sentToDrive is what became of the files of a form.
type sentToDrive struct {
	results  []views.UploadResult
	problems views.Problems
	audience string
}

// createFiles takes files into a folder of the drive. What can be taken is taken,
// and each file is told of.
func (s *Server) createFiles(c echo.Context) error {
	if _, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToUpload); err != nil {
		return err
	}
	var form uploadForm
	batch, err := s.receiveDrive(c, &form)
	if err != nil {
		return err
	}
	audience, unknown := store.ParseAudience(form.Audience)
	if unknown != nil {
		return s.showFiles(c, http.StatusUnprocessableEntity, folderForm{Folder: form.Folder}, sentToDrive{problems: views.ProblemsOf(unknown)})
	}
	if batch, err = s.withUploads(c, batch, form.Uploads); err != nil {
		return err
	}
	sent := sentToDrive{audience: form.Audience}
	if len(batch) == 0 {
		sent.problems = views.ProblemsOf(store.ErrRequired.With("file"))
	}
	failed := len(batch) == 0
	for _, one := range batch {
		result, err := s.addFile(c, one, folderOf(form.Folder), audience)
		if err != nil {
			return err
		}
		failed = failed || result.Problem != nil
		sent.results = append(sent.results, result)
	}
	if failed {
		return s.showFiles(c, http.StatusUnprocessableEntity, folderForm{Folder: form.Folder}, sent)
	}
	s.flashUploaded(c, sent.results)
	return s.redirect(c, views.FolderURL(spaceID(c), folderOf(form.Folder)))
}

// arrival is a file that has arrived, or why it did not.
type arrival struct {
	name   string
	file   store.ReceivedFile
	upload store.ID // that the script has sent before, in the place of the file
	err    error
}

// withUploads are the files of a form and those that the script sent before it.
func (s *Server) withUploads(c echo.Context, batch []arrival, named []string) ([]arrival, error) {
	if len(named) == 0 {
		return batch, nil
	}
	ids := make([]store.ID, len(named))
	for i, id := range named {
		ids[i] = store.ParseID(id)
	}
	uploads, err := s.Store.Uploads(c.Request().Context(), actor(c), spaceID(c), ids)
	for _, u := range uploads {
		batch = append(batch, arrival{name: u.Name, upload: u.ID})
	}
	return batch, err
}

// receiveDrive reads the files of a form as they come, and then its fields.
func (s *Server) receiveDrive(c echo.Context, form *uploadForm) ([]arrival, error) {
	var batch []arrival
	err := receive(c, func(_, name string, r io.Reader) error {
		file, err := s.Store.ReceiveFile(c.Request().Context(), actor(c), spaceID(c), name, r)
		batch = append(batch, arrival{name: store.CleanFileName(name), file: file, err: err})
		if _, told := reshow(err); told != nil {
			return told
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return batch, c.Bind(form)
}

func (s *Server) addFile(c echo.Context, one arrival, folder store.ID, audience store.Audience) (views.UploadResult, error) {
	result := views.UploadResult{Name: one.name}
	err := one.err
	if err == nil {
		var f store.File
		f, err = s.Store.AddFile(c.Request().Context(), actor(c), spaceID(c), store.NewFile{
			ReceivedFile: one.file, Upload: one.upload, Folder: folder, Audience: audience,
		})
		result.Version = f.Version
	}
	if err == nil {
		return result, nil
	}
	if errors.Is(err, store.ErrUnknownFolder) {
		return result, store.ErrNotFound // it is in no form of ours
	}
	problems, err := reshow(err)
	if err == nil {
		result.Problem, result.Version = &problems[0], 0
	}
	return result, err
}

// flashUploaded says what became of files that were all taken.
func (s *Server) flashUploaded(c echo.Context, results []views.UploadResult) {
	if len(results) == 1 {
		if results[0].Version > 1 {
			s.flash(c, "flash.file_version", "Name", results[0].Name, "N", results[0].Version)
			return
		}
		s.flash(c, "flash.file_added", "Name", results[0].Name)
		return
	}
	versions := 0
	for _, r := range results {
		if r.Version > 1 {
			versions++
		}
	}
	s.flash(c, "flash.files_added", "N", len(results), "Versions", versions)
}

// createFileVersion puts a new version on top of a file.
func (s *Server) createFileVersion(c echo.Context) error {
	if _, _, err := s.Store.File(c.Request().Context(), actor(c), spaceID(c), fileID(c)); err != nil {
		return err
	}
	if _, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToUpload); err != nil {
		return err
	}
	batch, err := s.receiveDrive(c, &uploadForm{})
	if err != nil {
		return err
	}
	err = store.ErrRequired.With("file")
	var f store.File
	if len(batch) > 0 {
		if err = batch[0].err; err == nil {
			f, err = s.Store.AddFileVersion(c.Request().Context(), actor(c), spaceID(c), fileID(c), batch[0].file)
		}
	}
	if err == nil {
		s.flash(c, "flash.file_version", "Name", f.Name, "N", f.Version)
		return s.redirect(c, views.FileURL(spaceID(c), fileID(c)))
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	for i := range problems {
		problems[i].Field = "file"
	}
	return s.showFilePage(c, http.StatusUnprocessableEntity, problems)
}

// restoreFileVersion makes an earlier version of a file the newest.
func (s *Server) restoreFileVersion(c echo.Context) error {
	number, err := strconv.Atoi(c.Param("version"))
	if err != nil {
		return store.ErrNotFound
	}
	f, err := s.Store.RestoreFileVersion(c.Request().Context(), actor(c), spaceID(c), fileID(c), number)
	if err != nil {
		return err
	}
	s.flash(c, "flash.file_version_restored", "Name", f.Name, "N", number)
	return s.redirect(c, views.FileURL(spaceID(c), fileID(c)))
}

// showFile is the page of a file.
func (s *Server) showFile(c echo.Context) error { return s.showFilePage(c, http.StatusOK, nil) }

func (s *Server) showFilePage(c echo.Context, status int, problems views.Problems) error {
	ctx := c.Request().Context()
	found, err := s.Store.FilePage(ctx, actor(c), spaceID(c), fileID(c))
	if err != nil {
		return err
	}
	page, err := s.page(c, "")
	if err != nil {
		return err
	}
	page.Errors = problems
	m := views.NewFilePage(page, found)
	if found.Space.Can(store.ToDownload) && strings.HasPrefix(found.File.Type, "text/") {
		if m.Text, m.More, err = s.Store.FileText(ctx, actor(c), spaceID(c), fileID(c)); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return s.render(c, status, views.ShowFile(m))
}

// downloadFile sends a file, or a range of it, to be saved.
func (s *Server) downloadFile(c echo.Context) error {
	version := 0
	if text := c.QueryParam("version"); text != "" {
		var err error
		if version, err = strconv.Atoi(text); err != nil || version < 1 {
			return store.ErrNotFound
		}
	}
	content, err := s.Store.OpenFile(c.Request().Context(), actor(c), spaceID(c), fileID(c), version)
	if err != nil {
		return err
	}
	return s.serveContent(c, content, false)
}

// openFile shows a file in the browser's own reader, where it runs nothing of ours.
func (s *Server) openFile(c echo.Context) error {
	content, err := s.Store.OpenFile(c.Request().Context(), actor(c), spaceID(c), fileID(c), 0)
	if err != nil {
		return err
	}
	return s.serveContent(c, content, true)
}

// showFilePicture shows a picture of the drive, made anew (SEC-I5).
func (s *Server) showFilePicture(c echo.Context) error {
	known := strings.Trim(c.Request().Header.Get("If-None-Match"), `"`)
	picture, err := s.Store.FilePicture(c.Request().Context(), actor(c), spaceID(c), fileID(c), known)
	if err != nil {
		return err
	}
	if picture.ReadSeekCloser == nil {
		h := c.Response().Header()
		h.Set(echo.HeaderCacheControl, "private, no-cache")
		h.Set("ETag", `"`+picture.Hash+`"`)
		return c.NoContent(http.StatusNotModified)
	}
	return sendPicture(c, picture)
}
