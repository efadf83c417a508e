package store

import (
	"context"
	"slices"
)

// AudienceChoice is one of the audiences that somebody may write for.
type AudienceChoice struct {
	Audience Audience
	Company  string // the name of its company
	Guests   int    // of the company
}

// Audiences are those for which the actor may begin a thread in a space.
func (s *Store) Audiences(ctx context.Context, actor Account, space ID) ([]AudienceChoice, error) {
	var list []AudienceChoice
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		list, err = tx.audiences(ctx, sp, Everyone)
		return err
	})
	return list, err
}

// audiences are those that the reader of a space may choose of within another:
// guests have no choice.
func (tx tx) audiences(ctx context.Context, sp Space, outer Audience) ([]AudienceChoice, error) {
	list := []AudienceChoice{{Audience: outer}}
	if sp.reader == Guest || outer == TeamOnly {
		return list, nil
	}
	list = append(list, AudienceChoice{Audience: TeamOnly})
	if !sp.CompaniesApart {
		return list, nil
	}
	companies, err := tx.companies(ctx, sp.ID)
	if err != nil || outer == Everyone {
		return append(list, companies...), err
	}
	if i := slices.IndexFunc(companies, func(c AudienceChoice) bool { return c.Audience == outer }); i >= 0 {
		list[0] = companies[i]
	}
	return list, nil
}

// crowd is at how many guests of a space its companies are counted to.
const crowd = 1000

// companies are those that have guests in a space.
func (tx tx) companies(ctx context.Context, space ID) ([]AudienceChoice, error) {
	rows, err := tx.query(ctx, `
		SELECT there.company_key, MIN(there.company), COUNT(*)
		FROM (
			SELECT a.company_key, a.company
			FROM memberships m
			JOIN accounts a ON a.id = m.account_id
			WHERE m.space_id = $1 AND m.account_kind = 'guest' AND a.company_key <> '' AND `+insideNow+`
			LIMIT $3) AS there
		GROUP BY there.company_key
		ORDER BY there.company_key`, space, at(tx.now), crowd)
	return all(rows, err, func(row scanner) (c AudienceChoice, err error) {
		var key string
		err = row.Scan(&key, &c.Company, &c.Guests)
		c.Audience = ForCompany(key)
		return c, err
	})
}

// audience is for whom the author writes who chose an audience: guests choose
// none, and in a space of companies apart what they write is for their own
// company for good, whatever the space becomes later. A company is only
// written to where companies are apart and it has guests.
func (tx tx) audience(ctx context.Context, sp Space, author Account, chosen Audience) (Audience, error) {
	switch company := chosen.Company(); {
	case author.IsGuest() && chosen != Everyone:
		return "", ErrUnknownAudience
	case author.IsGuest() && sp.CompaniesApart && author.Company != "":
		return ForCompany(companyKey(author.Company)), nil
	case chosen == Everyone || chosen == TeamOnly:
		return chosen, nil
	case !sp.CompaniesApart || company == "":
		return "", ErrUnknownAudience
	default:
		there, err := tx.hasCompany(ctx, sp.ID, company)
		if err == nil && !there {
			err = ErrUnknownAudience
		}
		return chosen, err
	}
}

// hasCompany reports whether guests of a company are in the space.
func (tx tx) hasCompany(ctx context.Context, space ID, company string) (there bool, err error) {
	err = tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1
			FROM accounts a
			JOIN memberships m ON m.account_id = a.id AND m.space_id = $1
			WHERE a.company_key = $3 AND a.company_key <> '' AND a.kind = 'guest' AND `+insideNow+`)`,
		space, at(tx.now), company).Scan(&there)
	return there, err
}
