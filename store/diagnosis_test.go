package store_test

import (
	"errors"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// wrong tries a wrong password so often.
func (w world) wrong(login string, times int) {
	w.t.Helper()
	for range times {
		if _, err := w.Store.SignIn(w.t.Context(), store.Credentials{Login: login, Password: "wrong password"}); err == nil {
			w.t.Fatal("signed in")
		}
	}
}

// refused makes the server refuse, or put off, every mail that is due.
func (w world) refused(forGood bool) {
	w.t.Helper()
	for _, mail := range w.Mails() {
		if forGood {
			w.do(w.Store.MailRefused(w.t.Context(), mail, "550 no such user"))
		} else {
			w.do(w.Store.MailDeferred(w.t.Context(), mail, "451 try later", w.Clock.Now().Add(time.Minute)))
		}
	}
}

// S2-14: every cause is found, with what is known of it.
func TestDiagnosisOfAGuest(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	ends := func(query string) func(w world) {
		return func(w world) {
			w.do(w.Store.Exec(ctx, query, w.Clock.Now().Add(-time.Hour).UnixMilli(), w.GuestEditor.ID))
		}
	}
	set := func(query string) func(w world) {
		return func(w world) { w.do(w.Store.Exec(ctx, query, w.GuestEditor.ID)) }
	}
	twoStep := func(w world) { policy(t, w.World, map[string]string{"twostep.guests": "on"}) }
	for _, test := range []struct {
		want  store.Hindrance // "" for nothing
		make  func(w world)
		check func(w world, f store.Finding) bool
	}{
		{"", func(world) {}, nil},
		{store.AccountSuspended, func(w world) { w.do(w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, "left")) }, func(w world, f store.Finding) bool {
			return f.By.ID == w.Root.ID && f.Reason == "left" && f.Cause == store.ByHand && f.At.Equal(w.Clock.Now())
		}},
		{store.DeletionPending, func(w world) {
			policy(t, w.World, map[string]string{"delete.grace_days": "3"})
			w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestEditor.ID, "gone"))
		}, func(w world, f store.Finding) bool {
			return f.By.ID == w.Root.ID && f.Until.Equal(w.Clock.Now().AddDate(0, 0, 3))
		}},
		{store.AccountDeleted, func(w world) { w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestEditor.ID, "gone")) }, func(w world, f store.Finding) bool {
			return f.By.ID == w.Root.ID && f.Reason == "gone"
		}},
		{store.AccessEnded, ends(`UPDATE accounts SET ends_at = $1 WHERE id = $2`), func(w world, f store.Finding) bool {
			return f.At.Equal(w.Clock.Now().Add(-time.Hour))
		}},
		{store.NoPassword, set(`UPDATE accounts SET password_hash = '' WHERE id = $1`), nil},
		{store.MustChange, set(`UPDATE accounts SET must_change_password = TRUE WHERE id = $1`), nil},
		{store.TermsOpen, func(w world) { publish(t, w.World, "Be kind.") }, nil},
		{store.PasswordWrong, func(w world) { w.wrong(w.GuestEditor.Login, 1) }, func(w world, f store.Finding) bool { return f.At.Equal(w.Clock.Now()) }},
		{store.PasswordWaits, func(w world) { w.wrong(w.GuestEditor.Login, 5) }, func(w world, f store.Finding) bool {
			return f.Until.Equal(w.Clock.Now().Add(time.Minute))
		}},
		{store.PasswordRests, func(w world) {
			set(`UPDATE accounts SET weak_password = TRUE WHERE id = $1`)(w)
			w.wrong(w.GuestEditor.Login, 5)
		}, nil},
		{store.ResetFailed, func(w world) {
			w.do(w.Store.RequestReset(ctx, w.GuestEditor.Login, ""))
			w.refused(true)
		}, func(_ world, f store.Finding) bool { return f.Reply == "550 no such user" }},
		{store.NoSecondStep, func(w world) {
			twoStep(w)
			set(`UPDATE accounts SET email = NULL WHERE id = $1`)(w)
			set(`INSERT INTO authenticators (account_id, factor, enrolled_at) VALUES ($1, 'printed_codes', 0)`)(w)
			w.do(w.Store.Exec(ctx, `INSERT INTO printed_codes (account_id, code_hash, used_at) VALUES ($1, $2, 1)`, w.GuestEditor.ID, []byte("x")))
		}, nil},
		{store.CodeFailed, func(w world) {
			twoStep(w)
			challenge(t, w.World, w.GuestEditor)
			w.refused(true)
		}, func(_ world, f store.Finding) bool { return f.Reply == "550 no such user" }},
		{store.CodeUnsent, func(w world) {
			twoStep(w)
			challenge(t, w.World, w.GuestEditor)
			w.refused(false)
		}, func(w world, f store.Finding) bool {
			return f.Reply == "451 try later" && f.Until.Equal(w.Clock.Now().Add(time.Minute))
		}},
		{store.CodesUsedUp, func(w world) {
			twoStep(w)
			for range 5 {
				challenge(t, w.World, w.GuestEditor)
				w.Deliver()
				w.Clock.Advance(2 * time.Minute)
			}
		}, func(w world, f store.Finding) bool { return f.Until.After(w.Clock.Now()) }},
		{store.CodesRest, func(w world) {
			twoStep(w)
			for range 4 {
				token := challenge(t, w.World, w.GuestEditor)
				code := mailedCode(t, w.World)
				for range 5 {
					if _, err := w.Store.Verify(ctx, token, other(code), ""); err == nil {
						w.t.Fatal("verified")
					}
				}
				w.Clock.Advance(2 * time.Minute)
			}
		}, func(w world, f store.Finding) bool { return f.Until.After(w.Clock.Now()) }},
		{store.InNoSpace, set(`DELETE FROM memberships WHERE account_id = $1`), nil},
		{store.SpacesEnded, ends(`UPDATE memberships SET ends_at = $1 WHERE account_id = $2`), nil},
	} {
		t.Run(string(test.want), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			test.make(w)
			d, err := w.Store.DiagnoseGuest(ctx, w.Root, w.GuestEditor.ID)
			w.do(err)
			if test.want == "" {
				if len(d.Findings) != 0 {
					t.Errorf("found %+v", d.Findings)
				}
				return
			}
			for _, f := range d.Findings {
				if f.What == test.want {
					if test.check != nil && !test.check(w, f) {
						t.Errorf("finding %+v", f)
					}
					return
				}
			}
			t.Errorf("found %+v", d.Findings)
		})
	}
}

// S2-14, S2-15: an address that nobody signs in with.
func TestDiagnosisOfAnAddress(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	const address = "new@partner.example"
	invite := func(w world) {
		_, err := w.Store.InviteGuests(ctx, w.Host, w.Space, store.Invite{Emails: address})
		w.do(err)
	}
	for _, test := range []struct {
		want    store.Hindrance
		address string
		make    func(w world)
	}{
		{store.NotInvited, address, func(world) {}},
		{store.InvitationUnsent, address, invite},
		{store.InvitationOpen, address, func(w world) { invite(w); w.Deliver() }},
		{store.InvitationFailed, address, func(w world) { invite(w); w.refused(true) }},
		{store.InvitationExpired, address, func(w world) { invite(w); w.Deliver(); w.Clock.Advance(8 * store.Day) }},
		{store.InvitationRefused, address, func(w world) {
			w.do(w.Store.DeclineInvitation(ctx, invited(t, w.World, store.Invite{Emails: address})[address]))
		}},
		{store.InvitationEnded, address, func(w world) {
			invite(w)
			_, err := w.Store.CancelInvitation(ctx, w.Host, w.Space, invitationOf(t, w.World, address).Invitation.ID)
			w.do(err)
		}},
		{store.IsMember, "editor@works.example", func(world) {}},
		{store.AccountDeleted, "erika@partner.example", func(w world) { w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestEditor.ID, "")) }},
		{store.AddressChanged, "erika@partner.example", func(w world) {
			w.do(w.Store.ChangeGuestAddress(ctx, w.Root, w.GuestEditor.ID, "erika@new.example", ""))
		}},
		{store.AccountSuspended, " Erika@Partner.example", func(w world) { w.do(w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, "")) }},
	} {
		t.Run(string(test.want), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			test.make(w)
			d, err := w.Store.DiagnoseAddress(ctx, w.Root, test.address)
			w.do(err)
			if len(d.Findings) == 0 || d.Findings[0].What != test.want {
				t.Errorf("found %+v", d.Findings)
			}
		})
	}
	w := newWorld(t)
	invite(w)
	for asked, want := range map[string]string{
		"erika@partner.exampel": "erika@partner.example", // two signs changed places
		"erik@partner.example":  "erika@partner.example",
		"mario@home.example":    "mario@studio.example", // another domain
		"newe@partner.example":  address,
		"erika@partner.example": "",
		"xaver@partner.example": "",
	} {
		d, err := w.Store.DiagnoseAddress(ctx, w.Root, asked)
		w.do(err)
		got := ""
		for _, one := range d.Similar {
			got = one.Address
		}
		if got != want || len(d.Similar) > 1 {
			t.Errorf("like %s: %+v, want %s", asked, d.Similar, want)
		}
	}
	for _, actor := range []store.Account{w.Host, w.Editor, w.GuestEditor} {
		if _, err := w.Store.DiagnoseAddress(ctx, actor, address); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s: %v", actor.Name, err)
		}
		if _, err := w.Store.DiagnoseGuest(ctx, actor, w.GuestReader.ID); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s: %v", actor.Name, err)
		}
	}
	if _, err := w.Store.DiagnoseGuest(ctx, w.Root, w.Host.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a member: %v", err)
	}
}

// S2-14: the two cures that an administrator has at hand.
func TestCures(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	w.wrong(w.GuestEditor.Login, 5)
	w.do(w.Store.LiftLimits(ctx, w.Root, w.GuestEditor.ID))
	if _, err := w.Store.SignIn(ctx, store.Credentials{Login: w.GuestEditor.Login, Password: storetest.Password}); err != nil {
		t.Errorf("after the limits were lifted: %v", err)
	}
	w.do(w.Store.MailGuestReset(ctx, w.Root, w.GuestEditor.ID))
	mails := w.Deliver()
	if len(mails) != 1 || mails[0].Kind != store.MailPasswordReset || mails[0].To != w.GuestEditor.Email {
		t.Errorf("mails %+v", mails)
	}
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, ""))
	if err := w.Store.MailGuestReset(ctx, w.Root, w.GuestEditor.ID); !errors.Is(err, store.ErrCannotReset) {
		t.Errorf("suspended: %v", err)
	}
	for _, actor := range []store.Account{w.Host, w.GuestReader} {
		if err := w.Store.LiftLimits(ctx, actor, w.GuestReader.ID); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("lift by %s: %v", actor.Name, err)
		}
		if err := w.Store.MailGuestReset(ctx, actor, w.GuestReader.ID); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("reset by %s: %v", actor.Name, err)
		}
	}
}
