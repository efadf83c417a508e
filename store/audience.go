package store

import (
	"context"
	"strings"
)

// Audience is who in a space reads a thing that somebody put there: everyone,
// the team (its members), or the team and the guests of one company. It is
// chosen when the thing is written and never widened (S4-10).
type Audience string

// The audiences that do not name a company.
const (
	Everyone Audience = ""     // everyone in the space whom the writer may see
	TeamOnly Audience = "team" // its members, no guest
)

const companyAudience = "company:"

// ForCompany is the audience of the team and the guests of one company, by the
// company's key. A company without a name has none: it is TeamOnly.
func ForCompany(key string) Audience {
	if key == "" {
		return TeamOnly
	}
	return Audience(companyAudience + key)
}

// Company is the key of the company that the audience is for, "" when it is for none.
func (a Audience) Company() string {
	key, _ := strings.CutPrefix(string(a), companyAudience)
	if key == string(a) {
		return ""
	}
	return key
}

// ErrUnknownAudience: not an audience that the actor may choose here.
var ErrUnknownAudience = &Error{Kind: Invalid, Code: "unknown_audience", Field: "audience"}

// ParseAudience reads an audience from a form: everyone or nothing, team, or
// company:KEY.
func ParseAudience(text string) (Audience, error) {
	switch key, found := strings.CutPrefix(text, companyAudience); {
	case text == "" || text == "everyone":
		return Everyone, nil
	case text == string(TeamOnly):
		return TeamOnly, nil
	case found && key != "" && key == FoldKey(key):
		return Audience(text), nil
	}
	return Everyone, ErrUnknownAudience
}

// Within is the narrower of two audiences of which one lies in the other: what
// is said in a thread is for the thread's readers at most. Of two companies
// nobody is left but the team.
func (a Audience) Within(outer Audience) Audience {
	switch {
	case a == outer || outer == Everyone:
		return a
	case a == Everyone:
		return outer
	}
	return TeamOnly
}

// seesPerson is the condition under which the person me sees the person of
// the alias other in space s: in a space of companies apart guests see the
// members and the guests of their own company. Both are inside, or were.
func seesPerson(other string) string {
	return strings.ReplaceAll(`(
		me.kind = 'member' OR NOT s.companies_apart OR other.kind = 'member' OR other.id = me.id
		OR (other.company_key = me.company_key AND me.company_key <> ''))`, "other.", other+".")
}

// visible is the one condition under which something that stands in a space is
// shown to the person me, who may open space s: row is the alias of the thing,
// which has an audience, and author that of the account that put it there.
// Lists, counts, searches, notices and mails all ask it, in the same statement
// that reads the thing (SEC-A5).
func visible(row, author string) string {
	return `(me.kind = 'member' OR (` + row + `.audience IN ('', 'company:' || me.company_key) AND ` + seesPerson(author) + `))`
}

// acquainted is the condition under which the person me may know of the person
// of the alias other at all (S4-22): members know everybody; guests themselves
// and who is in a space with them now and seen there. now is the number of the
// parameter that holds the moment.
func acquainted(other, now string) string {
	return `(me.kind = 'member' OR ` + other + `.id = me.id OR ` + together(other, now) + `)`
}

// together is the condition under which the person me and the person of the
// alias other are in a space now in which both see each other.
func together(other, now string) string {
	return strings.NewReplacer("other.", other+".", "$now", now).Replace(`EXISTS (
			SELECT 1
			FROM memberships mine
			JOIN spaces s ON s.id = mine.space_id
			JOIN memberships theirs ON theirs.space_id = mine.space_id AND theirs.account_id = other.id
			WHERE mine.account_id = me.id
				AND (mine.ends_at IS NULL OR mine.ends_at > $now) AND (theirs.ends_at IS NULL OR theirs.ends_at > $now)
				AND ` + seesPerson("other") + `)`)
}

// shared reports whether what the author puts into the space for an audience
// can be read by every guest there: the counters of guests count that alone.
func (sp Space) shared(author Account, audience Audience) bool {
	return audience == Everyone && (!sp.CompaniesApart || !author.IsGuest())
}

// fillCompanies gives companies of earlier days their keys.
func (s *Store) fillCompanies(ctx context.Context) error {
	for {
		var filled int
		err := s.write(ctx, func(tx tx) error {
			rows, err := tx.query(ctx, `SELECT id, company FROM accounts WHERE company <> '' AND company_key = '' AND id > 0 ORDER BY id LIMIT 500`)
			type person struct {
				id      ID
				company string
			}
			list, err := all(rows, err, func(row scanner) (p person, err error) { return p, row.Scan(&p.id, &p.company) })
			if err != nil {
				return err
			}
			filled = len(list)
			for _, p := range list {
				if _, err := tx.exec(ctx, `UPDATE accounts SET company_key = $2 WHERE id = $1`, p.id, companyKey(p.company)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || filled == 0 {
			return err
		}
	}
}

// companyKey tells companies apart: "" only for no company.
func companyKey(company string) string {
	if key := FoldKey(company); key != "" {
		return key
	}
	return company
}
