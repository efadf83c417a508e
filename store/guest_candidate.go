package store

import "context"

// GuestCandidate is a guest who can be added to a space without an invitation.
type GuestCandidate struct {
	Account   Account // what others see of them; Email only for who may see it
	Elsewhere bool    // in another space, where a guest may be in one only (S3-11)
}

// GuestCandidates are the guests whose name holds the query and who can be added
// to the space, with the space: for a system administrator all guests, for
// others those with whom they share a space, or whose access to one ended that
// they administer (S3-10, S4-22). Addresses are found and shown only of guests in
// spaces that the actor administers. An empty query finds
// those who come first.
func (s *Store) GuestCandidates(ctx context.Context, actor Account, space ID, query string) (Space, []GuestCandidate, error) {
	var sp Space
	var found []GuestCandidate
	err := s.read(ctx, func(tx tx) (err error) {
		if sp, err = tx.space(ctx, actor, space, ToInvite); err != nil {
			return err
		}
		if sp.systemAdmin {
			found, err = tx.anyCandidates(ctx, sp, query)
		} else {
			found, err = tx.sharedCandidates(ctx, sp, actor.ID, query)
		}
		for i := range found {
			found[i].Elsewhere = found[i].Elsewhere && sp.Policy.singleScope()
		}
		return err
	})
	return sp, found, err
}

// addable holds for a guest a who may be used and is not inside space $1; $2 is
// the moment.
const addable = `
	a.kind = 'guest' AND a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $2)
	AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.space_id = $1 AND m.account_id = a.id AND ` + insideNow + `)`

// elsewhere reports whether a guest a is in any space.
const elsewhere = `EXISTS (SELECT 1 FROM memberships m WHERE m.account_id = a.id AND ` + insideNow + `)`

func (tx tx) anyCandidates(ctx context.Context, sp Space, query string) ([]GuestCandidate, error) {
	rows, err := tx.query(ctx, `
		SELECT `+personColumns+`, COALESCE(a.login, a.email), `+elsewhere+`
		FROM accounts a
		WHERE `+addable+` AND (a.name_key LIKE $3 ESCAPE '\' OR a.login_key LIKE $3 ESCAPE '\')
		ORDER BY a.name_key, a.id
		LIMIT $4`, sp.ID, at(tx.now), contains(query), maxCandidates)
	return all(rows, err, scanGuestCandidate)
}

// sharedCandidates are looked for among the guests of the actor's own spaces.
func (tx tx) sharedCandidates(ctx context.Context, sp Space, actor ID, query string) ([]GuestCandidate, error) {
	rows, err := tx.query(ctx, `
		SELECT `+personColumns+`, CASE WHEN known.administered = 1 THEN COALESCE(a.login, a.email) END, `+elsewhere+`
		FROM (
			SELECT theirs.account_id, MAX(CASE WHEN m.role = 'administrator' THEN 1 ELSE 0 END) AS administered
			FROM memberships m
			JOIN memberships theirs ON theirs.space_id = m.space_id AND theirs.account_kind = 'guest'
				AND (theirs.ends_at IS NULL OR theirs.ends_at > $2 OR m.role = 'administrator')
			WHERE m.account_id = $5 AND `+insideNow+`
			GROUP BY theirs.account_id) known
		JOIN accounts a ON a.id = known.account_id
		WHERE `+addable+`
			AND (a.name_key LIKE $3 ESCAPE '\' OR known.administered = 1 AND a.login_key LIKE $3 ESCAPE '\')
		ORDER BY a.name_key, a.id
		LIMIT $4`, sp.ID, at(tx.now), contains(query), maxCandidates, actor)
	return all(rows, err, scanGuestCandidate)
}

func scanGuestCandidate(row scanner) (GuestCandidate, error) {
	var c GuestCandidate
	err := row.Scan(append(c.Account.scanPerson(), nullEmail{&c.Account.Email}, &c.Elsewhere)...)
	return c, err
}

// maySeeGuest is ErrNoSuchGuest for a guest whom the actor does not see: an ID
// that was guessed says nothing (SEC-A1).
func (tx tx) maySeeGuest(ctx context.Context, sp Space, actor, guest ID) error {
	if sp.systemAdmin {
		return nil
	}
	var seen bool
	err := tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1
			FROM memberships m
			JOIN memberships theirs ON theirs.space_id = m.space_id AND theirs.account_id = $1
				AND (theirs.ends_at IS NULL OR theirs.ends_at > $2 OR m.role = 'administrator')
			WHERE m.account_id = $3 AND `+insideNow+`)`, guest, at(tx.now), actor).Scan(&seen)
	if err == nil && !seen {
		return ErrNoSuchGuest
	}
	return err
}
