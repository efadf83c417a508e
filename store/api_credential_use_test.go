package store_test

import (
	"errors"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// ownPassword is how an account calls with its own password, beside the two
// kinds of API credentials.
const ownPassword store.APICredentialKind = "own password"

// SEC-P9: each state of an account by each way to call; SEC-S4: it is looked at
// in every call. SEC-P10: who is suspended learns it by what is right only.
func TestAccountStatesAndCalls(t *testing.T) {
	t.Parallel()
	set := func(assignment string) func(w world) error {
		return func(w world) error {
			return w.Store.Exec(t.Context(), `UPDATE accounts SET `+assignment+` WHERE id = $1`, w.Root.ID)
		}
	}
	for state, test := range map[string]struct {
		change func(w world) error
		want   map[store.APICredentialKind]error
	}{
		"active": {func(world) error { return nil }, map[store.APICredentialKind]error{}},
		"second step": {func(w world) error {
			return w.Store.Exec(t.Context(), `INSERT INTO authenticators (account_id, factor, enrolled_at) VALUES ($1, 'totp', 0)`, w.Root.ID)
		}, map[store.APICredentialKind]error{ownPassword: store.ErrAPISecondStep}},
		"must change":   {set("must_change_password = TRUE"), map[store.APICredentialKind]error{store.APIPassword: store.ErrAPIChangeFirst, store.APIToken: store.ErrAPIChangeFirst, ownPassword: store.ErrAPIChangeFirst}},
		"suspended":     {set("status = 'suspended'"), map[store.APICredentialKind]error{store.APIPassword: store.ErrSuspended, store.APIToken: store.ErrSuspended, ownPassword: store.ErrSuspended}},
		"no more admin": {set("system_admin = FALSE"), map[store.APICredentialKind]error{store.APIPassword: store.ErrLoginFailed, store.APIToken: store.ErrLoginFailed}},
		"deleted":       {set("status = 'deleted', deleted_at = 1"), map[store.APICredentialKind]error{store.APIPassword: store.ErrLoginFailed, store.APIToken: store.ErrLoginFailed, ownPassword: store.ErrLoginFailed}},
	} {
		for _, kind := range []store.APICredentialKind{store.APIPassword, store.APIToken, ownPassword} {
			t.Run(state+", "+string(kind), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.appointed(w.Host) // the portal keeps an administrator
				call := func() error {
					_, err := w.Store.SignInAPI(t.Context(), w.Root.Login, storetest.Password)
					return err
				}
				if kind != ownPassword {
					_, value := w.makes(w.Root, kind)
					call = func() error { return w.calls(w.Root, kind, value) }
				}
				w.do(call())
				w.do(test.change(w))
				if err := call(); !errors.Is(err, test.want[kind]) || (err == nil) != (test.want[kind] == nil) {
					t.Errorf("got %v, want %v", err, test.want[kind])
				}
			})
		}
	}
}

// SEC-T6: each way by which they end, or stay. What is given back to the account
// later does not wake them.
func TestWhatEndsAPICredentials(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		act  func(t *testing.T, w world, admin store.Account) error
		ends bool
	}{
		"a password of one's own": {func(t *testing.T, w world, admin store.Account) error {
			_, err := w.Store.ChangePassword(t.Context(), store.PasswordChange{Token: w.SignIn(admin), Current: storetest.Password, Password: freshPassword})
			return err
		}, false},
		"signing out everywhere": {func(t *testing.T, w world, admin store.Account) error {
			_, err := w.Store.EndOtherSessions(t.Context(), admin, w.SignIn(admin))
			return err
		}, false},
		"a password by the link": {func(t *testing.T, w world, admin store.Account) error {
			return second(w.Store.ResetPassword(t.Context(), resetToken(t, w.World, admin), freshPassword, ""))
		}, true},
		"deactivation, taken back": {func(t *testing.T, w world, admin store.Account) error {
			return errors.Join(w.Store.DeactivateMember(t.Context(), w.Root, admin.ID, ""), w.Store.ReactivateMember(t.Context(), w.Root, admin.ID, ""))
		}, true},
		"no administrator, and again": {func(t *testing.T, w world, admin store.Account) error {
			return errors.Join(w.Store.SetMemberRights(t.Context(), w.Root, admin.ID, false, true), w.Store.SetMemberRights(t.Context(), w.Root, admin.ID, true, true))
		}, true},
		"other rights": {func(t *testing.T, w world, admin store.Account) error {
			return w.Store.SetMemberRights(t.Context(), w.Root, admin.ID, true, false)
		}, false},
		"demotion": {func(t *testing.T, w world, admin store.Account) error {
			return w.Store.Demote(t.Context(), w.Root, admin.ID, store.DemotionForm{Sponsor: w.Host.ID})
		}, true},
		"revoked by a colleague": {func(t *testing.T, w world, admin store.Account) error {
			return second(w.Store.RevokeAPICredentials(t.Context(), w.Root, admin.ID))
		}, true},
		"almost the end": {func(_ *testing.T, w world, _ store.Account) error {
			w.Clock.Advance(90*store.Day - time.Millisecond)
			return nil
		}, false},
		"the end": {func(_ *testing.T, w world, _ store.Account) error { w.Clock.Advance(90 * store.Day); return nil }, true}, // SEC-T7: nothing is swept
	} {
		for _, kind := range store.APICredentialKinds {
			t.Run(name+", "+string(kind), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				admin := w.appointed(w.Outsider)
				_, value := w.makes(admin, kind)
				w.do(w.calls(admin, kind, value))
				w.do(test.act(t, w, admin))
				err := w.calls(admin, kind, value)
				if test.ends && !errors.Is(err, store.ErrLoginFailed) || !test.ends && err != nil {
					t.Errorf("afterwards: %v", err)
				}
			})
		}
	}
}

// SEC-T2: each opens its own way only, and says no more than nonsense does.
func TestAPICredentialsOpenTheirOwnWay(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	colleague := w.appointed(w.Host)
	_, password := w.makes(w.Root, store.APIPassword)
	_, token := w.makes(w.Root, store.APIToken)
	for name, err := range map[string]error{
		"a password as a token":           w.calls(w.Root, store.APIToken, password),
		"a token as a password":           w.calls(w.Root, store.APIPassword, token),
		"beside another's login":          second(w.Store.SignInAPI(ctx, colleague.Login, password)),
		"beside nobody's login":           second(w.Store.SignInAPI(ctx, "nobody@works.example", password)),
		"without its beginning":           w.calls(w.Root, store.APIToken, token[len("gh_tk_"):]),
		"with more behind it":             w.calls(w.Root, store.APIToken, token+"x"),
		"nonsense":                        w.calls(w.Root, store.APIToken, "gh_tk_nonsense"),
		"the account's own as a token":    w.calls(w.Root, store.APIToken, storetest.Password),
		"nothing":                         w.calls(w.Root, store.APIToken, ""),
		"the beginning as a password":     w.calls(w.Root, store.APIPassword, "gh_pw_"),
		"an API password at the door":     second(w.Store.SignIn(ctx, store.Credentials{Login: w.Root.Login, Password: password})),
		"an API password as confirmation": w.Store.Confirm(ctx, w.SignIn(w.Root), password),
	} {
		if !errors.Is(err, store.ErrLoginFailed) && !errors.Is(err, store.ErrPasswordWrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.do(w.calls(w.Root, store.APIPassword, password))
	w.do(w.calls(w.Root, store.APIToken, token))
}

// SEC-P7: what is refused counts like a wrong password, with a count of its own:
// the right value and the owner at the door are not shut out by an old program.
func TestRefusedAPICredentialsAreCounted(t *testing.T) {
	t.Parallel()
	for _, kind := range store.APICredentialKinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			old, oldValue := w.makes(w.Root, kind)
			_, value := w.makes(w.Root, kind)
			w.do(w.Store.RevokeAPICredential(t.Context(), w.Root, old.ID))
			for range 5 {
				wantErr(t, w.calls(w.Root, kind, oldValue), store.ErrLoginFailed)
			}
			for range 3 {
				wantErr(t, w.calls(w.Root, kind, oldValue), store.ErrTooMany)
			}
			w.do(w.calls(w.Root, kind, value))
			if _, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Root.Login, Password: storetest.Password}); err != nil {
				t.Errorf("the owner at the door: %v", err)
			}
			if n := w.audited("api_credential.refused", ""); n != 5 {
				t.Errorf("%d refusals in the log, want 5", n)
			}
			w.Clock.Advance(time.Minute)
			wantErr(t, w.calls(w.Root, kind, oldValue), store.ErrLoginFailed)
		})
	}
}

// A client that guesses is told to wait, whatever it guesses.
func TestGuessedTokensAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guess := func(client string, n int) error {
		return w.callsFrom(client, w.Root, store.APIToken, "gh_tk_"+string(rune('A'+n)))
	}
	for n := range 30 {
		wantErr(t, guess("192.0.2.9", n), store.ErrLoginFailed)
	}
	wantErr(t, guess("192.0.2.9", 31), store.ErrTooMany)
	wantErr(t, guess("192.0.2.10", 31), store.ErrLoginFailed)
}

// Last used is written every five minutes at most; a client is in the log once.
func TestUseOfAPICredentialsIsNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, value := w.makes(w.Root, store.APIToken)
	start := w.Clock.Now()
	for _, step := range []struct {
		after  time.Duration
		client string
		used   time.Duration
		from   string
		logged int
	}{
		{0, "192.0.2.1", 0, "192.0.2.1", 1},
		{4 * time.Minute, "192.0.2.1", 0, "192.0.2.1", 1},
		{time.Minute, "192.0.2.1", 5 * time.Minute, "192.0.2.1", 1},
		{time.Minute, "2001:db8::1", 6 * time.Minute, "2001:db8::1", 2},
		{time.Minute, "192.0.2.1", 6 * time.Minute, "2001:db8::1", 2},
		{time.Minute, "2001:db8::2", 6 * time.Minute, "2001:db8::1", 2}, // the same client: one /64
		{time.Hour, "192.0.2.1", time.Hour + 8*time.Minute, "192.0.2.1", 2},
	} {
		w.Clock.Advance(step.after)
		w.do(w.callsFrom(step.client, w.Root, store.APIToken, value))
		list, err := w.Store.APICredentials(t.Context(), w.Root)
		w.do(err)
		if c := list[0]; !c.LastUsedAt.Equal(start.Add(step.used)) || c.LastClient != step.from {
			t.Errorf("at %v: used %v from %s", w.Clock.Now(), c.LastUsedAt, c.LastClient)
		}
		if n := w.audited("api_credential.used", ""); n != step.logged {
			t.Errorf("at %v: %d in the log, want %d", w.Clock.Now(), n, step.logged)
		}
	}
}
