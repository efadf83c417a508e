package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// enrolled sets up an app for somebody by the page of their profile, and gives
// its key and the recovery codes. A minute later its first code is used up.
func enrolled(t *testing.T, w *storetest.World, who store.Account) (key string, codes []string) {
	t.Helper()
	do(t, w.Store.OfferFactor(t.Context(), who))
	own, err := w.Store.OwnFactor(t.Context(), who)
	do(t, err)
	key = own.Pending.Key
	do(t, w.Store.ConfirmFactor(t.Context(), who, 0, appCode(t, w, key), ""))
	own, err = w.Store.OwnFactor(t.Context(), who)
	do(t, err)
	w.Clock.Advance(time.Minute)
	return key, own.Codes
}

// door signs a member in with the password.
func door(t *testing.T, w *storetest.World, who store.Account, browsers string) store.Entry {
	t.Helper()
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: who.Login, Password: storetest.Password, Browsers: browsers})
	do(t, err)
	return entry
}

// factorMails are the topics of the mails about second steps that are due now.
func factorMails(w *storetest.World) []string {
	var list []string
	for _, mail := range w.Mails() {
		for _, topic := range []string{
			store.NoticeSecondStepOn, store.NoticeSecondStepOff, store.NoticeSecondStepTaken,
			store.NoticeRecoveryCodeUsed, store.NoticeRecoveryCodes,
		} {
			if strings.Contains(string(mail.Data), `"`+topic+`"`) {
				list = append(list, topic)
			}
		}
	}
	return list
}

// SEC-P9, SEC-T3: a member sets up an app; from then on the password opens
// nothing without its code, each code works once, a recovery code stands in for
// it once, and the owner hears of all of it.
func TestMemberApp(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if door(t, w, w.Host, "").Session.Stage != store.StageFull {
		t.Fatal("asked for a code without an app")
	}
	key, codes := enrolled(t, w, w.Host)
	if len(codes) != 10 {
		t.Fatalf("recovery codes: %v", codes)
	}
	entry := door(t, w, w.Host, "")
	challenge, err := w.Store.Verification(t.Context(), entry.Token)
	do(t, err)
	if entry.Session.Stage != store.StageVerification || challenge.Factor != store.FactorTOTP || !challenge.Recovers || challenge.Enrolment != nil {
		t.Fatalf("at the door: %+v", challenge)
	}
	if _, err := w.Store.Verify(t.Context(), entry.Token, "00000000", ""); !errors.Is(err, store.ErrFactorWrong) {
		t.Errorf("a wrong recovery code: %v", err)
	}
	code := appCode(t, w, key)
	in, err := w.Store.Verify(t.Context(), entry.Token, code, "")
	do(t, err)
	if in.Session.Stage != store.StageFull || in.Token == entry.Token || in.Spent != store.CodeSpent { // SEC-S2
		t.Errorf("after the code: %+v", in)
	}
	if _, err := w.Store.Verify(t.Context(), door(t, w, w.Host, "").Token, code, ""); !errors.Is(err, store.ErrFactorWrong) {
		t.Errorf("the same code again: %v", err)
	}
	in, err = w.Store.Verify(t.Context(), door(t, w, w.Host, "").Token, codes[4][:4]+" "+codes[4][4:], "") // S0-40
	do(t, err)
	if in.Session.Stage != store.StageFull || in.Spent != store.RecoveryCodeSpent {
		t.Errorf("after a recovery code: %+v", in)
	}
	if _, err := w.Store.Verify(t.Context(), door(t, w, w.Host, "").Token, codes[4], ""); !errors.Is(err, store.ErrFactorWrong) {
		t.Errorf("the same recovery code again: %v", err)
	}
	if got := factorMails(w); !slices.Equal(got, []string{store.NoticeSecondStepOn, store.NoticeRecoveryCodeUsed}) {
		t.Errorf("mails: %q", got)
	}
	own, err := w.Store.OwnFactor(t.Context(), w.Host)
	do(t, err)
	if own.Left != 9 || own.Few() || own.Pending != nil {
		t.Errorf("afterwards: %+v", own)
	}
}

// Recovery codes are shown for ten minutes or until they are put away; new ones
// end the old. When few are left, the page says so.
func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	_, codes := enrolled(t, w, w.Host)
	w.Clock.Advance(10 * time.Minute)
	own, err := w.Store.OwnFactor(t.Context(), w.Host)
	do(t, err)
	if own.Codes != nil || own.Pending != nil || own.Left != 10 {
		t.Errorf("eleven minutes later: %+v", own)
	}
	do(t, w.Store.RenewRecoveryCodes(t.Context(), w.Host, ""))
	own, err = w.Store.OwnFactor(t.Context(), w.Host)
	do(t, err)
	fresh := own.Codes
	if len(fresh) != 10 || slices.Equal(fresh, codes) {
		t.Fatalf("new codes: %v", fresh)
	}
	do(t, w.Store.PutAwayFactor(t.Context(), w.Host))
	if own, err = w.Store.OwnFactor(t.Context(), w.Host); err != nil || own.Codes != nil || own.Left != 10 {
		t.Errorf("put away: %+v, %v", own, err)
	}
	if _, err := w.Store.Verify(t.Context(), door(t, w, w.Host, "").Token, codes[0], ""); !errors.Is(err, store.ErrFactorWrong) {
		t.Errorf("an old code: %v", err)
	}
	for _, code := range fresh[:7] {
		_, err := w.Store.Verify(t.Context(), door(t, w, w.Host, "").Token, code, "")
		do(t, err)
	}
	if own, err = w.Store.OwnFactor(t.Context(), w.Host); err != nil || own.Left != 3 || !own.Few() {
		t.Errorf("seven later: %+v, %v", own, err)
	}
	wantErr(t, w.Store.RenewRecoveryCodes(t.Context(), w.Outsider, ""), store.ErrNotFound)    // without an app
	wantErr(t, w.Store.RenewRecoveryCodes(t.Context(), w.GuestEditor, ""), store.ErrNotFound) // whose code is mailed
	wantErr(t, w.Store.OfferFactor(t.Context(), w.GuestEditor), store.ErrNotFound)
}

// SEC-T1: new recovery codes do not stand in the database, and the sweep takes
// away what they were made of.
func TestRecoveryCodesAreSwept(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	_, codes := enrolled(t, w, w.Host)
	before := w.Dump()
	for _, code := range codes {
		for table, rows := range before {
			if strings.Contains(strings.Join(rows, "\n"), code) {
				t.Errorf("%s stands in %s", code, table)
			}
		}
	}
	w.Clock.Advance(10 * time.Minute)
	do(t, w.Store.Sweep(t.Context()))
	if after := w.Dump(); len(before["enrolments"]) != 1 || len(after["enrolments"]) != 0 {
		t.Errorf("what the codes are made of: %q, then %q", before["enrolments"], after["enrolments"])
	}
}

// SEC-S3, SEC-P2: switching off takes the password again, and of a system
// administrator one that is long enough without an app.
func TestEndFactor(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	enrolled(t, w, w.Root)
	token := w.SignIn(w.Root)
	end := func(password string) error { return w.Store.EndFactor(t.Context(), token, password, "") }
	wantErr(t, end(""), store.ErrRequired)
	wantErr(t, end("not the password"), store.ErrPasswordWrong)
	policy(t, w, map[string]string{"twostep.members": "administrators"})
	wantErr(t, end(storetest.Password), store.ErrFactorDemanded)
	policy(t, w, map[string]string{"twostep.members": "off"})

	const short = "seven kites" // eleven characters
	change := func(password, current string) error {
		entry, err := w.Store.ChangePassword(t.Context(), store.PasswordChange{Token: token, Current: current, Password: password})
		if err == nil {
			token = entry.Token
		}
		return err
	}
	do(t, change(short, storetest.Password)) // with an app, ten will do
	wantErr(t, end(short), store.ErrPasswordNeedsFactor)
	do(t, change(freshPassword, short))
	do(t, end(freshPassword))
	wantErr(t, change(short, freshPassword), store.ErrPasswordTooShort) // and without one it will not
	wantErr(t, end(freshPassword), store.ErrNotFound)
	if got := factorMails(w); !slices.Equal(got, []string{store.NoticeSecondStepOn, store.NoticeSecondStepOff}) {
		t.Errorf("mails: %q", got)
	}
}

// SEC-P9: who owes a code of an app, decided in one place: member × policy.
func TestWhoOfTheMembersOwesACode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		policy               string
		root, host, hostsApp bool // is asked: the administrator, a member, a member with an app
	}{
		{"off", false, false, true},
		{"administrators", true, false, true},
		{"on", true, true, true},
	} {
		t.Run(test.policy, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			policy(t, w, map[string]string{"twostep.members": test.policy})
			for who, want := range map[*store.Account]bool{&w.Root: test.root, &w.Host: test.host} {
				entry := door(t, w, *who, "")
				if asked := entry.Session.Stage == store.StageVerification; asked != want {
					t.Errorf("%s: asked %t", who.Name, asked)
				}
				_, err := w.Store.SignInAPI(t.Context(), who.Login, storetest.Password)
				if refused := errors.Is(err, store.ErrAPISecondStep); refused != want {
					t.Errorf("%s calls: %v", who.Name, err)
				}
			}
			enrolled(t, w, w.Host)
			if asked := door(t, w, w.Host, "").Session.Stage == store.StageVerification; asked != test.hostsApp {
				t.Errorf("with an app: asked %t", asked)
			}
			if _, err := w.Store.SignInAPI(t.Context(), w.Host.Login, storetest.Password); !errors.Is(err, store.ErrAPISecondStep) { // CB_TW02
				t.Errorf("with an app: %v", err)
			}
			if door(t, w, w.GuestEditor, "").Session.Stage != store.StageFull {
				t.Error("the setting is not one for guests")
			}
		})
	}
}

// Who must have an app enrols it where the code is asked for, and gets recovery
// codes; nobody is locked out.
func TestDemandedAppIsEnrolledAtTheDoor(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	policy(t, w, map[string]string{"twostep.members": "on"})
	entry := door(t, w, w.Root, "")
	key := offered(t, w, entry.Token).Key
	if other := offered(t, w, door(t, w, w.Root, "").Token).Key; other == key {
		t.Error("another sign-in, which may be somebody else's, shows the same key")
	}
	if again := offered(t, w, entry.Token).Key; again != key {
		t.Error("the page shows another key when it is shown again")
	}
	in, err := w.Store.Verify(t.Context(), entry.Token, appCode(t, w, key), "")
	do(t, err)
	own, err := w.Store.OwnFactor(t.Context(), in.Account)
	do(t, err)
	if in.Session.Stage != store.StageFull || in.Spent != store.FactorEnrolled || len(own.Codes) != 10 || !own.Demanded {
		t.Errorf("enrolled: %+v, %+v", in, own)
	}
}

// SEC-P9: every other way to a session asks for the code too, or ends none that
// gave it: a reset by mail leaves the app on, the first password does not skip it.
func TestNoWayAroundTheApp(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	key, _ := enrolled(t, w, w.Host)
	_, err := w.Store.ResetPassword(t.Context(), resetToken(t, w, w.Host), freshPassword, "")
	do(t, err)
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Host.Login, Password: freshPassword})
	do(t, err)
	if entry.Session.Stage != store.StageVerification { // SEC-P8
		t.Error("a reset switches the second step off")
	}
	in, err := w.Store.Verify(t.Context(), entry.Token, appCode(t, w, key), "")
	do(t, err)
	changed, err := w.Store.ChangePassword(t.Context(), store.PasswordChange{Token: in.Token, Current: freshPassword, Password: "another long way to the sea"})
	do(t, err)
	if changed.Session.Stage != store.StageFull {
		t.Error("a new password in a session that gave the code asks again")
	}
	policy(t, w, map[string]string{"twostep.members": "on"})
	_, link, err := w.Store.AddMember(t.Context(), w.Root, store.NewMember{Name: "Kim", Email: "kim@works.example"})
	do(t, err)
	first, err := w.Store.ResetPassword(t.Context(), link, freshPassword, "")
	do(t, err)
	if first.Session.Stage != store.StageVerification {
		t.Error("a new member comes in without an app")
	}
}

// C11: members may be remembered as the policy lets guests be; system
// administrators never, also those who become one later.
func TestRememberedMembers(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	policy(t, w, map[string]string{"twostep.remember_days": "7"})
	remember := func(who store.Account) string {
		key, _ := enrolled(t, w, who)
		entry, err := w.Store.EnterCode(t.Context(), store.CodeEntry{
			Token: door(t, w, who, "").Token, Code: appCode(t, w, key), Remember: true,
		})
		do(t, err)
		return entry.Browsers
	}
	browsers := remember(w.Host)
	if browsers == "" || asked(t, w, w.Host, browsers) {
		t.Error("a member is not remembered")
	}
	if browsers := remember(w.Root); browsers != "" {
		t.Error("an administrator is")
	}
	do(t, w.Store.SetMemberRights(t.Context(), w.Root, w.Host.ID, true, true))
	if !asked(t, w, w.Host, browsers) {
		t.Error("who became an administrator still is")
	}
}

// Another administrator switches the app of a member off: everything signed in
// ends, an administrator's password has to be a new one, the member is told.
func TestEndMemberFactor(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	enrolled(t, w, w.Host)
	token := w.SignIn(w.Host)
	for _, actor := range []store.Account{w.Host, w.Editor, w.GuestEditor} { // SEC-A1
		if err := w.Store.EndMemberFactor(ctx, actor, w.Host.ID, ""); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s: %v", actor.Name, err)
		}
	}
	wantErr(t, w.Store.EndMemberFactor(ctx, w.Root, w.GuestEditor.ID, ""), store.ErrNotFound)
	wantErr(t, w.Store.EndMemberFactor(ctx, w.Root, w.Root.ID, ""), store.ErrYourself)
	do(t, w.Store.EndMemberFactor(ctx, w.Root, w.Host.ID, "Lost the phone"))
	if _, err := w.Store.Visit(ctx, token); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("a session goes on: %v", err)
	}
	if in := door(t, w, w.Host, ""); in.Session.Stage != store.StageFull || in.Account.MustChangePassword {
		t.Errorf("afterwards: %+v", in)
	}
	if got := factorMails(w); !slices.Equal(got, []string{store.NoticeSecondStepOn, store.NoticeSecondStepTaken}) {
		t.Errorf("mails: %q", got)
	}
	do(t, w.Store.EndMemberFactor(ctx, w.Root, w.Host.ID, "")) // nothing to do
	entries, _, err := w.Store.AuditLog(ctx, w.Root, store.AuditFilter{Action: "member.second_step_ended"}, 0)
	if err != nil || len(entries) != 1 || entries[0].Reason != "Lost the phone" { // SEC-A7
		t.Errorf("the audit log: %+v, %v", entries, err)
	}

	enrolled(t, w, w.Root)
	link, err := w.Store.AdministratorLink(ctx, w.Root.Login, "", true) // the last administrator, at the machine
	do(t, err)
	if in := door(t, w, w.Root, ""); in.Session.Stage != store.StageFull || !in.Account.MustChangePassword { // SEC-P2
		t.Errorf("the administrator: %+v", in)
	}
	_, err = w.Store.ResetPassword(ctx, link, freshPassword, "")
	do(t, err)
}

// A guest who becomes a member keeps an app and not a printed page; a member
// who becomes a guest keeps the app, and can still switch it off.
func TestAppsOfWhoChangesSides(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	enrolled(t, w, w.Editor)
	do(t, w.Store.Demote(ctx, w.Root, w.Editor.ID, store.DemotionForm{Sponsor: w.Host.ID}))
	if door(t, w, w.Editor, "").Session.Stage != store.StageVerification {
		t.Error("a guest now, and the app is gone")
	}
	do(t, w.Store.EndFactor(ctx, w.SignIn(w.Editor), storetest.Password, ""))
	if _, err := w.Store.OwnFactor(ctx, w.Editor); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a code is mailed from now on: %v", err)
	}
	do(t, w.Store.Exec(ctx, `INSERT INTO authenticators (account_id, factor, enrolled_at) VALUES ($1, 'printed_codes', 0)`, w.GuestEditor.ID))
	do(t, w.Store.Convert(ctx, w.Root, w.GuestEditor.ID, ""))
	own, err := w.Store.OwnFactor(ctx, w.GuestEditor)
	if err != nil || own.Factor != "" || own.Offers != store.FactorTOTP {
		t.Errorf("a member now: %+v, %v", own, err)
	}
}
