package web_test

import (
	"archive/zip"
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

func drive(w *webtest.World) string { return "/spaces/" + w.Space.String() + "/files" }

// sendFiles posts a form with several files of one field, as a browser without script does.
func sendFiles(t *testing.T, c *webtest.Client, path string, fields url.Values, files ...webtest.File) *webtest.Page {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, values := range fields {
		must(t, form.WriteField(name, values[0]))
	}
	for _, file := range files {
		part, err := form.CreateFormFile("file", file.Name)
		must(t, err)
		_, err = part.Write(file.Content)
		must(t, err)
	}
	must(t, form.Close())
	r := c.Request(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.Do(r)
}

// entriesOf are the names and contents of a ZIP.
func entriesOf(t *testing.T, body string) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	must(t, err)
	entries := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		entries[f.Name] = string(text)
	}
	return entries
}

func text(name, content string) webtest.File {
	return webtest.File{Name: name, Content: []byte(content)}
}

// S4-14: several files without script; the same name is a version; ranges, a ZIP
// and the list of who downloaded what.
func TestDriveWithoutScript(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	guest, reader, host := w.As("guest"), w.As("reader"), w.As("host")
	sendFiles(t, guest, drive(w), url.Values{"folder": {"0"}}, text("plan.txt", "first"), text("見積.txt", "second")).Want(http.StatusSeeOther)
	sendFiles(t, guest, drive(w), nil, text("plan.txt", "newer")).Want(http.StatusSeeOther)
	page := reader.Get(drive(w)).Want(http.StatusOK)
	if page.Count("tr[data-file]") != 2 || !strings.Contains(page.Body, "見積.txt") || !strings.Contains(page.Body, "Version 2") {
		t.Errorf("the list: %s", page.Body)
	}
	sp, err := w.Store.FilesIn(t.Context(), w.Host, w.Space, 0, store.FilesByName, "")
	must(t, err)
	plan := drive(w) + "/" + sp.Files[0].ID.String()
	if page := reader.Get(plan).Want(http.StatusOK); !strings.Contains(page.Body, "newer") {
		t.Error("the page of a text shows no text")
	}

	whole := reader.Get(plan + "/download").Want(http.StatusOK)
	if whole.Body != "newer" || !strings.HasPrefix(whole.Header.Get("Content-Disposition"), "attachment; filename=") ||
		!strings.Contains(whole.Header.Get("Content-Security-Policy"), "sandbox") { // SEC-I6
		t.Errorf("download: %q, %v", whole.Body, whole.Header)
	}
	r := reader.Request(http.MethodGet, plan+"/download?version=1", nil)
	r.Header.Set("Range", "bytes=1-3")
	if part := reader.Do(r); part.Status != http.StatusPartialContent || part.Body != "irs" {
		t.Errorf("a range: %d %q", part.Status, part.Body)
	}
	if list := host.Get(drive(w) + "/downloads").Want(http.StatusOK); !strings.Contains(list.Body, "plan.txt") {
		t.Error("the administrator is not told who downloaded")
	}
	if sheet := host.Get(drive(w) + "/downloads.csv").Want(http.StatusOK); !strings.Contains(sheet.Body, w.GuestReader.Name) {
		t.Errorf("the sheet: %q", sheet.Body)
	}
	page = guest.Post(plan+"/delete", nil).Want(http.StatusSeeOther).Follow()
	if page.Count("tr[data-file]") != 1 || !strings.Contains(page.Body, plan+"/restore") {
		t.Error("nothing offers to undo")
	}
	guest.Post(plan+"/restore", nil).Want(http.StatusSeeOther)
	reader.Get(plan).Want(http.StatusOK)
}

// Issue 4: where companies are apart, a member chooses the company that opens a
// file or folder; a guest chooses nothing.
func TestDriveForOneCompany(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	sp, err := w.Store.Space(t.Context(), w.Host, w.Space, store.ToOpen)
	must(t, err)
	choices := func(c *webtest.Client, path, field string) []string {
		page := c.Get(path).Want(http.StatusOK)
		values := make([]string, page.Count(field+" option"))
		for i := range values {
			values[i] = page.Attr(field+" option:nth-of-type("+strconv.Itoa(i+1)+")", "value")
		}
		return values
	}
	everybody := []string{"everyone", "team"}
	if got := choices(w.As("host"), drive(w), "#audience"); !slices.Equal(got, everybody) {
		t.Errorf("while companies are together: %q", got)
	}
	must(t, w.Store.UpdateSpace(t.Context(), w.Host, w.Space, store.SpaceSettings{Name: sp.Name, CompaniesApart: true, MultiThread: true}))
	got := choices(w.As("host"), drive(w), "#audience")
	if len(got) < 3 || !slices.Equal(got[:2], everybody) || !strings.HasPrefix(got[2], "company:") {
		t.Fatalf("while companies are apart: %q", got)
	}
	if form := choices(w.As("host"), drive(w)+"/folders/new", "#folder-audience"); !slices.Equal(form, got) {
		t.Errorf("a folder: %q", form)
	}
	if got := choices(w.As("guest"), drive(w), "#audience"); len(got) != 0 {
		t.Errorf("a guest chooses among %q", got)
	}
	sendFiles(t, w.As("host"), drive(w), url.Values{"audience": {got[2]}}, text("offer.txt", "for one")).Want(http.StatusSeeOther)
	list, err := w.Store.FilesIn(t.Context(), w.Host, w.Space, 0, store.FilesByName, "")
	must(t, err)
	if len(list.Files) != 1 || string(list.Files[0].Audience) != got[2] {
		t.Errorf("there is %+v", list.Files)
	}
}

// S3-06, S4-10, SEC-A5: a ZIP holds what its reader may see, told apart by name.
func TestZIPOfADrive(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, guest := w.As("host"), w.As("guest")
	d, err := w.Store.CreateFolder(t.Context(), w.Host, w.Space, store.NewFolder{Name: "Proofs"})
	must(t, err)
	folder := url.Values{"folder": {d.ID.String()}}
	sendFiles(t, host, drive(w), folder, text("a.txt", "open")).Want(http.StatusSeeOther)
	sendFiles(t, host, drive(w), url.Values{"folder": {d.ID.String()}, "audience": {"team"}}, text("a.txt", "secret")).Want(http.StatusSeeOther)
	sendFiles(t, host, drive(w), url.Values{"audience": {"team"}}, text(teamFile+".txt", "secret")).Want(http.StatusSeeOther)
	ask := drive(w) + "/zip?folder="

	seen := entriesOf(t, guest.Get(ask+"0").Want(http.StatusOK).Body)
	if len(seen) != 2 || seen["Proofs/a.txt"] != "open" {
		t.Errorf("the guest's ZIP holds %v", seen)
	}
	all := entriesOf(t, host.Get(ask+"0").Want(http.StatusOK).Body)
	contents := []string{all["Proofs/a.txt"], all["Proofs/a (2).txt"]}
	slices.Sort(contents)
	if len(all) != 4 || !slices.Equal(contents, []string{"open", "secret"}) || all[teamFile+".txt"] != "secret" {
		t.Errorf("the member's ZIP holds %v", all)
	}
	if one := entriesOf(t, guest.Get(ask+d.ID.String()).Want(http.StatusOK).Body); len(one) != 1 || one["a.txt"] != "open" {
		t.Errorf("a folder by itself: %v", one)
	}
	guest.Get(drive(w) + "/zip").Want(http.StatusUnprocessableEntity)
	guest.Get(ask + "987654321").Want(http.StatusNotFound)
	w.As("elsewhere").Get(ask + "0").Want(http.StatusNotFound)
}

// The quota is hit in the middle of a form: each file is told of, and what was
// taken stays.
func TestQuotaInTheMiddle(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	policy(t, w, map[string]string{"files.space_quota_mb": "1"})
	page := sendFiles(t, w.As("guest"), drive(w), nil,
		text("one.bin", strings.Repeat("1", 900<<10)), text("two.bin", strings.Repeat("2", 900<<10)), text("three.bin", "3")).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(page.Body, `data-problem="space_full"`) || page.Count("tr[data-file]") != 2 {
		t.Errorf("shown: %d files", page.Count("tr[data-file]"))
	}
}

// What the script sent in pieces comes into the drive by the same form, once.
func TestUploadsComeIntoTheDrive(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	u, err := w.Store.KeepUpload(t.Context(), w.GuestEditor, w.Space, "sent.txt", strings.NewReader("in pieces"))
	must(t, err)
	form := url.Values{"uploads": {u.ID.String()}}
	w.As("host").Post(drive(w), form).Want(http.StatusUnprocessableEntity) // somebody else's is none
	w.As("guest").Post(drive(w), form).Want(http.StatusSeeOther)
	list, err := w.Store.FilesIn(t.Context(), w.Host, w.Space, 0, store.FilesByName, "")
	must(t, err)
	if len(list.Files) != 1 || list.Files[0].Name != "sent.txt" || list.Used != int64(len("in pieces")) {
		t.Errorf("the drive holds %+v, %s bytes", list.Files, strconv.FormatInt(list.Used, 10))
	}
	w.As("guest").Post(drive(w), form).Want(http.StatusUnprocessableEntity)
}
