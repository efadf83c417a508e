package store_test

import (
	"errors"
	"fmt"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// threaded is a world whose guest space has several threads, of which one is new.
func threaded(t *testing.T) (*storetest.World, store.ID) {
	t.Helper()
	w := storetest.New(t)
	if err := w.Store.UpdateSpace(t.Context(), w.Host, w.Space, store.SpaceSettings{Name: "Many", MultiThread: true}); err != nil {
		t.Fatal(err)
	}
	thread, err := w.Store.CreateThread(t.Context(), w.Host, w.Space, store.NewThread{Name: "Proofs"})
	if err != nil {
		t.Fatal(err)
	}
	return w, thread.ID
}

// followers are the names of those who follow what the host writes in a thread.
func followers(t *testing.T, w *storetest.World, thread store.ID, audience store.Audience) string {
	t.Helper()
	ids, err := w.Store.Followers(t.Context(), w.Space, thread, audience, w.Host.ID)
	if err != nil {
		t.Fatal(err)
	}
	names := map[store.ID]string{w.Editor.ID: "member", w.GuestEditor.ID: "writer", w.GuestReader.ID: "reader"}
	list := []string{}
	for _, id := range ids {
		list = append(list, names[id])
	}
	return fmt.Sprint(list)
}

// One follows a space and its threads until one says otherwise, and a thread
// for itself; writing and being mentioned follow it, but never against what
// somebody chose.
func TestFollow(t *testing.T) {
	t.Parallel()
	w, thread := threaded(t)
	ctx := t.Context()
	check := func(when, want string) {
		t.Helper()
		if got := followers(t, w, thread, store.Everyone); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check("at first", "[member writer reader]")
	do(w.Store.FollowSpace(ctx, w.Editor, w.Space, false))
	do(w.Store.FollowSpace(ctx, w.GuestEditor, w.Space, false))
	do(w.Store.FollowThread(ctx, w.GuestReader, w.Space, thread, false))
	check("two left the space, one the thread", "[]")
	_, err := w.Store.AddComment(ctx, w.GuestEditor, w.Space, thread, store.NewComment{Body: "@Richard Roe and @Mario Rossi"})
	do(err)
	check("one wrote, two are mentioned", "[member writer]")
	do(w.Store.FollowThread(ctx, w.GuestReader, w.Space, thread, true))
	do(w.Store.FollowThread(ctx, w.Editor, w.Space, thread, false))
	check("chosen again", "[writer reader]")
	page, err := w.Store.Conversation(ctx, w.GuestReader, w.Space, thread, store.Place{})
	if err != nil || !page.Follows || !page.Space.Follows {
		t.Errorf("the page of a follower: %v, %v, %v", page.Follows, page.Space.Follows, err)
	}
	page, err = w.Store.Conversation(ctx, w.Editor, w.Space, thread, store.Place{})
	if err != nil || page.Follows || page.Space.Follows {
		t.Errorf("the page of who is none: %v, %v, %v", page.Follows, page.Space.Follows, err)
	}
}

// SEC-A5: nobody follows what they may not see.
func TestFollowersSeeIt(t *testing.T) {
	t.Parallel()
	w, thread := threaded(t)
	if got := followers(t, w, thread, store.TeamOnly); got != "[member]" {
		t.Errorf("team only: %s", got)
	}
	apart(t, w)
	if got := followers(t, w, thread, store.ForCompany("studio")); got != "[member reader]" {
		t.Errorf("one company: %s", got)
	}
	team, err := w.Store.CreateThread(t.Context(), w.Host, w.Space, store.NewThread{Name: "Team", Audience: store.TeamOnly})
	if err != nil {
		t.Fatal(err)
	}
	if got := followers(t, w, team.ID, store.Everyone); got != "[member]" {
		t.Errorf("in a team's thread: %s", got)
	}
	if err := w.Store.FollowThread(t.Context(), w.GuestEditor, w.Space, team.ID, true); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a guest follows a team's thread: %v", err)
	}
}

// S0-15: where membership is fixed nobody but administrators chooses what they
// follow, and nothing is chosen for them.
func TestFollowFixed(t *testing.T) {
	t.Parallel()
	w, thread := threaded(t)
	ctx := t.Context()
	if err := w.Store.FollowSpace(ctx, w.Editor, w.Space, false); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.UpdateSpace(ctx, w.Host, w.Space, store.SpaceSettings{Name: "Fixed", FixedMembership: true}); err != nil {
		t.Fatal(err)
	}
	for _, person := range []store.Account{w.Editor, w.GuestEditor, w.GuestReader} {
		space, one := w.Store.FollowSpace(ctx, person, w.Space, true), w.Store.FollowThread(ctx, person, w.Space, thread, false)
		if !errors.Is(space, store.ErrMembershipFixed) || !errors.Is(one, store.ErrMembershipFixed) {
			t.Errorf("%s: %v, %v", person.Name, space, one)
		}
	}
	if err := w.Store.FollowThread(ctx, w.Host, w.Space, thread, false); err != nil {
		t.Errorf("an administrator: %v", err)
	}
	if _, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: "Hello"}); err != nil {
		t.Fatal(err)
	}
	if got := followers(t, w, thread, store.Everyone); got != "[writer reader]" {
		t.Errorf("then %s", got)
	}
}

// In a space with one thread it is the space that one follows, whatever one wrote.
func TestFollowOneThread(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, thread := t.Context(), firstThread(t, w, w.Space)
	if _, err := w.Store.AddComment(ctx, w.Editor, w.Space, thread, store.NewComment{Body: "Hello"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.FollowSpace(ctx, w.Editor, w.Space, false); err != nil {
		t.Fatal(err)
	}
	if got := followers(t, w, thread, store.Everyone); got != "[writer reader]" {
		t.Errorf("followed by %s", got)
	}
	if got := followers(t, w, 0, store.Everyone); got != "[writer reader]" {
		t.Errorf("the space is followed by %s", got)
	}
}
