package store

import (
	"context"
	"time"
)

// SpaceCard is a space in a list: without its text, with the newest word in it.
type SpaceCard struct {
	Space
	Last Word // only of a space that the actor is inside
}

// Spaces in lists come without their texts, which may be long.
const spaceCardColumns = `
	s.id, s.kind, s.name, '', '', s.cover, s.multi_thread, s.fixed_membership,
	s.publishing, s.companies_apart, s.member_count, s.guest_count, s.thread_count, s.activity_count, s.version, s.created_at, s.active_at,
	s.shared_thread_count, s.shared_activity_count, s.shared_active_at, s.file_count, s.shared_file_count,
	s.show_announcement, s.show_threads, s.show_apps, s.show_members, s.show_related_links, s.apps_by`

// When something was last written that me may read.
const activeForMe = `CASE WHEN me.kind = 'guest' THEN s.shared_active_at ELSE s.active_at END`

// usableNow is what Account.Active says, for lists: they are empty for an
// account that may not act. $2 is the moment.
const usableNow = `
	me.status = 'active' AND NOT me.must_change_password AND (me.ends_at IS NULL OR me.ends_at > $2)
	AND ` + termsAccepted

// insideNow holds for memberships that have not ended. $2 is the moment.
const insideNow = `(m.ends_at IS NULL OR m.ends_at > $2)`

// myAccess is accessColumns of the account me.
const myAccess = `
	me.kind, me.status, me.ends_at, me.system_admin, me.must_change_password, ` + iOweTerms + `,
	m.role, m.ends_at, m.favourite, m.follows, m.seen_at, m.seen_count, m.used_at`

// SpacesOf are the spaces that the actor is inside: favourites first, then
// those in which something was last written (S0-05). Kinds narrows them down;
// none means all.
func (s *Store) SpacesOf(ctx context.Context, actor Account, from string, kinds ...SpaceKind) (Page[SpaceCard], error) {
	var page Page[SpaceCard]
	err := s.read(ctx, func(tx tx) (err error) {
		page, err = tx.spacesOf(ctx, actor, from, kinds)
		return err
	})
	return page, err
}

func (tx tx) spacesOf(ctx context.Context, actor Account, from string, kinds []SpaceKind) (Page[SpaceCard], error) {
	favourite, active, id := true, int64(lastMoment), lastID
	after(from, &favourite, &active, &id)
	guest, internal := wanted(kinds)
	rows, err := tx.query(ctx, `
		SELECT `+spaceCardColumns+`, `+myAccess+`, `+personColumns+`, lc.excerpt, lc.created_at
		FROM accounts me
		JOIN memberships m ON m.account_id = me.id AND `+insideNow+`
		JOIN spaces s ON s.id = m.space_id
		LEFT JOIN comments lc ON lc.id = CASE WHEN me.kind = 'guest' THEN s.shared_comment_id ELSE s.last_comment_id END AND `+sayable+`
		LEFT JOIN accounts a ON a.id = lc.author_id
		WHERE me.id = $1 AND `+usableNow+`
			AND (s.kind = 'guest' AND $6 OR s.kind <> 'guest' AND $7)
			AND (m.favourite, `+activeForMe+`, s.id) < ($3, $4, $5)
		ORDER BY m.favourite DESC, `+activeForMe+` DESC, s.id DESC
		LIMIT $8`, actor.ID, at(tx.now), favourite, active, id, guest, internal, PageSize+1)
	list, err := all(rows, err, tx.scanCard)
	return pageOf(list, PageSize, func(c SpaceCard) []any { return []any{c.Favourite, c.ActiveAt.UnixMilli(), c.ID} }), err
}

func wanted(kinds []SpaceKind) (guest, internal bool) {
	for _, kind := range kinds {
		guest = guest || kind == GuestSpace
		internal = internal || kind != GuestSpace
	}
	if len(kinds) == 0 {
		return true, true
	}
	return guest, internal
}

func (tx tx) scanCard(row scanner) (SpaceCard, error) {
	var c SpaceCard
	var x access
	destinations := append(c.scan(), x.scan()...)
	err := row.Scan(append(destinations, c.Last.scan()...)...)
	c.see(x, tx.now)
	return c, err
}

// railSize is how many spaces stand in the navigation.
const railSize = 12

// RailSpaces are the few spaces that stand on every page: favourites, then
// those in which something was last written.
func (s *Store) RailSpaces(ctx context.Context, actor Account) (spaces []Space, err error) {
	err = s.read(ctx, func(tx tx) error {
		spaces, err = tx.railSpaces(ctx, actor)
		return err
	})
	return spaces, err
}

func (tx tx) railSpaces(ctx context.Context, actor Account) ([]Space, error) {
	rows, err := tx.query(ctx, `
		SELECT `+spaceCardColumns+`, `+myAccess+`
		FROM accounts me
		JOIN memberships m ON m.account_id = me.id AND `+insideNow+`
		JOIN spaces s ON s.id = m.space_id
		WHERE me.id = $1 AND `+usableNow+`
		ORDER BY m.favourite DESC, `+activeForMe+` DESC, s.id DESC
		LIMIT $3`, actor.ID, at(tx.now), railSize)
	return all(rows, err, tx.scanSeen)
}

func (tx tx) scanSeen(row scanner) (Space, error) {
	var sp Space
	var x access
	err := row.Scan(append(sp.scan(), x.scan()...)...)
	sp.see(x, tx.now)
	return sp, err
}

// recentSize is how many spaces stand on the first page because they were used last.
const recentSize = 5

// usedApart is how much time lies between two notes that somebody was in a space.
const usedApart = time.Hour

// recentSpaces are those that the actor is inside and was in last, the last one first.
func (tx tx) recentSpaces(ctx context.Context, actor Account) ([]Space, error) {
	rows, err := tx.query(ctx, `
		SELECT `+spaceCardColumns+`, `+myAccess+`
		FROM accounts me
		CROSS JOIN memberships m
		JOIN spaces s ON s.id = m.space_id
		WHERE me.id = $1 AND m.account_id = me.id AND m.used_at IS NOT NULL AND `+insideNow+` AND `+usableNow+`
		ORDER BY m.used_at DESC, m.space_id DESC
		LIMIT $3`, actor.ID, at(tx.now), recentSize)
	return all(rows, err, tx.scanSeen)
}

// SpacesToJoin are the spaces that the actor is not inside and may know of, by
// name: open and private ones for members, none for guests (S4-19). With all, a
// system administrator gets every space of the environment, as in the pages of
// the administration; from others it is ErrForbidden.
func (s *Store) SpacesToJoin(ctx context.Context, actor Account, from string, all bool) (Page[Space], error) {
	var page Page[Space]
	err := s.read(ctx, func(tx tx) error {
		fresh, err := tx.actor(ctx, actor)
		switch {
		case err != nil:
			return err
		case all && !fresh.SystemAdmin:
			return ErrForbidden
		case fresh.IsGuest():
			return nil
		}
		page, err = tx.spacesToJoin(ctx, fresh, from, all)
		return err
	})
	return page, err
}

func (tx tx) spacesToJoin(ctx context.Context, actor Account, from string, everything bool) (Page[Space], error) {
	var name string
	var id ID
	after(from, &name, &id)
	candidates := outsideOf("s.kind = 'open' AND", "o") + ` UNION ALL ` + outsideOf("s.kind = 'private' AND", "p")
	if everything {
		candidates = outsideOf("", "e")
	}
	rows, err := tx.query(ctx, `
		SELECT `+spaceCardColumns+`, `+myAccess+`
		FROM spaces s
		JOIN accounts me ON me.id = $1
		LEFT JOIN memberships m ON m.space_id = s.id AND m.account_id = me.id
		WHERE s.id IN (`+candidates+`)
		ORDER BY s.name_key, s.id
		LIMIT $5`, actor.ID, at(tx.now), name, id, PageSize+1)
	list, err := all(rows, err, tx.scanSeen)
	return pageOf(list, PageSize, func(sp Space) []any { return []any{FoldKey(sp.Name), sp.ID} }), err
}

// outsideOf are the next spaces, by name, that account $1 is not inside: as many
// as a page needs of one kind, so that spaces of other kinds cost nothing.
func outsideOf(kind, alias string) string {
	return `
		SELECT id FROM (
			SELECT s.id FROM spaces s
			WHERE ` + kind + ` s.deleted_at IS NULL AND (s.name_key, s.id) > ($3, $4) AND NOT EXISTS (
				SELECT 1 FROM memberships m
				WHERE m.space_id = s.id AND m.account_id = $1 AND ` + insideNow + `)
			ORDER BY s.name_key, s.id
			LIMIT $5) AS ` + alias
}
