package store

import (
	"context"
	"errors"

	"guesthouse/store/secret"
)

// hash hashes a password. It is done before the transaction that stores it
// begins, and waits in its own short queue (SEC-T3, SEC-P1).
func (s *Store) hash(ctx context.Context, password string) (string, error) {
	phc, err := s.hasher.Hash(ctx, password)
	return phc, busy(err)
}

// hashAll hashes many passwords, and leaves room for whoever signs in meanwhile.
func (s *Store) hashAll(ctx context.Context, passwords []string) ([]string, error) {
	hashes, err := s.hasher.HashAll(ctx, passwords)
	return hashes, busy(err)
}

// verify compares a password with a hash, with the same work for an account
// that does not exist ("" as the hash; SEC-P6). stale asks for a new hash.
func (s *Store) verify(ctx context.Context, phc, password string) (ok, stale bool, err error) {
	if phc == "" {
		return false, false, busy(s.hasher.VerifyDummy(ctx, password))
	}
	ok, stale, err = s.hasher.Verify(ctx, phc, password)
	return ok, stale, busy(err)
}

func busy(err error) error {
	if errors.Is(err, secret.ErrBusy) {
		return ErrBusy
	}
	return err
}
