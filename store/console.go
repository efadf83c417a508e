package store

import (
	"context"
	"strings"
)

// ConsoleAccount is the living account of a login, for the commands of whoever
// is at the machine and may act for anybody. What is then done in an account's
// name is held to that account's rights. ErrNotFound: there is none of this kind.
func (s *Store) ConsoleAccount(ctx context.Context, login string, kind AccountKind) (Account, error) {
	login = strings.TrimSpace(login)
	if address, err := ParseEmail(login); err == nil {
		login = string(address)
	}
	var account Account
	err := s.read(ctx, func(tx tx) (err error) {
		account, err = tx.accountByLogin(ctx, login)
		if err == nil && account.Kind != kind {
			return ErrNotFound
		}
		return err
	})
	return account, err
}

// ConsoleContext is the context of such commands: the audit log says console
// where it names a client's address.
func ConsoleContext(ctx context.Context) context.Context {
	return WithOrigin(ctx, Origin{Address: "console"})
}
