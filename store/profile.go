package store

import "context"

// Profile is what people say about themselves.
type Profile struct {
	Name     string
	Locale   string // en, ja, zh, or auto for what the browser asks for
	TimeZone string
}

// UpdateProfile changes the actor's own profile. Nobody changes another's here.
func (s *Store) UpdateProfile(ctx context.Context, actor Account, in Profile) (Account, error) {
	var problems Problems
	name, err := CleanName("display_name", in.Name, MaxName)
	for _, problem := range []error{err, checkOwnLocale(in.Locale), checkZone(in.TimeZone)} {
		if err := problems.Add(problem); err != nil {
			return Account{}, err
		}
	}
	if len(problems) > 0 {
		return Account{}, problems
	}
	var changed Account
	err = s.write(ctx, func(tx tx) error {
		before, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE accounts
			SET display_name = $2, name_key = $3, locale = $4, timezone = $5
			WHERE id = $1`, actor.ID, name, FoldKey(name), in.Locale, in.TimeZone)
		if err != nil {
			return err
		}
		if changed, err = tx.account(ctx, actor.ID); err != nil || changed.Name == before.Name {
			return err
		}
		// A new name is told apart from a new person by this row.
		return tx.audit(ctx, event{
			Action: "profile.renamed", Actor: actor.ID, Account: actor.ID, Subject: changed.Login,
			Details: map[string]string{"before": before.Name, "after": changed.Name},
		})
	})
	return changed, err
}
