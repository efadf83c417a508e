package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/views"
	"guesthouse/web/webtest"
)

// inThreads gives the guest space several threads, and one of them an address.
func inThreads(t *testing.T) (w *webtest.World, host *webtest.Client, space, thread string) {
	t.Helper()
	w = webtest.New(t)
	host, space = w.As("host"), views.SpaceURL(w.Space)
	host.Post(space+"/settings", url.Values{"name": {"Talk"}, "multi_thread": {"on"}, "version": {"1"}}).Want(http.StatusSeeOther)
	return w, host, space, host.Post(space+"/threads", url.Values{"name": {"Plans"}}).Want(http.StatusSeeOther).Location()
}

// Beyond 9, S4-10, SEC-A5: what is for the team looks different to members, and
// is on no page of a guest, by link or by leafing.
func TestTeamOnlyPages(t *testing.T) {
	t.Parallel()
	w, host, space, thread := inThreads(t)
	const word = "Kingfisher"
	said := host.Post(thread+"/comments", url.Values{"text": {word}, "audience": {"team"}}).Want(http.StatusSeeOther)
	hidden := host.Post(space+"/threads", url.Values{"name": {word}, "body": {word}, "audience": {"team"}}).Want(http.StatusSeeOther).Location()
	host.Post(hidden+"/comments", url.Values{"text": {word}, "audience": {"everyone"}}).Want(http.StatusSeeOther)
	page := said.Follow().Want(http.StatusOK)
	if page.Count(".comment--team") != 1 || page.Text(".comment--team .tag--accent") != "Team only" {
		t.Errorf("to a member it looks like %q", page.Text(".comment"))
	}
	comment := strings.TrimPrefix(page.Attr(".comment--team", "id"), "comment-")
	host.Post(thread+"/comments/"+comment+"/pin", url.Values{"pinned": {"on"}}).Want(http.StatusSeeOther)
	host.Post(hidden+"/pin", url.Values{"pinned": {"on"}}).Want(http.StatusSeeOther)
	for _, who := range []string{"guest", "reader"} {
		guest := w.As(who)
		for path, status := range map[string]int{
			"/": http.StatusOK, space: http.StatusOK, space + "/threads": http.StatusOK,
			thread: http.StatusOK, thread + "?newest=1": http.StatusOK, thread + "?before=99999": http.StatusOK, thread + "?after=1": http.StatusOK,
			thread + "?comment=" + comment: http.StatusNotFound, thread + "/comments/" + comment: http.StatusNotFound,
			thread + "/comments/" + comment + "/history": http.StatusNotFound,
			hidden: http.StatusNotFound, hidden + "/history": http.StatusNotFound, hidden + "/edit": http.StatusNotFound,
		} {
			page := guest.Get(path).Want(status)
			if strings.Contains(page.Body, word) || page.Exists(".comment--team") {
				t.Errorf("%s shows it to the %s", path, who)
			}
		}
		if guest.Get(thread).Exists("select[name=audience]") {
			t.Errorf("the %s chooses for whom they write", who)
		}
	}
	w.As("guest").Post(hidden+"/comments", url.Values{"text": {"x"}}).Want(http.StatusNotFound)
	w.As("guest").Post(thread+"/comments", url.Values{"text": {"kept"}, "audience": {"team"}}).Want(http.StatusUnprocessableEntity)
}

// The composer says with numbers who will read it, and keeps text and choice
// when something is wrong, or when one only wants to see it (beyond 9, 14).
func TestComposerAudience(t *testing.T) {
	t.Parallel()
	_, host, space, thread := inThreads(t)
	page := host.Get(thread)
	if got := page.Texts("select[name=audience] option"); len(got) != 2 ||
		got[0] != "Everyone here: 2 members and 2 guests" || got[1] != "Team only: 2 members" {
		t.Errorf("the composer offers %q", got)
	}
	if !strings.Contains(host.Get(space).Text(".banner--guest"), "2 guests can read") {
		t.Error("nothing says that there are guests")
	}
	long := strings.Repeat("あ", store.MaxText+1)
	for name, form := range map[string]url.Values{
		"empty":     {"text": {""}, "audience": {"team"}},
		"too long":  {"text": {long}, "audience": {"team"}},
		"a paste":   {"text": {strings.Repeat("\r\n あ", 170_000)}, "audience": {"team"}}, // a megabyte
		"controls":  {"text": {"a\x00b"}, "audience": {"team"}},
		"a bomb":    {"text": {strings.Repeat(">", 10_000)}, "audience": {"team"}},
		"no reader": {"text": {"kept"}, "audience": {"company:nobody"}},
	} {
		page := host.Post(thread+"/comments", form).Want(http.StatusUnprocessableEntity)
		if name != "a paste" && name != "controls" && page.Value("text") != form.Get("text") {
			t.Errorf("%s: the text is lost", name)
		}
		if len(page.Value("text")) < len(form.Get("text"))/2 {
			t.Errorf("%s: %d bytes of %d are left", name, len(page.Value("text")), len(form.Get("text")))
		}
		if form.Get("audience") == "team" && page.Attr("select[name=audience] option[selected]", "value") != "team" {
			t.Errorf("%s: the choice is lost", name)
		}
	}
	host.Post(thread+"/comments", url.Values{"text": {strings.Repeat("あ", store.MaxText)}}).Want(http.StatusSeeOther)
	page = host.Post(thread+"/comments", url.Values{"text": {"**bold**"}, "audience": {"team"}, "preview": {"on"}}).Want(http.StatusOK)
	if page.Text("#text-preview strong") != "bold" || page.Value("text") != "**bold**" {
		t.Errorf("the preview is %q", page.Text("#text-preview"))
	}
	if page := host.Post(space+"/preview", url.Values{"text": {"*i* <script>x</script>"}}).Want(http.StatusOK); page.Text("em") != "i" || page.Exists("script") {
		t.Errorf("the script's preview is %q", page.Body)
	}
}

// Two people edit one comment: who saves second sees both texts and may save
// then. What it said before can be read by whoever may read the comment.
func TestEditTogether(t *testing.T) {
	t.Parallel()
	w, host, _, thread := inThreads(t)
	editor := w.As("editor")
	page := editor.Post(thread+"/comments", url.Values{"text": {"First words"}}).Want(http.StatusSeeOther).Follow()
	address := strings.TrimPrefix(page.Attr(".comment", "id"), "comment-")
	address = thread + "/comments/" + address
	_, fields := editor.Get(address).Form("dialog form")
	host.Post(address, url.Values{"text": {"Words of the host"}, "version": {fields.Get("version")}}).Want(http.StatusSeeOther)
	fields.Set("text", "Words of the editor")
	fields.Del("preview")
	page = editor.Post(address, fields).Want(http.StatusUnprocessableEntity)
	_, fields = page.Form("dialog form")
	if to := page.Attr("dialog .error-summary a", "href"); to != "#edited-text" {
		t.Errorf("the summary leads to %q", to)
	}
	if page.Problem("edited-text") != "edited_meanwhile" || fields.Get("text") != "Words of the editor" || !strings.Contains(page.Text("dialog .banner--warn"), "Words of the host") {
		t.Errorf("the form says %q", page.Text("dialog"))
	}
	fields.Del("preview")
	page = editor.Post(address, fields).Want(http.StatusSeeOther).Follow()
	if !strings.Contains(page.Text(".comment"), "Words of the editor") {
		t.Errorf("saved is %q", page.Text(".comment"))
	}
	history := w.As("reader").Get(address + "/history").Want(http.StatusOK).Text("dialog")
	for _, words := range []string{"First words", "Words of the host", "Words of the editor"} {
		if !strings.Contains(history, words) {
			t.Errorf("the history lacks %q: %s", words, history)
		}
	}
}

// Without the script a sign is given, and taken back, in the dialog that the
// button of the comment leads to.
func TestReactWithoutScript(t *testing.T) {
	t.Parallel()
	_, host, _, thread := inThreads(t)
	page := host.Post(thread+"/comments", url.Values{"text": {"Ready"}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	for _, count := range []int{1, 0} {
		choice := host.Get(page.Attr(".comment [data-react]", "href")).Want(http.StatusOK)
		if n := choice.Count(".reactions__choice button"); n != len(store.Reactions) {
			t.Fatalf("the dialog offers %d signs", n)
		}
		to := choice.Attr(".reactions__choice button[value=heart]", "formaction")
		page = host.Post(to, url.Values{"reaction": {"heart"}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
		if n := page.Count(".comment .reactions > button"); n != count {
			t.Errorf("the comment shows %d signs, want %d", n, count)
		}
	}
}
