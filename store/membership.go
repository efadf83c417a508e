package store

import (
	"context"
	"errors"
	"time"
)

// ErrNoAdminLeft: a space keeps at least one administrator (S0-18).
var ErrNoAdminLeft = &Error{Kind: Invalid, Code: "no_admin_left", Field: "administrators"}

// newMembership puts an account into a space.
type newMembership struct {
	Space    ID
	Account  Account
	Role     Role
	EndsAt   time.Time // zero for never
	EndsDays int       // the period that EndsAt was set by; 0 for a date
	AddedBy  ID
	Came     bool // by themselves, though AddedBy had invited them
}

// addMembership puts an account into a space and keeps the space's counters
// true. Who is inside already, or was until an end, gets the role and the end
// and is from now on the guest of whoever added them last. A guest takes a
// place by it: errors are those of spendPlaces and ErrOtherSpace.
func (tx tx) addMembership(ctx context.Context, in newMembership) error {
	if !in.Account.IsGuest() {
		return tx.writeMembership(ctx, in)
	}
	if in.Role == Administrator {
		return ErrForbidden // S3-05, S4-24
	}
	if err := tx.onlyHere(ctx, in.Account, in.Space); err != nil {
		return err // S3-03
	}
	return tx.spendPlaces(ctx, func() error { return tx.writeMembership(ctx, in) })
}

func (tx tx) writeMembership(ctx context.Context, in newMembership) error {
	var fresh bool
	err := tx.row(ctx, `
		SELECT NOT EXISTS (SELECT 1 FROM memberships WHERE space_id = $1 AND account_id = $2)`,
		in.Space, in.Account.ID).Scan(&fresh)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO memberships (
			space_id, account_id, account_kind, name_key, role, ends_at, seen_at, joined_at, added_by, seen_count, ends_days)
		SELECT s.id, a.id, a.kind, a.name_key, $3, $4, $5, $5, $6,
			CASE WHEN a.kind = 'guest' THEN s.shared_activity_count ELSE s.activity_count END, CAST($7 AS BIGINT)
		FROM spaces s
		JOIN accounts a ON a.id = $2
		WHERE s.id = $1
		ON CONFLICT (space_id, account_id) DO UPDATE
		SET role = $3, ends_at = $4, ends_days = CAST($7 AS BIGINT), added_by = COALESCE($6, memberships.added_by)`,
		in.Space, in.Account.ID, in.Role, at(in.EndsAt), at(tx.now), in.AddedBy.orNull(), orNull(in.EndsDays))
	if err != nil || !fresh {
		return err
	}
	if err := tx.count(ctx, in.Space, in.Account.Kind, 1); err != nil {
		return err
	}
	by := in.AddedBy
	if in.Came {
		by = in.Account.ID
	}
	return tx.peopleChanged(ctx, in.Space, in.Account, by)
}

// peopleChanged tells who is inside that somebody came or went. Where guests of
// different companies are apart only the team is told of guests.
func (tx tx) peopleChanged(ctx context.Context, space ID, who Account, by ID) error {
	var apart bool
	if err := tx.row(ctx, `SELECT companies_apart FROM spaces WHERE id = $1`, space).Scan(&apart); err != nil {
		return err
	}
	audience := Everyone
	if apart && who.IsGuest() {
		audience = TeamOnly
	}
	return tx.happened(ctx, happening{Kind: PeopleChanged, Space: space, Thing: who.ID, Actor: by, Audience: audience})
}

// removeMembership takes an account out of a space. It is ErrNotFound when the
// account is not inside and ErrNoAdminLeft when it is the last administrator.
func (tx tx) removeMembership(ctx context.Context, space, account ID) error {
	var kind AccountKind
	var role Role
	err := tx.row(ctx, `SELECT account_kind, role FROM memberships WHERE space_id = $1 AND account_id = $2`,
		space, account).Scan(&kind, &role)
	if err != nil {
		return missing(err, ErrNotFound)
	}
	if role == Administrator {
		if err := tx.otherAdministrator(ctx, space, account); err != nil {
			return err
		}
	}
	if _, err := tx.exec(ctx, `DELETE FROM memberships WHERE space_id = $1 AND account_id = $2`, space, account); err != nil {
		return err
	}
	if err := tx.forgetNotices(ctx, account, space); err != nil {
		return err
	}
	if kind == Guest {
		if _, err := tx.exec(ctx, `UPDATE accounts SET left_at = $2 WHERE id = $1`, account, at(tx.now)); err != nil {
			return err
		}
	}
	if err := tx.peopleChanged(ctx, space, Account{ID: account, Kind: kind}, 0); err != nil {
		return err
	}
	return tx.count(ctx, space, kind, -1)
}

// otherAdministrator is ErrNoAdminLeft unless somebody besides the account is
// an administrator of the space who can act (S0-18).
func (tx tx) otherAdministrator(ctx context.Context, space, account ID) error {
	var other bool
	err := tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM memberships m
			JOIN accounts a ON a.id = m.account_id
			WHERE m.space_id = $1 AND m.account_id <> $2 AND m.role = 'administrator' AND a.status = 'active'
				AND (a.ends_at IS NULL OR a.ends_at > $3) AND (m.ends_at IS NULL OR m.ends_at > $3))`,
		space, account, at(tx.now)).Scan(&other)
	if err != nil {
		return err
	}
	if !other {
		return ErrNoAdminLeft
	}
	return nil
}

// count keeps the space's counters: no page counts people (performance.md).
func (tx tx) count(ctx context.Context, space ID, kind AccountKind, change int) error {
	column := "member_count"
	if kind == Guest {
		column = "guest_count"
	}
	_, err := tx.exec(ctx, `UPDATE spaces SET `+column+` = `+column+` + $2 WHERE id = $1`, space, change)
	return err
}

// ErrAlreadyInside: the account is in the space already.
var ErrAlreadyInside = &Error{Kind: Invalid, Code: "already_inside", Field: "account"}

// ErrUnknownRole: not a role that a member can have.
var ErrUnknownRole = &Error{Kind: Invalid, Code: "unknown_role", Field: "role"}

// AddSpaceMember puts a member of the organisation into a space, as administrator or
// editor. Guests are not added here but invited. Errors: those of the door,
// ErrNoSuchMember, ErrUnknownRole, ErrAlreadyInside.
func (s *Store) AddSpaceMember(ctx context.Context, actor Account, space, account ID, role Role) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToManage)
		if err != nil {
			return err
		}
		if !role.ofMember() {
			return ErrUnknownRole
		}
		var inside bool
		err = tx.row(ctx, `
			SELECT EXISTS (SELECT 1 FROM memberships m WHERE m.space_id = $1 AND m.account_id = $3 AND `+insideNow+`)`,
			sp.ID, at(tx.now), account).Scan(&inside)
		if err != nil {
			return err
		}
		if inside {
			return ErrAlreadyInside
		}
		return tx.addMember(ctx, actor, sp.ID, account, role, "account")
	})
}

// ofMember reports whether a member of a space can have the role.
func (r Role) ofMember() bool { return r == Administrator || r == Editor }

// addMember puts a living member of the organisation into a space. Somebody who
// had asked to join has their answer then.
func (tx tx) addMember(ctx context.Context, actor Account, space, id ID, role Role, field string) error {
	account, err := tx.account(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (account.IsGuest() || account.Status != StatusActive) {
		return ErrNoSuchMember.With(field)
	}
	if err != nil {
		return err
	}
	err = tx.addMembership(ctx, newMembership{Space: space, Account: account, Role: role, AddedBy: actor.ID})
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `DELETE FROM join_requests WHERE space_id = $1 AND account_id = $2`, space, id); err != nil {
		return err
	}
	return tx.audit(ctx, event{
		Action: "membership.added", Actor: actor.ID, Account: id, Space: space, Details: map[string]string{"role": string(role)},
	})
}

// ChangeRole makes a member an administrator of the space or takes that away.
// Guests have permissions, not roles, and are never administrators (S3-05).
// Errors: those of the door, ErrNotFound, ErrForbidden, ErrUnknownRole, ErrNoAdminLeft.
func (s *Store) ChangeRole(ctx context.Context, actor Account, space, account ID, role Role) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToManage)
		if err != nil {
			return err
		}
		if !role.ofMember() {
			return ErrUnknownRole
		}
		before, err := tx.memberOf(ctx, sp.ID, account)
		if err != nil || before == role {
			return err
		}
		if before == Administrator {
			if err := tx.otherAdministrator(ctx, sp.ID, account); err != nil {
				return err
			}
		}
		_, err = tx.exec(ctx, `UPDATE memberships SET role = $3 WHERE space_id = $1 AND account_id = $2`, sp.ID, account, role)
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{
			Action: "membership.changed", Actor: actor.ID, Account: account, Space: sp.ID, Details: map[string]string{"role": string(role)},
		})
	})
}

// memberOf is the role of a member in a space; ErrNotFound when they are not
// inside, ErrForbidden for a guest.
func (tx tx) memberOf(ctx context.Context, space, account ID) (Role, error) {
	var kind AccountKind
	var role Role
	err := tx.row(ctx, `SELECT account_kind, role FROM memberships WHERE space_id = $1 AND account_id = $2`,
		space, account).Scan(&kind, &role)
	if err != nil {
		return "", missing(err, ErrNotFound)
	}
	if kind == Guest {
		return "", ErrForbidden
	}
	return role, nil
}

// RemoveSpaceMember takes a member out of a space. Errors: those of the door,
// ErrNotFound, ErrForbidden for a guest, ErrNoAdminLeft.
func (s *Store) RemoveSpaceMember(ctx context.Context, actor Account, space, account ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToManage)
		if err != nil {
			return err
		}
		if _, err := tx.memberOf(ctx, sp.ID, account); err != nil {
			return err
		}
		if err := tx.removeMembership(ctx, sp.ID, account); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "membership.removed", Actor: actor.ID, Account: account, Space: sp.ID})
	})
}
