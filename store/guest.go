package store

import (
	"context"
	"errors"
	"time"
)

// guestAddition puts a guest who has an account into a space.
type guestAddition struct {
	account Account
	role    Role
	days    int
	endsAt  time.Time
	quiet   bool // no mail tells them; a notice does
}

// addGuest puts the guest into the space at once, without a second account,
// and tells them (S3-10).
func (tx tx) addGuest(ctx context.Context, actor Account, sp Space, e Environment, add guestAddition) error {
	if err := e.Policy.AddressAllowed(add.account.Email); err != nil {
		return err
	}
	end, err := sp.Policy.bound(AccessEnd{Days: add.days, At: add.endsAt}, tx.now)
	if err != nil {
		return err // the rules became stricter since it was asked for
	}
	add.days, add.endsAt = end.Days, end.At
	endsAt := end.From(tx.now)
	err = tx.addMembership(ctx, newMembership{
		Space: sp.ID, Account: add.account, Role: add.role, EndsAt: endsAt, EndsDays: add.days, AddedBy: actor.ID,
	})
	if err != nil {
		return err
	}
	if err := tx.fulfilInvitations(ctx, sp.ID, add.account); err != nil {
		return err
	}
	if add.account.Email != "" && !add.quiet {
		if err := tx.tellAdded(ctx, actor, sp, e, add, endsAt); err != nil {
			return err
		}
	}
	return tx.audit(ctx, event{
		Action: "guest.added", Actor: actor.ID, Account: add.account.ID, Space: sp.ID,
		Details: map[string]string{"permission": add.role.Permission()},
	})
}

// fulfilInvitations closes what is open for the account's address in a space
// that it has come into on another way.
func (tx tx) fulfilInvitations(ctx context.Context, space ID, account Account) error {
	_, err := tx.exec(ctx, `
		UPDATE invitations SET status = 'accepted', account_id = $3, closed_at = $4
		WHERE space_id = $1 AND email = $2 AND status IN ('pending', 'declined')`,
		space, string(account.Email), account.ID, at(tx.now))
	return err
}

// fulfilUnaffiliated closes what invites the account's address into no space:
// who has an account is a guest of the organisation.
func (tx tx) fulfilUnaffiliated(ctx context.Context, account Account) error {
	_, err := tx.exec(ctx, `
		UPDATE invitations SET status = 'accepted', account_id = $2, closed_at = $3
		WHERE space_id IS NULL AND email = $1 AND status IN ('pending', 'declined')`,
		string(account.Email), account.ID, at(tx.now))
	return err
}

// GuestAddition is the form that adds a guest who has an account already.
type GuestAddition struct {
	Account    ID
	Permission string // edit or read
	Access     AccessText
}

// ErrNoSuchGuest: there is no active guest account of this ID.
var ErrNoSuchGuest = &Error{Kind: Invalid, Code: "no_such_guest", Field: "account"}

// AddGuest adds a guest who has an account to the space, without a mail to
// accept; a notice is sent (S3-10). Adding twice changes nothing. Where the actor
// needs approval it becomes a request; see Space.NeedsApproval. A guest whom the
// actor does not see is ErrNoSuchGuest.
func (s *Store) AddGuest(ctx context.Context, actor Account, space ID, in GuestAddition) error {
	role, err := roleOf(in.Permission)
	if err != nil {
		return err
	}
	days, endsAt, err := in.Access.clean(actor.TimeZone, s.Now())
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToInvite)
		if err != nil {
			return err
		}
		if !endsAt.IsZero() && !tx.now.Before(endsAt) {
			return ErrPastDate
		}
		account, err := tx.account(ctx, in.Account)
		if errors.Is(err, ErrNotFound) || err == nil && (!account.IsGuest() || !account.Active(tx.now)) {
			return ErrNoSuchGuest
		}
		if err != nil {
			return err
		}
		if _, err := tx.guestMembership(ctx, sp.ID, account.ID); !errors.Is(err, ErrNotFound) {
			return err // inside already, or a fault
		}
		if err := tx.maySeeGuest(ctx, sp, actor.ID, account.ID); err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		end, err := sp.Policy.offered(in.Access.said(), account.Category, AccessEnd{Days: days, At: endsAt}, tx.now)
		if err != nil {
			return err
		}
		if sp.NeedsApproval() {
			return tx.requestAddition(ctx, actor, sp, e, Invitation{
				Email: account.Email, Account: account.ID, Name: account.Name, Role: role, AccessDays: end.Days, AccessEndsAt: end.At,
				Locale: e.localeOf(account),
			})
		}
		return tx.addGuest(ctx, actor, sp, e, guestAddition{account: account, role: role, days: end.Days, endsAt: end.At})
	})
}

// guestMembership is a guest's place in a space, as it stands now.
type guestMembership struct {
	role    Role
	endsAt  time.Time
	addedBy ID
}

// live reports whether the place is still the guest's at the moment now.
func (m guestMembership) live(now time.Time) bool { return m.endsAt.IsZero() || now.Before(m.endsAt) }

// guestMembership reads a guest's membership that has not ended, or ErrNotFound.
func (tx tx) guestMembership(ctx context.Context, space, account ID) (guestMembership, error) {
	m, err := tx.anyGuestMembership(ctx, space, account)
	if err == nil && !m.live(tx.now) {
		return guestMembership{}, ErrNotFound
	}
	return m, err
}

func (tx tx) anyGuestMembership(ctx context.Context, space, account ID) (guestMembership, error) {
	var m guestMembership
	err := tx.row(ctx, `
		SELECT role, ends_at, added_by FROM memberships
		WHERE space_id = $1 AND account_id = $2 AND account_kind = 'guest'`,
		space, account).Scan(&m.role, moment{&m.endsAt}, nullID{&m.addedBy})
	return m, missing(err, ErrNotFound)
}

// GuestChange is what the Guests tab changes of a guest. What is nil stays.
type GuestChange struct {
	Permission *string
	Access     *AccessText // counted from now (S3-15)
	Confirmed  bool        // a day that has passed means now (S3-14)
}

func (c GuestChange) clean(zone string, now time.Time) (role Role, days int, endsAt time.Time, err error) {
	var problems Problems
	if c.Permission != nil {
		if *c.Permission == "" {
			return "", 0, time.Time{}, ErrBadPermission
		}
		if role, err = roleOf(*c.Permission); problems.Add(err) != nil {
			return "", 0, time.Time{}, err
		}
	}
	if c.Access != nil {
		if days, endsAt, err = c.Access.clean(zone, now); problems.Add(err) != nil {
			return "", 0, time.Time{}, err
		}
	}
	return role, days, endsAt, problems.Err()
}

// ChangeGuest changes a guest's permission or end of access in one space. It
// bites on the guest's next click (S3-09). An end that has passed ends the
// access at once and has to be confirmed (S3-14). Errors: those of the door,
// ErrBadPermission, ErrBadDate, ErrBadNumber, ErrBeyondMaximum, ErrEndsNow,
// ErrQuotaFull.
func (s *Store) ChangeGuest(ctx context.Context, actor Account, space, guest ID, in GuestChange) error {
	role, days, endsAt, err := in.clean(actor.TimeZone, s.Now())
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		m, err := tx.managedGuest(ctx, actor, space, guest)
		if err != nil {
			return err
		}
		changed, end := m, AccessEnd{Days: days, At: endsAt}
		if in.Permission != nil {
			changed.role = role
		}
		if in.Access != nil {
			if end, err = tx.mayEnd(ctx, end, in.Confirmed); err != nil {
				return err
			}
			changed.endsAt = end.From(tx.now)
		}
		if err := tx.mayChange(ctx, actor, space, m, changed); err != nil {
			return err
		}
		if changed.role != m.role {
			if err := tx.changePermission(ctx, actor, space, guest, role); err != nil {
				return err
			}
		}
		if in.Access == nil {
			return nil
		}
		person, err := tx.account(ctx, guest)
		if err != nil {
			return err
		}
		return tx.endPlaceAt(ctx, actor, place{space: space, guest: person, end: end})
	})
}

// mayChange is nil for who may give a guest what the change gives: less always,
// more as far as the actor may invite.
func (tx tx) mayChange(ctx context.Context, actor Account, space ID, before, after guestMembership) error {
	if !wider(before.role, before.endsAt, after.role, after.endsAt) {
		return nil
	}
	sp, err := tx.space(ctx, actor, space, ToKnow)
	if err != nil {
		return err
	}
	return sp.mayWiden()
}

func (tx tx) changePermission(ctx context.Context, actor Account, space, guest ID, role Role) error {
	_, err := tx.exec(ctx, `UPDATE memberships SET role = $3 WHERE space_id = $1 AND account_id = $2`, space, guest, role)
	if err != nil {
		return err
	}
	return tx.audit(ctx, event{
		Action: "guest.changed", Actor: actor.ID, Account: guest, Space: space,
		Details: map[string]string{"permission": role.Permission()},
	})
}

// managedGuest is a guest's membership, if the actor may manage it: every one
// for an administrator of the space, their own guests for a member.
func (tx tx) managedGuest(ctx context.Context, actor Account, space, guest ID) (guestMembership, error) {
	sp, err := tx.space(ctx, actor, space, ToKnow)
	if err != nil {
		return guestMembership{}, err
	}
	if !sp.Owns(ToManageGuests) {
		return guestMembership{}, sp.judge(ToManageGuests)
	}
	m, err := tx.anyGuestMembership(ctx, space, guest)
	if !sp.Can(ToManageGuests) && (err != nil || m.addedBy != actor.ID) {
		return guestMembership{}, ErrForbidden // the same for guests of others and for nobody
	}
	return m, err
}
