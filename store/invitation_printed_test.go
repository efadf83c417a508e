package store_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// printed invites a guest without e-mail and gives the link's token.
func printed(t *testing.T, w *storetest.World, identifier string) (store.Invitation, string) {
	t.Helper()
	inv, err := w.Store.InvitePrinted(t.Context(), w.Host, w.Space, store.PrintedInvite{Identifier: identifier, Name: "Ana Silva", Company: "Fabrik"})
	do(t, err)
	_, _, token, err := w.Store.InvitationLink(t.Context(), w.Host, w.Space, inv.ID)
	do(t, err)
	return inv, token
}

// offlineGuest is a guest who came in by a printed link.
func offlineGuest(t *testing.T, w *storetest.World, identifier string) store.Joined {
	t.Helper()
	_, token := printed(t, w, identifier)
	joined, err := w.Store.AcceptInvitation(t.Context(), token, store.SignUp{DisplayName: "Ana Silva", Password: guestPassword})
	do(t, err)
	return joined
}

// S4-25, SEC-T8: an identifier and a printed link; no account before the
// sign-up, no mail ever, and the identifier signs in.
func TestInvitePrinted(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	policy(t, w, map[string]string{"guest.offline_second_factor": "none"})
	inv, token := printed(t, w, " Ana.Silva_7 ")
	if inv.Identifier != "ana.silva_7" || inv.Email != "" || inv.Delivery != "none" || inv.ExpiresAt != w.Clock.Now().Add(7*store.Day) {
		t.Errorf("the invitation: %+v", inv)
	}
	if count(t, w, `SELECT COUNT(*) FROM accounts WHERE login_key = 'ana.silva_7'`) != 0 {
		t.Error("there is an account before anybody has signed up")
	}
	open, err := w.Store.Invitation(t.Context(), token)
	do(t, err)
	if open.Login() != "ana.silva_7" || open.HasAccount {
		t.Errorf("the link opens %q, has an account: %t", open.Login(), open.HasAccount)
	}
	joined, err := w.Store.AcceptInvitation(t.Context(), token, store.SignUp{DisplayName: "Ana", Password: guestPassword})
	do(t, err)
	if joined.Account.Login != "ana.silva_7" || joined.Account.Email != "" || joined.Account.Company != "Fabrik" || joined.Space != w.Space {
		t.Errorf("the account: %+v", joined.Account)
	}
	if _, err := w.Store.Space(t.Context(), joined.Account, w.Space, store.ToWrite); err != nil {
		t.Errorf("in the space: %v", err)
	}
	if _, err := w.Store.SignIn(t.Context(), store.Credentials{Login: "ANA.Silva_7", Password: guestPassword}); err != nil {
		t.Errorf("sign in with the identifier: %v", err)
	}
	if mails := w.Mails(); len(mails) != 0 {
		t.Errorf("%d mails to nobody", len(mails))
	}
	if _, err := w.Store.Invitation(t.Context(), token); !errors.Is(err, store.ErrInvitationGone) { // SEC-T5
		t.Errorf("the used link: %v", err)
	}
}

// S4-25: what an identifier may be, and that nobody else has it.
func TestIdentifiers(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	printed(t, w, "taken")
	for text, want := range map[string]error{
		"":                      store.ErrRequired,
		"ab":                    store.ErrBadIdentifier,
		"abc":                   nil,
		strings.Repeat("a", 64): nil,
		strings.Repeat("a", 65): store.ErrBadIdentifier,
		"ana@silva.example":     store.ErrBadIdentifier,
		"ana silva":             store.ErrBadIdentifier,
		"...":                   store.ErrBadIdentifier,
		"\u212aari":             store.ErrBadIdentifier, // Kelvin sign (SEC-I1)
		"anä":                   store.ErrBadIdentifier,
		"TAKEN":                 store.ErrIdentifierTaken,
	} {
		_, err := w.Store.InvitePrinted(t.Context(), w.Host, w.Space, store.PrintedInvite{Identifier: text, Name: "Ana"})
		if !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
	joined := offlineGuest(t, w, "living")
	if _, err := w.Store.InvitePrinted(t.Context(), w.Host, w.Space, store.PrintedInvite{Identifier: "living", Name: "Ana"}); !errors.Is(err, store.ErrIdentifierTaken) {
		t.Errorf("the identifier of somebody living: %v", err)
	}
	do(t, w.Store.DeleteGuest(t.Context(), w.Root, joined.Account.ID, "")) // S2-08: it is free again
	if _, err := w.Store.InvitePrinted(t.Context(), w.Host, w.Space, store.PrintedInvite{Identifier: "living", Name: "Ana"}); err != nil {
		t.Errorf("the identifier of a former guest: %v", err)
	}
	w.Clock.Advance(8 * store.Day)
	if _, err := w.Store.InvitePrinted(t.Context(), w.Host, w.Space, store.PrintedInvite{Identifier: "taken", Name: "Ana"}); err != nil {
		t.Errorf("the identifier of an expired invitation: %v", err)
	}
	suggested, err := w.Store.SuggestIdentifier(t.Context())
	do(t, err)
	if clean, err := store.ParseIdentifier(suggested); err != nil || clean != suggested {
		t.Errorf("the suggestion %q: %v", suggested, err)
	}
}

// SEC-A2: of eight who give one identifier away at the same moment, one does.
func TestIdentifierOnce(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	var won atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, err := w.Store.InvitePrinted(t.Context(), w.Host, w.Space, store.PrintedInvite{Identifier: "wanted", Name: "Ana"})
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, store.ErrIdentifierTaken):
				t.Errorf("a fault: %v", err)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 {
		t.Errorf("%d won", won.Load())
	}
}

// C10, SEC-A1: who may, and under which setting.
func TestWhoInvitesPrinted(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	form := store.PrintedInvite{Identifier: "somebody", Name: "Ana"}
	for name, test := range map[string]struct {
		actor store.Account
		want  error
	}{
		"administrator of the space": {w.Host, nil},
		"member inside":              {w.Editor, store.ErrForbidden},
		"member outside":             {w.Outsider, store.ErrNotFound},
		"guest":                      {w.GuestEditor, store.ErrForbidden},
		"guest outside":              {w.GuestOutside, store.ErrNotFound},
		"system administrator":       {w.Root, store.ErrForbidden},
	} {
		if _, err := w.Store.InvitePrinted(t.Context(), test.actor, w.Space, form); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	policy(t, w, map[string]string{"guest.without_email": "off"})
	_, err := w.Store.InvitePrinted(t.Context(), w.Host, w.Space, store.PrintedInvite{Identifier: "another", Name: "Ana"})
	var refused *store.Error
	if !errors.As(err, &refused) || !refused.Is(store.ErrWithoutEmailOff) || refused.Setting != "guest.without_email" {
		t.Errorf("switched off: %v", err)
	}
}

// C5: where invitations must be approved first, nobody hands over a page.
func TestPrintedWhereApprovalIsNeeded(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	policy(t, w, map[string]string{"invite.approval": "sys_admin"})
	_, err := w.Store.InvitePrinted(t.Context(), w.Host, w.Space, store.PrintedInvite{Identifier: "ana.silva", Name: "Ana"})
	if !errors.Is(err, store.ErrApprovalNeeded) {
		t.Errorf("got %v", err)
	}
}

// SEC-T6: printing again makes a new link and ends the old, at any time.
func TestReprint(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	inv, old := printed(t, w, "reprinted")
	w.Clock.Advance(time.Minute)
	again, err := w.Store.ResendInvitation(t.Context(), w.Host, w.Space, inv.ID)
	do(t, err)
	_, _, token, err := w.Store.InvitationLink(t.Context(), w.Host, w.Space, inv.ID)
	do(t, err)
	if token == old || again.ExpiresAt != w.Clock.Now().Add(7*store.Day) {
		t.Errorf("the same link: %t, until %v", token == old, again.ExpiresAt)
	}
	if _, err := w.Store.Invitation(t.Context(), old); !errors.Is(err, store.ErrInvitationGone) {
		t.Errorf("the old link: %v", err)
	}
	_, err = w.Store.CancelInvitation(t.Context(), w.Host, w.Space, inv.ID)
	do(t, err)
	if _, err := w.Store.Invitation(t.Context(), token); !errors.Is(err, store.ErrInvitationGone) {
		t.Errorf("the cancelled link: %v", err)
	}
	if len(w.Mails()) != 0 {
		t.Error("something was mailed")
	}
}

// SEC-T6: who is suspended or deleted has no open printed invitation left to
// come back by, though they have no address that it could be found by.
func TestPrintedInvitationsEnd(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(*storetest.World, store.ID) error{
		"suspended": func(w *storetest.World, id store.ID) error { return w.Store.Suspend(t.Context(), w.Root, id, "") },
		"deleted": func(w *storetest.World, id store.ID) error {
			return w.Store.DeleteGuestNow(t.Context(), w.Root, id, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			policy(t, w, map[string]string{"guest.offline_second_factor": "none"})
			guest := offlineGuest(t, w, "ana").Account
			inv, token := printed(t, w, "ana-again")
			_, other := printed(t, w, "bea")
			do(t, w.Store.Exec(t.Context(), `UPDATE invitations SET identifier = 'ana' WHERE id = $1`, inv.ID))
			do(t, act(w, guest.ID))
			if _, err := w.Store.Invitation(t.Context(), token); !errors.Is(err, store.ErrInvitationGone) {
				t.Errorf("the printed link: %v", err)
			}
			if _, err := w.Store.Invitation(t.Context(), other); err != nil {
				t.Errorf("somebody else's printed link: %v", err)
			}
		})
	}
}
