package web_test

import (
	"archive/zip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web"
	"guesthouse/web/webtest"
)

var everyWord = []string{wombat, kookaburra, quokka, ibis, egret, bilby, potoroo, dugong, numbat}

// hiddenWords are the words that nobody of a role may read anywhere.
var hiddenWords = map[string][]string{
	"anonymous": everyWord, "g": everyWord, "removed": everyWord, "ended": everyWord, "suspended": everyWord,
	"AE": {quokka, bilby, potoroo, dugong, numbat},
	"AR": {quokka, bilby, potoroo, dugong, numbat},
	"BE": {quokka, ibis, egret, dugong},
	"BR": {quokka, ibis, egret, dugong, numbat},
	// Members know every person, and a guest space only from within (S4-22).
	"m":              {wombat, kookaburra, quokka, egret, potoroo, dugong, numbat},
	"SpA of another": {wombat, kookaburra, quokka, egret, potoroo, dugong, numbat},
	"M":              {dugong, numbat},
	"host":           {},
	// Who administers the portal knows of every space, and reads in none.
	"SA": {kookaburra, quokka, egret, potoroo, numbat},
}

// SEC-A5, S4-10: a whole crawl. Nobody reads in any answer a word that is not
// theirs: not on a page, not in a part of one, an error, a file, a ZIP or a header.
//
// The counts, the orders and the marks on pages tell nothing either: guests in
// the space get the same answers, byte by byte, when what is hidden was written
// elsewhere; people outside, when nothing ever was.
func TestNobodyReadsWhatIsHidden(t *testing.T) {
	t.Parallel()
	h, elsewhere, without := newHiding(t, among), newHiding(t, away), newHiding(t, nowhere)
	addresses := h.addresses()
	for role, words := range hiddenWords {
		other := map[string]*hiding{"AE": elsewhere, "AR": elsewhere, "removed": without, "m": without, "SpA of another": without}[role]
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			c, read := h.as(role), reading{t, words, map[string]bool{}}
			var d *webtest.Client
			if other != nil {
				d = other.as(role)
			}
			for _, path := range addresses {
				page := c.Get(path)
				read.look(path, page)
				if other != nil {
					if a, b := h.answer(t, page), other.answer(t, d.Get(path)); a != b {
						t.Errorf("%s: %s", path, difference(a, b))
					}
				}
				if (role == "AE" || role == "m") && !strings.Contains(path, "?") {
					read.look(path, c.Fragment(path))
				}
			}
			for _, word := range everyWord { // or the crawl would prove nothing
				if !read.found[word] && !slices.Contains(words, word) {
					t.Errorf("reads nothing of %q, which is theirs", word)
				}
			}
		})
	}
}

// reading is what somebody of a role has read so far.
type reading struct {
	t     *testing.T
	words []string // that they must not read
	found map[string]bool
}

func (r reading) look(path string, page *webtest.Page) {
	r.t.Helper()
	text := readable(r.t, page)
	for _, word := range everyWord {
		i := strings.Index(text, word)
		if i >= 0 && slices.Contains(r.words, word) {
			r.t.Errorf("%s (%d) holds %q: …%s…", path, page.Status, word, text[max(0, i-60):min(len(text), i+60)])
		}
		r.found[word] = r.found[word] || i >= 0
	}
}

// difference is where two texts part.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	around := func(text string) string { return text[max(0, i-80):min(len(text), i+120)] }
	return fmt.Sprintf("with what is hidden …%s…\nwithout it …%s…", around(a), around(b))
}

// changing is what no two answers have in common: the name of a message that is
// not sent yet, the numbers of notices, and the place among all that ever
// happened from which a page follows it.
var changing = regexp.MustCompile(`name="request-token" content="[^"]*"|/live\?[^"]*|name="client_id" value="\w+"|data-notice="\d+"|name="newest" value="\d+"|/notifications/\d+`)

// answer is all that an answer says, but for what no two have in common.
func (h *hiding) answer(t *testing.T, page *webtest.Page) string {
	t.Helper()
	text := fmt.Sprintln(page.Status, page.Header.Get("Content-Type"), page.Header.Get("Location"), page.Header.Get("Content-Disposition"), readable(t, page))
	text = strings.NewReplacer(h.URL, "", strings.TrimPrefix(h.URL, "http://"), "", page.Header.Get("X-Request-Id"), "ID").Replace(text)
	return changing.ReplaceAllString(text, "N")
}

// readable is all that can be read in an answer: what is packed is unpacked.
func readable(t *testing.T, page *webtest.Page) string {
	t.Helper()
	text := page.Body
	if page.Header.Get("Content-Type") == "application/zip" {
		archive, err := zip.NewReader(strings.NewReader(page.Body), int64(len(page.Body)))
		must(t, err)
		text = ""
		for _, file := range archive.File {
			r, err := file.Open()
			must(t, err)
			content, err := io.ReadAll(r)
			must(t, err)
			text += file.Name + "\n" + string(content) + "\n"
		}
	}
	for _, name := range []string{"Location", "Content-Disposition", "Link", "HX-Redirect"} {
		value, err := url.PathUnescape(page.Header.Get(name))
		must(t, err)
		text += "\n" + value
	}
	return text
}

// addresses are all pages of the table of routes with everything that they may
// name in every place of theirs, and with what can be asked of them.
func (h *hiding) addresses() (all []string) {
	for _, r := range h.Server.Table() {
		if r.Method != http.MethodGet || strings.Contains(r.Pattern, ":token") {
			continue // whoever holds a link may read whose it is
		}
		for _, path := range h.paths(r) {
			all = append(all, path)
			for _, query := range h.queries(r, path) {
				all = append(all, path+"?"+query)
			}
		}
	}
	return all
}

// paths are the addresses of a route, with each thing that it may name; a
// route that names nothing of the kind names nobody's.
func (h *hiding) paths(r web.Route) (paths []string) {
	places := parameter.FindAllString(r.Pattern, -1)
	if len(places) == 0 {
		return []string{r.Pattern}
	}
	for _, n := range h.named {
		path := r.Pattern
		for _, place := range places {
			if n[place] != "" {
				path = strings.Replace(path, place, n[place], 1)
			}
		}
		if len(n) == len(places) && !strings.Contains(path, ":") {
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		paths = []string{parameter.ReplaceAllString(r.Pattern, "1")}
	}
	return paths
}

// queries are what can be asked of a page. What stands in a thread, a chat or a
// folder is asked for in the one that everybody reads.
func (h *hiding) queries(r web.Route, path string) (all []string) {
	s := h.workshop
	each := func(name string, values ...string) {
		for _, value := range values {
			all = append(all, url.Values{name: {value}}.Encode())
		}
	}
	switch r.Pattern {
	case "/search":
		h.searches(each, func(queries ...string) { all = append(all, queries...) })
	case "/people", "/spaces/:space/people", "/spaces/:space/members", "/spaces/:space/guests", "/spaces/:space/guests/new", "/spaces/new":
		each("q", "quokka", "bilby", "ibis")
		each("company", "bilby gmbh")
		each("kind", "guest")
	case "/spaces/:space/mentions":
		each("q", "b", "bilby", "i")
		each("thread", h.all(":thread")...)
	case "/chats":
		each("open", h.all(":chat")...)
	case "/chats/new":
		each("account", h.all(":account")...)
	case "/":
		each("show", "all", "guest", "open")
	}
	switch path {
	case fmt.Sprintf("/spaces/%d/threads/%d", s.space, s.thread):
		for _, name := range []string{"comment", "before", "after"} {
			each(name, h.all(":comment")...)
		}
		each("newest", "1")
	case fmt.Sprintf("/spaces/%d/files", s.space), fmt.Sprintf("/spaces/%d/files/folders/new", s.space):
		each("folder", h.all(":folder")...)
		each("sort", "changed", "size")
	case fmt.Sprintf("/spaces/%d/files/zip", s.space):
		each("file", h.all(":file")...)
		each("folder", h.all(":folder")...)
		all = append(all, url.Values{"file": h.all(":file"), "folder": h.all(":folder")}.Encode())
	case fmt.Sprintf("/spaces/%d/files/%d/move", s.space, s.file), fmt.Sprintf("/spaces/%d/files/folders/%d/move", s.space, s.folder):
		each("at", h.all(":folder")...)
	case fmt.Sprintf("/chats/%d", s.chat):
		for _, name := range []string{"at", "before", "after", "only"} {
			each(name, h.all(":message")...)
		}
	}
	if strings.HasSuffix(r.Pattern, "/:file/download") {
		each("version", "1", "2")
	}
	return all
}

// searches ask for each word everywhere, and for hidden ones with each filter.
func (h *hiding) searches(each func(string, ...string), add func(...string)) {
	for _, word := range everyWord {
		each("q", strings.ToLower(word))
	}
	for _, filter := range []string{"person=" + h.people["BE"].ID.String(), "by=bilby", "space=" + h.workshop.space.String(), "space=" + h.secret.space.String()} {
		add(filter+"&q=", filter+"&q=quokka", filter+"&q=potoroo")
	}
	for _, kind := range store.FoundKinds {
		add("kind="+string(kind)+"&q=quokka", "kind="+string(kind)+"&q=bilby")
	}
}
