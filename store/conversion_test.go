package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// counters says which spaces tell other numbers of people than there are.
func counters(t *testing.T, w *storetest.World) {
	t.Helper()
	for column, kind := range map[string]string{"member_count": "member", "guest_count": "guest"} {
		wrong := count(t, w, `
			SELECT COUNT(*) FROM spaces s
			WHERE `+column+` <> (SELECT COUNT(*) FROM memberships m WHERE m.space_id = s.id AND m.account_kind = $1)`, kind)
		if wrong != 0 {
			t.Errorf("%s is wrong in %d spaces", column, wrong)
		}
	}
}

func accountOf(t *testing.T, w *storetest.World, account store.Account) (kind string, system int, sponsor int) {
	t.Helper()
	kind, err := w.Store.Text(t.Context(), `SELECT kind FROM accounts WHERE id = $1`, account.ID)
	if err != nil {
		t.Fatal(err)
	}
	system = count(t, w, `SELECT COUNT(*) FROM accounts WHERE id = $1 AND system_admin`, account.ID)
	return kind, system, count(t, w, `SELECT COALESCE(sponsor_id, 0) FROM accounts WHERE id = $1`, account.ID)
}

// S3-12, S4-29, C16: a guest becomes a member with full access, keeps spaces
// and authorship, and loses the end and the limits; SEC-T6: nothing that was
// open before stays open.
func TestConvert(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"workspaces", "groups"} {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			w := world{storetest.New(t), t}
			ctx, guest := t.Context(), w.GuestReader
			policy, _ := store.PresetPolicy(preset)
			changePolicy(t, w.World, policy)
			thread := firstThread(t, w.World, w.Space)
			comment, err := w.Store.AddComment(ctx, w.GuestEditor, w.Space, thread, store.NewComment{Body: "Mine."})
			w.do(err)
			w.SignIn(guest)
			w.pending(w.Spaces[store.GuestSpace], string(guest.Email))
			w.do(w.Store.ChangeGuest(ctx, w.Host, w.Space, guest.ID, store.GuestChange{Access: &store.AccessText{Days: "7"}}))
			w.do(w.Store.ChangeGuest(ctx, w.Host, w.Spaces[store.SecretSpace], guest.ID, store.GuestChange{Access: &store.AccessText{On: "2026-09-01"}, Confirmed: true}))
			before, err := w.Store.Conversion(ctx, w.Root, guest.ID)
			w.do(err)
			if len(before.Spaces) != 3 || before.Refusal != nil {
				t.Errorf("%+v", before)
			}
			w.Deliver()
			w.do(w.Store.Convert(ctx, w.Root, guest.ID, "joins the company"))
			if kind, _, sponsor := accountOf(t, w.World, guest); kind != "member" || sponsor != 0 {
				t.Errorf("a %s with sponsor %d", kind, sponsor)
			}
			counters(t, w.World)
			if ways := w.ways(guest); ways != [4]int{} {
				t.Errorf("ways in that stayed open: %v", ways)
			}
			w.Clock.Advance(30 * store.Day)
			sp, err := w.Store.Space(ctx, guest, w.Space, store.ToWrite)
			if err != nil || sp.Standing != store.MemberInside {
				t.Errorf("inside as %v: %v", sp.Standing, err)
			}
			if _, err := w.Store.Space(ctx, guest, w.Spaces[store.SecretSpace], store.ToOpen); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("what had ended is open again: %v", err)
			}
			mails := w.Mails()
			if len(mails) != 1 || mails[0].Kind != store.MailSuspension || mails[0].To != guest.Email {
				t.Errorf("%+v", mails)
			}
			if reason, err := w.Store.Text(ctx, `SELECT reason FROM audit WHERE action = 'guest.converted'`); reason != "joins the company" {
				t.Errorf("%q %v", reason, err)
			}
			w.do(w.Store.Convert(ctx, w.Root, w.GuestEditor.ID, "")) // authorship stays
			if n := count(t, w.World, `SELECT COUNT(*) FROM comments WHERE id = $1 AND author_id = $2`, comment.ID, w.GuestEditor.ID); n != 1 {
				t.Error("the comment lost its author")
			}
			wantErr(t, w.Store.Convert(ctx, w.Root, guest.ID, ""), store.ErrMemberNow)
			wantErr(t, w.Store.Suspend(ctx, w.Root, guest.ID, ""), store.ErrMemberNow)
			wantErr(t, w.Store.Convert(ctx, w.Root, w.Editor.ID, ""), store.ErrNotFound)
			wantErr(t, w.Store.Convert(ctx, w.Host, w.GuestOutside.ID, ""), store.ErrForbidden)
		})
	}
}

// SEC-P3, S3-12: a password that may be below the rule of members is changed
// at the next sign-in; one that was always under it stays.
func TestConvertedPasswords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before map[string]string
		want   int
	}{
		"modern all along": {nil, 0},
		"basic now":        {map[string]string{"password.preset": "basic"}, 1},
		"basic once":       {map[string]string{"password.preset": "modern"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			if test.before != nil {
				changePolicy(t, w, map[string]string{"password.preset": "basic"})
				changePolicy(t, w, test.before)
			}
			do(t, w.Store.Convert(t.Context(), w.Root, w.GuestEditor.ID, ""))
			if got := count(t, w, `SELECT COUNT(*) FROM accounts WHERE id = $1 AND must_change_password`, w.GuestEditor.ID); got != test.want {
				t.Errorf("must change: %d, want %d", got, test.want)
			}
		})
	}
}

// S4-29: both ways only while licences and places allow.
func TestConvertingTakesALicence(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "groups", map[string]string{"quota.licences": "4"})
	single := h.guests(h.Space, 1)[0]
	wantErr(t, h.Store.Convert(t.Context(), h.Root, single.ID, ""), store.ErrLicencesFull)
	h.must(h.Store.Demote(t.Context(), h.Root, h.Outsider.ID, store.DemotionForm{}))
	h.must(h.Store.Convert(t.Context(), h.Root, single.ID, ""))
	counters(t, h.World)
	per := newHouse(t, "workspaces", map[string]string{"quota.guests_per_member": "1"})
	per.guests(per.Space, 3)
	wantErr(t, per.Store.Demote(t.Context(), per.Root, per.Outsider.ID, store.DemotionForm{}), store.ErrQuotaFull) // 3 members, 4 guests
}

// S4-29, C16, C6, S4-23, S4-24: a member becomes a guest: no rights of
// administrators, no spaces that take no guests, a sponsor.
func TestDemote(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings map[string]string
		stays    int
	}{
		"guests in guest spaces only": {nil, 1},
		"guests everywhere":           {map[string]string{"guest.in_internal_spaces": "on"}, 4},
		"guests for a while":          {map[string]string{"guest.expiry_max": "30"}, 1}, // C19
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world{storetest.New(t), t}
			ctx := t.Context()
			changePolicy(t, w.World, test.settings)
			member(t, w.World, w.Space, w.Outsider, store.Administrator)
			w.do(w.Store.ChangeRole(ctx, w.Host, w.Space, w.Editor.ID, store.Administrator))
			w.do(w.Store.SetMemberRights(ctx, w.Root, w.Editor.ID, true, true))
			w.do(w.Store.Exec(ctx, `UPDATE accounts SET sponsor_id = $1 WHERE id = $2`, w.Editor.ID, w.GuestReader.ID))
			w.SignIn(w.Editor)
			d, err := w.Store.Demotion(ctx, w.Root, w.Editor.ID)
			w.do(err)
			if len(d.Stays) != test.stays || len(d.Leaves) != 4-test.stays || d.Guests != 1 || d.Refusal != nil {
				t.Errorf("%+v", d)
			}
			w.do(w.Store.Demote(ctx, w.Root, w.Editor.ID, store.DemotionForm{Sponsor: w.Host.ID, Reason: "left"}))
			if kind, system, sponsor := accountOf(t, w.World, w.Editor); kind != "guest" || system != 0 || store.ID(sponsor) != w.Host.ID { //nolint:gosec // a small number
				t.Errorf("a %s, administrator %d, sponsor %d", kind, system, sponsor)
			}
			if _, _, sponsor := accountOf(t, w.World, w.GuestReader); store.ID(sponsor) != w.Host.ID { //nolint:gosec // a small number
				t.Errorf("the guest of the demoted has sponsor %d", sponsor)
			}
			if n := w.number(`SELECT COUNT(*) FROM memberships WHERE account_id = $1`, w.Editor.ID); n != test.stays {
				t.Errorf("in %d spaces", n)
			}
			days := 0
			if test.settings["guest.expiry_max"] != "" {
				days = 30
			}
			if n := w.number(`SELECT COUNT(*) FROM accounts WHERE id = $1 AND COALESCE(ends_days, 0) = $2`, w.Editor.ID, days); n != 1 || d.End.Days != days {
				t.Errorf("the new guest's access does not end after %d days; announced: %d", days, d.End.Days)
			}
			counters(t, w.World)
			sp, err := w.Store.Space(ctx, w.Editor, w.Space, store.ToOpen)
			if err != nil || sp.Standing != store.GuestEditor {
				t.Errorf("%v %v", sp.Standing, err)
			}
			if ways := w.ways(w.Editor); ways != [4]int{} {
				t.Errorf("ways in that stayed open: %v", ways)
			}
			wantErr(t, w.Store.Demote(ctx, w.Root, w.Editor.ID, store.DemotionForm{}), store.ErrGuestNow)
			wantErr(t, w.Store.DeactivateMember(ctx, w.Root, w.Editor.ID, ""), store.ErrGuestNow)
			w.do(w.Store.Convert(ctx, w.Root, w.Editor.ID, "")) // and back again
			counters(t, w.World)
		})
	}
}

// What stands against a demotion, with its reason.
func TestDemoteRefusals(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	demote := func(actor, member store.Account, sponsor store.ID) error {
		return w.Store.Demote(ctx, actor, member.ID, store.DemotionForm{Sponsor: sponsor})
	}
	wantErr(t, demote(w.Root, w.Root, w.Host.ID), store.ErrYourself)
	wantErr(t, demote(w.Host, w.Editor, 0), store.ErrForbidden)
	wantErr(t, demote(w.Root, w.GuestEditor, 0), store.ErrNotFound)
	wantErr(t, demote(w.Root, w.Editor, w.GuestEditor.ID), store.ErrNoSuchSponsor)
	wantErr(t, demote(w.Root, w.Editor, w.Editor.ID), store.ErrNoSuchSponsor)
	err := demote(w.Root, w.Host, 0)
	wantErr(t, err, store.ErrOnlyAdministrator)
	var refused *store.Error
	if errors.As(err, &refused); refused.Args["Spaces"] == "" {
		t.Error("the spaces are not named")
	}
	changePolicy(t, w, map[string]string{"invite.own_domains": "works.example"})
	wantErr(t, demote(w.Root, w.Outsider, 0), store.ErrOwnDomain)
	changePolicy(t, w, map[string]string{"invite.own_domains": "", "guest.scope": "single", "guest.in_internal_spaces": "on"})
	wantErr(t, demote(w.Root, w.Editor, 0), store.ErrOtherSpace) // S3-03: in four
}

// A member who is deactivated is out at once, keeps the places, and comes back
// only with a licence; the last administrator stays.
func TestDeactivateMember(t *testing.T) {
	t.Parallel()
	w := world{storetest.New(t), t}
	ctx := t.Context()
	token := w.SignIn(w.Editor)
	w.do(w.Store.DeactivateMember(ctx, w.Root, w.Editor.ID, "on leave"))
	if _, err := w.Store.Visit(ctx, token); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("the session lives: %v", err)
	}
	w.do(w.Store.DeactivateMember(ctx, w.Root, w.Editor.ID, "")) // twice changes nothing
	if n := w.number(`SELECT COUNT(*) FROM memberships WHERE account_id = $1`, w.Editor.ID); n != 4 {
		t.Errorf("in %d spaces", n)
	}
	if mails := w.Mails(); len(mails) != 1 || mails[0].Kind != store.MailSuspension || mails[0].To != w.Editor.Email {
		t.Errorf("%+v", mails)
	}
	counts, err := w.Store.MemberCounts(ctx, w.Root)
	if err != nil || counts[store.SuspendedMember] != 1 || counts[store.ActiveMember] != 3 || counts[store.AnyMember] != 4 {
		t.Errorf("%v %v", counts, err)
	}
	changePolicy(t, w.World, map[string]string{"quota.model": "licences", "quota.licences": "5"}) // 3 members, 2 guests of several spaces
	wantErr(t, w.Store.ReactivateMember(ctx, w.Root, w.Editor.ID, ""), store.ErrLicencesFull)
	changePolicy(t, w.World, map[string]string{"quota.licences": "6"})
	w.do(w.Store.ReactivateMember(ctx, w.Root, w.Editor.ID, ""))
	wantErr(t, w.Store.DeactivateMember(ctx, w.Root, w.Host.ID, ""), store.ErrOnlyAdministrator)
	wantErr(t, w.Store.DeactivateMember(ctx, w.Root, w.Root.ID, ""), store.ErrYourself)
	wantErr(t, w.Store.DeactivateMember(ctx, w.Host, w.Editor.ID, ""), store.ErrForbidden)
	wantErr(t, w.Store.DeactivateMember(ctx, w.Root, w.GuestEditor.ID, ""), store.ErrNotFound)
}

// Two administrators who deactivate each other at once: one stays.
func TestTwoAdministratorsDeactivateEachOther(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	do(t, w.Store.SetMemberRights(t.Context(), w.Root, w.Outsider.ID, true, false))
	rush(t, []func() error{
		func() error { return w.Store.DeactivateMember(t.Context(), w.Root, w.Outsider.ID, "") },
		func() error { return w.Store.DeactivateMember(t.Context(), w.Outsider, w.Root.ID, "") },
	})
	if n := count(t, w, `SELECT COUNT(*) FROM accounts WHERE system_admin AND status = 'active'`); n != 1 {
		t.Errorf("%d administrators are left", n)
	}
}

// Suspending somebody who is being converted: whoever is second gets an answer,
// and the account is one or the other.
func TestSuspendingWhileConverting(t *testing.T) {
	t.Parallel()
	for round := range 5 {
		w := storetest.New(t)
		var errs [2]error
		rush(t, []func() error{
			func() error { errs[0] = w.Store.Convert(t.Context(), w.Root, w.GuestEditor.ID, ""); return errs[0] },
			func() error { errs[1] = w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, ""); return errs[1] },
		})
		if (errs[0] == nil) == (errs[1] == nil) || !is(errs[1], nil) && !is(errs[1], store.ErrMemberNow) || !is(errs[0], nil) && !is(errs[0], store.ErrNotActive) {
			t.Errorf("round %d: %v", round, errs)
		}
		counters(t, w)
	}
}

// S0-18: a space's last administrator who can act is one whose own access has not ended.
func TestAdministratorWhoseAccountHasEnded(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	do(t, w.Store.ChangeRole(ctx, w.Host, w.Space, w.Editor.ID, store.Administrator))
	do(t, w.Store.Exec(ctx, `UPDATE accounts SET ends_at = $2 WHERE id = $1`, w.Editor.ID, w.Clock.Now().Add(-time.Hour).UnixMilli()))
	wantErr(t, w.Store.Leave(ctx, w.Host, w.Space), store.ErrNoAdminLeft)
	do(t, w.Store.Exec(ctx, `UPDATE accounts SET ends_at = $2, system_admin = TRUE WHERE id = $1`, w.Editor.ID, w.Clock.Now().Add(-time.Hour).UnixMilli()))
	wantErr(t, w.Store.SetMemberRights(ctx, w.Root, w.Root.ID, false, false), store.ErrLastAdministrator)
}

// A department is shown where people are, and found.
func TestDepartment(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	do(t, w.Store.SetDepartment(ctx, w.Root, w.Editor.ID, " Sales "))
	list, _, err := w.Store.Members(ctx, w.Root, store.MemberFilter{Query: "sales"}, store.Cursor{})
	if err != nil || len(list) != 1 || list[0].Division != "Sales" {
		t.Errorf("%+v %v", list, err)
	}
	wantErr(t, w.Store.SetDepartment(ctx, w.Root, w.Editor.ID, fmt.Sprintf("%0101d", 0)), store.ErrTextTooLong)
	wantErr(t, w.Store.SetDepartment(ctx, w.Host, w.Editor.ID, "x"), store.ErrForbidden)
}

// Whom a member answered for is handed over to another member.
func TestHandOverGuests(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	do(t, w.Store.Exec(ctx, `UPDATE accounts SET sponsor_id = $1 WHERE kind = 'guest'`, w.Editor.ID))
	m, err := w.Store.GuestsOfSponsor(ctx, w.Root, w.Editor.ID)
	if err != nil || m.Count != 3 || len(m.Guests) != 3 {
		t.Errorf("%+v %v", m, err)
	}
	n, err := w.Store.HandOverGuests(ctx, w.Root, w.Editor.ID, w.Host.ID)
	if err != nil || n != 3 {
		t.Errorf("%d %v", n, err)
	}
	if m, err = w.Store.GuestsOfSponsor(ctx, w.Root, w.Editor.ID); err != nil || m.Count != 0 {
		t.Errorf("%+v %v", m, err)
	}
	_, err = w.Store.HandOverGuests(ctx, w.Root, w.Host.ID, w.GuestEditor.ID)
	wantErr(t, err, store.ErrNoSuchSponsor)
}
