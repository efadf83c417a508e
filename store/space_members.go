package store

import (
	"context"
	"fmt"
	"slices"
)

// maxSpaceMembers is how many members a call puts into a space.
const maxSpaceMembers = 1000

// MemberEntry is one member of a space as a program names them.
type MemberEntry struct {
	Code          string // the login
	Administrator bool
}

// SpaceMembers are the members of a space who can act, by name, with their
// logins, for who may open it. Guests are not among them, and are not told the
// logins of members.
func (s *Store) SpaceMembers(ctx context.Context, actor Account, space ID) (list []Membership, err error) {
	err = s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT `+personColumns+`, COALESCE(a.login, a.login_key), m.role
			FROM memberships m
			JOIN accounts a ON a.id = m.account_id
			WHERE m.space_id = $1 AND m.account_kind = 'member' AND `+insideNow+` AND a.status = 'active'
			ORDER BY m.name_key, m.account_id
			LIMIT $3`, sp.ID, at(tx.now), maxSpaceMembers)
		list, err = all(rows, err, func(row scanner) (m Membership, err error) {
			err = row.Scan(append(m.Account.scanPerson(), &m.Account.Login, &m.Role)...)
			if sp.reader == Guest {
				m.Account.Login = ""
			}
			return m, err
		})
		return err
	})
	return list, err
}

// UpdateSpaceMembers makes the members of a space those of a list, in one
// transaction; guests stay as they are. Errors: those of the door, ErrBatchSize
// and ErrNoAdminLeft of the field "members", and ErrNoSuchMember of
// members[0].entity.code for guests, and for who is not there or not active.
func (s *Store) UpdateSpaceMembers(ctx context.Context, actor Account, space ID, entries []MemberEntry) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToManage)
		if err != nil {
			return err
		}
		if len(entries) > maxSpaceMembers {
			return ErrBatchSize.With("members", "Max", maxSpaceMembers)
		}
		if !slices.ContainsFunc(entries, func(e MemberEntry) bool { return e.Administrator }) {
			return ErrNoAdminLeft.With("members") // S0-18
		}
		wanted, err := tx.membersByCode(ctx, entries)
		if err != nil {
			return err
		}
		return tx.replaceMembers(ctx, actor, sp, wanted)
	})
}

// membersByCode are the roles that a list gives to accounts. Who stands in it
// twice has the higher one.
func (tx tx) membersByCode(ctx context.Context, entries []MemberEntry) (map[ID]Role, error) {
	var problems Problems
	wanted := map[ID]Role{}
	for i, entry := range entries {
		account, err := tx.accountOfCode(ctx, Member, entry.Code, ErrNoSuchMember)
		if err == nil && !account.Active(tx.now) {
			err = ErrNoSuchMember
		}
		if err := problems.Add(fieldError(err, fmt.Sprintf("members[%d].entity.code", i))); err != nil {
			return nil, err
		}
		switch {
		case err != nil:
		case entry.Administrator:
			wanted[account.ID] = Administrator
		case wanted[account.ID] == "":
			wanted[account.ID] = Editor
		}
	}
	return wanted, problems.Err()
}

// replaceMembers brings in and promotes first, so that the space is never
// without an administrator.
func (tx tx) replaceMembers(ctx context.Context, actor Account, sp Space, wanted map[ID]Role) error {
	rows, err := tx.query(ctx, `SELECT account_id, role FROM memberships WHERE space_id = $1 AND account_kind = 'member'`, sp.ID)
	type place struct {
		account ID
		role    Role
	}
	inside, err := all(rows, err, func(row scanner) (p place, err error) { return p, row.Scan(&p.account, &p.role) })
	if err != nil {
		return err
	}
	has := map[ID]Role{}
	for _, p := range inside {
		has[p.account] = p.role
	}
	for _, role := range []Role{Administrator, Editor} {
		for id, want := range wanted {
			if want != role || has[id] == role {
				continue
			}
			if err := tx.putMember(ctx, actor, sp, id, role, has[id]); err != nil {
				return err
			}
		}
	}
	for id := range has {
		if wanted[id] != "" {
			continue
		}
		if err := tx.removeMembership(ctx, sp.ID, id); err != nil {
			return err
		}
		if err := tx.audit(ctx, event{Action: "membership.removed", Actor: actor.ID, Account: id, Space: sp.ID}); err != nil {
			return err
		}
	}
	return nil
}

// putMember brings a member in, or gives one who is inside another role.
func (tx tx) putMember(ctx context.Context, actor Account, sp Space, id ID, role, before Role) error {
	if before == "" {
		return tx.addMember(ctx, actor, sp.ID, id, role, "members")
	}
	if _, err := tx.exec(ctx, `UPDATE memberships SET role = $3 WHERE space_id = $1 AND account_id = $2`, sp.ID, id, role); err != nil {
		return err
	}
	return tx.audit(ctx, event{
		Action: "membership.changed", Actor: actor.ID, Account: id, Space: sp.ID, Details: map[string]string{"role": string(role)},
	})
}
