package store_test

import (
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// offline is a world whose guests owe a second step, with one who signed up by
// a printed page and has enrolled nothing yet.
func offline(t *testing.T, factor store.Factor) (w *storetest.World, waiting string) {
	t.Helper()
	w = storetest.New(t)
	policy(t, w, map[string]string{"twostep.guests": "on", "guest.offline_second_factor": string(factor)})
	joined := offlineGuest(t, w, "ana.silva")
	if joined.Session.Stage != store.StageVerification {
		t.Fatalf("after signing up: %q", joined.Session.Stage)
	}
	return w, joined.Token
}

func offered(t *testing.T, w *storetest.World, waiting string) store.Enrolment {
	t.Helper()
	challenge, err := w.Store.Verification(t.Context(), waiting)
	do(t, err)
	if challenge.Enrolment == nil {
		t.Fatalf("nothing is offered: %+v", challenge)
	}
	return *challenge.Enrolment
}

// appCode is what an authenticator app shows now.
func appCode(t *testing.T, w *storetest.World, key string) string {
	t.Helper()
	code, err := totp.GenerateCode(key, w.Clock.Now())
	do(t, err)
	return code
}

// again signs the offline guest in with the password, up to the second step.
func again(t *testing.T, w *storetest.World, browsers string) store.Entry {
	t.Helper()
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: "ana.silva", Password: guestPassword, Browsers: browsers})
	do(t, err)
	return entry
}

// C10, S0-35, SEC-T3: an app is enrolled by its first code when signing up; from
// then on each of its codes opens once, and neither the key nor the codes stand
// in the database.
func TestAuthenticatorApp(t *testing.T) {
	t.Parallel()
	w, waiting := offline(t, store.FactorTOTP)
	enrolment := offered(t, w, waiting)
	if same := offered(t, w, waiting); same.Key != enrolment.Key { // SEC-T4: looking changes nothing
		t.Error("looking again offers another key")
	}
	code := appCode(t, w, enrolment.Key)
	if _, err := w.Store.Verify(t.Context(), waiting, other(code), ""); !errors.Is(err, store.ErrFactorWrong) {
		t.Errorf("a wrong first code: %v", err)
	}
	entry, err := w.Store.Verify(t.Context(), waiting, code[:3]+" "+code[3:], "") // S0-40
	do(t, err)
	if entry.Session.Stage != store.StageFull || entry.Token == waiting { // SEC-S2
		t.Errorf("the session: %+v", entry.Session)
	}
	next := again(t, w, "")
	challenge, err := w.Store.Verification(t.Context(), next.Token)
	do(t, err)
	if next.Session.Stage != store.StageVerification || challenge.Enrolment != nil || challenge.Factor != store.FactorTOTP {
		t.Errorf("the next sign-in: %+v", challenge)
	}
	if _, err := w.Store.Verify(t.Context(), next.Token, code, ""); !errors.Is(err, store.ErrFactorWrong) { // used before
		t.Errorf("the same code again: %v", err)
	}
	w.Clock.Advance(30 * time.Second)
	fresh := appCode(t, w, enrolment.Key)
	w.Clock.Advance(30 * time.Second) // a slow hand: the step before still counts
	if _, err := w.Store.Verify(t.Context(), next.Token, fresh, ""); err != nil {
		t.Errorf("the code of the step before: %v", err)
	}
	old := appCode(t, w, enrolment.Key)
	w.Clock.Advance(2 * time.Minute)
	if _, err := w.Store.Verify(t.Context(), again(t, w, "").Token, old, ""); !errors.Is(err, store.ErrFactorWrong) {
		t.Errorf("an old code: %v", err)
	}
	if len(w.Mails()) != 0 {
		t.Error("something was mailed")
	}
}

// SEC-T3: of eight with one code at the same moment one gets in, whichever
// session they wait in.
func TestFactorOnce(t *testing.T) {
	t.Parallel()
	for _, factor := range []store.Factor{store.FactorTOTP, store.FactorPrintedCodes} {
		t.Run(string(factor), func(t *testing.T) {
			t.Parallel()
			w, waiting := offline(t, factor)
			enrolment := offered(t, w, waiting)
			first, second := "", ""
			if factor == store.FactorPrintedCodes {
				first, second = enrolment.Codes[0], enrolment.Codes[1]
			} else {
				first = appCode(t, w, enrolment.Key)
			}
			_, err := w.Store.Verify(t.Context(), waiting, first, "")
			do(t, err)
			w.Clock.Advance(30 * time.Second)
			if factor == store.FactorTOTP {
				second = appCode(t, w, enrolment.Key)
			}
			tokens := make([]string, 8)
			for i := range tokens {
				tokens[i] = again(t, w, "").Token
			}
			var won atomic.Int32
			var group sync.WaitGroup
			for _, token := range tokens {
				group.Go(func() {
					_, err := w.Store.Verify(t.Context(), token, second, "")
					switch {
					case err == nil:
						won.Add(1)
					case !errors.Is(err, store.ErrFactorWrong):
						t.Errorf("a fault: %v", err)
					}
				})
			}
			group.Wait()
			if won.Load() != 1 {
				t.Errorf("%d won", won.Load())
			}
		})
	}
}

// C10: ten codes on paper, each once; shown until the first is entered, and
// never again.
func TestPrintedCodes(t *testing.T) {
	t.Parallel()
	w, waiting := offline(t, store.FactorPrintedCodes)
	codes := offered(t, w, waiting).Codes
	if len(codes) != 10 || len(codes[0]) != 8 {
		t.Fatalf("the codes: %v", codes)
	}
	for i, code := range codes {
		if i > 0 {
			waiting = again(t, w, "").Token
			challenge, err := w.Store.Verification(t.Context(), waiting)
			do(t, err)
			if challenge.Left != 10-i || challenge.Enrolment != nil {
				t.Errorf("after %d codes: %+v", i, challenge)
			}
			if _, err := w.Store.Verify(t.Context(), waiting, codes[0], ""); !errors.Is(err, store.ErrFactorWrong) {
				t.Errorf("a used code: %v", err)
			}
		}
		if _, err := w.Store.Verify(t.Context(), waiting, code, ""); err != nil {
			t.Fatalf("code %d: %v", i+1, err)
		}
	}
	if _, err := w.Store.Verify(t.Context(), again(t, w, "").Token, codes[0], ""); !errors.Is(err, store.ErrFactorWrong) {
		t.Errorf("when all are used: %v", err)
	}
}

// SEC-T9, SEC-T10: five tries a challenge, counted before they are compared;
// twenty wrong codes a day, then an hour of rest.
func TestFactorTries(t *testing.T) {
	t.Parallel()
	w, waiting := offline(t, store.FactorTOTP)
	key := offered(t, w, waiting).Key
	_, err := w.Store.Verify(t.Context(), waiting, appCode(t, w, key), "")
	do(t, err)
	for round := range 4 {
		w.Clock.Advance(time.Minute)
		token := again(t, w, "").Token
		for n := range 5 {
			want := store.ErrFactorWrong
			if n == 4 {
				want = store.ErrChallengeEnded
			}
			if _, err := w.Store.Verify(t.Context(), token, "000 000x", ""); !errors.Is(err, want) {
				t.Fatalf("round %d, wrong code %d: %v", round, n+1, err)
			}
		}
		if _, err := w.Store.Verify(t.Context(), token, appCode(t, w, key), ""); !errors.Is(err, store.ErrChallengeEnded) && !errors.Is(err, store.ErrCodesRest) {
			t.Errorf("the right code after five wrong ones: %v", err)
		}
	}
	token := again(t, w, "").Token
	if _, err := w.Store.Verify(t.Context(), token, appCode(t, w, key), ""); !errors.Is(err, store.ErrCodesRest) {
		t.Errorf("after twenty wrong codes: %v", err)
	}
	w.Clock.Advance(time.Hour)
	if _, err := w.Store.Verify(t.Context(), token, appCode(t, w, key), ""); !errors.Is(err, store.ErrChallengeEnded) { // as that of a mailed code
		t.Errorf("an hour later, in the challenge of then: %v", err)
	}
	if _, err := w.Store.Verify(t.Context(), again(t, w, "").Token, appCode(t, w, key), ""); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// SEC-P9, C10, C13: who owes which second step, decided in one place: account ×
// policy × the space's own demand.
func TestWhoOwesASecondStep(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, login string
		settings    map[string]string
		space       string // the guest space's own demand
		want        store.Factor
	}{
		{"guest, off", "erika@partner.example", nil, "", ""},
		{"guest, on", "erika@partner.example", map[string]string{"twostep.guests": "on"}, "", store.FactorMail},
		{"guest in a space that demands it", "erika@partner.example", nil, "on", store.FactorMail},
		{"guest of no space, another demands it", "kari@elsewhere.example", nil, "on", ""},
		{"a space cannot switch it off", "erika@partner.example", map[string]string{"twostep.guests": "on"}, "off", store.FactorMail},
		{"member, on", "host@works.example", map[string]string{"twostep.guests": "on"}, "on", ""},
		{"without e-mail, off", "ana.silva", nil, "", ""},
		{"without e-mail, on", "ana.silva", map[string]string{"twostep.guests": "on"}, "", store.FactorTOTP},
		{"without e-mail, codes", "ana.silva", map[string]string{"twostep.guests": "on", "guest.offline_second_factor": "printed_codes"}, "", store.FactorPrintedCodes},
		{"without e-mail, none", "ana.silva", map[string]string{"twostep.guests": "on", "guest.offline_second_factor": "none"}, "", ""},
		{"without e-mail in a space that demands it", "ana.silva", nil, "on", store.FactorTOTP},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			offlineGuest(t, w, "ana.silva")
			if test.settings != nil {
				policy(t, w, test.settings)
			}
			demand(t, w, test.space)
			password := storetest.Password
			if test.login == "ana.silva" {
				password = guestPassword
			}
			entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: test.login, Password: password})
			do(t, err)
			if test.want == "" {
				if entry.Session.Stage != store.StageFull {
					t.Errorf("stage %q", entry.Session.Stage)
				}
				return
			}
			challenge, err := w.Store.Verification(t.Context(), entry.Token)
			do(t, err)
			if challenge.Factor != test.want || (challenge.Enrolment != nil) != (test.want != store.FactorMail) {
				t.Errorf("the challenge: %+v", challenge)
			}
		})
	}
}

// demand sets what the guest space asks of its guests; "" leaves it.
func demand(t *testing.T, w *storetest.World, value string) {
	t.Helper()
	if value == "" {
		return
	}
	settings, err := json.Marshal(store.Policy{"twostep.guests": value})
	do(t, err)
	do(t, w.Store.Exec(t.Context(), `UPDATE spaces SET settings = $2 WHERE id = $1`, w.Space, string(settings)))
}
