package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// say adds a comment to the first thread of a space.
func say(t *testing.T, w *webtest.World, author store.Account, space store.ID, text string, audience store.Audience) (thread store.ID, c store.Comment) {
	t.Helper()
	threads, err := w.Store.Threads(t.Context(), w.Host, space, "")
	if err != nil {
		t.Fatal(err)
	}
	thread = threads.Items[len(threads.Items)-1].ID
	w.Clock.Advance(time.Second)
	c, err = w.Store.AddComment(t.Context(), author, space, thread, store.NewComment{Body: text, Audience: audience})
	for more := true; err == nil && more; {
		more, err = w.Store.IndexNow(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return thread, c
}

// Issue 4: who searches finds the words, marked, with whose and where they
// are, and a link that leads to them.
func TestSearchPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	thread, c := say(t, w, w.GuestEditor, w.Space, "明日の会議は <b>ここ</b> です", store.Everyone)
	page := w.As("editor").Get("/search?q=" + url.QueryEscape("会議")).Want(http.StatusOK)
	if got := page.Texts("#found mark"); len(got) != 1 || got[0] != "会議" {
		t.Errorf("marked: %q", got)
	}
	if got := page.Text("#found .name"); !strings.Contains(got, "Erika Mustermann") || !strings.Contains(got, "Guest") {
		t.Errorf("the writer is %q, want the name with the mention of a guest (S4-10)", got)
	}
	if got, want := page.Attr("#found a.rows__title", "href"), "/spaces/"+w.Space.String()+"/threads/"+thread.String()+"?comment="+c.ID.String()+"#comment-"+c.ID.String(); got != want {
		t.Errorf("the link is %q, want %q", got, want)
	}
	if page := w.As("editor").Get("/search"); page.Exists("#found .found") || !page.Exists("#found .empty") {
		t.Error("a page without a question shows something")
	}
}

// S0-04, S4-02, S4-22, SEC-A5: what is not theirs stands nowhere in the page of
// the wrong person, which is the page of a word that nobody ever wrote.
func TestSearchPageHoldsNoCanary(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	say(t, w, w.Host, w.Spaces[store.SecretSpace], "canary in the secret space", store.Everyone)
	say(t, w, w.Host, w.Space, "canary for the team", store.TeamOnly)
	thread, gone := say(t, w, w.Host, w.Space, "canary that was deleted", store.Everyone)
	if err := w.Store.DeleteComment(t.Context(), w.Host, w.Space, thread, gone.ID); err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"outsider", "elsewhere", "root"} {
		client := w.As(role)
		for _, more := range []string{"", "&space=" + w.Spaces[store.SecretSpace].String(), "&kind=comment", "&person=" + w.Host.ID.String(), "&from=2026-01-01"} {
			found := client.Get("/search?q=canary" + more).Want(http.StatusOK)
			nothing := client.Get("/search?q=zzzzzz" + more).Want(http.StatusOK)
			if got, want := found.Text("#found"), nothing.Text("#found"); got != want || found.Exists("mark") {
				t.Errorf("the %s reads %q for a canary%s, and %q for nothing", role, got, more, want)
			}
		}
	}
	guest := w.As("reader").Get("/search?q=canary").Want(http.StatusOK)
	if body := guest.Text("#found"); strings.Contains(body, "team") || strings.Contains(body, "deleted") {
		t.Errorf("a guest reads %q", body)
	}
}

// The form narrows down by space, kind, person and day, and works without script.
func TestSearchPageNarrows(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	say(t, w, w.Host, w.Space, "harbour one", store.Everyone)
	say(t, w, w.GuestEditor, w.Spaces[store.OpenSpace], "harbour two", store.Everyone)
	client := w.As("editor")
	for more, want := range map[string]int{
		"": 2, "&space=" + w.Space.String(): 1, "&kind=thread": 0, "&kind=nonsense": 2, "&by=erika": 1, "&by=Erika+Mustermann": 1,
		"&person=" + w.Host.ID.String(): 1, "&person=999999": 0, "&person=x": 0, "&space=x": 0, "&space=99999999999999999999": 0,
		"&from=2026-09-17&to=2026-09-17": 2, "&from=2026-09-18": 0, "&to=9999-12-31": 2, "&after=nonsense": 2,
	} {
		page := client.Get("/search?q=harbour" + more).Want(http.StatusOK)
		if got := page.Count("#found li[data-found]"); got != want {
			t.Errorf("%s: found %d, want %d", more, got, want)
		}
	}
	page := client.Get("/search?q=harbour&by=roe").Want(http.StatusOK)
	if got := page.Texts("#found .name"); len(got) != 2 {
		t.Errorf("of two people of one name these are offered: %q", got)
	}
	if got := client.Get("/search?q=harbour&by=nobody").Problem("by"); got != "search_nobody" {
		t.Errorf("a name that nobody has: %q", got)
	}
	if got := client.Get("/search?q=harbour&from=tomorrow").Problem("from"); got != "bad_day" {
		t.Errorf("a day that is none: %q", got)
	}
	// A guest is not told who exists elsewhere.
	guest := w.As("guest")
	if got := guest.Get("/search?q=harbour&by=otto").Problem("by"); got != "search_nobody" {
		t.Errorf("a guest asks for somebody outside: %q", got)
	}
}

// Issue 4: files are found by their names; those of a drive lead to their page,
// those of a comment to the comment.
func TestSearchPageFindsFiles(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	ctx := t.Context()
	received, err := w.Store.ReceiveFile(ctx, w.Host, w.Space, "floor plan.pdf", strings.NewReader("1"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := w.Store.AddFile(ctx, w.Host, w.Space, store.NewFile{ReceivedFile: received})
	if err != nil {
		t.Fatal(err)
	}
	upload, err := w.Store.KeepUpload(ctx, w.GuestEditor, w.Space, "floor tiles.txt", strings.NewReader("2"))
	if err != nil {
		t.Fatal(err)
	}
	thread, _ := say(t, w, w.Host, w.Space, "before", store.Everyone)
	c, err := w.Store.AddComment(ctx, w.GuestEditor, w.Space, thread, store.NewComment{Body: "See", Uploads: []store.ID{upload.ID}})
	if err != nil {
		t.Fatal(err)
	}
	say(t, w, w.Host, w.Space, "after", store.Everyone) // indexes all of it
	client := w.As("reader")
	page := client.Get("/search?q=floor&kind=file").Want(http.StatusOK)
	space := "/spaces/" + w.Space.String()
	for link, title := range map[string]string{
		space + "/files/" + file.ID.String(): "floor plan.pdf",
		space + "/threads/" + thread.String() + "?comment=" + c.ID.String() + "#comment-" + c.ID.String(): "floor tiles.txt",
	} {
		if got := page.Text(`#found li[data-found="file"] a[href="` + link + `"]`); got != title {
			t.Errorf("%s leads to %q, want %q", link, got, title)
		}
	}
	if got := page.Text(`.segments [aria-current]`); got != "Files" {
		t.Errorf("the kind %q is chosen", got)
	}
	client.Get(space + "/files/" + file.ID.String()).Want(http.StatusOK)
}

// From within a space the search begins in it.
func TestSearchBeginsInTheSpace(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	client := w.As("reader")
	space := "/search?space=" + w.Space.String()
	if got := client.Get("/spaces/"+w.Space.String()).Attr(".search-launch", "href"); got != space {
		t.Errorf("the search leads to %q", got)
	}
	if got := client.Get(space).Value("space"); got != w.Space.String() {
		t.Errorf("the space %q is chosen", got)
	}
	if got := client.Get("/").Attr(".search-launch", "href"); got != "/search" {
		t.Errorf("the search leads to %q", got)
	}
}

// SEC-I2: whatever is typed, the page stands.
func TestSearchPageTakesAnything(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	client := w.As("editor")
	for _, text := range []string{`"`, "NEAR(", "*", "\x00", "\xff", "<script>", strings.Repeat("あ", 3000), "' OR 1=1", "\u202e", "a:b"} {
		for _, field := range []string{"q", "by", "space", "person", "kind", "from", "to", "after"} {
			client.Get("/search?" + url.Values{"q": {"x"}, field: {text}}.Encode()).Want(http.StatusOK)
		}
	}
}
