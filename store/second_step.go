package store

import (
	"context"

	"guesthouse/store/secret"
)

// Factor is what somebody gives in the second step of a sign-in.
type Factor string

// The factors. A challenge in verifications has its factor as its purpose.
const (
	FactorMail         Factor = purposeSignIn // a code that is mailed (S0-36)
	FactorTOTP         Factor = "totp"        // a code of an authenticator app
	FactorPrintedCodes Factor = "printed_codes"
)

// ErrChallengeEnded: too many wrong codes, or too much time; one signs in again.
var ErrChallengeEnded = &Error{Kind: Invalid, Code: "challenge_ended", Field: "code"}

// ErrFactorWrong: the code is wrong or was used before; N tries are left.
var ErrFactorWrong = &Error{Kind: Invalid, Code: "factor_wrong", Field: "code"}

// secondStep is what an account owes after its password.
type secondStep struct {
	environment Environment
	factor      Factor // "" for nothing
}

// secondStep decides, for every path that makes a session, whether a second
// step is owed and which (SEC-P9): guests owe one where the organisation or one
// of their spaces demands it (S0-39, C13), members where the organisation does,
// and everybody who enrolled an authenticator app. Members enrol one, and who has
// no mailbox what the organisation chose (C10).
func (tx tx) secondStep(ctx context.Context, account Account) (secondStep, error) {
	var step secondStep
	var factor Factor
	err := tx.row(ctx, `
		SELECT `+environmentColumns+`, f.factor
		FROM environment e
		LEFT JOIN authenticators f ON f.account_id = $1`, account.ID).Scan(append(step.environment.scan(), orZero[Factor]{&factor})...)
	if err != nil {
		return secondStep{}, err
	}
	policy := step.environment.Policy
	demanded, err := tx.demandsSecondStep(ctx, account, policy)
	switch {
	case err != nil:
		return secondStep{}, err
	case factor == FactorTOTP:
		step.factor = FactorTOTP
	case !demanded:
	case !account.IsGuest():
		step.factor = FactorTOTP
	case factor != "":
		step.factor = factor
	case account.Email != "":
		step.factor = FactorMail
	case policy.Value("guest.offline_second_factor") != "none":
		step.factor = Factor(policy.Value("guest.offline_second_factor"))
	}
	return step, nil
}

// demandsSecondStep reports whether the organisation, or a space that the guest
// is in, asks for a second step (C13).
func (tx tx) demandsSecondStep(ctx context.Context, account Account, policy Policy) (bool, error) {
	if !account.IsGuest() {
		return policy.DemandsApp(account), nil
	}
	if policy.On("twostep.guests") {
		return true, nil
	}
	rows, err := tx.query(ctx, `
		SELECT s.settings
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		WHERE m.account_id = $1 AND (m.ends_at IS NULL OR m.ends_at > $2) AND s.settings <> '{}'`,
		account.ID, at(tx.now))
	own, err := all(rows, err, func(row scanner) (own Policy, err error) { return own, row.Scan(policyColumn{&own}) })
	for _, settings := range own {
		if policy.Narrow(settings).On("twostep.guests") {
			return true, nil
		}
	}
	return false, err
}

// owed reports whether the session that begins has to wait for its second step.
// A browser that is remembered need not give one (C11); nor is a code mailed to
// whom a mailed link has just brought here, as it proved the mailbox (S0-33).
func (tx tx) owed(ctx context.Context, in signIn, step secondStep) (bool, error) {
	if step.factor == "" || in.Given == factorGiven || in.Given == step.factor {
		return false, nil
	}
	known, err := tx.remembered(ctx, in.Account, in.Browsers, step.environment.Policy)
	return !known, err
}

// challenge begins the second step of a session that waits for it: a mail, or a
// row that counts the tries of what the person has in hand. Who has enrolled
// nothing yet is offered it on the same page.
func (tx tx) challenge(ctx context.Context, account Account, session Session, step secondStep) error {
	if step.factor == FactorMail {
		return tx.firstCode(ctx, account, session, step.environment)
	}
	if err := tx.offer(ctx, account, step.factor); err != nil {
		return err
	}
	ends := tx.now.Add(step.environment.Policy.CodeLife())
	if session.ExpiresAt.Before(ends) {
		ends = session.ExpiresAt
	}
	_, err := tx.exec(ctx, `
		INSERT INTO verifications (session_id, account_id, purpose, code_hash, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		session.ID, account.ID, step.factor, []byte{}, at(tx.now), at(ends))
	return err
}

// offer makes what an account enrols that has nothing enrolled. What was
// offered before, and not confirmed, stays.
func (tx tx) offer(ctx context.Context, account Account, factor Factor) error {
	enrolled, err := tx.authenticator(ctx, account.ID)
	if err != nil || enrolled.Factor != "" {
		return err
	}
	pending, err := tx.enrolment(ctx, account.ID)
	if err != nil || pending.Factor == factor {
		return err
	}
	return tx.newEnrolment(ctx, account, factor)
}

// ownChallenge fills in what the page says of a factor that is not mailed.
func (tx tx) ownChallenge(ctx context.Context, visit Visit, current code, c *Challenge) error {
	enrolled, err := tx.authenticator(ctx, visit.Account.ID)
	if err != nil {
		return err
	}
	if enrolled.Factor == "" {
		pending, err := tx.enrolment(ctx, visit.Account.ID)
		if err != nil {
			return err
		}
		if pending.Factor == "" {
			return ErrSignIn
		}
		enrolment, err := tx.shown(pending, visit)
		c.Enrolment = &enrolment
		return err
	}
	c.Recovers = current.factor == FactorTOTP && visit.Account.hasRecoveryCodes()
	c.Left, err = tx.codesLeft(ctx, visit.Account.ID)
	return err
}

// Spent is what a code of the second step was.
type Spent string

// What a code can have been. The right code of an app, of a mail or of a printed
// page is an ordinary one.
const (
	NothingSpent      Spent = ""
	CodeSpent         Spent = "code"
	RecoveryCodeSpent Spent = "recovery_code" // in place of the app's
	FactorEnrolled    Spent = "enrolled"      // it confirmed what was offered
)

// spendFactor uses the code up that was typed, and says what it was. The first
// right code of something that is offered enrols it.
func (tx tx) spendFactor(ctx context.Context, visit Visit, factor Factor, typed string) (Spent, error) {
	if factor == FactorMail {
		return CodeSpent, nil // compared before
	}
	enrolled, err := tx.authenticator(ctx, visit.Account.ID)
	if err != nil {
		return NothingSpent, err
	}
	agent := visit.Session.UserAgent
	if enrolled.Factor == "" {
		right, err := tx.confirmEnrolment(ctx, visit, typed, agent)
		return spent(right, FactorEnrolled), err
	}
	if enrolled.Factor == FactorTOTP && visit.Account.hasRecoveryCodes() && len(typed) == secret.CodeDigits {
		right, err := tx.spendRecoveryCode(ctx, visit.Account, typed, agent)
		return spent(right, RecoveryCodeSpent), err
	}
	right, err := tx.spendOwn(ctx, visit.Account, enrolled, typed)
	return spent(right, CodeSpent), err
}

func spent(right bool, what Spent) Spent {
	if right {
		return what
	}
	return NothingSpent
}
