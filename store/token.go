package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guesthouse/store/secret"
)

// Purposes of single-use links. A token opens only its own purpose's page (SEC-T2).
const (
	purposeReset  = "password-reset"
	purposeMember = "member-invitation" // a new member sets the first password
	purposeSetup  = "setup"

	purposeAddress = "address" // another address for the account; the row has it
)

// ErrLinkGone: the link was used, has ended, was replaced or never was; the
// answer is the same for all of them (SEC-T5).
var ErrLinkGone = &Error{Kind: Gone, Code: "link_gone"}

// issueToken makes a single-use link for an account and ends the account's
// older ones of the same purpose. Only the hash is stored (SEC-T1).
func (tx tx) issueToken(ctx context.Context, purpose string, account ID, life time.Duration) (token string, hash []byte, err error) {
	if account != 0 {
		if err := tx.endTokens(ctx, account, purpose); err != nil {
			return "", nil, err
		}
	}
	token, hash = secret.Token()
	_, err = tx.exec(ctx, `
		INSERT INTO tokens (token_hash, purpose, account_id, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5)`,
		hash, purpose, account.orNull(), at(tx.now), at(tx.now.Add(life)))
	return token, hash, err
}

// liveToken is whose link this is, if it is live; it changes nothing (SEC-T4).
func (tx tx) liveToken(ctx context.Context, purpose, token string) (account ID, err error) {
	err = tx.row(ctx, `
		SELECT account_id FROM tokens
		WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 AND created_at <= $4`,
		secret.Hash(token), purpose, at(tx.now), at(tx.now.Add(clockSkew))).Scan(nullID{&account})
	return account, missing(err, ErrLinkGone)
}

// useToken uses a link up in one statement: of two clicks at the same moment
// one gets it (SEC-T3).
func (tx tx) useToken(ctx context.Context, purpose, token string) (account ID, err error) {
	err = tx.row(ctx, `
		UPDATE tokens
		SET used_at = $3
		WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 AND created_at <= $4
		RETURNING account_id`,
		secret.Hash(token), purpose, at(tx.now), at(tx.now.Add(clockSkew))).Scan(nullID{&account})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrLinkGone
	}
	return account, err
}

// clockSkew is how far ahead another process's clock may have been when it
// issued something (SEC-T7).
const clockSkew = 5 * time.Minute

// endTokens ends the account's unused links of one purpose, or of all when
// purpose is "".
func (tx tx) endTokens(ctx context.Context, account ID, purpose string) error {
	_, err := tx.exec(ctx, `
		UPDATE tokens SET used_at = $3
		WHERE account_id = $1 AND ($2 = '' OR purpose = $2) AND used_at IS NULL`,
		account, purpose, at(tx.now))
	return err
}
