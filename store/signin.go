package store

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"guesthouse/store/secret"
)

// Errors of the door. A wrong password and an unknown address are the same
// answer (SEC-P6), also after many tries.
var (
	ErrLoginFailed      = &Error{Kind: Invalid, Code: "login_failed"}
	ErrLoginFailedOften = &Error{Kind: Invalid, Code: "login_failed_often"}
	ErrSuspended        = &Error{Kind: Forbidden, Code: "suspended"}
	ErrAccessEnded      = &Error{Kind: Forbidden, Code: "access_ended"}
)

// Credentials are what somebody signs in with.
type Credentials struct {
	Login    string // an address or a user name, as typed
	Password string
	Device   string // the device cookie of a browser that signed in before
	Browsers string // the cookie of a browser that is remembered (C11)
	Replaces string // token of the session that this browser has, if any
	Next     string // where to go afterwards
	Agent    string // the User-Agent
	Keep     bool   // "keep me signed in"
}

// Entry is a successful sign-in: what the two cookies get, and how far it came.
type Entry struct {
	Token    string // of the session
	Device   string // of the device cookie
	Browsers string // of the cookie of a remembered browser; "" leaves it as it is
	Session  Session
	Account  Account
	Spent    Spent // what the code of the second step was
}

// SignIn opens a session for the right login and password. Where a guest needs
// a second step, the session waits for its code, which is mailed (S0-36). The
// try is counted before anything is compared (SEC-T10).
func (s *Store) SignIn(ctx context.Context, in Credentials) (Entry, error) {
	key := loginKey(in.Login)
	if key == "" || in.Password == "" {
		return Entry{}, ErrLoginFailed
	}
	try := s.trySignIn(ctx, key, in.Device)
	account, phc, rests, err := s.countTry(ctx, try, key)
	if err != nil {
		return Entry{}, err
	}
	password := in.Password
	if len(password) > maxTypedPassword { // nobody's: the same work, and nothing long is hashed
		phc, password = "", clip(password, maxTypedPassword)
	}
	ok, stale, err := s.verify(ctx, phc, password)
	switch {
	case err != nil:
		return Entry{}, err
	case rests:
		return Entry{}, s.refuse(ctx, account, "password_rests", ErrLoginFailedOften)
	case !ok && try.often():
		return Entry{}, s.refuse(ctx, account, "wrong_password", ErrLoginFailedOften)
	case !ok:
		return Entry{}, s.refuse(ctx, account, "wrong_password", ErrLoginFailed)
	}
	fresh := ""
	if stale { // SEC-P1: the costs have grown since
		if fresh, err = s.hash(ctx, in.Password); err != nil {
			return Entry{}, err
		}
	}
	return s.enter(ctx, in, *try, account.ID, phc, fresh)
}

// maxTypedPassword bounds what is hashed at sign-in, in bytes: four for each character
// of the longest password.
const maxTypedPassword = 4 * maxPassword

// countTry spends the try and reads what is needed to judge it. For a login
// that nobody has, account and phc are empty. rests says that no password
// opens the account until a new one is chosen (SEC-P3, SEC-P7).
func (s *Store) countTry(ctx context.Context, try *try, key string) (account Account, phc string, rests bool, err error) {
	err = s.write(ctx, func(tx tx) error {
		account, phc, rests = Account{}, "", false
		if err := tx.spendTry(ctx, try); err != nil {
			return err
		}
		found, hash, err := tx.passwordOf(ctx, key)
		if err != nil {
			return missing(err, nil)
		}
		account, phc = found, hash
		rests = try.count > restsAfter || account.WeakPassword && try.count > patience
		return nil
	})
	return account, phc, rests, err
}

// passwordOf is the living account of a login with its password hash, or
// sql.ErrNoRows.
func (tx tx) passwordOf(ctx context.Context, key string) (account Account, phc string, err error) {
	err = tx.row(ctx, `
		SELECT `+accountColumns+`, a.password_hash
		FROM accounts a
		WHERE a.login_key = $1 AND a.deleted_at IS NULL`, key).Scan(append(account.scan(), &phc)...)
	return account, phc, err
}

// refuse writes down a sign-in that failed, and gives the answer to it.
func (s *Store) refuse(ctx context.Context, account Account, why string, answer error) error {
	err := s.write(ctx, func(tx tx) error {
		// What was typed as the login is not kept: it may be a password.
		return tx.audit(ctx, event{Action: "session.refused", Account: account.ID, Subject: account.Login, Details: map[string]string{"why": why}})
	})
	if err != nil {
		return err
	}
	return answer
}

// enter starts the session of somebody who gave the right password.
func (s *Store) enter(ctx context.Context, in Credentials, try try, id ID, phc, fresh string) (Entry, error) {
	var entry Entry
	var closed error
	err := s.write(ctx, func(tx tx) error {
		entry, closed = Entry{}, nil
		account, current, err := tx.passwordOf(ctx, try.login)
		if err != nil || account.ID != id || current != phc {
			closed = ErrLoginFailed // changed or deleted while we compared
			return missing(err, nil)
		}
		if err := tx.forgive(ctx, try); err != nil {
			return err
		}
		if !account.Active(tx.now) { // SEC-P10: whom to ask, and no session
			closed, err = tx.closedDoor(ctx, account)
			if err != nil {
				return err
			}
			return tx.audit(ctx, event{Action: "session.refused", Account: id, Subject: account.Login, Details: map[string]string{"why": "inactive"}})
		}
		if fresh != "" {
			if _, err := tx.exec(ctx, `UPDATE accounts SET password_hash = $2 WHERE id = $1`, id, fresh); err != nil {
				return err
			}
		}
		if err := tx.endSession(ctx, in.Replaces); err != nil {
			return err
		}
		if err := tx.demandLonger(ctx, &account, in.Password); err != nil {
			return err
		}
		entry, err = tx.admit(ctx, account, in, "")
		return err
	})
	if err == nil && closed != nil {
		err = closed
	}
	if err != nil {
		return Entry{}, err
	}
	entry.Device = s.rememberDevice(in.Device, try.login)
	return entry, nil
}

// demandLonger has a system administrator choose a new password whose own is too
// short for one without an app: it was enough when they were a member (SEC-P2).
func (tx tx) demandLonger(ctx context.Context, account *Account, password string) error {
	if !account.SystemAdmin || account.HasApp() || account.MustChangePassword || utf8.RuneCountInString(password) >= minAdministrator {
		return nil
	}
	account.MustChangePassword = true
	_, err := tx.exec(ctx, `UPDATE accounts SET must_change_password = TRUE WHERE id = $1`, account.ID)
	return err
}

// admit starts the session, at the stage that the policy asks for (S0-35).
func (tx tx) admit(ctx context.Context, account Account, in Credentials, given Factor) (entry Entry, err error) {
	entry.Account = account
	entry.Token, entry.Session, err = tx.startSession(ctx, signIn{
		Account: account, Given: given, Keep: in.Keep, Next: in.Next, Agent: in.Agent, Browsers: in.Browsers,
	})
	if err != nil {
		return Entry{}, err
	}
	if entry.Session.Stage == StageVerification {
		return entry, tx.audit(ctx, event{Action: "session.password_accepted", Actor: account.ID, Account: account.ID, Subject: account.Login})
	}
	return entry, tx.audit(ctx, event{Action: "session.started", Actor: account.ID, Account: account.ID, Subject: account.Login})
}

// endSession ends the session of a token, if there is one.
func (tx tx) endSession(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	_, err := tx.exec(ctx, `DELETE FROM sessions WHERE token_hash = $1`, secret.Hash(token))
	return err
}

// closedDoor is what somebody reads who may not come in (any more).
func (tx tx) closedDoor(ctx context.Context, account Account) (answer, err error) {
	if account.Status == StatusActive {
		return ErrAccessEnded.With("", "Date", account.EndsAt), nil
	}
	contact, err := tx.contactOf(ctx, account)
	return ErrSuspended.With("", "Name", contact.Name), err
}

// contact is whom a guest can ask; the organisation has no address.
type contact struct {
	Name  string
	Email Email
}

// contactOf is whom to ask about an account: the sponsor of a guest, else the
// organisation.
func (tx tx) contactOf(ctx context.Context, account Account) (contact, error) {
	if account.Sponsor != 0 {
		sponsor, err := tx.account(ctx, account.Sponsor)
		if err != nil {
			return contact{}, err
		}
		if sponsor.Active(tx.now) {
			return contact{sponsor.Name, sponsor.Email}, nil
		}
	}
	e, err := tx.environment(ctx)
	return contact{Name: e.Name}, err
}

// loginKey is the form of a typed login under which an account is found.
func loginKey(login string) string {
	if len(login) > 1000 {
		return ""
	}
	if email, err := ParseEmail(login); err == nil {
		return string(email)
	}
	return clip(asciiLower(strings.TrimSpace(login)), 254)
}

// clientOf is the client of the request, as limits count it (SEC-P7).
func clientOf(ctx context.Context) string {
	return ClientOf(originOf(ctx).Address)
}

// waitAfter is how long the door stays shut after so many failures in a row:
// 1, 2, 4 … 15 minutes.
func waitAfter(failures int) time.Duration {
	if failures < patience {
		return 0
	}
	return min(time.Minute<<min(failures-patience, 4), 15*time.Minute)
}
