package store_test

import (
	"maps"
	"slices"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// S0-01, S0-13, S0-14: a program changes what it names and nothing else.
func TestChangeSpace(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	yes, no, name, administrators := true, false, "Renamed", store.PublishAdministrators
	change := func(in store.SpaceChange) store.SpaceDetails {
		t.Helper()
		if err := w.Store.ChangeSpace(t.Context(), w.Host, w.Space, in); err != nil {
			t.Fatal(err)
		}
		d, err := w.Store.SpaceDetails(t.Context(), w.GuestReader, w.Space)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := change(store.SpaceChange{ShowsMembers: &no, Private: &yes}) // what it shows does not count with one thread
	if d.Name != "The guest space" || !d.Shows.Members || d.MultiThread || d.Creator.ID != w.Host.ID || d.DefaultThread != firstThread(t, w, w.Space) {
		t.Errorf("the space is %+v", d)
	}
	d = change(store.SpaceChange{Name: &name, MultiThread: true, FixedMembership: &yes, ShowsMembers: &no, AppsBy: &administrators})
	if d.Name != name || !d.MultiThread || !d.FixedMembership || d.Shows.Members || !d.Shows.Threads || d.AppsBy != administrators {
		t.Errorf("the space is %+v", d)
	}
	d = change(store.SpaceChange{MultiThread: false, ShowsMembers: &yes, ShowsThreads: &no})
	if !d.MultiThread || !d.Shows.Members || d.Shows.Threads || d.Name != name {
		t.Errorf("the space is %+v", d)
	}
	for kind, private := range map[store.SpaceKind]*bool{store.GuestSpace: &no, store.OpenSpace: &yes, store.SecretSpace: &no} {
		err := w.Store.ChangeSpace(t.Context(), w.Host, w.Spaces[kind], store.SpaceChange{Private: private})
		if got := fields(t, err); !maps.Equal(got, map[string]string{"isPrivate": "kind_fixed"}) {
			t.Errorf("%s: %v", kind, got)
		}
	}
	empty, nobody := "", "nobody"
	err := w.Store.ChangeSpace(t.Context(), w.Host, w.Space, store.SpaceChange{Name: &empty, AppsBy: &nobody})
	if got := fields(t, err); !maps.Equal(got, map[string]string{"name": "required", "permissions.createApp": "unknown_publishing"}) {
		t.Errorf("problems %v", got)
	}
}

// S0-18: the members are those of the list, guests stay, and somebody administers.
func TestUpdateSpaceMembers(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	update := func(entries ...store.MemberEntry) error {
		return w.Store.UpdateSpaceMembers(t.Context(), w.Host, w.Space, entries)
	}
	members := func() map[string]string {
		list, err := w.Store.SpaceMembers(t.Context(), w.Editor, w.Space)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, m := range list {
			found[m.Account.Login] = string(m.Role)
		}
		return found
	}
	host, editor, outsider := w.Host.Login, w.Editor.Login, w.Outsider.Login
	if err := update(store.MemberEntry{Code: editor, Administrator: true}, store.MemberEntry{Code: "Outsider@works.example"}, store.MemberEntry{Code: outsider}); err != nil {
		t.Fatal(err)
	}
	if got := members(); !maps.Equal(got, map[string]string{editor: "administrator", outsider: "editor"}) {
		t.Errorf("the members are %v", got)
	}
	if sp, err := w.Store.Space(t.Context(), w.GuestEditor, w.Space, store.ToOpen); err != nil || sp.MemberCount != 2 || sp.GuestCount != 2 {
		t.Errorf("the guests: %+v, %v", sp.GuestCount, err)
	}
	if err := update(store.MemberEntry{Code: host, Administrator: true}); !is(err, store.ErrForbidden) && !is(err, store.ErrNotFound) {
		t.Errorf("who was taken out still manages: %v", err)
	}
	as := func(entries ...store.MemberEntry) error {
		return w.Store.UpdateSpaceMembers(t.Context(), w.Editor, w.Space, entries)
	}
	for name, test := range map[string]struct {
		err  error
		want map[string]string
	}{
		"nobody":           {as(), map[string]string{"members": "no_admin_left"}},
		"no administrator": {as(store.MemberEntry{Code: editor}), map[string]string{"members": "no_admin_left"}},
		"a guest and nobody": {as(store.MemberEntry{Code: editor, Administrator: true}, store.MemberEntry{Code: string(w.GuestEditor.Email)}, store.MemberEntry{Code: "x"}),
			map[string]string{"members[1].entity.code": "no_such_member", "members[2].entity.code": "no_such_member"}},
		"too many": {as(slices.Repeat([]store.MemberEntry{{Code: editor, Administrator: true}}, 1001)...), map[string]string{"members": "batch_size"}},
	} {
		if got := fields(t, test.err); !maps.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	guests, err := w.Store.SpaceMembers(t.Context(), w.GuestReader, w.Space)
	if err != nil || len(guests) != 2 || guests[0].Account.Login != "" {
		t.Errorf("a guest is told %+v, %v", guests, err)
	}
	if _, err := w.Store.SpaceMembers(t.Context(), w.GuestOutside, w.Space); !is(err, store.ErrNotFound) {
		t.Errorf("a guest outside: %v", err)
	}
}

// SEC-A5: whom which space's numbers are for.
func TestSpacesStatistics(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for standing, want := range map[string]int{"SA": 4, "SpA": 4, "M": 4, "m": 1, "GE": 4, "GR": 4, "g": 0} {
		list, err := w.Store.SpacesStatistics(t.Context(), as(w, standing), 0, 100)
		if err != nil || len(list) != want {
			t.Errorf("%s gets %d, want %d (%v)", standing, len(list), want, err)
		}
	}
	list, err := w.Store.SpacesStatistics(t.Context(), w.Root, 1, 2)
	if err != nil || len(list) != 2 || list[0].ID >= list[1].ID || list[0].Administrators != 1 || list[0].Members != 4 || list[0].Creator.Login != w.Host.Login {
		t.Errorf("the second and third are %+v, %v", list, err)
	}
}

// A member who made a space and became a guest keeps the name in its numbers and
// not the address; of who was erased after that nothing is left but a number.
func TestStatisticsOfWhoBecameAGuest(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	id, err := w.Store.CreateSpace(ctx, w.Editor, store.NewSpace{
		Kind: store.OpenSpace, Name: "Made by an editor", Administrators: []store.ID{w.Editor.ID, w.Host.ID},
	})
	do(t, err)
	want := func(when, name, login string) {
		t.Helper()
		list, err := w.Store.SpacesStatistics(ctx, w.Host, 0, 100)
		do(t, err)
		at := slices.IndexFunc(list, func(s store.SpaceStatistics) bool { return s.ID == id })
		if at < 0 {
			t.Fatalf("%s: the space is not told of", when)
		}
		for _, who := range []store.Account{list[at].Creator, list[at].Modifier} {
			if who.Name != name || who.Login != login {
				t.Errorf("%s: %q %q, want %q %q", when, who.Name, who.Login, name, login)
			}
		}
	}
	want("a member", w.Editor.Name, w.Editor.Login)
	do(t, w.Store.Demote(ctx, w.Root, w.Editor.ID, store.DemotionForm{Sponsor: w.Host.ID}))
	want("a guest", w.Editor.Name, "")
	do(t, w.Store.EraseGuest(ctx, w.Root, w.Editor.ID, ""))
	want("erased", "", "")
}
