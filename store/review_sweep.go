package store

import (
	"context"
	"errors"
	"time"
)

// How much a sweep does in one transaction.
const (
	reviewsAtOnce   = 20
	answersAtOnce   = 200
	reminderBefore  = 3 * Day
	reviewedByClock = "review" // the reason that is written down
)

// sweepReviews begins the reviews that are due, reminds who has not answered
// and ends those whose time is up. Each step is one transaction that takes what
// it acts on, so that of several processes one does it.
func (s *Store) sweepReviews(ctx context.Context) error {
	return errors.Join(s.startDueReviews(ctx), s.remindReviewers(ctx), s.closeDueReviews(ctx))
}

// startDueReviews begins the review of each space whose guests nobody has
// confirmed for as long as review.every_days says: since the last review, or
// since the first of them came.
func (s *Store) startDueReviews(ctx context.Context) error {
	for {
		var started []Review
		err := s.write(ctx, func(tx tx) error {
			started = nil
			e, err := tx.environment(ctx)
			if err != nil {
				return err
			}
			days, on := e.Policy.Days("review.every_days")
			if !on {
				return nil
			}
			rows, err := tx.query(ctx, `
				SELECT s.id
				FROM spaces s
				WHERE s.guest_count > 0
					AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.space_id = s.id AND r.started_at > $1)
					AND EXISTS (
						SELECT 1 FROM memberships m
						JOIN accounts a ON a.id = m.account_id
						WHERE m.space_id = s.id AND m.account_kind = 'guest' AND m.joined_at <= $1 AND `+insideNow+`
							AND a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $2))
				ORDER BY s.id
				LIMIT $3`, at(tx.now.AddDate(0, 0, -days)), at(tx.now), reviewsAtOnce)
			spaces, err := all(rows, err, scanID)
			if err != nil {
				return err
			}
			for _, space := range spaces {
				review, err := tx.startReview(ctx, e, space, 0)
				if errors.Is(err, ErrReviewOpen) {
					continue
				}
				if err != nil {
					return err
				}
				started = append(started, review)
			}
			return tx.askReviewers(ctx, e, NoticeReviewStarted, started)
		})
		if err != nil || len(started) < reviewsAtOnce {
			return err
		}
	}
}

// remindReviewers asks once more, three days before the time is up.
func (s *Store) remindReviewers(ctx context.Context) error {
	return s.write(ctx, func(tx tx) error {
		rows, err := tx.query(ctx, `
			UPDATE reviews SET reminded_at = $1
			WHERE closed_at IS NULL AND reminded_at IS NULL AND due_at > $1 AND due_at <= $2 AND started_at <= $3
			RETURNING id`, at(tx.now), at(tx.now.Add(reminderBefore)), at(tx.now.Add(-Day)))
		ids, err := all(rows, err, scanID)
		if err != nil || len(ids) == 0 {
			return err
		}
		var open []Review
		for _, id := range ids {
			review, err := tx.review(ctx, id)
			if err != nil {
				return err
			}
			if review.Open > 0 {
				open = append(open, review)
			}
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		return tx.askReviewers(ctx, e, NoticeReviewReminder, open)
	})
}

// closeDueReviews ends the reviews whose time is up. About whom nobody
// answered is suspended, or stays, as review.unanswered says.
func (s *Store) closeDueReviews(ctx context.Context) error {
	for {
		more := false
		err := s.write(ctx, func(tx tx) error {
			more = false
			e, err := tx.environment(ctx)
			if err != nil {
				return err
			}
			rows, err := tx.query(ctx, `
				SELECT r.id, r.space_id FROM reviews r
				WHERE r.closed_at IS NULL AND r.due_at <= $1
				ORDER BY r.due_at, r.id
				LIMIT 1`, at(tx.now))
			due, err := all(rows, err, func(row scanner) (r Review, err error) { return r, row.Scan(&r.ID, &r.Space) })
			if err != nil || len(due) == 0 {
				return err
			}
			more = true
			return tx.closeReview(ctx, e, due[0])
		})
		if err != nil || !more {
			return err
		}
	}
}

// closeReview answers for those who did not, a part of a long list at a time.
func (tx tx) closeReview(ctx context.Context, e Environment, r Review) error {
	rows, err := tx.query(ctx, `
		SELECT i.account_id FROM review_items i
		WHERE i.review_id = $1 AND i.decision = ''
		ORDER BY i.name_key, i.account_id
		LIMIT $2`, r.ID, answersAtOnce)
	guests, err := all(rows, err, scanID)
	if err != nil {
		return err
	}
	for _, guest := range guests {
		if err := tx.unanswered(ctx, e, r, guest); err != nil {
			return err
		}
	}
	if len(guests) == answersAtOnce {
		return nil // the rest in the next transaction
	}
	if _, err := tx.exec(ctx, `UPDATE reviews SET closed_at = $2 WHERE id = $1`, r.ID, at(tx.now)); err != nil {
		return err
	}
	return tx.audit(ctx, event{Action: "review.ended", Space: r.Space})
}

// unanswered is what becomes of a guest about whom nobody said anything: where
// this was the only space, the account is suspended; else only the access to
// this space ends.
func (tx tx) unanswered(ctx context.Context, e Environment, r Review, id ID) error {
	guest, err := tx.account(ctx, id)
	if err != nil {
		return err
	}
	spaces, inside, err := tx.liveSpaces(ctx, id, r.Space)
	if err != nil {
		return err
	}
	decision := Unanswered
	if !inside || !guest.Active(tx.now) {
		decision = GuestGone
	}
	_, err = tx.exec(ctx, `
		UPDATE review_items SET decision = $3, decided_at = $4 WHERE review_id = $1 AND account_id = $2`,
		r.ID, id, string(decision), at(tx.now))
	if err != nil || decision == GuestGone || e.Policy.Value("review.unanswered") == "keep" {
		return err
	}
	if spaces == 1 {
		return tx.suspend(ctx, guest, suspension{cause: ByReview})
	}
	return tx.endPlace(ctx, Account{}, r.Space, guest)
}

// liveSpaces is in how many spaces an account is now, and whether one of them
// is this one.
func (tx tx) liveSpaces(ctx context.Context, account, space ID) (n int, inside bool, err error) {
	rows, err := tx.query(ctx, `
		SELECT m.space_id FROM memberships m
		WHERE m.account_id = $1 AND `+insideNow, account, at(tx.now))
	ids, err := all(rows, err, scanID)
	for _, id := range ids {
		inside = inside || id == space
	}
	return len(ids), inside, err
}

// reviewNotice is mail.Notification to somebody who is asked in reviews.
type reviewNotice struct {
	Topic  string         `json:"topic"`
	Spaces []reviewOfMail `json:"reviews"`
	DueAt  time.Time      `json:"due_at"` // the first of them
}

type reviewOfMail struct {
	Space string `json:"space"`
	N     int    `json:"n"` // guests without an answer
}

// askReviewers mails everybody who is asked in these reviews, one mail for all
// of them.
func (tx tx) askReviewers(ctx context.Context, e Environment, topic string, reviews []Review) error {
	people := map[ID]Account{}
	notices := map[ID]reviewNotice{}
	var order []ID
	for _, r := range reviews {
		asked, err := tx.asked(ctx, r)
		if err != nil {
			return err
		}
		for _, one := range asked {
			notice, known := notices[one.ID]
			if !known {
				order = append(order, one.ID)
				people[one.ID], notice = one.Account, reviewNotice{Topic: topic, DueAt: r.DueAt}
			}
			if r.DueAt.Before(notice.DueAt) {
				notice.DueAt = r.DueAt
			}
			notice.Spaces = append(notice.Spaces, reviewOfMail{Space: r.SpaceName, N: one.n})
			notices[one.ID] = notice
		}
	}
	for _, id := range order {
		to := people[id]
		_, err := tx.queue(ctx, newMail{
			Kind: MailNotification, Lane: LaneRest, To: to.Email, Account: id,
			Locale: e.localeOf(to), TimeZone: to.TimeZone, Data: notices[id], GiveUpAt: notices[id].DueAt,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// asker is somebody who is asked, and about how many guests.
type asker struct {
	Account
	n int
}

// asked are the members who are to answer in a review: the sponsors of their
// guests, and the space's administrators for guests who have none.
func (tx tx) asked(ctx context.Context, r Review) ([]asker, error) {
	scan := func(row scanner) (a asker, err error) {
		return a, row.Scan(append(a.scan(), &a.n)...)
	}
	rows, err := tx.query(ctx, `
		SELECT `+accountColumns+`, n.guests
		FROM (
			SELECT i.reviewer_id, COUNT(*) AS guests FROM review_items i
			WHERE i.review_id = $1 AND i.decision = '' AND i.reviewer_id IS NOT NULL
			GROUP BY i.reviewer_id) AS n
		JOIN accounts a ON a.id = n.reviewer_id
		WHERE a.status = 'active' AND a.email <> ''`, r.ID)
	sponsors, err := all(rows, err, scan)
	if err != nil {
		return nil, err
	}
	rows, err = tx.query(ctx, `
		SELECT `+accountColumns+`, (SELECT COUNT(*) FROM review_items i WHERE i.review_id = $1 AND i.decision = '' AND i.reviewer_id IS NULL)
		FROM memberships m
		JOIN accounts a ON a.id = m.account_id
		WHERE m.space_id = $2 AND m.role = 'administrator' AND a.status = 'active' AND a.email <> ''
			AND EXISTS (SELECT 1 FROM review_items i WHERE i.review_id = $1 AND i.decision = '' AND i.reviewer_id IS NULL)`,
		r.ID, r.Space)
	administrators, err := all(rows, err, scan)
	return append(sponsors, administrators...), err
}
