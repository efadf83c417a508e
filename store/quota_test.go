package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// house is a world under a preset, without the guests of the cast: four
// members, and spaces to invite into.
type house struct {
	*storetest.World
	t *testing.T
}

func newHouse(t *testing.T, preset string, settings map[string]string) house {
	t.Helper()
	w := storetest.New(t)
	h := house{World: w, t: t}
	for _, guest := range []store.Account{w.GuestEditor, w.GuestReader, w.GuestOutside} {
		h.must(w.Store.DeleteGuest(t.Context(), w.Root, guest.ID, ""))
	}
	policy, ok := store.PresetPolicy(preset)
	if !ok {
		t.Fatalf("no preset %s", preset)
	}
	for name, value := range settings {
		policy[name] = value
	}
	changePolicy(t, w, policy)
	return h
}

func (h house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// invite gives the verdicts on the addresses, one after the other.
func (h house) invite(space store.ID, emails ...string) (verdicts []store.Verdict) {
	h.t.Helper()
	for _, result := range h.send(space, emails...) {
		verdicts = append(verdicts, result.Verdict)
	}
	return verdicts
}

func (h house) send(space store.ID, emails ...string) []store.AddressResult {
	h.t.Helper()
	text := ""
	for _, email := range emails {
		text += email + "\n"
	}
	sending, err := h.Store.InviteGuests(h.t.Context(), h.Host, space, store.Invite{Emails: text})
	h.must(err)
	return sending.Results
}

// guests makes n active guests of a space.
func (h house) guests(space store.ID, n int) (made []store.Account) {
	h.t.Helper()
	h.must(h.Store.Seed(h.t.Context(), func(seed store.Seeder) error {
		made = nil
		for i := range n {
			name := fmt.Sprintf("Guest %d of %s", i, space)
			email := store.Email(fmt.Sprintf("guest%d-%s@partner.example", i, space))
			account, err := seed.Account(store.SeedAccount{Kind: store.Guest, Email: email, Name: name}, "")
			if err != nil {
				return err
			}
			made = append(made, account)
			if err := seed.Membership(space, account, store.Editor, time.Time{}); err != nil {
				return err
			}
		}
		return nil
	}))
	return made
}

func (h house) places() store.Places {
	h.t.Helper()
	r, err := h.Store.PlaceReport(h.t.Context(), h.Root)
	h.must(err)
	return r.Places
}

// deactivated takes a member away, as far as places go.
func (h house) deactivated(member store.Account) {
	h.t.Helper()
	h.must(h.Store.Exec(h.t.Context(), `UPDATE accounts SET status = 'suspended' WHERE id = $1`, member.ID))
}

func same[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// S3-02: three guests for each member; three members make nine.
func TestThreeGuestsForEachMember(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "workspaces", nil)
	h.deactivated(h.Outsider)
	h.guests(h.Space, 7)
	if p := h.places(); p.Members != 3 || p.Guests != 7 {
		t.Fatalf("%+v", p)
	}
	// The first come first, the others hear that nothing is left.
	same(t, "three for two places", h.invite(h.Space, "a@new.example", "b@new.example", "c@new.example"),
		[]store.Verdict{store.VerdictInvited, store.VerdictInvited, store.VerdictNoPlace})
	if p := h.places(); p.Guests != 9 || p.Pending != 2 {
		t.Errorf("%+v", p)
	}
	// A member who leaves throws nobody out: places are short until there are enough again.
	h.deactivated(h.Editor)
	r, err := h.Store.PlaceReport(t.Context(), h.Root)
	if err != nil || !r.Over() || r.Gauges()[0] != (store.Gauge{Setting: "quota.guests_per_member", Taken: 9, Limit: 6}) {
		t.Errorf("%+v %v", r.Gauges(), err)
	}
	same(t, "over the limit", h.invite(h.Space, "d@new.example"), []store.Verdict{store.VerdictNoPlace})
	// Who was promised a place has it.
	if _, err := h.Store.AcceptInvitation(t.Context(), tokens(h.World)["a@new.example"], jan); err != nil {
		t.Errorf("an invitation was refused by its own place: %v", err)
	}
	if p := h.places(); p.Guests != 9 || p.Pending != 1 {
		t.Errorf("%+v", p)
	}
	// Under warn the organisation that shrank goes on, and is warned.
	changePolicy(t, h.World, map[string]string{"quota.on_shrink": "warn"})
	same(t, "warned", h.invite(h.Space, "d@new.example"), []store.Verdict{store.VerdictInvited})
	if over, err := h.Store.PlacesOver(t.Context(), h.Root); !over || err != nil {
		t.Errorf("no warning: %v", err)
	}
}

// C2: who takes a place and who does not.
func TestWhoTakesAPlace(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings map[string]string
		do       func(h house, guest store.Account)
		want     store.Places // beside the member count, which is 4
	}{
		"active":    {nil, func(house, store.Account) {}, store.Places{Guests: 1, Single: 1}},
		"suspended": {nil, func(h house, g store.Account) { h.must(h.Store.Suspend(h.t.Context(), h.Root, g.ID, "")) }, store.Places{}},
		"deleted":   {nil, func(h house, g store.Account) { h.must(h.Store.DeleteGuest(h.t.Context(), h.Root, g.ID, "")) }, store.Places{}},
		"ended account": {nil, func(h house, g store.Account) {
			h.must(h.Store.Exec(h.t.Context(), `UPDATE accounts SET ends_at = $2 WHERE id = $1`, g.ID, h.Clock.Now().UnixMilli()))
		}, store.Places{}},
		"every membership ended": {nil, func(h house, g store.Account) {
			h.must(h.Store.ChangeGuest(h.t.Context(), h.Host, h.Space, g.ID, store.GuestChange{Access: &store.AccessText{Days: "1"}}))
			h.Clock.Advance(store.Day)
		}, store.Places{}},
		"in no space": {nil, func(h house, g store.Account) { h.must(h.Store.RemoveGuest(h.t.Context(), h.Host, h.Space, g.ID, "")) }, store.Places{Guests: 1, Single: 1}},
		"invited": {nil, func(h house, _ store.Account) { h.invite(h.Space, "new@new.example") },
			store.Places{Guests: 2, Single: 2, Pending: 1}},
		"invited, but only the active count": {map[string]string{"quota.counts": "active"},
			func(h house, _ store.Account) { h.invite(h.Space, "new@new.example") }, store.Places{Guests: 1, Single: 1}},
		"invited into two spaces": {nil, func(h house, _ store.Account) {
			h.invite(h.Space, "new@new.example")
			h.invite(h.second(), "new@new.example")
		}, store.Places{Guests: 2, Single: 1, Multi: 1, Pending: 1}},
		"invitation expired": {nil, func(h house, _ store.Account) {
			h.invite(h.Space, "new@new.example")
			h.Clock.Advance(7 * store.Day)
		}, store.Places{Guests: 1, Single: 1}},
		"in two spaces": {nil, func(h house, g store.Account) { member(h.t, h.World, h.second(), g, store.Reader) },
			store.Places{Guests: 1, Multi: 1}},
		"one of two ended": {nil, func(h house, g store.Account) {
			member(h.t, h.World, h.second(), g, store.Reader)
			h.must(h.Store.ChangeGuest(h.t.Context(), h.Host, h.Space, g.ID, store.GuestChange{Access: &store.AccessText{On: "2026-09-01"}, Confirmed: true}))
		}, store.Places{Guests: 1, Single: 1}},
		"in one, invited into another": {nil, func(h house, g store.Account) {
			h.pending(h.second(), string(g.Email))
		}, store.Places{Guests: 1, Multi: 1}},
		"ended, invited again": {nil, func(h house, g store.Account) {
			h.must(h.Store.ChangeGuest(h.t.Context(), h.Host, h.Space, g.ID, store.GuestChange{Access: &store.AccessText{On: "2026-09-01"}, Confirmed: true}))
			h.pending(h.second(), string(g.Email))
		}, store.Places{Guests: 1, Single: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "groups", test.settings)
			test.do(h, h.guests(h.Space, 1)[0])
			test.want.Members = 4
			if got := h.places(); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

// second is a second guest space of the host.
func (h house) second() store.ID {
	h.t.Helper()
	return h.space("The second space")
}

func (h house) space(name string) (id store.ID) {
	h.t.Helper()
	h.must(h.Store.Seed(h.t.Context(), func(seed store.Seeder) (err error) {
		id, err = seed.Space(store.GuestSpace, name, h.Host)
		return err
	}))
	return id
}

// pending is an invitation of an address that has an account meanwhile.
func (h house) pending(space store.ID, email string) {
	h.t.Helper()
	world(h).pending(space, email)
}

// S4-03, S4-05: the type follows from the spaces; being in a second one takes a
// licence in the same transaction, leaving it gives the licence back.
func TestSecondSpaceTakesALicence(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "groups", map[string]string{"quota.licences": "5"})
	guests, second := h.guests(h.Space, 2), h.second()
	add := func(guest store.Account) error {
		return h.Store.AddGuest(t.Context(), h.Host, second, store.GuestAddition{Account: guest.ID})
	}
	h.must(add(guests[0]))
	if p := h.places(); p.Multi != 1 || p.Single != 1 {
		t.Errorf("%+v", p)
	}
	err := add(guests[1])
	wantErr(t, err, store.ErrLicencesFull)
	var full *store.Error
	if !errors.As(err, &full) || full.Setting != "quota.licences" || full.Args["N"] != 5 {
		t.Errorf("%+v", full)
	}
	same(t, "the dialog", h.invite(second, string(guests[1].Email)), []store.Verdict{store.VerdictNoPlace})
	if n := count(t, h.World, `SELECT COUNT(*) FROM memberships WHERE space_id = $1 AND account_kind = 'guest'`, second); n != 1 {
		t.Errorf("%d guests in the second space", n)
	}
	h.must(h.Store.Leave(t.Context(), guests[0], second))
	h.must(add(guests[1]))
	_, _, err = h.Store.AddMember(t.Context(), h.Root, store.NewMember{Name: "Fifth", Email: "fifth@works.example", ByMail: true})
	wantErr(t, err, store.ErrLicencesFull)
	h.must(h.Store.RemoveFromSpace(t.Context(), h.Root, guests[1].ID, h.Space, ""))
	_, _, err = h.Store.AddMember(t.Context(), h.Root, store.NewMember{Name: "Fifth", Email: "fifth@works.example", ByMail: true})
	wantErr(t, err, nil)
}

// S4-04: as many single-space guests as there are licences, or without limit.
func TestSingleSpaceGuestsAreFree(t *testing.T) {
	t.Parallel()
	for factor, want := range map[string]store.Verdict{"1": store.VerdictNoPlace, "1.2": store.VerdictInvited, "unlimited": store.VerdictInvited} {
		t.Run(factor, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "groups", map[string]string{"quota.licences": "15", "quota.single_space_factor": factor})
			h.guests(h.Space, 15)
			same(t, "the sixteenth", h.invite(h.Space, "new@new.example"), []store.Verdict{want})
		})
	}
}

// C2: a fixed number of guests, and what brings a place back into use.
func TestEveryWayBackTakesAPlace(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "guesthouse", map[string]string{"quota.model": "fixed", "quota.guests": "3"})
	ctx := t.Context()
	guests := h.guests(h.Space, 2)
	sent := h.send(h.Space, "late@new.example")
	h.must(h.Store.Suspend(ctx, h.Root, guests[0].ID, ""))
	h.must(h.Store.ChangeGuest(ctx, h.Host, h.Space, guests[1].ID, store.GuestChange{Access: &store.AccessText{On: "2026-09-01"}, Confirmed: true}))
	h.Clock.Advance(8 * store.Day) // the invitation has expired
	h.guests(h.second(), 3)
	for name, back := range map[string]func() error{
		"reactivate": func() error { return h.Store.Reactivate(ctx, h.Root, guests[0].ID, "") },
		"extend": func() error {
			return h.Store.ChangeGuest(ctx, h.Host, h.Space, guests[1].ID, store.GuestChange{Access: &store.AccessText{Days: "7"}})
		},
		"resend": func() error {
			return second(h.Store.ResendInvitation(ctx, h.Host, h.Space, sent[0].Invitation))
		},
		"add": func() error {
			return h.Store.AddGuest(ctx, h.Host, h.Space, store.GuestAddition{Account: guests[1].ID})
		},
	} {
		wantErr(t, fmt.Errorf("%s: %w", name, back()), store.ErrQuotaFull)
	}
	changePolicy(t, h.World, map[string]string{"quota.guests": "6"})
	h.must(h.Store.Reactivate(ctx, h.Root, guests[0].ID, ""))
	h.must(second(h.Store.ResendInvitation(ctx, h.Host, h.Space, sent[0].Invitation)))
	// What takes no place goes on when all are taken.
	changePolicy(t, h.World, map[string]string{"quota.guests": "1"})
	h.must(second(h.Store.CancelInvitation(ctx, h.Host, h.Space, sent[0].Invitation)))
	wantErr(t, second(h.Store.ResendInvitation(ctx, h.Host, h.Space, sent[0].Invitation)), store.ErrQuotaFull) // taking it back
	h.must(h.Store.ChangeGuest(ctx, h.Host, h.Space, guests[0].ID, store.GuestChange{Access: &store.AccessText{Days: "7"}}))
}

// C2: where invitations hold no place, the guest hears whom to ask, and the
// link survives.
func TestAcceptingWithoutAPlace(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "guesthouse", map[string]string{"quota.model": "fixed", "quota.guests": "1", "quota.counts": "active"})
	h.invite(h.Space, "a@new.example", "b@new.example")
	links := tokens(h.World)
	if _, err := h.Store.AcceptInvitation(t.Context(), links["a@new.example"], jan); err != nil {
		t.Fatal(err)
	}
	_, err := h.Store.AcceptInvitation(t.Context(), links["b@new.example"], jan)
	wantErr(t, err, store.ErrNoPlaceYet)
	var refused *store.Error
	if errors.As(err, &refused); refused.Args["Name"] != h.Host.Name {
		t.Errorf("%+v", refused)
	}
	if n := count(t, h.World, `SELECT COUNT(*) FROM accounts WHERE login_key = 'b@new.example'`); n != 0 {
		t.Error("an account was left behind")
	}
	changePolicy(t, h.World, map[string]string{"quota.guests": "2"})
	if _, err := h.Store.AcceptInvitation(t.Context(), links["b@new.example"], jan); err != nil {
		t.Errorf("the link did not survive: %v", err)
	}
}

// C1, S3-03, S3-11: a guest is in one space, on every way in.
func TestOneSpaceOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "workspaces", nil)
	ctx := t.Context()
	guest, other := h.guests(h.Space, 1)[0], h.second()
	h.invite(h.Space, "new@new.example")
	same(t, "verdicts", h.invite(other, string(guest.Email), "new@new.example", "third@new.example"),
		[]store.Verdict{store.VerdictOtherSpace, store.VerdictOtherSpace, store.VerdictInvited})
	wantErr(t, h.Store.AddGuest(ctx, h.Host, other, store.GuestAddition{Account: guest.ID}), store.ErrOtherSpace)
	// Invited into both before the setting: the second link tells the guest, and stays.
	changePolicy(t, h.World, map[string]string{"guest.scope": "multi"})
	tokens(h.World)
	h.invite(h.Space, "both@new.example")
	first := tokens(h.World)["both@new.example"]
	h.invite(other, "both@new.example")
	changePolicy(t, h.World, map[string]string{"guest.scope": "single"})
	joined, err := h.Store.AcceptInvitation(ctx, first, jan)
	h.must(err)
	link := tokens(h.World)["both@new.example"]
	_, err = h.Store.JoinInvitation(ctx, joined.Account, link)
	wantErr(t, err, store.ErrOneSpaceOnly)
	h.must(h.Store.RemoveGuest(ctx, h.Host, h.Space, joined.Account.ID, ""))
	if _, err := h.Store.JoinInvitation(ctx, joined.Account, link); err != nil {
		t.Errorf("the link into the only space: %v", err)
	}
}

// SEC-A3: of thirty who want the last place one has it; nobody meets a fault.
func TestThirtyForTheLastPlace(t *testing.T) {
	t.Parallel()
	for model, settings := range map[string]map[string]string{
		"fixed":      {"quota.model": "fixed", "quota.guests": "4"},
		"per member": {"quota.model": "per_member", "quota.guests_per_member": "1"},
		"licences":   {"quota.model": "licences", "quota.licences": "4"},
	} {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "guesthouse", settings)
			h.guests(h.Space, 3)
			var invited [30]bool
			var acts []func() error
			for i := range invited {
				acts = append(acts, func() error {
					sending, err := h.Store.InviteGuests(t.Context(), h.Host, h.Space, store.Invite{Emails: fmt.Sprintf("new%d@new.example", i)})
					invited[i] = sending.Sent()
					return err
				})
			}
			if faults := len(acts) - rush(t, acts); faults > 0 {
				t.Errorf("%d met a fault", faults)
			}
			won := 0
			for _, one := range invited {
				if one {
					won++
				}
			}
			if p := h.places(); won != 1 || p.Guests != 4 {
				t.Errorf("%d were invited: %+v", won, p)
			}
		})
	}
}
