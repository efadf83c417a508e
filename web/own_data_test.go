package web_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// unpack is what the files of an answer that is a ZIP hold.
func unpack(t *testing.T, page *webtest.Page) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(strings.NewReader(page.Body), int64(len(page.Body)))
	if err != nil {
		t.Fatalf("%d: %v", page.Status, err)
	}
	files := map[string]string{}
	for _, file := range archive.File {
		r, err := file.Open()
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		files[file.Name] = string(content)
	}
	return files
}

func takeOwnData(t *testing.T, c *webtest.Client) map[string]string {
	t.Helper()
	page := c.Post("/profile/export", nil).Want(http.StatusOK)
	h := page.Header
	if h.Get("Content-Type") != "application/zip" || h.Get("Cache-Control") != "no-store" ||
		h.Get("Content-Disposition") != `attachment; filename="my-data-2026-09-17.zip"` {
		t.Errorf("headers %v", h)
	}
	return unpack(t, page)
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Errorf("%v in %s", err, text)
	}
}

type ownTexts struct {
	Threads, Comments []map[string]string
}

// beyond 15: the page leads from the profile, and the archive is readable.
func TestExportOfOwnData(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	must(t, w.Store.SetPicture(t.Context(), w.GuestEditor, strings.NewReader(string(picture(t, 300, 300).Content))))
	must(t, w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		if err := seed.Sponsor(w.GuestEditor.ID, w.Host.ID); err != nil {
			return err
		}
		_, err := seed.Thread(w.Space, "入稿データ", w.GuestEditor)
		return err
	}))
	terms, err := w.Store.PublishTerms(t.Context(), w.Root, map[string]string{"en": "Be kind."})
	must(t, err)
	must(t, w.Store.AcceptTerms(t.Context(), w.GuestEditor, terms, "en"))
	threads, err := w.Store.Threads(t.Context(), w.GuestEditor, w.Space, "")
	must(t, err)
	_, err = w.Store.AddComment(t.Context(), w.GuestEditor, w.Space, threads.Items[0].ID, store.NewComment{Body: "=cmd() **日本語** <b>&\n"})
	must(t, err)
	_, err = w.Store.UpdateProfile(t.Context(), w.GuestEditor, store.Profile{Name: "Erika Mustermann", Locale: "ja", TimeZone: "Asia/Tokyo"})
	must(t, err)

	c := w.As("guest")
	if !c.Get("/profile").Want(http.StatusOK).Exists("a[href='/profile/export']") {
		t.Error("nothing leads to the export")
	}
	page := c.Get("/profile/export").Want(http.StatusOK)
	if page.Count("#files dt") != 7 || !page.Exists("form[method=post][action='/profile/export']") {
		t.Errorf("the page names %v", page.Texts("#files dt"))
	}
	files := takeOwnData(t, c)
	names := slices.Sorted(maps.Keys(files))
	want := []string{"README.txt", "history.json", "mails.json", "picture", "profile.json", "sessions.json", "spaces.json", "writing.json"}
	for i := range names {
		if strings.HasPrefix(names[i], "picture.") {
			if kind := http.DetectContentType([]byte(files[names[i]])); !strings.HasPrefix(kind, "image/") {
				t.Errorf("the picture is %s", kind)
			}
			delete(files, names[i])
			names[i] = "picture"
		}
	}
	if !slices.Equal(names, want) {
		t.Fatalf("files %v", names)
	}
	for name, text := range files {
		if !utf8.ValidString(text) || strings.HasSuffix(name, ".json") && !json.Valid([]byte(text)) {
			t.Errorf("%s cannot be read: %s", name, text)
		}
	}
	// S0-28: in the person's language.
	if readme := files["README.txt"]; !strings.Contains(readme, "あなたの画像") || !strings.Contains(readme, "Erika Mustermann さん") || !strings.Contains(readme, "writing.json") {
		t.Errorf("the README says %s", readme)
	}
	var profile struct {
		Login   string `json:"login"`
		Sponsor string `json:"sponsor"`
		Status  string `json:"status"`
		Terms   []struct {
			Version  int    `json:"version"`
			Accepted string `json:"accepted"`
		} `json:"terms_accepted"`
	}
	decode(t, files["profile.json"], &profile)
	if profile.Login != "erika@partner.example" || profile.Sponsor != "Jane Roe" || profile.Status != "active" ||
		len(profile.Terms) != 1 || profile.Terms[0].Version != terms || profile.Terms[0].Accepted != "2026-09-17T10:00:00Z" {
		t.Errorf("profile %s", files["profile.json"])
	}
	var spaces []map[string]string
	decode(t, files["spaces.json"], &spaces)
	if len(spaces) != 4 || spaces[0]["name"] != "The guest space" || spaces[0]["role"] != "editor" || spaces[0]["since"] == "" {
		t.Errorf("spaces %v", spaces)
	}
	var texts ownTexts
	decode(t, files["writing.json"], &texts)
	if len(texts.Threads) != 1 || texts.Threads[0]["thread"] != "入稿データ" || len(texts.Comments) != 1 {
		t.Fatalf("writing %+v", texts)
	}
	comment := texts.Comments[0]
	if !strings.HasPrefix(comment["text"], "=cmd() **日本語** <b>&") || comment["space"] != "The guest space" || comment["created"] == "" {
		t.Errorf("comment %v", comment)
	}
	link, ours := strings.CutPrefix(comment["link"], w.URL)
	if !ours {
		t.Fatalf("link %s", comment["link"])
	}
	if id := link[strings.Index(link, "#"):]; !c.Get(link).Want(http.StatusOK).Exists(id) {
		t.Errorf("the link %s shows no comment", link)
	}
	if !strings.Contains(files["history.json"], "利用規約") || !strings.Contains(files["history.json"], `"profile.exported"`) {
		t.Errorf("history %s", files["history.json"])
	}
	// A second time is a second entry; members have it too, without a picture.
	takeOwnData(t, w.As("editor"))
	if n := strings.Count(strings.Join(w.Dump()["audit"], "\n"), "action=profile.exported"); n != 2 {
		t.Errorf("%d entries", n)
	}
}

// SEC-A5, SEC-A6: nobody else's name, address or words, no token, code or hash.
func TestExportOfOwnDataNamesNobodyElse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	must(t, d.Store.Suspend(t.Context(), d.Root, d.GuestEditor.ID, "Said by Rita"))
	must(t, d.Store.Reactivate(t.Context(), d.Root, d.GuestEditor.ID, "Said by Rita"))
	must(t, d.Store.RequestReset(t.Context(), d.GuestEditor.Login, ""))
	d.cookies["GE"] = d.SignIn(d.GuestEditor)
	d.cookies["GR"] = d.SignIn(d.GuestReader)
	threads, err := d.Store.Threads(t.Context(), d.Host, d.Space, "")
	must(t, err)
	for _, who := range []store.Account{d.GuestEditor, d.Editor} {
		_, err = d.Store.AddComment(t.Context(), who, d.Space, threads.Items[0].ID, store.NewComment{Body: "Canary words of " + who.Login})
		must(t, err)
	}
	people := map[string][]string{
		"GE": {"Erika", "erika@"}, "GR": {"Mario", "mario@"}, "g": {"Kari", "kari@"}, "M": {"Richard", "editor@"},
		"m": {"Otto", "outsider@"}, "SpA": {"Jane Roe", "host@"}, "SA": {"Rita", "root@"},
	}
	secrets := []string{"Said by", "listed@else", "invited@else", "asked@else", "Ana Silva", "token", "hash", "argon", "password_", "sealed", storetest.Password}
	for _, rows := range [][]string{d.Dump()["sessions"], d.Dump()["tokens"]} {
		if len(rows) == 0 {
			t.Fatal("there is nothing to be kept secret: the test proves nothing")
		}
	}
	for role, own := range people {
		canaries := append([]string{d.cookies[role]}, secrets...)
		for other, words := range people {
			if other != role {
				canaries = append(canaries, words...)
			}
		}
		if role != "SpA" { // whose words they are
			canaries = append(canaries, "A comment of the host")
		}
		files := takeOwnData(t, d.as(role))
		if !strings.Contains(files["profile.json"], own[0]) || !strings.Contains(files["profile.json"], own[1]) {
			t.Errorf("%s is not in the own profile", role)
		}
		for name, text := range files {
			for _, canary := range canaries {
				if strings.Contains(text, canary) {
					t.Errorf("%s reads %q in %s", role, canary, name)
				}
			}
		}
	}
	if files := takeOwnData(t, d.as("GE")); !strings.Contains(files["mails.json"], "password-reset") || !strings.Contains(files["writing.json"], "Canary words of erika@") {
		t.Error("the own mails and words are missing")
	}
}

// SEC-S3, SEC-P5, SEC-P9: the password again; and nothing for who owes something.
func TestExportOfOwnDataAsksFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	before := d.Dump()["audit"]
	for role, code := range map[string]int{"anonymous": 401, "pending": 401, "changing": 403, "owing": 403, "suspended": 401} {
		if page := d.as(role).Post("/profile/export", nil); page.Status != code || strings.HasPrefix(page.Body, "PK") {
			t.Errorf("%s: %d", role, page.Status)
		}
	}
	d.Clock.Advance(11 * time.Minute)
	late := d.as("GE").Post("/profile/export", nil)
	if late.Code() != "confirm_first" || strings.HasPrefix(late.Body, "PK") {
		t.Errorf("late: %d %s", late.Status, late.Code())
	}
	if !slices.Equal(before, d.Dump()["audit"]) {
		t.Error("what was refused is noted as done")
	}
}
