package store

import (
	"context"
	"slices"
	"strings"
	"time"
)

// allot gives each address that could come in its place, the first come first,
// and says no_place to those for whom none is left, and other_space to those
// who are in another space, or on the way there, where a guest has one space
// only (C1, S3-03, S3-11).
func (tx tx) allot(ctx context.Context, space ID, list []addressee) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	quota, single := e.Policy.Quota(), e.Policy.singleScope()
	if quota.Model == NoQuota && !single {
		return nil
	}
	persons, err := tx.footprints(ctx, list)
	if err != nil {
		return err
	}
	var taken Places
	if quota.Model != NoQuota {
		if taken, err = tx.places(ctx, quota); err != nil {
			return err
		}
	}
	for i := range list {
		c := &list[i]
		verdict := c.verdict()
		if verdict != VerdictInvited && verdict != VerdictAdded {
			continue
		}
		person := persons[c.email]
		if single && person.elsewhere(space) {
			c.refused = VerdictOtherSpace
			continue
		}
		if verdict == VerdictInvited && !quota.CountsPending {
			continue
		}
		after := taken
		after.add(person.place(quota), -1)
		person.enter(space, verdict == VerdictInvited)
		after.add(person.place(quota), 1)
		if quota.allow(taken, after) != nil {
			c.refused = VerdictNoPlace
			continue
		}
		taken = after
	}
	return nil
}

// singleScope reports whether a guest is in one space only (C1).
func (p Policy) singleScope() bool { return p.Value("guest.scope") == "single" }

// footprint is where one address is, or is on the way to.
type footprint struct {
	account bool        // a guest who may sign in
	lapsed  bool        // was in spaces, all of which have ended
	inside  map[ID]bool // spaces
	invited map[ID]bool // spaces, or 0 for the organisation alone
}

func (f *footprint) elsewhere(space ID) bool {
	for _, spaces := range []map[ID]bool{f.inside, f.invited} {
		for id := range spaces {
			if id != space && id != 0 {
				return true
			}
		}
	}
	return false
}

// place is what the address takes as things are.
func (f *footprint) place(quota Quota) placeKind {
	spaces := map[ID]bool{}
	for id := range f.inside {
		spaces[id] = true
	}
	known := f.account && !f.lapsed
	if quota.CountsPending {
		known = known || len(f.invited) > 0
		for id := range f.invited {
			if id != 0 {
				spaces[id] = true
			}
		}
	}
	return placeOf(len(spaces), !known)
}

func (f *footprint) enter(space ID, byInvitation bool) {
	if byInvitation {
		f.invited[space] = true
	} else if space != 0 {
		f.inside[space] = true
	}
}

// footprints reads where all addresses are, in two statements for each hundred.
func (tx tx) footprints(ctx context.Context, list []addressee) (map[Email]*footprint, error) {
	emails := make([]Email, len(list))
	persons := make(map[Email]*footprint, len(list))
	for i, c := range list {
		emails[i] = c.email
		persons[c.email] = &footprint{
			account: c.account.ID != 0 && c.account.Active(tx.now), inside: map[ID]bool{}, invited: map[ID]bool{},
		}
	}
	for part := range slices.Chunk(emails, MaxAddresses) {
		if err := tx.addFootprints(ctx, part, persons); err != nil {
			return nil, err
		}
	}
	return persons, nil
}

func (tx tx) addFootprints(ctx context.Context, emails []Email, persons map[Email]*footprint) error {
	in, args := inList(2, emails)
	wanted := `WITH n (email) AS (VALUES (` + strings.ReplaceAll(in, ",", "), (") + `))`
	args = append([]any{at(tx.now)}, args...)
	rows, err := tx.query(ctx, wanted+`
		SELECT n.email, m.space_id, m.ends_at
		FROM n
		CROSS JOIN accounts a
		CROSS JOIN memberships m
		WHERE a.login_key = n.email AND a.deleted_at IS NULL AND m.account_id = a.id
			AND CAST($1 AS BIGINT) IS NOT NULL`, args...)
	type place struct {
		email  Email
		space  ID
		endsAt time.Time
	}
	memberships, err := all(rows, err, func(row scanner) (p place, err error) {
		return p, row.Scan(&p.email, &p.space, moment{&p.endsAt})
	})
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if m.endsAt.IsZero() || tx.now.Before(m.endsAt) {
			persons[m.email].inside[m.space] = true
		}
	}
	for _, m := range memberships {
		persons[m.email].lapsed = len(persons[m.email].inside) == 0
	}
	rows, err = tx.query(ctx, wanted+`
		SELECT n.email, i.space_id
		FROM n
		CROSS JOIN invitations i
		WHERE i.email = n.email AND `+livePending, args...)
	invitations, err := all(rows, err, func(row scanner) (p place, err error) {
		return p, row.Scan(&p.email, nullID{&p.space})
	})
	for _, i := range invitations {
		persons[i.email].invited[i.space] = true
	}
	return err
}

// onlyHere is ErrOtherSpace when a guest may be in one space only and this one
// is in another already.
func (tx tx) onlyHere(ctx context.Context, guest Account, space ID) error {
	if !guest.IsGuest() {
		return nil
	}
	e, err := tx.environment(ctx)
	if err != nil || !e.Policy.singleScope() {
		return err
	}
	var elsewhere bool
	err = tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM memberships m
			WHERE m.account_id = $1 AND m.space_id <> $3 AND `+insideNow+`)`,
		guest.ID, at(tx.now), space).Scan(&elsewhere)
	if err == nil && elsewhere {
		err = ErrOtherSpace
	}
	return err
}
