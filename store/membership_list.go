package store

import (
	"context"
	"strings"
	"time"
)

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
		SELECT `+personColumns+`, COALESCE(a.login, a.email), `+key+`, m.name_key, m.role, m.joined_at, m.ends_at
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
			SELECT `+personColumns+`, COALESCE(a.login, a.email), m.role, m.joined_at, m.ends_at
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
		SELECT `+personColumns+`, COALESCE(a.login, a.email)
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
				SELECT `+personColumns+`, COALESCE(a.login, a.email)
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
