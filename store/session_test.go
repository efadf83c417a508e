package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/secret"
	"guesthouse/store/storetest"
)

// SEC-P9: no way in for an account that may not be used, whichever way it is.
func TestNoWayInForInactive(t *testing.T) {
	t.Parallel()
	// Each way prepares what it needs while the account is in order.
	ways := map[string]func(t *testing.T, w *storetest.World, guest store.Account) func() error{
		"password": func(t *testing.T, w *storetest.World, guest store.Account) func() error {
			return func() error {
				_, err := w.Store.SignIn(t.Context(), store.Credentials{Login: guest.Login, Password: storetest.Password})
				return err
			}
		},
		"code": func(t *testing.T, w *storetest.World, guest store.Account) func() error {
			token := challenge(t, w, guest)
			code := mailedCode(t, w)
			return func() error {
				_, err := w.Store.Verify(t.Context(), token, code, "")
				return err
			}
		},
		"reset": func(t *testing.T, w *storetest.World, guest store.Account) func() error {
			token := resetToken(t, w, guest)
			return func() error {
				_, err := w.Store.ResetPassword(t.Context(), token, freshPassword, "")
				return err
			}
		},
		"own password": func(t *testing.T, w *storetest.World, guest store.Account) func() error {
			token := w.SignIn(guest)
			return func() error {
				_, err := w.Store.ChangePassword(t.Context(), store.PasswordChange{
					Token: token, Current: storetest.Password, Password: freshPassword,
				})
				return err
			}
		},
		"cookie": func(t *testing.T, w *storetest.World, guest store.Account) func() error {
			token := w.SignIn(guest)
			return func() error {
				_, err := w.Store.Visit(t.Context(), token)
				return err
			}
		},
	}
	states := map[string]func(t *testing.T, w *storetest.World, guest store.Account) error{
		"suspended": func(t *testing.T, w *storetest.World, guest store.Account) error {
			return w.Store.Suspend(t.Context(), w.Root, guest.ID, "")
		},
		"deleted": func(t *testing.T, w *storetest.World, guest store.Account) error {
			return w.Store.DeleteGuest(t.Context(), w.Root, guest.ID, "")
		},
		"ended": func(t *testing.T, w *storetest.World, guest store.Account) error { // only the clock says so
			return w.Store.Exec(t.Context(), `UPDATE accounts SET ends_at = $1 WHERE id = $2`,
				w.Clock.Now().UnixMilli(), guest.ID)
		},
	}
	for way, prepare := range ways {
		for state, become := range states {
			t.Run(way+", "+state, func(t *testing.T) {
				t.Parallel()
				w := twoStep(t)
				enter := prepare(t, w, w.GuestEditor)
				if err := become(t, w, w.GuestEditor); err != nil {
					t.Fatal(err)
				}
				var answer *store.Error
				if err := enter(); !errors.As(err, &answer) {
					t.Errorf("got %v", err)
				}
				live, err := w.Store.Number(t.Context(), `
					SELECT COUNT(*) FROM sessions v JOIN accounts a ON a.id = v.account_id
					WHERE a.id = $1 AND v.stage = 'full' AND a.status <> 'active'`, w.GuestEditor.ID)
				if err != nil || live != 0 {
					t.Errorf("%d sessions, %v", live, err)
				}
			})
		}
	}
}

// SEC-P1: a hash of other costs is replaced when its password comes by.
func TestOldHashIsReplaced(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	old, err := secret.NewHasherCost(1, 8, secret.Cost{Memory: 16, Time: 1, Threads: 1}).Hash(t.Context(), storetest.Password)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.Exec(t.Context(), `UPDATE accounts SET password_hash = $1 WHERE id = $2`, old, w.Host.ID); err != nil {
		t.Fatal(err)
	}
	_ = fail(t, w, t.Context(), w.Host.Login, "")
	kept := func() string {
		t.Helper()
		text, err := w.Store.Text(t.Context(), `SELECT password_hash FROM accounts WHERE id = $1`, w.Host.ID)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if kept() != old {
		t.Error("a wrong password changed the hash")
	}
	for range 2 {
		if _, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Host.Login, Password: storetest.Password}); err != nil {
			t.Fatal(err)
		}
		if hash := kept(); hash == old || !strings.Contains(hash, "m=8,") {
			t.Errorf("the hash is %q", hash)
		}
	}
}

// SEC-S3: idle and absolute ends, kept sessions, administrators.
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		root     bool
		keep     bool
		idle     time.Duration
		absolute time.Duration
	}{
		{"member", false, false, 2 * time.Hour, store.Day},
		{"member, kept", false, true, 7 * store.Day, 30 * store.Day},
		{"administrator", true, false, 30 * time.Minute, 12 * time.Hour},
		{"administrator, kept", true, true, 30 * time.Minute, 12 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			account := w.Host
			if test.root {
				account = w.Root
			}
			enter := func() string {
				entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: account.Login, Password: storetest.Password, Keep: test.keep})
				if err != nil {
					t.Fatal(err)
				}
				return entry.Token
			}
			idle := enter()
			w.Clock.Advance(test.idle)
			if _, err := w.Store.Visit(t.Context(), idle); !errors.Is(err, store.ErrSignIn) {
				t.Errorf("after %v without a click: %v", test.idle, err)
			}
			busy := enter()
			step := test.idle - time.Minute
			for passed := step; passed < test.absolute; passed += step {
				w.Clock.Advance(step)
				if _, err := w.Store.Visit(t.Context(), busy); err != nil {
					t.Fatalf("after %v: %v", passed, err)
				}
			}
			w.Clock.Advance(step)
			if _, err := w.Store.Visit(t.Context(), busy); !errors.Is(err, store.ErrSignIn) {
				t.Errorf("after %v: %v", test.absolute, err)
			}
		})
	}
}

// SEC-S3: the oldest of more than twenty sessions make room.
func TestTwentySessions(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	first := w.SignIn(w.Host)
	w.Clock.Advance(time.Second)
	for range 20 {
		w.SignIn(w.Host)
	}
	if n := sessions(t, w, w.Host); n != 20 {
		t.Errorf("%d sessions", n)
	}
	if _, err := w.Store.Visit(t.Context(), first); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("the oldest: %v", err)
	}
}
