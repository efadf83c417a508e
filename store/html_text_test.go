package store_test

import (
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// SEC-I3: what HTML becomes that a program sends: cleaned, and nobody is mentioned.
func TestHTMLOfPrograms(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if err := w.Store.ChangeSpace(t.Context(), w.Host, w.Space, store.SpaceChange{MultiThread: true}); err != nil {
		t.Fatal(err)
	}
	for html, want := range map[string]string{
		`<p>Hello <b>you</b></p>`:                                    "<p>Hello <strong>you</strong></p>\n",
		`one<br>two`:                                                 "<p>one<br>\ntwo</p>\n",
		`<ul><li>a</li><li>b</li></ul>`:                              "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n",
		`<h1>Head</h1>`:                                              "<h3>Head</h3>\n",
		`<script>alert(1)</script><p onclick="x">ok</p>`:             "<p>ok</p>\n",
		`<a href="javascript:alert(1)">x</a>`:                        "<p>x</p>\n",
		`<a href="https://a.example/">x</a>`:                         `<p><a href="https://a.example/" rel="noopener noreferrer nofollow">x</a></p>` + "\n",
		`<img src=x onerror=alert(1)><style>p{}</style>a *b* _c_ #d`: "<p>a *b* _c_ #d</p>\n",
		`<p>@Jane Roe &lt;b&gt;</p>`:                                 "<p>@Jane Roe &lt;b&gt;</p>\n",
		"":                                                           "",
		"<p></p>":                                                    "",
	} {
		if err := w.Store.UpdateSpaceHTML(t.Context(), w.Host, w.Space, html); err != nil {
			t.Errorf("%q: %v", html, err)
			continue
		}
		sp, err := w.Store.Space(t.Context(), w.Host, w.Space, store.ToOpen)
		if err != nil || string(sp.BodyHTML) != want {
			t.Errorf("%q became %q, want %q (%v)", html, sp.BodyHTML, want, err)
		}
	}
	for html, want := range map[string]error{
		strings.Repeat("x", store.MaxText+1):    store.ErrTextTooLong,
		strings.Repeat("x", store.MaxText):      nil,
		strings.Repeat("<div>", 10_000) + "x":   store.ErrTextTooDeep,
		strings.Repeat("<blockquote>", 150):     nil, // nothing is in them
		strings.Repeat("<ul><li>", 80) + "deep": nil,
		strings.Repeat("*", store.MaxText):      nil,
		"a\x00b":                                nil, // the sign goes
	} {
		if err := w.Store.UpdateSpaceHTML(t.Context(), w.Host, w.Space, html); !is(err, want) {
			t.Errorf("%.20q of %d: %v, want %v", html, len(html), err, want)
		}
	}
	if err := w.Store.MakeNotices(t.Context()); err != nil {
		t.Fatal(err)
	}
	if rows := w.Dump()["mentions"]; len(rows) != 0 {
		t.Errorf("somebody was mentioned: %v", rows)
	}
}

// A space with one thread has that thread's text, whose name stays.
func TestHTMLWithOneThread(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	thread := firstThread(t, w, w.Space)
	if err := w.Store.UpdateSpaceHTML(t.Context(), w.Host, w.Space, "<p>x</p>"); !is(err, store.ErrOneThread) {
		t.Errorf("the space's text: %v", err)
	}
	name, html := "Another", "<p>Rules</p>"
	if err := w.Store.ChangeThread(t.Context(), w.Host, w.Space, thread, store.ThreadChange{Name: &name}); !is(err, store.ErrOneThread) {
		t.Errorf("the thread's name: %v", err)
	}
	if err := w.Store.ChangeThread(t.Context(), w.Host, w.Space, thread, store.ThreadChange{HTML: &html}); err != nil {
		t.Fatal(err)
	}
	_, kept, err := w.Store.Thread(t.Context(), w.Host, w.Space, thread)
	if err != nil || kept.BodyHTML != "<p>Rules</p>\n" || kept.Name == name {
		t.Errorf("the thread is %+v, %v", kept, err)
	}
	if err := w.Store.ChangeSpace(t.Context(), w.Host, w.Space, store.SpaceChange{MultiThread: true}); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.ChangeThread(t.Context(), w.Host, w.Space, thread, store.ThreadChange{Name: &name}); err != nil {
		t.Fatal(err)
	}
	_, kept, err = w.Store.Thread(t.Context(), w.Host, w.Space, thread)
	if err != nil || kept.BodyHTML != "<p>Rules</p>\n" || kept.Name != name {
		t.Errorf("the thread is %+v, %v", kept, err)
	}
}

// SEC-A1: who changes texts and threads, and who may not.
func TestProgramEditsMatrix(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	thread := firstThread(t, w, w.Space) // the host's
	html := "<p>x</p>"
	for _, standing := range standings {
		var want error = store.ErrForbidden
		switch standing {
		case "m", "g":
			want = store.ErrNotFound
		case "SpA":
			want = nil
		}
		if err := w.Store.ChangeThread(t.Context(), as(w, standing), w.Space, thread, store.ThreadChange{HTML: &html}); !is(err, want) {
			t.Errorf("%s changes the thread: %v, want %v", standing, err, want)
		}
		if err := w.Store.ChangeSpace(t.Context(), as(w, standing), w.Space, store.SpaceChange{}); !is(err, want) {
			t.Errorf("%s changes the space: %v, want %v", standing, err, want)
		}
		if err := w.Store.UpdateSpaceMembers(t.Context(), as(w, standing), w.Space, []store.MemberEntry{{Code: w.Host.Login, Administrator: true}, {Code: w.Editor.Login}}); !is(err, want) {
			t.Errorf("%s changes the members: %v, want %v", standing, err, want)
		}
		if want == nil {
			want = store.ErrOneThread
		}
		if err := w.Store.UpdateSpaceHTML(t.Context(), as(w, standing), w.Space, html); !is(err, want) {
			t.Errorf("%s changes the text: %v, want %v", standing, err, want)
		}
	}
}
