package store_test

import (
	"errors"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// addressToken asks for an address and reads the link from the mail to it, ""
// when there is none.
func addressToken(t *testing.T, w *storetest.World, account store.Account, address string) string {
	t.Helper()
	do(t, w.Store.RequestAddress(t.Context(), account, address))
	token, told := "", false
	for _, mail := range w.Mails() {
		if mail.Kind != store.MailAddressChange {
			continue
		}
		told = told || mail.To == account.Email && mail.Secret == ""
		if drop, err := w.Store.MailEntitled(t.Context(), mail); err != nil || drop != "" || mail.Secret == "" {
			continue
		}
		if string(mail.To) != address {
			t.Errorf("the link went to another address")
		}
		token = mail.Secret
	}
	if !told {
		t.Error("the address of today got no notice")
	}
	return token
}

// S2-13: the account stays the same one, for guests and members; the old
// address opens nothing any more, and a link works once (SEC-T3).
func TestOwnAddress(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for _, person := range []store.Account{w.GuestEditor, w.Host} {
		session := w.SignIn(person)
		replaced := addressToken(t, w, person, "first@new.example")
		address := "new" + person.ID.String() + "@new.example"
		token := addressToken(t, w, person, address)
		for range 2 { // SEC-T4
			link, err := w.Store.AddressLink(t.Context(), token)
			if err != nil || link.Before != person.Email || string(link.After) != address {
				t.Fatalf("%+v, %v", link, err)
			}
		}
		if _, err := w.Store.Visit(t.Context(), session); err != nil {
			t.Errorf("before the link was used: %v", err)
		}
		do(t, w.Store.ConfirmAddress(t.Context(), token))
		for name, dead := range map[string]string{"used": token, "replaced": replaced, "unknown": "x", "empty": ""} { // SEC-T5
			_, err := w.Store.AddressLink(t.Context(), dead)
			if !errors.Is(err, store.ErrLinkGone) || !errors.Is(w.Store.ConfirmAddress(t.Context(), dead), store.ErrLinkGone) {
				t.Errorf("%s link: %v", name, err)
			}
		}
		if _, err := w.Store.Visit(t.Context(), session); !errors.Is(err, store.ErrSignIn) {
			t.Errorf("the session before: %v", err)
		}
		for login, want := range map[string]error{person.Login: store.ErrLoginFailed, address: nil} {
			entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: login, Password: storetest.Password})
			if !errors.Is(err, want) || want == nil && entry.Account.ID != person.ID {
				t.Errorf("sign-in: %v, want %v", err, want)
			}
		}
		told := map[store.Email]bool{}
		for _, mail := range w.Mails() {
			told[mail.To] = told[mail.To] || mail.Kind == store.MailAddressChange
		}
		if !told[person.Email] || !told[store.Email(address)] {
			t.Errorf("told %v", told)
		}
	}
}

// SEC-P6: an address that somebody has gets the same answer, and no link; who
// takes it before the link is used keeps it.
func TestOwnAddressTaken(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if token := addressToken(t, w, w.Editor, string(w.GuestReader.Email)); token != "" {
		t.Error("there is a link")
	}
	late := addressToken(t, w, w.Editor, "wanted@new.example")
	do(t, w.Store.ConfirmAddress(t.Context(), addressToken(t, w, w.Host, "wanted@new.example")))
	if err := w.Store.ConfirmAddress(t.Context(), late); !errors.Is(err, store.ErrLinkGone) {
		t.Errorf("taken meanwhile: %v", err)
	}
}

// What is refused, and why; three an hour (SEC-M6).
func TestOwnAddressRefused(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	offline := offlineGuest(t, w, "on.paper").Account
	policy(t, w, map[string]string{"invite.refused_domains": "refused.example"})
	for name, test := range map[string]struct {
		actor   store.Account
		address string
		want    error
	}{
		"nothing":                {w.Host, " ", store.ErrRequired},
		"no address":             {w.Host, "no address", store.ErrNotAnAddress},
		"the same":               {w.Host, " HOST@works.example", store.ErrAddressSame},
		"without e-mail":         {offline, "paper@new.example", store.ErrNotFound},
		"a guest's domain":       {w.GuestEditor, "erika@refused.example", store.ErrDomainRefused},
		"no rule is for members": {w.Editor, "kari@refused.example", nil},
	} {
		if err := w.Store.RequestAddress(t.Context(), test.actor, test.address); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	for n := range 4 {
		err := w.Store.RequestAddress(t.Context(), w.Host, "jane@new.example")
		if errors.Is(err, store.ErrTooMany) != (n == 3) {
			t.Errorf("request %d: %v", n+1, err)
		}
	}
	w.Deliver() // what was asked for above
	token := addressToken(t, w, w.GuestReader, "mario@later.example")
	policy(t, w, map[string]string{"invite.refused_domains": "later.example"})
	if err := w.Store.ConfirmAddress(t.Context(), token); !errors.Is(err, store.ErrDomainRefused) {
		t.Errorf("refused meanwhile: %v", err)
	}
}

// SEC-T6: what ends a link to a new address.
func TestWhatEndsAddressLinks(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(w *storetest.World) error{
		"suspension": func(w *storetest.World) error { return w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, "") },
		"deletion":   func(w *storetest.World) error { return w.Store.DeleteGuest(t.Context(), w.Root, w.GuestEditor.ID, "") },
		"a password": func(w *storetest.World) error {
			_, err := w.Store.ChangePassword(t.Context(), store.PasswordChange{
				Token: w.SignIn(w.GuestEditor), Current: storetest.Password, Password: freshPassword,
			})
			return err
		},
		"a taken address asked for": func(w *storetest.World) error {
			return w.Store.RequestAddress(t.Context(), w.GuestEditor, w.Host.Login)
		},
		"an administrator's change": func(w *storetest.World) error {
			return w.Store.ChangeGuestAddress(t.Context(), w.Root, w.GuestEditor.ID, "other@new.example", "")
		},
		"the hour": func(w *storetest.World) error { w.Clock.Advance(time.Hour); return nil }, // SEC-T7
	} {
		w := storetest.New(t)
		token := addressToken(t, w, w.GuestEditor, "erika@new.example")
		if name == "the hour" {
			w.Clock.Advance(-time.Millisecond)
			_, err := w.Store.AddressLink(t.Context(), token)
			do(t, err)
			w.Clock.Advance(time.Millisecond)
		}
		do(t, act(w))
		if err := w.Store.ConfirmAddress(t.Context(), token); !errors.Is(err, store.ErrLinkGone) {
			t.Errorf("after %s: %v", name, err)
		}
	}
}

// SEC-T3: of eight at the same moment, one wins.
func TestOwnAddressRace(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := addressToken(t, w, w.Host, "host@new.example")
	acts := make([]func() error, 8)
	for i := range acts {
		acts[i] = func() error { return w.Store.ConfirmAddress(t.Context(), token) }
	}
	if won := rush(t, acts); won != 1 {
		t.Errorf("%d won", won)
	}
}
