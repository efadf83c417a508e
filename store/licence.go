package store

import "context"

// PlaceReport is what the page of licences tells: the limits, what is taken of
// them, and who takes no place.
type PlaceReport struct {
	Quota  Quota
	Places Places
	Idle   int // guests who are suspended, or whose account or every membership has ended
}

// Gauges are the limits with what is taken of them.
func (r PlaceReport) Gauges() []Gauge { return r.Quota.Gauges(r.Places) }

// Over reports whether more is taken than a limit allows, because members left
// or the limit shrank.
func (r PlaceReport) Over() bool {
	for _, gauge := range r.Gauges() {
		if gauge.Over() {
			return true
		}
	}
	return false
}

// PlaceReport counts the places for a system administrator.
func (s *Store) PlaceReport(ctx context.Context, actor Account) (PlaceReport, error) {
	var r PlaceReport
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		r.Quota = e.Policy.Quota()
		if r.Places, err = tx.places(ctx, r.Quota); err != nil {
			return err
		}
		living := 0
		err = tx.row(ctx, `SELECT COUNT(*) FROM accounts WHERE kind = 'guest' AND status IN ('active', 'suspended')`).Scan(&living)
		r.Idle = living - (r.Places.Guests - r.Places.Pending)
		return err
	})
	return r, err
}

// PlacesOver reports, for the banner of a system administrator, whether the
// organisation is over a limit. It is false for everybody else, and costs
// nothing without a quota.
func (s *Store) PlacesOver(ctx context.Context, actor Account) (bool, error) {
	if !actor.SystemAdmin {
		return false, nil
	}
	e, err := s.Environment(ctx)
	if err != nil || e.Policy.Quota().Model == NoQuota {
		return false, err
	}
	r, err := s.PlaceReport(ctx, actor)
	return r.Over(), err
}

// PlacesLeft are the limits that whoever may invite into the space meets; none
// without a quota. Errors: those of the door.
func (s *Store) PlacesLeft(ctx context.Context, actor Account, space ID) ([]Gauge, error) {
	var gauges []Gauge
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToInvite)
		if err != nil {
			return err
		}
		quota := sp.Policy.Quota()
		if quota.Model == NoQuota {
			return nil
		}
		places, err := tx.places(ctx, quota)
		gauges = quota.Gauges(places)
		return err
	})
	return gauges, err
}

// LicenceHolder is a guest of several spaces.
type LicenceHolder struct {
	Account Account
	Spaces  int // that they are in
}

// LicenceHolders are the guests who are in several spaces, by name, for a
// system administrator (S4-05).
func (s *Store) LicenceHolders(ctx context.Context, actor Account, from string) (Page[LicenceHolder], error) {
	var name string
	var id ID
	after(from, &name, &id)
	var page Page[LicenceHolder]
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT `+personColumns+`, a.name_key, m.live
			FROM (
				SELECT account_id, COUNT(*) AS live
				FROM memberships
				WHERE account_kind = 'guest' AND (ends_at IS NULL OR ends_at > $1)
				GROUP BY account_id
				HAVING COUNT(*) > 1) AS m
			JOIN accounts a ON a.id = m.account_id
			WHERE a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $1) AND (a.name_key, a.id) > ($2, $3)
			ORDER BY a.name_key, a.id
			LIMIT $4`, at(tx.now), name, id, PageSize+1)
		type row struct {
			LicenceHolder
			key string
		}
		list, err := all(rows, err, func(r scanner) (h row, err error) {
			return h, r.Scan(append(h.Account.scanPerson(), &h.key, &h.Spaces)...)
		})
		keyed := pageOf(list, PageSize, func(h row) []any { return []any{h.key, h.Account.ID} })
		page = Page[LicenceHolder]{Next: keyed.Next}
		for _, h := range keyed.Items {
			page.Items = append(page.Items, h.LicenceHolder)
		}
		return err
	})
	return page, err
}
