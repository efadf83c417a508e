package store

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"
)

// NewAdministrator is an administrator made from the console.
type NewAdministrator struct {
	Name     string // "" for the address before the @
	Email    string
	Password string // "" for a one-time link
}

// CreateAdministrator makes a system administrator from the console, where
// the proof is to be on the machine. Without a password it gives the token of
// a one-time link to set one.
func (s *Store) CreateAdministrator(ctx context.Context, in NewAdministrator) (account Account, token string, err error) {
	e, err := s.Environment(ctx)
	if err != nil {
		return Account{}, "", err
	}
	admin := newAccount{Kind: Member, TimeZone: e.TimeZone, SystemAdmin: true, MayCreateGuestSpaces: true}
	local, _, _ := strings.Cut(in.Email, "@")
	in.Name = cmp.Or(strings.TrimSpace(in.Name), local)
	if admin.Name, admin.Email, err = checkPerson(in.Name, in.Email); err != nil {
		return Account{}, "", err
	}
	admin.Spelling = spellingOf(in.Email, admin.Email)
	if in.Password != "" {
		rules := e.Policy.Passwords(Account{Kind: Member, SystemAdmin: true})
		if err := rules.Check("password", in.Password, e.Name, in.Name, in.Email); err != nil {
			return Account{}, "", err
		}
		if admin.PasswordHash, err = s.hash(ctx, in.Password); err != nil {
			return Account{}, "", err
		}
	}
	err = s.write(ctx, func(tx tx) error {
		token = ""
		if err := tx.endSetup(ctx); err != nil {
			return err
		}
		if account, err = tx.createAccount(ctx, admin); err != nil {
			return err
		}
		if admin.PasswordHash == "" {
			if token, _, err = tx.issueToken(ctx, purposeMember, account.ID, consoleLinkLife); err != nil {
				return err
			}
		}
		return tx.audit(ctx, event{Action: "administrator.created", Account: account.ID, Subject: account.Login})
	})
	return account, token, err
}

// EnsureAdministrator makes the first administrator from the settings, when
// there is none. It reports whether it made one.
func (s *Store) EnsureAdministrator(ctx context.Context, in NewAdministrator) (made bool, token string, err error) {
	needs, err := s.NeedsSetup(ctx)
	if err != nil || !needs {
		return false, "", err
	}
	_, token, err = s.CreateAdministrator(ctx, in)
	if errors.Is(err, ErrAddressTaken) {
		// Another process that started at the same moment was faster.
		if needs, again := s.NeedsSetup(ctx); again != nil || !needs {
			return false, "", again
		}
	}
	return err == nil, token, err
}

// AdministratorLink gives the token of a one-time link by which a system
// administrator chooses a new password, for the console. endFactor switches the
// second step off as well, for who lost the app and the recovery codes. A password
// that is going to be set by the link, "" for none, is judged before anything ends.
func (s *Store) AdministratorLink(ctx context.Context, email, password string, endFactor bool) (token string, err error) {
	address, err := ParseEmail(email)
	if err != nil {
		return "", err
	}
	err = s.write(ctx, func(tx tx) error {
		account, err := tx.accountByLogin(ctx, string(address))
		if err != nil {
			return err
		}
		if !account.SystemAdmin || !account.Active(tx.now) {
			return ErrNotFound
		}
		if password != "" {
			after := account
			if endFactor {
				after.AppSince = time.Time{}
			}
			if err := tx.checkPassword(ctx, after, "password", password); err != nil {
				return err
			}
		}
		if endFactor {
			if err := tx.takeFactor(ctx, s.Operator(), account, ""); err != nil {
				return err
			}
		}
		if token, _, err = tx.issueToken(ctx, purposeReset, account.ID, consoleLinkLife); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "password.link_printed", Account: account.ID, Subject: account.Login})
	})
	return token, err
}
