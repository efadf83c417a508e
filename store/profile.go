package store

import "context"

// Profile is what people say about themselves.
type Profile struct {
	Name     string
	Locale   string // en, ja, zh, or auto for what the browser asks for
	TimeZone string
	Details  *ProfileDetails // nil leaves them as they are
}

// ProfileDetails are what others may know besides the name (S1-14 to S1-19).
// Company and division are a guest's own; a member's department is set by an
// administrator.
type ProfileDetails struct {
	SurNameReading   string
	GivenNameReading string
	Company          string
	Division         string
	Phone            string
	CallTo           string
}

// over is the data with the details in the place of what was there.
func (d ProfileDetails) over(data PersonalData, guest bool) PersonalData {
	data.SurNameReading, data.GivenNameReading = d.SurNameReading, d.GivenNameReading
	data.Phone, data.CallTo = d.Phone, d.CallTo
	if guest {
		data.Company, data.Division = d.Company, d.Division
	}
	return data
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
		if in.Details != nil {
			data = in.Details.over(data, before.IsGuest())
		}
		if data, err = data.clean(); err != nil {
			return err
		}
		if err := tx.keepsCompany(ctx, before, data.Company); err != nil {
			return err
		}
		fields, err := tx.updateProfile(ctx, before, data)
		if err != nil {
			return err
		}
		if changed, err = tx.account(ctx, actor.ID); err != nil {
			return err
		}
		if err := tx.auditDetails(ctx, changed, fields); err != nil || changed.Name == before.Name {
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

// auditDetails notes what somebody changed of their own details; the name has
// a row of its own, and language and zone are nobody's business.
func (tx tx) auditDetails(ctx context.Context, person Account, fields map[string]string) error {
	for _, quiet := range []string{"display_name", "locale", "timezone"} {
		delete(fields, quiet)
	}
	if len(fields) == 0 {
		return nil
	}
	return tx.audit(ctx, event{
		Action: "profile.changed", Actor: person.ID, Account: person.ID, Subject: person.Login, Details: fields,
	})
}

// PersonProfile is what one person may know of another.
type PersonProfile struct {
	Account Account // without the address and all that is not for others
	Status  GuestStatus
	Posts   []Post   // departments of a member
	Common  []Common // spaces of both, some at least
	Shared  int      // how many those are
}

// profileSpaces is how many common spaces a profile names.
const profileSpaces = 50

// PersonProfile is the profile of somebody whom the actor may see (S4-22), with
// the spaces that they share and may know of each other.
func (s *Store) PersonProfile(ctx context.Context, actor Account, id ID) (PersonProfile, error) {
	var p PersonProfile
	err := s.read(ctx, func(tx tx) error {
		p = PersonProfile{}
		found, err := tx.person(ctx, actor, id)
		if err != nil {
			return err
		}
		p.Account, p.Status = found.forOthers(), found.standing(tx.now)
		me, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		view, err := tx.viewOfChart(ctx, me)
		if err != nil {
			return err
		}
		if !found.IsGuest() {
			posts, err := tx.posts(ctx, view, []ID{id})
			if err != nil {
				return err
			}
			p.Posts = posts[id]
		}
		if id == me.ID {
			return nil
		}
		return tx.commonSpaces(ctx, me, []ID{id}, func(_ ID, c Common) {
			if p.Shared++; len(p.Common) < profileSpaces {
				p.Common = append(p.Common, c)
			}
		})
	})
	return p, err
}

// forOthers is the account as everybody may see it who may see it at all.
func (a Account) forOthers() Account {
	return Account{
		ID: a.ID, Kind: a.Kind, Name: a.Name, SurNameReading: a.SurNameReading,
		GivenNameReading: a.GivenNameReading, Company: a.Company, Division: a.Division,
		Phone: a.Phone, CallTo: a.CallTo, Picture: a.Picture, Locale: a.Locale,
		TimeZone: a.TimeZone, Status: a.Status,
	}
}

// Person is the profile of somebody whom the actor may see (S4-22): without the
// address and all that is not for others. Who may not be seen is ErrNotFound.
func (s *Store) Person(ctx context.Context, actor Account, id ID) (Account, error) {
	var person Account
	err := s.read(ctx, func(tx tx) error {
		found, err := tx.person(ctx, actor, id)
		if err != nil {
			return err
		}
		person = found.forOthers()
		return nil
	})
	return person, err
}
