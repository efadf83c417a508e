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
	var changed Account
	err := s.write(ctx, func(tx tx) error {
		before, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		data := PersonalDataOf(before)
		data.Name, data.Locale, data.TimeZone = in.Name, in.Locale, in.TimeZone
		if data, err = data.clean(); err != nil {
			return err
		}
		if _, err := tx.updateProfile(ctx, before, data); err != nil {
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
