package store_test

import (
	"encoding/base64"
	"errors"
	"maps"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

const guestPassword = "plenty of apples 4 winter"

// keys are one live thing of each kind that opens something, made anew.
func keys(t *testing.T, w *storetest.World) map[string]string {
	t.Helper()
	found := map[string]string{}
	found["session"] = w.SignIn(w.Editor)
	policy(t, w, map[string]string{"twostep.guests": "on"})
	found["waiting session"] = challenge(t, w, w.GuestReader)
	found["code"] = mailedCode(t, w)
	policy(t, w, map[string]string{"twostep.guests": "off"})
	found["reset"] = resetToken(t, w, w.Outsider)
	found["address"] = addressToken(t, w, w.Outsider, "outsider@new.example")
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Host.Login, Password: storetest.Password})
	do(t, err)
	found["device"] = entry.Device
	_, found["member"], err = w.Store.AddMember(t.Context(), w.Root, store.NewMember{Name: "New", Email: "new@works.example"})
	do(t, err)
	for _, token := range invited(t, w, store.Invite{Emails: "invited@else.example"}) {
		found["invitation"] = token
	}
	for _, kind := range store.APICredentialKinds {
		_, found["API "+string(kind)], err = w.Store.MakeAPICredential(t.Context(), w.Root, nightly(kind))
		do(t, err)
	}
	maps.Copy(found, offlineKeys(t, w))
	return found
}

// offlineKeys are the live things of guests without e-mail.
func offlineKeys(t *testing.T, w *storetest.World) map[string]string {
	t.Helper()
	policy(t, w, map[string]string{"twostep.guests": "on", "twostep.remember_days": "7"})
	app := offlineGuest(t, w, "app.guest").Token
	found := map[string]string{"app key": offered(t, w, app).Key}
	policy(t, w, map[string]string{"guest.offline_second_factor": "printed_codes"})
	paper := offlineGuest(t, w, "paper.guest")
	codes := offered(t, w, paper.Token).Codes
	entry, err := w.Store.EnterCode(t.Context(), store.CodeEntry{Token: paper.Token, Code: codes[0], Remember: true})
	do(t, err)
	found["printed code"], found["browser"] = codes[1], entry.Browsers
	pending := offlineGuest(t, w, "pending.guest").Token
	found["offered code"] = offered(t, w, pending).Codes[3]
	lost := offlineGuest(t, w, "lost.guest").Account
	do(t, w.Store.RecoverGuest(t.Context(), w.Root, lost.ID, ""))
	recovery, err := w.Store.Recovery(t.Context(), w.Root, lost.ID)
	do(t, err)
	found["recovery"] = recovery.Token
	policy(t, w, map[string]string{"twostep.guests": "off", "twostep.remember_days": "0"})
	return found
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// doors are what a key can be tried on, by the kinds of keys that open them.
func doors(t *testing.T, w *storetest.World) map[string]func(key string) error {
	t.Helper()
	ctx, s := t.Context(), w.Store
	return map[string]func(string) error{
		"session, waiting session: any page":     func(key string) error { _, err := s.Visit(ctx, key); return err },
		"waiting session: verification page":     func(key string) error { _, err := s.Verification(ctx, key); return err },
		"session: own password":                  func(key string) error { return s.Confirm(ctx, key, storetest.Password) },
		"reset, member, recovery: password page": func(key string) error { _, err := s.PasswordLink(ctx, key); return err },
		"reset, member, recovery: set a password": func(key string) error {
			_, err := s.ResetPassword(ctx, key, freshPassword, "")
			return err
		},
		"address: its page":    func(key string) error { _, err := s.AddressLink(ctx, key); return err },
		"address: confirm":     func(key string) error { return s.ConfirmAddress(ctx, key) },
		"invitation: its page": func(key string) error { _, err := s.Invitation(ctx, key); return err },
		"invitation: sign up": func(key string) error {
			_, err := s.AcceptInvitation(ctx, key, store.SignUp{DisplayName: "Jan Jansen", Password: guestPassword})
			return err
		},
		"invitation: decline": func(key string) error { return s.DeclineInvitation(ctx, key) },
		"API token: a call":   func(key string) error { return second(s.CallAPI(ctx, key)) },
		"API password: a call": func(key string) error {
			w.Clock.Advance(16 * time.Minute) // the wait after wrong ones
			return second(s.SignInAPI(ctx, w.Root.Login, key))
		},
		"setup: the form": func(key string) error { _, err := s.Setup(ctx, setup(key)); return err },
	}
}

// SEC-T2: each kind of key on each door: it opens its own and no other, and no
// door says more of it than of nonsense.
func TestKeysOpenTheirOwnDoor(t *testing.T) {
	t.Parallel()
	for door := range doors(t, storetest.New(t)) {
		t.Run(door, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			own, _, _ := strings.Cut(door, ": ")
			open := doors(t, w)[door]
			nonsense := open("nonsense")
			if nonsense == nil {
				t.Fatal("it opens for nonsense")
			}
			for kind, key := range keys(t, w) {
				opens := false
				for one := range strings.SplitSeq(own, ", ") {
					opens = opens || one == kind
				}
				switch err := open(key); {
				case opens && err != nil:
					t.Errorf("the %s key: %v", kind, err)
				case !opens && !errors.Is(err, nonsense):
					t.Errorf("the %s key: %v, want %v as for nonsense", kind, err, nonsense)
				}
			}
		})
	}
}

// SEC-T1: after much has happened, nothing that would open something can be
// read from the database, nor from any file beside it.
func TestNothingLiveOnTheDisk(t *testing.T) {
	t.Parallel()
	w := storetest.New(t, func(o *store.Options) { o.Readers = 1 })
	err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{
		Settings: map[string]string{"signup.welcome_password": "include_once"}, Acknowledged: true,
	})
	do(t, err)
	secrets := keys(t, w)
	for _, kind := range []string{"API password", "API token"} { // and without what all of them begin with
		secrets["bare "+kind] = secrets[kind][len("gh_pw_"):]
	}
	// Who has an account and is led to an invitation signs in first, and goes on.
	_, err = w.Store.SignIn(t.Context(), store.Credentials{
		Login: w.GuestOutside.Login, Password: storetest.Password, Next: "/invitations/" + secrets["invitation"],
	})
	do(t, err)
	_, err = w.Store.AcceptInvitation(t.Context(), secrets["invitation"], store.SignUp{DisplayName: "Jan Jansen", Password: guestPassword})
	do(t, err)
	if _, err := w.Store.SignIn(t.Context(), store.Credentials{Login: "what I typed here", Password: "wrong but mine 123"}); err == nil {
		t.Error("a wrong password opens")
	}
	_, secrets["printed link"] = printed(t, w, "on.paper")
	secrets["administrator's link"], err = w.Store.AdministratorLink(t.Context(), w.Root.Login, "", false)
	do(t, err)
	do(t, w.Store.RequestReset(t.Context(), w.Editor.Login, ""))
	_, err = w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "waits@else.example"})
	do(t, err)
	_, _, secrets["copied link"], err = w.Store.InvitationLink(t.Context(), w.Host, w.Space, invitationOf(t, w, "waits@else.example").Invitation.ID)
	do(t, err)
	for _, mail := range w.Mails() { // claimed and not handed over: still sealed in the outbox
		if mail.Secret != "" {
			secrets["mail "+mail.Kind] = mail.Secret
		}
	}
	maps.Copy(secrets, map[string]string{
		"password": storetest.Password, "guest's password": guestPassword, "wrong password": "wrong but mine 123", "typed login": "what I typed here",
	})
	if len(secrets) < 20 {
		t.Fatalf("only %d secrets to look for", len(secrets))
	}
	places := w.Disk()
	for table, rows := range w.Dump() {
		places["table "+table] = strings.Join(rows, "\n\n")
	}
	for place, content := range places {
		for name, secret := range secrets {
			if holds(content, secret) && !strings.HasSuffix(place, "/key") {
				t.Errorf("%s holds the %s", place, name)
			}
		}
	}
}

var digits = regexp.MustCompile(`^\d+$`)

// holds looks for a secret as text and as the bytes that it stands for. Digits
// must stand alone, else any long number might hold them.
func holds(content, secret string) bool {
	if digits.MatchString(secret) {
		return regexp.MustCompile(`(^|[^\d])` + secret + `($|[^\d])`).MatchString(content)
	}
	raw, err := base64.RawURLEncoding.DecodeString(secret)
	return strings.Contains(content, secret) || err == nil && len(raw) >= 16 && strings.Contains(content, string(raw))
}

// SEC-T3: eight at the same moment, with every act that a link allows mixed:
// it is used once, whoever wins, and nobody meets a fault.
func TestOneWins(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	policy(t, w, map[string]string{"twostep.guests": "on"})
	ctx, s := t.Context(), w.Store
	for round := range 10 {
		address := store.Email("guest" + string(rune('a'+round)) + "@else.example")
		token := invited(t, w, store.Invite{Emails: string(address)})[address]
		id := invitationOf(t, w, address).Invitation.ID
		link, err := s.AdministratorLink(ctx, w.Root.Login, "", false)
		do(t, err)
		w.Clock.Advance(time.Hour)
		waiting := challenge(t, w, w.GuestEditor)
		code := mailedCode(t, w)
		accept := func() error {
			_, err := s.AcceptInvitation(ctx, token, store.SignUp{DisplayName: "Jan Jansen", Password: guestPassword})
			return err
		}
		reset := func() error { _, err := s.ResetPassword(ctx, link, adminPassword, ""); return err }
		verify := func() error { _, err := s.Verify(ctx, waiting, code, ""); return err }
		decline := func() error { return s.DeclineInvitation(ctx, token) }
		cancel := func() error { _, err := s.CancelInvitation(ctx, w.Host, w.Space, id); return err }
		for name, acts := range map[string][]func() error{
			"invitation": {accept, accept, accept, accept, decline, decline, accept, cancel},
			"reset":      {reset, reset, reset, reset, reset, reset, reset, reset},
			"code":       {verify, verify, verify, verify, verify},
		} {
			if won := rush(t, acts); won != 1 && name != "invitation" || won < 1 || won > 2 {
				t.Errorf("round %d, %s: %d won", round, name, won)
			}
		}
		made := count(t, w, `SELECT COUNT(*) FROM accounts WHERE login_key = $1`, string(address))
		joined := count(t, w, `SELECT COUNT(*) FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE a.login_key = $1`, string(address))
		accepted := count(t, w, `SELECT COUNT(*) FROM invitations WHERE email = $1 AND status = 'accepted'`, string(address))
		if made != joined || made != accepted || made > 1 {
			t.Errorf("round %d: %d accounts, %d in the space, %d invitations accepted", round, made, joined, accepted)
		}
	}
}

// rush does all acts at once and counts those that succeed; the others must
// have an answer for people. Cancelling what was declined before is a success too.
func rush(t *testing.T, acts []func() error) int {
	t.Helper()
	var won atomic.Int32
	var group sync.WaitGroup
	for _, act := range acts {
		group.Go(func() {
			err := act()
			if err == nil {
				won.Add(1)
			}
			if !forPeople(err) {
				t.Errorf("a fault: %v", err)
			}
		})
	}
	group.Wait()
	return int(won.Load())
}

// SEC-T7: an end counts at its moment on every clock, though nothing is ever
// swept; a clock that is a little behind does not hurt.
func TestEndsWithoutSweeping(t *testing.T) {
	t.Parallel()
	const gone = "gone"
	for kind, moments := range map[string]map[time.Duration]string{
		"reset":      {-8 * store.Day: gone, -time.Hour: gone, -4 * time.Minute: "", time.Hour - 1: "", time.Hour: gone, 8 * store.Day: gone},
		"member":     {-8 * store.Day: gone, -time.Hour: gone, -4 * time.Minute: "", time.Hour: "", 7*store.Day - time.Millisecond: "", 7 * store.Day: gone, 8 * store.Day: gone},
		"invitation": {-8 * store.Day: gone, -time.Hour: gone, -4 * time.Minute: "", time.Hour: "", 7*store.Day - time.Millisecond: "", 7 * store.Day: gone, 8 * store.Day: gone},
		"recovery":   {-8 * store.Day: gone, -time.Hour: gone, -4 * time.Minute: "", time.Hour: "", 7*store.Day - time.Millisecond: "", 7 * store.Day: gone, 8 * store.Day: gone},
		"session":    {time.Hour: "", 2 * time.Hour: gone, 8 * store.Day: gone},
	} {
		door := map[string]string{
			"reset": "reset, member, recovery: set a password", "member": "reset, member, recovery: set a password", "recovery": "reset, member, recovery: set a password",
			"invitation": "invitation: sign up", "session": "session, waiting session: any page",
		}[kind]
		for after, want := range moments {
			t.Run(kind+" after "+after.String(), func(t *testing.T) {
				t.Parallel()
				w := storetest.New(t)
				key := keys(t, w)[kind]
				w.Clock.Advance(after)
				err := doors(t, w)[door](key)
				if (err != nil) != (want == gone) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// SEC-T10: the try of a code is counted and committed though it fails, and a
// fault after it takes nothing back: what counts stands in the database before
// anything is compared.
func TestTriesAreCommitted(t *testing.T) {
	t.Parallel()
	w := twoStep(t)
	token := challenge(t, w, w.GuestEditor)
	code := mailedCode(t, w)
	for n := 1; n <= 3; n++ {
		if _, err := w.Store.Verify(t.Context(), token, other(code), ""); !errors.Is(err, store.ErrCodeWrong) {
			t.Fatal(err)
		}
		if got := count(t, w, `SELECT MAX(attempts) FROM verifications`); got != n {
			t.Errorf("%d tries are counted after %d", got, n)
		}
		if _, err := w.Store.SignIn(t.Context(), store.Credentials{Login: w.Editor.Login, Password: "wrong"}); !errors.Is(err, store.ErrLoginFailed) {
			t.Fatal(err)
		}
		if got := count(t, w, `SELECT MAX(count) FROM throttles WHERE bucket LIKE 'signin:%'`); got != n {
			t.Errorf("%d passwords are counted after %d", got, n)
		}
	}
}
