package store_test

import (
	"errors"
	"fmt"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// S3-06: who may write may react, once with each sign; who may only read sees
// the reactions. SEC-A1: a comment is found through its space and thread.
func TestReactions(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	c, err := w.Store.AddComment(ctx, w.Host, w.Space, thread, store.NewComment{Body: "Agreed?"})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := w.Store.AddComment(ctx, w.Host, w.Space, thread, store.NewComment{Body: "Not for guests", Audience: store.TeamOnly})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		actor    store.Account
		comment  store.ID
		reaction store.Reaction
		want     error
	}{
		"a member":                       {w.Editor, c.ID, "thumbs_up", nil},
		"a member again":                 {w.Editor, c.ID, "thumbs_up", nil},
		"a guest who writes":             {w.GuestEditor, c.ID, "thumbs_up", nil},
		"with another sign":              {w.GuestEditor, c.ID, "star", nil},
		"a guest who reads":              {w.GuestReader, c.ID, "thumbs_up", store.ErrForbidden},
		"somebody outside":               {w.Outsider, c.ID, "thumbs_up", store.ErrNotFound},
		"an administrator outside":       {w.Root, c.ID, "thumbs_up", store.ErrForbidden},
		"a guest, to the team's comment": {w.GuestEditor, secret.ID, "thumbs_up", store.ErrNotFound},
		"to nothing":                     {w.Editor, c.ID + 1000, "thumbs_up", store.ErrNotFound},
		"a sign that is none":            {w.Editor, c.ID, "poo", store.ErrUnknownReaction},
	} {
		if err := w.Store.React(ctx, test.actor, w.Space, thread, test.comment, test.reaction, true); !is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	seen := func(reader store.Account) string {
		t.Helper()
		page, err := w.Store.Conversation(ctx, reader, w.Space, thread, store.Place{Newest: true})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(page.Comments[0].Reacted)
	}
	if got := seen(w.GuestReader); got != "[{thumbs_up 2 false} {star 1 false}]" {
		t.Errorf("a reader sees %s", got)
	}
	if got := seen(w.GuestEditor); got != "[{thumbs_up 2 true} {star 1 true}]" {
		t.Errorf("who reacted sees %s", got)
	}
	for range 2 { // to take it back twice changes nothing
		if err := w.Store.React(ctx, w.GuestEditor, w.Space, thread, c.ID, "star", false); err != nil {
			t.Fatal(err)
		}
	}
	if got := seen(w.GuestEditor); got != "[{thumbs_up 2 true}]" {
		t.Errorf("then %s", got)
	}
	if err := w.Store.DeleteComment(ctx, w.Host, w.Space, thread, c.ID); err != nil {
		t.Fatal(err)
	}
	if got := seen(w.Host); got != "[]" {
		t.Errorf("of a deleted comment %s", got)
	}
	_, _, _, err = w.Store.Reactors(ctx, w.Host, w.Space, thread, c.ID, "")
	if on := w.Store.React(ctx, w.Editor, w.Space, thread, c.ID, "heart", true); !errors.Is(on, store.ErrNotFound) || !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a deleted comment: %v, %v", on, err)
	}
}

// Beyond 8, SEC-A5: where companies are apart, guests neither count nor read
// the reactions of other companies.
func TestReactionsApart(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	apart(t, w)
	rival := joins(t, w, store.Guest, "Rita Rival", "Rival")
	c, err := w.Store.AddComment(ctx, w.Host, w.Space, thread, store.NewComment{Body: "Agreed?"})
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range []store.Account{w.Editor, w.GuestEditor, rival} {
		if err := w.Store.React(ctx, person, w.Space, thread, c.ID, "heart", true); err != nil {
			t.Fatal(err)
		}
	}
	for reader, want := range map[*store.Account]string{
		&w.Host: "3 [Richard Roe Erika Mustermann Rita Rival]", &w.GuestEditor: "2 [Richard Roe Erika Mustermann]", &rival: "2 [Richard Roe Rita Rival]",
	} {
		_, comment, people, err := w.Store.Reactors(ctx, *reader, w.Space, thread, c.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, person := range people.Items {
			names = append(names, person.Name)
		}
		if got := fmt.Sprint(comment.Reacted[0].Count, names); got != want {
			t.Errorf("%s sees %s, want %s", reader.Name, got, want)
		}
	}
}
