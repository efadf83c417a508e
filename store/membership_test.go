package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// Every change of who is in a space, by everybody in the cast.
func TestMembershipsByEverybody(t *testing.T) {
	t.Parallel()
	none, forbidden, unknown := error(nil), error(store.ErrForbidden), error(store.ErrNotFound)
	for name, test := range map[string]struct {
		act                                                func(t *testing.T, w *storetest.World, actor store.Account) error
		root, host, editor, outsider, guest, reader, other error
	}{
		"add": {func(t *testing.T, w *storetest.World, actor store.Account) error {
			return w.Store.AddSpaceMember(t.Context(), actor, w.Space, w.Outsider.ID, store.Editor)
		}, forbidden, none, forbidden, unknown, forbidden, forbidden, unknown},
		"give a role": {func(t *testing.T, w *storetest.World, actor store.Account) error {
			return w.Store.ChangeRole(t.Context(), actor, w.Space, w.Editor.ID, store.Administrator)
		}, forbidden, none, forbidden, unknown, forbidden, forbidden, unknown},
		"remove": {func(t *testing.T, w *storetest.World, actor store.Account) error {
			return w.Store.RemoveSpaceMember(t.Context(), actor, w.Space, w.Editor.ID)
		}, forbidden, none, forbidden, unknown, forbidden, forbidden, unknown},
		"list": {func(t *testing.T, w *storetest.World, actor store.Account) error {
			_, err := w.Store.MembersOf(t.Context(), actor, w.Space, store.Member, "", "")
			return err
		}, forbidden, none, none, unknown, none, none, unknown},
		"look for members": {func(t *testing.T, w *storetest.World, actor store.Account) error {
			_, err := w.Store.MemberCandidates(t.Context(), actor, w.Space, "o")
			return err
		}, forbidden, none, forbidden, unknown, forbidden, forbidden, forbidden},
		"see who asked": {func(t *testing.T, w *storetest.World, actor store.Account) error {
			_, err := w.Store.JoinRequests(t.Context(), actor, w.Space)
			return err
		}, forbidden, none, forbidden, unknown, forbidden, forbidden, unknown},
		"mark as favourite": {func(t *testing.T, w *storetest.World, actor store.Account) error {
			return w.Store.Favourite(t.Context(), actor, w.Space, true)
		}, forbidden, none, none, unknown, none, none, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			for _, who := range []struct {
				actor store.Account
				want  error
			}{
				{w.GuestOutside, test.other}, {w.GuestReader, test.reader}, {w.GuestEditor, test.guest}, {w.Outsider, test.outsider},
				{w.Editor, test.editor}, {w.Root, test.root}, {w.Host, test.host},
			} {
				if err := test.act(t, w, who.actor); !is(err, who.want) {
					t.Errorf("%s: got %v, want %v", who.actor.Name, err, who.want)
				}
			}
		})
	}
}

// S0-18, S3-05, S4-24: guests get no role here, and the last administrator stays.
func TestRolesThatAreNotGiven(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	for name, test := range map[string]struct{ got, want error }{
		"a guest as member":           {w.Store.AddSpaceMember(ctx, w.Host, w.Space, w.GuestOutside.ID, store.Editor), store.ErrNoSuchMember},
		"a guest as administrator":    {w.Store.ChangeRole(ctx, w.Host, w.Space, w.GuestEditor.ID, store.Administrator), store.ErrForbidden},
		"a guest removed as a member": {w.Store.RemoveSpaceMember(ctx, w.Host, w.Space, w.GuestEditor.ID), store.ErrForbidden},
		"a role for readers":          {w.Store.ChangeRole(ctx, w.Host, w.Space, w.Editor.ID, store.Reader), store.ErrUnknownRole},
		"somebody who is inside":      {w.Store.AddSpaceMember(ctx, w.Host, w.Space, w.Editor.ID, store.Editor), store.ErrAlreadyInside},
		"somebody who is not":         {w.Store.ChangeRole(ctx, w.Host, w.Space, w.Outsider.ID, store.Editor), store.ErrNotFound},
		"the last one demoted":        {w.Store.ChangeRole(ctx, w.Host, w.Space, w.Host.ID, store.Editor), store.ErrNoAdminLeft},
		"the last one removed":        {w.Store.RemoveSpaceMember(ctx, w.Host, w.Space, w.Host.ID), store.ErrNoAdminLeft},
		"the last one leaves":         {w.Store.Leave(ctx, w.Host, w.Space), store.ErrNoAdminLeft},
	} {
		if !errors.Is(test.got, test.want) {
			t.Errorf("%s: got %v, want %v", name, test.got, test.want)
		}
	}
}

// SEC-A2: eight administrators leave or are demoted at the same moment; one stays.
func TestLastAdministratorsLeaveAtOnce(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	administrators := []store.Account{w.Host}
	for i := range 7 {
		account := newAccount(t, w, store.SeedAccount{
			Kind: store.Member, Email: store.Email(fmt.Sprintf("a%d@works.example", i)), Name: fmt.Sprintf("Admin %d", i),
		})
		member(t, w, w.Space, account, store.Administrator)
		administrators = append(administrators, account)
	}
	results := make([]error, len(administrators))
	var all sync.WaitGroup
	for i, account := range administrators {
		all.Go(func() {
			if i%2 == 0 {
				results[i] = w.Store.Leave(ctx, account, w.Space)
			} else {
				results[i] = w.Store.ChangeRole(ctx, account, w.Space, account.ID, store.Editor)
			}
		})
	}
	all.Wait()
	stayed := 0
	for i, err := range results {
		switch {
		case errors.Is(err, store.ErrNoAdminLeft):
			stayed++
		case err != nil:
			t.Errorf("%s: %v", administrators[i].Name, err)
		}
	}
	if stayed != 1 {
		t.Errorf("%d were told to stay", stayed)
	}
	left, err := w.Store.MembersOf(ctx, w.Editor, w.Space, store.Member, "", "")
	if err != nil || space(t, w, w.Root).MemberCount != len(left.Items) {
		t.Errorf("the space counts %d members of %d, %v", space(t, w, w.Root).MemberCount, len(left.Items), err)
	}
}

func space(t *testing.T, w *storetest.World, actor store.Account) store.Space {
	t.Helper()
	sp, err := w.Store.Space(t.Context(), actor, w.Space, store.ToKnow)
	if err != nil {
		t.Fatal(err)
	}
	return sp
}

// The counters of a space follow who comes and goes.
func TestCounters(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	want := func(members, guests int) {
		t.Helper()
		if sp := space(t, w, w.Host); sp.MemberCount != members || sp.GuestCount != guests {
			t.Errorf("%d members, %d guests; want %d, %d", sp.MemberCount, sp.GuestCount, members, guests)
		}
	}
	want(2, 2)
	for _, err := range []error{
		w.Store.AddSpaceMember(ctx, w.Host, w.Space, w.Outsider.ID, store.Administrator),
		w.Store.Leave(ctx, w.GuestReader, w.Space),
		w.Store.Join(ctx, w.Root, w.Space),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want(4, 1)
	if err := w.Store.RemoveSpaceMember(ctx, w.Root, w.Space, w.Host.ID); err != nil {
		t.Fatal(err)
	}
	if sp := space(t, w, w.Root); sp.MemberCount != 3 || sp.Standing != store.SpaceAdmin {
		t.Errorf("%d members, standing %v", sp.MemberCount, sp.Standing)
	}
}

// Members are listed by name over several pages, follow a change of name, and
// show their addresses to the administrators only.
func TestMembersOf(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	for i := range 55 {
		account := newAccount(t, w, store.SeedAccount{
			Kind: store.Member, Email: store.Email(fmt.Sprintf("m%d@works.example", i)), Name: fmt.Sprintf("Müller %d", i%5),
		})
		member(t, w, w.Space, account, store.Editor)
	}
	first, err := w.Store.MembersOf(ctx, w.Host, w.Space, store.Member, "", "")
	if err != nil || len(first.Items) != store.PageSize || first.Next == "" || first.Items[0].Account.Email == "" {
		t.Fatalf("first page: %d, %v", len(first.Items), err)
	}
	second, err := w.Store.MembersOf(ctx, w.Editor, w.Space, store.Member, "", first.Next)
	if err != nil || len(second.Items) != 7 || second.Next != "" || second.Items[0].Account.Email != "" {
		t.Errorf("second page: %d, %v", len(second.Items), err)
	}
	found, err := w.Store.MembersOf(ctx, w.GuestReader, w.Space, store.Member, "MÜLLER 3", "")
	if err != nil || len(found.Items) != 11 {
		t.Errorf("found %d, %v", len(found.Items), err)
	}
	for _, query := range []string{"%", "_", `\`, "\x00", "\xff", "'"} {
		if found, err := w.Store.MembersOf(ctx, w.Host, w.Space, store.Member, query, ""); err != nil || len(found.Items) > 0 && query != "\x00" && query != "\xff" {
			t.Errorf("%q finds %d, %v", query, len(found.Items), err)
		}
	}
}

// S0-18, S4-22: the picker offers members who are not inside, and nobody else.
func TestMemberCandidates(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	found, err := w.Store.MemberCandidates(ctx, w.Host, w.Space, "works.example")
	if err != nil || len(found) != 2 || found[0].ID != w.Outsider.ID || found[1].ID != w.Root.ID {
		t.Errorf("found %v, %v", found, err)
	}
	if found, err := w.Store.MemberCandidates(ctx, w.Host, w.Space, "erika"); err != nil || len(found) != 0 {
		t.Errorf("guests are offered: %v, %v", found, err)
	}
	if found, err := w.Store.MemberCandidates(ctx, w.Host, w.Space, " "); err != nil || len(found) != 0 {
		t.Errorf("without a query: %v, %v", found, err)
	}
	if found, err := w.Store.MembersByID(ctx, w.Host, []store.ID{w.Editor.ID, w.GuestEditor.ID, 0, 987654}); err != nil || len(found) != 1 {
		t.Errorf("by ID: %v, %v", found, err)
	}
	if _, err := w.Store.MembersByID(ctx, w.GuestEditor, []store.ID{w.Editor.ID}); !errors.Is(err, store.ErrForbidden) {
		t.Errorf("a guest asks: %v", err)
	}
}

// A private space: asking twice is asking once; the answer ends the request.
func TestJoinRequests(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, private := t.Context(), w.Spaces[store.PrivateSpace]
	for range 2 {
		if err := w.Store.AskToJoin(ctx, w.Outsider, private); err != nil {
			t.Fatal(err)
		}
	}
	if mails := w.Mails(); len(mails) != 1 || mails[0].To != w.Host.Email {
		t.Errorf("mails %v", mails)
	}
	requests, err := w.Store.JoinRequests(ctx, w.Host, private)
	if err != nil || len(requests) != 1 || requests[0].Account.ID != w.Outsider.ID {
		t.Fatalf("requests %v, %v", requests, err)
	}
	if err := w.Store.RefuseJoin(ctx, w.Host, private, w.Outsider.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.AcceptJoin(ctx, w.Host, private, w.Outsider.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("accepted after the refusal: %v", err)
	}
	if err := w.Store.AskToJoin(ctx, w.Outsider, private); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.AcceptJoin(ctx, w.Editor, private, w.Outsider.ID); !errors.Is(err, store.ErrForbidden) {
		t.Errorf("accepted by an editor: %v", err)
	}
	if err := w.Store.AcceptJoin(ctx, w.Host, private, w.Outsider.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.Space(ctx, w.Outsider, private, store.ToWrite); err != nil {
		t.Errorf("let in: %v", err)
	}
}
