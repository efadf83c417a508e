package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"

	"guesthouse/store/secret"
)

// proven is who came with an API credential: the value that was shown, and for
// a password the login beside it.
type proven struct {
	kind   APICredentialKind
	login  string // key of the login; "" for a token
	value  string
	bucket string // counts what is refused
}

// CallAPI tells who calls the REST API with an API token. The value is found by
// its hash: guessing 256 bits needs no costly comparison to keep it off, and one
// that is right is never made to wait. What is refused counts like a wrong
// password, so that a program that goes on trying is told to wait.
// Errors: ErrLoginFailed, ErrSuspended, ErrAccessEnded, ErrAPIChangeFirst, ErrTooMany.
func (s *Store) CallAPI(ctx context.Context, token string) (Caller, error) {
	if token == "" {
		return Caller{}, ErrLoginFailed
	}
	bucket := "api-token:" + hex.EncodeToString(s.key.MAC("api-token", []byte(token))[:16])
	return s.callWith(ctx, proven{kind: APIToken, value: token, bucket: bucket})
}

// callWithPassword is CallAPI for an API password, which comes with the login.
// Refusals have a count beside that of the account's own password: a program
// with an old value does not shut its owner out.
func (s *Store) callWithPassword(ctx context.Context, key, value string) (Caller, error) {
	return s.callWith(ctx, proven{kind: APIPassword, login: key, value: value, bucket: s.loginBucket(key) + ":api"})
}

func (s *Store) callWith(ctx context.Context, with proven) (Caller, error) {
	var found apiUse
	err := s.read(ctx, func(tx tx) (err error) {
		found, err = tx.apiUse(ctx, with)
		return err
	})
	if err != nil {
		return Caller{}, err
	}
	if found.refused != nil {
		return Caller{}, s.refuseAPIUse(ctx, with, found)
	}
	if !found.known || s.Now().Sub(found.credential.LastUsedAt) >= seenEvery {
		err := s.noteAPIUse(ctx, found)
		if err != nil && !errors.Is(err, ErrDiskFull) { // SEC-R4: reading goes on
			return Caller{}, err
		}
	}
	return Caller{Account: found.account, Environment: found.environment, Credential: &found.credential}, nil
}

// apiUse is one use of an API credential, and what is said to it.
type apiUse struct {
	credential  APICredential // the zero one when there is none with this value
	account     Account
	environment Environment
	known       bool // it was used from this client before

	refused error  // nil when it may be used
	why     string // the word of the audit log for that
}

// apiUse looks at the credential and its account as they are now (SEC-S4).
func (tx tx) apiUse(ctx context.Context, with proven) (use apiUse, err error) {
	destinations := append(use.credential.scan(), use.account.scan()...)
	destinations = append(destinations, use.environment.scan()...)
	err = tx.row(ctx, `
		SELECT `+apiCredentialColumns+`, `+accountColumns+`, `+environmentColumns+`, EXISTS (
			SELECT 1 FROM api_credential_clients c WHERE c.credential_id = k.id AND c.client = $3)
		FROM api_credentials k
		JOIN accounts a ON a.id = k.account_id
		CROSS JOIN environment e
		WHERE k.value_hash = $1 AND k.kind = $2 AND a.deleted_at IS NULL`,
		secret.Hash(with.value), string(with.kind), clientOf(ctx)).Scan(append(destinations, &use.known)...)
	unknown := errors.Is(err, sql.ErrNoRows)
	if err != nil && !unknown {
		return apiUse{}, err
	}
	if unknown || with.kind == APIPassword && use.account.Login != with.login {
		return apiUse{refused: ErrLoginFailed, why: "unknown_credential"}, nil
	}
	use.why, use.refused, err = tx.apiRefusal(ctx, use)
	return use, err
}

// apiRefusal is why a credential may not be used now, if there is a reason. Only
// members are system administrators, so nobody here owes the terms of guests.
func (tx tx) apiRefusal(ctx context.Context, use apiUse) (why string, refused, err error) {
	switch account := use.account; {
	case !use.credential.RevokedAt.IsZero():
		return "revoked", ErrLoginFailed, nil
	case !use.credential.Live(tx.now):
		return "expired", ErrLoginFailed, nil
	case !account.Active(tx.now):
		refused, err := tx.closedDoor(ctx, account)
		return "inactive", refused, err
	case !account.SystemAdmin:
		return "no_administrator", ErrLoginFailed, nil
	case account.MustChangePassword:
		return "must_change", ErrAPIChangeFirst, nil
	}
	return "", nil, nil
}

// refuseAPIUse counts and writes down a use that was refused, and gives the
// answer. While the wait after earlier ones lasts, nothing is written.
func (s *Store) refuseAPIUse(ctx context.Context, with proven, use apiUse) error {
	try := &try{login: with.login, bucket: with.bucket, client: "signin-client:" + clientOf(ctx)}
	err := s.write(ctx, func(tx tx) error {
		if err := tx.spendTry(ctx, try); err != nil {
			return err
		}
		details := map[string]string{"why": use.why}
		if use.credential.ID != 0 {
			return tx.audit(ctx, use.credential.event("api_credential.refused", Account{}, use.account, details))
		}
		return tx.audit(ctx, event{Action: "api_credential.refused", Details: details})
	})
	if err != nil {
		return err
	}
	return use.refused
}

// noteAPIUse writes down when and from where a credential was used, at most
// every five minutes, and in the audit log when the client is new.
func (s *Store) noteAPIUse(ctx context.Context, use apiUse) error {
	return s.write(ctx, func(tx tx) error {
		id := use.credential.ID
		noted, err := tx.exec(ctx, `
			UPDATE api_credentials SET last_used_at = $2, last_client = $3 WHERE id = $1 AND revoked_at IS NULL`,
			id, at(tx.now), originOf(ctx).Address)
		if err != nil || noted == 0 || use.known {
			return err
		}
		first, err := tx.exec(ctx, `
			INSERT INTO api_credential_clients (credential_id, client, first_at)
			VALUES ($1, $2, $3)
			ON CONFLICT (credential_id, client) DO NOTHING`, id, clientOf(ctx), at(tx.now))
		if err != nil || first == 0 {
			return err
		}
		return tx.audit(ctx, use.credential.event("api_credential.used", use.account, use.account, nil))
	})
}
