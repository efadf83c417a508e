package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"guesthouse/store"
)

// Issue 4: people stand in the order of their names, from page to page; of
// everything the first few come before what was written.
func TestSearchOrdersPeopleByName(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	ctx := t.Context()
	names := []string{"Lumen Delta", "Lumen Alpha", "lumen bravo", "Lumen Echo", "Lumen Charlie"}
	w.ok(w.Store.Seed(ctx, func(seed store.Seeder) error {
		for i, name := range names {
			if _, err := seed.Account(store.SeedAccount{Kind: store.Member, Email: store.Email(fmt.Sprintf("lumen%d@works.example", i)), Name: name}, ""); err != nil {
				return err
			}
		}
		return nil
	}))
	want := []string{"Lumen Alpha", "lumen bravo", "Lumen Charlie", "Lumen Delta", "Lumen Echo"}
	for _, limit := range []int{0, 2} {
		var got []string
		q := store.SearchQuery{Text: "lumen", Kind: store.FoundPerson, Limit: limit}
		for range 3 {
			found, err := w.Store.Search(ctx, w.Outsider, q)
			w.ok(err)
			for _, f := range found.Items {
				got = append(got, f.Title.String())
			}
			if q.After = found.Next; q.After == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %d: %q", limit, got)
		}
	}
	w.say(w.Host, w.Space, "lumen one", store.Everyone)
	w.say(w.Host, w.Space, "lumen two", store.Everyone)
	w.index()
	found, err := w.Store.Search(ctx, w.Host, store.SearchQuery{Text: "lumen", Limit: 1})
	w.ok(err)
	var first []string
	for _, f := range found.People {
		first = append(first, f.Title.String())
	}
	if !slices.Equal(first, want[:3]) || !found.MorePeople || len(found.Items) != 1 || found.Items[0].Snippet.String() != "lumen two" {
		t.Errorf("of everything: %q, more %t, then %+v", first, found.MorePeople, found.Items)
	}
	found, err = w.Store.Search(ctx, w.Host, store.SearchQuery{Text: "lumen", Limit: 1, After: found.Next})
	w.ok(err)
	if len(found.People) > 0 || len(found.Items) != 1 || found.Items[0].Snippet.String() != "lumen one" {
		t.Errorf("the second page: %+v", found)
	}
	for name, q := range map[string]store.SearchQuery{
		"by somebody": {Person: w.Host.ID}, "since": {From: w.Clock.Now().Add(-time.Hour)}, "until": {To: w.Clock.Now()}, "comments": {Kind: store.FoundComment},
	} {
		q.Text = "lumen"
		if found, err := w.Store.Search(ctx, w.Host, q); err != nil || len(found.People) > 0 {
			t.Errorf("%s: finds people %+v, %v", name, found.People, err)
		}
	}
}

// Beyond 8, SEC-A5: of a space a guest finds whom they see in it, though they
// know others from elsewhere.
func TestSearchKeepsThePeopleOfASpaceApart(t *testing.T) {
	t.Parallel()
	w := newSearchWorld(t)
	open := w.Spaces[store.OpenSpace]
	w.ok(w.Store.Seed(t.Context(), func(seed store.Seeder) error { return seed.Apart(w.Space) }))
	for _, test := range []struct {
		actor store.Account
		space store.ID
		want  bool
	}{{w.Host, w.Space, true}, {w.GuestEditor, w.Space, false}, {w.GuestEditor, open, true}, {w.GuestEditor, 0, true}, {w.GuestReader, w.Space, true}, {w.Outsider, w.Space, false}} {
		found := w.find(test.actor, store.SearchQuery{Text: "rossi", Kind: store.FoundPerson, Space: test.space})
		if got := len(found) > 0; got != test.want {
			t.Errorf("%s looks in %s: found is %t", test.actor.Name, test.space, got)
		}
	}
}
