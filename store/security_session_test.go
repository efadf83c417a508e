package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// SEC-S3: the lives of a session are those of the account as it is now: a
// member who was made a system administrator does not keep thirty days.
func TestPromotionShortensSessions(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Editor.Login, Password: storetest.Password, Keep: true})
	do(t, err)
	do(t, w.Store.SetMemberRights(t.Context(), w.Root, w.Editor.ID, true, true))
	for range 13 * 3 { // an hour and more after twelve, without a pause of half an hour
		_, err = w.Store.Visit(t.Context(), entry.Token)
		w.Clock.Advance(20 * time.Minute)
	}
	if !errors.Is(err, store.ErrSignIn) {
		t.Errorf("after thirteen hours: %v", err)
	}
}

// SEC-P5: who must choose a password first joins nothing by a link either.
func TestMustChangeJoinsNothing(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := invited(t, w, store.Invite{Emails: "api@partner.example"})["api@partner.example"]
	api := newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "api@partner.example", Name: "From the API", MustChange: true})
	if _, err := w.Store.JoinInvitation(t.Context(), api, token); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("got %v", err)
	}
	if _, err := w.Store.Invitation(t.Context(), token); err != nil {
		t.Errorf("the link: %v", err)
	}
}

// SEC-T6: each way by which an account's keys end, against each kind of key.
func TestWhatEndsKeys(t *testing.T) {
	t.Parallel()
	change := func(ctx context.Context, w *storetest.World, token string) error {
		_, err := w.Store.ChangePassword(ctx, store.PasswordChange{Token: token, Current: storetest.Password, Password: freshPassword})
		return err
	}
	for name, act := range map[string]func(t *testing.T, w *storetest.World, session, reset string) error{
		"a password of one's own": func(t *testing.T, w *storetest.World, session, _ string) error {
			return change(t.Context(), w, session)
		},
		"a password by the link": func(t *testing.T, w *storetest.World, _, reset string) error {
			_, err := w.Store.ResetPassword(t.Context(), reset, freshPassword, "")
			return err
		},
		"suspension": func(t *testing.T, w *storetest.World, _, _ string) error {
			return w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, "")
		},
		"deletion": func(t *testing.T, w *storetest.World, _, _ string) error {
			return w.Store.DeleteGuest(t.Context(), w.Root, w.GuestEditor.ID, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			session, other := w.SignIn(w.GuestEditor), w.SignIn(w.GuestEditor)
			policy(t, w, map[string]string{"twostep.guests": "on"})
			waiting := challenge(t, w, w.GuestEditor)
			code := mailedCode(t, w)
			reset := resetToken(t, w, w.GuestEditor)
			do(t, act(t, w, session, reset))
			for kind, err := range map[string]error{
				"session":         second(w.Store.Visit(t.Context(), session)),
				"other session":   second(w.Store.Visit(t.Context(), other)),
				"waiting session": second(w.Store.Visit(t.Context(), waiting)),
				"code":            second(w.Store.Verify(t.Context(), waiting, code, "")),
				"reset":           second(w.Store.PasswordLink(t.Context(), reset)),
				"reset, used":     second(w.Store.ResetPassword(t.Context(), reset, "yet another fresh one", "")),
			} {
				if !errors.Is(err, store.ErrSignIn) && !errors.Is(err, store.ErrLinkGone) {
					t.Errorf("the %s afterwards: %v", kind, err)
				}
			}
			if n := count(t, w, `SELECT COUNT(*) FROM verifications`); n != 0 {
				t.Errorf("%d codes are left", n)
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }
