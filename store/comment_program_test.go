package store_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// A program's text is shown as it is: no sign of it means anything, and it names
// nobody; lines stay lines and links stay links.
func TestPlainComment(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	thread := firstThread(t, w, w.Space)
	for text, want := range map[string]string{
		"one\ntwo":                     "<p>one<br>\ntwo</p>\n",
		"*a* _b_ `c` ~~d~~ [e](http:)": "<p>*a* _b_ `c` ~~d~~ [e](http:)</p>\n",
		"# no heading\n- no list\n1. none\n> no quote": "<p># no heading<br>\n- no list<br>\n1. none<br>\n&gt; no quote</p>\n",
		"    no code":                     "<p>\u00a0\u00a0\u00a0\u00a0no code</p>\n",
		"a\n---":                          "<p>a<br>\n---</p>\n",
		"<b>&amp;</b>":                    "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>\n",
		"@Jane Roe and a@b.example":       `<p>@Jane Roe and <a href="mailto:a@b.example" rel="noopener noreferrer nofollow">a@b.example</a></p>` + "\n",
		"＠Jane Roe":                       "<p>@Jane Roe</p>\n",
		"see https://a.example/b_c_d":     `<p>see <a href="https://a.example/b_c_d" rel="noopener noreferrer nofollow">https://a.example/b_c_d</a></p>` + "\n",
		"| a | b |\n|---|---|\n| 1 | 2 |": "<p>| a | b |<br>\n|---|---|<br>\n| 1 | 2 |</p>\n",
		`back\slash`:                      `<p>back\slash</p>` + "\n",
		"12 apples":                       "<p>12 apples</p>\n",
	} {
		c, err := w.Store.AddPlainComment(t.Context(), w.Editor, w.Space, thread, store.PlainComment{Text: text})
		if err != nil || string(c.BodyHTML) != want {
			t.Errorf("%q became %q, want %q (%v)", text, c.BodyHTML, want, err)
		}
	}
}

// Mentions stand before the text and are told; a guest is named as one.
func TestPlainCommentMentions(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	_, err := w.Store.AddPlainComment(t.Context(), w.Editor, w.Space, firstThread(t, w, w.Space), store.PlainComment{
		Text: "please look", Mentions: []string{string(w.Host.Email), store.GuestCode + "Erika@partner.example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	conversation, err := w.Store.Conversation(t.Context(), w.Host, w.Space, firstThread(t, w, w.Space), store.Place{})
	if err != nil {
		t.Fatal(err)
	}
	comments := conversation.Comments
	shown := string(comments[len(comments)-1].BodyHTML)
	for _, want := range []string{`data-person="` + w.Host.ID.String(), `data-person="` + w.GuestEditor.ID.String(), "please look</p>"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%s is not in %s", want, shown)
		}
	}
	if err := w.Store.MakeNotices(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, person := range []store.Account{w.Host, w.GuestEditor} {
		notices, err := w.Store.Notices(t.Context(), person, "")
		if err != nil || !slices.ContainsFunc(notices.Items, func(n store.Notice) bool { return n.Kind == store.NoticeMention }) {
			t.Errorf("%s was not told: %v", person.Name, err)
		}
	}
}

// The limits of a call, each told by its place.
func TestPlainCommentProblems(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	thread := firstThread(t, w, w.Space)
	six := make([]store.KeyedFile, 6)
	for i := range six {
		six[i] = store.KeyedFile{Key: "x"}
	}
	host := string(w.Host.Email)
	for name, test := range map[string]struct {
		in   store.PlainComment
		want map[string]string
	}{
		"nothing":        {store.PlainComment{Text: " \n"}, map[string]string{"text": "required"}},
		"too long":       {store.PlainComment{Text: strings.Repeat("*", store.MaxText+1)}, map[string]string{"text": "text_too_long"}},
		"the longest":    {store.PlainComment{Text: strings.Repeat("* ", store.MaxText/2)}, map[string]string{}},
		"six files":      {store.PlainComment{Files: six}, map[string]string{"files": "too_many_files"}},
		"11 mentions":    {store.PlainComment{Text: "x", Mentions: slices.Repeat([]string{host}, 11)}, map[string]string{"mentions": "too_many_mentions"}},
		"too narrow":     {store.PlainComment{Files: []store.KeyedFile{{Key: "x", Width: 99}}}, map[string]string{"files[0].width": "file_width"}},
		"too wide":       {store.PlainComment{Text: "x", Files: []store.KeyedFile{{Key: "x", Width: 751}}}, map[string]string{"files[0].width": "file_width"}},
		"no such upload": {store.PlainComment{Text: "x", Files: []store.KeyedFile{{Key: "x", Width: 100}}}, map[string]string{"files[0].fileKey": "upload_gone"}},
		"nobody, outside, as a guest, as none": {store.PlainComment{Text: "x", Mentions: []string{
			"nobody@works.example", string(w.Outsider.Email), "guest/" + host, string(w.GuestEditor.Email), host,
		}}, map[string]string{
			"mentions[0].code": "no_such_person", "mentions[1].code": "no_such_person",
			"mentions[2].code": "no_such_person", "mentions[3].code": "no_such_person",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.Store.AddPlainComment(t.Context(), w.Editor, w.Space, thread, test.in)
			if got := fields(t, err); !maps.Equal(got, test.want) {
				t.Errorf("problems %v, want %v", got, test.want)
			}
		})
	}
}

// SEC-A1, S3-06: who may write for people may write for programs, and nobody else.
func TestPlainCommentMatrix(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	thread := firstThread(t, w, w.Space)
	for standing, want := range map[string]error{
		"SA": store.ErrForbidden, "SpA": nil, "M": nil, "m": store.ErrNotFound, "GE": nil, "GR": store.ErrForbidden, "g": store.ErrNotFound,
	} {
		for _, in := range []store.PlainComment{{Text: "x"}, {}} {
			_, err := w.Store.AddPlainComment(t.Context(), as(w, standing), w.Space, thread, in)
			if in.Text == "" && want == nil {
				want = store.ErrRequired
			}
			if !is(err, want) {
				t.Errorf("%s: %v, want %v", standing, err, want)
			}
		}
	}
}

// A width is kept of pictures alone.
func TestFileWidth(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	thread := firstThread(t, w, w.Space)
	var files []store.KeyedFile
	for _, content := range []string{pngOf(t).String(), "no picture"} {
		key, err := w.Upload(w.Editor, w.Space, "file", strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, store.KeyedFile{Key: key, Width: 250})
	}
	c, err := w.Store.AddPlainComment(t.Context(), w.Editor, w.Space, thread, store.PlainComment{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	_, c, err = w.Store.Comment(t.Context(), w.Editor, w.Space, thread, c.ID)
	if err != nil || len(c.Files) != 2 || c.Files[0].Width != 250 || c.Files[1].Width != 0 {
		t.Errorf("the files are %+v, %v", c.Files, err)
	}
}
