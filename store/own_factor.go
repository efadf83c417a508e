package store

import (
	"context"
	"time"

	"guesthouse/store/secret"
)

// ErrFactorNotConfirmed: the code is none of what is being enrolled.
var ErrFactorNotConfirmed = &Error{Kind: Invalid, Code: "factor_not_confirmed", Field: "code"}

// OwnFactor is what somebody has enrolled as the second step, and may enrol.
type OwnFactor struct {
	Factor     Factor // "" for nothing
	EnrolledAt time.Time
	Left       int        // printed codes that still work
	Offers     Factor     // what can be enrolled
	Pending    *Enrolment // what is being enrolled; nil for nothing
}

// Few reports whether it is time for new printed codes.
func (f OwnFactor) Few() bool { return f.Factor == FactorPrintedCodes && f.Left <= fewCodes }

// enroller is the actor, if they may enrol a second step: guests without
// e-mail. A code is mailed to everybody else.
func (tx tx) enroller(ctx context.Context, actor Account) (Visit, Factor, error) {
	account, err := tx.self(ctx, actor)
	if err != nil {
		return Visit{}, "", err
	}
	if !account.IsGuest() || account.Email != "" {
		return Visit{}, "", ErrNotFound
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return Visit{}, "", err
	}
	offers := FactorTOTP
	if e.Policy.Value("guest.offline_second_factor") == string(FactorPrintedCodes) {
		offers = FactorPrintedCodes
	}
	return Visit{Account: account, Environment: e}, offers, nil
}

// OwnFactor is the actor's second step. It is ErrNotFound for those whose code
// is mailed.
func (s *Store) OwnFactor(ctx context.Context, actor Account) (OwnFactor, error) {
	var own OwnFactor
	err := s.read(ctx, func(tx tx) error {
		visit, offers, err := tx.enroller(ctx, actor)
		if err != nil {
			return err
		}
		enrolled, err := tx.authenticator(ctx, visit.Account.ID)
		if err != nil {
			return err
		}
		own = OwnFactor{Factor: enrolled.Factor, EnrolledAt: enrolled.EnrolledAt, Offers: offers}
		if own.Left, err = tx.codesLeft(ctx, visit.Account.ID); err != nil {
			return err
		}
		pending, err := tx.enrolment(ctx, visit.Account.ID)
		if err != nil || pending.Factor == "" {
			return err
		}
		shown, err := tx.shown(pending, visit)
		own.Pending = &shown
		return err
	})
	return own, err
}

// OfferFactor begins to enrol a second step afresh. What was enrolled before
// works until the new one is confirmed.
func (s *Store) OfferFactor(ctx context.Context, actor Account) error {
	return s.write(ctx, func(tx tx) error {
		visit, offers, err := tx.enroller(ctx, actor)
		if err != nil {
			return err
		}
		return tx.newEnrolment(ctx, visit.Account, offers)
	})
}

// ConfirmFactor enrols what is offered, by a code of it.
func (s *Store) ConfirmFactor(ctx context.Context, actor Account, typed string) error {
	typed = secret.CleanCode(typed)
	if typed == "" {
		return ErrRequired.With("code")
	}
	return s.write(ctx, func(tx tx) error {
		visit, _, err := tx.enroller(ctx, actor)
		if err != nil {
			return err
		}
		right, err := tx.confirmEnrolment(ctx, visit.Account, typed)
		if err == nil && !right {
			err = ErrFactorNotConfirmed
		}
		return err
	})
}
