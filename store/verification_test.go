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

// twoStep is a world where guests need a code.
func twoStep(t *testing.T) *storetest.World {
	t.Helper()
	w := storetest.New(t)
	policy(t, w, map[string]string{"twostep.guests": "on"})
	return w
}

// challenge signs a guest in with the password and gives the token of the
// session that waits.
func challenge(t *testing.T, w *storetest.World, account store.Account) string {
	t.Helper()
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{
		Login: account.Login, Password: storetest.Password, Next: "/spaces/1", Keep: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if entry.Session.Stage != store.StageVerification {
		t.Fatalf("the sign-in is at stage %s", entry.Session.Stage)
	}
	return entry.Token
}

// mailedCode hands all mails over and gives the newest code among them.
func mailedCode(t *testing.T, w *storetest.World) string {
	t.Helper()
	code := ""
	for _, mail := range w.Deliver() {
		if mail.Kind == store.MailVerification {
			code = mail.Secret
		}
	}
	if code == "" {
		t.Fatal("no code was mailed")
	}
	return code
}

// other is a code that is certainly not the given one.
func other(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return string(code[0]+1) + code[1:]
}

// S0-35 to S0-40: the second step of a guest.
func TestVerify(t *testing.T) {
	t.Parallel()
	w := twoStep(t)
	token := challenge(t, w, w.GuestEditor)
	page, err := w.Store.Verification(t.Context(), token)
	if err != nil || page.Email != "e•••a@partner.example" || page.Sent || !page.Live || page.Tries != 5 {
		t.Fatalf("before the hand-over: %+v, %v", page, err)
	}
	code := mailedCode(t, w)
	page, err = w.Store.Verification(t.Context(), token)
	if err != nil || !page.Sent || !page.ExpiresAt.Equal(w.Clock.Now().Add(time.Hour)) { // S0-37
		t.Fatalf("after the hand-over: %+v, %v", page, err)
	}
	if mails := w.Mails(); len(mails) != 0 { // S0-36: looking sends nothing
		t.Errorf("%d mails more", len(mails))
	}
	_, err = w.Store.Verify(t.Context(), token, other(code), "")
	var answer *store.Error
	if !errors.As(err, &answer) || !answer.Is(store.ErrCodeWrong) || answer.Args["N"] != 4 {
		t.Fatalf("a wrong code: %v", err)
	}
	entry, err := w.Store.Verify(t.Context(), token, " "+code[:4]+"　"+fullWidth(code[4:]), "") // S0-40
	if err != nil {
		t.Fatal(err)
	}
	visit, err := w.Store.Visit(t.Context(), entry.Token)
	if err != nil || visit.Session.Stage != store.StageFull || visit.Session.Next != "/spaces/1" || !visit.Session.Keep {
		t.Errorf("the session: %+v, %v", visit.Session, err)
	}
	if _, err := w.Store.Visit(t.Context(), token); !errors.Is(err, store.ErrSignIn) { // SEC-S2
		t.Errorf("the session that waited: %v", err)
	}
	if _, err := w.Store.Verify(t.Context(), token, code, ""); !errors.Is(err, store.ErrSignIn) { // S0-38: once
		t.Errorf("the code again: %v", err)
	}
}

func fullWidth(digits string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, digits)
}

// C13: only guests, and only when it is switched on.
func TestWhoNeedsACode(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		on    string
		guest bool
		want  store.Stage
	}{
		"guest, on":   {"on", true, store.StageVerification},
		"guest, off":  {"off", true, store.StageFull},
		"member, on":  {"on", false, store.StageFull},
		"member, off": {"off", false, store.StageFull},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			policy(t, w, map[string]string{"twostep.guests": test.on})
			account := w.Host
			if test.guest {
				account = w.GuestEditor
			}
			entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: account.Login, Password: storetest.Password})
			if err != nil || entry.Session.Stage != test.want {
				t.Errorf("stage %s, %v", entry.Session.Stage, err)
			}
		})
	}
}

// SEC-T9, S0-38: a code opens only the challenge that it was sent for.
func TestCodeOfAnotherChallenge(t *testing.T) {
	t.Parallel()
	w := twoStep(t)
	first := challenge(t, w, w.GuestEditor)
	code := mailedCode(t, w)
	second := challenge(t, w, w.GuestEditor)
	stranger := challenge(t, w, w.GuestReader)
	for name, token := range map[string]string{"of the same guest": second, "of another guest": stranger} {
		if _, err := w.Store.Verify(t.Context(), token, code, ""); !errors.Is(err, store.ErrCodeWrong) {
			t.Errorf("challenge %s: %v", name, err)
		}
	}
	if _, err := w.Store.Verify(t.Context(), first, code, ""); err != nil {
		t.Errorf("its own challenge: %v", err)
	}
}

// S0-37, C12: an hour from the hand-over, or what the policy says.
func TestCodeExpires(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		minutes string
		after   time.Duration
		want    error
	}{
		{"60", time.Hour - time.Millisecond, nil},
		{"60", time.Hour, store.ErrCodeGone},
		{"5", 5*time.Minute - time.Millisecond, nil},
		{"5", 5 * time.Minute, store.ErrCodeGone},
	} {
		w := twoStep(t)
		policy(t, w, map[string]string{"twostep.ttl_minutes": test.minutes})
		token := challenge(t, w, w.GuestEditor)
		w.Clock.Advance(50 * time.Minute) // a slow mail server takes nothing from the hour
		code := mailedCode(t, w)
		w.Clock.Advance(test.after)
		if _, err := w.Store.Verify(t.Context(), token, code, ""); !errors.Is(err, test.want) {
			t.Errorf("%s minutes, after %v: %v, want %v", test.minutes, test.after, err, test.want)
		}
		if test.want == nil {
			continue
		}
		fresh := mailedCode(t, w) // "we sent a new one"
		if _, err := w.Store.Verify(t.Context(), token, fresh, ""); err != nil {
			t.Errorf("the new code: %v", err)
		}
	}
}

// SEC-T9: five tries, then the code is dead, the right one too.
func TestFiveTries(t *testing.T) {
	t.Parallel()
	w := twoStep(t)
	token := challenge(t, w, w.GuestEditor)
	code := mailedCode(t, w)
	for n := range 5 {
		want := store.ErrCodeWrong
		if n == 4 {
			want = store.ErrCodeEnded
		}
		if _, err := w.Store.Verify(t.Context(), token, other(code), ""); !errors.Is(err, want) {
			t.Fatalf("try %d: %v", n+1, err)
		}
	}
	if _, err := w.Store.Verify(t.Context(), token, code, ""); !errors.Is(err, store.ErrCodeEnded) {
		t.Fatalf("the right code after five wrong ones: %v", err)
	}
	if mails := w.Mails(); len(mails) != 0 {
		t.Errorf("a dead code sent %d mails by itself", len(mails))
	}
	w.Clock.Advance(time.Minute)
	if err := w.Store.ResendCode(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.Verify(t.Context(), token, mailedCode(t, w), ""); err != nil {
		t.Errorf("the new code: %v", err)
	}
}

// SEC-T10: thirty wrong codes at once spend five tries; the right one comes too late.
func TestThirtyWrongCodesAtOnce(t *testing.T) {
	t.Parallel()
	w := twoStep(t)
	token := challenge(t, w, w.GuestEditor)
	code := mailedCode(t, w)
	var compared, ended atomic.Int32
	var group sync.WaitGroup
	for range 30 {
		group.Go(func() {
			_, err := w.Store.Verify(t.Context(), token, other(code), "")
			switch {
			case errors.Is(err, store.ErrCodeWrong):
				compared.Add(1)
			case errors.Is(err, store.ErrCodeEnded):
				ended.Add(1)
			default:
				t.Errorf("got %v", err)
			}
		})
	}
	group.Wait()
	if compared.Load() != 4 || ended.Load() != 26 { // the fifth ends the code
		t.Errorf("%d wrong, %d ended", compared.Load(), ended.Load())
	}
	if _, err := w.Store.Verify(t.Context(), token, code, ""); !errors.Is(err, store.ErrCodeEnded) {
		t.Errorf("the right code: %v", err)
	}
}

// One code, many clicks: one session.
func TestRightCodeRace(t *testing.T) {
	t.Parallel()
	w := twoStep(t)
	token := challenge(t, w, w.GuestEditor)
	code := mailedCode(t, w)
	var won atomic.Int32
	var group sync.WaitGroup
	for range 5 {
		group.Go(func() {
			if _, err := w.Store.Verify(t.Context(), token, code, ""); err == nil {
				won.Add(1)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 || sessions(t, w, w.GuestEditor) != 1 {
		t.Errorf("%d won, %d sessions", won.Load(), sessions(t, w, w.GuestEditor))
	}
}

// SEC-T9: 60 seconds between two mails, five an hour, whatever one does.
func TestCodeMailLimits(t *testing.T) {
	t.Parallel()
	w := twoStep(t)
	token := challenge(t, w, w.GuestEditor)
	first := mailedCode(t, w)
	if err := w.Store.ResendCode(t.Context(), token); !errors.Is(err, store.ErrCodesSent) {
		t.Fatalf("at once: %v", err)
	}
	w.Clock.Advance(time.Minute)
	if err := w.Store.ResendCode(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.Verify(t.Context(), token, first, ""); !errors.Is(err, store.ErrCodeWrong) { // SEC-T6: the old one ended
		t.Errorf("the code before: %v", err)
	}
	// Signing in again at once: the mail waits for the pause, and then goes.
	again := challenge(t, w, w.GuestEditor)
	if n := len(codes(w)); n != 1 {
		t.Errorf("%d codes at once, want that of the resend", n)
	}
	w.Clock.Advance(time.Minute)
	sent := codes(w)
	if len(sent) != 1 {
		t.Fatalf("%d codes after the pause", len(sent))
	}
	for range 2 {
		w.Clock.Advance(time.Minute)
		if err := w.Store.ResendCode(t.Context(), again); err != nil {
			t.Fatal(err)
		}
	}
	w.Clock.Advance(time.Minute)
	err := w.Store.ResendCode(t.Context(), again)
	var answer *store.Error
	if !errors.As(err, &answer) || !answer.Is(store.ErrCodesSent) || answer.RetryAfter < 50*time.Minute {
		t.Fatalf("the sixth of the hour: %v", err)
	}
	_ = codes(w)
	// Signing out and in again is no way round.
	if err := w.Store.SignOut(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	third := challenge(t, w, w.GuestEditor)
	if n := len(codes(w)); n != 0 {
		t.Errorf("%d codes over the limit", n)
	}
	page, err := w.Store.Verification(t.Context(), third)
	if err != nil || page.Live || !page.ResendAt.After(w.Clock.Now().Add(50*time.Minute)) {
		t.Errorf("the page: %+v, %v", page, err)
	}
	w.Clock.Advance(page.ResendAt.Sub(w.Clock.Now()))
	if err := w.Store.ResendCode(t.Context(), third); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// codes hands all mails over and gives the codes among them.
func codes(w *storetest.World) (list []string) {
	for _, mail := range w.Deliver() {
		if mail.Kind == store.MailVerification {
			list = append(list, mail.Secret)
		}
	}
	return list
}

// SEC-T9: 20 wrong codes a day, then the second step rests for an hour and the
// owner is told, once.
func TestTwentyWrongCodes(t *testing.T) {
	t.Parallel()
	w := twoStep(t)
	token := challenge(t, w, w.GuestEditor)
	code := mailedCode(t, w)
	for n := range 20 {
		if n > 0 && n%5 == 0 {
			w.Clock.Advance(time.Minute)
			if err := w.Store.ResendCode(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			code = mailedCode(t, w)
		}
		if _, err := w.Store.Verify(t.Context(), token, other(code), ""); err == nil || errors.Is(err, store.ErrCodesRest) {
			t.Fatalf("wrong code %d: %v", n+1, err)
		}
	}
	warned := 0
	for _, mail := range w.Deliver() {
		if mail.Kind == store.MailNotification && mail.To == w.GuestEditor.Email {
			warned++
		}
	}
	if warned != 1 {
		t.Errorf("%d mails to the owner", warned)
	}
	w.Clock.Advance(time.Minute)
	if err := w.Store.ResendCode(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	code = mailedCode(t, w)
	if _, err := w.Store.Verify(t.Context(), token, code, ""); !errors.Is(err, store.ErrCodesRest) {
		t.Errorf("the right code while codes rest: %v", err)
	}
	w.Clock.Advance(59 * time.Minute)
	if _, err := w.Store.Verify(t.Context(), token, code, ""); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// SEC-P9, SEC-S4: a session that waits opens nothing, and ends with the account's rights.
func TestPendingSessionOpensNothing(t *testing.T) {
	t.Parallel()
	w := twoStep(t)
	token := challenge(t, w, w.GuestEditor)
	code := mailedCode(t, w)
	if err := w.Store.Confirm(t.Context(), token, storetest.Password); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("confirm: %v", err)
	}
	_, err := w.Store.ChangePassword(t.Context(), store.PasswordChange{Token: token, Current: storetest.Password, Password: freshPassword})
	if !errors.Is(err, store.ErrSignIn) {
		t.Errorf("change the password: %v", err)
	}
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.Verify(t.Context(), token, code, ""); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("the code after the suspension: %v", err)
	}
}

// SEC-M5: nobody gets a code for a sign-in that ended.
func TestCodeOfAnEndedSignInIsDropped(t *testing.T) {
	t.Parallel()
	w := twoStep(t)
	token := challenge(t, w, w.GuestEditor)
	if err := w.Store.SignOut(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	for _, mail := range w.Mails() {
		if drop, err := w.Store.MailEntitled(t.Context(), mail); drop == "" || err != nil {
			t.Errorf("mail %s: drop %q, %v", mail.Kind, drop, err)
		}
	}
}
