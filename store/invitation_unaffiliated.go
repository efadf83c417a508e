package store

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// NoSpace stands for the space of invitations into the organisation alone
// (S3-07, C9), which system administrators manage. No address of a page is it.
const NoSpace ID = -1

// ErrUnaffiliatedOff: invitations into no space are switched off (C9).
var ErrUnaffiliatedOff = &Error{Kind: Forbidden, Code: "unaffiliated_off", Setting: "guest.unaffiliated"}

// unaffiliating is the door to inviting into no space: a system administrator,
// where the policy lets them.
func (tx tx) unaffiliating(ctx context.Context, actor Account) (Account, Environment, error) {
	administrator, err := tx.administrator(ctx, actor)
	if err != nil {
		return Account{}, Environment{}, err
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return Account{}, Environment{}, err
	}
	if e.Policy.Value("guest.unaffiliated") == "off" {
		return Account{}, Environment{}, ErrUnaffiliatedOff
	}
	return administrator, e, nil
}

// MayInviteUnaffiliated is nil for who may invite guests into no space; else
// ErrForbidden or ErrUnaffiliatedOff.
func (s *Store) MayInviteUnaffiliated(ctx context.Context, actor Account) error {
	return s.read(ctx, func(tx tx) error {
		_, _, err := tx.unaffiliating(ctx, actor)
		return err
	})
}

// InviteUnaffiliated invites addresses as guests of the organisation who are in
// no space yet (S3-07): they get an account, and see a space when somebody adds
// them to one. An access period is that of the account. All addresses have to be
// good: while one is not, nobody is invited and the results say why. Errors:
// Problems with the fields, ErrForbidden, ErrUnaffiliatedOff, ErrBeyondMaximum,
// ErrInviteLimit.
func (s *Store) InviteUnaffiliated(ctx context.Context, actor Account, in Invite) ([]AddressResult, error) {
	if err := s.MayInviteUnaffiliated(ctx, actor); err != nil {
		return nil, err
	}
	form, err := in.clean(actor.TimeZone, s.Now())
	if err != nil {
		return nil, err
	}
	var results []AddressResult
	err = s.write(ctx, func(tx tx) error {
		results = nil
		administrator, e, err := tx.unaffiliating(ctx, actor)
		if err != nil {
			return err
		}
		addressees, err := tx.addressees(ctx, 0, form.good)
		if err != nil {
			return err
		}
		results = resultsOf(addressees, form.bad)
		for _, result := range results {
			if !result.Verdict.Good() {
				return nil
			}
		}
		form, err := form.under(e.Policy, tx.now)
		if err != nil {
			return err
		}
		letter := invitationLetter{actor: administrator, environment: e}
		if _, err := tx.createInvitations(ctx, letter, form, addressees); err != nil {
			return fmt.Errorf("invite into the organisation: %w", err)
		}
		return nil
	})
	return results, err
}

// unaffiliatedInvitation is an invitation into no space, for system
// administrators. Its link is handed out only while the policy lets them invite.
func (tx tx) unaffiliatedInvitation(ctx context.Context, actor Account, id ID, op Operation) (Invitation, error) {
	_, _, err := tx.unaffiliating(ctx, actor)
	if errors.Is(err, ErrUnaffiliatedOff) && op != ToResend {
		err = nil
	}
	if err != nil {
		return Invitation{}, err
	}
	inv, err := scanInvitation(tx.row(ctx, `
		SELECT `+invitationColumns+` FROM invitations i WHERE i.id = $1 AND i.space_id IS NULL`, id))
	return inv, missing(err, ErrNotFound)
}

// UnaffiliatedInvitations are the open invitations into no space, expired ones
// included, the newest first; before is 0 or the ID of the last one of a page.
func (s *Store) UnaffiliatedInvitations(ctx context.Context, actor Account, before ID) (list []Invitation, more bool, err error) {
	if before == 0 {
		before = math.MaxInt64
	}
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT `+invitationColumns+`
			FROM invitations i
			WHERE i.space_id IS NULL AND i.status = 'pending' AND i.id < $1
			ORDER BY i.id DESC
			LIMIT $2`, before, PageSize+1)
		list, err = all(rows, err, scanInvitation)
		return err
	})
	if len(list) > PageSize {
		return list[:PageSize], true, err
	}
	return list, false, err
}
