package store_test

import (
	"errors"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// SEC-P9, SEC-S4: a password that was right a moment ago opens nothing any more
// when the account has changed in between.
func TestSignInAPI(t *testing.T) {
	t.Parallel()
	const another = "another house by another sea"
	for name, test := range map[string]struct {
		change func(w *storetest.World) error
		want   error
	}{
		"nothing":   {func(*storetest.World) error { return nil }, nil},
		"later":     {func(w *storetest.World) error { w.Clock.Advance(time.Hour); return nil }, nil},
		"suspended": {func(w *storetest.World) error { return w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, "") }, store.ErrSuspended},
		"deleted": {func(w *storetest.World) error {
			return w.Store.DeleteGuests(t.Context(), w.Root, []string{w.GuestEditor.Login})
		}, store.ErrLoginFailed},
		"two steps": {func(w *storetest.World) error { return change(t, w, "twostep.guests", "on") }, store.ErrAPISecondStep},
		"a new word": {func(w *storetest.World) error {
			_, err := w.Store.ChangePassword(t.Context(), store.PasswordChange{
				Token: w.SignIn(w.GuestEditor), Current: storetest.Password, Password: another,
			})
			return err
		}, store.ErrLoginFailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			for range 2 { // the second time it is known to be right
				caller, err := w.Store.SignInAPI(t.Context(), w.GuestEditor.Login, storetest.Password)
				if err != nil || caller.Account.ID != w.GuestEditor.ID {
					t.Fatalf("before: %v, %v", caller.Account.ID, err)
				}
			}
			if err := test.change(w); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Store.SignInAPI(t.Context(), w.GuestEditor.Login, storetest.Password); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Errorf("afterwards: %v, want %v", err, test.want)
			}
		})
	}
}

// No session is made, so that a program does not end those of a person.
func TestSignInAPIMakesNoSession(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := w.SignIn(w.Host)
	for range 25 {
		if _, err := w.Store.SignInAPI(t.Context(), w.Host.Login, storetest.Password); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Store.Visit(t.Context(), token); err != nil {
		t.Errorf("the session of the person: %v", err)
	}
}

func change(t *testing.T, w *storetest.World, setting, value string) error {
	t.Helper()
	return w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{setting: value}})
}
