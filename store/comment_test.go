package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// Fifty comments a page, by key, oldest first; an older page is found from the
// oldest comment of the newer one.
func TestConversation(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	for i := range 60 {
		if _, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: fmt.Sprintf("Comment %d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	newest, err := w.Store.Conversation(ctx, w.GuestReader, w.Space, thread, store.Place{})
	if err != nil || len(newest.Comments) != 50 || newest.Comments[49].Body != "Comment 59" || newest.Earlier == 0 || newest.Later != 0 {
		t.Fatalf("newest page: %d comments, earlier %d, %v", len(newest.Comments), newest.Earlier, err)
	}
	older, err := w.Store.Conversation(ctx, w.GuestReader, w.Space, thread, store.Place{Before: newest.Earlier})
	if err != nil || len(older.Comments) != 10 || older.Comments[0].Body != "Comment 0" || older.Earlier != 0 || older.Later == 0 {
		t.Errorf("older page: %d comments, earlier %d, %v", len(older.Comments), older.Earlier, err)
	}
	if newest.Thread.CommentCount != 60 {
		t.Errorf("the thread counts %d", newest.Thread.CommentCount)
	}
}

// SEC-A1: a thread or comment is found through its own space and thread only.
func TestCommentsOfOtherSpaces(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	thread, foreign := firstThread(t, w, w.Space), firstThread(t, w, w.Spaces[store.OpenSpace])
	comment, err := w.Store.AddComment(ctx, w.Host, w.Spaces[store.OpenSpace], foreign, store.NewComment{Body: "Elsewhere"})
	if err != nil {
		t.Fatal(err)
	}
	_, add := w.Store.AddComment(ctx, w.Host, w.Space, foreign, store.NewComment{Body: "x"})
	_, open := w.Store.Conversation(ctx, w.Host, w.Space, foreign, store.Place{})
	_, _, form := w.Store.Comment(ctx, w.Host, w.Space, thread, comment.ID)
	for name, err := range map[string]error{
		"add": add, "open": open, "form": form,
		"edit":          w.Store.EditComment(ctx, w.Host, w.Space, foreign, comment.ID, 1, "x"),
		"edit here":     w.Store.EditComment(ctx, w.Host, w.Space, thread, comment.ID, 1, "x"),
		"delete":        w.Store.DeleteComment(ctx, w.Host, w.Space, thread, comment.ID),
		"rename thread": w.Store.UpdateThread(ctx, w.Host, w.Space, foreign, store.EditedThread{Name: "x", Version: 1}),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is new is what others wrote since one looked, and opening the space is looking.
func TestNew(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	news := func(actor store.Account) int {
		t.Helper()
		return space(t, w, actor).New
	}
	for range 3 {
		if _, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: "Hello"}); err != nil {
			t.Fatal(err)
		}
	}
	if news(w.Host) != 3 || news(w.Editor) != 0 || news(w.GuestReader) != 3 {
		t.Errorf("new: %d, %d, %d", news(w.Host), news(w.Editor), news(w.GuestReader))
	}
	if _, err := w.Store.SpaceOverview(ctx, w.Host, w.Space, store.Place{}); err != nil {
		t.Fatal(err)
	}
	if news(w.Host) != 0 || news(w.GuestReader) != 3 {
		t.Errorf("after looking: %d, %d", news(w.Host), news(w.GuestReader))
	}
	member(t, w, w.Space, w.Outsider, store.Editor)
	if news(w.Outsider) != 0 {
		t.Error("to a newcomer everything is new")
	}
}

// The newest word of a space follows what is deleted and brought back.
func TestLastWord(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	last := func() string {
		t.Helper()
		spaces, err := w.Store.SpacesOf(ctx, w.Host, "", store.GuestSpace)
		if err != nil {
			t.Fatal(err)
		}
		return spaces.Items[0].Last.Author.Name + ": " + spaces.Items[0].Last.Text
	}
	if last() != ": " {
		t.Errorf("at first %q", last())
	}
	_, err := w.Store.AddComment(ctx, w.GuestEditor, w.Space, thread, store.NewComment{Body: "The **first** [word](https://example.com)\nand more"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.Store.AddComment(ctx, w.Host, w.Space, thread, store.NewComment{Body: "The second"})
	if err != nil {
		t.Fatal(err)
	}
	if last() != "Jane Roe: The second" {
		t.Errorf("then %q", last())
	}
	if err := w.Store.DeleteComment(ctx, w.Host, w.Space, thread, second.ID); err != nil {
		t.Fatal(err)
	}
	if last() != "Erika Mustermann: The first word and more" {
		t.Errorf("after deleting %q", last())
	}
	if err := w.Store.RestoreComment(ctx, w.Host, w.Space, thread, second.ID); err != nil {
		t.Fatal(err)
	}
	if last() != "Jane Roe: The second" {
		t.Errorf("after undoing %q", last())
	}
}

// A deleted comment shows nothing, comes back by who deleted it within an hour,
// and after the sweep its words are gone.
func TestDeleteComment(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	comment, err := w.Store.AddComment(ctx, w.GuestEditor, w.Space, thread, store.NewComment{Body: "A secret"})
	if err != nil {
		t.Fatal(err)
	}
	do := func(err, want error, what string) {
		t.Helper()
		if !is(err, want) {
			t.Errorf("%s: got %v, want %v", what, err, want)
		}
	}
	do(w.Store.DeleteComment(ctx, w.Editor, w.Space, thread, comment.ID), store.ErrForbidden, "by another member")
	do(w.Store.DeleteComment(ctx, w.Host, w.Space, thread, comment.ID), nil, "by an administrator")
	do(w.Store.RestoreComment(ctx, w.GuestEditor, w.Space, thread, comment.ID), store.ErrNotFound, "its author undoes that")
	do(w.Store.EditComment(ctx, w.GuestEditor, w.Space, thread, comment.ID, 1, "x"), store.ErrNotFound, "edited after that")
	page, err := w.Store.Conversation(ctx, w.Host, w.Space, thread, store.Place{})
	if err != nil || !page.Comments[0].Deleted() || page.Comments[0].Body != "" || page.Comments[0].BodyHTML != "" {
		t.Errorf("shown as %+v, %v", page.Comments, err)
	}
	do(w.Store.RestoreComment(ctx, w.Host, w.Space, thread, comment.ID), nil, "undone")
	do(w.Store.DeleteComment(ctx, w.GuestEditor, w.Space, thread, comment.ID), nil, "by its author")
	w.Clock.Advance(time.Hour)
	do(w.Store.RestoreComment(ctx, w.GuestEditor, w.Space, thread, comment.ID), store.ErrNotFound, "undone after an hour")
	do(w.Store.Sweep(ctx), nil, "the sweep")
}

// SEC-I3: what people write becomes harmless HTML.
func TestCommentHTML(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	const rel = ` rel="noopener noreferrer nofollow"`
	for body, want := range map[string]string{
		"**b** *i* ~~d~~ `c`":                    "<p><strong>b</strong> <em>i</em> <del>d</del> <code>c</code></p>",
		"one\ntwo":                               "<p>one<br>\ntwo</p>",
		"# Title":                                "<h3>Title</h3>",
		"<script>alert(1)</script>":              "",
		"a <b onclick=x>b</b>":                   "<p>a b</p>",
		"[x](javascript:alert(1))":               "<p>x</p>",
		"[x](data:text/html,y)":                  "<p>x</p>",
		"[x](vbscript:y)":                        "<p>x</p>",
		"[x](/spaces/1)":                         "<p>x</p>",
		"[x](//evil.example)":                    "<p>x</p>",
		"[x](https://example.com)":               `<p><a href="https://example.com"` + rel + `>x</a></p>`,
		"https://example.com":                    `<p><a href="https://example.com"` + rel + `>https://example.com</a></p>`,
		"[x](mailto:a@example.com)":              `<p><a href="mailto:a@example.com"` + rel + `>x</a></p>`,
		"[x](tel:+4912345)":                      `<p><a href="tel:+4912345"` + rel + `>x</a></p>`,
		"![alt](https://evil.example/p.png)":     `<p><a href="https://evil.example/p.png"` + rel + `>alt</a></p>`,
		"![alt](javascript:alert(1))":            "<p>alt</p>",
		"[x](https://example.com \"t\\\" onx\")": `<p><a href="https://example.com"` + rel + `>x</a></p>`,
		"- [ ] box":                              "<ul>\n<li>[ ] box</li>\n</ul>",
		"```html\n<i>\n```":                      "<pre><code>&lt;i&gt;\n</code></pre>",
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			comment, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: body})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(string(comment.BodyHTML)); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// SEC-I2: texts that are made to be slow, empty or broken.
func TestNastyComments(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	full := func(piece string) string { return strings.Repeat(piece, store.MaxText/len(piece)) }
	for name, test := range map[string]struct {
		body string
		want error
	}{
		"nothing":              {"", store.ErrRequired},
		"blanks":               {" \n\u200b ", store.ErrRequired},
		"the longest":          {strings.Repeat("あ", store.MaxText), nil},
		"one more":             {strings.Repeat("あ", store.MaxText+1), store.ErrTextTooLong},
		"a NUL":                {"a\x00b", store.ErrTextControl},
		"broken UTF-8":         {"a\xffb", store.ErrNotUTF8},
		"a bidi override":      {"a\u202eb", store.ErrTextControl},
		"quotes in quotes":     {full(">"), store.ErrTextTooDeep},
		"with blanks":          {full("> "), store.ErrTextTooDeep},
		"lists in lists":       {full("- "), store.ErrTextTooDeep},
		"numbers in numbers":   {full("1. "), store.ErrTextTooDeep},
		"brackets":             {full("["), nil},
		"pictures":             {full("!["), nil},
		"brackets closed late": {full("[")[:store.MaxText/2] + strings.Repeat("](x)", store.MaxText/8), nil},
		"tables":               {strings.Repeat("|a", 100) + "\n" + strings.Repeat("|-", 100) + "\n" + strings.Repeat("|b\n", 20_000), store.ErrTextTooDeep},
		"a list of 10,000":     {strings.Repeat("* a\n", 10_000), nil},
		"names in code":        {strings.Repeat("foo_bar_baz(x_y)\n", 3_000), nil},
		"a table of 400 rows":  {"|a|b|c|\n|-|-|-|\n" + strings.Repeat("|1|2|3|\n", 400), nil},
		"definitions":          {full("[a]: b\n"), nil},
		"fences":               {full("```\n"), nil},
		"addresses":            {full("www.a.b "), nil},
		"mails":                {full("a@b.cc "), nil},
		"escapes":              {full("\\<"), nil},
		"entities":             {full("&amp"), nil},
		"headings":             {full("# a\n"), nil},
		"emphasis":             {full("**a *b "), store.ErrTextTooDeep},
		"strikes":              {full("~~a ~"), store.ErrTextTooDeep},
		"closed brackets":      {full("[a](b)"), nil},
		"stars":                {full("*a_ "), store.ErrTextTooDeep},
		"ticks":                {full("`a "), nil},
		"angles":               {full("<a "), nil},
		"pipes":                {full("|a"), nil},
		"lines of quotes":      {full(strings.Repeat(">", 90) + "a\n"), nil},
		"deeper and deeper":    {steps(), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: test.body}); !is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// steps is a list that goes one level deeper with every line.
func steps() string {
	var b strings.Builder
	for depth := 0; b.Len() < 60_000; depth++ {
		b.WriteString(strings.Repeat(" ", 2*depth) + "- x\n")
	}
	return b.String()
}
