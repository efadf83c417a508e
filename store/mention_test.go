package store_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// joins puts a new person into the guest space.
func joins(t *testing.T, w *storetest.World, kind store.AccountKind, name, company string) store.Account {
	t.Helper()
	account := newAccount(t, w, store.SeedAccount{
		Kind: kind, Email: store.Email(fmt.Sprintf("p%d@partner.example", emails(w))), Name: name, Company: company,
	})
	member(t, w, w.Space, account, store.Editor)
	return account
}

func emails(w *storetest.World) int { return len(w.Dump()["accounts"]) }

func apart(t *testing.T, w *storetest.World) {
	t.Helper()
	if err := w.Store.Exec(t.Context(), `UPDATE spaces SET companies_apart = TRUE WHERE id = `+w.Space.String()); err != nil {
		t.Fatal(err)
	}
}

var linkToPerson = regexp.MustCompile(`<a class="mention" href="/people/(\d+)" data-person="(\d+)">@([^<]*)</a>`)

// mentions are the names that the HTML of a comment links.
func mentions(html store.HTML) string {
	var names []string
	for _, found := range linkToPerson.FindAllStringSubmatch(string(html), -1) {
		names = append(names, found[3])
	}
	return strings.Join(names, ", ")
}

// A name after "@" is a link to the person: the longest name that somebody in
// the space has, in every script, however it is spelled. Code, addresses, links
// and words are left alone.
func TestMentionsInText(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	joins(t, w, store.Member, "Jane Roe Smith", "")
	joins(t, w, store.Guest, "山田 花子", "Studio")
	joins(t, w, store.Guest, "李明", "Studio")
	joins(t, w, store.Member, "foo_bar_baz", "")
	joins(t, w, store.Member, `A <3 "O'Neil" & Co`, "")
	for text, want := range map[string]string{
		"@Jane Roe please look":                 "Jane Roe",
		"@jane  ROE, @Ｊａｎｅ Roe":                 "Jane Roe, Jane Roe",
		"＠Jane Roe":                             "Jane Roe",
		"@Jane Roe Smith and @Jane Roe":         "Jane Roe Smith, Jane Roe",
		"@Jane Roebuck":                         "",
		"@Jane Roe's cat, (@Richard Roe)":       "Jane Roe, Richard Roe",
		"@山田 花子さん、よろしく@李明请看":                    "山田 花子, 李明",
		"@山田　花子":                                "山田 花子",
		"**@Jane Roe** and *@Richard Roe*":      "Jane Roe, Richard Roe",
		"- @Jane Roe\n- @Richard Roe":           "Jane Roe, Richard Roe",
		"hey @foo_bar_baz!":                     "foo_bar_baz",
		"`@Jane Roe` in code":                   "",
		"```\n@Jane Roe\n```":                   "",
		"[@Jane Roe](https://example.com)":      "",
		`\@Jane Roe is not meant`:               "",
		"mail jane@Jane Roe":                    "",
		"@Otto Outsider is not here":            "",
		"@Rita Root neither":                    "",
		"@@Jane Roe":                            "",
		"@ Jane Roe":                            "",
		"@Jane\nRoe":                            "",
		"@Jane Roe\nsecond line":                "Jane Roe",
		"@Jane Roe#" + w.Host.ID.String() + "!": "Jane Roe",
		"@Jane Roe#1x":                          "Jane Roe",
		`@A <3 "O'Neil" & Co`:                   `A &lt;3 &#34;O&#39;Neil&#34; &amp; Co`,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			c, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: text})
			if err != nil {
				t.Fatal(err)
			}
			if got := mentions(c.BodyHTML); got != want {
				t.Errorf("got %q, want %q in %s", got, want, c.BodyHTML)
			}
			if strings.Contains(string(c.BodyHTML), "<mention") {
				t.Errorf("a mark is left: %s", c.BodyHTML)
			}
		})
	}
}

// SEC-I3: nobody types a mention, a tag of a guest or the mark that becomes one.
func TestMentionsAreNotTyped(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	id := w.Host.ID.String()
	for _, text := range []string{
		`x <mention person="` + id + `"></mention>`,
		`<mention person="` + id + `"></mention>`,
		"&lt;mention person=\"" + id + "\"&gt;&lt;/mention&gt; &#60;mention person=\"" + id + "\"&#62;",
		`<a class="mention" href="/people/` + id + `" data-person="` + id + `">@Nobody Here</a>`,
		`x <span class="tag tag--guest" data-guest></span>`,
		`[x](/people/` + id + `)`,
	} {
		c, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: text})
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{`class="mention"`, "<mention", "<span", "data-guest>"} {
			if strings.Contains(string(c.BodyHTML), bad) {
				t.Errorf("%s became %s", text, c.BodyHTML)
			}
		}
	}
}

// S4-10: a guest who is mentioned carries the mention "guest", whose word the
// page adds; a member does not.
func TestMentionOfAGuest(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	c, err := w.Store.AddComment(t.Context(), w.Editor, w.Space, firstThread(t, w, w.Space), store.NewComment{Body: "@Erika Mustermann and @Jane Roe"})
	if err != nil {
		t.Fatal(err)
	}
	const tag = `@Erika Mustermann</a> <span class="tag tag--guest" data-guest></span> and `
	if html := string(c.BodyHTML); !strings.Contains(html, tag) || strings.Count(html, "data-guest") != 1 {
		t.Errorf("it says %s", html)
	}
}

// S4-10, SEC-A5: who would not be able to read a text is not mentioned in it,
// and nobody's name gets to another company. Nothing is lost and nothing kept.
func TestMentionsOfThoseWhoCannotRead(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	add := func(actor store.Account, audience store.Audience, text string) error {
		_, err := w.Store.AddComment(ctx, actor, w.Space, thread, store.NewComment{Body: text, Audience: audience})
		return err
	}
	if err := add(w.Host, store.TeamOnly, "@Erika Mustermann is too dear"); !errors.Is(err, store.ErrMentionUnread) {
		t.Errorf("team only: %v", err)
	}
	if err := add(w.Host, store.TeamOnly, "@Richard Roe, what now?"); err != nil {
		t.Errorf("a member, team only: %v", err)
	}
	joins(t, w, store.Guest, "Nora None", "")
	apart(t, w)
	partner, studio := store.ForCompany("partner"), store.ForCompany("studio")
	for name, test := range map[string]struct {
		actor    store.Account
		audience store.Audience
		text     string
		want     error
		linked   int
	}{
		"a guest for everyone":                   {w.Host, store.Everyone, "@Erika Mustermann", store.ErrMentionApart, 0},
		"a guest without a company":              {w.Host, store.Everyone, "@Nora None", store.ErrMentionAlone, 0},
		"a guest for their company":              {w.Host, partner, "@Erika Mustermann", nil, 1},
		"a guest for another company":            {w.Host, studio, "@Erika Mustermann", store.ErrMentionUnread, 0},
		"a member for everyone":                  {w.Host, store.Everyone, "@Richard Roe", nil, 1},
		"a member for a company":                 {w.Host, partner, "@Richard Roe", nil, 1},
		"a guest mentions a member":              {w.GuestEditor, store.Everyone, "@Jane Roe", nil, 1},
		"a guest names whom they do not know of": {w.GuestEditor, store.Everyone, "@Mario Rossi", nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(w.Dump()["comments"])
			c, err := w.Store.AddComment(ctx, test.actor, w.Space, thread, store.NewComment{Body: test.text, Audience: test.audience})
			if !is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if n := strings.Count(string(c.BodyHTML), `class="mention"`); err == nil && n != test.linked {
				t.Errorf("%d links in %s", n, c.BodyHTML)
			}
			if err != nil && len(w.Dump()["comments"]) != before {
				t.Error("it was kept")
			}
		})
	}
}

// Of several people with one name, a number says who is meant.
func TestNamesakes(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	other := joins(t, w, store.Guest, "Jane Roe", "Partner")
	add := func(text string) (store.Comment, error) {
		return w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: text})
	}
	_, err := add("@Jane Roe?")
	var problem *store.Error
	if !errors.As(err, &problem) || problem.Code != "mention_twice" || problem.Field != "text" {
		t.Fatalf("without a number: %v", err)
	}
	choices := fmt.Sprint(problem.Args["Choices"])
	for _, want := range []string{"@Jane Roe#" + w.Host.ID.String(), "@Jane Roe#" + other.ID.String() + " (Partner)"} {
		if !strings.Contains(choices, want) {
			t.Errorf("%q does not offer %q", choices, want)
		}
	}
	c, err := add("@Jane Roe#" + other.ID.String() + " and more")
	if err != nil || !strings.Contains(string(c.BodyHTML), `data-person="`+other.ID.String()+`">@Jane Roe</a>`) || strings.Contains(string(c.BodyHTML), "#") {
		t.Errorf("with a number: %s, %v", c.BodyHTML, err)
	}
	offered, err := w.Store.Mentionables(ctx, w.Editor, w.Space, thread, store.Everyone, "jane")
	if err != nil || len(offered) != 2 || offered[0].Insert != "Jane Roe#"+w.Host.ID.String() || offered[1].Insert != "Jane Roe#"+other.ID.String() {
		t.Errorf("the box offers %+v, %v", offered, err)
	}
}

// Editing keeps the table true, and tells only who is named for the first time.
func TestEditedMentions(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	c, err := w.Store.AddComment(ctx, w.Host, w.Space, thread, store.NewComment{Body: "@Richard Roe and @Erika Mustermann"})
	if err != nil {
		t.Fatal(err)
	}
	state := func() (named, told int) {
		t.Helper()
		named, err1 := w.Store.Number(ctx, `SELECT COUNT(*) FROM mentions WHERE comment_id = `+c.ID.String())
		told, err2 := w.Store.Number(ctx, `SELECT COUNT(*) FROM events WHERE kind = 'mention.added'`)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		return named, told
	}
	if named, told := state(); named != 2 || told != 2 {
		t.Errorf("first: %d named, %d told", named, told)
	}
	if err := w.Store.EditComment(ctx, w.Host, w.Space, thread, c.ID, c.Version, "@Richard Roe, @Mario Rossi and myself, @Jane Roe"); err != nil {
		t.Fatal(err)
	}
	if named, told := state(); named != 3 || told != 3 {
		t.Errorf("then: %d named, %d told", named, told)
	}
}

// SEC-A5, S4-22: the box offers who is here, is seen by the writer and may read
// the text; who may not write is offered nobody.
func TestMentionables(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	colleague := joins(t, w, store.Guest, "Max Mustermann", "Partner")
	offer := func(actor store.Account, audience store.Audience, query string) string {
		t.Helper()
		people, err := w.Store.Mentionables(ctx, actor, w.Space, thread, audience, query)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, person := range people {
			names = append(names, person.Insert)
		}
		return strings.Join(names, ", ")
	}
	for name, test := range map[string]struct{ got, want string }{
		"all, members first":        {offer(w.Host, store.Everyone, ""), "Jane Roe, Richard Roe, Erika Mustermann, Mario Rossi, Max Mustermann"},
		"a beginning before a part": {offer(w.Host, store.Everyone, "m"), "Mario Rossi, Max Mustermann, Erika Mustermann"},
		"the team":                  {offer(w.Host, store.TeamOnly, ""), "Jane Roe, Richard Roe"},
		"a pattern is a text":       {offer(w.Host, store.Everyone, "%"), ""},
		"guests see guests":         {offer(w.GuestEditor, store.Everyone, "mario"), "Mario Rossi"},
	} {
		if test.got != test.want {
			t.Errorf("%s: %q, want %q", name, test.got, test.want)
		}
	}
	apart(t, w)
	if got := offer(w.GuestEditor, store.Everyone, ""); got != "Jane Roe, Richard Roe, Erika Mustermann, "+colleague.Name {
		t.Errorf("companies apart, a guest: %q", got)
	}
	if got := offer(w.Host, store.Everyone, ""); got != "Jane Roe, Richard Roe" {
		t.Errorf("companies apart, for everyone: %q", got)
	}
	if got := offer(w.Host, store.ForCompany("partner"), ""); got != "Jane Roe, Richard Roe, Erika Mustermann, Max Mustermann" {
		t.Errorf("companies apart, for a company: %q", got)
	}
	for actor, want := range map[*store.Account]error{&w.GuestReader: store.ErrForbidden, &w.GuestOutside: store.ErrNotFound, &w.Root: store.ErrForbidden} {
		if _, err := w.Store.Mentionables(ctx, *actor, w.Space, thread, store.Everyone, ""); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", actor.Name, err, want)
		}
	}
}

// Texts of threads and of the space mention people too.
func TestMentionsElsewhere(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	if err := w.Store.UpdateSpace(ctx, w.Host, w.Space, store.SpaceSettings{Name: "Many", MultiThread: true, Body: "Ask @Richard Roe"}); err != nil {
		t.Fatal(err)
	}
	_, err := w.Store.CreateThread(ctx, w.Host, w.Space, store.NewThread{Name: "Secret", Body: "@Mario Rossi", Audience: store.TeamOnly})
	var problem *store.Error
	if !errors.As(err, &problem) || problem.Code != "mention_unread" || problem.Field != "body" {
		t.Errorf("a guest in a team's thread: %v", err)
	}
	thread, err := w.Store.CreateThread(ctx, w.Host, w.Space, store.NewThread{Name: "New", Body: "@Mario Rossi"})
	if err != nil || mentions(thread.BodyHTML) != "Mario Rossi" {
		t.Fatalf("%s, %v", thread.BodyHTML, err)
	}
	page, err := w.Store.Conversation(ctx, w.GuestEditor, w.Space, thread.ID, store.Place{})
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range []store.Account{w.Editor, w.GuestReader} {
		if m := page.Mentioned[person.ID]; m.Name != person.Name || !m.Seen || !m.Opens {
			t.Errorf("%s is read as %+v", person.Name, m)
		}
	}
}

// A mention is no dead end: who left is opened by those who still know them
// only, and who was deleted by nobody. In a space of companies apart nobody
// reads a name of another company, whenever the text was written.
func TestMentionsLater(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	_, err := w.Store.AddComment(ctx, w.Host, w.Space, thread, store.NewComment{Body: "@Mario Rossi and @Richard Roe"})
	if err != nil {
		t.Fatal(err)
	}
	read := func(reader store.Account, of store.Account) store.Mentioned {
		t.Helper()
		page, err := w.Store.Conversation(ctx, reader, w.Space, thread, store.Place{Newest: true})
		if err != nil {
			t.Fatal(err)
		}
		return page.Mentioned[of.ID]
	}
	if m := read(w.GuestEditor, w.GuestReader); !m.Seen || !m.Opens {
		t.Errorf("at first %+v", m)
	}
	apart(t, w)
	if m := read(w.GuestEditor, w.GuestReader); m.Seen {
		t.Errorf("companies apart: %+v", m)
	}
	if m := read(w.Host, w.GuestReader); !m.Seen || !m.Opens {
		t.Errorf("companies apart, to a member: %+v", m)
	}
	if err := w.Store.DeleteGuestNow(ctx, w.Root, w.GuestReader.ID, ""); err != nil {
		t.Fatal(err)
	}
	if m := read(w.Host, w.GuestReader); m.Opens || !m.Former() || m.Name != w.GuestReader.Name {
		t.Errorf("deleted: %+v", m)
	}
	if err := w.Store.EraseGuest(ctx, w.Root, w.GuestReader.ID, ""); err != nil {
		t.Fatal(err)
	}
	for table, rows := range w.Dump() {
		for _, row := range rows {
			if strings.Contains(row, w.GuestReader.Name) {
				t.Errorf("beyond 15: the name is left in %s: %s", table, row)
			}
		}
	}
}

// A text that is all "@" is read as quickly as any other.
func TestManyAts(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	thread := firstThread(t, w, w.Space)
	for _, piece := range []string{"@", "@a ", "@Jane Roe ", "＠山田", "@ "} {
		text := strings.Repeat(piece, store.MaxText/len(piece))
		begun := time.Now()
		if _, err := w.Store.AddComment(t.Context(), w.Editor, w.Space, thread, store.NewComment{Body: text}); err != nil {
			t.Errorf("%q: %v", piece, err)
		}
		t.Logf("%q: %v", piece, time.Since(begun))
	}
}
