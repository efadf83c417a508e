package store

import (
	"context"
	"errors"
)

// Why a right password opens no call of the REST API (SEC-P5, SEC-P9).
var (
	ErrAPISecondStep  = &Error{Kind: Unauthorized, Code: "api_second_step"}
	ErrAPIChangeFirst = &Error{Kind: Unauthorized, Code: "api_change_first"}
)

// Caller is who calls the REST API, read anew for each call (SEC-S4).
type Caller struct {
	Account     Account
	Environment Environment
	Credential  *APICredential // nil for an account's own password, or its session
}

// SignInAPI tells who calls the REST API with a login and a password. No session
// begins, for every call brings its password; else the try is counted, compared
// and judged as at the door. Whoever would owe a second step or a new password
// there is refused, because a program can give neither. A password that was
// right a moment ago, from the same client, is not hashed again for each call.
// An API password in its place opens what it is for, second step or not.
// Errors: those of SignIn, ErrAPISecondStep, ErrAPIChangeFirst.
func (s *Store) SignInAPI(ctx context.Context, login, password string) (Caller, error) {
	key := loginKey(login)
	if key == "" || password == "" {
		return Caller{}, ErrLoginFailed
	}
	if looksLikeAPICredential(password) {
		return s.callWithPassword(ctx, key, password)
	}
	password = clip(password, maxTypedPassword+1) // what is longer is nobody's
	proof := s.proofs.take(s.key.MAC("api-proof", []byte(key), []byte(password), []byte(clientOf(ctx))))
	defer s.proofs.give(proof)
	proof.mu.Lock()
	defer proof.mu.Unlock()
	if proof.phc != "" && s.Now().Before(proof.until) {
		caller, err := s.callerAgain(ctx, key, proof.phc)
		if !errors.Is(err, errOtherPassword) {
			return caller, err
		}
	}
	proof.phc = ""
	caller, phc, err := s.proveAPI(ctx, key, password)
	if err == nil {
		proof.phc, proof.until = phc, s.Now().Add(proofLife)
	}
	return caller, err
}

// errOtherPassword: the account has another password than the one that was proven.
var errOtherPassword = errors.New("another password")

// callerAgain reads who calls with a password that was proven a moment ago.
func (s *Store) callerAgain(ctx context.Context, key, phc string) (caller Caller, err error) {
	err = s.read(ctx, func(tx tx) error {
		account, current, err := tx.passwordOf(ctx, key)
		if err != nil {
			return missing(err, errOtherPassword)
		}
		if current != phc {
			return errOtherPassword
		}
		caller, err = tx.caller(ctx, account)
		return err
	})
	return caller, err
}

// proveAPI compares the password, as SignIn does, and gives the hash that it
// was compared with.
func (s *Store) proveAPI(ctx context.Context, key, password string) (Caller, string, error) {
	try := s.trySignIn(ctx, key, "")
	account, phc, rests, err := s.countTry(ctx, try, key)
	if err != nil {
		return Caller{}, "", err
	}
	compared := phc
	if len(password) > maxTypedPassword {
		compared = "" // the same work, and it opens nothing
	}
	ok, _, err := s.verify(ctx, compared, password)
	switch {
	case err != nil:
		return Caller{}, "", err
	case rests:
		return Caller{}, "", s.refuse(ctx, account, "password_rests", ErrLoginFailedOften)
	case !ok:
		return Caller{}, "", s.refuse(ctx, account, "wrong_password", ErrLoginFailed)
	}
	caller, err := s.enterAPI(ctx, *try, account.ID, phc)
	return caller, phc, err
}

// enterAPI takes the try back and judges the account as it is by now.
func (s *Store) enterAPI(ctx context.Context, try try, id ID, phc string) (caller Caller, err error) {
	var closed error
	err = s.write(ctx, func(tx tx) error {
		caller, closed = Caller{}, nil
		account, current, err := tx.passwordOf(ctx, try.login)
		if err != nil || account.ID != id || current != phc {
			closed = ErrLoginFailed // changed or deleted while we compared
			return missing(err, nil)
		}
		if err := tx.forgive(ctx, try); err != nil {
			return err
		}
		caller, err = tx.caller(ctx, account)
		why := refusedFor(err)
		if why == "" {
			return errors.Join(err, tx.audit(ctx, event{Action: "session.api_started", Actor: id, Account: id, Subject: account.Login}))
		}
		closed = err
		return tx.audit(ctx, event{Action: "session.refused", Account: id, Subject: account.Login, Details: map[string]string{"why": why}})
	})
	if err == nil {
		err = closed
	}
	return caller, err
}

// refusedFor is the word of the audit log for why a right password opened
// nothing; "" when it is another error.
func refusedFor(err error) string {
	switch {
	case errors.Is(err, ErrSuspended), errors.Is(err, ErrAccessEnded):
		return "inactive"
	case errors.Is(err, ErrAPISecondStep):
		return "second_step"
	case errors.Is(err, ErrAPIChangeFirst):
		return "must_change"
	}
	return ""
}

// caller is an account that has given its right password, if it may call.
func (tx tx) caller(ctx context.Context, account Account) (Caller, error) {
	if !account.Active(tx.now) { // SEC-P10
		closed, err := tx.closedDoor(ctx, account)
		if err == nil {
			err = closed
		}
		return Caller{}, err
	}
	if account.MustChangePassword {
		return Caller{}, ErrAPIChangeFirst
	}
	step, err := tx.secondStep(ctx, account)
	if err != nil {
		return Caller{}, err
	}
	if step.factor != "" {
		return Caller{}, ErrAPISecondStep
	}
	return Caller{Account: account, Environment: step.environment}, nil
}

// RequestToken is what a page of this session sends with the calls that its
// scripts make (SEC-S5). It says nothing and ends with the session.
func (s *Store) RequestToken(session Session) string {
	return s.key.Token("request-token", []byte(session.ID.String()))
}
