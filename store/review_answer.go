package store

import (
	"context"
	"errors"
	"strings"
)

// ReviewAnswer is what somebody says about one guest.
type ReviewAnswer struct {
	Review   ID
	Guest    ID
	Decision Decision
	Days     string // of ExtendTo, counted from now
}

// AnswerReview writes the answers down and does what they say, all of them or
// none: who is kept stays, who is extended gets a new end in the space, who is
// ended is removed from it. Answers come from the space's administrators, or
// from the sponsor who is asked. It returns how many were new: a guest about
// whom somebody has answered meanwhile stays as they decided. Errors:
// ErrNotFound, ErrBadDecision, ErrBadNumber, ErrBeyondMaximum.
func (s *Store) AnswerReview(ctx context.Context, actor Account, answers []ReviewAnswer) (done int, err error) {
	for _, answer := range answers {
		if err := answer.Decision.check(); err != nil {
			return 0, err
		}
	}
	err = s.write(ctx, func(tx tx) error {
		done = 0
		me, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		for _, answer := range answers {
			switch err := tx.answer(ctx, me, answer); {
			case errors.Is(err, ErrReviewAnswered):
			case err != nil:
				return err
			default:
				done++
			}
		}
		return nil
	})
	return done, err
}

func (tx tx) answer(ctx context.Context, me Account, answer ReviewAnswer) error {
	review, err := tx.askedReview(ctx, me, answer)
	if err != nil {
		return err
	}
	fresh, err := tx.exec(ctx, `
		UPDATE review_items SET decision = $3, decided_by = $4, decided_at = $5
		WHERE review_id = $1 AND account_id = $2 AND decision = ''`,
		review.ID, answer.Guest, string(answer.Decision), me.ID, at(tx.now))
	if err != nil {
		return err
	}
	if fresh == 0 || !review.ClosedAt.IsZero() {
		return ErrReviewAnswered
	}
	guest, err := tx.account(ctx, answer.Guest)
	if err != nil {
		return err
	}
	switch answer.Decision {
	case ExtendTo:
		err = tx.extendPlace(ctx, me, review.Space, guest, answer.Days)
	case EndGuest:
		err = tx.endPlace(ctx, me, review.Space, guest)
	case Undecided, KeepGuest, Unanswered, GuestGone:
	}
	if err != nil {
		return err
	}
	err = tx.audit(ctx, event{
		Action: "review.answered", Actor: me.ID, Account: guest.ID, Space: review.Space, Subject: guest.Login,
		Details: map[string]string{"decision": string(answer.Decision)},
	})
	if err != nil {
		return err
	}
	return tx.closeIfAnswered(ctx, review.ID)
}

// askedReview is the review of an answer, if the actor is asked about the guest.
func (tx tx) askedReview(ctx context.Context, me Account, answer ReviewAnswer) (Review, error) {
	if me.IsGuest() {
		return Review{}, ErrNotFound
	}
	review, err := tx.review(ctx, answer.Review)
	if err != nil {
		return Review{}, err
	}
	var asked bool
	err = tx.row(ctx, `
		SELECT COALESCE(i.reviewer_id, 0) = $1 OR EXISTS (
			SELECT 1 FROM memberships m
			WHERE m.space_id = $4 AND m.account_id = $1 AND m.role = 'administrator')
		FROM review_items i
		WHERE i.review_id = $2 AND i.account_id = $3`, me.ID, review.ID, answer.Guest, review.Space).Scan(&asked)
	if err = missing(err, ErrNotFound); err == nil && !asked {
		err = ErrNotFound
	}
	return review, err
}

// endPlace removes a guest from a space because of a review.
func (tx tx) endPlace(ctx context.Context, by Account, space ID, guest Account) error {
	err := tx.removeGuest(ctx, by, guest, space, "")
	if errors.Is(err, ErrNotFound) {
		return nil // left meanwhile
	}
	return err
}

// extendPlace gives a guest's place in a space a new end, counted from now.
func (tx tx) extendPlace(ctx context.Context, by Account, space ID, guest Account, days string) error {
	if strings.TrimSpace(days) == "" {
		return ErrRequired.With("ends_in_days")
	}
	end, err := tx.readEnd(ctx, by, AccessText{Days: days}, false)
	if err != nil {
		return err
	}
	return tx.endPlaceAt(ctx, by, place{space: space, guest: guest, end: end})
}

// closeIfAnswered closes the review when nobody is left to answer about.
func (tx tx) closeIfAnswered(ctx context.Context, review ID) error {
	_, err := tx.exec(ctx, `
		UPDATE reviews SET closed_at = $2
		WHERE id = $1 AND closed_at IS NULL AND NOT EXISTS (
			SELECT 1 FROM review_items i
			JOIN memberships m ON m.space_id = reviews.space_id AND m.account_id = i.account_id
			WHERE i.review_id = reviews.id AND i.decision = '')`, review, at(tx.now))
	return err
}
