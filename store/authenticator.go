package store

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"time"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	totpPeriod   = 30 // seconds of a step
	totpBytes    = 20 // of its key: what SHA-1 takes
	enrolPurpose = "enrolment"
)

// authenticator is the factor that an account has enrolled; its Factor is ""
// when there is none.
type authenticator struct {
	Factor     Factor
	sealed     []byte
	lastStep   int64
	EnrolledAt time.Time
}

// enrolment is a factor that is offered and not confirmed; its Factor is ""
// when there is none.
type enrolment struct {
	Factor Factor
	sealed []byte
}

// Enrolment is what the page shows that enrols a factor.
type Enrolment struct {
	Factor Factor
	Key    string   // of a TOTP, as one types it
	URL    string   // of a TOTP, as an app reads it from a QR code
	Codes  []string // the printed codes
}

func (tx tx) authenticator(ctx context.Context, account ID) (authenticator, error) {
	var a authenticator
	err := tx.row(ctx, `SELECT factor, sealed, last_step, enrolled_at FROM authenticators WHERE account_id = $1`, account).
		Scan(&a.Factor, &a.sealed, &a.lastStep, moment{&a.EnrolledAt})
	return a, missing(err, nil)
}

func (tx tx) enrolment(ctx context.Context, account ID) (enrolment, error) {
	var e enrolment
	err := tx.row(ctx, `SELECT factor, sealed FROM enrolments WHERE account_id = $1 AND shown_until IS NULL`, account).Scan(&e.Factor, &e.sealed)
	return e, missing(err, nil)
}

// seedOf is the seed that an offer has for whoever visits. At the door each
// sign-in is offered another one: who knew the password, looked at the page and
// left has not seen what its owner enrols.
func (tx tx) seedOf(e enrolment, visit Visit) ([]byte, error) {
	seed, err := tx.unseal(visit.Account.ID, e.sealed)
	if err != nil || visit.Session.Stage != StageVerification {
		return seed, err
	}
	return tx.key.MAC("enrolment-at-the-door", seed, []byte(visit.Session.ID.String()))[:len(seed)], nil
}

// withdrawOffers ends what an account is offered and has not confirmed.
func (tx tx) withdrawOffers(ctx context.Context, account ID) error {
	_, err := tx.exec(ctx, `DELETE FROM enrolments WHERE account_id = $1 AND shown_until IS NULL`, account)
	return err
}

// newEnrolment offers a factor afresh. The codes of a page are made from its
// seed, so that neither stands in the database (SEC-T1).
func (tx tx) newEnrolment(ctx context.Context, account Account, factor Factor) error {
	size := totpBytes
	if factor == FactorPrintedCodes {
		size = seedBytes
	}
	_, err := tx.keepSeed(ctx, account.ID, factor, size, time.Time{})
	return err
}

// keepSeed makes the seed of what the page shows, and keeps it sealed for the
// page. shownUntil is the end of what need not be confirmed; the zero time for none.
func (tx tx) keepSeed(ctx context.Context, account ID, factor Factor, size int, shownUntil time.Time) ([]byte, error) {
	seed := make([]byte, size)
	rand.Read(seed) //nolint:errcheck // documented never to fail: it ends the program instead
	sealed, err := tx.seal(account, seed)
	if err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO enrolments (account_id, factor, sealed, created_at, shown_until)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id) DO UPDATE SET factor = $2, sealed = $3, created_at = $4, shown_until = $5`,
		account, factor, sealed, at(tx.now), at(shownUntil))
	return seed, err
}

// seal hides a seed, for this account alone.
func (s *Store) seal(account ID, seed []byte) ([]byte, error) {
	return s.key.Seal(enrolPurpose, seed, []byte(account.String()))
}

// unseal is the TOTP key, or the seed of the printed codes.
func (s *Store) unseal(account ID, sealed []byte) ([]byte, error) {
	seed, err := s.key.Open(enrolPurpose, sealed, []byte(account.String()))
	if err != nil {
		return nil, fmt.Errorf("open the authenticator of %s: %w", account, err)
	}
	return seed, nil
}

// shown is what the page shows of an enrolment.
func (tx tx) shown(e enrolment, visit Visit) (Enrolment, error) {
	seed, err := tx.seedOf(e, visit)
	if err != nil {
		return Enrolment{}, err
	}
	if e.Factor == FactorPrintedCodes {
		return Enrolment{Factor: e.Factor, Codes: tx.codesOf(seed)}, nil
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: visit.Environment.Name, AccountName: visit.Account.Login, Secret: seed})
	if err != nil {
		return Enrolment{}, fmt.Errorf("show an enrolment: %w", err)
	}
	return Enrolment{Factor: e.Factor, Key: key.Secret(), URL: key.URL()}, nil
}

// totpStep is the step whose code was typed, among those around this moment
// and after the newest that was used; 0 when there is none (SEC-T3).
func totpStep(key []byte, typed string, now time.Time, last int64) (int64, error) {
	encoded := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(key)
	current := now.Unix() / totpPeriod
	found := int64(0)
	for step := current - 1; step <= current+1; step++ {
		code, err := hotp.GenerateCode(encoded, uint64(step)) //nolint:gosec // time is positive
		if err != nil {
			return 0, fmt.Errorf("make a code: %w", err)
		}
		if step > last && subtle.ConstantTimeCompare([]byte(code), []byte(typed)) == 1 {
			found = step
		}
	}
	return found, nil
}

// spendOwn uses up a code of the enrolled factor, in one statement: of two
// with the same code at the same moment one gets in (SEC-T3).
func (tx tx) spendOwn(ctx context.Context, account Account, a authenticator, typed string) (bool, error) {
	if a.Factor == FactorPrintedCodes {
		return tx.spendPrinted(ctx, account.ID, typed)
	}
	key, err := tx.unseal(account.ID, a.sealed)
	if err != nil {
		return false, err
	}
	step, err := totpStep(key, typed, tx.now, a.lastStep)
	if err != nil || step == 0 {
		return false, err
	}
	used, err := tx.exec(ctx, `UPDATE authenticators SET last_step = $2 WHERE account_id = $1 AND last_step < $2`, account.ID, step)
	return used == 1, err
}

// confirmEnrolment enrols what is offered, when the code is one of it. The
// code is used up; what was enrolled before ends, and with it the browsers that
// were trusted because of it and all sessions but this one, of which none has
// given such a code. An app comes with recovery codes for who has them.
func (tx tx) confirmEnrolment(ctx context.Context, visit Visit, typed, agent string) (bool, error) {
	account := visit.Account
	pending, err := tx.enrolment(ctx, account.ID)
	if err != nil || pending.Factor == "" {
		return false, err
	}
	seed, err := tx.seedOf(pending, visit)
	if err != nil {
		return false, err
	}
	var step int64
	var codes []string
	if pending.Factor == FactorPrintedCodes {
		if codes = tx.codesOf(seed); !contained(codes, typed) {
			return false, nil
		}
		pending.sealed = nil // from now on the codes are known by their hashes alone
	} else if step, err = totpStep(seed, typed, tx.now, 0); err != nil || step == 0 {
		return false, err
	}
	if pending.Factor == FactorTOTP {
		if pending.sealed, err = tx.seal(account.ID, seed); err != nil {
			return false, err
		}
	}
	if err := tx.forgetFactor(ctx, account.ID); err != nil {
		return false, err
	}
	if err := tx.endSessions(ctx, account.ID, visit.Session.ID); err != nil {
		return false, err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO authenticators (account_id, factor, sealed, last_step, enrolled_at)
		VALUES ($1, $2, $3, $4, $5)`, account.ID, pending.Factor, pending.sealed, step, at(tx.now))
	if err != nil {
		return false, err
	}
	if err := tx.keepCodes(ctx, account.ID, codes, typed); err != nil {
		return false, err
	}
	if pending.Factor == FactorTOTP && account.hasRecoveryCodes() {
		if err := tx.makeRecoveryCodes(ctx, account.ID); err != nil {
			return false, err
		}
	}
	if err := tx.tellOfFactor(ctx, account, Account{}, NoticeSecondStepOn, agent); err != nil {
		return false, err
	}
	return true, tx.audit(ctx, event{
		Action: "session.second_step_enrolled", Actor: account.ID, Account: account.ID, Subject: account.Login,
		Details: map[string]string{"factor": string(pending.Factor)},
	})
}

// forgetFactor ends what an account has enrolled or is offered, and the trust
// in browsers that came of it.
func (tx tx) forgetFactor(ctx context.Context, account ID) error {
	for _, query := range []string{
		`DELETE FROM authenticators WHERE account_id = $1`,
		`DELETE FROM printed_codes WHERE account_id = $1`,
		`DELETE FROM enrolments WHERE account_id = $1`,
	} {
		if _, err := tx.exec(ctx, query, account); err != nil {
			return err
		}
	}
	return tx.forgetBrowsers(ctx, account)
}
