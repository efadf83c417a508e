package store_test

import (
	"testing"

	"guesthouse/store"
)

// S3-01, S3-04, S3-07, S3-08: under "workspaces" an invitation into the organisation
// makes a guest of no space; one into a workspace makes a guest of that one.
func TestWaysInUnderWorkspaces(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "workspaces", nil)
	ctx := t.Context()
	_, err := h.Store.InviteUnaffiliated(ctx, h.Root, store.Invite{Emails: "organisation@new.example"})
	h.must(err)
	_, err = h.Store.InviteGuests(ctx, h.Host, h.Space, store.Invite{Emails: "workspace@new.example", Permission: "read"})
	h.must(err)
	// Nobody who does not administer the workspace invites into it.
	_, err = h.Store.InviteGuests(ctx, h.Editor, h.Space, store.Invite{Emails: "other@new.example"})
	wantErr(t, err, store.ErrForbidden)
	links := tokens(h.World)
	if len(links) != 2 {
		t.Fatalf("%d invitation mails", len(links))
	}
	for email, spaces := range map[store.Email][]store.ID{"organisation@new.example": nil, "workspace@new.example": {h.Space}} {
		joined, err := h.Store.AcceptInvitation(ctx, links[email], jan)
		h.must(err)
		if joined.Account.Kind != store.Guest || joined.Account.SystemAdmin || joined.Account.MayCreateGuestSpaces {
			t.Errorf("%s comes in as %+v", email, joined.Account) // S3-01
		}
		cards, err := h.Store.SpacesOf(ctx, joined.Account, "")
		h.must(err)
		var inside []store.ID
		for _, card := range cards.Items {
			inside = append(inside, card.ID)
		}
		same(t, "spaces of "+string(email), inside, spaces)
	}
	if row := invitationOf(t, h.World, "workspace@new.example"); row.Role != store.Reader || row.Status != store.ActiveGuest {
		t.Errorf("in the workspace: %+v", row) // S3-06
	}
}

// S3-10, S3-11: an existing guest is added from the picker while they are in no
// other workspace; the refusal of one who is names no workspace.
func TestExistingGuestsUnderWorkspaces(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "workspaces", nil)
	ctx := t.Context()
	both := administratorOfAll(t, h.World)
	free := newAccount(t, h.World, store.SeedAccount{Kind: store.Guest, Email: "free@partner.example", Name: "Free Guest"})
	taken := h.guests(h.second(), 1)[0]
	_, found, err := h.Store.GuestCandidates(ctx, both, h.Space, "")
	h.must(err)
	elsewhere := map[store.ID]bool{}
	for _, candidate := range found {
		elsewhere[candidate.Account.ID] = candidate.Elsewhere
	}
	if is, offered := elsewhere[free.ID]; !offered || is {
		t.Errorf("the free guest: offered %t, elsewhere %t", offered, is)
	}
	if !elsewhere[taken.ID] {
		t.Error("the picker does not tell who is in another workspace")
	}
	wantErr(t, h.Store.AddGuest(ctx, both, h.Space, store.GuestAddition{Account: free.ID, Permission: "read"}), nil)
	if got := topics(h.World)[free.Email]; len(got) != 1 || got[0] != store.NoticeGuestAdded {
		t.Errorf("mails %v", got)
	}
	err = h.Store.AddGuest(ctx, both, h.Space, store.GuestAddition{Account: taken.ID})
	wantErr(t, err, store.ErrOtherSpace)
	if len(store.ErrOtherSpace.Args) != 0 {
		t.Errorf("the refusal carries %v", store.ErrOtherSpace.Args)
	}
	// Removed from the one workspace, the guest can come into the other.
	wantErr(t, h.Store.RemoveGuest(ctx, both, h.Space, free.ID, ""), nil)
	wantErr(t, h.Store.AddGuest(ctx, h.Host, h.second(), store.GuestAddition{Account: free.ID}), store.ErrNoSuchGuest)
	wantErr(t, h.Store.AddGuest(ctx, both, h.Space, store.GuestAddition{Account: free.ID}), nil)
}

// S3-05: no way in and no change makes a guest the administrator of a workspace.
func TestGuestsNeverAdministerWorkspaces(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "workspaces", nil)
	ctx := t.Context()
	guest := h.guests(h.Space, 1)[0]
	role := "administrator"
	for name, try := range map[string]func() error{
		"invited": func() error {
			_, err := h.Store.InviteGuests(ctx, h.Host, h.Space, store.Invite{Emails: "new@new.example", Permission: role})
			return err
		},
		"printed": func() error {
			_, err := h.Store.InvitePrinted(ctx, h.Host, h.Space, store.PrintedInvite{Name: "On paper", Permission: role})
			return err
		},
		"changed": func() error {
			return h.Store.ChangeGuest(ctx, h.Host, h.Space, guest.ID, store.GuestChange{Permission: &role})
		},
	} {
		if err := try(); !is(err, store.ErrBadPermission) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantErr(t, h.Store.ChangeRole(ctx, h.Host, h.Space, guest.ID, store.Administrator), store.ErrForbidden)
	wantErr(t, h.Store.AddSpaceMember(ctx, h.Host, h.second(), guest.ID, store.Administrator), store.ErrNoSuchMember)
	if err := h.Store.Exec(ctx, `UPDATE memberships SET role = 'administrator' WHERE account_id = $1`, guest.ID); err == nil {
		t.Error("the database takes a guest as administrator")
	}
}
