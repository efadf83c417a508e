package store_test

import (
	"maps"
	"slices"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// guestsIn are the addresses of a space's guests.
func guestsIn(t *testing.T, w *storetest.World, space store.ID) []string {
	t.Helper()
	page, err := w.Store.MembersOf(t.Context(), w.Host, space, store.Guest, "", "")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range page.Items {
		found = append(found, string(m.Account.Email))
	}
	slices.Sort(found)
	return found
}

// S1-04, S2-09: the list is the guests of the space from now on; who left it
// keeps the account, and nobody is sent an invitation.
func TestUpdateSpaceGuests(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	erika, mario, kari := string(w.GuestEditor.Email), string(w.GuestReader.Email), string(w.GuestOutside.Email)
	if err := w.Store.UpdateSpaceGuests(t.Context(), w.Host, w.Space, []string{"Mario@Studio.example", kari, kari}); err != nil {
		t.Fatal(err)
	}
	if got := guestsIn(t, w, w.Space); !slices.Equal(got, []string{kari, mario}) {
		t.Errorf("inside are %v", got)
	}
	sp, err := w.Store.Space(t.Context(), w.GuestReader, w.Space, store.ToOpen)
	if err != nil || sp.Standing != store.GuestReader { // who stays keeps the permission
		t.Errorf("standing %v, %v", sp.Standing, err)
	}
	if sp, err = w.Store.Space(t.Context(), w.GuestOutside, w.Space, store.ToOpen); err != nil || sp.Standing != store.GuestEditor {
		t.Errorf("standing %v, %v", sp.Standing, err)
	}
	if _, err := w.Store.Space(t.Context(), w.GuestEditor, w.Spaces[store.OpenSpace], store.ToOpen); err != nil {
		t.Errorf("the account of who left: %v", err)
	}
	for _, mail := range w.Mails() {
		if mail.To == w.GuestOutside.Email || mail.Kind == store.MailInvitation {
			t.Errorf("a mail %s to %s", mail.Kind, mail.To)
		}
	}
	if err := w.Store.MakeNotices(t.Context()); err != nil {
		t.Fatal(err)
	}
	notices, err := w.Store.Notices(t.Context(), w.GuestOutside, "")
	if err != nil || len(notices.Items) != 1 || notices.Items[0].Kind != store.NoticeAdded {
		t.Errorf("notices %+v, %v", notices.Items, err)
	}
	for _, list := range [][]string{{"nobody@partner.example", mario, string(w.Host.Email)}, {erika, "x"}} {
		if err := w.Store.UpdateSpaceGuests(t.Context(), w.Host, w.Space, list); !is(err, store.ErrNoSuchGuest) {
			t.Errorf("%v: %v", list, err)
		}
	}
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, ""); err != nil {
		t.Fatal(err)
	}
	err = w.Store.UpdateSpaceGuests(t.Context(), w.Host, w.Space, []string{mario, erika})
	if got := fields(t, err); !maps.Equal(got, map[string]string{"guests[1]": "no_such_guest"}) {
		t.Errorf("a suspended one: %v", got)
	}
	if got := guestsIn(t, w, w.Space); !slices.Equal(got, []string{kari, mario}) {
		t.Errorf("a call that failed left %v", got)
	}
	if err := w.Store.UpdateSpaceGuests(t.Context(), w.Host, w.Space, nil); err != nil || len(guestsIn(t, w, w.Space)) != 0 {
		t.Errorf("the empty list: %v", err)
	}
}

// SEC-A1: the administrators of the space only, and nobody learns of it otherwise.
func TestUpdateSpaceGuestsMatrix(t *testing.T) {
	t.Parallel()
	for _, standing := range standings {
		want := map[string]error{"SpA": nil, "m": store.ErrNotFound, "g": store.ErrNotFound}
		err, known := want[standing]
		if !known {
			err = store.ErrForbidden
		}
		w := storetest.New(t)
		if got := w.Store.UpdateSpaceGuests(t.Context(), as(w, standing), w.Space, nil); !is(got, err) {
			t.Errorf("%s: %v, want %v", standing, got, err)
		}
	}
}

// C1, C2, C5, C6, S1-23: the list is under the rules under which pages bring guests in.
func TestUpdateSpaceGuestsUnderPolicy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy store.Policy
		space  store.SpaceKind
		want   error
	}{
		"as it is":                {nil, store.GuestSpace, nil},
		"guest spaces off":        {store.Policy{"guest.spaces": "off"}, store.GuestSpace, store.ErrGuestSpacesOff},
		"no guest space":          {nil, store.OpenSpace, store.ErrForbidden},
		"guests come in there":    {store.Policy{"guest.in_internal_spaces": "on"}, store.OpenSpace, nil},
		"administrators only":     {store.Policy{"invite.who": "sys_admins"}, store.GuestSpace, store.ErrForbidden},
		"somebody has to approve": {store.Policy{"invite.approval": "sys_admin"}, store.GuestSpace, store.ErrApprovalNeeded},
		"one space only":          {store.Policy{"guest.scope": "single"}, store.GuestSpace, store.ErrOtherSpace},
		"no licence":              {store.Policy{"quota.model": "licences", "quota.licences": "6", "quota.single_space_factor": "unlimited"}, store.GuestSpace, store.ErrLicencesFull},
		"a licence":               {store.Policy{"quota.model": "licences", "quota.licences": "7", "quota.single_space_factor": "unlimited"}, store.GuestSpace, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			inside := newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "else@elsewhere.example", Name: "Elsewhere"})
			member(t, w, w.Spaces[store.SecretSpace], inside, store.Editor)
			if test.policy != nil {
				changePolicy(t, w, test.policy)
			}
			list := []string{string(w.GuestEditor.Email), string(w.GuestReader.Email), "else@elsewhere.example"}
			if err := w.Store.UpdateSpaceGuests(t.Context(), w.Host, w.Spaces[test.space], list); !is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
			if got := len(guestsIn(t, w, w.Spaces[test.space])); (got == 3) != (test.want == nil) {
				t.Errorf("%d inside", got)
			}
		})
	}
}
