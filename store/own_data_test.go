package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// own reads all texts of an account.
func own(t *testing.T, w *storetest.World, actor store.Account) (data store.OwnData, threads, comments []store.OwnText) {
	t.Helper()
	ctx := t.Context()
	data, err := w.Store.ExportOwnData(ctx, actor)
	if err != nil {
		t.Fatal(err)
	}
	into := func(list *[]store.OwnText) func(store.OwnText) error {
		return func(text store.OwnText) error {
			*list = append(*list, text)
			return nil
		}
	}
	if err := errors.Join(w.Store.OwnThreads(ctx, data, into(&threads)), w.Store.OwnComments(ctx, data, into(&comments))); err != nil {
		t.Fatal(err)
	}
	return data, threads, comments
}

func say(t *testing.T, w *storetest.World, actor store.Account, space store.ID, text string) store.ID {
	t.Helper()
	threads, err := w.Store.Threads(t.Context(), w.Host, space, "")
	if err != nil {
		t.Fatal(err)
	}
	comment, err := w.Store.AddComment(t.Context(), actor, space, threads.Items[0].ID, store.NewComment{Body: text})
	if err != nil {
		t.Fatal(err)
	}
	return comment.ID
}

// beyond 15: more than one part, in order, without what was deleted or what
// others wrote.
func TestOwnWritingIsWhole(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	const many = 203
	for i := range many {
		say(t, w, w.GuestEditor, w.Space, fmt.Sprintf("Mine %d", i))
	}
	say(t, w, w.Host, w.Space, "A host's words")
	threads, err := w.Store.Threads(t.Context(), w.Host, w.Space, "")
	if err != nil {
		t.Fatal(err)
	}
	gone := say(t, w, w.GuestEditor, w.Space, "Taken back")
	if err := w.Store.DeleteComment(t.Context(), w.GuestEditor, w.Space, threads.Items[0].ID, gone); err != nil {
		t.Fatal(err)
	}
	_, began, comments := own(t, w, w.GuestEditor)
	if len(began) != 0 || len(comments) != many {
		t.Fatalf("%d threads, %d comments", len(began), len(comments))
	}
	for i, c := range comments {
		if c.Body != fmt.Sprintf("Mine %d", i) || c.SpaceName != "The guest space" || c.ThreadName == "" || !c.Opens {
			t.Fatalf("comment %d is %+v", i, c)
		}
	}
	if _, began, _ := own(t, w, w.Host); len(began) != len(store.SpaceKinds) {
		t.Errorf("the host began %d threads", len(began))
	}
}

// A part that is read later holds nothing newer than the beginning.
func TestOwnDataIsOfOneMoment(t *testing.T) {
	t.Parallel()
	w, ctx := storetest.New(t), t.Context()
	say(t, w, w.GuestEditor, w.Space, "Before")
	data, err := w.Store.ExportOwnData(ctx, w.GuestEditor)
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(time.Second)
	say(t, w, w.GuestEditor, w.Space, "After")
	var bodies []string
	err = w.Store.OwnComments(ctx, data, func(c store.OwnText) error {
		bodies = append(bodies, c.Body)
		return nil
	})
	if err != nil || !slices.Equal(bodies, []string{"Before"}) {
		t.Errorf("%v, %v", bodies, err)
	}
}

// SEC-A5: own words of a space that one left are one's own; its names are not.
func TestOwnWritingOfSpacesThatAreClosed(t *testing.T) {
	t.Parallel()
	w, ctx := storetest.New(t), t.Context()
	for _, kind := range store.SpaceKinds {
		say(t, w, w.Editor, w.Spaces[kind], "Words in "+string(kind))
		say(t, w, w.GuestEditor, w.Spaces[kind], "Words in "+string(kind))
		for _, leaver := range []store.Account{w.Editor, w.GuestEditor} {
			if err := w.Store.Leave(ctx, leaver, w.Spaces[kind]); err != nil {
				t.Fatal(err)
			}
		}
	}
	known := map[store.SpaceKind]string{store.OpenSpace: "The open space", store.PrivateSpace: "The private space"}
	threads := map[store.SpaceKind]string{store.OpenSpace: "The open space"}
	data, _, comments := own(t, w, w.Editor)
	if len(data.Spaces) != 0 || len(comments) != len(store.SpaceKinds) {
		t.Fatalf("%d spaces, %d comments", len(data.Spaces), len(comments))
	}
	for i, kind := range store.SpaceKinds {
		c := comments[i]
		if c.Body != "Words in "+string(kind) || c.SpaceName != known[kind] || c.ThreadName != threads[kind] || c.Opens != (kind == store.OpenSpace) {
			t.Errorf("%s: %+v", kind, c)
		}
	}
	if _, _, comments := own(t, w, w.GuestEditor); len(comments) != len(store.SpaceKinds) {
		t.Errorf("the guest has %d comments", len(comments))
	} else {
		for _, c := range comments {
			if c.SpaceName != "" || c.ThreadName != "" || c.Opens || c.Body == "" {
				t.Errorf("the guest reads %+v", c)
			}
		}
	}
}

// SEC-T7, S3-07: a place whose end has come is none, swept or not.
func TestOwnSpacesEnd(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	say(t, w, w.GuestEditor, w.Space, "Mine")
	on := w.Clock.Now().AddDate(0, 0, 5)
	err := w.Store.ChangeGuest(t.Context(), w.Host, w.Space, w.GuestEditor.ID,
		store.GuestChange{Access: &store.AccessText{On: on.Format(time.DateOnly)}, Confirmed: true})
	if err != nil {
		t.Fatal(err)
	}
	data, _, _ := own(t, w, w.GuestEditor)
	if len(data.Spaces) != len(store.SpaceKinds) || data.Spaces[0].Name != "The guest space" || data.Spaces[0].Until.IsZero() || data.Spaces[0].Role != store.Editor {
		t.Errorf("before: %+v", data.Spaces)
	}
	w.Clock.Advance(7 * store.Day)
	data, _, comments := own(t, w, w.GuestEditor)
	if len(data.Spaces) != len(store.SpaceKinds)-1 || comments[0].SpaceName != "" {
		t.Errorf("after: %+v, %+v", data.Spaces, comments)
	}
}

// beyond 15: the history has both sides, each once, in order; addresses only of
// what one did oneself.
func TestOwnHistory(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := store.WithOrigin(t.Context(), store.Origin{Address: "192.0.2.99"})
	mine := store.WithOrigin(t.Context(), store.Origin{Address: "192.0.2.1"})
	const many = 120
	for i := range many {
		err := errors.Join(
			w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, "because"), w.Store.Reactivate(ctx, w.Root, w.GuestEditor.ID, ""),
			rename(mine, w, w.GuestEditor, fmt.Sprintf("Erika %d", i)))
		if err != nil {
			t.Fatal(err)
		}
	}
	data, err := w.Store.ExportOwnData(mine, w.GuestEditor)
	if err != nil {
		t.Fatal(err)
	}
	counts, last := map[string]int{}, store.ID(0)
	err = w.Store.OwnHistory(mine, data, func(e store.OwnEntry) error {
		counts[e.Action]++
		if e.ID <= last || e.ByMe != (e.ClientAddress == "192.0.2.1") || e.ClientAddress == "192.0.2.99" {
			t.Errorf("%+v after %d", e, last)
		}
		last = e.ID
		return nil
	})
	if err != nil || counts["guest.suspended"] != many || counts["guest.reactivated"] != many || counts["profile.renamed"] != many || counts["profile.exported"] != 1 {
		t.Errorf("%v, %v", counts, err)
	}
	mails := 0
	err = w.Store.OwnMails(mine, data, func(m store.OwnMail) error {
		mails++
		if m.Kind == "" || m.State != store.MailQueued || m.CreatedAt.IsZero() {
			t.Errorf("%+v", m)
		}
		return nil
	})
	if err != nil || mails == 0 {
		t.Errorf("%d mails, %v", mails, err)
	}
}

func rename(ctx context.Context, w *storetest.World, a store.Account, name string) error {
	_, err := w.Store.UpdateProfile(ctx, a, store.Profile{Name: name, Locale: "auto", TimeZone: "UTC"})
	return err
}

// SEC-P5, SEC-P9, SEC-S4: nothing for who owes something or is gone, also in
// the middle; and nothing is noted.
func TestOwnDataIsForWhoMayAct(t *testing.T) {
	t.Parallel()
	w, ctx := storetest.New(t), t.Context()
	password, err := w.Store.HashPassword(ctx, "given by somebody")
	if err != nil {
		t.Fatal(err)
	}
	var changing store.Account
	err = w.Store.Seed(ctx, func(seed store.Seeder) (err error) {
		changing, err = seed.Account(store.SeedAccount{Kind: store.Member, Email: "new@works.example", Name: "New", MustChange: true}, password)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	data, _, _ := own(t, w, w.GuestReader)
	if err := w.Store.Suspend(ctx, w.Root, w.GuestReader.ID, ""); err != nil {
		t.Fatal(err)
	}
	never := func(store.OwnText) error { return errors.New("something was read") }
	if err := w.Store.OwnComments(ctx, data, never); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("in the middle: %v", err)
	}
	if _, err := w.Store.PublishTerms(ctx, w.Root, map[string]string{"en": "Be kind."}); err != nil {
		t.Fatal(err)
	}
	before := w.Dump()["audit"]
	for name, test := range map[string]struct {
		actor store.Account
		want  error
	}{
		"changing": {changing, store.ErrSignIn}, "owing": {w.GuestEditor, store.ErrTermsFirst},
		"suspended": {w.GuestReader, store.ErrSignIn}, "nobody": {store.Account{}, store.ErrSignIn}, "operator": {w.Store.Operator(), store.ErrSignIn},
	} {
		if _, err := w.Store.ExportOwnData(ctx, test.actor); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after := w.Dump()["audit"]; !slices.Equal(before, after) {
		t.Error("who was refused is in the log")
	}
}
