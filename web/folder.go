package web

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// fileNameForm names a file or folder.
type fileNameForm struct {
	Name     string `form:"name"`
	Folder   string `form:"folder"`
	Audience string `form:"audience"`
}

// newFolder shows the form for a folder.
func (s *Server) newFolder(c echo.Context) error {
	return s.showNewFolder(c, http.StatusOK, fileNameForm{Folder: c.QueryParam("folder")}, nil)
}

func (s *Server) showNewFolder(c echo.Context, status int, form fileNameForm, problems views.Problems) error {
	ctx := c.Request().Context()
	sp, err := s.Store.Space(ctx, actor(c), spaceID(c), store.ToUpload)
	if err != nil {
		return err
	}
	list, err := s.Store.FilesIn(ctx, actor(c), sp.ID, folderOf(form.Folder), store.FilesByName, "")
	if err != nil {
		return err
	}
	page, err := s.page(c, "file.new_folder")
	if err != nil {
		return err
	}
	page.Errors = problems
	m := views.NewFolderForm(page, list)
	m.Name = form.Name
	if form.Audience != "" {
		m.Audience = form.Audience
	}
	return s.overFiles(c, status, m, list)
}

// overFiles is a dialog over a folder of the drive. The script gets the dialog alone.
func (s *Server) overFiles(c echo.Context, status int, m views.FileForm, list store.FileList) error {
	dialog := views.EditFileName(m)
	return s.render(c, status, views.DialogPage(m.Page, dialog, func(p views.Page) templ.Component {
		p.Errors = nil // they are the dialog's
		return views.ListFiles(views.NewFilesPage(p, list, store.FilesByName, ""))
	}))
}

// createFolder makes a folder and leads into it.
func (s *Server) createFolder(c echo.Context) error {
	var form fileNameForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	audience, unknown := store.ParseAudience(form.Audience)
	if unknown != nil {
		return s.showNewFolder(c, http.StatusUnprocessableEntity, form, views.ProblemsOf(unknown))
	}
	d, err := s.Store.CreateFolder(c.Request().Context(), actor(c), spaceID(c), store.NewFolder{
		Parent: folderOf(form.Folder), Name: form.Name, Audience: audience,
	})
	if err == nil {
		return s.redirect(c, views.FolderURL(spaceID(c), d.ID))
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	if problems.HasCode(store.ErrUnknownFolder.Code) {
		return store.ErrNotFound // it is in no form of ours
	}
	return s.showNewFolder(c, http.StatusUnprocessableEntity, form, problems)
}

// editFolder shows the form that renames a folder.
func (s *Server) editFolder(c echo.Context) error {
	return s.showFolderName(c, http.StatusOK, nil, nil)
}

func (s *Server) showFolderName(c echo.Context, status int, typed *string, problems views.Problems) error {
	sp, d, err := s.Store.Folder(c.Request().Context(), actor(c), spaceID(c), folderID(c))
	if err != nil {
		return err
	}
	name := d.Name
	if typed != nil {
		name = *typed
	}
	return s.showFileName(c, status, views.FileForm{
		Space: sp, Action: views.FolderEditURL(sp.ID, d.ID), Close: views.FolderURL(sp.ID, d.Parent), Name: name, Max: store.MaxName,
	}, d.Parent, problems)
}

// showFileName is the form that renames something in a folder.
func (s *Server) showFileName(c echo.Context, status int, m views.FileForm, folder store.ID, problems views.Problems) error {
	list, err := s.Store.FilesIn(c.Request().Context(), actor(c), m.Space.ID, folder, store.FilesByName, "")
	if err != nil {
		// What lies around it may be for others alone: it is shown over the top.
		if list, err = s.Store.FilesIn(c.Request().Context(), actor(c), m.Space.ID, 0, store.FilesByName, ""); err != nil {
			return err
		}
	}
	if m.Page, err = s.page(c, "file.rename"); err != nil {
		return err
	}
	m.Errors, m.Label = problems, m.T("common.name")
	return s.overFiles(c, status, m, list)
}

// updateFolder renames a folder.
func (s *Server) updateFolder(c echo.Context) error {
	var form fileNameForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.RenameFolder(c.Request().Context(), actor(c), spaceID(c), folderID(c), form.Name)
	if err == nil {
		s.flash(c, "flash.renamed")
		return s.redirect(c, views.FolderURL(spaceID(c), folderID(c)))
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	return s.showFolderName(c, http.StatusUnprocessableEntity, &form.Name, problems)
}

// editFile shows the form that renames a file.
func (s *Server) editFile(c echo.Context) error {
	return s.showOwnFileName(c, http.StatusOK, nil, nil)
}

func (s *Server) showOwnFileName(c echo.Context, status int, typed *string, problems views.Problems) error {
	sp, f, err := s.ownFile(c)
	if err != nil {
		return err
	}
	name := f.Name
	if typed != nil {
		name = *typed
	}
	return s.showFileName(c, status, views.FileForm{
		Space: sp, Action: views.FileEditURL(sp.ID, f.ID), Close: views.FileURL(sp.ID, f.ID), Name: name, Max: maxFileName,
	}, f.Folder, problems)
}

// maxFileName is as much as fits the field; the store counts in bytes.
const maxFileName = 255

// ownFile is the file of the address, if the reader may change it.
func (s *Server) ownFile(c echo.Context) (store.Space, store.File, error) {
	sp, f, err := s.Store.File(c.Request().Context(), actor(c), spaceID(c), fileID(c))
	if err == nil && !sp.Edits(actor(c), f.Owner) {
		err = store.ErrForbidden
	}
	return sp, f, err
}

// updateFile renames a file.
func (s *Server) updateFile(c echo.Context) error {
	var form fileNameForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.RenameFile(c.Request().Context(), actor(c), spaceID(c), fileID(c), form.Name)
	if err == nil {
		s.flash(c, "flash.renamed")
		return s.redirect(c, views.FileURL(spaceID(c), fileID(c)))
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	return s.showOwnFileName(c, http.StatusUnprocessableEntity, &form.Name, problems)
}

// chooseFolderPlace is the page on which one chooses where a folder goes.
func (s *Server) chooseFolderPlace(c echo.Context) error {
	return s.showFolderPlace(c, http.StatusOK, c.QueryParam("at"), nil)
}

func (s *Server) showFolderPlace(c echo.Context, status int, at string, problems views.Problems) error {
	sp, d, err := s.Store.Folder(c.Request().Context(), actor(c), spaceID(c), folderID(c))
	if err != nil {
		return err
	}
	return s.showPlace(c, status, at, problems, views.MoveForm{
		Name: d.Name, Action: views.FolderMoveURL(sp.ID, d.ID), Back: views.FolderURL(sp.ID, d.Parent), Now: d.Parent, Self: d.ID,
	})
}

// showPlace shows the folder that one looks into for a place.
func (s *Server) showPlace(c echo.Context, status int, at string, problems views.Problems, m views.MoveForm) error {
	list, err := s.Store.FilesIn(c.Request().Context(), actor(c), spaceID(c), folderOf(at), store.FilesByName, c.QueryParam("after"))
	if err != nil {
		return err
	}
	page, err := s.page(c, "file.move")
	if err != nil {
		return err
	}
	page.Errors = problems
	m.SpaceFrame, m.At = views.NewSpaceFrame(page, list.Space, "files"), list
	return s.render(c, status, views.MoveFile(m))
}

// placeForm says into which folder something goes.
type placeForm struct {
	Folder string `form:"folder"`
}

// moveFolder puts a folder into another one.
func (s *Server) moveFolder(c echo.Context) error {
	var form placeForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.MoveFolder(c.Request().Context(), actor(c), spaceID(c), folderID(c), folderOf(form.Folder))
	return s.moved(c, form, err, s.showFolderPlace)
}

// moved leads into the folder into which something went, or shows why it did not.
func (s *Server) moved(c echo.Context, form placeForm, err error, again func(echo.Context, int, string, views.Problems) error) error {
	if err == nil {
		s.flash(c, "flash.moved")
		return s.redirect(c, views.FolderURL(spaceID(c), folderOf(form.Folder)))
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	if problems.HasCode(store.ErrUnknownFolder.Code) {
		form.Folder = "" // it went away meanwhile: back to the top
	}
	return again(c, http.StatusUnprocessableEntity, form.Folder, problems)
}

// chooseFilePlace is the page on which one chooses where a file goes.
func (s *Server) chooseFilePlace(c echo.Context) error {
	return s.showFilePlace(c, http.StatusOK, c.QueryParam("at"), nil)
}

func (s *Server) showFilePlace(c echo.Context, status int, at string, problems views.Problems) error {
	sp, f, err := s.ownFile(c)
	if err != nil {
		return err
	}
	return s.showPlace(c, status, at, problems, views.MoveForm{
		Name: f.Name, Action: views.FileMoveURL(sp.ID, f.ID), Back: views.FileURL(sp.ID, f.ID), Now: f.Folder,
	})
}

// moveFile puts a file into another folder.
func (s *Server) moveFile(c echo.Context) error {
	var form placeForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.MoveFile(c.Request().Context(), actor(c), spaceID(c), fileID(c), folderOf(form.Folder))
	return s.moved(c, form, err, s.showFilePlace)
}

// deleteFile takes a file out of the drive; the next page offers to undo it.
func (s *Server) deleteFile(c echo.Context) error {
	ctx := c.Request().Context()
	_, f, err := s.ownFile(c)
	if err != nil {
		return err
	}
	if err := s.Store.DeleteFile(ctx, actor(c), f.Space, f.ID); err != nil {
		return err
	}
	s.flashUndo(c, views.FileRestoreURL(f.Space, f.ID), "flash.file_deleted", "Name", f.Name)
	return s.redirect(c, views.FolderURL(f.Space, f.Folder))
}

// restoreFile brings a file back that was deleted.
func (s *Server) restoreFile(c echo.Context) error {
	f, err := s.Store.RestoreFile(c.Request().Context(), actor(c), spaceID(c), fileID(c))
	if err != nil {
		return err
	}
	s.flash(c, "flash.file_restored")
	return s.redirect(c, views.FolderURL(spaceID(c), f.Folder))
}

// deleteFolder takes a folder with what is in it out of the drive; the next page
// offers to undo it.
func (s *Server) deleteFolder(c echo.Context) error {
	ctx := c.Request().Context()
	sp, d, err := s.Store.Folder(ctx, actor(c), spaceID(c), folderID(c))
	if err != nil {
		return err
	}
	if err := s.Store.DeleteFolder(ctx, actor(c), sp.ID, d.ID); err != nil {
		return err
	}
	s.flashUndo(c, views.FolderRestoreURL(sp.ID, d.ID), "flash.file_deleted", "Name", d.Name)
	return s.redirect(c, views.FolderURL(sp.ID, d.Parent))
}

// restoreFolder brings a folder back that was deleted.
func (s *Server) restoreFolder(c echo.Context) error {
	d, err := s.Store.RestoreFolder(c.Request().Context(), actor(c), spaceID(c), folderID(c))
	if err != nil {
		return err
	}
	s.flash(c, "flash.file_restored")
	return s.redirect(c, views.FolderURL(spaceID(c), d.Parent))
}

// listDeletedFiles shows what was deleted lately and can be brought back.
func (s *Server) listDeletedFiles(c echo.Context) error {
	after := c.QueryParam("after")
	sp, things, err := s.Store.DeletedFiles(c.Request().Context(), actor(c), spaceID(c), after)
	if err != nil {
		return err
	}
	page, err := s.page(c, "file.deleted_lately")
	if err != nil {
		return err
	}
	m := views.DeletedPage{SpaceFrame: views.NewSpaceFrame(page, sp, "files"), Things: things.Items}
	if after != "" {
		m.First = views.FilesDeletedURL(sp.ID)
	}
	if things.Next != "" {
		m.Next = views.WithQuery(views.FilesDeletedURL(sp.ID), "after", things.Next)
	}
	return s.render(c, http.StatusOK, views.ListDeletedFiles(m))
}
