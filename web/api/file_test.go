package api_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// formPart is one part of a form, in its place.
type formPart struct{ name, file, text string }

// uploadOf is a call that sends a form.
func (p program) upload(path string, parts []formPart, change ...func(*http.Request)) answer {
	p.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, part := range parts {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="%s"`, part.name))
		if part.file != "" {
			h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="%s"; filename="%s"`, part.name, part.file))
			h.Set("Content-Type", "text/html")
		}
		to, err := w.CreatePart(h)
		if err != nil {
			p.t.Fatal(err)
		}
		if _, err := io.WriteString(to, part.text); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
	change = append([]func(*http.Request){contentType(w.FormDataContentType())}, change...)
	return p.call("POST", path, body.String(), change...)
}

func (a answer) fileKey() string {
	key, _ := a.ok().object["fileKey"].(string)
	if key == "" {
		a.t.Fatalf("no key in %s", a.body)
	}
	return key
}

// Acceptance 16: names, and the two sorts of keys.
func TestFiles(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, path := as(t, w, w.Host), "/k/guest/"+w.Space.String()+"/v1/file.json"
	threads, err := w.Store.Threads(t.Context(), w.Host, w.Space, "")
	if err != nil {
		t.Fatal(err)
	}
	thread := threads.Items[0]
	for sent, want := range map[string]string{"s.txt": "s.txt", "日本 語.txt": "日本 語.txt", "a%22b%41.txt": "a_b%41.txt", `..\\x/y.txt`: ""} {
		key := host.upload(path, []formPart{{"file", sent, "<b>hello</b>"}}).fileKey()
		host.call("GET", path+"?fileKey="+key, nil).want(404, "GAIA_BL01") // it is for attaching
		comment, err := w.Store.AddPlainComment(t.Context(), w.Host, w.Space, thread.ID, store.PlainComment{Files: []store.KeyedFile{{Key: key}}})
		if err != nil {
			t.Fatal(err)
		}
		_, files, err := w.Store.Comment(t.Context(), w.Host, w.Space, thread.ID, comment.ID)
		if err != nil {
			t.Fatal(err)
		}
		if want != "" && files.Files[0].Name != want {
			t.Errorf("%q became %q, want %q", sent, files.Files[0].Name, want)
		}
		download := w.Store.AttachmentKey(files.Files[0].ID)
		a := host.call("GET", path+"?fileKey="+download, nil).want(200, "")
		if a.body != "<b>hello</b>" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the download is %q with %v", a.body, a.header)
		}
		as(t, w, w.Outsider).call("GET", path+"?fileKey="+download, nil).want(404, "GAIA_BL01")
		host.call("GET", "/k/guest/"+w.Spaces[store.OpenSpace].String()+"/v1/file.json?fileKey="+download, nil).want(403, "CB_NO02") // acceptance 17
		host.call("GET", "/k/v1/file.json?fileKey="+download, nil).want(400, "GAIA_IL23")
		as(t, w, w.Outsider).call("GET", "/k/v1/file.json?fileKey="+download, nil).want(404, "GAIA_BL01") // who may not see it hears of no space
	}
	host.call("GET", path, nil).want(400, "CB_VA01")
	host.call("GET", path+"?fileKey=unknown", nil).want(404, "GAIA_BL01")
}

// A file of the drive is noted as fetched when it was sent, and not when the
// address had the wrong form for it.
func TestOnlyWhatIsSentIsNoted(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	ctx := t.Context()
	received, err := w.Store.ReceiveFile(ctx, w.Host, w.Space, "plan.txt", strings.NewReader("the plan"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := w.Store.AddFile(ctx, w.Host, w.Space, store.NewFile{ReceivedFile: received})
	if err != nil {
		t.Fatal(err)
	}
	editor, query := as(t, w, w.Editor), "file.json?fileKey="+w.Store.DriveKey(file.ID)
	for _, test := range []struct {
		path, code   string
		status, rows int
	}{
		{"/k/v1/", "GAIA_IL23", 400, 0},
		{"/k/guest/" + w.Spaces[store.SecretSpace].String() + "/v1/", "CB_NO02", 403, 0},
		{"/k/guest/" + w.Space.String() + "/v1/", "", 200, 1},
		{"/k/guest/" + w.Space.String() + "/v1/", "", 200, 1}, // once a day
	} {
		editor.call("GET", test.path+query, nil).want(test.status, test.code)
		_, list, err := w.Store.Downloads(ctx, w.Host, w.Space, "")
		if err != nil || len(list.Items) != test.rows {
			t.Errorf("%s: %d downloads are noted, want %d (%v)", test.path, len(list.Items), test.rows, err)
		}
	}
}

// What is no upload, or not one that the caller may make.
func TestRefusedUploads(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, path := as(t, w, w.Host), "/k/v1/file.json"
	file := formPart{"file", "a.txt", "a"}
	for name, parts := range map[string][]formPart{
		"nothing": {}, "no file": {{"file", "", "a"}}, "another name": {{"other", "a.txt", "a"}}, "two files": {file, file},
	} {
		a := host.upload(path, parts).want(400, "CB_VA01")
		if len(a.problems()["file"]) != 1 {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	host.call("POST", path, object{"file": "a"}).want(400, "CB_IL02")
	host.call("POST", path, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nab", contentType("multipart/form-data; boundary=x")).want(400, "CB_VA01")
	host.upload(path, []formPart{{"long", "", strings.Repeat("a", 5000)}, file}).want(413, "GH_LA01")
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{"files.max_mb": "1"}}); err != nil {
		t.Fatal(err)
	}
	host.upload(path, []formPart{{"file", "big", strings.Repeat("a", 1<<20+1)}}).want(413, "GH_LA01")
	as(t, w, w.Outsider).upload("/k/guest/"+w.Space.String()+"/v1/file.json", []formPart{file}).want(403, "CB_NO02")
	program{w: w, t: t}.upload(path, []formPart{file}).want(401, "CB_AU01")
}

// An upload waits three days.
func TestUploadsEnd(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	key := as(t, w, w.Root).upload("/k/v1/file.json", []formPart{{"file", "a.png", "a"}}).fileKey()
	w.Clock.Advance(72*time.Hour + time.Minute)
	guest := sample()[0]
	guest["image"] = key
	a := as(t, w, w.Root).call("POST", "/k/v1/guests.json", object{"guests": []object{guest}}).want(400, "CB_VA01")
	if len(a.problems()["guests[0].image"]) != 1 {
		t.Errorf("the answer is %s", a.body)
	}
}
