package store

import (
	"context"
	"time"
)

// Errors of somebody who gives the own password again.
var (
	ErrPasswordWrong = &Error{Kind: Invalid, Code: "password_wrong", Field: "current_password"}
	ErrPasswordSame  = &Error{Kind: Invalid, Code: "password_same", Field: "password"}
)

// recently is how long after giving the password one need not give it again
// for what must not be done by whoever finds an open browser (SEC-S3).
const recently = 10 * time.Minute

// Recent reports whether the password was given less than ten minutes ago.
func (v Visit) Recent(now time.Time) bool { return now.Sub(v.Session.AuthenticatedAt) < recently }

// Confirm takes the password again, for what asks for a recent sign-in.
func (s *Store) Confirm(ctx context.Context, token, password string) error {
	visit, phc, err := s.ownPassword(ctx, token, password)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		if err := tx.stillOwn(ctx, visit.Account, phc); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `UPDATE sessions SET authenticated_at = $2 WHERE id = $1`, visit.Session.ID, at(tx.now))
		return err
	})
}

// PasswordChange is the form to choose a new password.
type PasswordChange struct {
	Token    string // of the session; its replacement comes back
	Current  string
	Password string
	Agent    string
}

// ChangePassword sets a new password for who knows the current one. All
// sessions, links and codes end; this browser gets a new session (SEC-S2).
func (s *Store) ChangePassword(ctx context.Context, in PasswordChange) (Entry, error) {
	visit, phc, err := s.ownPassword(ctx, in.Token, in.Current)
	if err != nil {
		return Entry{}, err
	}
	if in.Password == in.Current {
		return Entry{}, ErrPasswordSame
	}
	err = s.read(ctx, func(tx tx) error { return tx.checkPassword(ctx, visit.Account, "password", in.Password) })
	if err != nil {
		return Entry{}, err
	}
	fresh, err := s.hash(ctx, in.Password)
	if err != nil {
		return Entry{}, err
	}
	var entry Entry
	err = s.write(ctx, func(tx tx) error {
		entry = Entry{}
		account, err := tx.self(ctx, visit.Account)
		if err != nil {
			return err
		}
		if err := tx.stillOwn(ctx, account, phc); err != nil {
			return err
		}
		if err := tx.setPassword(ctx, account, fresh, s.weak(in.Password)); err != nil {
			return err
		}
		if account, err = tx.account(ctx, account.ID); err != nil {
			return err
		}
		entry.Account = account
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		given := factorGiven
		if e.Policy.DemandsApp(account) && !account.HasApp() {
			given = "" // it was not owed yet when the session began
		}
		entry.Token, entry.Session, err = tx.startSession(ctx, signIn{
			Account: account, Given: given, Keep: visit.Session.Keep, Agent: in.Agent,
		})
		if err != nil {
			return err
		}
		if err := tx.tellPasswordChanged(ctx, account, in.Agent); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "password.changed", Actor: account.ID, Account: account.ID, Subject: account.Login})
	})
	return entry, err
}

// ownPassword compares the password of whoever has the session. Wrong ones are
// counted like those of the door (SEC-T10), for this account alone.
func (s *Store) ownPassword(ctx context.Context, token, password string) (visit Visit, phc string, err error) {
	if password == "" {
		return Visit{}, "", ErrRequired.With("current_password")
	}
	own := &try{}
	err = s.write(ctx, func(tx tx) error {
		if visit, err = tx.visit(ctx, token); err != nil {
			return err
		}
		if visit.Session.Stage != StageFull {
			return ErrSignIn
		}
		own.bucket = "own:" + visit.Account.ID.String()
		if err := tx.spendTry(ctx, own); err != nil {
			return err
		}
		visit.Account, phc, err = tx.passwordOf(ctx, visit.Account.Login)
		return err
	})
	if err != nil {
		return Visit{}, "", err
	}
	if len(password) > maxTypedPassword {
		return Visit{}, "", ErrPasswordWrong
	}
	ok, _, err := s.verify(ctx, phc, password)
	if err != nil {
		return Visit{}, "", err
	}
	if !ok {
		return Visit{}, "", ErrPasswordWrong
	}
	return visit, phc, s.write(ctx, func(tx tx) error { return tx.forgive(ctx, *own) })
}

// stillOwn makes sure that the password is the one that was compared.
func (tx tx) stillOwn(ctx context.Context, account Account, phc string) error {
	_, current, err := tx.passwordOf(ctx, account.Login)
	if err != nil {
		return missing(err, ErrSignIn)
	}
	if current != phc {
		return ErrPasswordWrong
	}
	return nil
}
