package store

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"guesthouse/store/secret"
)

// Errors of the first run.
var (
	// ErrSetupCode: N tries are left.
	ErrSetupCode = &Error{Kind: Invalid, Code: "setup_code_wrong", Field: "setup_code"}
	// ErrSetupCodeGone: the code was tried too often, or it is too old.
	ErrSetupCodeGone = &Error{Kind: Invalid, Code: "setup_code_gone", Field: "setup_code"}
)

const (
	setupLife  = 30 * Day
	setupTries = 5 // SEC-S10
)

// NeedsSetup reports whether there is no administrator yet.
func (s *Store) NeedsSetup(ctx context.Context) (bool, error) {
	var needs bool
	err := s.read(ctx, func(tx tx) (err error) {
		needs, err = tx.needsSetup(ctx)
		return err
	})
	return needs, err
}

func (tx tx) needsSetup(ctx context.Context) (needs bool, err error) {
	err = tx.row(ctx, `
		SELECT NOT EXISTS (SELECT 1 FROM accounts WHERE system_admin AND deleted_at IS NULL)`).Scan(&needs)
	return needs, err
}

// SetupCode makes the code that opens /setup, for the console; the one before
// it ends. It is ErrNotFound when there is an administrator.
func (s *Store) SetupCode(ctx context.Context) (string, error) {
	var code string
	err := s.write(ctx, func(tx tx) error {
		needs, err := tx.needsSetup(ctx)
		if err != nil {
			return err
		}
		if !needs {
			return ErrNotFound
		}
		if err := tx.endSetup(ctx); err != nil {
			return err
		}
		code, _, err = tx.issueToken(ctx, purposeSetup, 0, setupLife)
		return err
	})
	return code, err
}

// endSetup closes /setup for good, or for the code before a new one.
func (tx tx) endSetup(ctx context.Context) error {
	_, err := tx.exec(ctx, `UPDATE tokens SET used_at = $2 WHERE account_id IS NULL AND purpose = $1 AND used_at IS NULL`, purposeSetup, at(tx.now))
	return err
}

// Setup is the form of the first run.
type Setup struct {
	Code         string
	Organization string
	Name         string // display name of the first administrator
	Email        string
	Password     string
	Preset       string
	Locale       string
	TimeZone     string
	Agent        string
}

// Setup makes the first administrator, names the environment, sets its policy
// and signs the administrator in. It is ErrNotFound when there is one already.
func (s *Store) Setup(ctx context.Context, in Setup) (Entry, error) {
	needs, err := s.NeedsSetup(ctx)
	if err != nil {
		return Entry{}, err
	}
	if !needs {
		return Entry{}, ErrNotFound
	}
	first, policy, err := in.check()
	if err != nil {
		return Entry{}, err
	}
	in.Code = strings.Join(strings.Fields(in.Code), "") // a console breaks long lines
	if err := s.trySetupCode(ctx, in.Code); err != nil {
		return Entry{}, err
	}
	if first.PasswordHash, err = s.hash(ctx, in.Password); err != nil {
		return Entry{}, err
	}
	var entry Entry
	err = s.write(ctx, func(tx tx) error {
		entry = Entry{}
		if _, err := tx.useToken(ctx, purposeSetup, in.Code); err != nil {
			return ErrSetupCodeGone
		}
		account, err := tx.firstAdministrator(ctx, first)
		if err != nil {
			return err
		}
		if err := tx.nameEnvironment(ctx, in, policy); err != nil {
			return err
		}
		entry, err = tx.admit(ctx, account, Credentials{Agent: in.Agent}, "")
		return err
	})
	if err != nil {
		return Entry{}, err
	}
	entry.Device = s.rememberDevice("", entry.Account.Login)
	return entry, nil
}

// check reads the form but for its code.
func (in *Setup) check() (first newAccount, policy Policy, err error) {
	var problems Problems
	organization, err := CleanName("organization", in.Organization, MaxName)
	if err := problems.Add(err); err != nil {
		return first, nil, err
	}
	in.Organization = organization
	first = newAccount{Kind: Member, Locale: in.Locale, TimeZone: in.TimeZone, SystemAdmin: true, MayCreateGuestSpaces: true}
	policy, known := PresetPolicy(in.Preset)
	if !known {
		problems = append(problems, ErrUnknownPreset)
	}
	first.Name, first.Email, err = checkPerson(in.Name, in.Email)
	first.Spelling = spellingOf(in.Email, first.Email)
	if err := problems.Add(err); err != nil {
		return first, nil, err
	}
	for _, problem := range []error{checkLocale(in.Locale), checkZone(in.TimeZone)} {
		if err := problems.Add(problem); err != nil {
			return first, nil, err
		}
	}
	rules := policy.Passwords(Account{Kind: Member, SystemAdmin: true})
	if err := problems.Add(rules.Check("password", in.Password, in.Organization, in.Name, in.Email)); err != nil {
		return first, nil, err
	}
	return first, policy, problems.Err()
}

// trySetupCode compares the code of the console. The try is counted and
// committed before it is compared (SEC-T10).
func (s *Store) trySetupCode(ctx context.Context, code string) error {
	if code == "" {
		return ErrRequired.With("setup_code")
	}
	var hash []byte
	var attempts int
	err := s.write(ctx, func(tx tx) error {
		err := tx.row(ctx, `
			UPDATE tokens
			SET attempts = attempts + 1
			WHERE account_id IS NULL AND purpose = $1 AND used_at IS NULL AND expires_at > $2 AND attempts < $3
			RETURNING token_hash, attempts`, purposeSetup, at(tx.now), setupTries).Scan(&hash, &attempts)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrSetupCodeGone
		}
		return err
	})
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(hash, secret.Hash(code)) == 1 {
		return nil
	}
	if attempts == setupTries {
		return ErrSetupCodeGone
	}
	return ErrSetupCode.With("setup_code", "N", setupTries-attempts)
}

// firstAdministrator makes the account, unless somebody else was faster, and
// closes /setup.
func (tx tx) firstAdministrator(ctx context.Context, in newAccount) (Account, error) {
	needs, err := tx.needsSetup(ctx)
	if err != nil {
		return Account{}, err
	}
	if !needs {
		return Account{}, ErrNotFound
	}
	if err := tx.endSetup(ctx); err != nil {
		return Account{}, err
	}
	account, err := tx.createAccount(ctx, in)
	if err != nil {
		return Account{}, err
	}
	return account, tx.audit(ctx, event{Action: "administrator.created", Actor: account.ID, Account: account.ID, Subject: account.Login})
}

func (tx tx) nameEnvironment(ctx context.Context, in Setup, policy Policy) error {
	settings, err := json.Marshal(policy)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE environment SET name = $1, preset = $2, settings = $3, locale = $4, timezone = $5`,
		in.Organization, in.Preset, string(settings), in.Locale, in.TimeZone)
	if err != nil {
		return err
	}
	return tx.audit(ctx, event{
		Action: "environment.set_up", Subject: in.Organization, Details: map[string]string{"preset": in.Preset},
	})
}
