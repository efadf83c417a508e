package store

import (
	"context"
	"time"
)

// Ending is an invitation or a guest's access that ends soon.
type Ending struct {
	Space     ID
	SpaceName string
	Address   Email   // of an invitation; "" for an access
	Guest     Account // what others see of them; empty for an invitation
	EndsAt    time.Time
}

// How far ahead the home page looks, and how much it shows.
const (
	endingSoon = 3 * Day
	maxEndings = 5
)

// endingSoon is what ends within three days in the spaces that the actor
// administers: invitations nobody has answered, and guests' access. The first
// to end comes first; there are a few at most.
func (tx tx) endingSoon(ctx context.Context, actor Account) ([]Ending, error) {
	// The third part begins with the accounts that end and goes on to the
	// spaces: the other way round it would read all guests for each space.
	rows, err := tx.query(ctx, `
			SELECT s.id, s.name, COALESCE(i.email, i.identifier), i.expires_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
			`+mySpaces+`
			JOIN invitations i ON i.space_id = s.id AND i.status = 'pending' AND i.expires_at > 0
				AND i.expires_at > $2 AND i.expires_at <= $3
			WHERE me.id = $1 AND `+usableNow+`
			UNION ALL
			SELECT s.id, s.name, NULL, m.ends_at, `+personColumns+`
			`+mySpaces+`
			JOIN memberships m ON m.space_id = s.id AND m.ends_at > $2 AND m.ends_at <= $3
			JOIN accounts a ON a.id = m.account_id AND a.kind = 'guest' AND a.status = 'active'
				AND (a.ends_at IS NULL OR a.ends_at >= m.ends_at)
			WHERE me.id = $1 AND `+usableNow+`
			UNION ALL
			SELECT s.id, s.name, NULL, a.ends_at, `+personColumns+`
			FROM accounts a
			CROSS JOIN memberships m
			CROSS JOIN memberships mine
			CROSS JOIN accounts me
			JOIN spaces s ON s.id = m.space_id
			WHERE a.ends_at > $2 AND a.ends_at <= $3 AND a.status NOT IN ('suspended', 'deleted')
				AND m.account_id = a.id AND m.account_kind = 'guest' AND (m.ends_at IS NULL OR m.ends_at > a.ends_at)
				AND mine.space_id = m.space_id AND mine.account_id = $1 AND mine.role = 'administrator'
				AND me.id = $1 AND `+usableNow+`
			ORDER BY 4
			LIMIT $4`, actor.ID, at(tx.now), at(tx.now.Add(endingSoon)), maxEndings)
	return all(rows, err, func(row scanner) (Ending, error) {
		var e Ending
		err := row.Scan(append([]any{&e.Space, &e.SpaceName, nullEmail{&e.Address}, moment{&e.EndsAt}}, e.Guest.scanPersonOrNone()...)...)
		return e, err
	})
}

// mySpaces are the spaces s that the account me administers.
const mySpaces = `
	FROM accounts me
	JOIN memberships mine ON mine.account_id = me.id AND mine.role = 'administrator'
	JOIN spaces s ON s.id = mine.space_id`
