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

// resetToken asks for a reset and reads the link from the mail.
func resetToken(t *testing.T, w *storetest.World, account store.Account) string {
	t.Helper()
	if err := w.Store.RequestReset(t.Context(), account.Login, ""); err != nil {
		t.Fatal(err)
	}
	for _, mail := range w.Mails() {
		if mail.Kind != store.MailPasswordReset || mail.To != account.Email {
			continue
		}
		drop, err := w.Store.MailEntitled(t.Context(), mail)
		if err != nil {
			t.Fatal(err)
		}
		if drop == "" { // an older link has ended
			return mail.Secret
		}
	}
	t.Fatal("no mail with a link")
	return ""
}

const freshPassword = "lanterns along the garden wall"

// SEC-P8, SEC-T6: a reset ends everything, does not sign in, and tells the owner.
func TestReset(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	session := w.SignIn(w.Host)
	older := resetToken(t, w, w.Host)
	token := resetToken(t, w, w.Host)
	for range 2 { // SEC-T4: looking uses nothing up
		link, err := w.Store.PasswordLink(t.Context(), token)
		if err != nil || link.First || link.Account.ID != w.Host.ID {
			t.Fatalf("the link: %+v, %v", link, err)
		}
	}
	if _, err := w.Store.ResetPassword(t.Context(), token, "short", ""); !errors.Is(err, store.ErrPasswordTooShort) {
		t.Errorf("a bad password: %v", err)
	}
	entry, err := w.Store.ResetPassword(t.Context(), token, freshPassword, "")
	if err != nil {
		t.Fatal(err)
	}
	if entry.Token != "" {
		t.Error("the reset signed in")
	}
	if _, err := w.Store.Visit(t.Context(), session); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("the session before: %v", err)
	}
	for name, dead := range map[string]string{"used": token, "replaced": older, "unknown": "x", "empty": ""} { // SEC-T5
		if _, err := w.Store.PasswordLink(t.Context(), dead); !errors.Is(err, store.ErrLinkGone) {
			t.Errorf("%s link: %v", name, err)
		}
		if _, err := w.Store.ResetPassword(t.Context(), dead, freshPassword, ""); !errors.Is(err, store.ErrLinkGone) {
			t.Errorf("%s link used: %v", name, err)
		}
	}
	told := false
	for _, mail := range w.Mails() {
		told = told || mail.Kind == store.MailPasswordChanged && mail.To == w.Host.Email
	}
	if !told {
		t.Error("the owner was not told")
	}
	for password, want := range map[string]error{storetest.Password: store.ErrLoginFailed, freshPassword: nil} {
		if _, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Host.Login, Password: password}); !errors.Is(err, want) {
			t.Errorf("sign-in with %q: %v", password, err)
		}
	}
}

// SEC-T7: the end counts when the link is used, though nothing was swept.
func TestResetExpires(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		after time.Duration
		want  error
	}{
		{-10 * time.Minute, store.ErrLinkGone}, // issued in the future
		{-4 * time.Minute, nil},                // a clock that is a little behind
		{time.Hour - time.Millisecond, nil},
		{time.Hour, store.ErrLinkGone},
		{8 * store.Day, store.ErrLinkGone},
	} {
		w := storetest.New(t)
		token := resetToken(t, w, w.Host)
		w.Clock.Advance(test.after)
		if _, err := w.Store.ResetPassword(t.Context(), token, freshPassword, ""); !errors.Is(err, test.want) {
			t.Errorf("after %v: %v, want %v", test.after, err, test.want)
		}
	}
}

// SEC-T3: of many clicks at the same moment, one wins.
func TestResetRace(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := resetToken(t, w, w.Host)
	var won atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, err := w.Store.ResetPassword(t.Context(), token, freshPassword, "")
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, store.ErrLinkGone):
				t.Errorf("got %v", err)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 {
		t.Errorf("%d won", won.Load())
	}
}

// SEC-P6: unknown addresses, inactive accounts and used-up limits get the same
// answer, and no mail.
func TestResetAnswersTheSame(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestReader.ID, "left"); err != nil {
		t.Fatal(err)
	}
	w.Deliver() // what tells of the suspension
	for _, login := range []string{"nobody@works.example", w.GuestReader.Login, "no address", "\u212aari@elsewhere.example"} {
		if err := w.Store.RequestReset(from(t, "192.0.2.1"), login, ""); err != nil {
			t.Errorf("%q: %v", login, err)
		}
	}
	if mails := w.Mails(); len(mails) != 0 {
		t.Errorf("%d mails", len(mails))
	}
	// SEC-M6: three an hour for an account; more is silence.
	for range 5 {
		if err := w.Store.RequestReset(from(t, "192.0.2.2"), w.Host.Login, ""); err != nil {
			t.Error(err)
		}
	}
	if mails := w.Mails(); len(mails) != 3 {
		t.Errorf("%d mails, want 3", len(mails))
	}
}

// SEC-M6: ten requests an hour from a client.
func TestResetClientLimit(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for n := range 10 {
		if err := w.Store.RequestReset(from(t, "192.0.2.1"), "nobody@works.example", ""); err != nil {
			t.Fatalf("request %d: %v", n+1, err)
		}
	}
	if err := w.Store.RequestReset(from(t, "192.0.2.1"), w.Host.Login, ""); !errors.Is(err, store.ErrTooMany) {
		t.Errorf("the eleventh: %v", err)
	}
}

// SEC-T6: taking rights away ends the links.
func TestSuspensionEndsResets(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := resetToken(t, w, w.GuestEditor)
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.Reactivate(t.Context(), w.Root, w.GuestEditor.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.ResetPassword(t.Context(), token, freshPassword, ""); !errors.Is(err, store.ErrLinkGone) {
		t.Errorf("the link after the suspension: %v", err)
	}
}

// A new member sets the first password and is inside; the same page, and
// another purpose of the link (SEC-T2).
func TestFirstPasswordOfAMember(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	member, link, err := w.Store.AddMember(t.Context(), w.Root, store.NewMember{Name: "Nora New", Email: "nora@works.example"})
	if err != nil || link == "" {
		t.Fatalf("link %q, %v", link, err)
	}
	page, err := w.Store.PasswordLink(t.Context(), link)
	if err != nil || !page.First || page.Rules.Min != 10 {
		t.Fatalf("the page: %+v, %v", page, err)
	}
	if _, err := w.Store.ResetPassword(t.Context(), link, "nora@works.example", ""); !errors.Is(err, store.ErrPasswordOwnName) {
		t.Errorf("the own address as password: %v", err)
	}
	entry, err := w.Store.ResetPassword(t.Context(), link, freshPassword, "")
	if err != nil {
		t.Fatal(err)
	}
	visit, err := w.Store.Visit(t.Context(), entry.Token)
	if err != nil || visit.Account.ID != member.ID || !visit.Account.HasPassword {
		t.Errorf("the visit: %v, %v", visit.Account.ID, err)
	}
	if _, err := w.Store.ResetPassword(t.Context(), link, freshPassword+"s", ""); !errors.Is(err, store.ErrLinkGone) {
		t.Errorf("a second time: %v", err)
	}
}

// SEC-T1, SEC-I7: the outbox row holds no token in clear.
func TestResetMailIsSealed(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if err := w.Store.RequestReset(t.Context(), w.Host.Login, ""); err != nil {
		t.Fatal(err)
	}
	mails := w.Mails()
	if len(mails) != 1 || mails[0].Lane != store.LaneUrgent || mails[0].Secret == "" {
		t.Fatalf("%d mails", len(mails))
	}
	if strings.Contains(string(mails[0].Data), mails[0].Secret) {
		t.Error("the token stands in the data of the mail")
	}
}
