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

// S0-02, S0-11, S0-16, S0-18, S4-21: who makes which spaces, and what is wrong
// with them.
func TestCreateSpace(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	self := func(a store.Account) []store.ID { return []store.ID{a.ID} }
	for name, test := range map[string]struct {
		actor store.Account
		in    store.NewSpace
		want  error
	}{
		"an administrator makes a guest space":    {w.Root, store.NewSpace{Kind: store.GuestSpace, Name: "A"}, nil},
		"so does who has the right":               {w.Host, store.NewSpace{Kind: store.GuestSpace, Name: "A"}, nil},
		"others do not":                           {w.Editor, store.NewSpace{Kind: store.GuestSpace, Name: "A"}, store.ErrForbidden},
		"every member makes other spaces":         {w.Editor, store.NewSpace{Kind: store.SecretSpace, Name: "A"}, nil},
		"no guest does":                           {w.GuestEditor, store.NewSpace{Kind: store.OpenSpace, Name: "A"}, store.ErrForbidden},
		"an unknown kind":                         {w.Host, store.NewSpace{Kind: "public", Name: "A"}, store.ErrUnknownKind},
		"two of one name":                         {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "The open space"}, nil},
		"128 characters":                          {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: strings.Repeat("あ", 128)}, nil},
		"129 characters":                          {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: strings.Repeat("あ", 129)}, store.ErrNameTooLong},
		"blanks only":                             {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: " \u3000 "}, store.ErrRequired},
		"a control character":                     {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A\x00B"}, store.ErrTextControl},
		"members and no administrator":            {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A", Members: self(w.Host)}, store.ErrNoAdminLeft},
		"a guest as administrator":                {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A", Administrators: self(w.GuestEditor)}, store.ErrNoSuchMember},
		"a guest as member":                       {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A", Administrators: self(w.Host), Members: self(w.GuestEditor)}, store.ErrNoSuchMember},
		"nobody of that ID":                       {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A", Administrators: []store.ID{987654}}, store.ErrNoSuchMember},
		"501 people":                              {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A", Administrators: make([]store.ID, 501)}, store.ErrManyMembers},
		"a cover that is not there":               {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A", Cover: "preset:nothing"}, store.ErrUnknownCover},
		"a blob that somebody else uploaded":      {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A", Cover: "blob:" + strings.Repeat("a", 64)}, store.ErrUnknownCover},
		"a picture that is none":                  {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A", Upload: []byte("<svg/>")}, store.ErrNotAPicture},
		"an administrator who is not the creator": {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A", Administrators: self(w.Editor)}, nil},
		"the same person twice":                   {w.Host, store.NewSpace{Kind: store.OpenSpace, Name: "A", Administrators: []store.ID{w.Host.ID, w.Host.ID}, Members: self(w.Host)}, nil},
		"somebody who never was":                  {store.Account{}, store.NewSpace{Kind: store.OpenSpace, Name: "A"}, store.ErrSignIn},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := w.Store.CreateSpace(t.Context(), test.actor, test.in)
			if !is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if err != nil {
				return
			}
			sp, err := w.Store.Space(t.Context(), test.actor, id, store.ToOpen)
			if err != nil || sp.ThreadCount != 1 || sp.Kind != test.in.Kind || sp.New != 0 {
				t.Errorf("the creator gets %+v, %v", sp, err)
			}
		})
	}
}

// S0-14, S0-01: what is saved, what stays, and what two who save at once get.
func TestUpdateSpace(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	save := func(in store.SpaceSettings) error { return w.Store.UpdateSpace(ctx, w.Host, w.Space, in) }
	if err := save(store.SpaceSettings{Name: "One", Body: "# Hi <b>x</b>", MultiThread: true, FixedMembership: true, Version: 1}); err != nil {
		t.Fatal(err)
	}
	if err := save(store.SpaceSettings{Name: "Two", Version: 1}); !errors.Is(err, store.ErrSpaceChanged) {
		t.Errorf("an old form: %v", err)
	}
	if err := save(store.SpaceSettings{Name: "Two", Version: 2}); err != nil {
		t.Errorf("a new form: %v", err)
	}
	sp, err := w.Store.Space(ctx, w.Host, w.Space, store.ToManage)
	if err != nil || sp.Name != "Two" || !sp.MultiThread || sp.FixedMembership || sp.Body != "" || sp.Kind != store.GuestSpace {
		t.Errorf("saved %+v, %v", sp, err)
	}
	if err := save(store.SpaceSettings{Name: "Two", Publishing: "nobody"}); !errors.Is(err, store.ErrUnknownPublishing) {
		t.Errorf("publishing: %v", err)
	}
	if err := save(store.SpaceSettings{Name: "", Body: strings.Repeat("x", store.MaxText+1)}); !errors.Is(err, store.ErrRequired) || !errors.Is(err, store.ErrTextTooLong) {
		t.Errorf("two mistakes: %v", err)
	}
}

// A space goes with all that is in it, and nothing else does.
func TestDeleteSpace(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	thread := firstThread(t, w, w.Space)
	if _, err := w.Store.AddComment(ctx, w.GuestEditor, w.Space, thread, store.NewComment{Body: "Hello"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.DeleteSpace(ctx, w.Root, w.Space); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.Space(ctx, w.Host, w.Space, store.ToKnow); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it is still there: %v", err)
	}
	if err := w.Store.DeleteSpace(ctx, w.Host, w.Space); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a second time: %v", err)
	}
	if spaces, err := w.Store.SpacesOf(ctx, w.GuestEditor, ""); err != nil || len(spaces.Items) != 3 {
		t.Errorf("the guest is left with %d spaces, %v", len(spaces.Items), err)
	}
}

func firstThread(t *testing.T, w *storetest.World, space store.ID) store.ID {
	t.Helper()
	threads, err := w.Store.Threads(t.Context(), w.Host, space, "")
	if err != nil || len(threads.Items) != 1 {
		t.Fatalf("%d threads, %v", len(threads.Items), err)
	}
	return threads.Items[0].ID
}

// S0-05: favourites first, then where something was last written; by key over
// several pages, each space once.
func TestSpacesOf(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	for i := range 60 {
		w.Clock.Advance(time.Duration(i%3) * time.Minute) // some at the same moment
		if _, err := w.Store.CreateSpace(ctx, w.Host, store.NewSpace{Kind: store.OpenSpace, Name: fmt.Sprintf("Space %d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Store.Favourite(ctx, w.Host, w.Space, true); err != nil {
		t.Fatal(err)
	}
	seen := map[store.ID]bool{}
	var last store.SpaceCard
	for from, pages := "", 0; pages == 0 || from != ""; pages++ {
		page, err := w.Store.SpacesOf(ctx, w.Host, from)
		if err != nil {
			t.Fatal(err)
		}
		for _, card := range page.Items {
			if seen[card.ID] {
				t.Errorf("space %d twice", card.ID)
			}
			if len(seen) == 0 && card.ID != w.Space {
				t.Error("the favourite is not first")
			}
			if len(seen) > 1 && card.ActiveAt.After(last.ActiveAt) {
				t.Error("not in order")
			}
			seen[card.ID], last = true, card
		}
		from = page.Next
	}
	if len(seen) != 64 {
		t.Errorf("%d spaces", len(seen))
	}
	guests, err := w.Store.SpacesOf(ctx, w.Host, "", store.GuestSpace)
	if err != nil || len(guests.Items) != 1 {
		t.Errorf("guest spaces: %d, %v", len(guests.Items), err)
	}
	rail, err := w.Store.RailSpaces(ctx, w.Host)
	if err != nil || len(rail) != 12 || rail[0].ID != w.Space {
		t.Errorf("rail: %d, %v", len(rail), err)
	}
	for _, forged := range []string{"x", "e30", "W10", "WyJhIiwiYiIsImMiXQ", strings.Repeat("A", 5000)} {
		if _, err := w.Store.SpacesOf(ctx, w.Host, forged); err != nil {
			t.Errorf("cursor %q: %v", forged, err)
		}
	}
}

// S0-04, S4-19, SEC-A5: who finds what to join.
func TestSpacesToJoin(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for name, test := range map[string]struct {
		actor store.Account
		all   bool
		want  []string
		err   error
	}{
		"a member outside finds open and private ones": {actor: w.Outsider, want: []string{"The open space", "The private space"}},
		"a member inside finds none":                   {actor: w.Editor},
		"a guest outside finds none":                   {actor: w.GuestOutside},
		"a guest inside finds none":                    {actor: w.GuestEditor},
		"a system administrator finds the same":        {actor: w.Root, want: []string{"The open space", "The private space"}},
		"and all in the administration":                {actor: w.Root, all: true, want: []string{"The guest space", "The open space", "The private space", "The secret space"}},
		"which is not for others":                      {actor: w.Host, all: true, err: store.ErrForbidden},
		"nor for guests":                               {actor: w.GuestEditor, all: true, err: store.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := w.Store.SpacesToJoin(t.Context(), test.actor, "", test.all)
			if !is(err, test.err) {
				t.Fatalf("got %v, want %v", err, test.err)
			}
			var names []string
			for _, sp := range page.Items {
				names = append(names, sp.Name)
			}
			if strings.Join(names, ",") != strings.Join(test.want, ",") {
				t.Errorf("found %q, want %q", names, test.want)
			}
		})
	}
}

// SEC-T7: an access that has ended counts as none, in lists too, whether or not
// it was swept; and so does an account that ended.
func TestEndedAccess(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	end := w.Clock.Now().Add(time.Hour)
	err := w.Store.Seed(ctx, func(seed store.Seeder) error { return seed.Membership(w.Space, w.GuestEditor, store.Editor, end) })
	if err != nil {
		t.Fatal(err)
	}
	spaces, err := w.Store.SpacesOf(ctx, w.GuestEditor, "", store.GuestSpace)
	if err != nil || len(spaces.Items) != 1 || !spaces.Items[0].EndsAt.Equal(end) {
		t.Fatalf("before the end: %v, %v", spaces.Items, err)
	}
	home, err := w.Store.Home(ctx, w.Host, "")
	if err != nil || len(home.Ending) != 1 || home.Ending[0].Guest.ID != w.GuestEditor.ID || !home.Ending[0].EndsAt.Equal(end) {
		t.Errorf("the host is told of %v, %v", home.Ending, err)
	}
	if home, err := w.Store.Home(ctx, w.Editor, ""); err != nil || len(home.Ending) != 0 {
		t.Errorf("an editor is told of %v, %v", home.Ending, err)
	}
	w.Clock.Advance(time.Hour)
	if spaces, err = w.Store.SpacesOf(ctx, w.GuestEditor, "", store.GuestSpace); err != nil || len(spaces.Items) != 0 {
		t.Errorf("after the end: %v, %v", spaces.Items, err)
	}
	if _, err := w.Store.Space(ctx, w.GuestEditor, w.Space, store.ToOpen); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the door says %v", err)
	}
	people, err := w.Store.MembersOf(ctx, w.Host, w.Space, store.Guest, "", "")
	if err != nil || len(people.Items) != 1 {
		t.Errorf("guests listed: %v, %v", people.Items, err)
	}
}

// The host of a guest is the sponsor, else an administrator of their space.
func TestHostOf(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if home, err := w.Store.Home(t.Context(), w.GuestEditor, ""); err != nil || home.Host.ID != w.Host.ID {
		t.Errorf("host %v, %v", home.Host.Name, err)
	}
	for _, nobody := range []store.Account{w.GuestOutside, w.Editor} {
		if home, err := w.Store.Home(t.Context(), nobody, ""); err != nil || home.Host.ID != 0 {
			t.Errorf("%s has the host %v, %v", nobody.Name, home.Host.Name, err)
		}
	}
}
