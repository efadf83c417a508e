package store

import (
	"context"
	"time"
	"unicode/utf8"
)

// Limits of password resets (SEC-M6).
const (
	resetLife        = time.Hour
	consoleLinkLife  = Day
	resetsAnHour     = 3  // per account
	resetsFromClient = 10 // an hour
	weakBelow        = 8  // characters (SEC-P3)
)

// resetMail is mail.PasswordReset.
type resetMail struct {
	ExpiresAt time.Time `json:"expires_at"`
	Device    Device    `json:"device"`
	AskedAt   time.Time `json:"asked_at"`
}

// changedMail is mail.PasswordChanged.
type changedMail struct {
	ChangedAt time.Time `json:"changed_at"`
	Device    Device    `json:"device"`
}

// RequestReset mails a link to choose a new password to the address that the
// account has. The answer is the same whether there is such an account, and
// whether it has had its three mails of the hour (SEC-P6, SEC-P8).
func (s *Store) RequestReset(ctx context.Context, login, agent string) error {
	key := loginKey(login)
	if key == "" {
		return ErrRequired.With("login")
	}
	return s.write(ctx, func(tx tx) error {
		if err := tx.spend(ctx, "resets-client:"+clientOf(ctx), 1, resetsFromClient, time.Hour); err != nil {
			return err
		}
		// Over the limit of the account: no mail, and not a word of it.
		over := tx.spend(ctx, "resets:"+tx.loginBucket(key), 1, resetsAnHour, time.Hour)
		if over != nil && !ErrTooMany.Is(over) {
			return over
		}
		account, err := tx.accountByLogin(ctx, key)
		if err != nil || over != nil || account.Email == "" || !account.Active(tx.now) {
			if ErrNotFound.Is(err) {
				err = nil
			}
			return err
		}
		return tx.mailReset(ctx, account, agent)
	})
}

func (tx tx) mailReset(ctx context.Context, account Account, agent string) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	token, hash, err := tx.issueToken(ctx, purposeReset, account.ID, resetLife)
	if err != nil {
		return err
	}
	until := tx.now.Add(resetLife)
	_, err = tx.queue(ctx, newMail{
		Kind: MailPasswordReset, Lane: LaneUrgent, To: account.Email, Account: account.ID, TokenHash: hash,
		Locale: e.localeOf(account), TimeZone: account.TimeZone, Secret: token, GiveUpAt: until,
		Data: resetMail{ExpiresAt: until, Device: deviceOf(ctx, agent), AskedAt: tx.now},
	})
	if err != nil {
		return err
	}
	return tx.audit(ctx, event{Action: "password.reset_requested", Account: account.ID, Subject: account.Login})
}

// PasswordLink is what the page behind a reset link shows.
type PasswordLink struct {
	Account  Account
	First    bool // a new member sets the first password
	Recovery bool // a guest without e-mail begins again
	Rules    PasswordPolicy
}

// PasswordLink looks at a reset link, or the link of a new member. It changes
// nothing, however often it is opened (SEC-T4).
func (s *Store) PasswordLink(ctx context.Context, token string) (PasswordLink, error) {
	var link PasswordLink
	err := s.read(ctx, func(tx tx) (err error) {
		link, _, err = tx.passwordLink(ctx, token)
		return err
	})
	return link, err
}

func (tx tx) passwordLink(ctx context.Context, token string) (link PasswordLink, purpose string, err error) {
	var id ID
	for _, purpose = range []string{purposeReset, purposeMember, purposeRecovery} {
		if id, err = tx.liveToken(ctx, purpose, token); !ErrLinkGone.Is(err) {
			break
		}
	}
	if err != nil {
		return PasswordLink{}, "", err
	}
	link.Account, err = tx.account(ctx, id)
	if err != nil {
		return PasswordLink{}, "", err
	}
	if !link.Account.Active(tx.now) {
		return PasswordLink{}, "", ErrLinkGone
	}
	e, err := tx.environment(ctx)
	link.First, link.Recovery = purpose == purposeMember, purpose == purposeRecovery
	link.Rules = e.Policy.Passwords(link.Account)
	return link, purpose, err
}

// ResetPassword sets a password by a link, which is used up. It ends every
// session, code and other link of the account (SEC-T6), and its API passwords
// and tokens. A reset does not sign
// in (SEC-P8): who took over a mailbox should at least pass the second step.
// The first password of a new member does, as the link just proved the address
// and there is nothing yet to take over, and so does the recovery of a guest
// without e-mail, who goes on to the second step; then the entry has a token.
func (s *Store) ResetPassword(ctx context.Context, token, password, agent string) (Entry, error) {
	var link PasswordLink
	var purpose string
	err := s.read(ctx, func(tx tx) (err error) {
		if link, purpose, err = tx.passwordLink(ctx, token); err != nil {
			return err
		}
		return tx.checkPassword(ctx, link.Account, "password", password)
	})
	if err != nil {
		return Entry{}, err
	}
	phc, err := s.hash(ctx, password) // before the transaction (SEC-T3)
	if err != nil {
		return Entry{}, err
	}
	var entry Entry
	err = s.write(ctx, func(tx tx) error {
		entry = Entry{}
		id, err := tx.useToken(ctx, purpose, token)
		if err != nil {
			return err
		}
		account, err := tx.account(ctx, id)
		if err != nil {
			return err
		}
		if !account.Active(tx.now) {
			return ErrLinkGone
		}
		if err := tx.setPassword(ctx, account, phc, tx.weak(password)); err != nil {
			return err
		}
		if _, err := tx.endAPICredentials(ctx, id); err != nil { // who had the account may have made some
			return err
		}
		if err := tx.audit(ctx, event{Action: "password.reset", Actor: id, Account: id, Subject: account.Login}); err != nil {
			return err
		}
		if !link.First && !link.Recovery {
			return tx.tellPasswordChanged(ctx, account, agent)
		}
		entry, err = tx.admit(ctx, account, Credentials{Agent: agent}, "")
		return err
	})
	if err != nil {
		return Entry{}, err
	}
	if entry.Token != "" {
		entry.Device = s.rememberDevice("", entry.Account.Login)
	}
	return entry, nil
}

// checkPassword asks the policy about a new password of an account.
func (tx tx) checkPassword(ctx context.Context, account Account, field, password string) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	return e.Policy.Passwords(account).Check(field, password, e.Name, account.Name, account.Login)
}

// setPassword stores a new hash and ends all that the old one had opened:
// sessions, links, codes and challenges (SEC-T6), but not what programs call
// with, which has nothing to do with it. Failures before it are forgotten, so
// that a resting password is awake again (SEC-P7).
func (tx tx) setPassword(ctx context.Context, account Account, phc string, weak bool) error {
	_, err := tx.exec(ctx, `
		UPDATE accounts
		SET password_hash = $2, weak_password = $3, must_change_password = FALSE
		WHERE id = $1`, account.ID, phc, weak)
	if err != nil {
		return err
	}
	if err := tx.endSignIns(ctx, account.ID); err != nil {
		return err
	}
	return tx.forgetFailures(ctx, account)
}

// weak reports whether a password is so short that only few tries are allowed.
func (s *Store) weak(password string) bool { return utf8.RuneCountInString(password) < weakBelow }

// tellPasswordChanged mails the owner (SEC-P8).
func (tx tx) tellPasswordChanged(ctx context.Context, account Account, agent string) error {
	if account.Email == "" {
		return nil
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	_, err = tx.queue(ctx, newMail{
		Kind: MailPasswordChanged, Lane: LaneRest, To: account.Email, Account: account.ID,
		Locale: e.localeOf(account), TimeZone: account.TimeZone,
		Data: changedMail{ChangedAt: tx.now, Device: deviceOf(ctx, agent)},
	})
	return err
}

// Passwords are the rules for the password of an account. The basic rule is
// for guests only, and administrators need more unless they have an
// authenticator app as well (SEC-P2, SEC-P3).
func (p Policy) Passwords(account Account) PasswordPolicy {
	if account.IsGuest() {
		return p.GuestPasswords()
	}
	if account.SystemAdmin && !account.HasApp() {
		return p.MemberPasswords().ForAdministrator()
	}
	return p.MemberPasswords()
}
