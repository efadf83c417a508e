package benchmark

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
)

// bigSpace is what the rows of this file are called.
const bigSpace = "big space"

// extent is how much there is in a space.
type extent struct{ comments, files, people int }

// The two spaces that are compared (issue of the portal's inside, criterion 3).
var (
	littleWritten = extent{comments: 100, files: 100, people: 100}
	muchWritten   = extent{comments: 100_000, files: 10_000, people: 1000}
)

// hall is a town with one full space, and the two who look at it.
type hall struct {
	*town
	store.FilledSpace
	extent     extent
	guestToken string
}

func newHall(t testing.TB, e extent) *hall {
	t.Helper()
	began := time.Now()
	h := &hall{town: newTown(t, neighbours), extent: e}
	var guest store.Account
	h.seed(func(seed store.Seeder) (err error) {
		guest, err = seed.Account(store.SeedAccount{Kind: store.Guest, Email: "reader@partner.example", Name: "Rosa Reader", Locale: "en", Company: "Partner 2"}, "")
		if err != nil {
			return err
		}
		h.guestToken, err = seed.Session(guest)
		return err
	})
	var err error
	h.FilledSpace, err = h.store.SeedFullSpace(t.Context(), store.FullSpace{
		Name: "Full", Host: h.host, Reader: guest, Comments: e.comments, Files: e.files, People: e.people,
	})
	h.must(err)
	h.seed(store.Seeder.LeaveUnnoticed)
	filled := time.Now()
	h.index()
	t.Logf("a space of %d comments: filled in %v, indexed in %v", e.comments, filled.Sub(began).Round(time.Millisecond), time.Since(filled).Round(time.Millisecond))
	return h
}

// index brings the index of search up to date.
func (w *town) index() {
	w.t.Helper()
	for more := true; more; {
		var err error
		more, err = w.store.IndexNow(w.t.Context())
		w.must(err)
	}
}

// at fills an address: :space, :thread, :middle, :first, :folder, :chat.
func (h *hall) at(path string) string {
	return strings.NewReplacer(
		":space", h.ID.String(), ":thread", h.Thread.String(), ":middle", h.Middle.String(),
		":first", h.First.String(), ":folder", h.Folder.String(), ":chat", h.Chat.String(),
	).Replace(path)
}

// spacePage is a page of a space, for its member and, unless it is the
// administrators' alone, for its guest.
type spacePage struct {
	work, path string
	team       bool
}

// The page of the space comes first: nobody has opened a thread then, and all
// notices are new.
var spacePages = []spacePage{
	{work: "home", path: "/"},
	{work: "its page", path: "/spaces/:space"},
	{work: "its threads", path: "/spaces/:space/threads"},
	{work: "the newest page of its long thread", path: "/spaces/:space/threads/:thread?newest=on"},
	{work: "a link into the middle of it", path: "/spaces/:space/threads/:thread?comment=:middle"},
	{work: "the first page of it", path: "/spaces/:space/threads/:thread?after=:first"},
	{work: "its files", path: "/spaces/:space/files"},
	{work: "a big folder", path: "/spaces/:space/files?folder=:folder"},
	{work: "a big folder by date", path: "/spaces/:space/files?folder=:folder&sort=changed"},
	{work: "its people", path: "/spaces/:space/people"},
	{work: "its people found by name", path: "/spaces/:space/people?q=person"},
	{work: "its members", path: "/spaces/:space/members", team: true},
	{work: "Manage Guests", path: "/spaces/:space/guests", team: true},
	{work: "whom one may mention: a beginning", path: "/spaces/:space/mentions?q=per", team: true},
	{work: "whom one may mention: a rare name", path: "/spaces/:space/mentions?q=77", team: true},
	{work: "its chat", path: "/chats/:chat"},
	{work: "the list of chats", path: "/chats"},
	{work: "search in it, a common word", path: "/search?space=:space&q=floor"},
	{work: "search in it, two characters", path: "/search?space=:space&q=会議"},
	{work: "search in it, nothing found", path: "/search?space=:space&q=zebra"},
	{work: "notifications", path: "/notifications"},
	{work: "directory", path: "/people"},
	{work: "directory by a name", path: "/people?q=person"},
}

// spaces compares a space in which much was written with one in which little was.
func (r *report) spaces() {
	r.t.Helper()
	little, much := newHall(r.t, littleWritten), newHall(r.t, muchWritten)
	for _, page := range spacePages {
		r.compare(page.work, "member", little, much, func(h *hall) func() int { return h.page(h.at(page.path), h.hostToken) })
		if !page.team {
			r.compare(page.work, "guest", little, much, func(h *hall) func() int { return h.page(h.at(page.path), h.guestToken) })
		}
	}
	r.compare("a comment over HTTP", "member", little, much, (*hall).postsComment)
	for _, h := range []*hall{little, much} {
		h.seed(store.Seeder.LeaveUnnoticed)
	}
	r.each = true
	r.compare("a comment and its notices, for each person", "all", little, much, (*hall).tells)
	r.each = false
}

// compare measures the same work in both spaces.
func (r *report) compare(work, reader string, little, much *hall, act func(*hall) func() int) {
	r.t.Helper()
	if r.only != "" && !strings.HasPrefix(bigSpace+": "+work, r.only) {
		return
	}
	few, many := measureBoth(r.t, act(little), act(much))
	if r.each {
		few.cpu /= time.Duration(little.extent.people)
		many.cpu /= time.Duration(much.extent.people)
	}
	growth := float64(many.cpu) / float64(few.cpu)
	if growth > mayGrow {
		r.missed = append(r.missed, fmt.Sprintf("%s, %s for a %s: grows × %.2f instead of × %.2f", bigSpace, work, reader, growth, mayGrow))
	}
	size := "–"
	if many.bytes > 0 {
		size = fmt.Sprintf("%.1f KB", float64(many.bytes)/1000)
	}
	line := fmt.Sprintf("| %s | %s | %s | %s | %s | × %.2f |", work, reader, size, ms(few.cpu), ms(many.cpu), growth)
	r.t.Log(line)
	r.spaceRows = append(r.spaceRows, line)
}

// postsComment is a comment at the end of the long thread.
func (h *hall) postsComment() func() int {
	path := h.at("/spaces/:space/threads/:thread/comments")
	post := request(h.t, h.portal, func() *http.Request {
		return h.signed(post(h.t, path, url.Values{"text": {said}}), h.hostToken)
	}, http.StatusSeeOther)
	return func() int {
		post()
		return 0
	}
}

// tells is a comment with the notices of it for everybody in the space.
func (h *hall) tells() func() int {
	comment := h.postsComment()
	return func() int {
		comment()
		h.must(h.store.MakeNotices(h.t.Context()))
		return 0
	}
}
