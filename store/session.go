package store

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"guesthouse/store/secret"
)

// Stage says how far a sign-in has come.
type Stage string

// A session that waits for its verification code opens nothing but that page.
const (
	StageVerification Stage = "verification"
	StageFull         Stage = "full"
)

// Session is one signed-in browser.
type Session struct {
	ID              ID
	Stage           Stage
	Keep            bool // "keep me signed in"
	Next            string
	ClientAddress   string
	UserAgent       string
	AuthenticatedAt time.Time // when the password was last given
	CreatedAt       time.Time
	SeenAt          time.Time
	ExpiresAt       time.Time // the absolute end
}

const sessionColumns = `
	v.id, v.stage, v.keep, v.next, v.client_address, v.user_agent,
	v.authenticated_at, v.created_at, v.seen_at, v.expires_at`

func (v *Session) scan() []any {
	return []any{
		&v.ID, &v.Stage, &v.Keep, &v.Next, &v.ClientAddress, &v.UserAgent,
		moment{&v.AuthenticatedAt}, moment{&v.CreatedAt}, moment{&v.SeenAt}, moment{&v.ExpiresAt},
	}
}

// Visit is a request by somebody with a session: everything that the portal
// must know of them, read in one statement in every request (SEC-S4).
type Visit struct {
	Session     Session
	Account     Account
	Environment Environment
	Happened    ID // the newest thing that had happened: an open page goes on from there
}

// Lifetimes of sessions (SEC-S3).
const (
	sessionIdle      = 2 * time.Hour
	sessionLife      = Day
	sessionIdleKept  = 7 * Day
	sessionLifeKept  = 30 * Day
	sessionIdleAdmin = 30 * time.Minute
	sessionLifeAdmin = 12 * time.Hour
	sessionsPerHead  = 20
	seenEvery        = 5 * time.Minute
)

func sessionLives(a Account, keep bool) (idle, life time.Duration) {
	switch {
	case a.SystemAdmin:
		return sessionIdleAdmin, sessionLifeAdmin
	case keep:
		return sessionIdleKept, sessionLifeKept
	}
	return sessionIdle, sessionLife
}

// Visit finds the session of a cookie's token with its account and the
// environment. It is ErrSignIn when there is none, when it ended, or when the
// account may not be used (any more). Last seen is written at most every five
// minutes.
func (s *Store) Visit(ctx context.Context, token string) (Visit, error) {
	var visit Visit
	err := s.read(ctx, func(tx tx) (err error) {
		visit, err = tx.visit(ctx, token)
		return err
	})
	if err != nil {
		return Visit{}, err
	}
	if s.Now().Sub(visit.Session.SeenAt) >= seenEvery {
		err := s.touch(ctx, visit.Session.ID)
		if err != nil && !errors.Is(err, ErrDiskFull) { // SEC-R4: reading goes on
			return Visit{}, err
		}
	}
	return visit, nil
}

func (tx tx) visit(ctx context.Context, token string) (Visit, error) {
	var v Visit
	hash := secret.Hash(token)
	destinations := append(v.Session.scan(), v.Account.scan()...)
	destinations = append(destinations, v.Environment.scan()...)
	destinations = append(destinations, &v.Happened)
	err := tx.row(ctx, `
		SELECT `+sessionColumns+`, `+accountColumns+`, `+environmentColumns+`, (SELECT COALESCE(MAX(id), 0) FROM events)
		FROM sessions v
		JOIN accounts a ON a.id = v.account_id
		CROSS JOIN environment e
		WHERE v.token_hash = $1`, hash).Scan(destinations...)
	if err != nil {
		return Visit{}, missing(err, ErrSignIn)
	}
	// Both lives are those of the account as it is now: who was made a system
	// administrator meanwhile does not keep a session of thirty days (SEC-S3).
	idle, life := sessionLives(v.Account, v.Session.Keep)
	now := tx.now
	if !v.Account.Active(now) || !now.Before(v.Session.ExpiresAt) || now.Sub(v.Session.CreatedAt) >= life || now.Sub(v.Session.SeenAt) >= idle {
		return Visit{}, ErrSignIn
	}
	v.Session.Next = tx.openNext(v.Session.Next, hash)
	return v, nil
}

// sealNext hides where a session goes on to after its second step: that may be
// the link of an invitation, and no live link stands in the database (SEC-T1).
func (s *Store) sealNext(next string, tokenHash []byte) (string, error) {
	if next == "" {
		return "", nil
	}
	sealed, err := s.key.Seal("session-next", []byte(next), tokenHash)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// openNext is what sealNext hid, or "" when it does not open any more: then one
// goes on to the home page.
func (s *Store) openNext(text string, tokenHash []byte) string {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	next, err := s.key.Open("session-next", sealed, tokenHash)
	if err != nil {
		return ""
	}
	return string(next)
}

func (s *Store) touch(ctx context.Context, session ID) error {
	return s.write(ctx, func(tx tx) error {
		_, err := tx.exec(ctx, `UPDATE sessions SET seen_at = $2 WHERE id = $1`, session, at(tx.now))
		return err
	})
}

// signIn is what the one function that makes sessions needs (SEC-P9).
type signIn struct {
	Account  Account
	Given    Factor // what was given of the second step already; "" for nothing
	Keep     bool
	Next     string
	Agent    string
	Browsers string // the cookie of a browser that is remembered (C11)
}

// factorGiven: the second step, whichever is owed, was given a moment ago, or in
// the session that this one replaces if it was owed then.
const factorGiven Factor = "given"

// startSession makes a session and gives its token for the cookie. The oldest
// sessions of an account make room. It is the only place that makes one, so it
// decides whether the session waits for a second step, and begins that.
func (tx tx) startSession(ctx context.Context, in signIn) (token string, session Session, err error) {
	if !in.Account.Active(tx.now) {
		return "", Session{}, ErrSignIn
	}
	step, err := tx.secondStep(ctx, in.Account)
	if err != nil {
		return "", Session{}, err
	}
	owed, err := tx.owed(ctx, in, step)
	if err != nil {
		return "", Session{}, err
	}
	if owed {
		if token, session, err = tx.writeSession(ctx, in, StageVerification); err == nil {
			err = tx.challenge(ctx, in.Account, session, step)
		}
		return token, session, err
	}
	if token, session, err = tx.writeSession(ctx, in, StageFull); err != nil {
		return "", Session{}, err
	}
	_, err = tx.exec(ctx, `UPDATE accounts SET last_sign_in_at = $2 WHERE id = $1`, in.Account.ID, at(tx.now))
	return token, session, err
}

func (tx tx) writeSession(ctx context.Context, in signIn, stage Stage) (token string, session Session, err error) {
	token, hash := secret.Token()
	_, life := sessionLives(in.Account, in.Keep)
	next, err := tx.sealNext(in.Next, hash)
	if err != nil {
		return "", Session{}, err
	}
	err = tx.row(ctx, `
		INSERT INTO sessions (
			token_hash, account_id, stage, keep, next, client_address, user_agent,
			authenticated_at, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9)
		RETURNING id`,
		hash, in.Account.ID, stage, in.Keep, next, originOf(ctx).Address, clip(in.Agent, 300),
		at(tx.now), at(tx.now.Add(life))).Scan(&session.ID)
	if err != nil {
		return "", Session{}, err
	}
	err = tx.row(ctx, `SELECT `+sessionColumns+` FROM sessions v WHERE v.id = $1`, session.ID).Scan(session.scan()...)
	if err != nil {
		return "", Session{}, err
	}
	session.Next = in.Next
	_, err = tx.exec(ctx, `
		DELETE FROM sessions
		WHERE account_id = $1 AND id NOT IN (
			SELECT id FROM sessions WHERE account_id = $1 ORDER BY seen_at DESC, id DESC LIMIT $2)`,
		in.Account.ID, sessionsPerHead)
	return token, session, err
}

// SignOut ends the session of a cookie's token. Signing out twice is no error.
func (s *Store) SignOut(ctx context.Context, token string) error {
	return s.write(ctx, func(tx tx) error {
		var account ID
		err := tx.row(ctx, `DELETE FROM sessions WHERE token_hash = $1 RETURNING account_id`,
			secret.Hash(token)).Scan(&account)
		if err != nil {
			return missing(err, nil)
		}
		return tx.audit(ctx, event{Action: "session.ended", Actor: account, Account: account})
	})
}

// endSessions ends all sessions of an account but one (0 for none), and with
// them their verification codes and the trust in its browsers (C11).
func (tx tx) endSessions(ctx context.Context, account, but ID) error {
	if _, err := tx.exec(ctx, `DELETE FROM sessions WHERE account_id = $1 AND id <> $2`, account, but); err != nil {
		return err
	}
	return tx.forgetBrowsers(ctx, account)
}

// endAccess ends everything by which an account could get in: sessions, codes,
// links, and what its programs call with. Every path that takes rights away
// calls it (SEC-T6).
func (tx tx) endAccess(ctx context.Context, account ID) error {
	if _, err := tx.endAPICredentials(ctx, account); err != nil {
		return err
	}
	return tx.endSignIns(ctx, account)
}

// endSignIns ends everything by which a person could get in, and what they are
// offered to get in with: others may have seen it.
func (tx tx) endSignIns(ctx context.Context, account ID) error {
	if err := tx.endSessions(ctx, account, 0); err != nil {
		return err
	}
	if err := tx.withdrawOffers(ctx, account); err != nil {
		return err
	}
	return tx.endTokens(ctx, account, "")
}

// clip shortens text to at most n bytes without breaking a character.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return text[:n]
}
