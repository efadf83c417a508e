package store_test

import (
	"errors"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// The whole table of operations, standings and kinds answers for real
// accounts through the one door (SEC-A1).
func TestTheDoorOfASpace(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for name, test := range map[string]struct {
		actor store.Account
		op    store.Operation
		want  error
	}{
		"the host opens it":                        {w.Host, store.ToOpen, nil},
		"a guest opens it":                         {w.GuestReader, store.ToOpen, nil},
		"a read-only guest does not write":         {w.GuestReader, store.ToWrite, store.ErrForbidden}, // S3-06
		"a member outside does not know of it":     {w.Outsider, store.ToOpen, store.ErrNotFound},      // S0-04
		"a guest of nothing does not know of it":   {w.GuestOutside, store.ToOpen, store.ErrNotFound},
		"a system administrator has to join first": {w.Root, store.ToOpen, store.ErrForbidden},
		"and does not invite":                      {w.Root, store.ToInvite, store.ErrForbidden}, // S0-19
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.Store.Space(t.Context(), test.actor, w.Space, test.op)
			if !errors.Is(err, test.want) || (test.want == nil) != (err == nil) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// SEC-S4: what the cookie opens is decided by the account as it is now.
func TestVisit(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := w.SignIn(w.GuestEditor)
	visit, err := w.Store.Visit(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if visit.Account.ID != w.GuestEditor.ID || visit.Environment.Name != "Example Works" {
		t.Errorf("visit of %v in %q", visit.Account.ID, visit.Environment.Name)
	}
	if err := w.Store.SignOut(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.Visit(t.Context(), token); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("after signing out: %v", err)
	}
}
