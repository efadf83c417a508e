package benchmark

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"guesthouse/store"
)

func nobody(*town) string   { return "" }
func asHost(w *town) string { return w.hostToken }
func asRoot(w *town) string { return w.rootToken }

func threadPath(w *town) string {
	return "/spaces/" + w.hall.String() + "/threads/" + w.thread.String()
}

func at(path string) func(*town) string { return func(*town) string { return path } }

func micro(n int) time.Duration { return time.Duration(n) * time.Microsecond }

// pages are the rows of the first table.
func (r *report) pages() {
	for _, row := range []row{
		{work: "sign-in page, anonymous", goal: micro(60), path: at("/login"), token: nobody},
		{work: "home with 50 spaces", goal: micro(410), path: at("/"), token: asHost, rows: 50},
		{work: "space page with 50 threads", goal: micro(1000), rows: 50, token: asHost,
			path: func(w *town) string { return "/spaces/" + w.hall.String() }},
		{work: "thread with 50 comments", goal: micro(1000), rows: 50, token: asHost,
			path: threadPath},
		{work: "guests of a space, 50", goal: micro(1000), rows: 50, token: asHost,
			path: func(w *town) string { return "/spaces/" + w.hall.String() + "/guests" }},
		{work: "all guests, 50, in administration", goal: micro(1000), path: at("/admin/guests"), token: asRoot, rows: 50, few: true},
		{work: "all guests, sorted by company", goal: micro(1000), path: at("/admin/guests?sort=company"), token: asRoot, rows: 50, few: true},
		{work: "all guests, sorted by last sign-in", goal: micro(1000), path: at("/admin/guests?sort=-sign_in"), token: asRoot, rows: 50, few: true},
		{work: "all guests, sorted by end", goal: micro(1000), path: at("/admin/guests?sort=ends"), token: asRoot, rows: 50, few: true},
		{work: "all guests, sorted by creation", goal: micro(1000), path: at("/admin/guests?sort=-created"), token: asRoot, rows: 50, few: true},
		{work: "all guests, of one state", goal: micro(1000), path: at("/admin/guests?status=active"), token: asRoot, rows: 50, few: true},
		{work: "all guests, of one company", goal: micro(1000), path: at("/admin/guests?company=Crowd"), token: asRoot, rows: 50, few: true},
		{work: "all guests, in one space", goal: micro(1000), path: at("/admin/guests?licence=single"), token: asRoot, rows: 50, few: true},
		{work: "all guests, never signed in", goal: micro(1000), path: at("/admin/guests?signed_in=never"), token: asRoot, rows: 50, few: true},
		{work: "all guests, found by a common word", goal: micro(1000), path: at("/admin/guests?q=crowd.example"), token: asRoot, rows: 50, few: true},
		{work: "all guests, found by a rare word", goal: micro(1000), path: at("/admin/guests?q=guest77%40crowd"), token: asRoot, few: true},
		{work: "all members, 50, in administration", goal: micro(1000), path: at("/admin/members"), token: asRoot, rows: 50},
		{work: "audit log, 50 entries", goal: micro(1000), path: at("/admin/audit"), token: asRoot, rows: 50},
		{work: "one comment, committed", goal: micro(250), act: addComment, writes: true,
			floor: func(f *floor) func() int { return f.comment }},
		{work: "one comment over HTTP", goal: micro(500), act: postComment, writes: true, path: threadPath, token: asHost,
			floor: func(f *floor) func() int { return f.comment }},
		{work: "100 invitations in one request", goal: micro(5000), act: invite, writes: true,
			floor: func(f *floor) func() int { return f.invite(100) }},
		{work: "1,000 invitations, in ten requests", goal: micro(50000), act: inviteThousand, writes: true,
			floor: func(f *floor) func() int { return f.invite(1000) }},
		{work: "who is there: session, account, policy", goal: micro(50), act: visit,
			floor: func(f *floor) func() int { return f.visit }},
	} {
		r.measure(row)
	}
}

const said = "The floor plan of room 4 is in the drive now."

// addComment is a comment in a thread that nobody else measures.
func addComment(w *town) func() int {
	thread := w.newThread()
	return func() int {
		_, err := w.store.AddComment(w.t.Context(), w.host, w.hall, thread, store.NewComment{Body: said})
		w.must(err)
		return 0
	}
}

func (w *town) newThread() store.ID {
	w.t.Helper()
	thread, err := w.store.CreateThread(w.t.Context(), w.host, w.hall, store.NewThread{Name: fmt.Sprintf("Talk %d", w.next())})
	w.must(err)
	return thread.ID
}

func postComment(w *town) func() int {
	path := "/spaces/" + w.hall.String() + "/threads/" + w.newThread().String() + "/comments"
	return request(w.t, w.portal, func() *http.Request {
		return w.signed(post(w.t, path, url.Values{"text": {said}}), w.hostToken)
	}, http.StatusSeeOther)
}

func (w *town) addresses(n int) string {
	var text []byte
	for range n {
		text = fmt.Appendf(text, "Invited Person <invited%d@partner.example>\n", w.next())
	}
	return string(text)
}

func invite(w *town) func() int {
	return func() int {
		_, err := w.store.InviteGuests(w.t.Context(), w.host, w.hall, store.Invite{
			Emails: w.addresses(100), Message: "We share the plans here.", Permission: "edit",
		})
		w.must(err)
		return 0
	}
}

func inviteThousand(w *town) func() int {
	hundred := invite(w)
	return func() int {
		for range 10 {
			hundred()
		}
		return 0
	}
}

func visit(w *town) func() int {
	return func() int {
		_, err := w.store.Visit(w.t.Context(), w.hostToken)
		w.must(err)
		return 0
	}
}

// BenchmarkPages are the pages that are opened most, in a small town: for a
// profile, or to compare two commits.
func BenchmarkPages(b *testing.B) {
	w := newTown(b, neighbours)
	for _, page := range []struct{ name, path string }{
		{"home", "/"}, {"space", "/spaces/" + w.hall.String()}, {"thread", threadPath(w)},
	} {
		b.Run(page.name, func(b *testing.B) {
			work := w.page(page.path, w.hostToken)
			began := processor(b)
			for b.Loop() {
				work()
			}
			b.ReportMetric(float64(processor(b)-began)/float64(b.N), "cpu-ns/op")
		})
	}
}
