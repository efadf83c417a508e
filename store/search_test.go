package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// searchWorld is a world in whose spaces something was written.
type searchWorld struct {
	*storetest.World
	t *testing.T
}

func newSearchWorld(t *testing.T) searchWorld {
	t.Helper()
	return searchWorld{World: storetest.New(t), t: t}
}

func (w searchWorld) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// thread is the first thread of a space.
func (w searchWorld) thread(space store.ID) store.ID {
	w.t.Helper()
	threads, err := w.Store.Threads(w.t.Context(), w.Host, space, "")
	w.ok(err)
	return threads.Items[len(threads.Items)-1].ID
}

func (w searchWorld) say(author store.Account, space store.ID, text string, audience store.Audience) store.Comment {
	w.t.Helper()
	w.Clock.Advance(time.Second)
	c, err := w.Store.AddComment(w.t.Context(), author, space, w.thread(space), store.NewComment{Body: text, Audience: audience})
	w.ok(err)
	return c
}

// index does what the portal does after each commit.
func (w searchWorld) index() {
	w.t.Helper()
	for more := true; more; {
		var err error
		more, err = w.Store.IndexNow(w.t.Context())
		w.ok(err)
	}
}

// find is what the actor finds: each thing as its kind and words.
func (w searchWorld) find(actor store.Account, q store.SearchQuery) []string {
	w.t.Helper()
	w.index()
	found, err := w.Store.Search(w.t.Context(), actor, q)
	w.ok(err)
	list := []string{}
	for _, f := range slices.Concat(found.People, found.Items) {
		list = append(list, string(f.Kind)+" "+strings.TrimSpace(f.Title.String()+": "+f.Snippet.String()))
	}
	return list
}

func (w searchWorld) finds(actor store.Account, text string) bool {
	w.t.Helper()
	return len(w.find(actor, store.SearchQuery{Text: text})) > 0
}

// Issue 4: search in three languages, words of two characters, accents, width.
func TestSearchFindsWords(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	w.say(w.Host, w.Space, "明日の会議は中止です", store.Everyone)
	w.say(w.GuestEditor, w.Space, "我们明天**见面**吧", store.Everyone)
	w.say(w.Editor, w.Space, "Meetings in the Café of Zürich", store.Everyone)
	w.say(w.Host, w.Space, "ﾌｧｲﾙを送りました", store.Everyone)
	for query, want := range map[string]int{
		"会議": 1, "見面": 0, "见面": 1, "会": 1, "会議 中止": 1, "会議室": 0, "cafe": 1, "zurich CAFÉ": 1, "meeting": 1,
		"ふぁいる": 1, "ファイル": 1, `"the café of"`: 1, `"café the of"`: 0, "cafe 会議": 0, "": 0, "***": 0, "meeting OR cafe": 0,
	} {
		if got := w.find(w.GuestReader, store.SearchQuery{Text: query}); len(got) != want {
			t.Errorf("%q finds %q, want %d", query, got, want)
		}
	}
}

// The newest come first, and pages follow each other without a gap.
func TestSearchPages(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	for i := range 7 {
		w.say(w.Host, w.Space, fmt.Sprintf("lighthouse %d", i), store.Everyone)
	}
	var got []string
	w.index()
	q := store.SearchQuery{Text: "lighthouse", Limit: 3}
	for range 3 {
		found, err := w.Store.Search(t.Context(), w.GuestEditor, q)
		w.ok(err)
		for _, f := range found.Items {
			got = append(got, f.Snippet.String())
		}
		if q.After = found.Next; q.After == "" {
			break
		}
	}
	want := []string{"lighthouse 6", "lighthouse 5", "lighthouse 4", "lighthouse 3", "lighthouse 2", "lighthouse 1", "lighthouse 0"}
	if !slices.Equal(got, want) {
		t.Errorf("the pages are %q", got)
	}
	q.After = "nonsense"
	if found, err := w.Store.Search(t.Context(), w.GuestEditor, q); err != nil || len(found.Items) != 3 {
		t.Errorf("a cursor that nobody gave out: %d, %v", len(found.Items), err)
	}
}

func TestSearchFilters(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	w.say(w.Host, w.Space, "harbour one", store.Everyone)
	middle := w.Clock.Now().Add(500 * time.Millisecond)
	w.say(w.GuestEditor, w.Space, "harbour two", store.Everyone)
	w.say(w.Host, w.Spaces[store.OpenSpace], "harbour three", store.Everyone)
	_, err := w.Store.CreateSpace(t.Context(), w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "Harbour", Administrators: []store.ID{w.Host.ID}})
	w.ok(err)
	for name, test := range map[string]struct {
		q    store.SearchQuery
		want int
	}{
		"all":                {store.SearchQuery{}, 5},
		"space":              {store.SearchQuery{Space: w.Space}, 2},
		"unknown space":      {store.SearchQuery{Space: 99999999999}, 0},
		"nowhere":            {store.SearchQuery{Space: store.NoSuch}, 0},
		"of nobody":          {store.SearchQuery{Person: store.NoSuch}, 0},
		"person":             {store.SearchQuery{Person: w.GuestEditor.ID}, 1},
		"kind":               {store.SearchQuery{Kind: store.FoundSpace}, 1},
		"kind of comments":   {store.SearchQuery{Kind: store.FoundComment}, 3},
		"from":               {store.SearchQuery{From: middle}, 4},
		"until":              {store.SearchQuery{To: middle}, 1},
		"person and space":   {store.SearchQuery{Person: w.Host.ID, Space: w.Space}, 1},
		"from and until":     {store.SearchQuery{From: middle, To: middle}, 0},
		"person, of a space": {store.SearchQuery{Person: w.GuestEditor.ID, Kind: store.FoundSpace}, 0},
	} {
		test.q.Text = "harbour"
		if got := w.find(w.Host, test.q); len(got) != test.want {
			t.Errorf("%s: found %q, want %d", name, got, test.want)
		}
	}
	if got := w.find(w.Host, store.SearchQuery{Person: w.GuestEditor.ID}); len(got) != 1 {
		t.Errorf("what the guest wrote: %q", got)
	}
}

// S0-04, S4-02, S4-19, SEC-A5: what somebody may not open is not found, in any
// way, and a page looks as if it were not there.
func TestSearchShowsNothingOfOthers(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	for _, kind := range store.SpaceKinds {
		w.say(w.Host, w.Spaces[kind], "canary of the "+string(kind)+" one", store.Everyone)
	}
	inside := []string{"guest", "open", "private", "secret"}
	for _, test := range []struct {
		name   string
		actor  store.Account
		spaces []string
	}{
		{"administrator", w.Host, inside},
		{"member", w.Editor, inside},
		{"guest", w.GuestEditor, inside},
		{"reader", w.GuestReader, inside},
		{"member outside", w.Outsider, []string{"open"}},
		{"system administrator", w.Root, nil},
		{"guest outside", w.GuestOutside, nil},
	} {
		var got []string
		for _, found := range w.find(test.actor, store.SearchQuery{Text: "canary"}) {
			for _, kind := range inside {
				if strings.Contains(found, "canary of the "+kind) {
					got = append(got, kind)
				}
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.spaces) {
			t.Errorf("the %s finds the canaries of %q, want %q", test.name, got, test.spaces)
		}
		found, err := w.Store.Search(t.Context(), test.actor, store.SearchQuery{Text: "canary"})
		w.ok(err)
		if found.Next != "" || found.Preparing {
			t.Errorf("the %s gets more than the page: %+v", test.name, found)
		}
	}
	for actor, want := range map[*store.Account][]string{
		&w.Outsider: {"The open space", "The private space"}, &w.Root: {"The open space", "The private space"}, &w.GuestOutside: nil,
	} {
		var got []string
		for _, found := range w.find(*actor, store.SearchQuery{Text: "space", Kind: store.FoundSpace}) {
			got = append(got, strings.TrimSuffix(strings.TrimPrefix(found, "space "), ":"))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s finds the spaces %q, want %q", actor.Name, got, want)
		}
	}
}

// S4-10, beyond 9: a guest does not find what is for the team.
func TestSearchKeepsToTheAudience(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	w.say(w.Host, w.Space, "canary for all", store.Everyone)
	w.say(w.Host, w.Space, "canary for the team", store.TeamOnly)
	if got := w.find(w.Editor, store.SearchQuery{Text: "canary"}); len(got) != 2 {
		t.Errorf("a member finds %q", got)
	}
	for _, guest := range []store.Account{w.GuestEditor, w.GuestReader} {
		if got := w.find(guest, store.SearchQuery{Text: "canary"}); len(got) != 1 || strings.Contains(got[0], "team") {
			t.Errorf("%s finds %q", guest.Name, got)
		}
		if w.finds(guest, "team") {
			t.Errorf("%s finds a word that is for the team", guest.Name)
		}
	}
}

// What was deleted is gone at once, and what was edited away too; what comes
// back is found again.
func TestSearchFollowsChanges(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	ctx := t.Context()
	thread := w.thread(w.Space)
	c := w.say(w.Editor, w.Space, "a parrot", store.Everyone)
	if !w.finds(w.Host, "parrot") {
		t.Fatal("the comment is not found")
	}
	w.ok(w.Store.DeleteComment(ctx, w.Editor, w.Space, thread, c.ID))
	if w.finds(w.Host, "parrot") || w.finds(w.Editor, "parrot") {
		t.Error("a deleted comment is found")
	}
	w.ok(w.Store.RestoreComment(ctx, w.Editor, w.Space, thread, c.ID))
	if !w.finds(w.Host, "parrot") {
		t.Error("what was brought back is not found")
	}
	w.ok(w.Store.EditComment(ctx, w.Editor, w.Space, thread, c.ID, 1, "a pigeon"))
	if w.finds(w.Host, "parrot") || !w.finds(w.Host, "pigeon") {
		t.Error("the index has the words of before the edit")
	}
	w.ok(w.Store.UpdateThread(ctx, w.Host, w.Space, thread, store.EditedThread{Name: "Birdhouse", Body: "with a *perch*", Version: 1}))
	if !w.finds(w.GuestReader, "birdhouse perch") {
		t.Error("the thread is not found by its name and text")
	}
	w.ok(w.Store.UpdateSpace(ctx, w.Host, w.Space, store.SpaceSettings{Name: "Aviary", Body: "feathers", MultiThread: true}))
	if !w.finds(w.GuestReader, "aviary") || !w.finds(w.GuestReader, "feathers") || w.finds(w.Outsider, "aviary") {
		t.Error("the space is not found by its new name by those inside alone")
	}
	w.ok(w.Store.DeleteSpace(ctx, w.Host, w.Space))
	for _, word := range []string{"aviary", "pigeon", "perch"} {
		if w.finds(w.Host, word) {
			t.Errorf("%q of a deleted space is found", word)
		}
	}
}

// Of a private space members know the name, not the text.
func TestSearchKeepsTheTextOfPrivateSpaces(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	private := w.Spaces[store.PrivateSpace]
	w.ok(w.Store.UpdateSpace(t.Context(), w.Host, private, store.SpaceSettings{Name: "Pelican", Body: "canary", MultiThread: true}))
	if !w.finds(w.Outsider, "pelican") || w.finds(w.Outsider, "canary") || w.finds(w.Outsider, "pelican canary") || !w.finds(w.Editor, "canary") {
		t.Error("the text of a private space is found outside, or its name is not")
	}
	for _, found := range w.find(w.Outsider, store.SearchQuery{Text: "pelican"}) {
		if strings.Contains(found, "canary") {
			t.Errorf("an outsider reads %q", found)
		}
	}
}

// SEC-T7: a membership that has ended shows nothing, swept or not; nor does an
// account that may not act.
func TestSearchEndsWithAccess(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	w.say(w.Host, w.Space, "canary", store.Everyone)
	w.ok(w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		return seed.Membership(w.Space, w.GuestOutside, store.Reader, w.Clock.Now().Add(time.Hour))
	}))
	if !w.finds(w.GuestOutside, "canary") || !w.finds(w.GuestOutside, "Jane") {
		t.Fatal("the guest inside finds nothing")
	}
	w.Clock.Advance(2 * time.Hour)
	if w.finds(w.GuestOutside, "canary") || w.finds(w.GuestOutside, "Jane") {
		t.Error("a membership that has ended finds")
	}
	w.ok(w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, ""))
	found, err := w.Store.Search(t.Context(), w.GuestEditor, store.SearchQuery{Text: "canary"})
	if !errors.Is(err, store.ErrSignIn) || len(found.Items) > 0 {
		t.Errorf("a suspended guest finds %d, %v", len(found.Items), err)
	}
}

// S4-16, S4-22: guests find the people of their spaces, members everybody;
// addresses find nobody.
func TestSearchFindsPeople(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	for _, test := range []struct {
		actor store.Account
		query string
		want  bool
	}{
		{w.Host, "otto", true}, {w.Outsider, "Erika", true}, {w.GuestEditor, "rossi", true}, {w.GuestEditor, "richard", true},
		{w.GuestEditor, "otto", false}, {w.GuestEditor, "rita", false}, {w.GuestEditor, "kari", false}, {w.GuestOutside, "jane", false},
		{w.Host, "mario@studio.example", false}, {w.Host, "studio", true}, {w.GuestReader, "Partner", true},
	} {
		if got := w.finds(test.actor, test.query); got != test.want {
			t.Errorf("%s looks for %q: found is %t", test.actor.Name, test.query, got)
		}
	}
	inSpace := store.SearchQuery{Text: "otto", Space: w.Space}
	if got := w.find(w.Host, inSpace); len(got) != 0 {
		t.Errorf("somebody who is not in the space is found there: %q", got)
	}
	if got := w.find(w.Outsider, store.SearchQuery{Text: "erika", Space: w.Space}); len(got) != 0 {
		t.Errorf("an outsider finds the people of a space: %q", got)
	}
}

// Beyond 8: guests of different companies do not find each other, nor what
// the other said.
func TestSearchKeepsCompaniesApart(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	id, err := w.Store.CreateSpace(t.Context(), w.Host, store.NewSpace{Kind: store.GuestSpace, Name: "Tender", Administrators: []store.ID{w.Host.ID}})
	w.ok(err)
	var erika, mario store.Account
	w.ok(w.Store.Seed(t.Context(), func(seed store.Seeder) (err error) {
		for _, guest := range []struct {
			into          *store.Account
			name, company string
		}{{&erika, "Erika Apart", "Acme"}, {&mario, "Mario Apart", "Globex"}} {
			*guest.into, err = seed.Account(store.SeedAccount{Kind: store.Guest, Email: store.Email(guest.company + "@apart.example"), Name: guest.name, Company: guest.company}, "")
			if err == nil {
				err = seed.Membership(id, *guest.into, store.Editor, time.Time{})
			}
			if err != nil {
				return err
			}
		}
		return seed.Apart(id)
	}))
	w.say(erika, id, "canary of acme", store.Everyone)
	w.say(mario, id, "canary of globex", store.Everyone)
	w.say(w.Host, id, "canary for globex", store.ForCompany("globex"))
	w.say(w.Host, id, "canary for all", store.Everyone)
	for actor, want := range map[*store.Account]int{&w.Host: 4, &erika: 2, &mario: 3} {
		if got := w.find(*actor, store.SearchQuery{Text: "canary"}); len(got) != want {
			t.Errorf("%s finds %q, want %d", actor.Name, got, want)
		}
	}
	if w.finds(erika, "globex") || w.finds(erika, "mario") || !w.finds(erika, "erika") || !w.finds(erika, "jane") {
		t.Error("companies that are apart find each other")
	}
}

// Whatever is typed is text.
func TestSearchTakesAnyText(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	w.say(w.Host, w.Space, "hello", store.Everyone)
	for _, text := range []string{
		`"`, `""`, `"hello`, `hello"`, "hello AND", "hello*", "NEAR(hello)", "words:hello", "{hello}", "-hello", "^hello", "hello' OR 1=1 --",
		"hello & !x", "hello <-> y", `he\llo`, "hello\x00there", "\xff\xfe", "(((", strings.Repeat("a", 5000), strings.Repeat("会議 ", 500),
		strings.Repeat(`"a" `, 200), "\ue000s1", "%", "e\u0301\u0301\u0301", "👩‍👩‍👧", "𠮷野家", "\u202ehello", ":*", "'", "''", "a'b", "ß", "İ",
	} {
		if _, err := w.Store.Search(t.Context(), w.Host, store.SearchQuery{Text: text}); err != nil {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

// What was there before the index is found once it is filled, and the index
// says so until then.
func TestSearchFillsItself(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	thread := w.thread(w.Space)
	w.ok(w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		for i := range 600 {
			if err := seed.Comment(thread, w.Host, fmt.Sprintf("comment number%d", i)); err != nil {
				return err
			}
		}
		return seed.ForgetIndex()
	}))
	found, err := w.Store.Search(t.Context(), w.Host, store.SearchQuery{Text: "number0"})
	w.ok(err)
	if !found.Preparing {
		t.Error("the index does not say that it is incomplete")
	}
	w.index()
	found, err = w.Store.Search(t.Context(), w.Host, store.SearchQuery{Text: "number0"})
	w.ok(err)
	if found.Preparing || len(found.Items) != 1 || !w.finds(w.Host, "number599") || !w.finds(w.Host, "Jane") {
		t.Errorf("after filling: %+v", found)
	}
}

// However many processes index at once, every entry is of the newest text.
func TestSearchIndexesOnce(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	thread := w.thread(w.Space)
	c := w.say(w.Host, w.Space, "turn 0", store.Everyone)
	nodes := w.Nodes(3)
	done := make(chan error, len(nodes))
	for _, node := range nodes {
		go func() {
			for range 20 {
				if _, err := node.IndexNow(t.Context()); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for i := range 10 {
		w.ok(w.Store.EditComment(t.Context(), w.Host, w.Space, thread, c.ID, i+1, fmt.Sprintf("turn word%d", i)))
	}
	for range nodes {
		w.ok(<-done)
	}
	if got := w.find(w.Host, store.SearchQuery{Text: "turn"}); len(got) != 1 || !w.finds(w.Host, "word9") || w.finds(w.Host, "word3") {
		t.Errorf("found %q", got)
	}
}

// Who is in many spaces finds what others find: the newest at once, and what
// lies below much that is not theirs.
func TestSearchInManySpaces(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	var old store.ID
	for i := range 12 {
		id, err := w.Store.CreateSpace(t.Context(), w.Host, store.NewSpace{Kind: store.SecretSpace, Name: fmt.Sprintf("Room %d", i), Administrators: []store.ID{w.Host.ID}})
		w.ok(err)
		old = id
	}
	w.say(w.Host, old, "needle below", store.Everyone)
	w.Clock.Advance(time.Minute)
	foreign, err := w.Store.CreateSpace(t.Context(), w.Outsider, store.NewSpace{Kind: store.SecretSpace, Name: "Elsewhere", Administrators: []store.ID{w.Outsider.ID}})
	w.ok(err)
	threads, err := w.Store.Threads(t.Context(), w.Outsider, foreign, "")
	w.ok(err)
	w.ok(w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		for range 250 {
			if err := seed.Comment(threads.Items[0].ID, w.Outsider, "needle elsewhere"); err != nil {
				return err
			}
		}
		return nil
	}))
	for more := true; more; {
		more, err = w.Store.IndexNow(t.Context())
		w.ok(err)
	}
	if got := w.find(w.Host, store.SearchQuery{Text: "needle"}); len(got) != 1 || !strings.Contains(got[0], "below") {
		t.Errorf("found %q", got)
	}
	w.Clock.Advance(time.Minute)
	w.say(w.Host, old, "needle above", store.Everyone)
	if got := w.find(w.Host, store.SearchQuery{Text: "needle", Limit: 1}); len(got) != 1 || !strings.Contains(got[0], "above") {
		t.Errorf("the newest is %q", got)
	}
}
