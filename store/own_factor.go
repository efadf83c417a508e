package store

import (
	"context"
	"time"
	"unicode/utf8"

	"guesthouse/store/secret"
)

// Errors of one's own second step.
var (
	// ErrFactorNotConfirmed: the code is none of what is being enrolled.
	ErrFactorNotConfirmed = &Error{Kind: Invalid, Code: "factor_not_confirmed", Field: "code"}
	// ErrFactorDemanded: the organisation asks for the second step.
	ErrFactorDemanded = &Error{Kind: Conflict, Code: "factor_demanded", Setting: "twostep.members"}
	// ErrPasswordNeedsFactor: the password is long enough for a system administrator
	// only together with an app (SEC-P2); it needs Min characters.
	ErrPasswordNeedsFactor = &Error{Kind: Invalid, Code: "password_needs_factor", Field: "current_password"}
)

// OwnFactor is what somebody has enrolled as the second step, and may enrol.
type OwnFactor struct {
	Factor     Factor // "" for nothing
	EnrolledAt time.Time
	Left       int        // printed codes, or recovery codes, that still work
	Offers     Factor     // what can be enrolled
	Pending    *Enrolment // what is being enrolled; nil for nothing
	Recovers   bool       // an app comes with recovery codes
	Codes      []string   // the recovery codes that were made a moment ago
	Demanded   bool       // the organisation asks for it
}

// Few reports whether it is time for new codes on paper.
func (f OwnFactor) Few() bool {
	return (f.Factor == FactorPrintedCodes || f.Factor == FactorTOTP && f.Recovers) && f.Left <= fewCodes
}

// enroller is the actor, if they may enrol a second step, with what that is:
// members, guests without e-mail, and guests who enrolled an app as members. A
// code is mailed to everybody else.
func (tx tx) enroller(ctx context.Context, actor Account) (Visit, Factor, error) {
	account, err := tx.self(ctx, actor)
	if err != nil {
		return Visit{}, "", err
	}
	if account.IsGuest() && account.Email != "" && !account.HasApp() {
		return Visit{}, "", ErrNotFound
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return Visit{}, "", err
	}
	offers := FactorTOTP
	if account.Email == "" && e.Policy.Value("guest.offline_second_factor") == string(FactorPrintedCodes) {
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
		me := visit.Account
		enrolled, err := tx.authenticator(ctx, me.ID)
		if err != nil {
			return err
		}
		own = OwnFactor{
			Factor: enrolled.Factor, EnrolledAt: enrolled.EnrolledAt, Offers: offers,
			Recovers: me.hasRecoveryCodes(), Demanded: visit.Environment.Policy.DemandsApp(me),
		}
		if own.Left, err = tx.codesLeft(ctx, me.ID); err != nil {
			return err
		}
		if own.Codes, err = tx.newRecoveryCodes(ctx, me.ID); err != nil {
			return err
		}
		pending, err := tx.enrolment(ctx, me.ID)
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

// ConfirmFactor enrols what is offered, by a code of it. All sessions of the
// account end but the one with the ID session; agent is the browser.
func (s *Store) ConfirmFactor(ctx context.Context, actor Account, session ID, typed, agent string) error {
	typed = secret.CleanCode(typed)
	if typed == "" {
		return ErrRequired.With("code")
	}
	return s.write(ctx, func(tx tx) error {
		visit, _, err := tx.enroller(ctx, actor)
		if err != nil {
			return err
		}
		visit.Session.ID = session
		right, err := tx.confirmEnrolment(ctx, visit, typed, agent)
		if err == nil && !right {
			err = ErrFactorNotConfirmed
		}
		return err
	})
}

// PutAwayFactor takes off the page what it shows: what is offered and not
// confirmed, or recovery codes that were written down. The codes go on working.
func (s *Store) PutAwayFactor(ctx context.Context, actor Account) error {
	return s.write(ctx, func(tx tx) error {
		visit, _, err := tx.enroller(ctx, actor)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM enrolments WHERE account_id = $1`, visit.Account.ID)
		return err
	})
}

// RenewRecoveryCodes makes new recovery codes for the actor's app; the ones
// before end. Without an app that has some it is ErrNotFound.
func (s *Store) RenewRecoveryCodes(ctx context.Context, actor Account, agent string) error {
	return s.write(ctx, func(tx tx) error {
		visit, _, err := tx.enroller(ctx, actor)
		if err != nil {
			return err
		}
		me := visit.Account
		if !me.HasApp() || !me.hasRecoveryCodes() {
			return ErrNotFound
		}
		if err := tx.makeRecoveryCodes(ctx, me.ID); err != nil {
			return err
		}
		if err := tx.tellOfFactor(ctx, me, Account{}, NoticeRecoveryCodes, agent); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "session.recovery_codes_made", Actor: me.ID, Account: me.ID, Subject: me.Login})
	})
}

// EndFactor switches the second step of whoever has the session off. It takes
// the password again (SEC-S3), which a system administrator's must be long
// enough for without an app (SEC-P2). Guests without e-mail only replace theirs.
// Errors: ErrPasswordWrong, ErrPasswordNeedsFactor, ErrFactorDemanded.
func (s *Store) EndFactor(ctx context.Context, token, password, agent string) error {
	err := s.read(ctx, func(tx tx) error {
		visit, err := tx.visit(ctx, token)
		if err == nil {
			_, err = tx.mayEndFactor(ctx, visit.Account)
		}
		return err
	})
	if err != nil {
		return err
	}
	visit, phc, err := s.ownPassword(ctx, token, password)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		if err := tx.stillOwn(ctx, visit.Account, phc); err != nil {
			return err
		}
		me, err := tx.mayEndFactor(ctx, visit.Account)
		if err != nil {
			return err
		}
		if me.SystemAdmin && utf8.RuneCountInString(password) < minAdministrator {
			return ErrPasswordNeedsFactor.With("current_password", "Min", minAdministrator)
		}
		if err := tx.forgetFactor(ctx, me.ID); err != nil {
			return err
		}
		if err := tx.tellOfFactor(ctx, me, Account{}, NoticeSecondStepOff, agent); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "session.second_step_ended", Actor: me.ID, Account: me.ID, Subject: me.Login})
	})
}

// mayEndFactor is the actor, if they have an app and need not have one.
func (tx tx) mayEndFactor(ctx context.Context, actor Account) (Account, error) {
	visit, _, err := tx.enroller(ctx, actor)
	switch me := visit.Account; {
	case err != nil:
		return Account{}, err
	case !me.HasApp() || !me.hasRecoveryCodes():
		return Account{}, ErrNotFound
	case visit.Environment.Policy.DemandsApp(me):
		return Account{}, ErrFactorDemanded
	}
	return visit.Account, nil
}
