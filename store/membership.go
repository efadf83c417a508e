package store

import (
	"context"
	"time"
)

// ErrNoAdminLeft: a space keeps at least one administrator (S0-18).
var ErrNoAdminLeft = &Error{Kind: Invalid, Code: "no_admin_left", Field: "administrators"}

// newMembership puts an account into a space.
type newMembership struct {
	Space   ID
	Account Account
	Role    Role
	EndsAt  time.Time // zero for never
	AddedBy ID
}

// addMembership puts an account into a space, or gives it the role and end
// when it is inside already, and keeps the space's counters true.
func (tx tx) addMembership(ctx context.Context, in newMembership) error {
	if in.Account.IsGuest() && in.Role == Administrator {
		return ErrForbidden // S3-05, S4-24
	}
	var fresh bool
	err := tx.row(ctx, `
		SELECT NOT EXISTS (SELECT 1 FROM memberships WHERE space_id = $1 AND account_id = $2)`,
		in.Space, in.Account.ID).Scan(&fresh)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO memberships (space_id, account_id, account_kind, role, ends_at, seen_at, joined_at, added_by)
		VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
		ON CONFLICT (space_id, account_id) DO UPDATE SET role = $4, ends_at = $5`,
		in.Space, in.Account.ID, in.Account.Kind, in.Role, at(in.EndsAt), at(tx.now), in.AddedBy.orNull())
	if err != nil || !fresh {
		return err
	}
	return tx.count(ctx, in.Space, in.Account.Kind, 1)
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
			WHERE m.space_id = $1 AND m.account_id <> $2 AND m.role = 'administrator' AND a.status = 'active')`,
		space, account).Scan(&other)
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
