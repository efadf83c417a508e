package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

const adminPassword = "lanterns along the garden wall"

func setup(code string) store.Setup {
	return store.Setup{
		Code: code, Organization: "Example Works", Name: "Jane Roe", Email: "Jane.Roe@works.example",
		Password: adminPassword, Preset: "guesthouse", Locale: "ja", TimeZone: "Asia/Tokyo",
	}
}

func setupCode(t *testing.T, w *storetest.World) string {
	t.Helper()
	code, err := w.Store.SetupCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestSetup(t *testing.T) {
	t.Parallel()
	w := storetest.Empty(t)
	form := setup(setupCode(t, w))
	form.Preset = "guest-spaces"
	form.Code = form.Code[:20] + "\n " + form.Code[20:] // a console breaks long lines
	entry, err := w.Store.Setup(t.Context(), form)
	if err != nil {
		t.Fatal(err)
	}
	visit, err := w.Store.Visit(t.Context(), entry.Token)
	if err != nil {
		t.Fatal(err)
	}
	if a := visit.Account; !a.SystemAdmin || a.Email != "jane.roe@works.example" || a.Name != "Jane Roe" || a.TimeZone != "Asia/Tokyo" {
		t.Errorf("the administrator: %+v", a)
	}
	if e := visit.Environment; e.Name != "Example Works" || e.Preset != "guest-spaces" || !e.Policy.On("twostep.guests") || e.Locale != "ja" {
		t.Errorf("the environment: %+v", e)
	}
	// Whoever is added without a time zone has the portal's own.
	member, _, err := w.Store.AddMember(t.Context(), visit.Account, store.NewMember{Name: "Ada", Email: "ada@works.example"})
	if err != nil || member.TimeZone != "Asia/Tokyo" {
		t.Errorf("the time zone of a member is %q: %v", member.TimeZone, err)
	}
	// SEC-S10: closed for good.
	if _, err := w.Store.Setup(t.Context(), setup(form.Code)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a second time: %v", err)
	}
	if _, err := w.Store.SetupCode(t.Context()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another code: %v", err)
	}
	if _, err := w.Store.SignIn(t.Context(), store.Credentials{Login: "jane.roe@works.example", Password: adminPassword}); err != nil {
		t.Errorf("sign in again: %v", err)
	}
}

func TestSetupRefuses(t *testing.T) {
	t.Parallel()
	w := storetest.Empty(t)
	code := setupCode(t, w)
	for _, test := range []struct {
		name   string
		change func(*store.Setup)
		want   error
	}{
		{"no organisation", func(s *store.Setup) { s.Organization = " " }, store.ErrRequired},
		{"no name", func(s *store.Setup) { s.Name = "\u200b" }, store.ErrNameInvisible},
		{"no address", func(s *store.Setup) { s.Email = "jane" }, store.ErrNotAnAddress},
		{"14 characters", func(s *store.Setup) { s.Password = "lanterns along" }, store.ErrPasswordTooShort}, // SEC-P2: 15
		{"own name", func(s *store.Setup) { s.Password = "jane.roe@works.example" }, store.ErrPasswordOwnName},
		{"preset", func(s *store.Setup) { s.Preset = "everything" }, store.ErrUnknownPreset},
		{"language", func(s *store.Setup) { s.Locale = "xx" }, store.ErrUnknownLanguage},
		{"zone", func(s *store.Setup) { s.TimeZone = "../../etc/passwd" }, store.ErrUnknownZone},
		{"no code", func(s *store.Setup) { s.Code = "" }, store.ErrRequired},
	} {
		form := setup(code)
		test.change(&form)
		if _, err := w.Store.Setup(t.Context(), form); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
	// Every field at fault at the same time is named.
	_, err := w.Store.Setup(t.Context(), store.Setup{Code: code})
	var problems store.Problems
	if !errors.As(err, &problems) || len(problems) != 7 {
		t.Errorf("an empty form: %v", err)
	}
	// None of that spent a try of the code.
	if _, err := w.Store.Setup(t.Context(), setup(code)); err != nil {
		t.Errorf("the right form: %v", err)
	}
}

// SEC-S10: five tries.
func TestSetupCodeTries(t *testing.T) {
	t.Parallel()
	w := storetest.Empty(t)
	code := setupCode(t, w)
	for n := range 5 {
		want := store.ErrSetupCode
		if n == 4 {
			want = store.ErrSetupCodeGone
		}
		if _, err := w.Store.Setup(t.Context(), setup("wrong")); !errors.Is(err, want) {
			t.Fatalf("try %d: %v", n+1, err)
		}
	}
	if _, err := w.Store.Setup(t.Context(), setup(code)); !errors.Is(err, store.ErrSetupCodeGone) {
		t.Fatalf("the right code after five wrong ones: %v", err)
	}
	if _, err := w.Store.Setup(t.Context(), setup(setupCode(t, w))); err != nil {
		t.Errorf("the code of the next start: %v", err)
	}
}

// Of many who send the form at once, one becomes the administrator.
func TestSetupRace(t *testing.T) {
	t.Parallel()
	w := storetest.Empty(t)
	code := setupCode(t, w)
	var won atomic.Int32
	var group sync.WaitGroup
	for n := range 4 {
		group.Go(func() {
			form := setup(code)
			form.Email = fmt.Sprintf("admin%d@works.example", n)
			_, err := w.Store.Setup(t.Context(), form)
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, store.ErrSetupCodeGone) && !errors.Is(err, store.ErrNotFound):
				t.Errorf("got %v", err)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 {
		t.Errorf("%d administrators", won.Load())
	}
}

func TestCreateAdministrator(t *testing.T) {
	t.Parallel()
	w := storetest.Empty(t)
	code := setupCode(t, w)
	made, _, err := w.Store.EnsureAdministrator(t.Context(), store.NewAdministrator{Email: "root@works.example", Password: adminPassword})
	if err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	made, _, err = w.Store.EnsureAdministrator(t.Context(), store.NewAdministrator{Email: "two@works.example", Password: adminPassword})
	if err != nil || made {
		t.Errorf("at the second start: made %v, %v", made, err)
	}
	if _, err := w.Store.Setup(t.Context(), setup(code)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("setup: %v", err)
	}
	_, _, err = w.Store.CreateAdministrator(t.Context(), store.NewAdministrator{Name: "Two", Email: "two@works.example", Password: "short"})
	if !errors.Is(err, store.ErrPasswordTooShort) {
		t.Errorf("a short password: %v", err)
	}
	account, link, err := w.Store.CreateAdministrator(t.Context(), store.NewAdministrator{Name: "Two", Email: "two@works.example"})
	if err != nil || link == "" || !account.SystemAdmin {
		t.Fatalf("by a link: %v", err)
	}
	if _, err := w.Store.ResetPassword(t.Context(), link, strings.Repeat("a1 ", 4), ""); !errors.Is(err, store.ErrPasswordTooShort) {
		t.Errorf("12 characters: %v", err)
	}
	if _, err := w.Store.ResetPassword(t.Context(), link, adminPassword, ""); err != nil {
		t.Errorf("the link: %v", err)
	}
	reset, err := w.Store.AdministratorLink(t.Context(), "root@works.example", "", false)
	if err != nil {
		t.Fatal(err)
	}
	if entry, err := w.Store.ResetPassword(t.Context(), reset, adminPassword+" again", ""); err != nil || entry.Token != "" {
		t.Errorf("the printed link: %v", err)
	}
	if _, err := w.Store.AdministratorLink(t.Context(), "nobody@works.example", "", false); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("for nobody: %v", err)
	}
}
