package store

import (
	"context"
	"fmt"
)

// spendPlaces runs a change that may take places: an invitation, an acceptance,
// an addition, a return. It counts before and after in the transaction of the
// change (SEC-A3), whatever the change is, and is ErrQuotaFull or
// ErrLicencesFull when it took what there was not. Inside another spendPlaces
// the outer one counts. Without a quota it only runs the change.
func (tx tx) spendPlaces(ctx context.Context, change func() error) error {
	if *tx.spending {
		return change()
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	quota := e.Policy.Quota()
	if quota.Model == NoQuota {
		return change()
	}
	*tx.spending = true
	defer func() { *tx.spending = false }()
	if _, err := tx.exec(ctx, `UPDATE place_turn SET turn = turn + 1 WHERE id = 1`); err != nil {
		return err
	}
	before, err := tx.places(ctx, quota)
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	after, err := tx.places(ctx, quota)
	if err != nil {
		return err
	}
	return quota.allow(before, after)
}

// places counts what is taken now. It reads indexes only, in their order:
// first all guests, then those who are not in exactly one space, then what
// invitations add.
func (tx tx) places(ctx context.Context, quota Quota) (Places, error) {
	var p Places
	err := tx.row(ctx, countUsable, at(tx.now), Member).Scan(&p.Members)
	if err != nil {
		return p, fmt.Errorf("count members: %w", err)
	}
	var guests, lapsed int
	if err := tx.row(ctx, countUsable, at(tx.now), Guest).Scan(&guests); err != nil {
		return p, fmt.Errorf("count guests: %w", err)
	}
	err = tx.row(ctx, `
		SELECT COUNT(CASE WHEN m.live = 0 THEN 1 END), COUNT(CASE WHEN m.live > 1 THEN 1 END)
		FROM (
			SELECT account_id, COUNT(CASE WHEN ends_at IS NULL OR ends_at > $1 THEN 1 END) AS live
			FROM memberships
			WHERE account_kind = 'guest'
			GROUP BY account_id
			HAVING COUNT(CASE WHEN ends_at IS NULL OR ends_at > $1 THEN 1 END) <> 1) AS m
		JOIN accounts a ON a.id = m.account_id
		WHERE a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $1)`, at(tx.now)).Scan(&lapsed, &p.Multi)
	if err != nil {
		return p, fmt.Errorf("count the spaces of guests: %w", err)
	}
	p.add(singlePlace, guests-lapsed-p.Multi)
	if !quota.CountsPending {
		return p, nil
	}
	if err := tx.addNewAddresses(ctx, &p); err != nil {
		return p, fmt.Errorf("count invitations: %w", err)
	}
	if err := tx.addInvitedGuests(ctx, &p); err != nil {
		return p, fmt.Errorf("count invitations of guests: %w", err)
	}
	return p, nil
}

// countUsable counts the accounts of a kind ($2) that may be used at a moment ($1).
const countUsable = `
	SELECT COUNT(*) FROM accounts
	WHERE kind = $2 AND status = 'active' AND (ends_at IS NULL OR ends_at > $1)`

// livePending holds for invitations that still lead in. $1 is the moment.
const livePending = `
	i.status = 'pending' AND i.expires_at > $1 AND (i.access_ends_at IS NULL OR i.access_ends_at > $1)`

// addNewAddresses counts the addresses that are invited and have no account,
// and the guests without e-mail who have not come yet.
func (tx tx) addNewAddresses(ctx context.Context, p *Places) error {
	var all, multi, printed int
	err := tx.row(ctx, `
		SELECT COUNT(*), COUNT(CASE WHEN n.spaces > 1 THEN 1 END)
		FROM (
			SELECT i.email, COUNT(DISTINCT i.space_id) AS spaces
			FROM invitations i
			WHERE `+livePending+` AND i.email IS NOT NULL
				AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.login_key = i.email AND a.deleted_at IS NULL)
			GROUP BY i.email) AS n`, at(tx.now)).Scan(&all, &multi)
	if err != nil {
		return err
	}
	err = tx.row(ctx, `
		SELECT COUNT(*)
		FROM invitations i
		WHERE `+livePending+` AND i.identifier IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.login_key = i.identifier AND a.deleted_at IS NULL)`,
		at(tx.now)).Scan(&printed)
	p.Pending = all + printed
	p.add(multiPlace, multi)
	p.add(singlePlace, all-multi+printed)
	return err
}

// addInvitedGuests moves the guests up who hold an invitation into a space that
// they are not in yet.
func (tx tx) addInvitedGuests(ctx context.Context, p *Places) error {
	rows, err := tx.query(ctx, `
		SELECT
			(SELECT COUNT(*) FROM memberships m WHERE m.account_id = n.id),
			(SELECT COUNT(*) FROM memberships m WHERE m.account_id = n.id AND (m.ends_at IS NULL OR m.ends_at > $1)),
			n.invited
		FROM (
			SELECT a.id, COUNT(DISTINCT i.space_id) AS invited
			FROM invitations i
			JOIN accounts a ON a.login_key = i.email AND a.deleted_at IS NULL
			WHERE `+livePending+` AND a.kind = 'guest' AND a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $1)
				AND NOT EXISTS (
					SELECT 1 FROM memberships m
					WHERE m.space_id = i.space_id AND m.account_id = a.id AND (m.ends_at IS NULL OR m.ends_at > $1))
			GROUP BY a.id) AS n`, at(tx.now))
	type person struct{ all, live, invited int }
	list, err := all(rows, err, func(row scanner) (c person, err error) {
		return c, row.Scan(&c.all, &c.live, &c.invited)
	})
	for _, c := range list {
		lapsed := c.all > 0 && c.live == 0
		p.add(placeOf(c.live, lapsed), -1)
		p.add(placeOf(c.live+c.invited, false), 1)
	}
	return err
}
