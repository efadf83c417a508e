package store_test

import (
	"errors"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// C10: an administrator's page ends password, second step, sessions, trust and
// earlier pages at once, and leads to a new password and a new second step.
func TestRecovery(t *testing.T) {
	t.Parallel()
	w, waiting := offline(t, store.FactorPrintedCodes)
	policy(t, w, map[string]string{"twostep.remember_days": "7"})
	codes := offered(t, w, waiting).Codes
	entry, err := w.Store.EnterCode(t.Context(), store.CodeEntry{Token: waiting, Code: codes[0], Remember: true})
	do(t, err)
	guest := entry.Account
	if _, err := w.Store.Recovery(t.Context(), w.Root, guest.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("before there is a page: %v", err)
	}
	do(t, w.Store.RecoverGuest(t.Context(), w.Root, guest.ID, "phone stolen"))
	first, err := w.Store.Recovery(t.Context(), w.Root, guest.ID)
	do(t, err)
	if _, err := w.Store.Visit(t.Context(), entry.Token); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("the session: %v", err)
	}
	if _, err := w.Store.SignIn(t.Context(), store.Credentials{Login: guest.Login, Password: guestPassword, Browsers: entry.Browsers}); !errors.Is(err, store.ErrLoginFailed) {
		t.Errorf("the old password: %v", err)
	}
	for _, table := range []string{"authenticators", "printed_codes", "enrolments", "remembered_browsers"} {
		if count(t, w, `SELECT COUNT(*) FROM `+table) != 0 {
			t.Errorf("something is left in %s", table)
		}
	}
	do(t, w.Store.RecoverGuest(t.Context(), w.Root, guest.ID, ""))
	if _, err := w.Store.PasswordLink(t.Context(), first.Token); !errors.Is(err, store.ErrLinkGone) { // SEC-T6
		t.Errorf("the earlier page: %v", err)
	}
	page, err := w.Store.Recovery(t.Context(), w.Root, guest.ID)
	do(t, err)
	back, err := w.Store.ResetPassword(t.Context(), page.Token, freshPassword, "")
	do(t, err)
	if back.Session.Stage != store.StageVerification { // SEC-P8: the second step is still asked
		t.Errorf("after the new password: %q", back.Session.Stage)
	}
	fresh := offered(t, w, back.Token).Codes
	if fresh[0] == codes[0] {
		t.Error("the old codes are offered again")
	}
	if _, err := w.Store.Verify(t.Context(), back.Token, codes[1], ""); !errors.Is(err, store.ErrFactorWrong) {
		t.Errorf("an old code: %v", err)
	}
	if _, err := w.Store.Verify(t.Context(), back.Token, fresh[0], ""); err != nil {
		t.Errorf("a new code: %v", err)
	}
	if _, err := w.Store.ResetPassword(t.Context(), page.Token, freshPassword, ""); !errors.Is(err, store.ErrLinkGone) {
		t.Errorf("the page again: %v", err)
	}
	log, _, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{Action: "guest.recovery_issued"}, 0)
	do(t, err)
	if len(log) != 2 || log[1].Reason != "phone stolen" || log[1].Account != guest.ID { // SEC-A7
		t.Errorf("the audit log: %+v", log)
	}
}

// Who may make a recovery page: it opens every space of the guest, so the
// sponsor may only while none is closed to them.
func TestWhoRecovers(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	guest := offlineGuest(t, w, "ana.silva").Account // by w.Host, who answers for her
	try := func(actor store.Account, id store.ID) error { return w.Store.RecoverGuest(t.Context(), actor, id, "") }
	for name, test := range map[string]struct {
		actor store.Account
		guest store.ID
		want  error
	}{
		"system administrator":     {w.Root, guest.ID, nil},
		"sponsor":                  {w.Host, guest.ID, nil},
		"member of the same space": {w.Editor, guest.ID, store.ErrNotFound},
		"member outside":           {w.Outsider, guest.ID, store.ErrNotFound},
		"another guest":            {w.GuestEditor, guest.ID, store.ErrNotFound},
		"the guest":                {guest, guest.ID, store.ErrNotFound},
		"a guest with a mailbox":   {w.Root, w.GuestEditor.ID, store.ErrNotFound},
		"a member":                 {w.Root, w.Editor.ID, store.ErrNotFound},
		"nobody":                   {w.Root, 987654, store.ErrNotFound},
	} {
		if err := try(test.actor, test.guest); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	elsewhere, err := w.Store.CreateSpace(t.Context(), w.Host, store.NewSpace{
		Kind: store.GuestSpace, Name: "Elsewhere", Members: []store.ID{w.Editor.ID}, Administrators: []store.ID{w.Editor.ID},
	})
	do(t, err)
	do(t, w.Store.AddGuest(t.Context(), w.Editor, elsewhere, store.GuestAddition{Account: guest.ID}))
	if err := w.Store.Leave(t.Context(), w.Host, elsewhere); err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
	if err := try(w.Host, guest.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the sponsor of a guest of a space that is closed to the sponsor: %v", err)
	}
	do(t, w.Store.Suspend(t.Context(), w.Root, guest.ID, ""))
	if err := try(w.Root, guest.ID); !errors.Is(err, store.ErrGuestSuspended) {
		t.Errorf("a suspended guest: %v", err)
	}
}
