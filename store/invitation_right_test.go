package store_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// The row "invite" of the matrix for each value of invite.who, as in
// permission_test.go one letter for each kind of space. Ad is an administrator
// of the space who is a system administrator too. C6 is on; off, only the first
// letter of a cell stays. With "+" the space lets its members invite.
const inviteMatrix = `
invite.who                SA    Ad    SpA   M     m     GE    GR    g
space_admins              nnnn  yyyy  yyyy  nnnn  -nn-  nnnn  nnnn  ----
space_admins+             nnnn  yyyy  yyyy  nnnn  -nn-  nnnn  nnnn  ----
members_if_space_allows   nnnn  yyyy  yyyy  nnnn  -nn-  nnnn  nnnn  ----
members_if_space_allows+  nnnn  yyyy  yyyy  yyyy  -nn-  nnnn  nnnn  ----
members                   nnnn  yyyy  yyyy  yynn  -nn-  nnnn  nnnn  ----
members+                  nnnn  yyyy  yyyy  yyyy  -nn-  nnnn  nnnn  ----
sys_admins                nnnn  yyyy  nnnn  nnnn  -nn-  nnnn  nnnn  ----
sys_admins+               nnnn  yyyy  nnnn  nnnn  -nn-  nnnn  nnnn  ----
`

// C5, C6, S0-19, S4-06, S4-07, S4-08, S4-20: who may invite, under each value
// of the setting, through the door and through the method that does it.
func TestWhoInvitesByPolicy(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(inviteMatrix), "\n")
	columns := strings.Fields(lines[0])[1:]
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		for _, internal := range []string{"on", "off"} {
			t.Run(cells[0]+" internal "+internal, func(t *testing.T) {
				t.Parallel()
				w := storetest.New(t)
				who, switched := strings.CutSuffix(cells[0], "+")
				changePolicy(t, w, map[string]string{"invite.who": who, "guest.in_internal_spaces": internal})
				both := administratorOfAll(t, w)
				for i, column := range columns {
					actor := as(w, column)
					if column == "Ad" {
						actor = both
					}
					for k, kind := range store.SpaceKinds {
						if switched {
							setOwn(t, w, w.Spaces[kind], map[string]string{"invite.members": "on"})
						}
						cell := cells[i+1][k]
						if cell == 'y' && k > 0 && internal == "off" {
							cell = 'n'
						}
						checkInviting(t, w, actor, column, kind, cell)
					}
				}
			})
		}
	}
}

func checkInviting(t *testing.T, w *storetest.World, actor store.Account, column string, kind store.SpaceKind, cell byte) {
	t.Helper()
	want := map[byte]error{'y': nil, 'n': store.ErrForbidden, '-': store.ErrNotFound}[cell]
	space := w.Spaces[kind]
	if _, err := w.Store.Space(t.Context(), actor, space, store.ToInvite); !is(err, want) {
		t.Errorf("%s in the %s space: the door says %v, want %v", column, kind, err, want)
	}
	_, err := w.Store.InviteGuests(t.Context(), actor, space, store.Invite{Emails: column + "@new.example"})
	if !is(err, want) {
		t.Errorf("%s in the %s space: inviting says %v, want %v", column, kind, err, want)
	}
	_, err = w.Store.CheckAddresses(t.Context(), actor, space, column+"@new.example")
	if !is(err, want) {
		t.Errorf("%s in the %s space: checking says %v, want %v", column, kind, err, want)
	}
	err = w.Store.AddGuest(t.Context(), actor, space, store.GuestAddition{Account: w.GuestEditor.ID})
	if !is(err, want) {
		t.Errorf("%s in the %s space: adding says %v, want %v", column, kind, err, want)
	}
}

// Section 3 of the product: a refusal names the setting that caused it.
func TestRefusedInvitingNamesTheSetting(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for name, test := range map[string]struct {
		actor   store.Account
		kind    store.SpaceKind
		setting string
	}{
		"a member":                           {w.Editor, store.GuestSpace, "invite.who"},
		"an administrator of an open space":  {w.Host, store.OpenSpace, "guest.in_internal_spaces"},
		"a member of a secret space":         {w.Editor, store.SecretSpace, "guest.in_internal_spaces"},
		"a guest, whom no setting lets":      {w.GuestEditor, store.GuestSpace, ""},
		"a system administrator outside too": {w.Root, store.GuestSpace, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.Store.Space(t.Context(), test.actor, w.Spaces[test.kind], store.ToInvite)
			var refusal *store.Error
			if !errors.As(err, &refusal) || refusal.Setting != test.setting {
				t.Errorf("%+v, want the setting %q", refusal, test.setting)
			}
		})
	}
}

// C5: a space narrows the organisation's value and never widens it.
func TestSpacesNarrowWhoInvites(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		organization, space string
		want                error
	}{
		"narrowed":                {"members", "space_admins", store.ErrForbidden},
		"not narrowed":            {"members", "", nil},
		"widening counts nothing": {"space_admins", "members", store.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			changePolicy(t, w, map[string]string{"invite.who": test.organization})
			setOwn(t, w, w.Space, map[string]string{"invite.who": test.space})
			if _, err := w.Store.Space(t.Context(), w.Editor, w.Space, store.ToInvite); !is(err, test.want) {
				t.Errorf("a member gets %v, want %v", err, test.want)
			}
		})
	}
}

// C6: switched off later, nobody new comes in, and who is inside stays.
func TestGuestsInInternalSpacesStay(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	changePolicy(t, w, map[string]string{"guest.in_internal_spaces": "on"})
	open := w.Spaces[store.OpenSpace]
	_, err := w.Store.InviteGuests(t.Context(), w.Host, open, store.Invite{Emails: string(w.GuestOutside.Email)}) // who has an account is added
	wantErr(t, err, nil)
	_, err = w.Store.InviteGuests(t.Context(), w.Host, open, store.Invite{Emails: "late@new.example"})
	wantErr(t, err, nil)
	token := tokens(w)["late@new.example"]
	changePolicy(t, w, map[string]string{"guest.in_internal_spaces": "off"})
	for _, accept := range []func() error{
		func() error { _, err := w.Store.Invitation(t.Context(), token); return err },
		func() error { _, err := w.Store.AcceptInvitation(t.Context(), token, jan); return err },
		func() error { _, err := w.Store.JoinInvitation(t.Context(), w.GuestOutside, token); return err },
	} {
		wantErr(t, accept(), store.ErrInvitationGone)
	}
	if _, err := w.Store.Space(t.Context(), w.GuestOutside, open, store.ToWrite); err != nil {
		t.Errorf("the guest gets %v", err)
	}
	err = w.Store.ChangeGuest(t.Context(), w.Host, open, w.GuestOutside.ID, store.GuestChange{Permission: new("read")})
	if err != nil {
		t.Errorf("the guest cannot be managed: %v", err)
	}
	_, err = w.Store.InviteGuests(t.Context(), w.Host, open, store.Invite{Emails: "new@new.example"})
	wantErr(t, err, store.ErrForbidden)
}

// changePolicy changes settings as the system administrator does.
func changePolicy(t *testing.T, w *storetest.World, settings map[string]string) {
	t.Helper()
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: settings, Acknowledged: true}); err != nil {
		t.Fatal(err)
	}
}

// setOwn gives a space its own settings.
func setOwn(t *testing.T, w *storetest.World, space store.ID, settings map[string]string) {
	t.Helper()
	encoded, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.Exec(t.Context(), `UPDATE spaces SET settings = $2 WHERE id = $1`, space, string(encoded)); err != nil {
		t.Fatal(err)
	}
}

// administratorOfAll is a system administrator who administers every space.
func administratorOfAll(t *testing.T, w *storetest.World) store.Account {
	t.Helper()
	both := newAccount(t, w, store.SeedAccount{Kind: store.Member, Email: "both@works.example", Name: "Both", SystemAdmin: true})
	for _, space := range w.Spaces {
		member(t, w, space, both, store.Administrator)
	}
	return both
}
