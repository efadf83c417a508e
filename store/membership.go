package store

import (
	"context"
	"errors"
	"strings"
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

// Membership is an account in a space.
type Membership struct {
	Account  Account // what others see of them; Email only for the space's administrators
	Role     Role
	JoinedAt time.Time
	EndsAt   time.Time // zero for never
}

// MembersOf lists a space's members by name, or its guests by company and name,
// for those who may open it: as many of them as the actor sees there. Query
// narrows the names, readings and companies down; administrators also find by address.
func (s *Store) MembersOf(ctx context.Context, actor Account, space ID, kind AccountKind, query, from string) (Page[Membership], error) {
	var page Page[Membership]
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		page, err = tx.members(ctx, actor, sp, kind, query, from)
		return err
	})
	return page, err
}

func (tx tx) members(ctx context.Context, actor Account, sp Space, kind AccountKind, query, from string) (Page[Membership], error) {
	var company, name string
	var id ID
	key := `''` // members are of one company
	if kind == Guest {
		key = `a.company_key`
		after(from, &company, &name, &id)
	} else {
		after(from, &name, &id)
	}
	q := statement{now: at(tx.now)}
	q.add(`
		SELECT `+personColumns+`, a.email, `+key+`, m.name_key, m.role, m.joined_at, m.ends_at
		FROM memberships m
		JOIN accounts a ON a.id = m.account_id
		JOIN spaces s ON s.id = m.space_id
		JOIN accounts me ON me.id = `).value(actor.ID).add(`
		WHERE m.space_id = `).value(sp.ID).add(` AND m.account_kind = `).value(string(kind)).
		filter(` AND (m.ends_at IS NULL OR m.ends_at > @) AND `+seesPerson("a"), registerFilter{})
	q.insideWords(query, sp.Can(ToManage))
	order := `m.name_key, m.account_id`
	if kind == Guest {
		order = key + `, ` + order
		q.add(` AND (` + order + `) > (`).value(company).add(`, `).value(name).add(`, `).value(id).add(`)`)
	} else {
		q.add(` AND (` + order + `) > (`).value(name).add(`, `).value(id).add(`)`)
	}
	q.add(` ORDER BY ` + order + ` LIMIT `).value(PageSize + 1)
	rows, err := tx.query(ctx, q.text(), q.args...)
	type row struct {
		Membership
		company, name string
	}
	list, err := all(rows, err, func(r scanner) (row, error) {
		var m row
		err := r.Scan(append(m.Account.scanPerson(),
			nullEmail{&m.Account.Email}, &m.company, &m.name, &m.Role, moment{&m.JoinedAt}, moment{&m.EndsAt})...)
		if !sp.Can(ToManage) {
			m.Account.Email = ""
		}
		return m, err
	})
	if err != nil {
		return Page[Membership]{}, err
	}
	keyed := pageOf(list, PageSize, func(m row) []any {
		if kind == Guest {
			return []any{m.company, m.name, m.Account.ID}
		}
		return []any{m.name, m.Account.ID}
	})
	page := Page[Membership]{Next: keyed.Next}
	for _, m := range keyed.Items {
		page.Items = append(page.Items, m.Membership)
	}
	return page, nil
}

// insideWords narrows the people a of a space down to those whom a query finds:
// anywhere in the name or company, by how a word of either or of a reading
// begins or, for who sees addresses, anywhere in the address.
func (s *statement) insideWords(query string, addresses bool) {
	if strings.TrimSpace(query) == "" {
		return
	}
	pattern := registerFilter{like: contains(query)}
	s.filter(` AND (m.name_key LIKE ~ ESCAPE '\' OR a.company_key LIKE ~ ESCAPE '\'`, pattern)
	if addresses {
		s.filter(` OR a.login_key LIKE ~ ESCAPE '\'`, pattern)
	}
	words := askedWords(query)
	for i, word := range words {
		if joint := ` AND `; i > 0 {
			s.add(joint)
		} else {
			s.add(` OR (`)
		}
		s.filter(directoryWord(word).where, directoryWord(word))
	}
	if len(words) > 0 {
		s.add(`)`)
	}
	s.add(`)`)
}

// SpaceMember is one member of a space, for those who manage it. It is
// ErrNotFound for who is not inside and ErrForbidden for a guest.
func (s *Store) SpaceMember(ctx context.Context, actor Account, space, account ID) (Membership, error) {
	var m Membership
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToManage)
		if err != nil {
			return err
		}
		if _, err := tx.memberOf(ctx, sp.ID, account); err != nil {
			return err
		}
		return tx.row(ctx, `
			SELECT `+personColumns+`, a.email, m.role, m.joined_at, m.ends_at
			FROM memberships m
			JOIN accounts a ON a.id = m.account_id
			WHERE m.space_id = $1 AND m.account_id = $2`, sp.ID, account).Scan(append(m.Account.scanPerson(),
			nullEmail{&m.Account.Email}, &m.Role, moment{&m.JoinedAt}, moment{&m.EndsAt})...)
	})
	return m, err
}

// MemberCandidates are members of the organisation whose name or address holds
// the query, for the pickers of members: those who can be added to a space that
// the actor manages, or with a space of 0 to a new one. Guests are never
// offered (S0-18) and never get an answer (S4-22).
func (s *Store) MemberCandidates(ctx context.Context, actor Account, space ID, query string) ([]Account, error) {
	if FoldKey(query) == "" {
		return nil, nil
	}
	var found []Account
	err := s.read(ctx, func(tx tx) error {
		fresh, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		if fresh.IsGuest() {
			return ErrForbidden
		}
		if space != 0 {
			if _, err := tx.space(ctx, actor, space, ToManage); err != nil {
				return err
			}
		}
		found, err = tx.candidates(ctx, space, query)
		return err
	})
	return found, err
}

// maxCandidates is how many people a picker offers.
const maxCandidates = 20

func (tx tx) candidates(ctx context.Context, space ID, query string) ([]Account, error) {
	rows, err := tx.query(ctx, `
		SELECT `+personColumns+`, a.email
		FROM accounts a
		WHERE a.kind = 'member' AND a.status = 'active'
			AND (a.name_key LIKE $2 ESCAPE '\' OR a.login_key LIKE $2 ESCAPE '\')
			AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.space_id = $1 AND m.account_id = a.id)
		ORDER BY a.name_key, a.id
		LIMIT $3`, space, contains(query), maxCandidates)
	return all(rows, err, scanCandidate)
}

func scanCandidate(row scanner) (Account, error) {
	var a Account
	err := row.Scan(append(a.scanPerson(), nullEmail{&a.Email})...)
	return a, err
}

// MembersByID are the living members among the accounts, for a form that is
// shown again with the people who were chosen. Guests get none.
func (s *Store) MembersByID(ctx context.Context, actor Account, ids []ID) ([]Account, error) {
	var found []Account
	err := s.read(ctx, func(tx tx) error {
		found = nil
		fresh, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		if fresh.IsGuest() {
			return ErrForbidden
		}
		for _, id := range ids[:min(len(ids), maxNewMembers)] {
			account, err := scanCandidate(tx.row(ctx, `
				SELECT `+personColumns+`, a.email
				FROM accounts a
				WHERE a.id = $1 AND a.kind = 'member' AND a.status = 'active'`, id))
			if err := missing(err, nil); err != nil {
				return err
			}
			if account.ID != 0 {
				found = append(found, account)
			}
		}
		return nil
	})
	return found, err
}

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
