package store_test

import (
	"errors"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// Who knows the password, looks at the key that is offered and leaves has
// nothing: a reset withdraws what was offered, and an administrator can.
func TestOffersAreWithdrawn(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, w *storetest.World) error{
		"a reset of the password": func(t *testing.T, w *storetest.World) error {
			_, err := w.Store.ResetPassword(t.Context(), resetToken(t, w, w.Host), freshPassword, "")
			return err
		},
		"an administrator": func(t *testing.T, w *storetest.World) error {
			return w.Store.EndMemberFactor(t.Context(), w.Root, w.Host.ID, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			do(t, w.Store.OfferFactor(t.Context(), w.Host))
			do(t, end(t, w))
			if own, err := w.Store.OwnFactor(t.Context(), w.Host); err != nil || own.Pending != nil {
				t.Errorf("still offered: %+v, %v", own, err)
			}
		})
	}
}

// SEC-P9: with an app come new sessions: one that began with the password alone
// ends, but for the one in which the app was set up.
func TestAnAppEndsOtherSessions(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	other, own := door(t, w, w.Host, ""), door(t, w, w.Host, "")
	do(t, w.Store.OfferFactor(t.Context(), w.Host))
	offer, err := w.Store.OwnFactor(t.Context(), w.Host)
	do(t, err)
	do(t, w.Store.ConfirmFactor(t.Context(), w.Host, own.Session.ID, appCode(t, w, offer.Pending.Key), ""))
	if _, err := w.Store.Visit(t.Context(), other.Token); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("the other session: %v", err)
	}
	_, err = w.Store.Visit(t.Context(), own.Token)
	do(t, err)
}

// SEC-P9: a session from before the organisation asked for an app does not
// become a new one without it.
func TestChangedPasswordOwesTheApp(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	entry := door(t, w, w.Host, "")
	policy(t, w, map[string]string{"twostep.members": "on"})
	entry, err := w.Store.ChangePassword(t.Context(), store.PasswordChange{
		Token: entry.Token, Current: storetest.Password, Password: freshPassword,
	})
	do(t, err)
	if entry.Session.Stage != store.StageVerification {
		t.Errorf("the session that replaces it: %s", entry.Session.Stage)
	}
}

// SEC-P2: what was long enough for a member is not for an administrator, unless
// an app comes with it.
func TestNewAdministratorsPassword(t *testing.T) {
	t.Parallel()
	const short = "harbour-11x"
	for _, app := range []bool{false, true} {
		w := storetest.New(t)
		entry, err := w.Store.ChangePassword(t.Context(), store.PasswordChange{
			Token: door(t, w, w.Host, "").Token, Current: storetest.Password, Password: short,
		})
		do(t, err)
		if app {
			enrolled(t, w, w.Host)
		}
		do(t, w.Store.SetMemberRights(t.Context(), w.Root, w.Host.ID, true, true))
		entry, err = w.Store.SignIn(t.Context(), store.Credentials{Login: w.Host.Login, Password: short})
		do(t, err)
		if entry.Account.MustChangePassword == app {
			t.Errorf("with an app %t: must change %t", app, entry.Account.MustChangePassword)
		}
	}
}

// SEC-P9: who becomes an administrator, and has to have an app as one, signs in
// anew and enrols it.
func TestNewAdministratorsApp(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	policy(t, w, map[string]string{"twostep.members": "administrators"})
	entry := door(t, w, w.Host, "")
	do(t, w.Store.SetMemberRights(t.Context(), w.Root, w.Host.ID, true, true))
	if _, err := w.Store.Visit(t.Context(), entry.Token); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("the session from before: %v", err)
	}
}

// SEC-P2: at the machine, a password that is too short without an app is refused
// before the app is taken away.
func TestLostAppAndAShortPassword(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	enrolled(t, w, w.Root)
	const short = "harbour-11x" // long enough together with an app
	if _, err := w.Store.AdministratorLink(t.Context(), w.Root.Login, short, true); !errors.Is(err, store.ErrPasswordTooShort) {
		t.Errorf("a password of 11 characters: %v", err)
	}
	own, err := w.Store.OwnFactor(t.Context(), w.Root)
	do(t, err)
	if own.Factor != store.FactorTOTP {
		t.Errorf("the app is gone: %+v", own)
	}
	_, err = w.Store.AdministratorLink(t.Context(), w.Root.Login, short, false)
	do(t, err)
}
