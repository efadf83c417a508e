package store_test

import (
	"errors"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// rules sets the address rules of the world.
func rules(w *storetest.World, t *testing.T, settings map[string]string) {
	t.Helper()
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: settings}); err != nil {
		t.Fatal(err)
	}
}

// Address rules, beyond 11: which domains a guest may come from.
func TestAddressAllowed(t *testing.T) {
	t.Parallel()
	policy := func(settings ...string) store.Policy {
		p := store.Policy{}
		for i := 0; i < len(settings); i += 2 {
			var err error
			if p, err = p.With(settings[i], settings[i+1]); err != nil {
				t.Fatal(err)
			}
		}
		return p
	}
	const allowed, refused, own = "invite.allowed_domains", "invite.refused_domains", "invite.own_domains"
	for _, test := range []struct {
		name   string
		policy store.Policy
		email  store.Email
		want   error
	}{
		{"no rules", policy(), "a@x.example", nil},
		{"no address, no domain", policy(allowed, "y.example"), "", nil},
		{"own", policy(own, "works.example"), "a@works.example", store.ErrOwnDomain},
		{"own comes before allowed", policy(own, "works.example", allowed, "works.example"), "a@works.example", store.ErrOwnDomain},
		{"own, without what is below", policy(own, "works.example"), "a@sub.works.example", nil},
		{"own, with what is below", policy(own, ".works.example"), "a@deep.sub.works.example", store.ErrOwnDomain},
		{"own, the domain itself", policy(own, ".works.example"), "a@works.example", store.ErrOwnDomain},
		{"another name with the same end", policy(own, ".works.example"), "a@notworks.example", nil},
		{"refused", policy(refused, "junk.example"), "a@junk.example", store.ErrDomainRefused},
		{"refused although allowed", policy(refused, "x.example", allowed, "x.example"), "a@x.example", store.ErrDomainRefused},
		{"allowed", policy(allowed, "x.example y.example"), "a@y.example", nil},
		{"not allowed", policy(allowed, "x.example y.example"), "a@z.example", store.ErrDomainNotAllowed},
		{"written with capitals and an at", policy(refused, "@JUNK.Example"), "a@junk.example", store.ErrDomainRefused},
		{"an international domain", policy(refused, "bücher.example"), "a@xn--bcher-kva.example", store.ErrDomainRefused},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := test.policy.AddressAllowed(test.email)
			if !errors.Is(err, test.want) {
				t.Fatalf("%v, want %v", err, test.want)
			}
			var refusal *store.Error
			if test.want != nil && (!errors.As(err, &refusal) || refusal.Setting == "") {
				t.Error("the refusal names no setting")
			}
		})
	}
	if _, err := policy().With(refused, "..x.example"); !errors.Is(err, store.ErrBadDomain) {
		t.Errorf("two dots before a domain: %v", err)
	}
}

// S0-21, beyond 11: every way in asks the rules: checking, inviting, sending
// again, adding who has an account.
func TestAddressRulesAtEveryWayIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	invited(t, w.World, store.Invite{Emails: "early@junk.example"})
	rules(w.World, t, map[string]string{
		"invite.own_domains": ".works.example", "invite.refused_domains": "junk.example elsewhere.example",
		"invite.allowed_domains": "partner.example junk.example elsewhere.example",
	})
	text := "new@works.example, a@junk.example, b@other.example, c@partner.example, host@works.example, early@junk.example"
	want := []store.Verdict{
		store.VerdictOwnDomain, store.VerdictDomainRefused, store.VerdictDomainNotAllowed,
		store.VerdictInvited, store.VerdictAlreadyMember, store.VerdictAlreadyInvited,
	}
	checked, err := w.Store.CheckAddresses(ctx, w.Host, w.Space, text)
	w.do(err)
	sending, err := w.Store.InviteGuests(ctx, w.Host, w.Space, store.Invite{Emails: text})
	w.do(err)
	for i := range want {
		if checked[i].Verdict != want[i] || sending.Results[i].Verdict != want[i] {
			t.Errorf("%s: checked %s, sent %s, want %s", checked[i].Email, checked[i].Verdict, sending.Results[i].Verdict, want[i])
		}
		if named := want[i].Setting() != ""; named != (i < 3) {
			t.Errorf("%s names setting %q", want[i], want[i].Setting())
		}
	}
	if n := w.number(`SELECT COUNT(*) FROM invitations WHERE email <> 'early@junk.example'`); n != 1 {
		t.Errorf("%d invitations, want 1", n)
	}
	w.Clock.Advance(store.Day)
	early := invitationOf(t, w.World, "early@junk.example").Invitation.ID
	if _, err := w.Store.ResendInvitation(ctx, w.Host, w.Space, early); !errors.Is(err, store.ErrDomainRefused) {
		t.Errorf("sent again: %v", err)
	}
	member(t, w.World, w.Spaces[store.OpenSpace], w.GuestOutside, store.Reader) // where the host sees them
	err = w.Store.AddGuest(ctx, w.Host, w.Space, store.GuestAddition{Account: w.GuestOutside.ID})
	if !errors.Is(err, store.ErrDomainRefused) {
		t.Errorf("added: %v", err)
	}
}

// An invitation whose mail an administrator took out of the queue says so, and
// can still be handed over.
func TestCancelledMailShowsAtItsInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "a@x.example"}); err != nil {
		t.Fatal(err)
	}
	list, _, err := w.Store.Outbox(t.Context(), w.Root, store.MailQueued, 0)
	w.do(err)
	w.do(w.Store.CancelMail(t.Context(), w.Root, list[0].ID))
	inv := invitationOf(t, w.World, "a@x.example").Invitation
	if inv.Delivery != "dropped" || inv.Status != store.InvitationPending {
		t.Errorf("delivery %q, status %q", inv.Delivery, inv.Status)
	}
}
