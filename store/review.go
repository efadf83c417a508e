package store

import (
	"context"
	"slices"
	"time"
)

// Decision is what was answered about a guest in a review.
type Decision string

// The decisions. The last two are the portal's own.
const (
	Undecided  Decision = ""
	KeepGuest  Decision = "keep"       // stays as it is
	ExtendTo   Decision = "extend"     // stays, with a new end
	EndGuest   Decision = "end"        // is removed from the space
	Unanswered Decision = "unanswered" // nobody said anything in time
	GuestGone  Decision = "gone"       // left before anybody answered
)

// Errors of reviews.
var (
	// ErrReviewOpen: the space's guests are under review already.
	ErrReviewOpen = &Error{Kind: Conflict, Code: "review_open"}
	// ErrNothingToReview: no guest is inside.
	ErrNothingToReview = &Error{Kind: Conflict, Code: "nothing_to_review"}
	// ErrReviewAnswered: somebody has answered about this guest, or the time is up.
	ErrReviewAnswered = &Error{Kind: Conflict, Code: "review_answered"}
	// ErrBadDecision: neither keep nor extend nor end.
	ErrBadDecision = &Error{Kind: Invalid, Code: "bad_decision", Field: "decision"}
)

// Review is one round in which a space's guests are confirmed.
type Review struct {
	ID        ID
	Space     ID
	SpaceName string
	Reviewers string // space_admins or sponsors
	Guests    int    // when it began
	Open      int    // nobody has answered about; counted up to a thousand
	StartedAt time.Time
	DueAt     time.Time
	ClosedAt  time.Time // zero while it is open
	Missing   []Account // who was asked and has not answered about everybody; a few at most
}

const reviewColumns = `
	r.id, r.space_id, s.name, r.reviewers, r.guest_count, r.started_at, r.due_at, r.closed_at,
	(SELECT COUNT(*) FROM (
		SELECT 1 FROM review_items i
		JOIN memberships m ON m.space_id = r.space_id AND m.account_id = i.account_id
		WHERE i.review_id = r.id AND i.decision = ''
		LIMIT 1000) AS undecided)`

func scanReview(row scanner) (r Review, err error) {
	err = row.Scan(&r.ID, &r.Space, &r.SpaceName, &r.Reviewers, &r.Guests,
		moment{&r.StartedAt}, moment{&r.DueAt}, moment{&r.ClosedAt}, &r.Open)
	return r, err
}

// StartReview begins a review of the space's guests now, for an administrator
// of the space. Errors: those of the door, ErrReviewOpen, ErrNothingToReview.
func (s *Store) StartReview(ctx context.Context, actor Account, space ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToManage)
		if err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		started, err := tx.startReview(ctx, e, sp.ID, actor.ID)
		if err != nil {
			return err
		}
		return tx.askReviewers(ctx, e, NoticeReviewStarted, []Review{started})
	})
}

// startReview makes the review's row and one item for each guest who is inside
// and may act. A sponsor who is not in the space is not asked: its name is not
// theirs to know (SEC-A5).
func (tx tx) startReview(ctx context.Context, e Environment, space, by ID) (Review, error) {
	var id ID
	reviewers := e.Policy.Value("review.by")
	dueAt := tx.now.AddDate(0, 0, e.Policy.Number("review.answer_days"))
	err := tx.row(ctx, `
		INSERT INTO reviews (space_id, reviewers, started_by, guest_count, started_at, due_at)
		VALUES ($1, $2, $3, 0, $4, $5)
		ON CONFLICT (space_id) WHERE closed_at IS NULL DO NOTHING
		RETURNING id`, space, reviewers, by.orNull(), at(tx.now), at(dueAt)).Scan(&id)
	if err != nil {
		return Review{}, missing(err, ErrReviewOpen)
	}
	guests, err := tx.exec(ctx, `
		INSERT INTO review_items (review_id, account_id, name_key, reviewer_id)
		SELECT CAST($3 AS BIGINT), a.id, a.name_key, CASE WHEN $4 = 'sponsors' THEN b.id END
		FROM memberships m
		JOIN accounts a ON a.id = m.account_id
		LEFT JOIN accounts b ON b.id = a.sponsor_id AND b.kind = 'member' AND b.status = 'active' AND EXISTS (
			SELECT 1 FROM memberships h WHERE h.space_id = m.space_id AND h.account_id = b.id)
		WHERE m.space_id = $1 AND m.account_kind = 'guest' AND `+insideNow+`
			AND a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $2)`, space, at(tx.now), id, reviewers)
	if err != nil {
		return Review{}, err
	}
	if guests == 0 {
		return Review{}, ErrNothingToReview
	}
	if _, err := tx.exec(ctx, `UPDATE reviews SET guest_count = $2 WHERE id = $1`, id, guests); err != nil {
		return Review{}, err
	}
	review, err := tx.review(ctx, id)
	if err != nil {
		return Review{}, err
	}
	return review, tx.audit(ctx, event{Action: "review.started", Actor: by, Space: space})
}

func (tx tx) review(ctx context.Context, id ID) (Review, error) {
	review, err := scanReview(tx.row(ctx, `
		SELECT `+reviewColumns+`
		FROM reviews r
		JOIN spaces s ON s.id = r.space_id
		WHERE r.id = $1`, id))
	return review, missing(err, ErrNotFound)
}

// Reviews are the reviews of all spaces for system administrators: those that
// are open, the first to be due first, or those that have ended, the newest
// first.
func (s *Store) Reviews(ctx context.Context, actor Account, closed bool, from string) (Page[Review], error) {
	var page Page[Review]
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		list, err := tx.reviews(ctx, closed, from)
		if err != nil {
			return err
		}
		page = pageOf(list, PageSize, func(r Review) []any {
			if closed {
				return []any{r.ClosedAt.UnixMilli(), r.ID}
			}
			return []any{r.DueAt.UnixMilli(), r.ID}
		})
		for i := range page.Items {
			if page.Items[i].Missing, err = tx.missingReviewers(ctx, page.Items[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return page, err
}

func (tx tx) reviews(ctx context.Context, closed bool, from string) ([]Review, error) {
	var moment int64
	var id ID
	if closed {
		moment, id = lastMoment, lastID
		after(from, &moment, &id)
		rows, err := tx.query(ctx, `
			SELECT `+reviewColumns+`
			FROM reviews r
			JOIN spaces s ON s.id = r.space_id
			WHERE r.closed_at IS NOT NULL AND (r.closed_at, r.id) < ($1, $2)
			ORDER BY r.closed_at DESC, r.id DESC
			LIMIT $3`, moment, id, PageSize+1)
		return all(rows, err, scanReview)
	}
	after(from, &moment, &id)
	rows, err := tx.query(ctx, `
		SELECT `+reviewColumns+`
		FROM reviews r
		JOIN spaces s ON s.id = r.space_id
		WHERE r.closed_at IS NULL AND (r.due_at, r.id) > ($1, $2)
		ORDER BY r.due_at, r.id
		LIMIT $3`, moment, id, PageSize+1)
	return all(rows, err, scanReview)
}

// missingReviewers are those who were asked and have not answered yet: the
// sponsors of guests without an answer, and the space's administrators where
// they are asked.
func (tx tx) missingReviewers(ctx context.Context, r Review) ([]Account, error) {
	if r.Open == 0 || !r.ClosedAt.IsZero() {
		return nil, nil
	}
	rows, err := tx.query(ctx, `
		SELECT DISTINCT `+personColumns+`
		FROM review_items i
		JOIN accounts a ON a.id = i.reviewer_id
		WHERE i.review_id = $1 AND i.decision = '' AND i.reviewer_id IS NOT NULL
		LIMIT 5`, r.ID)
	people, err := all(rows, err, scanPersonRow)
	if err != nil || len(people) > 0 {
		return people, err
	}
	rows, err = tx.query(ctx, `
		SELECT `+personColumns+`
		FROM memberships m
		JOIN accounts a ON a.id = m.account_id
		WHERE m.space_id = $1 AND m.role = 'administrator' AND a.status = 'active'
		ORDER BY m.name_key
		LIMIT 5`, r.Space)
	return all(rows, err, scanPersonRow)
}

func scanPersonRow(row scanner) (a Account, err error) {
	return a, row.Scan(a.scanPerson()...)
}

// ReviewItem is one guest about whom the actor is asked.
type ReviewItem struct {
	Review    ID
	Space     ID
	SpaceName string
	Guest     Account // what others see of them, with the address and the last sign-in
	Role      Role
	JoinedAt  time.Time
	EndsAt    time.Time // zero for never
	DueAt     time.Time
}

// myItems are the items that are the actor's ($1) to answer: as an
// administrator of the space, or as the sponsor who is asked. Guests are
// neither.
const myItems = `
	SELECT r.id AS review, r.space_id AS space, r.due_at AS due_at, i.name_key AS name_key, i.account_id AS account
	FROM memberships me
	JOIN reviews r ON r.space_id = me.space_id AND r.closed_at IS NULL
	JOIN review_items i ON i.review_id = r.id AND i.decision = ''
	WHERE me.account_id = $1 AND me.role = 'administrator'
	UNION ALL
	SELECT r.id, r.space_id, r.due_at, i.name_key, i.account_id
	FROM review_items i
	JOIN reviews r ON r.id = i.review_id AND r.closed_at IS NULL
	WHERE i.reviewer_id = $1 AND i.decision = '' AND NOT EXISTS (
		SELECT 1 FROM memberships me
		WHERE me.space_id = r.space_id AND me.account_id = $1 AND me.role = 'administrator')`

// ReviewItems are the guests about whom the actor is asked now, the first to be
// due first. Guests are never asked and see an empty list.
func (s *Store) ReviewItems(ctx context.Context, actor Account, from string) (Page[ReviewItem], error) {
	var page Page[ReviewItem]
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil || me.IsGuest() {
			return err
		}
		var due int64
		var review, id ID
		var name string
		after(from, &due, &review, &name, &id)
		rows, err := tx.query(ctx, `
			SELECT i.review, i.space, s.name, m.role, m.joined_at, m.ends_at, i.due_at,
				`+personColumns+`, COALESCE(a.login, a.email), a.last_sign_in_at, i.name_key
			FROM (`+myItems+`) AS i
			JOIN memberships m ON m.space_id = i.space AND m.account_id = i.account
			JOIN spaces s ON s.id = i.space
			JOIN accounts a ON a.id = i.account
			WHERE (i.due_at, i.review, i.name_key, i.account) > ($2, $3, $4, $5)
			ORDER BY i.due_at, i.review, i.name_key, i.account
			LIMIT $6`, me.ID, due, review, name, id, PageSize+1)
		type keyed struct {
			ReviewItem
			key string
		}
		list, err := all(rows, err, func(row scanner) (k keyed, err error) {
			destinations := []any{&k.Review, &k.Space, &k.SpaceName, &k.Role, moment{&k.JoinedAt}, moment{&k.EndsAt}, moment{&k.DueAt}}
			destinations = append(destinations, k.Guest.scanPerson()...)
			return k, row.Scan(append(destinations, nullEmail{&k.Guest.Email}, moment{&k.Guest.LastSignInAt}, &k.key)...)
		})
		if err != nil {
			return err
		}
		cut := pageOf(list, PageSize, func(k keyed) []any { return []any{k.DueAt.UnixMilli(), k.Review, k.key, k.Guest.ID} })
		page = Page[ReviewItem]{Next: cut.Next}
		for _, k := range cut.Items {
			page.Items = append(page.Items, k.ReviewItem)
		}
		return nil
	})
	return page, err
}

// reviewsWaiting is how many guests wait for the actor's answer, counted up to
// a thousand.
func (tx tx) reviewsWaiting(ctx context.Context, actor Account) (int, error) {
	var n int
	err := tx.row(ctx, `
			SELECT COUNT(*) FROM (
				SELECT 1 FROM (`+myItems+`) AS i
				JOIN memberships m ON m.space_id = i.space AND m.account_id = i.account
				LIMIT 1000) AS waiting`, actor.ID).Scan(&n)
	return n, err
}

// decisions are those that a form can hold.
var decisions = []Decision{KeepGuest, ExtendTo, EndGuest}

func (d Decision) check() error {
	if !slices.Contains(decisions, d) {
		return ErrBadDecision
	}
	return nil
}
