package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// from is the context of a request by a client.
func from(t *testing.T, address string) context.Context {
	t.Helper()
	return store.WithOrigin(t.Context(), store.Origin{Address: address, RequestID: "test"})
}

func policy(t *testing.T, w *storetest.World, settings map[string]string) {
	t.Helper()
	err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: settings, Confirmed: true})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, login, password string
		want                  error
	}{
		{"a member", "host@works.example", storetest.Password, nil},
		{"a guest", "erika@partner.example", storetest.Password, nil},
		{"as a mail program writes it", " Erika <ERIKA@Partner.Example> ", storetest.Password, nil},
		{"wrong password", "host@works.example", "another quiet house", store.ErrLoginFailed},
		{"password with a blank more", "host@works.example", storetest.Password + " ", store.ErrLoginFailed}, // SEC-P2: as typed
		{"unknown address", "nobody@works.example", storetest.Password, store.ErrLoginFailed},                // SEC-P6
		{"Kelvin sign is no k", "\u212aari@elsewhere.example", storetest.Password, store.ErrLoginFailed},     // SEC-I1
		{"nothing", "", "", store.ErrLoginFailed},
		{"no password", "host@works.example", "", store.ErrLoginFailed},
		{"far too long", "host@works.example", storetest.Password + string(make([]byte, 5000)), store.ErrLoginFailed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			entry, err := w.Store.SignIn(from(t, "192.0.2.1"), store.Credentials{Login: test.login, Password: test.password})
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if err != nil {
				return
			}
			visit, err := w.Store.Visit(t.Context(), entry.Token)
			if err != nil || visit.Session.Stage != store.StageFull {
				t.Errorf("the session: %v, %v", visit.Session.Stage, err)
			}
			if visit.Session.ClientAddress != "192.0.2.1" {
				t.Errorf("the session comes from %q", visit.Session.ClientAddress)
			}
		})
	}
}

// SEC-S2: signing in again replaces the session of the browser.
func TestSignInReplacesTheSession(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	old := w.SignIn(w.Host)
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Host.Login, Password: storetest.Password, Replaces: old})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.Visit(t.Context(), old); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("the old session: %v", err)
	}
	if _, err := w.Store.Visit(t.Context(), entry.Token); err != nil {
		t.Errorf("the new session: %v", err)
	}
}

// SEC-P10: whoever may not come in learns whom to ask, but only with the right password.
func TestSignInOfInactive(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, "left"); err != nil {
		t.Fatal(err)
	}
	_, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.GuestEditor.Login, Password: storetest.Password})
	var answer *store.Error
	if !errors.As(err, &answer) || !answer.Is(store.ErrSuspended) || answer.Args["Name"] != "Example Works" {
		t.Errorf("right password: %v", err)
	}
	_, err = w.Store.SignIn(t.Context(), store.Credentials{Login: w.GuestEditor.Login, Password: "wrong"})
	if !errors.Is(err, store.ErrLoginFailed) {
		t.Errorf("wrong password: %v", err)
	}
	if sessions(t, w, w.GuestEditor) != 0 {
		t.Error("there is a session")
	}
}

func sessions(t *testing.T, w *storetest.World, account store.Account) (count int) {
	t.Helper()
	list, err := w.Store.Sessions(t.Context(), account)
	if errors.Is(err, store.ErrSignIn) {
		return 0 // not an account that may have any
	}
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func fail(t *testing.T, w *storetest.World, ctx context.Context, login string, device string) error {
	t.Helper()
	_, err := w.Store.SignIn(ctx, store.Credentials{Login: login, Password: "wrong", Device: device})
	if err == nil {
		t.Fatal("the wrong password opened the door")
	}
	return err
}

// SEC-P7: 5 failures, then a wait of 1, 2, 4 … 15 minutes; the same for a
// login that nobody has (SEC-P6).
func TestSignInWaits(t *testing.T) {
	t.Parallel()
	for _, login := range []string{"host@works.example", "nobody@works.example"} {
		t.Run(login, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			for n := range 4 {
				if err := fail(t, w, from(t, "192.0.2.1"), login, ""); !errors.Is(err, store.ErrLoginFailed) {
					t.Fatalf("failure %d: %v", n+1, err)
				}
			}
			for n, minutes := range []int{1, 2, 4, 8, 15, 15} {
				if err := fail(t, w, from(t, fmt.Sprintf("192.0.2.%d", n+2)), login, ""); !errors.Is(err, store.ErrLoginFailedOften) {
					t.Fatalf("failure %d: %v", n+5, err)
				}
				wait := time.Duration(minutes) * time.Minute
				// Another client waits too, with the right password as well.
				_, err := w.Store.SignIn(from(t, "198.51.100.7"), store.Credentials{Login: login, Password: storetest.Password})
				var answer *store.Error
				if !errors.As(err, &answer) || !answer.Is(store.ErrTooMany) || answer.RetryAfter != wait {
					t.Fatalf("wait %d: %v", n+1, err)
				}
				w.Clock.Advance(wait)
			}
			_, err := w.Store.SignIn(from(t, "198.51.100.7"), store.Credentials{Login: login, Password: storetest.Password})
			if known := login == w.Host.Login; known != (err == nil) {
				t.Errorf("after the wait: %v", err)
			}
		})
	}
}

// SEC-P7: strangers do not lock a person out of a browser that signed in before.
func TestStrangersDoNotLockOutAKnownBrowser(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	home := from(t, "192.0.2.1")
	entry, err := w.Store.SignIn(home, store.Credentials{Login: w.Host.Login, Password: storetest.Password})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		_ = fail(t, w, from(t, "203.0.113.5"), w.Host.Login, "")
	}
	credentials := store.Credentials{Login: w.Host.Login, Password: storetest.Password}
	if _, err := w.Store.SignIn(home, credentials); !errors.Is(err, store.ErrTooMany) {
		t.Errorf("without the device cookie: %v", err)
	}
	credentials.Device = entry.Device
	if _, err := w.Store.SignIn(home, credentials); err != nil {
		t.Errorf("the known browser: %v", err)
	}
	// The cookie is of this login alone, and only we make it.
	for name, device := range map[string]string{
		"of somebody else": deviceOf(t, w, w.Editor),
		"made up":          "AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA",
		"cut":              entry.Device[:len(entry.Device)-1],
		"not one":          "x",
	} {
		credentials.Device = device
		if _, err := w.Store.SignIn(home, credentials); !errors.Is(err, store.ErrTooMany) {
			t.Errorf("cookie %s: %v", name, err)
		}
	}
	// A known browser has limits too.
	for range 5 {
		_ = fail(t, w, home, w.Host.Login, entry.Device)
	}
	credentials.Device = entry.Device
	if _, err := w.Store.SignIn(home, credentials); !errors.Is(err, store.ErrTooMany) {
		t.Errorf("the known browser after 5 failures: %v", err)
	}
}

func deviceOf(t *testing.T, w *storetest.World, account store.Account) string {
	t.Helper()
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: account.Login, Password: storetest.Password})
	if err != nil {
		t.Fatal(err)
	}
	return entry.Device
}

// One browser of two people knows both.
func TestDeviceOfTwo(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	first := deviceOf(t, w, w.Host)
	second, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Editor.Login, Password: storetest.Password, Device: first})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		_ = fail(t, w, t.Context(), w.Host.Login, "")
	}
	if _, err := w.Store.SignIn(t.Context(), store.Credentials{
		Login: w.Host.Login, Password: storetest.Password, Device: second.Device,
	}); err != nil {
		t.Errorf("the first person in the shared browser: %v", err)
	}
}

// SEC-P7: 30 failures of a client in ten minutes; IPv6 counts by the /64.
func TestClientLimit(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for n := range 30 {
		ctx := from(t, fmt.Sprintf("2001:db8:1:2::%x", n+1))
		if err := fail(t, w, ctx, fmt.Sprintf("nobody%d@works.example", n), ""); !errors.Is(err, store.ErrLoginFailed) {
			t.Fatalf("failure %d: %v", n+1, err)
		}
	}
	credentials := store.Credentials{Login: w.Host.Login, Password: storetest.Password}
	if _, err := w.Store.SignIn(from(t, "2001:db8:1:2:ffff::1"), credentials); !errors.Is(err, store.ErrTooMany) {
		t.Errorf("the same network: %v", err)
	}
	if _, err := w.Store.SignIn(from(t, "2001:db8:1:3::1"), credentials); err != nil {
		t.Errorf("another network: %v", err)
	}
	w.Clock.Advance(10 * time.Minute)
	if _, err := w.Store.SignIn(from(t, "2001:db8:1:2::1"), credentials); err != nil {
		t.Errorf("ten minutes later: %v", err)
	}
}

// Right passwords spend nothing: a whole office signs in from one address.
func TestSuccessSpendsNothing(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for n := range 40 {
		if _, err := w.Store.SignIn(from(t, "192.0.2.1"), store.Credentials{Login: w.Host.Login, Password: storetest.Password}); err != nil {
			t.Fatalf("sign-in %d: %v", n+1, err)
		}
	}
}

// SEC-T10: however many try at once, five are compared.
func TestParallelPasswordsSpendFiveTries(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	var compared, waited atomic.Int32
	var group sync.WaitGroup
	for range 30 {
		group.Go(func() {
			_, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Host.Login, Password: "wrong"})
			switch {
			case errors.Is(err, store.ErrTooMany):
				waited.Add(1)
			case errors.Is(err, store.ErrLoginFailed), errors.Is(err, store.ErrLoginFailedOften):
				compared.Add(1)
			default:
				t.Errorf("got %v", err)
			}
		})
	}
	group.Wait()
	if compared.Load() != 5 || waited.Load() != 25 {
		t.Errorf("%d compared, %d told to wait", compared.Load(), waited.Load())
	}
}

// SEC-P7: 100 failures in a row, then the password rests until a reset.
func TestPasswordRestsAfterAHundred(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for n := range 100 {
		_ = fail(t, w, from(t, fmt.Sprintf("198.51.100.%d", n)), w.Host.Login, "")
		w.Clock.Advance(15 * time.Minute)
	}
	credentials := store.Credentials{Login: w.Host.Login, Password: storetest.Password}
	if _, err := w.Store.SignIn(t.Context(), credentials); !errors.Is(err, store.ErrLoginFailedOften) {
		t.Fatalf("the 101st try, right: %v", err)
	}
	token := resetToken(t, w, w.Host)
	const fresh = "lanterns along the garden wall"
	if _, err := w.Store.ResetPassword(t.Context(), token, fresh, ""); err != nil {
		t.Fatal(err)
	}
	credentials.Password = fresh
	if _, err := w.Store.SignIn(t.Context(), credentials); err != nil {
		t.Errorf("after the reset: %v", err)
	}
}

// SEC-P3: below 8 characters, 5 failures in a row leave only the reset.
func TestWeakPasswordRestsAfterFive(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	policy(t, w, map[string]string{"password.preset": "basic", "twostep.guests": "on"})
	if _, err := w.Store.ResetPassword(t.Context(), resetToken(t, w, w.GuestEditor), "a1b", ""); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		_ = fail(t, w, t.Context(), w.GuestEditor.Login, "")
	}
	w.Clock.Advance(time.Hour)
	_, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.GuestEditor.Login, Password: "a1b"})
	if !errors.Is(err, store.ErrLoginFailedOften) {
		t.Fatalf("the 6th try, right: %v", err)
	}
	w.Clock.Advance(time.Hour)
	if _, err := w.Store.ResetPassword(t.Context(), resetToken(t, w, w.GuestEditor), "c2d", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.GuestEditor.Login, Password: "c2d"}); err != nil {
		t.Errorf("after the reset: %v", err)
	}
}

// SEC-A7: every sign-in, good and bad, is written down; what was typed is not.
func TestSignInIsAudited(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	_ = fail(t, w, from(t, "192.0.2.9"), "my secret password", "")
	_ = fail(t, w, from(t, "192.0.2.9"), w.Host.Login, "")
	_ = deviceOf(t, w, w.Host)
	list, _, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{Action: "session."}, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		action, subject string
		account         store.ID
	}{
		{"session.started", w.Host.Login, w.Host.ID},
		{"session.refused", w.Host.Login, w.Host.ID},
		{"session.refused", "", 0},
	}
	if len(list) != len(want) {
		t.Fatalf("%d rows", len(list))
	}
	for n, row := range list {
		if row.Action != want[n].action || row.Subject != want[n].subject || row.Account != want[n].account {
			t.Errorf("row %d: %s %q %v", n, row.Action, row.Subject, row.Account)
		}
	}
	if list[1].ClientAddress != "192.0.2.9" {
		t.Errorf("from %q", list[1].ClientAddress)
	}
}
