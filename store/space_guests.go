package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// maxSpaceGuests is how many guests a call puts into a space.
const maxSpaceGuests = 1000

// UpdateSpaceGuests makes the guests of a space those of a list of addresses, in
// one transaction: who is not in it leaves the space and keeps the account, who
// is in it and outside comes in, and who is inside keeps their place as it is.
// Nobody is invited and no mail goes out; who came in finds a notice. Errors:
// those of the door, ErrGuestSpacesOff, ErrApprovalNeeded, those of places,
// ErrBatchSize, and for each address ErrNoSuchGuest or those of an address.
func (s *Store) UpdateSpaceGuests(ctx context.Context, actor Account, space ID, codes []string) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToManageGuests)
		if err != nil {
			return err
		}
		if !sp.AdmitsGuests() {
			return sp.judgeInviting()
		}
		if len(codes) > maxSpaceGuests {
			return ErrBatchSize.With("guests", "Max", maxSpaceGuests)
		}
		wanted, err := tx.activeGuests(ctx, codes)
		if err != nil {
			return err
		}
		return tx.spendPlaces(ctx, func() error { return tx.replaceGuests(ctx, actor, sp, wanted) })
	})
}

// activeGuests are the guests of the codes, all of whom have to be active.
func (tx tx) activeGuests(ctx context.Context, codes []string) ([]Account, error) {
	guests, err := tx.guestsByCode(ctx, codes)
	if err != nil {
		return nil, err
	}
	var problems Problems
	for i, code := range codes {
		at := slices.IndexFunc(guests, func(a Account) bool { return a.Login == loginKey(code) })
		if at >= 0 && !guests[at].Active(tx.now) {
			problems = append(problems, ErrNoSuchGuest.With(fmt.Sprintf("guests[%d]", i)))
		}
	}
	return guests, problems.Err()
}

func (tx tx) replaceGuests(ctx context.Context, actor Account, sp Space, wanted []Account) error {
	rows, err := tx.query(ctx, `SELECT account_id FROM memberships WHERE space_id = $1 AND account_kind = 'guest'`, sp.ID)
	inside, err := all(rows, err, scanID)
	if err != nil {
		return err
	}
	for _, id := range inside { // first, so that their places are free
		if slices.ContainsFunc(wanted, func(a Account) bool { return a.ID == id }) {
			continue
		}
		guest, err := tx.account(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.removeGuest(ctx, actor, guest, sp.ID, ""); err != nil {
			return err
		}
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	for _, guest := range wanted {
		if err := tx.bringGuest(ctx, actor, sp, e, guest); err != nil {
			return err
		}
	}
	return nil
}

// bringGuest puts a guest into the space who is not inside now, as somebody who
// may invite brings one who has an account.
func (tx tx) bringGuest(ctx context.Context, actor Account, sp Space, e Environment, guest Account) error {
	if _, err := tx.guestMembership(ctx, sp.ID, guest.ID); !errors.Is(err, ErrNotFound) {
		return err // inside, or a fault
	}
	if err := sp.judge(ToInvite); err != nil {
		return err
	}
	if sp.NeedsApproval() {
		return ErrApprovalNeeded
	}
	end := sp.Policy.GuestEnd(guest.Category)
	return tx.addGuest(ctx, actor, sp, e, guestAddition{account: guest, role: Editor, days: end.Days, endsAt: end.At, quiet: true})
}
