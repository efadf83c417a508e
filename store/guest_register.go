package store

import (
	"context"
	"slices"
	"strings"
	"time"
)

// GuestFilter narrows the register of guests.
type GuestFilter struct {
	Status     GuestStatus // AnyGuest for all that are not deleted
	Query      string      // beginnings of words of names, readings, addresses, company
	Space      ID
	Sponsor    ID // who answers for the guest, or invited
	Company    string
	Category   string // of Categories
	Licence    string // of Licences
	EndsWithin int    // days
	NotSince   int    // has not signed in for so many days, or never
	Never      bool   // has never signed in
	Inside     bool   // is in a space
}

// Licences are the values of GuestFilter.Licence: guests in one space, in
// several, in none (S4-03, S4-05).
var Licences = []string{LicenceSingle, LicenceMulti, LicenceNone}

// What a guest's spaces make of the guest; it follows from their number.
const (
	LicenceSingle = "single"
	LicenceMulti  = "multi"
	LicenceNone   = "none"
)

// GuestSort is the order of the register. A minus turns it around.
type GuestSort string

// The orders of the register.
const (
	ByName       GuestSort = "name"
	ByCompany    GuestSort = "company"
	ByLastSignIn GuestSort = "sign_in"
	ByEnd        GuestSort = "ends"
	ByCreation   GuestSort = "created"
)

// GuestSorts are the orders of the register, each also with a minus before it.
var GuestSorts = []GuestSort{ByName, ByCompany, ByLastSignIn, ByEnd, ByCreation}

// Down reports whether the order is turned around.
func (g GuestSort) Down() bool { return len(g) > 0 && g[0] == '-' }

// Key is the order without its direction; one that is unknown is by name.
func (g GuestSort) Key() GuestSort {
	if g.Down() {
		g = g[1:]
	}
	if !slices.Contains(GuestSorts, g) {
		return ByName
	}
	return g
}

// RegisterEntry is a guest, or an open invitation.
type RegisterEntry struct {
	ID         ID // of the entry: names a row for acts on several
	Status     GuestStatus
	Account    Account    // its ID is 0 for an invitation
	Invitation Invitation // its ID is 0 for an account
	Spaces     []GuestMembership
	Sponsor    Account // who answers for the guest, or invited; its ID is 0 for nobody

	account, invitation ID
	sortKey             any
}

// Name is the guest's, or what is known of who is invited.
func (e RegisterEntry) Name() string {
	switch {
	case e.Account.ID != 0:
		return e.Account.Name
	case e.Invitation.Name != "":
		return e.Invitation.Name
	}
	return e.Login()
}

// Login is what the guest signs in with, or the address that was invited.
func (e RegisterEntry) Login() string {
	switch {
	case e.Account.ID != 0:
		return e.Account.Shown()
	case e.Invitation.Email != "":
		return string(e.Invitation.Email)
	}
	return e.Invitation.Identifier
}

// Company is the guest's company.
func (e RegisterEntry) Company() string {
	if e.Account.ID != 0 {
		return e.Account.Company
	}
	return e.Invitation.Company
}

// Category is the kind of guest (S4-26).
func (e RegisterEntry) Category() string {
	if e.Account.ID != 0 {
		return e.Account.Category
	}
	return e.Invitation.Category
}

// EndsAt is the end of the access, or of the invitation's link.
func (e RegisterEntry) EndsAt() time.Time {
	if e.Account.ID != 0 {
		return e.Account.EndsAt
	}
	return e.Invitation.ExpiresAt
}

// CreatedAt is when the account was made, or the invitation sent.
func (e RegisterEntry) CreatedAt() time.Time {
	if e.Account.ID != 0 {
		return e.Account.CreatedAt
	}
	return e.Invitation.CreatedAt
}

// Licence is what the guest's spaces make of the guest; "" for an invitation
// and for who cannot sign in, which hold none.
func (e RegisterEntry) Licence() string {
	switch {
	case e.Account.ID == 0 || e.Status != ActiveGuest:
		return ""
	case len(e.Spaces) == 0:
		return LicenceNone
	case len(e.Spaces) == 1:
		return LicenceSingle
	}
	return LicenceMulti
}

// Register is a part of the register of guests.
type Register struct {
	Page[RegisterEntry]
	// Counts are by state, each up to a thousand; nil where counting would take
	// long: under several filters that each leave more than a thousand.
	Counts map[GuestStatus]int
}

// Register are the guests of all spaces and the open invitations, for system
// administrators (S4-12). from is the Next of the page before.
func (s *Store) Register(ctx context.Context, actor Account, filter GuestFilter, sort GuestSort, from string) (Register, error) {
	var list Register
	err := s.read(ctx, func(tx tx) error {
		list = Register{}
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		plan, err := tx.planRegister(ctx, filter)
		if err != nil {
			return err
		}
		if list.Counts, err = tx.countRegister(ctx, plan); err != nil {
			return err
		}
		list.Page, err = tx.registerPage(ctx, plan, sort, from, PageSize)
		return err
	})
	return list, err
}

// RegisterPart reads the register in large parts, for exports.
func (s *Store) RegisterPart(ctx context.Context, actor Account, filter GuestFilter, sort GuestSort, from string) (Page[RegisterEntry], error) {
	var list Page[RegisterEntry]
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		plan, err := tx.planRegister(ctx, filter)
		if err != nil {
			return err
		}
		list, err = tx.registerPage(ctx, plan, sort, from, exportPart)
		return err
	})
	return list, err
}

// exportPart is how many rows of an export are read at once.
const exportPart = 500

// registerPage reads one part of the register in one order.
func (tx tx) registerPage(ctx context.Context, plan registerPlan, sort GuestSort, from string, size int) (Page[RegisterEntry], error) {
	entries, err := tx.registerRows(ctx, plan, sort, from, size+1)
	if err != nil {
		return Page[RegisterEntry]{}, err
	}
	page := pageOf(entries, size, func(e RegisterEntry) []any { return []any{e.sortKey, e.ID} })
	return page, tx.fillEntries(ctx, page.Items)
}

// fillEntries adds to entries who and what they are of, one statement for each
// table.
func (tx tx) fillEntries(ctx context.Context, entries []RegisterEntry) error {
	place := map[ID]int{}
	var accounts, invitations []ID
	for i, e := range entries {
		place[e.ID] = i
		if e.account != 0 {
			accounts = append(accounts, e.account)
		} else {
			invitations = append(invitations, e.invitation)
		}
	}
	err := tx.eachOf(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.id IN (`, accounts, func(row scanner) error {
		account, err := scanAccount(row)
		entries[place[accountEntry(account.ID)]].Account = account
		return err
	})
	if err != nil {
		return err
	}
	err = tx.eachOf(ctx, `
		SELECT m.account_id, s.id, s.name, m.role, m.ends_at, m.joined_at
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		WHERE m.account_id IN (`, accounts, func(row scanner) error {
		var m GuestMembership
		if err := row.Scan(&m.Guest, &m.Space, &m.Name, &m.Role, moment{&m.EndsAt}, moment{&m.JoinedAt}); err != nil {
			return err
		}
		e := &entries[place[accountEntry(m.Guest)]]
		e.Spaces = append(e.Spaces, m)
		return nil
	})
	if err != nil {
		return err
	}
	for i := range entries {
		slices.SortFunc(entries[i].Spaces, func(a, b GuestMembership) int { return strings.Compare(FoldKey(a.Name), FoldKey(b.Name)) })
	}
	return tx.eachOf(ctx, `
		SELECT `+invitationColumns+`, COALESCE(s.name, '')
		FROM invitations i
		LEFT JOIN spaces s ON s.id = i.space_id
		WHERE i.id IN (`, invitations, func(row scanner) error {
		var inv Invitation
		var space string
		if err := row.Scan(append(inv.scan(), &space)...); err != nil {
			return err
		}
		e := &entries[place[invitationEntry(inv.ID)]]
		e.Invitation = inv
		if inv.Space != 0 {
			e.Spaces = []GuestMembership{{Space: inv.Space, Name: space, Role: inv.Role, EndsAt: inv.AccessEndsAt}}
		}
		return nil
	})
}
