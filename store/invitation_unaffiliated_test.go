package store_test

import (
	"errors"
	"testing"

	"guesthouse/store"
)

// S3-07, S1-02, C9: a guest of the organisation who is in no space.
func TestInviteUnaffiliated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	in := store.Invite{Emails: "a@x.example, b@x.example", Company: "X Ltd", Category: "partner", Access: store.AccessText{Days: "30"}}
	results, err := w.Store.InviteUnaffiliated(ctx, w.Root, in)
	w.do(err)
	if len(results) != 2 || results[0].Verdict != store.VerdictInvited {
		t.Fatalf("%+v", results)
	}
	again, err := w.Store.InviteUnaffiliated(ctx, w.Root, in)
	w.do(err)
	if again[0].Verdict != store.VerdictAlreadyInvited || w.number(`SELECT COUNT(*) FROM invitations`) != 2 {
		t.Errorf("a second time: %+v", again)
	}
	bad, err := w.Store.InviteUnaffiliated(ctx, w.Root, store.Invite{Emails: "c@x.example, erika@partner.example, host@works.example, nobody"})
	w.do(err)
	want := []store.Verdict{store.VerdictInvited, store.VerdictAlreadyGuest, store.VerdictAlreadyMember, store.VerdictNotAnAddress}
	for i, result := range bad {
		if result.Verdict != want[i] {
			t.Errorf("%s: %s, want %s", result.Shown(), result.Verdict, want[i])
		}
	}
	if n := w.number(`SELECT COUNT(*) FROM invitations`); n != 2 {
		t.Errorf("%d invitations, although one address was bad", n)
	}

	links := tokens(w.World)
	open, err := w.Store.Invitation(ctx, links["a@x.example"])
	w.do(err)
	if open.Space != 0 || open.Company != "X Ltd" {
		t.Errorf("the link opens %+v", open)
	}
	joined, err := w.Store.AcceptInvitation(ctx, links["a@x.example"], store.SignUp{DisplayName: "Ada", Password: "a quiet house by the sea"})
	w.do(err)
	account := joined.Account
	if joined.Space != 0 || account.Company != "X Ltd" || account.Category != "partner" || account.Sponsor != w.Root.ID {
		t.Errorf("joined %+v", account)
	}
	if end := w.Clock.Now().AddDate(0, 0, 30); !account.EndsAt.Equal(end) {
		t.Errorf("the account ends %v, want %v", account.EndsAt, end)
	}
	if w.number(`SELECT COUNT(*) FROM memberships WHERE account_id = $1`, account.ID) != 0 {
		t.Error("is in a space")
	}
	for _, mail := range w.Deliver() {
		drop, err := w.Store.MailEntitled(ctx, mail)
		if err != nil || drop != "" {
			t.Errorf("the %s mail is dropped: %q, %v", mail.Kind, drop, err)
		}
	}
	// S3-10: from there into a space as any guest is.
	w.do(w.Store.AddGuest(ctx, administratorOfAll(t, w.World), w.Space, store.GuestAddition{Account: account.ID}))
}

// Who may: system administrators, while the policy lets them; each refusal
// names its setting.
func TestWhoInvitesUnaffiliated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.Store.InviteUnaffiliated(ctx, w.Root, store.Invite{Emails: "a@x.example"})
	w.do(err)
	list, more, err := w.Store.UnaffiliatedInvitations(ctx, w.Root, 0)
	if err != nil || more || len(list) != 1 {
		t.Fatalf("%d listed, %v", len(list), err)
	}
	id := list[0].ID
	for name, actor := range map[string]store.Account{
		"host": w.Host, "editor": w.Editor, "outsider": w.Outsider, "guest": w.GuestEditor,
	} {
		for act, do := range map[string]func() error{
			"invite": func() error {
				_, err := w.Store.InviteUnaffiliated(ctx, actor, store.Invite{Emails: "z@x.example"})
				return err
			},
			"list":   func() error { _, _, err := w.Store.UnaffiliatedInvitations(ctx, actor, 0); return err },
			"resend": func() error { _, err := w.Store.ResendInvitation(ctx, actor, store.NoSpace, id); return err },
			"cancel": func() error { _, err := w.Store.CancelInvitation(ctx, actor, store.NoSpace, id); return err },
			"copy":   func() error { return w.Store.NoteLinkCopied(ctx, actor, store.NoSpace, id) },
		} {
			if err := do(); !errors.Is(err, store.ErrForbidden) && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s may %s: %v", name, act, err)
			}
		}
	}
	if _, err := w.Store.CancelInvitation(ctx, w.Root, 0, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("through a space that is none: %v", err)
	}
	rules(w.World, t, map[string]string{"guest.unaffiliated": "off"})
	_, err = w.Store.InviteUnaffiliated(ctx, w.Root, store.Invite{Emails: "b@x.example"})
	var refusal *store.Error
	if !errors.Is(err, store.ErrUnaffiliatedOff) || !errors.As(err, &refusal) || refusal.Setting != "guest.unaffiliated" {
		t.Errorf("switched off: %v", err)
	}
	if _, err := w.Store.ResendInvitation(ctx, w.Root, store.NoSpace, id); !errors.Is(err, store.ErrUnaffiliatedOff) {
		t.Errorf("sent again, switched off: %v", err)
	}
	if _, err := w.Store.CancelInvitation(ctx, w.Root, store.NoSpace, id); err != nil {
		t.Errorf("cancelled, switched off: %v", err)
	}
}

// S0-26, S2-12, S2-03: what is done with an invitation into no space.
func TestManageUnaffiliated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.Store.InviteUnaffiliated(ctx, w.Root, store.Invite{Emails: "a@x.example"})
	w.do(err)
	list, _, err := w.Store.UnaffiliatedInvitations(ctx, w.Root, 0)
	w.do(err)
	id := list[0].ID
	first := tokens(w.World)["a@x.example"]
	_, _, copied, err := w.Store.InvitationLink(ctx, w.Root, store.NoSpace, id)
	if err != nil || copied != first {
		t.Errorf("the copied link is another: %v", err)
	}
	w.do(w.Store.NoteLinkCopied(ctx, w.Root, store.NoSpace, id))
	w.Clock.Advance(8 * store.Day)
	w.do(w.Store.Sweep(ctx)) // notes that it expired
	w.do(w.Store.AskForRenewal(ctx, first))
	var asked int
	for _, mail := range w.Deliver() {
		if mail.Kind == store.MailRenewalRequest && mail.To == w.Root.Email {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("%d administrators were asked for a new link", asked)
	}
	if _, err := w.Store.ResendInvitation(ctx, w.Root, store.NoSpace, id); err != nil {
		t.Fatal(err)
	}
	second := tokens(w.World)["a@x.example"]
	if _, err := w.Store.Invitation(ctx, first); !errors.Is(err, store.ErrInvitationGone) || second == first {
		t.Errorf("the old link: %v", err)
	}
	w.do(w.Store.DeclineInvitation(ctx, second))
	if results, err := w.Store.InviteUnaffiliated(ctx, w.Root, store.Invite{Emails: "a@x.example"}); err != nil || results[0].Verdict != store.VerdictInvited {
		t.Errorf("asked again after declining: %+v, %v", results, err)
	}
	list, _, err = w.Store.UnaffiliatedInvitations(ctx, w.Root, 0)
	w.do(err)
	if _, err := w.Store.CancelInvitation(ctx, w.Root, store.NoSpace, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if n := w.number(`SELECT COUNT(*) FROM invitations WHERE status = 'pending'`); n != 0 {
		t.Errorf("%d are open", n)
	}
}

// Who came in by a space does not need an invitation into none: it is done with.
func TestUnaffiliatedIsFulfilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.Store.InviteUnaffiliated(t.Context(), w.Root, store.Invite{Emails: "a@x.example"})
	w.do(err)
	w.Deliver()
	token := invited(t, w.World, store.Invite{Emails: "a@x.example"})["a@x.example"]
	_, err = w.Store.AcceptInvitation(t.Context(), token, store.SignUp{DisplayName: "Ada", Password: "a quiet house by the sea"})
	w.do(err)
	if n := w.number(`SELECT COUNT(*) FROM invitations WHERE status = 'pending'`); n != 0 {
		t.Errorf("%d are open", n)
	}
}
