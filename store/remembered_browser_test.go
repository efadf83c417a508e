package store_test

import (
	"errors"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// rememberedGuest has given a mailed code in a browser that is remembered.
func rememberedGuest(t *testing.T, days string) (w *storetest.World, browsers string) {
	t.Helper()
	w = storetest.New(t)
	policy(t, w, map[string]string{"twostep.guests": "on", "twostep.remember_days": days})
	waiting := challenge(t, w, w.GuestEditor)
	entry, err := w.Store.EnterCode(t.Context(), store.CodeEntry{Token: waiting, Code: mailedCode(t, w), Remember: true})
	do(t, err)
	return w, entry.Browsers
}

// asked reports whether the guest is asked for a code in the browser.
func asked(t *testing.T, w *storetest.World, account store.Account, browsers string) bool {
	t.Helper()
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: account.Login, Password: storetest.Password, Browsers: browsers})
	do(t, err)
	return entry.Session.Stage == store.StageVerification
}

// C11, S0-38: a browser is remembered for the days of the policy, for its
// person alone; never where the policy has none.
func TestRememberedBrowser(t *testing.T) {
	t.Parallel()
	if _, browsers := rememberedGuest(t, "0"); browsers != "" {
		t.Error("remembered although every sign-in asks for a code")
	}
	w, browsers := rememberedGuest(t, "7")
	for name, test := range map[string]struct {
		account  store.Account
		browsers string
		want     bool
	}{
		"the browser":           {w.GuestEditor, browsers, false},
		"another browser":       {w.GuestEditor, "", true},
		"somebody else in it":   {w.GuestReader, browsers, true},
		"a made up cookie":      {w.GuestEditor, strings.Repeat("A", 43), true},
		"one of several people": {w.GuestEditor, strings.Repeat("A", 43) + "." + browsers, false},
		"a cookie too long":     {w.GuestEditor, browsers + strings.Repeat(".A", 300), true},
	} {
		if got := asked(t, w, test.account, test.browsers); got != test.want {
			t.Errorf("%s: asked %t", name, got)
		}
	}
	policy(t, w, map[string]string{"twostep.remember_days": "30"}) // more days are for the next time
	w.Clock.Advance(6 * store.Day)
	if asked(t, w, w.GuestEditor, browsers) {
		t.Error("asked on the sixth day")
	}
	policy(t, w, map[string]string{"twostep.remember_days": "5"}) // fewer bite at once
	if !asked(t, w, w.GuestEditor, browsers) {
		t.Error("not asked though five days are over")
	}
	policy(t, w, map[string]string{"twostep.remember_days": "7"})
	w.Clock.Advance(store.Day)
	if !asked(t, w, w.GuestEditor, browsers) {
		t.Error("not asked on the eighth day")
	}
	do(t, w.Store.Sweep(t.Context()))
	if count(t, w, `SELECT COUNT(*) FROM remembered_browsers`) != 0 {
		t.Error("what has ended was not swept")
	}
}

// C11, SEC-T6: whatever takes the trust away.
func TestForgottenBrowser(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(t *testing.T, w *storetest.World) error{
		"suspended": func(t *testing.T, w *storetest.World) error {
			if err := w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, ""); err != nil {
				return err
			}
			return w.Store.Reactivate(t.Context(), w.Root, w.GuestEditor.ID, "")
		},
		"new password": func(t *testing.T, w *storetest.World) error {
			_, err := w.Store.ResetPassword(t.Context(), resetToken(t, w, w.GuestEditor), storetest.Password, "")
			return err
		},
		"signed out by an administrator": func(t *testing.T, w *storetest.World) error {
			return w.Store.EndGuestSessions(t.Context(), w.Root, w.GuestEditor.ID)
		},
		"signed out everywhere": func(t *testing.T, w *storetest.World) error {
			_, err := w.Store.EndOtherSessions(t.Context(), w.GuestEditor, "")
			return err
		},
		"forgotten by hand": func(t *testing.T, w *storetest.World) error {
			list, err := w.Store.RememberedBrowsers(t.Context(), w.GuestEditor)
			do(t, err)
			if err := w.Store.ForgetBrowser(t.Context(), w.GuestReader, list[0].ID); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("by somebody else: %v", err)
			}
			return w.Store.ForgetBrowser(t.Context(), w.GuestEditor, list[0].ID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, browsers := rememberedGuest(t, "7")
			do(t, act(t, w))
			if !asked(t, w, w.GuestEditor, browsers) {
				t.Error("not asked for a code")
			}
		})
	}
}
