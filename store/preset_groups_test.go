package store_test

import (
	"errors"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// under is a world under a whole preset.
func under(t *testing.T, preset string) *storetest.World {
	t.Helper()
	w := storetest.New(t)
	policy, ok := store.PresetPolicy(preset)
	if !ok {
		t.Fatalf("no preset %s", preset)
	}
	changePolicy(t, w, policy)
	return w
}

// S4-06, S4-07, S4-08: under "groups" every member invites where the kind of
// space lets them; a switch of the organisation or of the space takes effect on
// the next request.
func TestMembersInviteUnderGroups(t *testing.T) {
	t.Parallel()
	w := under(t, "groups")
	may := func(actor store.Account, kind store.SpaceKind, want error) {
		t.Helper()
		_, err := w.Store.Space(t.Context(), actor, w.Spaces[kind], store.ToInvite)
		if !is(err, want) {
			t.Errorf("%s in the %s space: %v, want %v", actor.Name, kind, err, want)
		}
	}
	hidden := []store.SpaceKind{store.PrivateSpace, store.SecretSpace}
	may(w.Editor, store.OpenSpace, nil)
	for _, kind := range hidden {
		may(w.Host, kind, nil)
		may(w.Editor, kind, store.ErrForbidden)
		may(w.Root, kind, store.ErrForbidden) // an administrator without access (S4-08)
	}
	// A space administrator authorises the members of a hidden space, and takes it back.
	setOwn(t, w, w.Spaces[store.SecretSpace], map[string]string{store.MembersInvite: "on"})
	may(w.Editor, store.SecretSpace, nil)
	setOwn(t, w, w.Spaces[store.SecretSpace], map[string]string{})
	may(w.Editor, store.SecretSpace, store.ErrForbidden)
	// A system administrator with access is one who has joined.
	wantErr(t, w.Store.Join(t.Context(), w.Root, w.Spaces[store.SecretSpace]), nil)
	may(w.Root, store.SecretSpace, nil)
	// Switched off by an administrator (S4-06), then left to the spaces (S4-07).
	changePolicy(t, w, map[string]string{"invite.who": "space_admins"})
	may(w.Editor, store.OpenSpace, store.ErrForbidden)
	may(w.Host, store.OpenSpace, nil)
	changePolicy(t, w, map[string]string{"invite.who": "members_if_space_allows"})
	may(w.Editor, store.OpenSpace, store.ErrForbidden)
	setOwn(t, w, w.Spaces[store.OpenSpace], map[string]string{store.MembersInvite: "on"})
	may(w.Editor, store.OpenSpace, nil)
}

// S4-02, S4-15, S4-19, S4-28: a guest finds the groups that they were invited to, of
// whichever kind, and no other: neither in lists nor by its ID.
func TestGuestReachesOwnGroupsOnly(t *testing.T) {
	t.Parallel()
	w := under(t, "groups")
	others := map[store.SpaceKind]store.ID{}
	for _, kind := range store.SpaceKinds {
		id, err := w.Store.CreateSpace(t.Context(), w.Host, store.NewSpace{Kind: kind, Name: "Another " + string(kind)})
		wantErr(t, err, nil)
		others[kind] = id
	}
	own := map[store.ID]bool{}
	for _, id := range w.Spaces {
		own[id] = true
	}
	for _, guest := range []store.Account{w.GuestEditor, w.GuestReader} {
		cards, err := w.Store.SpacesOf(t.Context(), guest, "")
		wantErr(t, err, nil)
		if len(cards.Items) != len(own) {
			t.Errorf("%s has %d spaces", guest.Name, len(cards.Items))
		}
		for _, card := range cards.Items {
			if !own[card.ID] {
				t.Errorf("%s finds %q", guest.Name, card.Name)
			}
		}
		joinable, err := w.Store.SpacesToJoin(t.Context(), guest, "", true)
		if len(joinable.Items) != 0 || err != nil && !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s may join %v, %v", guest.Name, joinable.Items, err)
		}
		for kind, id := range others {
			for _, op := range store.Operations() {
				if _, err := w.Store.Space(t.Context(), guest, id, op); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("%s, operation %d in a foreign %s space: %v", guest.Name, op, kind, err)
				}
			}
		}
	}
}

// S4-01, S4-20, S4-21, S4-23, S4-24: what a guest is never let do, on every path there is.
func TestGuestsNeverAdministerUnderGroups(t *testing.T) {
	t.Parallel()
	w := under(t, "groups")
	ctx := t.Context()
	for _, kind := range store.SpaceKinds { // S4-21
		_, err := w.Store.CreateSpace(ctx, w.GuestEditor, store.NewSpace{Kind: kind, Name: "Mine"})
		wantErr(t, err, store.ErrForbidden)
		_, err = w.Store.CreateSpace(ctx, w.Host, store.NewSpace{Kind: kind, Name: "Theirs", Administrators: []store.ID{w.Host.ID, w.GuestEditor.ID}})
		wantErr(t, err, store.ErrNoSuchMember) // S4-24
	}
	for kind, space := range w.Spaces {
		setOwn(t, w, space, map[string]string{store.MembersInvite: "on"})
		checkInviting(t, w, w.GuestEditor, "GE", kind, 'n') // S4-20
		checkInviting(t, w, w.GuestReader, "GR", kind, 'n')
		wantErr(t, w.Store.ChangeRole(ctx, w.Host, space, w.GuestEditor.ID, store.Administrator), store.ErrForbidden) // S4-24
		role := "administrator"
		wantErr(t, w.Store.ChangeGuest(ctx, w.Host, space, w.GuestEditor.ID, store.GuestChange{Permission: &role}), store.ErrBadPermission)
		if err := w.Store.Exec(ctx, `UPDATE memberships SET role = 'administrator' WHERE space_id = $1 AND account_id = $2`, space, w.GuestEditor.ID); err == nil {
			t.Errorf("the database takes a guest as administrator of the %s space", kind) // SEC-A2
		}
		for _, op := range []store.Operation{store.ToManage, store.ToModerate, store.ToDelete, store.ToSeeGuests, store.ToManageGuests, store.ToResend} {
			if _, err := w.Store.Space(ctx, w.GuestEditor, space, op); !errors.Is(err, store.ErrForbidden) {
				t.Errorf("operation %d in the %s space: %v", op, kind, err)
			}
		}
	}
	// S4-23: neither made one, nor let into the administration.
	wantErr(t, w.Store.SetMemberRights(ctx, w.Root, w.GuestEditor.ID, true, true), store.ErrNotFound)
	if err := w.Store.Exec(ctx, `UPDATE accounts SET system_admin = TRUE WHERE id = $1`, w.GuestEditor.ID); err == nil {
		t.Error("the database takes a guest as system administrator")
	}
	_, _, err := w.Store.Members(ctx, w.GuestEditor, store.MemberFilter{}, store.Cursor{})
	wantErr(t, err, store.ErrForbidden)
	wantErr(t, w.Store.ChangePolicy(ctx, w.GuestEditor, store.PolicyChange{Settings: map[string]string{"invite.who": "members"}}), store.ErrForbidden)
}

// S4-16, S4-22: the people whom a guest is shown are those of the own groups;
// pickers answer nothing.
func TestGuestsSeeCoMembersOnly(t *testing.T) {
	t.Parallel()
	w := under(t, "groups")
	ctx := t.Context()
	foreign, err := w.Store.CreateSpace(ctx, w.Outsider, store.NewSpace{Kind: store.OpenSpace, Name: "Foreign"})
	wantErr(t, err, nil)
	names := map[string]bool{}
	for _, kind := range []store.AccountKind{store.Member, store.Guest} {
		list, err := w.Store.MembersOf(ctx, w.GuestEditor, w.Space, kind, "", "")
		wantErr(t, err, nil)
		for _, m := range list.Items {
			names[m.Account.Name] = true
			if m.Account.Email != "" && m.Account.ID != w.GuestEditor.ID {
				t.Errorf("the address of %s", m.Account.Name)
			}
		}
		_, err = w.Store.MembersOf(ctx, w.GuestEditor, foreign, kind, "", "")
		wantErr(t, err, store.ErrNotFound)
	}
	for _, inside := range []store.Account{w.Host, w.Editor, w.GuestEditor, w.GuestReader} {
		if !names[inside.Name] {
			t.Errorf("%s is missing", inside.Name)
		}
	}
	if names[w.Outsider.Name] || names[w.GuestOutside.Name] || names[w.Root.Name] {
		t.Errorf("shown: %v", names)
	}
	_, err = w.Store.MemberCandidates(ctx, w.GuestEditor, w.Space, "otto")
	wantErr(t, err, store.ErrForbidden)
	_, err = w.Store.MembersByID(ctx, w.GuestEditor, []store.ID{w.Outsider.ID})
	wantErr(t, err, store.ErrForbidden)
	_, _, err = w.Store.GuestCandidates(ctx, w.GuestEditor, w.Space, "kari")
	wantErr(t, err, store.ErrForbidden)
}
