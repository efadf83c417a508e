package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// S1-14 to S1-19, S4-26, S3-20: each field with its limit; every problem at once.
func TestGuestDataLimits(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	good := store.PersonalDataOf(w.GuestEditor)
	change := func(version int, f func(d *store.PersonalData)) error {
		d := good
		f(&d)
		return w.Store.ChangeGuestData(ctx, w.Root, w.GuestEditor.ID, version, d)
	}
	long := func(n int) string { return strings.Repeat("長", n) }
	for field, f := range map[string]func(d *store.PersonalData){
		"display_name":       func(d *store.PersonalData) { d.Name = long(129) },
		"sur_name_reading":   func(d *store.PersonalData) { d.SurNameReading = long(65) },
		"given_name_reading": func(d *store.PersonalData) { d.GivenNameReading = long(65) },
		"company":            func(d *store.PersonalData) { d.Company = long(101) },
		"division":           func(d *store.PersonalData) { d.Division = long(101) },
		"phone":              func(d *store.PersonalData) { d.Phone = long(101) },
		"callto":             func(d *store.PersonalData) { d.CallTo = " JavaScript:alert(1)" },
		"category":           func(d *store.PersonalData) { d.Category = "enemy" },
		"locale":             func(d *store.PersonalData) { d.Locale = "tlh" },
		"timezone":           func(d *store.PersonalData) { d.TimeZone = "Mars/Olympus" },
	} {
		if err := change(1, f); !slices.Equal(fieldsOf(err), []string{field}) {
			t.Errorf("%s: %v", field, err)
		}
	}
	err := change(1, func(d *store.PersonalData) { d.Name, d.CallTo = "", long(257) })
	if !slices.Equal(fieldsOf(err), []string{"display_name", "callto"}) {
		t.Errorf("two problems: %v", err)
	}
	w.do(change(1, func(d *store.PersonalData) {
		*d = store.PersonalData{
			Name: " " + long(128), SurNameReading: long(64), GivenNameReading: long(64), Company: long(100), Division: long(100),
			Phone: long(100), CallTo: long(256), Category: "customer", Locale: "ja", TimeZone: "Asia/Tokyo",
		}
	}))
	g := w.guest(w.GuestEditor.ID)
	if g.Name != long(128) || g.SurNameReading != long(64) || g.CallTo != long(256) || g.Category != "customer" || g.Version != 2 {
		t.Errorf("saved %+v", g.Account)
	}
	log, _, err := w.Store.AuditLog(ctx, w.Root, store.AuditFilter{Action: "guest.data_changed"}, 0)
	if err != nil || len(log) != 1 || log[0].Details["company"] != "Partner → "+long(100) || len(log[0].Details) != 10 {
		t.Errorf("log %+v, %v", log, err)
	}
}

// S3-20: two administrators edit one guest; the second must see what the first did.
func TestTwoEditOneGuest(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	first, second := store.PersonalDataOf(w.GuestEditor), store.PersonalDataOf(w.GuestEditor)
	first.Company, second.Company = "First", "Second"
	w.do(w.Store.ChangeGuestData(ctx, w.Root, w.GuestEditor.ID, 1, first))
	if err := w.Store.ChangeGuestData(ctx, w.Root, w.GuestEditor.ID, 1, second); !errors.Is(err, store.ErrChangedMeanwhile) {
		t.Errorf("the second: %v", err)
	}
	if g := w.guest(w.GuestEditor.ID); g.Company != "First" {
		t.Errorf("company %q", g.Company)
	}
	w.do(w.Store.ChangeGuestData(ctx, w.Root, w.GuestEditor.ID, 2, second))
	w.do(w.Store.ChangeGuestData(ctx, w.Root, w.GuestEditor.ID, 3, second)) // nothing new
	if g := w.guest(w.GuestEditor.ID); g.Company != "Second" || g.Version != 3 {
		t.Errorf("%q in version %d", g.Company, g.Version)
	}
}

// Beyond 7: the sponsor is a member, and the new and the old one are told.
func TestChangeSponsor(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	id := w.GuestEditor.ID
	w.do(w.Store.ChangeSponsor(ctx, w.Root, id, w.Host.ID, ""))
	if got := w.told(); !slices.Equal(got, []string{"sponsor_now host@works.example"}) {
		t.Errorf("told %q", got)
	}
	w.do(w.Store.ChangeSponsor(ctx, w.Root, id, w.Editor.ID, "moved on"))
	if got := w.told(); !slices.Equal(got, []string{"sponsor_no_more host@works.example", "sponsor_now editor@works.example"}) {
		t.Errorf("told %q", got)
	}
	for _, nobody := range []store.ID{w.GuestReader.ID, 99_999} {
		if err := w.Store.ChangeSponsor(ctx, w.Root, id, nobody, ""); !errors.Is(err, store.ErrNoSuchSponsor) {
			t.Errorf("sponsor %d: %v", nobody, err)
		}
	}
	// SEC-P10: whom to ask.
	w.do(w.Store.Suspend(ctx, w.Root, id, ""))
	_, err := w.Store.SignIn(ctx, store.Credentials{Login: w.GuestEditor.Login, Password: storetest.Password})
	var answer *store.Error
	if !errors.As(err, &answer) || answer.Code != "suspended" || answer.Args["Name"] != "Richard Roe" {
		t.Errorf("answer %+v", answer)
	}
	w.do(w.Store.ChangeSponsor(ctx, w.Root, id, 0, ""))
	if g := w.guest(id); g.Sponsor != 0 {
		t.Errorf("sponsor %d", g.Sponsor)
	}
	for _, actor := range []store.Account{w.Host, w.Editor, w.GuestReader} {
		if err := w.Store.ChangeSponsor(ctx, actor, id, w.Host.ID, ""); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("by %s: %v", actor.Name, err)
		}
	}
}

// S2-13: another address keeps the identity; both are told, and the old one
// opens nothing any more.
func TestChangeGuestAddress(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	id := w.GuestEditor.ID
	w.do(w.Store.ChangeGuestAddress(ctx, w.Root, id, " Erika@New.example ", "married"))
	if got := w.told(); !slices.Equal(got, []string{" erika@new.example", " erika@partner.example"}) {
		t.Errorf("told %q", got)
	}
	if g := w.guest(id); g.Email != "erika@new.example" || g.Login != "erika@new.example" || len(g.Spaces) != 4 {
		t.Errorf("%+v", g.Account)
	}
	for login, want := range map[string]error{"erika@partner.example": store.ErrLoginFailed, "erika@new.example": nil} {
		if _, err := w.Store.SignIn(ctx, store.Credentials{Login: login, Password: storetest.Password}); !errors.Is(err, want) {
			t.Errorf("%s: %v", login, err)
		}
	}
	for address, want := range map[string]error{
		"mario@studio.example": store.ErrAddressTaken, "HOST@works.example": store.ErrAddressTaken, "no address": store.ErrNotAnAddress,
	} {
		if err := w.Store.ChangeGuestAddress(ctx, w.Root, id, address, ""); !errors.Is(err, want) || !slices.Equal(fieldsOf(err), []string{"email"}) {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, actor := range []store.Account{w.Host, w.Editor, w.GuestEditor} {
		if err := w.Store.ChangeGuestAddress(ctx, actor, w.GuestReader.ID, "x@new.example", ""); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("by %s: %v", actor.Name, err)
		}
	}
}
