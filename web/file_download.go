package web

import (
	"archive/zip"
	"errors"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// listDownloads is who fetched what from a space, for its administrators.
func (s *Server) listDownloads(c echo.Context) error {
	after := c.QueryParam("after")
	sp, list, err := s.Store.Downloads(c.Request().Context(), actor(c), spaceID(c), after)
	if err != nil {
		return err
	}
	page, err := s.page(c, "file.downloads")
	if err != nil {
		return err
	}
	m := views.DownloadsPage{SpaceFrame: views.NewSpaceFrame(page, sp, "files"), Downloads: list.Items}
	if after != "" {
		m.First = views.FilesDownloadsURL(sp.ID)
	}
	if list.Next != "" {
		m.Next = views.WithQuery(views.FilesDownloadsURL(sp.ID), "after", list.Next)
	}
	return s.render(c, http.StatusOK, views.ListDownloads(m))
}

// exportDownloads is the same for a spreadsheet, page by page as it is sent.
func (s *Server) exportDownloads(c echo.Context) error {
	environment, err := s.environment(c)
	if err != nil {
		return err
	}
	words := s.words(c, environment)
	out := sheetOf(c, "downloads", []string{
		words.T("file.first_that_day"), words.T("file.who"), words.T("space.guests"), words.T("file.file"), words.T("file.version_column"),
	})
	for after := ""; ; {
		_, list, err := s.Store.Downloads(c.Request().Context(), actor(c), spaceID(c), after)
		if err != nil {
			return out.end(err)
		}
		for _, d := range list.Items {
			guest := ""
			if d.By.IsGuest() {
				guest = words.T("person.guest")
			}
			if err := out.row([]string{instant(d.FirstAt), d.By.Name, guest, d.FileName, strconv.Itoa(d.Version)}); err != nil {
				return out.end(err)
			}
		}
		if after = list.Next; after == "" {
			return out.end(nil)
		}
	}
}

// zipForm says which files and folders go into a ZIP.
type zipForm struct {
	Files   []string `query:"file"`
	Folders []string `query:"folder"`
}

// sendZIP sends several files in one, as they are read: nothing is held in memory
// but the names of one folder. Whether the reader may have it is asked for each
// file anew while it is sent.
func (s *Server) sendZIP(c echo.Context) error {
	var form zipForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx, space := c.Request().Context(), spaceID(c)
	sp, err := s.Store.Space(ctx, actor(c), space, store.ToDownload)
	if err != nil {
		return err
	}
	z := &driveZIP{Server: s, c: c, space: sp.ID, name: sp.Name}
	one, err := z.check(form)
	if err != nil {
		return err
	}
	if one != nil && one.Folder.ID != 0 { // a folder by itself is what its ZIP holds
		z.name = one.Folder.Name
	}
	if c.Request().Method == http.MethodHead {
		z.head()
		return nil
	}
	if err := z.write(form, one); err != nil {
		return broken(c, err)
	}
	return nil
}

// driveZIP is a ZIP of a drive while it is sent.
type driveZIP struct {
	*Server
	c     echo.Context
	space store.ID
	name  string
	zip   *zip.Writer
}

// check refuses what is not there before the first byte. It returns the folder
// when a folder and nothing else was asked for.
func (z *driveZIP) check(form zipForm) (one *store.FileList, err error) {
	ctx := z.c.Request().Context()
	if len(form.Files)+len(form.Folders) == 0 {
		return nil, store.ErrNothingSelected
	}
	for _, id := range form.Files {
		if _, _, err := z.Store.File(ctx, actor(z.c), z.space, store.ParseID(id)); err != nil {
			return nil, err
		}
	}
	for _, id := range form.Folders {
		list, err := z.Store.FilesIn(ctx, actor(z.c), z.space, folderOf(id), store.FilesByName, "")
		if err != nil {
			return nil, err
		}
		one = &list
	}
	if len(form.Files)+len(form.Folders) > 1 {
		one = nil
	}
	return one, nil
}

func (z *driveZIP) head() {
	h := z.c.Response().Header()
	h.Set(echo.HeaderContentType, "application/zip")
	h.Set(echo.HeaderContentDisposition, disposition(false, z.name+".zip"))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
}

func (z *driveZIP) write(form zipForm, one *store.FileList) error {
	z.head()
	out := &movingWriter{ResponseWriter: z.c.Response(), deadlines: http.NewResponseController(z.c.Response())}
	out.move()
	z.zip = zip.NewWriter(out)
	if one != nil {
		if err := z.folder(one.Folder.ID, ""); err != nil {
			return err
		}
		return z.zip.Close()
	}
	names := distinct{}
	for _, id := range form.Folders {
		list, err := z.Store.FilesIn(z.c.Request().Context(), actor(z.c), z.space, folderOf(id), store.FilesByName, "")
		if err != nil {
			return err
		}
		if err := z.folder(list.Folder.ID, names.add(list.Folder.Name)+"/"); err != nil {
			return err
		}
	}
	var files []store.File
	for _, id := range form.Files {
		_, f, err := z.Store.File(z.c.Request().Context(), actor(z.c), z.space, store.ParseID(id))
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	if err := z.files(files, "", names); err != nil {
		return err
	}
	return z.zip.Close()
}

// folder writes what lies in a folder below a path, page by page.
func (z *driveZIP) folder(id store.ID, below string) error {
	names := distinct{}
	if below != "" { // an empty folder is a folder too
		if _, err := z.zip.CreateHeader(&zip.FileHeader{Name: below, Modified: z.Store.Now()}); err != nil {
			return err
		}
	}
	for after := ""; ; {
		list, err := z.Store.FilesIn(z.c.Request().Context(), actor(z.c), z.space, id, store.FilesByName, after)
		if errors.Is(err, store.ErrNotFound) && after != "" {
			return nil // it went away meanwhile
		}
		if err != nil {
			return err
		}
		for _, d := range list.Folders {
			if err := z.folder(d.ID, below+names.add(d.Name)+"/"); err != nil {
				return err
			}
		}
		if err := z.files(list.Files, below, names); err != nil {
			return err
		}
		if after = list.Next; after == "" {
			return nil
		}
	}
}

// files writes some files below a path.
func (z *driveZIP) files(files []store.File, below string, names distinct) error {
	ids := make([]store.ID, len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	ctx := z.c.Request().Context()
	if err := z.Store.NoteDownloads(ctx, actor(z.c), z.space, ids); err != nil && !errors.Is(err, store.ErrDiskFull) {
		return err
	}
	for _, f := range files {
		content, err := z.Store.OpenNotedFile(ctx, actor(z.c), z.space, f.ID)
		if errors.Is(err, store.ErrNotFound) {
			if _, err := z.Store.Space(ctx, actor(z.c), z.space, store.ToDownload); err != nil {
				return err // not the file is gone, but the right to it
			}
			continue
		}
		if err != nil {
			return err
		}
		if err := z.file(content, below+names.add(content.Name), f.ChangedAt); err != nil {
			return err
		}
	}
	return nil
}

func (z *driveZIP) file(content store.Content, name string, changed time.Time) (err error) {
	defer func() { err = errors.Join(err, content.Close()) }()
	method := zip.Store // what is packed already is not packed again
	if strings.HasPrefix(content.Type, "text/") {
		method = zip.Deflate
	}
	w, err := z.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: changed})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, content)
	return err
}

// distinct tells names in one folder apart, as systems do to which capitals and
// composed letters are the same.
type distinct map[string]bool

func (names distinct) add(name string) string {
	name = store.CleanFileName(name)
	ending := path.Ext(name)
	free := name
	for n := 2; names[store.FoldKey(free)]; n++ {
		free = strings.TrimSuffix(name, ending) + " (" + strconv.Itoa(n) + ")" + ending
	}
	names[store.FoldKey(free)] = true
	return free
}
