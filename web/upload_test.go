package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// sentFile is a file of a form, under the name that a browser says.
type sentFile struct{ name, content string }

// comment posts the composer's form with files.
func comment(t *testing.T, c *webtest.Client, path string, form url.Values, files ...sentFile) *webtest.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, value := range values {
			must(t, w.WriteField(name, value))
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile("files", file.name)
		must(t, err)
		_, err = io.WriteString(part, file.content)
		must(t, err)
	}
	must(t, w.Close())
	r := c.Request(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return c.Do(r)
}

func threadOf(t *testing.T, w *webtest.World) string {
	t.Helper()
	threads, err := w.Store.Threads(t.Context(), w.Host, w.Space, "")
	must(t, err)
	return fmt.Sprintf("/spaces/%s/threads/%s", w.Space, threads.Items[0].ID)
}

// Without the script: a comment with files, as its readers get them (SEC-I6).
func TestAttachWithoutScript(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	guest, thread := w.As("guest"), threadOf(t, w)
	comment(t, guest, thread+"/comments", url.Values{"text": {"See both"}},
		sentFile{"Größe\"\r\n/plan.txt", "the plan"}, sentFile{"page.html", "<script>alert(1)</script>"}).Want(http.StatusSeeOther)
	page := w.As("reader").Get("/spaces/" + w.Space.String())
	if page.Count("a[data-attachment]") != 2 {
		t.Fatalf("%d files are shown", page.Count("a[data-attachment]"))
	}
	for i, want := range []struct{ disposition, content string }{
		{`inline; filename="plan.txt"; filename*=UTF-8''plan.txt`, "the plan"},
		{`inline; filename="page.html"; filename*=UTF-8''page.html`, "<script>alert(1)</script>"},
	} {
		address := page.Attr(fmt.Sprintf(".attachments li:nth-child(%d) a", i+1), "href")
		file := w.As("reader").Get(address).Want(http.StatusOK)
		for name, value := range map[string]string{
			"Content-Type": "text/plain; charset=utf-8", "Content-Disposition": want.disposition, "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-cache",
		} {
			if got := file.Header.Get(name); got != value {
				t.Errorf("%s: %q, want %q", name, got, value)
			}
		}
		if file.Body != want.content {
			t.Errorf("it holds %q", file.Body)
		}
		r := w.As("reader").Request(http.MethodGet, address, nil)
		r.Header.Set("Range", "bytes=1-2")
		if part := w.As("reader").Do(r).Want(http.StatusPartialContent); part.Body != want.content[1:3] {
			t.Errorf("a range of it is %q", part.Body)
		}
		w.As("elsewhere").Get(address).Want(http.StatusNotFound) // SEC-A1
	}
}

// A form that is shown again keeps its files: they wait, and go with the next try.
func TestFilesOfAFormShownAgain(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	guest, thread := w.As("guest"), threadOf(t, w)
	again := comment(t, guest, thread+"/comments", url.Values{"text": {"  "}}, sentFile{"kept.txt", "kept"}).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(again.Body, "kept.txt") {
		t.Fatal("the file is not shown again")
	}
	_, form := again.Form("form.composer")
	if len(form["uploads"]) != 1 {
		t.Fatalf("the form names %v", form["uploads"])
	}
	comment(t, guest, thread+"/comments", url.Values{"text": {"Now"}, "uploads": form["uploads"]}).Want(http.StatusSeeOther)
	if page := w.As("host").Get(thread); !strings.Contains(page.Body, "kept.txt") {
		t.Error("the file did not come with the comment")
	}
	gone := comment(t, guest, thread+"/comments", url.Values{"text": {"Twice"}, "uploads": form["uploads"]}).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(gone.Body, "Twice") {
		t.Error("the text is lost")
	}
}

// The quota in the midst of five files: each says what became of it, what was
// taken waits, the text stays, and nothing was sent.
func TestQuotaAmongFiveFiles(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	must(t, w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{
		Settings: map[string]string{"files.space_quota_mb": "1"}, Confirmed: true, Acknowledged: true,
	}))
	large := strings.Repeat("x", 400<<10)
	page := comment(t, w.As("guest"), threadOf(t, w)+"/comments", url.Values{"text": {"Five of them"}},
		sentFile{"1.txt", large}, sentFile{"2.txt", large}, sentFile{"3.txt", large}, sentFile{"4.txt", large}, sentFile{"5.txt", "small"})
	page.Want(http.StatusUnprocessableEntity)
	_, form := page.Form("form.composer")
	if len(form["uploads"]) != 3 || form.Get("text") != "Five of them" {
		t.Errorf("%d files wait, and the text is %q", len(form["uploads"]), form.Get("text"))
	}
	for _, name := range []string{"3.txt", "4.txt"} {
		if !strings.Contains(page.Body, name+": The space has no room left") {
			t.Errorf("nothing is said of %s", name)
		}
	}
	if conversation := w.As("host").Get(threadOf(t, w)); strings.Contains(conversation.Body, "Five of them") {
		t.Error("it was sent")
	}
}

// A file in pieces, as the script sends it.
func TestUploadInPiecesOverHTTP(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	guest := w.As("guest")
	uploads := "/spaces/" + w.Space.String() + "/uploads"
	type state struct {
		ID     string
		Name   string
		Offset int64
		Whole  bool
		Code   string
	}
	read := func(page *webtest.Page) (s state) {
		must(t, json.Unmarshal([]byte(page.Body), &s))
		return s
	}
	begun := read(guest.Post(uploads, url.Values{"name": {"a/plan.txt"}, "size": {"8"}}).Want(http.StatusCreated))
	if begun.Name != "plan.txt" || begun.Offset != 0 || begun.Whole {
		t.Errorf("it begins as %+v", begun)
	}
	piece := func(offset, content string) *webtest.Page {
		r := guest.Request(http.MethodPost, uploads+"/"+begun.ID+"?offset="+offset, strings.NewReader(content))
		r.Header.Set("Content-Type", "application/octet-stream")
		return guest.Do(r)
	}
	if s := read(piece("0", "the ").Want(http.StatusOK)); s.Offset != 4 {
		t.Errorf("after a piece: %+v", s)
	}
	if s := read(piece("0", "the ").Want(http.StatusConflict)); s.Code != "upload_offset" {
		t.Errorf("a piece again: %+v", s)
	}
	if s := read(guest.Get(uploads + "/" + begun.ID).Want(http.StatusOK)); s.Offset != 4 || s.Whole {
		t.Errorf("it stands at %+v", s)
	}
	if s := read(piece("4", "plan").Want(http.StatusOK)); !s.Whole {
		t.Errorf("at its end: %+v", s)
	}
	w.As("host").Get(uploads + "/" + begun.ID).Want(http.StatusNotFound)
	comment(t, guest, threadOf(t, w)+"/comments", url.Values{"text": {"x"}, "uploads": {begun.ID}}).Want(http.StatusSeeOther)
	guest.Get(uploads + "/" + begun.ID).Want(http.StatusNotFound)
}
