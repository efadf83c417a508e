package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"maps"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// guestNamed is a guest as a program sends it.
func guestNamed(name, code string) store.NewGuest {
	return store.NewGuest{Name: name, Code: code, Password: "samplepw", TimeZone: "America/Los_Angeles"}
}

func pngOf(t *testing.T) *bytes.Buffer {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return &out
}

// fields are the fields at fault with the codes of their problems.
func fields(t *testing.T, err error) map[string]string {
	t.Helper()
	found := map[string]string{}
	var several store.Problems
	var one *store.Error
	switch {
	case errors.As(err, &several):
	case errors.As(err, &one):
		several = store.Problems{one}
	case err != nil:
		t.Fatalf("%v is no answer for a person", err)
	}
	for _, problem := range several {
		found[problem.Field] = problem.Code
	}
	return found
}

// S1-02, S1-03, S1-08 to S1-19, S1-24, SEC-P5: the accounts as they were asked for.
func TestAddGuests(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	key, err := w.Upload(w.Root, 0, "face.png", pngOf(t))
	if err != nil {
		t.Fatal(err)
	}
	tom := store.NewGuest{
		Name: "Tom", Code: "Tom@Partner.Example", Password: "samplepw", TimeZone: "America/Los_Angeles", Locale: "en", Image: key,
		SurNameReading: "Sample", GivenNameReading: "Tom", Company: "Partner", Division: "Sales", Phone: "999-456-7890", CallTo: "tom",
	}
	added, err := w.Store.AddGuests(t.Context(), w.Root, []store.NewGuest{tom, guestNamed("Ann", "ann@partner.example")})
	if err != nil || len(added) != 2 {
		t.Fatalf("%d added, %v", len(added), err)
	}
	a := added[0]
	if a.Login != "tom@partner.example" || a.Name != "Tom" || a.TimeZone != tom.TimeZone || a.Locale != "en" || a.SurNameReading != "Sample" ||
		a.GivenNameReading != "Tom" || a.Company != "Partner" || a.Division != "Sales" || a.Phone != "999-456-7890" || a.CallTo != "tom" {
		t.Errorf("the account is %+v", a)
	}
	if !a.IsGuest() || !a.MustChangePassword || a.Sponsor != w.Root.ID || a.Picture == "" || added[1].Picture != "" || added[1].Locale != "auto" {
		t.Errorf("the accounts are %+v and %+v", a, added[1])
	}
	if mails := w.Mails(); len(mails) != 0 {
		t.Errorf("%d mails went out", len(mails))
	}
	home, err := w.Store.Home(t.Context(), a, "")
	if err != nil || len(home.Spaces.Items) != 0 {
		t.Errorf("%d spaces, %v", len(home.Spaces.Items), err)
	}
	entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: "tom@partner.example", Password: "samplepw"})
	if err != nil || entry.Token == "" {
		t.Errorf("sign-in: %v", err)
	}
	if err := w.Store.SweepFiles(t.Context()); err != nil {
		t.Fatal(err)
	}
	picture, err := w.Store.PersonPicture(t.Context(), w.Root, a.ID)
	if err != nil {
		t.Fatalf("the picture: %v", err)
	}
	_ = picture.Close()
	again := guestNamed("Bob", "bob@partner.example")
	again.Image = key
	_, err = w.Store.AddGuests(t.Context(), w.Root, []store.NewGuest{again})
	if got := fields(t, err); got["guests[0].image"] != "upload_gone" {
		t.Errorf("a key twice: %v", got)
	}
}

// S1-14: the documented sample gives two guests one picture. The key is used up
// all the same, and one of them who takes theirs away leaves the other's.
func TestAddGuestsOnePicture(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	key, err := w.Upload(w.Root, 0, "face.png", pngOf(t))
	if err != nil {
		t.Fatal(err)
	}
	pair := func(one, other string) []store.NewGuest {
		guests := []store.NewGuest{guestNamed("John Doe", one), guestNamed("Jane Roe", other)}
		guests[0].Image, guests[1].Image = key, key
		return guests
	}
	added, err := w.Store.AddGuests(t.Context(), w.Root, pair("guest1@partner.example", "guest2@partner.example"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.RemovePicture(t.Context(), added[0]); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.SweepFiles(t.Context()); err != nil {
		t.Fatal(err)
	}
	picture, err := w.Store.PersonPicture(t.Context(), w.Root, added[1].ID)
	if err != nil {
		t.Fatalf("the picture of the second: %v", err)
	}
	_ = picture.Close()
	_, err = w.Store.AddGuests(t.Context(), w.Root, pair("guest3@partner.example", "guest4@partner.example"))
	if got := fields(t, err); got["guests[0].image"] != "upload_gone" || got["guests[1].image"] != "upload_gone" {
		t.Errorf("the key again: %v", got)
	}
}

// S1-07 to S1-19: everything that is wrong is told at once, by its place, and
// nothing was made.
func TestAddGuestsProblems(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	long := store.NewGuest{
		Name: strings.Repeat("ü", 129), Code: "no address", Password: "ab", TimeZone: "Mars/Olympus", Locale: "tlh", Image: "nothing",
		SurNameReading: strings.Repeat("x", 65), GivenNameReading: strings.Repeat("x", 65), Company: strings.Repeat("x", 101),
		Division: strings.Repeat("x", 101), Phone: strings.Repeat("x", 101), CallTo: strings.Repeat("x", 257),
	}
	tooMany := make([]store.NewGuest, 101)
	for i := range tooMany {
		tooMany[i] = guestNamed("Guest", fmt.Sprintf("guest-%d@partner.example", i))
	}
	runs := guestNamed("Runs", "runs@partner.example")
	runs.CallTo = "javascript:alert(1)"
	for name, test := range map[string]struct {
		guests []store.NewGuest
		want   map[string]string
	}{
		"nobody":   {nil, map[string]string{"guests": "batch_size"}},
		"101":      {tooMany, map[string]string{"guests": "batch_size"}},
		"an empty": {[]store.NewGuest{{}}, map[string]string{"guests[0].name": "required", "guests[0].code": "required", "guests[0].password": "required", "guests[0].timezone": "unknown_zone"}},
		"all": {[]store.NewGuest{guestNamed("Good", "good@partner.example"), long}, map[string]string{
			"guests[1].name": "name_too_long", "guests[1].code": "not_an_address", "guests[1].password": "password_too_short",
			"guests[1].timezone": "unknown_zone", "guests[1].locale": "unknown_language", "guests[1].image": "upload_gone",
			"guests[1].surNameReading": "text_too_long", "guests[1].givenNameReading": "text_too_long", "guests[1].company": "text_too_long",
			"guests[1].division": "text_too_long", "guests[1].phone": "text_too_long", "guests[1].callto": "text_too_long",
		}},
		"twice in one call": {[]store.NewGuest{guestNamed("A", "same@partner.example"), guestNamed("B", "SAME@partner.example")},
			map[string]string{"guests[1].code": "address_taken"}}, // S1-09
		"a guest's and a member's": {[]store.NewGuest{guestNamed("A", string(w.GuestEditor.Email)), guestNamed("B", "Host@works.example")},
			map[string]string{"guests[0].code": "address_taken", "guests[1].code": "address_taken"}},
		"a call that runs": {[]store.NewGuest{runs}, map[string]string{"guests[0].callto": "unsafe_call"}}, // S1-19
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.Store.AddGuests(t.Context(), w.Root, test.guests)
			if got := fields(t, err); !maps.Equal(got, test.want) {
				t.Errorf("problems %v, want %v", got, test.want)
			}
			err = w.Store.DeleteGuests(t.Context(), w.Root, []string{"good@partner.example"})
			if got := fields(t, err); got["guests[0]"] != "no_such_guest" {
				t.Errorf("somebody was made: %v", err)
			}
		})
	}
}

// C4, S1-10: what a program may set.
func TestProgramPasswords(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]map[string]string{
		"accept_and_force_change": {"samplepw": "", "abc": "", "ab": "password_too_short", strings.Repeat("x", 129): "password_too_long"},
		"same_as_signup":          {"samplepw": "password_too_short", "correct horse battery": ""},
	} {
		w := storetest.New(t)
		changePolicy(t, w, store.Policy{"password.api_rule": rule})
		n := 0
		for password, code := range want {
			n++
			guest := guestNamed("Guest", fmt.Sprintf("guest-%d@partner.example", n))
			guest.Password = password
			added, err := w.Store.AddGuests(t.Context(), w.Root, []store.NewGuest{guest})
			if got := fields(t, err)["guests[0].password"]; got != code {
				t.Errorf("%s, %d characters: %q, want %q", rule, len(password), got, code)
			}
			if code == "" && (len(added) != 1 || !added[0].MustChangePassword) { // SEC-P5
				t.Errorf("%s: the password may stay", rule)
			}
		}
	}
}

// S1-06, SEC-A4: who may add and delete guests, and who may not even be told
// what is wrong with the call.
func TestGuestAccountsAreForAdministrators(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for _, standing := range standings {
		var want error
		if standing != "SA" {
			want = store.ErrForbidden
		}
		code := strings.ToLower(standing) + "-made@partner.example"
		if standing == "m" || standing == "g" {
			code = "outside-" + code
		}
		if _, err := w.Store.AddGuests(t.Context(), as(w, standing), []store.NewGuest{guestNamed("New", code)}); !is(err, want) {
			t.Errorf("%s adds: %v, want %v", standing, err, want)
		}
		if err := w.Store.CheckGuests(t.Context(), as(w, standing), []store.NewGuest{guestNamed("New", "another-"+code)}); !is(err, want) {
			t.Errorf("%s checks: %v, want %v", standing, err, want)
		}
		if err := w.Store.DeleteGuests(t.Context(), as(w, standing), []string{code}); !is(err, want) {
			t.Errorf("%s deletes: %v, want %v", standing, err, want)
		}
		if want == nil {
			continue
		}
		if _, err := w.Store.AddGuests(t.Context(), as(w, standing), nil); !is(err, want) {
			t.Errorf("%s sends nonsense: %v, want %v", standing, err, want)
		}
	}
}

// C2, C9, S1-23: what switches and limits make of the call.
func TestAddGuestsUnderPolicy(t *testing.T) {
	t.Parallel()
	batch := []store.NewGuest{guestNamed("A", "a@partner.example"), guestNamed("B", "b@partner.example")}
	for name, test := range map[string]struct {
		policy store.Policy
		want   error
	}{
		"guest spaces off":     {store.Policy{"guest.spaces": "off"}, nil},
		"no guests of none":    {store.Policy{"guest.unaffiliated": "off"}, store.ErrUnaffiliatedOff},
		"no place for both":    {store.Policy{"quota.model": "fixed", "quota.guests": "4"}, store.ErrQuotaFull},
		"a place for each":     {store.Policy{"quota.model": "fixed", "quota.guests": "5"}, nil},
		"other domains only":   {store.Policy{"invite.allowed_domains": "studio.example"}, store.ErrDomainNotAllowed},
		"accounts that end":    {store.Policy{"guest.expiry_default": "30"}, nil},
		"licences are counted": {store.Policy{"quota.model": "licences", "quota.licences": "2"}, store.ErrQuotaFull},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			changePolicy(t, w, test.policy)
			added, err := w.Store.AddGuests(t.Context(), w.Root, batch)
			if !is(err, test.want) {
				t.Fatalf("%v, want %v", err, test.want)
			}
			gone := w.Store.DeleteGuests(t.Context(), w.Root, []string{"a@partner.example"})
			if made := gone == nil; made != (test.want == nil) {
				t.Errorf("made: %v (%v)", made, gone)
			}
			if test.policy["guest.expiry_default"] != "" && !added[0].EndsAt.Equal(w.Clock.Now().Add(30*store.Day)) {
				t.Errorf("ends at %v", added[0].EndsAt)
			}
		})
	}
}

// S2-08, S1-09: a deleted address is somebody new, and an invitation that is open
// leads the new account in.
func TestAddedAgainIsSomebodyNew(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := invited(t, w, store.Invite{Emails: "new@partner.example"})["new@partner.example"]
	one := []store.NewGuest{guestNamed("New", "new@partner.example")}
	first, err := w.Store.AddGuests(t.Context(), w.Root, one)
	if err != nil {
		t.Fatal(err)
	}
	open, err := w.Store.Invitation(t.Context(), token)
	if err != nil || !open.HasAccount {
		t.Errorf("the invitation: %+v, %v", open.HasAccount, err)
	}
	if err := w.Store.DeleteGuests(t.Context(), w.Root, []string{"NEW@partner.example"}); err != nil {
		t.Fatal(err)
	}
	second, err := w.Store.AddGuests(t.Context(), w.Root, one)
	if err != nil || second[0].ID == first[0].ID {
		t.Errorf("the second is %d like the first, %v", second[0].ID, err)
	}
}

// All or none, also of those to delete.
func TestDeleteGuests(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	erika, mario := string(w.GuestEditor.Email), string(w.GuestReader.Email)
	err := w.Store.DeleteGuests(t.Context(), w.Root, []string{erika, "nobody@partner.example", string(w.Host.Email)})
	if got := fields(t, err); len(got) != 2 || got["guests[1]"] != "no_such_guest" || got["guests[2]"] != "no_such_guest" {
		t.Errorf("problems %v", got)
	}
	if err := w.Store.DeleteGuests(t.Context(), w.Root, slices.Repeat([]string{erika}, 101)); !is(err, store.ErrBatchSize) {
		t.Errorf("101: %v", err)
	}
	if _, err := w.Store.Space(t.Context(), w.GuestEditor, w.Space, store.ToOpen); err != nil {
		t.Errorf("deleted by a call that failed: %v", err)
	}
	if err := w.Store.DeleteGuests(t.Context(), w.Root, []string{erika, mario, erika}); err != nil {
		t.Fatal(err)
	}
	for _, guest := range []store.Account{w.GuestEditor, w.GuestReader} {
		if _, err := w.Store.Space(t.Context(), guest, w.Space, store.ToOpen); !is(err, store.ErrSignIn) {
			t.Errorf("still inside: %v", err)
		}
	}
}
