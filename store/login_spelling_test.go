package store_test

import (
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// S1-09, SEC-I1: an address is shown as it was given and compared without case.
func TestLoginsKeepTheirCase(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	const given = "Erika.Weber@Partner.Example"
	added, err := w.Store.AddGuests(ctx, w.Root, []store.NewGuest{guestNamed("Erika", " "+given+" "), guestNamed("Plain", "plain@partner.example")})
	if err != nil {
		t.Fatal(err)
	}
	if a := added[0]; a.Shown() != given || a.Login != strings.ToLower(given) || a.Email != store.Email(a.Login) {
		t.Errorf("the account is %q, %q, %q", a.Shown(), a.Login, a.Email)
	}
	if a := added[1]; a.Shown() != "plain@partner.example" || a.Spelling != "" {
		t.Errorf("the other account is %q, %q", a.Shown(), a.Spelling)
	}
	if _, err := w.Store.AddGuests(ctx, w.Root, []store.NewGuest{guestNamed("Again", strings.ToUpper(given))}); !is(err, store.ErrAddressTaken) {
		t.Errorf("the address in capitals: %v", err)
	}
	if err := w.Store.UpdateSpaceGuests(ctx, w.Host, w.Space, []string{strings.ToUpper(given)}); err != nil {
		t.Fatal(err)
	}
	guests, err := w.Store.SpaceGuests(ctx, w.Host, w.Space, store.AnyGuest, store.SpaceGuestCursor{})
	if err != nil {
		t.Fatal(err)
	}
	shown := ""
	for _, guest := range guests.Rows {
		if guest.Account.ID == added[0].ID {
			shown = guest.Account.Shown()
		}
	}
	if shown != given {
		t.Errorf("the guests of the space show %q", shown)
	}
	if err := w.Store.DeleteGuests(ctx, w.Root, []string{strings.ToLower(given)}); err != nil {
		t.Fatal(err)
	}
}

// The code of a member is the address as the administrator typed it.
func TestCodesKeepTheirCase(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	made, _, err := w.Store.AddMember(ctx, w.Root, store.NewMember{Name: "Kim", Email: "Kim@Works.Example"})
	if err != nil {
		t.Fatal(err)
	}
	codes, err := w.Store.Codes(ctx, w.Root, []store.ID{made.ID, w.Host.ID})
	if err != nil || codes[made.ID] != "Kim@Works.Example" || codes[w.Host.ID] != w.Host.Login {
		t.Errorf("the codes are %v, %v", codes, err)
	}
	ids, err := w.Store.AccountsByCode(ctx, w.Root, []string{"kim@works.example", "KIM@WORKS.EXAMPLE"})
	if err != nil || ids[0] != made.ID || ids[1] != made.ID {
		t.Errorf("the codes name %v, %v", ids, err)
	}
}
