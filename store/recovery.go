package store

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"guesthouse/store/secret"
)

// purposeRecovery lets a guest without e-mail begin again: a new password, and
// a second step that is enrolled anew.
const purposeRecovery = "recovery"

// RecoveryLife is how long the link of a recovery page works.
const RecoveryLife = 7 * Day

// Recovery is the page that gives a guest without e-mail the way back.
type Recovery struct {
	Guest     Account
	Token     string // of its link; "" when there is no live one
	ExpiresAt time.Time
}

// Recoverable is the guest, for who may make a recovery page: system
// administrators, and the guest's sponsor as long as no space of the guest is
// closed to the sponsor, who would else come into it by that page. For
// everybody else, and for guests whose reset is mailed, it is ErrNotFound.
func (s *Store) Recoverable(ctx context.Context, actor Account, guest ID) (Account, error) {
	var account Account
	err := s.read(ctx, func(tx tx) (err error) {
		_, account, err = tx.recoverable(ctx, actor, guest)
		return err
	})
	return account, err
}

func (tx tx) recoverable(ctx context.Context, actor Account, id ID) (by, guest Account, err error) {
	if by, err = tx.administrator(ctx, actor); errors.Is(err, ErrForbidden) {
		by, err = tx.actor(ctx, actor)
	}
	if err != nil {
		return Account{}, Account{}, err
	}
	if guest, err = tx.account(ctx, id); err != nil {
		return Account{}, Account{}, err
	}
	if !guest.IsGuest() || guest.Former() || guest.Email != "" {
		return Account{}, Account{}, ErrNotFound
	}
	if by.operator || by.SystemAdmin {
		return by, guest, nil
	}
	var elsewhere bool
	err = tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM memberships m
			WHERE m.account_id = $1 AND (m.ends_at IS NULL OR m.ends_at > $3) AND NOT EXISTS (
				SELECT 1 FROM memberships mine
				WHERE mine.space_id = m.space_id AND mine.account_id = $2 AND (mine.ends_at IS NULL OR mine.ends_at > $3)))`,
		guest.ID, by.ID, at(tx.now)).Scan(&elsewhere)
	if err == nil && (by.IsGuest() || guest.Sponsor != by.ID || elsewhere) {
		err = ErrNotFound
	}
	return by, guest, err
}

// RecoverGuest makes a recovery page for a guest without e-mail who lost the
// password or the second step. Both end at once, with all sessions, codes and
// earlier pages: whoever found them does not come in meanwhile.
func (s *Store) RecoverGuest(ctx context.Context, actor Account, guest ID, reason string) error {
	reason, err := CleanLine("reason", reason, 200)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		by, account, err := tx.recoverable(ctx, actor, guest)
		if err != nil {
			return err
		}
		if !account.Active(tx.now) {
			return ErrGuestSuspended.With("", "Address", account.Login)
		}
		if err := tx.endAccess(ctx, guest); err != nil {
			return err
		}
		if err := tx.forgetFactor(ctx, guest); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE accounts SET password_hash = '', version = version + 1 WHERE id = $1`, guest); err != nil {
			return err
		}
		nonce := make([]byte, nonceBytes)
		rand.Read(nonce) //nolint:errcheck // documented never to fail: it ends the program instead
		_, err = tx.exec(ctx, `
			INSERT INTO tokens (token_hash, purpose, account_id, created_at, expires_at, nonce)
			VALUES ($1, $2, $3, $4, $5, $6)`,
			secret.Hash(tx.key.Token(purposeRecovery, nonce)), purposeRecovery, guest, at(tx.now), at(tx.now.Add(RecoveryLife)), nonce)
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.recovery_issued", Actor: by.ID, Account: guest, Subject: account.Login, Reason: reason})
	})
}

// Recovery is the live recovery page of a guest, for who may make one. Looking
// changes nothing; without a live page it is ErrNotFound.
func (s *Store) Recovery(ctx context.Context, actor Account, guest ID) (Recovery, error) {
	var r Recovery
	err := s.read(ctx, func(tx tx) (err error) {
		if _, r.Guest, err = tx.recoverable(ctx, actor, guest); err != nil {
			return err
		}
		var nonce []byte
		err = tx.row(ctx, `
			SELECT nonce, expires_at FROM tokens
			WHERE account_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3`,
			guest, purposeRecovery, at(tx.now)).Scan(&nonce, moment{&r.ExpiresAt})
		if err != nil {
			return missing(err, ErrNotFound)
		}
		r.Token = tx.key.Token(purposeRecovery, nonce)
		return nil
	})
	if err != nil {
		return Recovery{}, err
	}
	return r, nil
}
