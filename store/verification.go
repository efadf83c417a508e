package store

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"guesthouse/store/secret"
)

// Errors of the second step (S0-35 to S0-40).
var (
	// ErrCodeWrong: N tries are left.
	ErrCodeWrong = &Error{Kind: Invalid, Code: "code_wrong", Field: "code"}
	// ErrCodeGone: the code's time is up; a new one is on its way.
	ErrCodeGone = &Error{Kind: Invalid, Code: "code_gone", Field: "code"}
	// ErrCodeEnded: no code is live, and none was sent; one has to ask for it.
	ErrCodeEnded = &Error{Kind: Invalid, Code: "code_ended", Field: "code"}
	// ErrCodesRest: too many wrong codes today; the second step rests.
	ErrCodesRest = &Error{Kind: TooMany, Code: "codes_rest"}
	// ErrCodesSent: no new code yet; RetryAfter says when.
	ErrCodesSent = &Error{Kind: TooMany, Code: "codes_sent"}
)

// Limits of codes (SEC-T9).
const (
	codeTries      = 5
	codePause      = time.Minute // between two mails
	codesAnHour    = 5
	wrongCodesADay = 20
	codesRest      = time.Hour
	purposeSignIn  = "sign-in"
)

// Challenge is what the page Enter Verification Code shows.
type Challenge struct {
	Email     string    // masked
	Sent      bool      // the mail was handed over
	Live      bool      // there is a code that can still be entered
	ExpiresAt time.Time // of the code; before the hand-over, of the sign-in
	Tries     int       // that are left
	ResendAt  time.Time // from when on a new code can be asked for
	Next      string

	Factor    Factor
	Enrolment *Enrolment // what to enrol first; nil when that is done
	Left      int        // printed codes, or recovery codes, that still work
	Recovers  bool       // a recovery code does, too
	Days      int        // for how long the browser may be remembered; 0 for not
}

// code is a row of verifications.
type code struct {
	id        ID
	factor    Factor
	hash      []byte
	attempts  int
	createdAt time.Time
	sentAt    time.Time
	expiresAt time.Time
}

func (c code) live(now time.Time) bool {
	return c.id != 0 && c.attempts < codeTries && now.Before(c.expiresAt) && !c.createdAt.After(now.Add(clockSkew))
}

// Verification is the challenge of a session that waits for its code, for the
// page; it changes nothing and sends nothing (S0-36).
func (s *Store) Verification(ctx context.Context, token string) (Challenge, error) {
	var c Challenge
	err := s.read(ctx, func(tx tx) error {
		visit, err := tx.pendingVisit(ctx, token)
		if err != nil {
			return err
		}
		current, err := tx.currentCode(ctx, visit.Session.ID)
		if err != nil {
			return err
		}
		resendAt, err := tx.nextCodeAt(ctx, visit.Account.ID)
		if err != nil {
			return err
		}
		c = Challenge{
			Email: MaskEmail(visit.Account.Email), Live: current.live(tx.now), Sent: !current.sentAt.IsZero(),
			ExpiresAt: current.expiresAt, Tries: codeTries - current.attempts, ResendAt: resendAt, Next: visit.Session.Next,
			Factor: current.factor, Days: visit.Environment.Policy.RememberDays(visit.Account),
		}
		if c.Factor == FactorMail {
			return nil
		}
		return tx.ownChallenge(ctx, visit, current, &c)
	})
	return c, err
}

// Verify is EnterCode where nothing is to be remembered.
func (s *Store) Verify(ctx context.Context, token, typed, agent string) (Entry, error) {
	return s.EnterCode(ctx, CodeEntry{Token: token, Code: typed, Agent: agent})
}

// CodeEntry is the form Enter Verification Code.
type CodeEntry struct {
	Token    string // of the session that waits
	Code     string // as typed
	Agent    string // the User-Agent
	Remember bool   // do not ask again in this browser, as long as the policy lets it (C11)
	Browsers string // the cookie of the browser, if it is remembered for somebody
}

// errWrongCode takes a transaction back that was begun for a wrong code.
var errWrongCode = errors.New("wrong code")

// EnterCode ends the second step with the right code: the session gets a new
// token and opens everything. The try is counted and committed before the code
// is compared (SEC-T10).
func (s *Store) EnterCode(ctx context.Context, in CodeEntry) (Entry, error) {
	token, typed := in.Token, secret.CleanCode(in.Code)
	if typed == "" {
		return Entry{}, ErrRequired.With("code")
	}
	visit, current, err := s.countCode(ctx, token)
	if err != nil {
		return Entry{}, err
	}
	if current.factor == FactorMail && subtle.ConstantTimeCompare(current.hash, s.codeHash(visit.Session.ID, typed)) != 1 {
		return Entry{}, s.refuseCode(ctx, visit, current)
	}
	var entry Entry
	err = s.write(ctx, func(tx tx) error {
		entry = Entry{}
		used, err := tx.exec(ctx, `
			UPDATE verifications
			SET used_at = $2
			WHERE id = $1 AND used_at IS NULL AND expires_at > $2`, current.id, at(tx.now))
		if err != nil {
			return err
		}
		if used == 0 {
			return ErrCodeEnded
		}
		visit, err := tx.pendingVisit(ctx, token)
		if err != nil {
			return err
		}
		spent, err := tx.spendFactor(ctx, visit, current.factor, typed)
		if err != nil {
			return err
		}
		if spent == NothingSpent {
			return errWrongCode
		}
		if err := tx.forgiveCode(ctx, visit.Account.ID); err != nil {
			return err
		}
		if err := tx.endSession(ctx, token); err != nil { // SEC-S2: the old id dies
			return err
		}
		entry.Account, entry.Spent = visit.Account, spent
		entry.Token, entry.Session, err = tx.startSession(ctx, signIn{
			Account: visit.Account, Given: factorGiven, Keep: visit.Session.Keep, Next: visit.Session.Next, Agent: in.Agent,
		})
		if err != nil {
			return err
		}
		if in.Remember {
			if entry.Browsers, err = tx.rememberBrowser(ctx, visit, in.Browsers, in.Agent); err != nil {
				return err
			}
		}
		return tx.audit(ctx, event{Action: "session.started", Actor: visit.Account.ID, Account: visit.Account.ID, Subject: visit.Account.Login})
	})
	if errors.Is(err, errWrongCode) {
		return Entry{}, s.refuseCode(ctx, visit, current)
	}
	return entry, err
}

// countCode spends one try of the current code. When its time is up, a new one
// is sent instead, as far as the limits let it.
func (s *Store) countCode(ctx context.Context, token string) (Visit, code, error) {
	var visit Visit
	var current code
	var answer error
	err := s.write(ctx, func(tx tx) (err error) {
		answer = nil
		if visit, err = tx.pendingVisit(ctx, token); err != nil {
			return err
		}
		if current, err = tx.currentCode(ctx, visit.Session.ID); err != nil {
			return err
		}
		if !current.live(tx.now) {
			answer, err = tx.replaceCode(ctx, visit, current)
			return err
		}
		if err := tx.spendCode(ctx, visit.Account.ID); err != nil {
			return err
		}
		current.attempts++
		_, err = tx.exec(ctx, `UPDATE verifications SET attempts = attempts + 1 WHERE id = $1`, current.id)
		return err
	})
	if err == nil {
		err = answer
	}
	return visit, current, err
}

// replaceCode sends a new code for one whose time is up. A code that died of
// wrong tries is not replaced by itself: else thirty wrong codes at once would
// get the tries of several.
func (tx tx) replaceCode(ctx context.Context, visit Visit, current code) (answer, err error) {
	if current.factor != FactorMail {
		return ErrChallengeEnded, nil
	}
	if current.id == 0 || current.attempts >= codeTries {
		return ErrCodeEnded, nil
	}
	readyAt, err := tx.nextCodeAt(ctx, visit.Account.ID)
	if err != nil || readyAt.After(tx.now) {
		return ErrCodeEnded, err
	}
	return ErrCodeGone, tx.sendCode(ctx, visit.Account, visit.Session, visit.Environment, tx.now)
}

func (s *Store) refuseCode(ctx context.Context, visit Visit, current code) error {
	err := s.write(ctx, func(tx tx) error {
		if err := tx.restCodes(ctx, visit); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "session.code_refused", Account: visit.Account.ID, Subject: visit.Account.Login})
	})
	if err != nil {
		return err
	}
	left := codeTries - current.attempts
	switch {
	case current.factor != FactorMail && left > 0:
		return ErrFactorWrong.With("code", "N", left)
	case current.factor != FactorMail:
		return ErrChallengeEnded
	case left > 0:
		return ErrCodeWrong.With("code", "N", left)
	}
	return ErrCodeEnded
}

// ResendCode mails a new code and ends the one before (SEC-T9).
func (s *Store) ResendCode(ctx context.Context, token string) error {
	return s.write(ctx, func(tx tx) error {
		visit, err := tx.pendingVisit(ctx, token)
		if err != nil {
			return err
		}
		current, err := tx.currentCode(ctx, visit.Session.ID)
		if err != nil {
			return err
		}
		if current.factor != FactorMail {
			return ErrNotFound
		}
		readyAt, err := tx.nextCodeAt(ctx, visit.Account.ID)
		if err != nil {
			return err
		}
		if readyAt.After(tx.now) {
			return ErrCodesSent.After(readyAt.Sub(tx.now))
		}
		return tx.sendCode(ctx, visit.Account, visit.Session, visit.Environment, tx.now)
	})
}

// pendingVisit is the visit of a session that waits for its code.
func (tx tx) pendingVisit(ctx context.Context, token string) (Visit, error) {
	visit, err := tx.visit(ctx, token)
	if err == nil && visit.Session.Stage != StageVerification {
		err = ErrSignIn
	}
	return visit, err
}

// currentCode is the newest code of a session that nothing has replaced; the
// zero code when there is none.
func (tx tx) currentCode(ctx context.Context, session ID) (code, error) {
	c := code{factor: FactorMail}
	err := tx.row(ctx, `
		SELECT id, purpose, code_hash, attempts, created_at, sent_at, expires_at
		FROM verifications
		WHERE session_id = $1 AND used_at IS NULL
		ORDER BY id DESC
		LIMIT 1`, session).Scan(&c.id, &c.factor, &c.hash, &c.attempts, moment{&c.createdAt}, moment{&c.sentAt}, moment{&c.expiresAt})
	return c, missing(err, nil)
}
