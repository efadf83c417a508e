package store

import (
	"context"
	"errors"
)

// Home is what the first page shows to somebody.
type Home struct {
	Spaces   Page[SpaceCard]
	Recent   []Space           // that the reader was in last, when there are several
	Ending   []Ending          // in the spaces that the reader administers
	Requests []WaitingRequests // invitations that wait for the reader's answer
	Reviews  int               // guests that wait for the reader's confirmation, 1,000 at most
	Notices  []Notice          // the newest
	Host     Account           // who answers for the guest who reads; its ID is 0 for members and when there is nobody
}

// Home is what the first page shows to the actor, as of one moment. Kinds
// narrow the spaces down; none means all.
func (s *Store) Home(ctx context.Context, actor Account, from string, kinds ...SpaceKind) (Home, error) {
	var h Home
	err := s.read(ctx, func(tx tx) (err error) {
		if h.Spaces, err = tx.spacesOf(ctx, actor, from, kinds); err != nil {
			return err
		}
		if h.Recent, err = tx.recentSpaces(ctx, actor); err != nil {
			return err
		}
		if len(h.Recent) < 2 {
			h.Recent = nil // it is where they go anyway
		}
		newest, err := tx.notices(ctx, actor.ID, lastID, PageSize)
		if err != nil {
			return err
		}
		h.Notices = newest.Items[:min(newestNotices, len(newest.Items))]
		if actor.IsGuest() {
			if h.Host, err = tx.hostOf(ctx, actor); errors.Is(err, ErrNotFound) {
				return nil
			}
			return err
		}
		if h.Requests, err = tx.waitingRequests(ctx, actor); err != nil {
			return err
		}
		if h.Reviews, err = tx.reviewsWaiting(ctx, actor); err != nil {
			return err
		}
		h.Ending, err = tx.endingSoon(ctx, actor)
		return err
	})
	return h, err
}

// hostOf is who answers for a guest: the sponsor, or else an administrator of
// the space that the guest was in first. ErrNotFound when there is nobody, as
// for members.
func (tx tx) hostOf(ctx context.Context, actor Account) (Account, error) {
	var host Account
	err := missing(tx.row(ctx, `
			SELECT `+personColumns+`
			FROM accounts me
			LEFT JOIN memberships m ON m.account_id = me.id AND (m.ends_at IS NULL OR m.ends_at > $2)
			LEFT JOIN memberships h ON h.space_id = m.space_id AND h.role = 'administrator'
			JOIN accounts a ON a.id = me.sponsor_id OR a.id = h.account_id
			WHERE me.id = $1 AND me.kind = 'guest' AND a.status = 'active'
			ORDER BY CASE WHEN a.id = me.sponsor_id THEN 0 ELSE 1 END, m.joined_at, a.id
			LIMIT 1`, actor.ID, at(tx.now)).Scan(host.scanPerson()...), ErrNotFound)
	return host, err
}
