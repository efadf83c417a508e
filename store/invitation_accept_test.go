package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

var jan = store.SignUp{DisplayName: "Jan Jansen", Password: "nine lives of a cat", Locale: "ja", TimeZone: "Asia/Tokyo"}

// S0-30..S0-33: the link opens the form as often as one likes; the form makes
// the guest, inside the space and signed in, with the address of the invitation.
func TestAcceptInvitation(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := invited(t, w, store.Invite{
		Emails: "jan@new.example", Permission: "read", Access: store.AccessText{Days: "30"},
	})["jan@new.example"]
	for range 3 { // SEC-T4
		open, err := w.Store.Invitation(t.Context(), token)
		if err != nil || open.SpaceName != "The guest space" || open.InviterName != w.Host.Name || open.HasAccount {
			t.Fatalf("%+v %v", open, err)
		}
	}
	w.Clock.Advance(3 * store.Day)
	joined, err := w.Store.AcceptInvitation(t.Context(), token, jan)
	if err != nil {
		t.Fatal(err)
	}
	visit, err := w.Store.Visit(t.Context(), joined.Token)
	if err != nil {
		t.Fatal(err)
	}
	account := visit.Account
	if account.Kind != store.Guest || account.Email != "jan@new.example" || account.Name != "Jan Jansen" ||
		account.Locale != "ja" || account.TimeZone != "Asia/Tokyo" || account.Sponsor != w.Host.ID || visit.Session.Stage != store.StageFull {
		t.Errorf("account %+v at %s", account, visit.Session.Stage)
	}
	sp, err := w.Store.Space(t.Context(), account, joined.Space, store.ToOpen)
	if err != nil || sp.Standing != store.GuestReader {
		t.Errorf("standing %v, %v", sp.Standing, err)
	}
	if want := w.Clock.Now().Add(30 * store.Day); !sp.EndsAt.Equal(want) { // counted from joining
		t.Errorf("access ends at %v, want %v", sp.EndsAt, want)
	}
	_, err = w.Store.AcceptInvitation(t.Context(), token, jan)
	wantErr(t, err, store.ErrInvitationGone)
	row := invitationOf(t, w, "jan@new.example")
	if row.Status != store.ActiveGuest || row.Account.Name != "Jan Jansen" { // S0-25
		t.Errorf("row %+v", row)
	}
	mails := w.Mails()
	if len(mails) != 1 || mails[0].Kind != store.MailWelcome || mails[0].Locale != "ja" || mails[0].Secret != "" { // S0-34, C3 omit
		t.Errorf("mails %+v", mails)
	}
	noCopy(t, w, joined.Token)
	noCopy(t, w, jan.Password)
}

// S0-31, S0-32, C4: what is wrong with a form, all of it at once. The link
// survives.
func TestSignUpFields(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := invited(t, w, store.Invite{Emails: "jan@new.example"})["jan@new.example"]
	for name, test := range map[string]struct {
		in   store.SignUp
		want map[string]error
	}{
		"nothing":      {store.SignUp{}, map[string]error{"display_name": store.ErrRequired, "password": store.ErrRequired}},
		"invisible":    {store.SignUp{DisplayName: "\u200b\u2800", Password: jan.Password}, map[string]error{"display_name": store.ErrNameInvisible}},
		"turned round": {store.SignUp{DisplayName: "a\u202eb", Password: jan.Password}, map[string]error{"display_name": store.ErrTextControl}},
		"short":        {store.SignUp{DisplayName: "Jan", Password: "abc1"}, map[string]error{"password": store.ErrPasswordTooShort}},
		"own address":  {store.SignUp{DisplayName: "Jan", Password: "jan@new.example"}, map[string]error{"password": store.ErrPasswordOwnName}},
		"zone":         {store.SignUp{DisplayName: "Jan", Password: jan.Password, TimeZone: "Mars/Base"}, map[string]error{"timezone": store.ErrUnknownZone}},
		"language":     {store.SignUp{DisplayName: "Jan", Password: jan.Password, Locale: "xx"}, map[string]error{"locale": store.ErrUnknownLanguage}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.Store.AcceptInvitation(t.Context(), token, test.in)
			var problems store.Problems
			if !errors.As(err, &problems) || len(problems) != len(test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			for _, problem := range problems {
				wantErr(t, problem, test.want[problem.Field])
			}
		})
	}
	t.Run("basic passwords", func(t *testing.T) {
		t.Parallel()
		w := storetest.New(t)
		setPolicy(t, w, `{"password.preset":"basic"}`)
		token := invited(t, w, store.Invite{Emails: "jan@new.example"})["jan@new.example"]
		_, err := w.Store.AcceptInvitation(t.Context(), token, store.SignUp{DisplayName: "Jan", Password: "abc"})
		wantErr(t, err, store.ErrPasswordNeedsLetterDigit)
		joined, err := w.Store.AcceptInvitation(t.Context(), token, store.SignUp{DisplayName: "Jan", Password: "ab1"})
		if err != nil || !joined.Account.WeakPassword { // SEC-P3
			t.Errorf("%+v %v", joined.Account, err)
		}
	})
}

func setPolicy(t *testing.T, w *storetest.World, settings string) {
	t.Helper()
	if err := w.Store.Exec(t.Context(), `UPDATE environment SET settings = $1`, settings); err != nil {
		t.Fatal(err)
	}
}

// SEC-T3: of many at the same moment one gets in; no fault, no second guest.
func TestAcceptingAtOnce(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	emails := many(20)
	for email, token := range invited(t, w, store.Invite{Emails: emails}) {
		won := race(8, func() error {
			_, err := w.Store.AcceptInvitation(context.WithoutCancel(t.Context()), token, jan)
			return err
		}, func(err error) {
			if !errors.Is(err, store.ErrInvitationGone) && !errors.Is(err, store.ErrHasAccount) {
				t.Errorf("a loser of %s gets %v", email, err)
			}
		})
		if won != 1 {
			t.Errorf("%d got in as %s", won, email)
		}
		if n := count(t, w, `SELECT COUNT(*) FROM accounts WHERE login_key = $1`, string(email)); n != 1 {
			t.Errorf("%d accounts of %s", n, email)
		}
	}
	if n := count(t, w, `SELECT guest_count FROM spaces WHERE id = $1`, w.Space); n != 22 {
		t.Errorf("the space counts %d guests", n)
	}
}

// race runs fn in n goroutines and counts who succeeds.
func race(n int, fn func() error, lost func(error)) (won int) {
	errs := make(chan error, n)
	var group sync.WaitGroup
	for range n {
		group.Go(func() { errs <- fn() })
	}
	group.Wait()
	close(errs)
	for err := range errs {
		if err == nil {
			won++
		} else {
			lost(err)
		}
	}
	return won
}

// SEC-T5, SEC-T7, S2-03: every way to die, and every act on a dead link.
func TestDeadLinks(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]func(t *testing.T, w *storetest.World, id store.ID, token string){
		"used": func(t *testing.T, w *storetest.World, _ store.ID, token string) {
			_, err := w.Store.AcceptInvitation(t.Context(), token, jan)
			wantErr(t, err, nil)
		},
		"expired": func(_ *testing.T, w *storetest.World, _ store.ID, _ string) { w.Clock.Advance(7 * store.Day) },
		"from the future": func(_ *testing.T, w *storetest.World, _ store.ID, _ string) {
			w.Clock.Advance(-5*time.Minute - time.Millisecond)
		},
		"cancelled": func(t *testing.T, w *storetest.World, id store.ID, _ string) {
			_, err := w.Store.CancelInvitation(t.Context(), w.Host, w.Space, id)
			wantErr(t, err, nil)
		},
		"declined": func(t *testing.T, w *storetest.World, _ store.ID, token string) {
			wantErr(t, w.Store.DeclineInvitation(t.Context(), token), nil)
		},
		"replaced": func(t *testing.T, w *storetest.World, id store.ID, _ string) { // S2-12, SEC-T6
			w.Clock.Advance(5 * time.Minute)
			_, err := w.Store.ResendInvitation(t.Context(), w.Host, w.Space, id)
			wantErr(t, err, nil)
		},
		"its access period is over": func(_ *testing.T, w *storetest.World, _ store.ID, _ string) { w.Clock.Advance(3 * store.Day) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			in := store.Invite{Emails: "jan@new.example"}
			if name == "its access period is over" {
				in.Access.On = "2026-09-19"
			}
			token := invited(t, w, in)["jan@new.example"]
			id := invitationOf(t, w, "jan@new.example").Invitation.ID
			kill(t, w, id, token)
			deadToAll(t, w, token)
		})
	}
	t.Run("never was", func(t *testing.T) {
		t.Parallel()
		w := storetest.New(t)
		for _, token := range []string{"", "x", "../..", string(make([]byte, 5000)), w.SignIn(w.Host)} { // SEC-T2
			deadToAll(t, w, token)
		}
	})
}

func deadToAll(t *testing.T, w *storetest.World, token string) {
	t.Helper()
	_, err := w.Store.Invitation(t.Context(), token)
	wantErr(t, err, store.ErrInvitationGone)
	_, err = w.Store.AcceptInvitation(t.Context(), token, jan)
	wantErr(t, err, store.ErrInvitationGone)
	_, err = w.Store.JoinInvitation(t.Context(), w.GuestOutside, token)
	wantErr(t, err, store.ErrInvitationGone)
	wantErr(t, w.Store.DeclineInvitation(t.Context(), token), store.ErrInvitationGone)
	wantErr(t, w.Store.AskForRenewal(t.Context(), token), nil)
}

// A clock that is a little behind does not hurt (SEC-T7).
func TestClockSkew(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := invited(t, w, store.Invite{Emails: "jan@new.example"})["jan@new.example"]
	w.Clock.Advance(-5 * time.Minute)
	_, err := w.Store.Invitation(t.Context(), token)
	wantErr(t, err, nil)
	w.Clock.Advance(7*store.Day + 5*time.Minute - time.Millisecond)
	_, err = w.Store.Invitation(t.Context(), token)
	wantErr(t, err, nil)
}

// S2-01, S3-10: a guest with an account joins with one click, and nobody else
// does with that link.
func TestJoinInvitation(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := invited(t, w, store.Invite{Emails: "kari@other.example"})["kari@other.example"]
	var kari store.Account
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) (err error) {
		kari, err = seed.Account(store.SeedAccount{Kind: store.Guest, Email: "kari@other.example", Name: "Kari"}, "")
		return err
	})
	wantErr(t, err, nil)
	open, err := w.Store.Invitation(t.Context(), token)
	if err != nil || !open.HasAccount || !open.For(kari) || open.For(w.GuestEditor) {
		t.Errorf("%+v %v", open, err)
	}
	_, err = w.Store.AcceptInvitation(t.Context(), token, jan)
	wantErr(t, err, store.ErrHasAccount)
	for _, other := range []store.Account{w.Host, w.GuestOutside, w.GuestEditor} {
		_, err = w.Store.JoinInvitation(t.Context(), other, token)
		wantErr(t, err, store.ErrOtherAccount)
	}
	joined, err := w.Store.JoinInvitation(t.Context(), kari, token)
	if err != nil || joined.Space != w.Space {
		t.Errorf("%+v %v", joined, err)
	}
	_, err = w.Store.Space(t.Context(), kari, w.Space, store.ToWrite)
	wantErr(t, err, nil)
	_, err = w.Store.JoinInvitation(t.Context(), kari, token)
	wantErr(t, err, store.ErrInvitationGone)
}

// S0-34, C3, SEC-P4: the password goes out once, sealed until then, and not
// after an hour.
func TestWelcomePassword(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy string
		wait   time.Duration
		want   string
	}{
		"include_once":              {`{"signup.welcome_password":"include_once"}`, 59 * time.Minute, jan.Password},
		"include_once, an hour old": {`{"signup.welcome_password":"include_once"}`, time.Hour, ""},
		"omit":                      {`{}`, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			setPolicy(t, w, test.policy)
			token := invited(t, w, store.Invite{Emails: "jan@new.example"})["jan@new.example"]
			_, err := w.Store.AcceptInvitation(t.Context(), token, jan)
			wantErr(t, err, nil)
			noCopy(t, w, jan.Password)
			w.Clock.Advance(test.wait)
			mails := w.Deliver()
			if len(mails) != 1 || mails[0].Secret != test.want {
				t.Errorf("mails %+v", mails)
			}
			if n := count(t, w, `SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL`); n != 0 {
				t.Errorf("%d sealed secrets are left after the hand-over", n)
			}
		})
	}
}

// S2-03: a dead link's holder asks for a new one; the inviter hears of it once,
// and a live or unknown link tells nobody.
func TestAskForRenewal(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := invited(t, w, store.Invite{Emails: "jan@new.example"})["jan@new.example"]
	ask := func(token string) []store.OutboxMail {
		t.Helper()
		wantErr(t, w.Store.AskForRenewal(t.Context(), token), nil)
		return w.Deliver()
	}
	if mails := ask(token); len(mails) != 0 {
		t.Errorf("a live link mails %+v", mails)
	}
	w.Clock.Advance(8 * store.Day)
	if mails := ask("unknown"); len(mails) != 0 {
		t.Errorf("an unknown link mails %+v", mails)
	}
	mails := ask(token)
	if len(mails) != 1 || mails[0].Kind != store.MailRenewalRequest || mails[0].To != w.Host.Email || mails[0].Secret != "" {
		t.Errorf("mails %+v", mails)
	}
	if mails := ask(token); len(mails) != 0 {
		t.Errorf("asking twice mails %+v", mails)
	}
	id := invitationOf(t, w, "jan@new.example").Invitation.ID
	_, err := w.Store.ResendInvitation(t.Context(), w.Host, w.Space, id)
	wantErr(t, err, nil)
	fresh := tokens(w)["jan@new.example"]
	_, err = w.Store.Invitation(t.Context(), fresh)
	wantErr(t, err, nil)
	if mails := ask(token); len(mails) != 1 {
		t.Errorf("the replaced link mails %+v", mails)
	}
}
